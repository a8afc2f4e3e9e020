"""Private DNS zone names, against the tables of Microsoft's pages."""

from __future__ import annotations

import pytest

from scanner.domain.zone_names import foreign_cloud, zones_for
from scanner.evidence import MissingEvidence


@pytest.mark.parametrize(
    ("group", "cloud", "zones"),
    [
        ("amlworkspace", "public", ("privatelink.api.azureml.ms", "privatelink.notebooks.azure.net")),
        ("amlworkspace", "usgov", ("privatelink.api.ml.azure.us", "privatelink.notebooks.usgovcloudapi.net")),
        ("amlworkspace", "china", ("privatelink.api.ml.azure.cn", "privatelink.notebooks.chinacloudapi.cn")),
        ("blob", "public", ("privatelink.blob.core.windows.net",)),
        ("file", "usgov", ("privatelink.file.core.usgovcloudapi.net",)),
        ("queue", "china", ("privatelink.queue.core.chinacloudapi.cn",)),
        ("table", "public", ("privatelink.table.core.windows.net",)),
        ("dfs", "public", ("privatelink.dfs.core.windows.net",)),
        ("web", "public", ("privatelink.web.core.windows.net",)),
        ("vault", "public", ("privatelink.vaultcore.azure.net",)),
        ("vault", "usgov", ("privatelink.vaultcore.usgovcloudapi.net",)),
        ("vault", "china", ("privatelink.vaultcore.azure.cn",)),
        ("registry", "public", ("privatelink.azurecr.io",)),
        ("registry", "usgov", ("privatelink.azurecr.us",)),
        ("registry", "china", ("privatelink.azurecr.cn",)),
    ],
)
def test_sub_resource_has_its_zones_in_each_cloud(group: str, cloud: str, zones: tuple[str, ...]) -> None:
    assert zones_for(group, cloud) == zones


def test_case_of_a_sub_resource_does_not_matter() -> None:
    assert zones_for("AmlWorkspace", "public") == zones_for("amlworkspace", "public")


@pytest.mark.parametrize(
    ("group", "cloud", "zones"),
    [
        ("sqlServer", "public", ("privatelink.database.windows.net",)),
        ("Sql", "usgov", ("privatelink.documents.azure.us",)),
        ("databricks_ui_api", "china", ("privatelink.databricks.azure.cn",)),
        (
            "account",
            "public",
            (
                "privatelink.cognitiveservices.azure.com",
                "privatelink.openai.azure.com",
                "privatelink.services.ai.azure.com",
            ),
        ),
    ],
)
def test_services_that_data_lies_in_have_their_zones(group: str, cloud: str, zones: tuple[str, ...]) -> None:
    assert zones_for(group, cloud) == zones


def test_zone_that_no_document_gives_is_missing_evidence() -> None:
    with pytest.raises(MissingEvidence, match="no table gives"):
        zones_for("searchService", "china")


def test_secondary_sub_resource_uses_the_zone_of_its_primary() -> None:
    assert zones_for("blob_secondary", "public") == zones_for("blob", "public")


@pytest.mark.parametrize(("group", "cloud"), [("blob", "moon"), ("redisCache", "public"), ("", "public")])
def test_what_is_not_in_the_table_is_missing_evidence(group: str, cloud: str) -> None:
    with pytest.raises(MissingEvidence, match="no table gives"):
        zones_for(group, cloud)


@pytest.mark.parametrize(
    ("zone", "cloud", "other"),
    [
        ("privatelink.azurecr.us", "public", "Azure Government"),
        ("PrivateLink.AzureCR.io", "china", "the public cloud"),
        ("privatelink.vaultcore.azure.cn", "usgov", "Azure in China"),
        ("privatelink.azurecr.io", "public", None),
        ("privatelink.westeurope.azmk8s.io", "public", None),
        ("privatelink.azurecr.us", "https://management.example", None),
    ],
)
def test_zone_of_another_cloud_is_recognised_by_its_name(zone: str, cloud: str, other: str | None) -> None:
    assert foreign_cloud(zone, cloud) == other
