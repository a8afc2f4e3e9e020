"""Estates as they would be in a sovereign cloud: other zone names, public names, regions, sign-in.

The names are those of https://learn.microsoft.com/azure/private-link/private-endpoint-dns and
https://learn.microsoft.com/azure/machine-learning/how-to-custom-dns, put down here anew (facts §5): the scanner's own
tables are what is tested. What no rule reads is rewritten too, as far as its name in that cloud is known.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from scanner.simulator import Estate

SOVEREIGN = ("usgov", "china")

# Longest first: `ml.azure.com` is the tail of the names for inference.
_NAMES: Mapping[str, tuple[str, str]] = {
    "api.azureml.ms": ("api.ml.azure.us", "api.ml.azure.cn"),
    "notebooks.azure.net": ("notebooks.usgovcloudapi.net", "notebooks.chinacloudapi.cn"),
    "instances.azureml.ms": ("instances.azureml.us", "instances.azureml.cn"),
    "ml.azure.com": ("ml.azure.us", "ml.azure.cn"),
    "core.windows.net": ("core.usgovcloudapi.net", "core.chinacloudapi.cn"),
    "azurecr.io": ("azurecr.us", "azurecr.cn"),
    "vaultcore.azure.net": ("vaultcore.usgovcloudapi.net", "vaultcore.azure.cn"),
    "vault.azure.net": ("vault.usgovcloudapi.net", "vault.azure.cn"),
    "monitor.azure.com": ("monitor.azure.us", "monitor.azure.cn"),
    "opinsights.azure.com": ("opinsights.azure.us", "opinsights.azure.cn"),
    "azure-automation.net": ("azure-automation.us", "azure-automation.cn"),
    "azmk8s.io": ("cx.aks.containerservice.azure.us", "cx.prod.service.azk8s.cn"),
    "login.microsoftonline.com": ("login.microsoftonline.us", "login.chinacloudapi.cn"),
}
_REGIONS: Mapping[str, tuple[str, str]] = {
    "WestEurope": ("USGovVirginia", "ChinaNorth3"),
    "NorthEurope": ("USGovArizona", "ChinaEast2"),
    "SwedenCentral": ("USGovTexas", "ChinaNorth2"),
}


def in_cloud(estate: Estate, cloud: str) -> Estate:
    """Return an estate of the public cloud as it would be in a sovereign one."""
    resources = json.loads(rewritten(json.dumps(estate.resources), cloud))
    return Estate(estate.about, tuple(resources), estate.groups)


def rewritten(text: str, cloud: str) -> str:
    """Translate every name in a piece of JSON."""
    at = SOVEREIGN.index(cloud)
    for public, names in _NAMES.items():
        text = re.sub(rf"\b{re.escape(public)}\b", names[at], text, flags=re.IGNORECASE)
    for public, regions in _REGIONS.items():
        text = text.replace(public, regions[at]).replace(public.lower(), regions[at].lower())
    return text
