"""The private DNS records that an endpoint's public names need, by the names alone.

Source: https://learn.microsoft.com/azure/machine-learning/how-to-custom-dns (2026-03-26, 10fd319) for Azure Machine
Learning and https://learn.microsoft.com/azure/private-link/private-endpoint-dns (42655f0) for the rest (facts §5.1).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from scanner.domain.dns_names import closest, normal, relative
from scanner.evidence import MissingEvidence
from scanner.model.fields import Address

_PREFIX = "privatelink."

_PUBLIC_DOMAINS = {
    # Everywhere else the public name is the zone's without "privatelink.".
    "privatelink.vaultcore.azure.net": "vault.azure.net",
    "privatelink.vaultcore.usgovcloudapi.net": "vault.usgovcloudapi.net",
    "privatelink.vaultcore.azure.cn": "vault.azure.cn",
}

_INFERENCE = re.compile(r"(?P<endpoint>[^.]+)\.(?P<region>[^.]+)\.inference\.ml\.azure\.(?:com|us|cn)")
_API_ZONES = frozenset({"privatelink.api.azureml.ms", "privatelink.api.ml.azure.us", "privatelink.api.ml.azure.cn"})
_WORKSPACE = re.compile(r"(?P<workspace>[^.]+)\.workspace\.[^.]+\..+")

# Azure makes no private records for these: SSH to compute instances, and serverless APIs (facts §5.1).
_WITHOUT_RECORD = re.compile(
    r".+\.instances\.(?:azureml\.(?:ms|us|cn)|ml\.azure\.(?:ms|us|cn))|.+\.models\.ai\.azure\.com"
)


@dataclass(frozen=True, slots=True)
class PrivateName:
    """A public name of a private endpoint, the record that it needs and the address that belongs there.

    `fqdn` may start with `*.`: then any name in its place is meant. `record` is relative to `zone`.
    """

    fqdn: str
    zone: str
    record: str
    address: Address

    @property
    def alias(self) -> str:
        """What public DNS answers for the name while the resource has a private endpoint: a CNAME to this."""
        return f"{self.record}.{self.zone}"


def public_domain(zone: str) -> str:
    """Return the domain of the public names whose records belong in a zone."""
    return _PUBLIC_DOMAINS.get(zone, zone.removeprefix(_PREFIX))


def is_workspace_name(name: PrivateName) -> bool:
    """Tell whether a name is that of a workspace itself: not of its notebooks, not of its online endpoints."""
    return name.zone in _API_ZONES and _WORKSPACE.fullmatch(name.fqdn) is not None


def private_names(given: Iterable[tuple[str, Address]], zones: Iterable[str]) -> tuple[PrivateName, ...]:
    """Return the records that belong in `zones` for the public names and addresses of one endpoint's interface.

    Raises MissingEvidence for a name that no documented pattern fits.
    """
    pairs = [(normal(fqdn), address) for fqdn, address in given]
    domains = [(public_domain(zone), zone) for zone in map(normal, zones)]
    return tuple(
        _private_name(fqdn, address, domains, [name for name, _ in pairs])
        for fqdn, address in pairs
        if not _WITHOUT_RECORD.fullmatch(fqdn)
    )


def _private_name(fqdn: str, address: Address, domains: list[tuple[str, str]], siblings: list[str]) -> PrivateName:
    inference = _INFERENCE.fullmatch(fqdn)
    if inference:
        zone = next((zone for _, zone in domains if zone in _API_ZONES), None)
        record = f"{inference['endpoint']}.{_workspace(siblings, fqdn)}.inference.{inference['region']}"
    else:
        found = closest(fqdn, [(domain, (domain, zone)) for domain, zone in domains])
        domain, zone = found or ("", None)
        record = relative(fqdn, domain)
    if zone is None:
        raise MissingEvidence(f"no table says which private DNS zone {fqdn} belongs in")
    return PrivateName(fqdn, zone, record, address)


def _workspace(siblings: list[str], fqdn: str) -> str:
    """Return the workspace's own part of its names, which the name for inference lacks and its record needs."""
    found = (match["workspace"] for each in siblings if (match := _WORKSPACE.fullmatch(each)))
    workspace = next(found, None)
    if workspace is None:
        raise MissingEvidence(f"the record for {fqdn} needs the workspace's id, which no other name of it tells")
    return workspace
