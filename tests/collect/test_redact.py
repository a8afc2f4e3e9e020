"""Secrets that ARM returns in clear text: found, named, and gone (facts §0.1, §9)."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.redaction.redact import redact
from scanner.collect.redaction.vault import REDACTED

GROUP = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers"
MACHINE = f"{GROUP}/Microsoft.Compute/virtualMachines/agent"
SCALE_SET = f"{GROUP}/Microsoft.Compute/virtualMachineScaleSets/agents"
OLD_TOKEN = "abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrst"  # noqa: S105 - planted
NEW_TOKEN = f"{'aB3' * 25}xAZDO4567"
ACCOUNT_KEY = f"{'Kx9/' * 21}AB=="
TOKENS = {
    "an Azure DevOps token": [OLD_TOKEN, NEW_TOKEN],
    "a storage account key": [f"AccountKey={ACCOUNT_KEY}", ACCOUNT_KEY],
    "a shared access signature": ["https://st.blob.core.windows.net/c?sv=2022&sig=abcdEFGH1234%2Babcd5678EFGH%3D"],
    "a bearer token": ["eyJhbGciOiJSUzI1NiJ9xx.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJl"],
    "a connection string": ["InstrumentationKey=0a1b2c3d-0000-4000-8000-000000000000;Ingestion=x"],
    "a private key": ["-----BEGIN RSA PRIVATE KEY-----\nMIIE"],
    "a token in a variable": [
        "./config.sh --unattended --token planted99",
        "export AZP_TOKEN=planted99",
        "AGENT_PAT='planted99'",
        '{"ADO_TOKEN": "planted99"}',
    ],
}
PLANTED = [(what, text) for what, texts in TOKENS.items() for text in texts]

Resource = dict[str, Any]


def as_it_is(text: str) -> str:
    return text


def base64(text: str) -> str:
    return b64encode(f"#!/bin/bash\nset -e\n{text}\n".encode()).decode()


def powershell(text: str) -> str:
    return f"powershell -EncodedCommand {b64encode(f'Write-Host x; {text} ; exit'.encode('utf-16-le')).decode()}"


def extension(settings: object, **properties: object) -> Resource:
    return {
        "id": f"{MACHINE}/extensions/script",
        "type": "Microsoft.Compute/virtualMachines/extensions",
        "properties": {"publisher": "Microsoft.Azure.Extensions", "settings": settings, **properties},
    }


def scale_set(*extensions: Resource) -> Resource:
    profile = {"extensionProfile": {"extensions": list(extensions)}}
    return {"id": SCALE_SET, "properties": {"virtualMachineProfile": profile, "upgradePolicy": {"mode": "Manual"}}}


def machine(*extensions: Resource) -> Resource:
    return {"id": MACHINE, "properties": {"provisioningState": "Succeeded"}, "resources": list(extensions)}


def in_scale_set(shown: Any) -> Any:  # noqa: ANN401 - JSON
    return shown["properties"]["virtualMachineProfile"]["extensionProfile"]["extensions"][0]


def in_machine(shown: Any) -> Any:  # noqa: ANN401 - JSON
    return shown["resources"][0]


def by_itself(shown: Any) -> Any:  # noqa: ANN401 - JSON
    return shown


HOLDERS: dict[str, tuple[Callable[[Any], Resource], Callable[[Any], Any]]] = {
    "extension": (by_itself, by_itself),
    "scale set": (scale_set, in_scale_set),
    "machine": (machine, in_machine),
}


def summary(settings: object, holder: str = "extension", **properties: object) -> Any:  # noqa: ANN401 - JSON
    put, find = HOLDERS[holder]
    resource: Any = extension(settings, **properties)
    return find(redact(put(resource)))["properties"]["settingsSummary"]


# Extension settings


@pytest.mark.parametrize("holder", HOLDERS)
@pytest.mark.parametrize("written", [as_it_is, base64, powershell])
def test_hosts_that_give_out_no_agents_any_more_are_named(holder: str, written: Any) -> None:  # noqa: ANN401
    retired = summary(
        {"commandToExecute": written("curl https://VstsAgentPackage.azureedge.net/agent/2.194.0/x")}, holder
    )
    current = summary({"commandToExecute": written("curl https://download.agent.dev.azure.com/agent/4.2/x")}, holder)

    assert retired["retiredHosts"] == ["vstsagentpackage.azureedge.net"]
    assert "retiredHosts" not in current


@pytest.mark.parametrize("holder", HOLDERS)
@pytest.mark.parametrize("written", [as_it_is, base64, powershell])
@pytest.mark.parametrize(("what", "text"), PLANTED)
def test_a_token_in_settings_is_named_and_gone(holder: str, written: Any, what: str, text: str) -> None:  # noqa: ANN401
    put, find = HOLDERS[holder]
    script = written(text)
    resource: Any = extension({"commandToExecute": script, "fileUris": []})
    shown = redact(put(resource))

    assert what in find(shown)["properties"]["settingsSummary"]["exposes"]
    assert text not in json.dumps(shown)
    assert script not in json.dumps(shown)
    assert "settings" not in find(shown)["properties"]


@pytest.mark.parametrize(
    "settings", [["x", {"y": OLD_TOKEN}], {"a": {"b": [OLD_TOKEN]}}, OLD_TOKEN, {"PAT": OLD_TOKEN}]
)
def test_settings_are_searched_to_the_bottom(settings: object) -> None:
    assert "an Azure DevOps token" in summary(settings)["exposes"]


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"commandToExecute": "./config.sh --token $TOKEN"},
        {"commandToExecute": "echo done", "timestamp": 123456789, "skipDos2Unix": False},
        {"script": base64("apt-get install -y nginx")},
        {"workspaceId": "0a1b2c3d-0000-4000-8000-000000000000"},
        {"hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
    ],
)
def test_settings_without_a_secret_expose_nothing(settings: object) -> None:
    assert summary(settings)["exposes"] == []


def test_all_else_of_an_extension_stays() -> None:
    given_settings = extension({"x": 1}, type="CustomScript", provisioningState="Succeeded")
    shown: Any = redact(given_settings)

    assert shown == given_settings | {
        "properties": {
            "publisher": "Microsoft.Azure.Extensions",
            "type": "CustomScript",
            "provisioningState": "Succeeded",
            "settingsSummary": {"agent": None, "exposes": []},
        }
    }


def test_all_else_of_a_scale_set_stays() -> None:
    shown: Any = redact(scale_set(extension({"x": OLD_TOKEN})))

    assert shown["properties"]["upgradePolicy"] == {"mode": "Manual"}


def test_an_extension_without_settings_has_no_summary() -> None:
    shown: Any = redact(extension(None))

    assert "settingsSummary" not in shown["properties"]


def test_protected_settings_never_stay() -> None:
    protected = {"commandToExecute": "a plain word"}

    assert "a plain word" not in json.dumps(redact(extension({}, protectedSettings=protected)))
    assert "a plain word" not in json.dumps(redact(extension(None, protectedSettings=protected)))


# Agents


@pytest.mark.parametrize("holder", HOLDERS)
@pytest.mark.parametrize(
    ("publisher", "settings", "agent"),
    [
        ("Microsoft.VisualStudio.Services", {"isPipelinesAgent": True}, "scale-set"),
        ("microsoft.visualstudio.services", {"isPipelinesAgent": True, "DeploymentGroup": "x"}, "scale-set"),
        ("Microsoft.VisualStudio.Services", {"VSTSAccountName": "a", "DeploymentGroup": "x"}, "deployment-target"),
        ("Microsoft.VisualStudio.Services", {}, "scale-set"),
        ("Microsoft.Compute", {"commandToExecute": "./config.sh --unattended --url https://x"}, "script"),
        ("Microsoft.Compute", {"fileUris": ["https://download/vsts-agent-linux-x64-3.tar.gz"]}, "script"),
        ("Microsoft.Compute", {"script": base64("curl https://DEV.azure.com/org")}, "script"),
        ("Microsoft.Compute", {"commandToExecute": powershell(".\\config.cmd --url https://x")}, "script"),
        ("Microsoft.Compute", {"commandToExecute": "https://org.visualstudio.com/"}, "script"),
        ("Microsoft.Compute", {"commandToExecute": "./config.sh --url https://github.com/org --unattended"}, "runner"),
        ("Microsoft.Compute", {"script": base64("curl -L https://GitHub.com/actions/runner/releases/x.tgz")}, "runner"),
        ("Microsoft.Compute", {"fileUris": ["https://st/actions-runner-linux-x64-2.330.0.tar.gz"]}, "runner"),
        ("Microsoft.Compute", {"fileUris": ["https://github.com/actions/runner-images/x.sh"]}, None),
        ("Microsoft.Compute", {"commandToExecute": "apt-get update"}, None),
        ("Microsoft.Compute", {}, None),
    ],
)
def test_the_kind_of_agent_is_told(holder: str, publisher: str, settings: object, agent: str | None) -> None:
    assert summary(settings, holder, publisher=publisher)["agent"] == agent


# Anything else


@pytest.mark.parametrize("text", [text for _, text in PLANTED])
def test_a_token_anywhere_is_gone(text: str) -> None:
    shown: Any = redact({"id": MACHINE, "tags": {"note": f"use {text} here"}, "properties": {"list": [{"deep": text}]}})

    assert shown == {"id": MACHINE, "tags": {"note": REDACTED}, "properties": {"list": [{"deep": REDACTED}]}}


@pytest.mark.parametrize(
    "name",
    ["InstrumentationKey", "ConnectionString", "customData", "userData", "adminPassword", "sharedKey", "clientSecret"],
)
@pytest.mark.parametrize("value", ["short", ["short"], {"deep": "short"}, [{"deep": ["short"]}]])
def test_what_stands_under_a_secret_name_is_gone_whole(name: str, value: object) -> None:
    assert redact({"id": MACHINE, "properties": {name: value}}) == {"id": MACHINE, "properties": {name: REDACTED}}


@pytest.mark.parametrize("name", ["AZURE_DEVOPS_TOKEN", "MY_PAT", "APP_SECRET", "DB_PASSWORD"])
def test_a_variable_named_after_a_secret_is_gone(name: str) -> None:
    shown: Any = redact({"id": MACHINE, "properties": {"variables": {name: "plantedplanted", "PLAIN": "a"}}})

    assert shown["properties"]["variables"] == {name: REDACTED, "PLAIN": "a"}


def test_of_environment_variables_only_the_names_stay() -> None:
    shown: Any = redact({"id": MACHINE, "properties": {"environmentVariables": {"DB": "hunter2", "PLAIN": "a"}}})

    assert shown["properties"]["environmentVariables"] == {"DB": REDACTED, "PLAIN": REDACTED}


@pytest.mark.parametrize(
    "properties",
    [
        {"storageAccount": f"{GROUP}/Microsoft.Storage/storageAccounts/{'a2' * 12}"},
        {"id": f"{GROUP}/Microsoft.Network/virtualNetworks/{OLD_TOKEN}"},
        {"fqdns": ["0a1b2c3d.workspace.westeurope.api.azureml.ms"]},
        {"disablePasswordAuthentication": True, "adminUserEnabled": False, "password": None, "secret": 0},
        {"etag": 'W/"6539bb83-d0af-48e4-8484-51f369b421ea"'},
        {"keyData": f"ssh-rsa {'AAAAB3NzaC1yc2EAAAADAQABAAABAQ' * 12} someone@host"},
        {"description": "Lets agents fetch packages"},
    ],
)
def test_ids_and_plain_values_are_left_alone(properties: Resource) -> None:
    resource = {"id": MACHINE, "properties": properties}

    assert redact(resource) == resource


def test_half_of_a_pair_is_spelt_out_and_all_else_of_unicode_stays() -> None:
    shown: Any = redact({"id": f"{MACHINE}\ud800", "tags": {"k\udfff": "v\udc00", "größe": "😀"}})

    assert shown == {"id": f"{MACHINE}\\ud800", "tags": {"k\\udfff": "v\\udc00", "größe": "😀"}}


@pytest.mark.parametrize(
    "resource", [extension({"PAT": OLD_TOKEN}), scale_set(extension({"x": OLD_TOKEN})), machine(extension({}))]
)
def test_what_was_given_is_not_changed(resource: Resource) -> None:
    before = deepcopy(resource)
    redact(resource)

    assert resource == before


@pytest.mark.parametrize(("what", "text"), PLANTED)
def test_redacting_twice_changes_nothing(what: str, text: str) -> None:
    resource = extension({what: text}) | {"tags": {"PASSWORD": text}}
    once = redact(resource)

    assert redact(once) == once


@pytest.mark.parametrize(
    "resource", [{"id": MACHINE}, {"id": f"{MACHINE}/extensions/e"}, scale_set(), {"id": SCALE_SET}]
)
def test_a_resource_with_little_in_it_is_fine(resource: Resource) -> None:
    assert redact(resource) == resource


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(JSON_VALUES, st.sampled_from([as_it_is, base64, powershell]), st.sampled_from(PLANTED))
def test_a_planted_token_never_comes_out_of_settings(other: object, written: Any, planted: tuple[str, str]) -> None:  # noqa: ANN401
    script = written(planted[1])
    shown = redact(scale_set(extension({"other": other, "deep": [{"script": script}]})))

    assert planted[1] not in json.dumps(shown)
    assert script not in json.dumps(shown)
    assert planted[0] in in_scale_set(shown)["properties"]["settingsSummary"]["exposes"]


def test_a_text_too_long_to_be_looked_through_is_unknown() -> None:
    longest = "a" * (1 << 20)
    properties: Any = redact({"id": MACHINE, "properties": {"short": longest, "long": f"{longest}a"}})["properties"]

    assert properties["short"] == longest
    assert "not looked at" in str(properties["long"])


def test_headers_that_a_firewall_inserts_lose_their_values() -> None:
    header = {"headerName": "X-Partner", "headerValue": "open sesame"}
    rule = {"ruleType": "ApplicationRule", "name": "partner", "httpHeadersToInsert": [header]}
    properties = {"ruleCollections": [{"name": "c", "rules": [rule]}]}
    arm_id = "/subscriptions/s/resourceGroups/r/providers/Microsoft.Network/firewallPolicies/p/ruleCollectionGroups/g"

    cleaned = redact({"id": arm_id, "properties": properties})

    assert "sesame" not in str(cleaned)
    assert "X-Partner" in str(cleaned)
