"""What ways out cost: firewalls, NAT gateways, public addresses."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.cost import meters
from scanner.cost.attached import holders_of, subnets_of_nat
from scanner.cost.items import Charge, Control, Item
from scanner.cost.links import region_of
from scanner.cost.serving import Serving
from scanner.cost.ways_in import hub_users
from scanner.evidence import known
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.firewall import AzureFirewall
from scanner.model.routing import NatGateway, PublicIpAddress


def firewall(found: AzureFirewall, graph: Graph, serving: Serving) -> Iterator[Item]:
    """Yield what a firewall costs."""
    region, tier, hub = region_of(found), known(found.tier), known(found.hub)
    subnets = (known(each.subnet) for each in known(found.ip_configurations))
    homes = [each.parent for each in subnets if each is not None and each.parent is not None]
    users = serving.of(*homes) or (hub_users(hub, graph, serving) if hub is not None else ())
    if tier is None:
        why = "its tier is not told"
        yield Item(found.id, Control.EGRESS, "firewall", region, users, unpriced=why, unrated=why)
        return
    tier = tier.capitalize()
    meter = meters.firewall(tier) if hub is None else meters.secured_hub(tier)
    what = f"Azure Firewall {tier}" + (" in a hub" if hub is not None else "")
    yield Item(found.id, Control.EGRESS, what, region, users, (Charge(meter),), (Charge(meters.firewall_data(tier)),))


def nat(found: NatGateway, graph: Graph, serving: Serving) -> Iterator[Item]:
    """Yield what a NAT gateway costs. Without a SKU it is Standard, which was the only one before StandardV2."""
    homes = [each.parent for each in subnets_of_nat(found, graph) if each.parent is not None]
    whole = known(found.virtual_network)
    users = serving.of(*homes, *([whole] if whole is not None else []))
    sku = known(found.sku) or "Standard"
    fixed, traffic = (Charge(meters.nat(sku)),), (Charge(meters.nat_data(sku)),)
    yield Item(found.id, Control.EGRESS, f"NAT gateway {sku}", region_of(found), users, fixed, traffic)


def address(found: PublicIpAddress, graph: Graph, users: dict[ArmId, tuple[ArmId, ...]]) -> Iterator[Item]:
    """Yield what a public address costs; those of IPv6 are free. It serves whom what holds it serves."""
    holders = holders_of(found, graph)
    served = next((users[each] for each in holders if each in users), ())
    region, sku = region_of(found), (known(found.sku) or "Basic").capitalize()
    if known(found.version) == "IPv6":
        yield Item(found.id, Control.EGRESS, "public IPv6 address", region, served, note="free of charge")
        return
    meter = meters.ADDRESS if sku == "Standard" else meters.old_address(known(found.allocation) or "Dynamic")
    what = f"public address {sku}" + ("" if holders else ", attached to nothing that was read")
    yield Item(found.id, Control.EGRESS, what, region, served, (Charge(meter),))
