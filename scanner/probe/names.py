"""What a probe may ask for: the names of private services, and the addresses and ports that they can have.

A probe file is foreign: whatever stands in it, nothing but these is resolved or connected to. Domains are those of
learn.microsoft.com/azure/private-link/private-endpoint-dns (2026-07) and of
learn.microsoft.com/azure/machine-learning/how-to-custom-dns (2026-03-26).
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from scanner.errors import ProbeError, one_line
from scanner.probe.shapes import DNS_ALONE, Plan, Target

DOMAINS = (
    *("api.azureml.ms", "notebooks.azure.net", "inference.ml.azure.com", "instances.azureml.ms"),
    *("api.ml.azure.us", "notebooks.usgovcloudapi.net", "inference.ml.azure.us", "instances.azureml.us"),
    *("api.ml.azure.cn", "notebooks.chinacloudapi.cn", "inference.ml.azure.cn", "instances.azureml.cn"),
    *("core.windows.net", "core.usgovcloudapi.net", "core.chinacloudapi.cn"),
    *("vault.azure.net", "vault.usgovcloudapi.net", "vault.azure.cn"),
    *("vaultcore.azure.net", "vaultcore.usgovcloudapi.net", "vaultcore.azure.cn"),
    *("azurecr.io", "azurecr.us", "azurecr.cn"),
    *("database.windows.net", "database.usgovcloudapi.net", "database.chinacloudapi.cn"),
    *("documents.azure.com", "documents.azure.us", "documents.azure.cn"),
    *("mongo.cosmos.azure.com", "mongo.cosmos.azure.us", "mongo.cosmos.azure.cn"),
    *("azuredatabricks.net", "databricks.azure.us", "databricks.azure.cn"),
    *("search.windows.net", "search.azure.us"),
    *("cognitiveservices.azure.com", "openai.azure.com", "services.ai.azure.com"),
    *("cognitiveservices.azure.us", "openai.azure.us"),
)
"""The domains below which private services have their names, those of their private DNS zones among them."""

PORTS = frozenset({DNS_ALONE, 443, 445, 1433, 10255})

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(?:{_LABEL}\.)+(?:{'|'.join(map(re.escape, DOMAINS))})", re.ASCII)
_LONGEST = 253

_NEVER = [
    ip_network(each)
    for each in (
        # This machine, its link and Azure's own addresses there: metadata, DNS and the host of the machine.
        *("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "168.63.129.16/32", "224.0.0.0/4", "240.0.0.0/4"),
        *("::/127", "::ffff:0:0/96", "64:ff9b::/96", "fe80::/10", "ff00::/8"),
    )
]
_PRIVATE = [ip_network(each) for each in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")]


def require_private_services(plan: Plan) -> None:
    """Raise ProbeError for a file that asks for anything but names and ports of private services."""
    for target in (*(each for place in plan.places for each in place.targets), *plan.outside):
        _require(target)


def _require(target: Target) -> None:
    if not _has_service_name(target):
        raise ProbeError(f"the probe file asks for {one_line(target.name[:80])!r}, which is no private service's name")
    if target.port not in PORTS:
        raise ProbeError(f"the probe file asks for port {target.port} of {target.name}, which no private service has")
    for each in target.addresses:
        if not _may_be_a_services(each):
            raise ProbeError(f"the probe file expects {one_line(each[:80])!r}, which is no private service's address")


def is_askable(target: Target) -> bool:
    """Tell whether a probe may ask for a target: by its name, its port and the addresses that are expected of it."""
    return _has_service_name(target) and target.port in PORTS and all(map(_may_be_a_services, target.addresses))


def _has_service_name(target: Target) -> bool:
    return len(target.name) <= _LONGEST and _NAME.fullmatch(target.name) is not None


def _may_be_a_services(text: str) -> bool:
    address = parsed(text)
    return address is not None and not is_barred(address)


def parsed(text: str) -> IPv4Address | IPv6Address | None:
    """Return the address that a text is, None if it is none."""
    try:
        return ip_address(text)
    except ValueError:
        return None


def is_barred(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address is one that no service has: of this machine, its link, or of Azure's host."""
    return any(address in each for each in _NEVER if each.version == address.version)


def is_private(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address is of the ranges that only networks of one's own route."""
    return any(address in each for each in _PRIVATE if each.version == address.version)
