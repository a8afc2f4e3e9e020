"""Which private DNS zones hold the records of a private endpoint, by sub-resource and cloud.

Source: https://learn.microsoft.com/azure/private-link/private-endpoint-dns (42655f0), for Azure Machine Learning
https://learn.microsoft.com/azure/machine-learning/how-to-custom-dns (2026-03-26), and for the registry in China
https://docs.azure.cn/private-link/private-endpoint-dns.
"""

from __future__ import annotations

from scanner.evidence import MissingEvidence

CLOUDS = {"public": "the public cloud", "usgov": "Azure Government", "china": "Azure in China"}
"""The clouds whose zone names are known, as people call them."""

_STORAGE_SUFFIXES = {"public": "core.windows.net", "usgov": "core.usgovcloudapi.net", "china": "core.chinacloudapi.cn"}
_STORAGE_GROUPS = ("blob", "file", "queue", "table", "dfs", "web")

_DATA_DOMAINS = {
    # By cloud in the order above; empty where no document gives it.
    "sqlserver": ("database.windows.net", "database.usgovcloudapi.net", "database.chinacloudapi.cn"),
    "sql": ("documents.azure.com", "documents.azure.us", "documents.azure.cn"),
    "mongodb": ("mongo.cosmos.azure.com", "mongo.cosmos.azure.us", "mongo.cosmos.azure.cn"),
    "databricks_ui_api": ("azuredatabricks.net", "databricks.azure.us", "databricks.azure.cn"),
    "searchservice": ("search.windows.net", "search.azure.us", ""),
    # Which of them an account has names in depends on its kind.
    "account": (
        "cognitiveservices.azure.com openai.azure.com services.ai.azure.com",
        "cognitiveservices.azure.us openai.azure.us",
        "",
    ),
}
"""The domains of services that data lies in, besides storage, by sub-resource."""

_ZONES: dict[tuple[str, str], tuple[str, ...]] = {
    # One endpoint of a workspace needs two zones: API with inference, and notebooks.
    ("amlworkspace", "public"): ("privatelink.api.azureml.ms", "privatelink.notebooks.azure.net"),
    ("amlworkspace", "usgov"): ("privatelink.api.ml.azure.us", "privatelink.notebooks.usgovcloudapi.net"),
    ("amlworkspace", "china"): ("privatelink.api.ml.azure.cn", "privatelink.notebooks.chinacloudapi.cn"),
    ("registry", "public"): ("privatelink.azurecr.io",),
    ("registry", "usgov"): ("privatelink.azurecr.us",),
    ("registry", "china"): ("privatelink.azurecr.cn",),
    ("vault", "public"): ("privatelink.vaultcore.azure.net",),
    ("vault", "usgov"): ("privatelink.vaultcore.usgovcloudapi.net",),
    ("vault", "china"): ("privatelink.vaultcore.azure.cn",),
    **{
        (group, cloud): tuple(f"privatelink.{each}" for each in domains.split())
        for group, by_cloud in _DATA_DOMAINS.items()
        for cloud, domains in zip(CLOUDS, by_cloud, strict=False)
        if domains
    },
    **{
        (group, cloud): (f"privatelink.{group}.{suffix}",)
        for group in _STORAGE_GROUPS
        for cloud, suffix in _STORAGE_SUFFIXES.items()
    },
}

_CLOUD_OF = {zone: cloud for (_, cloud), zones in _ZONES.items() for zone in zones}


def zones_for(group: str, cloud: str) -> tuple[str, ...]:
    """Return the zones that an endpoint for a sub-resource needs. Raises MissingEvidence for what is not in the table.

    A secondary sub-resource (`blob_secondary`) keeps its records in the zone of its primary.
    """
    zones = _ZONES.get((group.lower().removesuffix("_secondary"), cloud))
    if zones is None:
        raise MissingEvidence(f"no table gives the private DNS zones of {group!r} in cloud {cloud!r}")
    return zones


def foreign_cloud(zone: str, cloud: str) -> str | None:
    """Return what people call the cloud that a zone's name belongs to, if it is another one than the given."""
    home = _CLOUD_OF.get(zone.lower(), cloud)
    return None if home == cloud or cloud not in CLOUDS else CLOUDS[home]
