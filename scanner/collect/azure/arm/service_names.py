"""In which private DNS zones the names of Azure's services can be: of no others are records read."""

from __future__ import annotations

from functools import lru_cache

DOMAINS = (
    "azk8s.cn",
    "azmk8s.io",
    "azmk8s.us",
    "azure-automation.cn",
    "azure-automation.net",
    "azure-automation.us",
    "azure.cn",
    "azure.com",
    "azure.net",
    "azure.us",
    "azurecr.cn",
    "azurecr.io",
    "azurecr.us",
    "azuredatabricks.net",
    "azureml.ms",
    "azureml.net",
    "azureml.us",
    "chinacloudapi.cn",
    "microsoft.com",
    "usgovcloudapi.net",
    "visualstudio.com",
    "windows.net",
)
"""The domains that names of Azure's services are in (facts §5.1, §5.2)."""
PARENTS = frozenset(each.rpartition(".")[2] for each in DOMAINS)
"""The domains that those are in."""


@lru_cache(4096)
def names_service(zone: str) -> bool:
    """Tell whether a zone of a name lies in a domain of Azure's services, or one of those in it."""
    name = zone.lower().strip(".")
    return name in PARENTS or any(_is_in(name, each) for each in DOMAINS)


def _is_in(name: str, domain: str) -> bool:
    return name == domain or name.endswith(f".{domain}")
