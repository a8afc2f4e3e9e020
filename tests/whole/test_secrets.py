"""Secrets wherever Azure may return them: planted, scanned by the real program, looked for in all that it leaves."""

from __future__ import annotations

import gzip
import json
import stat
import subprocess
import sys
import zlib
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from scanner.collect.redaction.redact import redact
from scanner.collect.redaction.secrets import TOKENS, Decoded, scrubbed, shows_secret
from scanner.collect.redaction.vault import REDACTED
from scanner.model.arm import ArmId
from scanner.simulator import answers
from scanner.simulator.answers import Answer
from scanner.simulator.service import Call
from tests.cases import FIXTURES
from tests.cli.test_cli import PLAIN, SUBSCRIPTION, mlsec
from tests.collect.support import CONNECTIONS, DATASTORES, comparable
from tests.hostile import fixture, served

FORMATS = ("text", "json", "sarif", "sarif-alerts", "junit", "markdown", "html", "csv", "ocsf", "oscal")
ESTATES = sorted(path.stem for path in FIXTURES.glob("*.json"))
MARK = "q7Zk3Wv9Tb2"
"""Stands in every secret, so that a part of one is found too."""

KEY = (MARK * 8)[:86]
SECRETS = {
    "an Azure DevOps token": (MARK * 7)[:76] + "AZDO4567",
    "a storage account key": f"DefaultEndpointsProtocol=https;AccountName=st;AccountKey={KEY}==",
    "a shared access signature": f"https://st.blob.core.windows.net/c?sv=2024-11-04&sp=r&sig={MARK}{MARK}%2B{MARK}%3D",
    "a bearer token": f"eyJ{MARK}{MARK}.eyJ{MARK}{MARK}.{MARK}",
    "a connection string": f"Endpoint=sb://x/;SharedAccessKeyName=all;SharedAccessKey={MARK}{MARK}=",
    "a private key": f"-----BEGIN OPENSSH PRIVATE KEY-----\n{MARK}\n",
    "a GitHub token": f"ghp_{(MARK * 4)[:36]}",
    "a client secret": f"q7Z8Q~{(MARK * 4)[:34]}",
    "a service key": f"{(MARK * 4)[:42]}+ACR{MARK[:6]}",
    "a password in a URL": f"git clone https://build:{MARK}@dev.azure.com/org/_git/repo",
    "an authorization header": f"curl -H 'Authorization: Basic {MARK}{MARK}' https://example.org",
    "a token in a variable": f"export DEPLOY_PASSWORD={MARK}",
}
TEXTS = [*SECRETS.values(), f"github_pat_{MARK}_{MARK}{MARK}", f"/bin/sh -c 'export AZP_TOKEN={MARK}'"]


def encoded(text: str) -> dict[str, str]:
    """Return how a script may be passed: each in base 64."""
    script = f"#!/bin/sh\n# für alle\n{text}\n"
    return {
        "base 64": b64encode(script.encode()).decode(),
        "base 64 for URLs": urlsafe_b64encode(script.encode()).decode().rstrip("="),
        "UTF-16": b64encode(script.encode("utf-16-le")).decode(),
        "gzip": b64encode(gzip.compress(script.encode())).decode(),
        "zlib": b64encode(zlib.compress(script.encode())).decode(),
        "twice": b64encode(b64encode(script.encode())).decode(),
        "in lines": "\n".join(b64encode(script.encode()).decode()[at : at + 60] for at in range(0, 2000, 60)).strip(),
    }


# One secret


def test_every_kind_of_secret_is_planted() -> None:
    assert SECRETS.keys() == TOKENS.keys()
    assert all(MARK in text for text in TEXTS)


@pytest.mark.parametrize("how", encoded(""))
@pytest.mark.parametrize("what", SECRETS)
def test_a_secret_is_named_however_a_script_is_passed(what: str, how: str) -> None:
    written = encoded(SECRETS[what])[how]
    resource: Any = {
        "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm/extensions/e",
        "properties": {"publisher": "x", "settings": {"script": written}},
        "tags": {"note": f"run {written}" if how != "in lines" else written},
    }
    shown: Any = redact(resource)

    assert what in shown["properties"]["settingsSummary"]["exposes"]
    assert shown["tags"] == {"note": REDACTED}


@pytest.mark.parametrize("how", encoded(""))
def test_an_agent_is_seen_however_its_script_is_passed(how: str) -> None:
    script = encoded("./config.sh --unattended --url https://dev.azure.com/org")[how]
    extension = {"properties": {"publisher": "Microsoft.Azure.Extensions", "settings": {"script": script}}}
    shown: Any = redact({"id": "/x", "resources": [extension]})

    assert shown["resources"][0]["properties"]["settingsSummary"] == {"agent": "script", "exposes": []}


@pytest.mark.parametrize("text", TEXTS)
def test_a_message_is_told_without_its_secret(text: str) -> None:
    told = scrubbed(f"could not read: {text} ; try again")

    assert MARK not in told
    assert told.startswith("could not read: ")
    assert told.endswith("again")


@pytest.mark.parametrize("how", ["base 64", "gzip", "UTF-16"])
def test_a_message_is_told_without_a_secret_that_it_repeats_encoded(how: str) -> None:
    assert scrubbed(f"bad value {encoded(TEXTS[0])[how]} here").startswith(f"bad value {REDACTED}")


def test_what_is_packed_to_grow_is_not_unpacked_and_not_trusted() -> None:
    bomb = b64encode(gzip.compress(b"\0" * 100_000_000)).decode()
    inside = Decoded(bomb)
    sizes = [len(each) for each in inside]
    summary: Any = redact({"id": "/x", "extensions": [{"properties": {"settings": {"script": bomb}}}]})

    assert sum(sizes) <= 1 << 20
    assert inside.is_cut
    assert shows_secret(bomb)
    kept = summary["extensions"][0]["properties"]["settingsSummary"]
    assert {key: [*value] for key, value in kept.items()} == {"agent": ["$unknown"], "exposes": ["$unknown"]}


def test_many_that_grow_a_little_share_one_allowance() -> None:
    packed = b64encode(gzip.compress(b"\0" * 900_000)).decode()
    inside = Decoded(" ".join([packed] * 50))

    assert len([*inside]) <= 2
    assert inside.is_cut


@pytest.mark.parametrize(
    "text",
    ["_TOKEN" + " " * 300_000, "eyJ" * 100_000, "config.sh " * 30_000, "://" * 100_000, "ghp_" * 80_000, "A" * 300_000],
)
def test_no_text_takes_for_ever_to_look_through(text: str) -> None:
    extension = {"properties": {"settings": {"script": text}}}

    assert "settings" not in json.dumps(redact({"id": "/x", "tags": {"x": text}, "extensions": [extension]})).split('"')


@pytest.mark.parametrize("name", ESTATES)
def test_what_is_no_secret_stays_in_every_estate(name: str) -> None:
    resources = fixture(name)
    changed = {str(each["id"]) for each in resources if redact(each) != each}
    holding = ('"settings": {', '"environmentVariables": [')
    settled = {str(each["id"]) for each in resources if any(part in json.dumps(each) for part in holding)}
    leading = {str(each["id"]) for each in resources if ArmId(str(each["id"])).type in {DATASTORES, CONNECTIONS}}

    assert changed - leading == settled
    assert [each for each in resources if each["id"] in leading and comparable(each) != redact(each)] == []


@pytest.mark.parametrize(
    "value",
    [
        "https://kv-reference.vault.azure.net/secrets/name",
        "https://st.blob.core.windows.net/container/file?sv=2024-11-04",
        "2001:db8:85a3:0000:0000:8a2e:0370:7334/128",
        "cpu-training.westeurope.inference.ml.azure.com",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "AzureActiveDirectory, AzureMachineLearning, BatchNodeManagement.westeurope",
        "ssh-rsa " + "AAAAB3NzaC1yc2EAAAADAQABAAABAQ" * 12 + " someone@host",
        "MIIC5jCCAc6gAwIBAgIIPvR9uLxbdvcwDQYJKoZIhvcNAQELBQAwFTETMBEGA1UEAxMKUDJTUm9vdENlcnQ",
        "mailto:team@example.org",
    ],
)
def test_harmless_values_stay(value: str) -> None:
    resource = {"id": "/subscriptions/s", "properties": {"note": value}}

    assert redact(resource) == resource


# The whole program


def plant(resources: list[dict[str, Any]], kind: str, properties: dict[str, Any]) -> None:
    """Put properties into every resource of a type, over what is there."""
    found = [each for each in resources if each["type"].lower() == kind.lower()]
    assert found, kind
    for each in found:
        _merge(each["properties"], properties)


def _merge(into: dict[str, Any], new: dict[str, Any]) -> None:
    for key, value in new.items():
        inner = into.get(key)
        if isinstance(value, dict) and isinstance(inner, dict):
            _merge(inner, value)
        else:
            into[key] = value


SHORT = f"p{MARK}"
SCRIPTS = [each for text in TEXTS for each in (text, *encoded(text).values())]
EXTENSIONS: list[dict[str, Any]] = [
    {
        "name": "script",
        "properties": {
            "publisher": "Microsoft.Azure.Extensions",
            "type": "CustomScript",
            "settings": {"scripts": SCRIPTS, "commandToExecute": f"./config.sh --token {SHORT}"},
            "protectedSettings": {"commandToExecute": SHORT},
        },
    }
]
OS_PROFILE = {
    "adminPassword": SHORT,
    "customData": b64encode(SHORT.encode()).decode(),
    "windowsConfiguration": {"additionalUnattendContent": [{"settingName": "AutoLogon", "content": f"<p>{SHORT}</p>"}]},
}
PLACES: dict[str, dict[str, Any]] = {
    "Microsoft.Compute/virtualMachines": {
        "osProfile": OS_PROFILE,
        "userData": b64encode(SHORT.encode()).decode(),
        "diagnosticsProfile": {"bootDiagnostics": {"storageUri": SECRETS["a shared access signature"]}},
    },
    "Microsoft.Compute/virtualMachines/extensions": EXTENSIONS[0]["properties"],
    "Microsoft.Compute/virtualMachineScaleSets": {
        "virtualMachineProfile": {
            "osProfile": OS_PROFILE,
            "userData": SHORT,
            "extensionProfile": {"extensions": EXTENSIONS},
        }
    },
    "Microsoft.MachineLearningServices/workspaces": {
        "description": f"uses {SECRETS['a connection string']}",
        "datastores": [{"credentials": {"credentialsType": "AccountKey", "secrets": {"key": SHORT}}}],
        "storageConnectionString": SHORT,
        "ipAllowlist": [SECRETS["a shared access signature"]],
        "networkAcls": {"ipRules": [{"value": SECRETS["a bearer token"]}]},
    },
    "Microsoft.MachineLearningServices/workspaces/computes": {
        "properties": {
            "setupScripts": {
                "scripts": {"startupScript": {"scriptData": SHORT, "scriptArguments": f"--key {SHORT}"}},
            },
            "userAccountCredentials": {"adminUserName": "azureuser", "adminUserPassword": SHORT},
        }
    },
    "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments": {
        "environmentVariables": {"PLAIN_LOOKING": SHORT, "STORAGE": SECRETS["a storage account key"]},
        "env": [{"name": "DB_PASSWORD", "value": SHORT}],
    },
    "Microsoft.Network/virtualNetworkGateways": {
        "vpnClientConfiguration": {
            "radiusServerSecret": SHORT,
            "radiusServers": [{"radiusServerAddress": "10.0.0.4", "radiusServerSecret": SHORT}],
        },
        "sharedKey": SHORT,
        "authorizationKey": SHORT,
    },
    "Microsoft.Insights/components": {"InstrumentationKey": SHORT, "ConnectionString": f"InstrumentationKey={SHORT}"},
    "Microsoft.ContainerService/managedClusters": {
        "windowsProfile": {"adminUsername": "azureuser", "adminPassword": SHORT},
        "servicePrincipalProfile": {"clientId": "msi", "secret": SHORT},
    },
    "Microsoft.ContainerRegistry/registries": {"credentials": {"username": "acr", "passwords": [{"value": SHORT}]}},
    "Microsoft.Storage/storageAccounts": {"primaryKey": SHORT, "sasUri": SHORT, "key1": f"{KEY}=="},
}


def planted() -> list[dict[str, Any]]:
    """Return the reference estate with secrets in every place that is known, and in tags and texts of everything."""
    resources = fixture("reference")
    for kind, properties in PLACES.items():
        plant(resources, kind, properties)
    for each in resources:
        each["tags"] = {f"note{number}": text for number, text in enumerate(SCRIPTS)} | {TEXTS[0]: "as a name"}
        each.setdefault("properties", {})["details"] = [{"message": f"see {text}"} for text in TEXTS]
    return resources


def leaking(call: Call, answer: Answer) -> Answer:
    """Repeat secrets in what surrounds the resources: errors, links to next pages, headers."""
    spoken = {"x-ms-debug": SECRETS["a bearer token"], "Set-Cookie": f"token={SHORT}; ARRAffinity={MARK}"}
    if call.target.type.lower().endswith(("/components", "/natgateways")):
        message = " and ".join(TEXTS) + f" for 'https://x/?{SECRETS['a shared access signature']}'"
        answer = answers.error(HTTPStatus.BAD_REQUEST, "BadRequest", message)
    page: Any = answer.payload
    if "nextLink" in page:
        link = f"{page['nextLink']}&sig={MARK}{MARK}{MARK}&access_token={SECRETS['a bearer token']}"
        answer = replace(answer, payload={**page, "nextLink": link})
    return replace(answer, headers={**answer.headers, **spoken})


def written(folder: Path, *done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """Return all that a run left, by where it was found; a snapshot as it reads unpacked."""
    found = {path.name: path.read_bytes() for path in folder.iterdir()}
    files = {name: gzip.decompress(held) if name.endswith(".gz") else held for name, held in found.items()}
    streams = {
        f"{number}.{name}": getattr(each, name) for number, each in enumerate(done) for name in ("stdout", "stderr")
    }
    return {name: held.decode() for name, held in files.items()} | streams


def holding(texts: dict[str, str], secret: str = MARK) -> list[str]:
    return sorted(name for name, text in texts.items() if secret.lower() in text.lower())


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, subprocess.CompletedProcess[str]]]:
    """Scan the planted estate with every report and a snapshot."""
    folder = tmp_path_factory.mktemp("planted")
    reports = [part for kind in FORMATS for part in ("--report", f"{kind}={folder / kind}")]
    with served(planted(), leaking) as url:
        snapshot = str(folder / "estate.gz")
        where = ("--subscription", SUBSCRIPTION, "--cloud", url)
        yield folder, mlsec(*where, "--verbose", *reports, "--save-snapshot", snapshot, AZURE_CLIENT_SECRET=SHORT)


def test_no_report_snapshot_or_log_holds_a_secret(scanned: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, done = scanned
    texts = written(folder, done)

    assert done.returncode == 1
    assert {*FORMATS, "estate.gz"} <= texts.keys()
    assert "GET /subscriptions/" in texts["0.stderr"]
    assert texts["estate.gz"].count(REDACTED) > 1000
    assert f"HTTP 400 BadRequest: {REDACTED}" in texts["text"]
    assert holding(texts) == []


def test_no_encoded_secret_is_left_either(scanned: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    texts = written(*scanned)
    cores = [script.split("\n")[0][8:48] for script in SCRIPTS if MARK not in script]

    assert len(cores) > 80
    assert [core for core in cores if holding(texts, core)] == []
    assert holding(texts, b64encode(SHORT.encode()).decode()) == []


@pytest.mark.parametrize("kind", ["text", "json", "markdown"])
def test_no_comparison_or_second_judgement_holds_a_secret(
    scanned: tuple[Path, subprocess.CompletedProcess[str]], kind: str, tmp_path: Path
) -> None:
    folder, _ = scanned
    clean = tmp_path / "clean.gz"
    mlsec("--demo", "--save-snapshot", str(clean))
    done = [
        mlsec("diff", str(clean), str(folder / "estate.gz"), "--format", kind),
        mlsec("diff", str(folder / "json"), str(folder / "estate.gz"), "--format", kind),
        mlsec("--snapshot", str(folder / "estate.gz"), "--format", kind, "--verbose"),
    ]

    assert [each.returncode for each in done] == [1, 0, 1]
    assert holding(written(tmp_path, *done)) == []


def test_a_snapshot_made_by_hand_is_cleaned_as_it_is_read(tmp_path: Path) -> None:
    resources = planted()
    gaps = [{"kind": "Microsoft.Insights/components", "scope": f"/subscriptions/{SUBSCRIPTION}", "why": TEXTS[0]}]
    header = {
        "schema": "mlsec-scan-snapshot/1",
        "tool": {},
        "source": "live",
        "cloud": "public",
        "subscriptions": [SUBSCRIPTION],
        "context_subscriptions": [],
        "started": "2026-11-01T00:00:00Z",
        "finished": "2026-11-01T00:00:01Z",
        "requests": 1,
        "resources": len(resources),
        "gaps": len(gaps),
    }
    lines = "\n".join(json.dumps(each) for each in [header, *resources, *gaps])
    path = tmp_path / "hand.gz"
    path.write_bytes(gzip.compress(lines.encode()))
    done = [mlsec("--snapshot", str(path), "--format", kind) for kind in ("text", "json", "html")]
    path.unlink()

    assert [each.returncode for each in done] == [1, 1, 1]
    assert REDACTED in done[0].stdout
    assert holding(written(tmp_path, *done)) == []


REFUSALS = [answers.error(HTTPStatus.UNAUTHORIZED, "ExpiredAuthenticationToken", f"The token {TEXTS[3]} expired.")]


@pytest.mark.parametrize("answer", [*REFUSALS, Answer(200, f"{{{TEXTS[1]}".encode()), Answer(400, TEXTS[6].encode())])
def test_no_error_that_ends_a_scan_repeats_a_secret(answer: Answer, tmp_path: Path) -> None:
    with served(fixture("reference"), lambda _, __: answer) as url:
        done = mlsec("--subscription", SUBSCRIPTION, "--cloud", url, "--verbose")

    assert done.returncode == 4
    assert holding(written(tmp_path, done)) == []


BREAKING = '''
"""
Breaks.

## Why
## Passes
## Fails
## Fix
## See
"""
from scanner.engine import Severity, rule
from scanner.checks.selectors import workspaces

@rule(id="own", control="Ours", severity=Severity.LOW, each=workspaces)
def check(solution, graph):
    raise ValueError("{}")
    yield
'''


def test_no_internal_error_repeats_a_secret(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "own.py").write_text(BREAKING.format(SECRETS["a GitHub token"]))
    done = mlsec("--demo", "--rules", str(tmp_path / "rules"))

    assert (done.returncode, REDACTED in done.stderr, MARK in done.stderr) == (2, True, False)


def test_failed_sign_in_does_not_repeat_the_secret_that_it_was_tried_with() -> None:
    tenant = "99999999-9999-4999-8999-999999999999"
    settings: dict[str, Any] = {"AZURE_CLIENT_SECRET": SHORT, "AZURE_CLIENT_ID": tenant, "AZURE_TENANT_ID": tenant}
    away: dict[str, Any] = {"HTTPS_PROXY": "http://127.0.0.1:9"}
    done = mlsec("--subscription", SUBSCRIPTION, "--cloud", "https://127.0.0.1:9", "--verbose", **settings, **away)

    assert done.returncode == 4
    assert "az login" in done.stderr
    assert MARK not in done.stdout + done.stderr


def test_configuration_is_shown_without_the_environment(tmp_path: Path) -> None:
    done = mlsec("config", cwd=tmp_path, AZURE_CLIENT_SECRET=SHORT, AZURE_DEVOPS_EXT_PAT=TEXTS[0])

    assert done.returncode == 0
    assert MARK not in done.stdout + done.stderr


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077, 0o777])
def test_snapshot_is_readable_by_its_owner_alone(mask: int, tmp_path: Path) -> None:
    path = tmp_path / "estate.gz"
    path.touch(0o644)
    code = f"import os; os.umask({mask}); from scanner.__main__ import main; main()"
    command = [sys.executable, "-c", code, "--demo", "--save-snapshot", str(path)]
    done = subprocess.run(command, capture_output=True, check=False, env=PLAIN)  # noqa: S603

    assert done.returncode == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
