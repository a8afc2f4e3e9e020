"""What runs in delegated subnets: listed in a subscription where one of its networks has such a subnet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from scanner.collect.azure.arm.tables.listing import Arm, Listing, Query
from scanner.model.arm import ArmId, Json, properties_of

_NETWORK = "Microsoft.Network/virtualNetworks"
_APPS = "2024-03-01"


def _delegated(kind: str, service: str) -> Callable[[Json], Iterable[Query]]:
    """Ask for the resources of a kind in a network's subscription, if it has a subnet that is theirs."""

    def queries(network: Json) -> Iterable[Query]:
        if service in set(_services(network)):
            yield Query(f"{ArmId(str(network['id'])).in_subscription}/providers/{kind}")

    return queries


def _services(network: Json) -> Iterator[str]:
    """Yield the services that subnets of a network are delegated to, in lower case."""
    for subnet in _listed(network, "subnets"):
        for delegation in _listed(subnet, "delegations"):
            yield str(properties_of(delegation).get("serviceName")).lower()


def _listed(resource: Json, key: str) -> list[Json]:
    found = properties_of(resource).get(key)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _row(kind: str, service: str, version: str, because: str) -> Listing:
    return Listing(kind, Arm(_delegated(kind, service)), version, because, _NETWORK)


ROWS: tuple[Listing, ...] = (
    _row(
        "Microsoft.ContainerInstance/containerGroups",
        "microsoft.containerinstance/containergroups",
        "2023-05-01",
        "stable with the list of subnets",
    ),
    _row(
        "Microsoft.App/managedEnvironments", "microsoft.app/environments", _APPS, "stable; nothing we read came later"
    ),
    _row("Microsoft.App/jobs", "microsoft.app/environments", _APPS, "as the environments"),
    _row(
        "GitHub.Network/networkSettings",
        "github.network/networksettings",
        "2024-04-02",
        "the version that GitHub's page tells to make it in",
    ),
)
