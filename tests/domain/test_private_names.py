"""Expected records, against the table of facts §5.1 in each cloud."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address
from itertools import permutations

import pytest

from scanner.domain.private_names import private_names
from scanner.domain.zone_names import zones_for
from scanner.evidence import MissingEvidence
from scanner.model.fields import Address

ADDRESS = IPv4Address("10.0.1.4")
GUID = "fb7e20a0-8891-458b-b969-55ddb3382f51"
API = f"{GUID}.workspace.eastus.api.azureml.ms"


@pytest.mark.parametrize(
    ("group", "cloud", "fqdn", "zone", "record"),
    [
        ("amlworkspace", "public", API, "privatelink.api.azureml.ms", f"{GUID}.workspace.eastus"),
        (
            "amlworkspace",
            "public",
            f"{GUID}.workspace.eastus.cert.api.azureml.ms",
            "privatelink.api.azureml.ms",
            f"{GUID}.workspace.eastus.cert",
        ),
        (
            "amlworkspace",
            "public",
            f"ml-ws-eastus-{GUID}.eastus.notebooks.azure.net",
            "privatelink.notebooks.azure.net",
            f"ml-ws-eastus-{GUID}.eastus",
        ),
        (
            "amlworkspace",
            "usgov",
            f"{GUID}.workspace.usgovvirginia.api.ml.azure.us",
            "privatelink.api.ml.azure.us",
            f"{GUID}.workspace.usgovvirginia",
        ),
        (
            "amlworkspace",
            "usgov",
            f"ml-ws-usgovvirginia-{GUID}.usgovvirginia.notebooks.usgovcloudapi.net",
            "privatelink.notebooks.usgovcloudapi.net",
            f"ml-ws-usgovvirginia-{GUID}.usgovvirginia",
        ),
        (
            "amlworkspace",
            "china",
            f"{GUID}.workspace.chinanorth3.cert.api.ml.azure.cn",
            "privatelink.api.ml.azure.cn",
            f"{GUID}.workspace.chinanorth3.cert",
        ),
        (
            "amlworkspace",
            "china",
            f"ml-ws-chinanorth3-{GUID}.chinanorth3.notebooks.chinacloudapi.cn",
            "privatelink.notebooks.chinacloudapi.cn",
            f"ml-ws-chinanorth3-{GUID}.chinanorth3",
        ),
        ("vault", "public", "kv.vault.azure.net", "privatelink.vaultcore.azure.net", "kv"),
        ("vault", "usgov", "kv.vault.usgovcloudapi.net", "privatelink.vaultcore.usgovcloudapi.net", "kv"),
        ("vault", "china", "kv.vault.azure.cn", "privatelink.vaultcore.azure.cn", "kv"),
        ("registry", "public", "cr.azurecr.io", "privatelink.azurecr.io", "cr"),
        ("registry", "public", "cr.eastus.data.azurecr.io", "privatelink.azurecr.io", "cr.eastus.data"),
        ("registry", "usgov", "cr.azurecr.us", "privatelink.azurecr.us", "cr"),
        ("registry", "china", "cr.azurecr.cn", "privatelink.azurecr.cn", "cr"),
        ("blob", "public", "st.blob.core.windows.net", "privatelink.blob.core.windows.net", "st"),
        ("file", "public", "ST.File.core.windows.net.", "privatelink.file.core.windows.net", "st"),
        ("queue", "usgov", "st.queue.core.usgovcloudapi.net", "privatelink.queue.core.usgovcloudapi.net", "st"),
        ("table", "china", "st.table.core.chinacloudapi.cn", "privatelink.table.core.chinacloudapi.cn", "st"),
        ("dfs", "public", "st.dfs.core.windows.net", "privatelink.dfs.core.windows.net", "st"),
    ],
)
def test_public_name_has_its_record(group: str, cloud: str, fqdn: str, zone: str, record: str) -> None:
    (found,) = private_names([(fqdn, ADDRESS)], zones_for(group, cloud))

    assert (found.zone, found.record, found.address) == (zone, record, ADDRESS)
    assert found.alias == f"{record}.{zone}"


@pytest.mark.parametrize(
    ("cloud", "api", "inference", "zone"),
    [
        ("public", "api.azureml.ms", "inference.ml.azure.com", "privatelink.api.azureml.ms"),
        ("usgov", "api.ml.azure.us", "inference.ml.azure.us", "privatelink.api.ml.azure.us"),
        ("china", "api.ml.azure.cn", "inference.ml.azure.cn", "privatelink.api.ml.azure.cn"),
    ],
)
def test_wildcard_for_inference_takes_the_workspaces_id_from_its_other_names(
    cloud: str, api: str, inference: str, zone: str
) -> None:
    given = [(f"*.region1.{inference}", ADDRESS), (f"{GUID}.workspace.region1.{api}", IPv4Address("10.0.1.5"))]
    wildcard, _ = private_names(given, zones_for("amlworkspace", cloud))

    assert (wildcard.zone, wildcard.record) == (zone, f"*.{GUID}.inference.region1")
    assert wildcard.address == ADDRESS


def test_wildcard_without_the_workspaces_id_is_missing_evidence() -> None:
    with pytest.raises(MissingEvidence, match="needs the workspace's id"):
        private_names([("*.eastus.inference.ml.azure.com", ADDRESS)], zones_for("amlworkspace", "public"))


@pytest.mark.parametrize(
    "fqdn",
    [
        "ci.eastus.instances.azureml.ms",
        "ci-22.eastus.instances.ml.azure.ms",
        "ci.usgovvirginia.instances.azureml.us",
        "model.eastus.models.ai.azure.com",
    ],
)
def test_name_that_azure_makes_no_record_for_needs_none(fqdn: str) -> None:
    assert private_names([(fqdn, ADDRESS)], zones_for("amlworkspace", "public")) == ()


@pytest.mark.parametrize("fqdn", ["st.blob.core.windows.net", "kv.vaultcore.azure.net", "xvault.azure.net"])
def test_name_that_fits_no_zone_is_missing_evidence(fqdn: str) -> None:
    with pytest.raises(MissingEvidence, match="no table says"):
        private_names([(fqdn, ADDRESS)], zones_for("vault", "public"))


PROJECT = "0a7e20a0-8891-458b-b969-55ddb3382f52"
OF_A_HUB = (
    (f"{PROJECT}.workspace.eastus.api.azureml.ms", ADDRESS),
    (API, ADDRESS),
    (f"ml-ws-eastus-{GUID}.eastus.notebooks.azure.net", ADDRESS),
    ("*.eastus.inference.ml.azure.com", IPv4Address("10.0.1.6")),
)


def records(given: Iterable[tuple[str, IPv4Address]], own: str = GUID) -> set[tuple[str, frozenset[Address]]]:
    found = private_names(given, zones_for("amlworkspace", "public"), lambda: own)
    return {(each.record, each.addresses) for each in found}


@pytest.mark.parametrize("given", list(permutations(OF_A_HUB)))
def test_wildcard_of_a_hub_is_its_own_in_whatever_order_its_projects_names_come(
    given: tuple[tuple[str, IPv4Address], ...],
) -> None:
    assert records(given) == records(OF_A_HUB)
    assert (f"*.{GUID}.inference.eastus", frozenset({IPv4Address("10.0.1.6")})) in records(given)


@pytest.mark.parametrize("given", list(permutations((*OF_A_HUB, ("*.eastus.inference.ml.azure.com", ADDRESS)))))
def test_each_workspace_has_a_wildcard_where_there_are_as_many_and_either_address_does(
    given: tuple[tuple[str, IPv4Address], ...],
) -> None:
    either = frozenset({ADDRESS, IPv4Address("10.0.1.6")})

    assert {(f"*.{each}.inference.eastus", either) for each in (GUID, PROJECT)} <= records(given)


def test_wildcard_of_a_workspace_that_no_name_is_of_is_missing_evidence() -> None:
    with pytest.raises(MissingEvidence, match="which no other name tells"):
        records(OF_A_HUB, "11111111-8891-458b-b969-55ddb3382f52")
