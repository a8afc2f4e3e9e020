"""The private DNS records that an endpoint's public names need, by the names alone.

Source: https://learn.microsoft.com/azure/machine-learning/how-to-custom-dns (2026-03-26, 10fd319) for Azure Machine
Learning and https://learn.microsoft.com/azure/private-link/private-endpoint-dns (42655f0) for the rest (facts §5.1).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

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
_OWN_RECORD = re.compile(r"(?P<workspace>[^.]+)\.workspace\.[^.]+")
_WORKSPACE = re.compile(r"(?P<workspace>[^.]+)\.workspace\.[^.]+\..+")

# Azure makes no private records for these: SSH to compute instances, and serverless APIs (facts §5.1).
_WITHOUT_RECORD = re.compile(
    r".+\.instances\.(?:azureml\.(?:ms|us|cn)|ml\.azure\.(?:ms|us|cn))|.+\.models\.ai\.azure\.com"
)


class PrivateName(Struct, frozen=True, gc=False):
    """A public name of a private endpoint, the record that it needs and the address that belongs there.

    `fqdn` may start with `*.`: then any name in its place is meant. `record` is relative to `zone`. An address of
    `either` does as well: which of several wildcards is whose workspace's is not documented.
    """

    fqdn: str
    zone: str
    record: str
    address: Address
    either: tuple[Address, ...] = ()

    @property
    def alias(self) -> str:
        """What public DNS answers for the name while the resource has a private endpoint: a CNAME to this."""
        return f"{self.record}.{self.zone}"

    @property
    def addresses(self) -> frozenset[Address]:
        """Every address that the record may have."""
        return frozenset((self.address, *self.either))


def public_domain(zone: str) -> str:
    """Return the domain of the public names whose records belong in a zone."""
    return _PUBLIC_DOMAINS.get(zone, zone.removeprefix(_PREFIX))


def _not_told() -> str:
    raise MissingEvidence("which of the names are the workspace's own is not told")


def is_workspace_name(name: PrivateName) -> bool:
    """Tell whether a name is that of a workspace itself: not of its notebooks, certificates or online endpoints."""
    return name.zone in _API_ZONES and _OWN_RECORD.fullmatch(name.record) is not None


def is_name_of(guid: str, name: PrivateName) -> bool:
    """Tell whether a workspace's name is that of the workspace with a GUID, in whatever case."""
    found = _WORKSPACE.fullmatch(name.fqdn)
    return found is not None and found["workspace"] == guid.lower()


def private_names(
    given: Iterable[tuple[str, Address]], zones: Iterable[str], own: Callable[[], str] = _not_told
) -> tuple[PrivateName, ...]:
    """Return the records that belong in `zones` for the public names and addresses of one endpoint's interface.

    `own` returns the GUID of the workspace that the endpoint leads to: it is asked for where the interface has names of
    several, as a hub's has of its projects. Raises MissingEvidence for a name that no documented pattern fits.
    """
    pairs = [(normal(fqdn), address) for fqdn, address in given]
    domains = [(public_domain(zone), zone) for zone in map(normal, zones)]
    wildcards = [(match, address) for fqdn, address in pairs if (match := _INFERENCE.fullmatch(fqdn))]
    inference = _inference_names(wildcards, [fqdn for fqdn, _ in pairs], domains, own)
    found: list[PrivateName] = []
    for fqdn, address in pairs:
        if _INFERENCE.fullmatch(fqdn):
            found += inference  # all of them, at the first
        elif not _WITHOUT_RECORD.fullmatch(fqdn):
            found.append(_private_name(fqdn, address, domains))
    return tuple(found)


def _private_name(fqdn: str, address: Address, domains: list[tuple[str, str]]) -> PrivateName:
    found = closest(fqdn, [(domain, (domain, zone)) for domain, zone in domains])
    if found is None:
        raise _no_zone(fqdn)
    domain, zone = found
    return PrivateName(fqdn, zone, relative(fqdn, domain), address)


def _no_zone(fqdn: str) -> MissingEvidence:
    return MissingEvidence(f"no table says which private DNS zone {fqdn} belongs in")


def _inference_names(
    wildcards: list[tuple[re.Match[str], Address]],
    siblings: list[str],
    domains: list[tuple[str, str]],
    own: Callable[[], str],
) -> Iterator[PrivateName]:
    """Yield the names for inference. One needs the record of the endpoint's own workspace, several that of each."""
    if not wildcards:
        return
    first, _ = wildcards[0]
    zone = next((zone for _, zone in domains if zone in _API_ZONES), None)
    if zone is None:
        raise _no_zone(first[0])
    workspaces = sorted({match["workspace"] for each in siblings if (match := _WORKSPACE.fullmatch(each))})
    if not workspaces:
        raise MissingEvidence(f"the record for {first[0]} needs the workspace's id, which no other name of it tells")
    if len(workspaces) > 1 and len(wildcards) != len(workspaces):
        workspaces = [_own_of(workspaces, own, first[0])]
    either = tuple(sorted({address for _, address in wildcards}, key=str))
    for fqdn, (endpoint, region) in sorted({found[0]: found.groups() for found, _ in wildcards}.items()):
        for workspace in workspaces:
            yield PrivateName(fqdn, zone, f"{endpoint}.{workspace}.inference.{region}", either[0], either[1:])


def _own_of(workspaces: list[str], own: Callable[[], str], fqdn: str) -> str:
    found = normal(own())
    if found not in workspaces:
        raise MissingEvidence(
            f"the record for {fqdn} needs the id of the workspace, {found}, which no other name tells"
        )
    return found
