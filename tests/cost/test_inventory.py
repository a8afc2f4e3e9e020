"""What costs money in an estate, whose it is, and what it comes to."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from scanner.collect.redaction.redact import redact
from scanner.cost.asked import gigabytes
from scanner.cost.book import table_book
from scanner.cost.estimate import Estimate, Line, estimate, total
from scanner.cost.inventory import inventory
from scanner.cost.items import Control
from scanner.cost.savings import Savings
from scanner.evidence import Gap
from scanner.graph import Graph
from scanner.graph.settings import Scope, Settings
from scanner.report.cost_csv import as_cost_csv
from scanner.report.cost_json import as_cost_json
from scanner.report.cost_text import as_cost_text
from scanner.report.html.cost import as_cost_html
from tests.cases import Resource, estate
from tests.collect.iac.support import collected, graph_in, plan_of, raw_estate

Edit = Callable[[Resource], None]


def priced(rows: list[Resource], settings: Settings | None = None, gb: int | None = None) -> Estimate:
    return estimate(inventory(Graph(rows, settings=settings)), table_book(), Decimal(gb) if gb is not None else None)


def edited(name: str, part: str, change: Edit) -> list[Resource]:
    rows: list[Resource] = json.loads(json.dumps(estate(name)))
    change(next(each for each in rows if each["name"] == part))
    return rows


def line(found: Estimate, name: str) -> Line:
    (one,) = [each for each in found.lines if each.item.id.name == name]
    return one


def sums(found: Estimate) -> dict[str, str]:
    return {each.value: f"{total(found.of(each)).monthly:.2f}" for each in Control if found.of(each)}


def test_the_reference_costs_what_its_parts_do() -> None:
    found = priced(estate("reference"))

    assert sums(found) == {
        "Private Link": "146.00",  # 20 endpoints, 5 of them of the managed network, 730 hours at a cent
        "Azure DNS, private zones": "7.00",  # 14 at 50 cents
        "Virtual Network peering": "0.00",
        "VPN Gateway": "153.30",  # 730 hours at 21 cents
        "Azure Bastion": "211.70",  # 730 hours at 29 cents
        "Firewalls, NAT and public addresses": "992.80",  # two NAT gateways, four addresses, the managed firewall
        "Container Registry": "101.38",  # two, 365/12 days at 1.6666
        "Jump hosts and agents": "350.40",  # 9.6 cents an hour, and two agents at twice that
    }
    assert not found.total.at_least
    assert found.doubts == ()


def test_the_resolver_of_a_hub_is_paid_for_in_equal_parts() -> None:
    found = priced(estate("hub-spoke-private-resolver"))
    resolver = [each for each in found.lines if each.item.control is Control.RESOLVER]

    assert {each.item.what: str(each.monthly) for each in resolver if not each.missing} == {
        "inbound endpoint of a resolver": "180",
        "forwarding ruleset": "2.50",
    }
    assert {len(each.item.users) for each in resolver} == {2}
    halves = [total(found.shared(each), share=True).monthly for each in found.workspaces]
    assert halves[0] == halves[1]
    whole = sum((total(found.own(each)).monthly for each in found.workspaces), Decimal(0))
    assert whole + sum(halves) + total(found.nobodys).monthly == found.total.monthly


def test_a_firewall_and_what_goes_through_it() -> None:
    found = priced(estate("hub-spoke-firewall-dns"), gb=1000)

    firewall = line(found, "afw-hub")
    assert (firewall.monthly, firewall.traffic) == (Decimal("912.50"), Decimal("16.000"))
    assert line(found, "pe-mlw-reference").traffic == Decimal("20.00")
    assert line(found, "privatelink.azurecr.io").traffic is None
    assert found.total.traffic is not None


def test_without_gb_traffic_is_a_rate_and_no_sum() -> None:
    assert {each.traffic for each in priced(estate("article")).lines} == {None}


@pytest.mark.parametrize(("asked", "shown"), [("1e12", "1000000000000"), ("-0", "0"), ("1e-7", "0.0000001")])
def test_gigabytes_are_written_in_digits(asked: str, shown: str) -> None:
    found = estimate(inventory(Graph(estate("article"))), table_book(), gigabytes(asked))

    assert f"With {shown} GB a month" in as_cost_text(found, Savings())
    assert json.loads(as_cost_json(found, Savings()))["gb"] == shown


@pytest.mark.parametrize(
    ("part", "change", "monthly", "says"),
    [
        ("bas-access", {"sku": {"name": "Developer"}}, "0", ""),
        ("bas-access", {"sku": {"name": "Basic"}}, "138.70", ""),
        ("bas-access", {"sku": {"name": "Standard"}, "properties": {"scaleUnits": 5}}, "518.30", ""),
        ("bas-access", {"sku": {"name": "Quantum"}}, "0", "no price of Azure Bastion: Quantum Gateway"),
        ("bas-access", {"sku": None}, "0", "its SKU is not told"),
        ("bas-access", {"sku": {"name": {"$unknown": "known after apply"}}}, "0", "known after apply"),
        ("vgw-access", {"properties": {"sku": {"name": "VpnGw9AZ"}}}, "0", "no price of VPN Gateway: VpnGw9AZ"),
        ("vgw-access", {"properties": {"gatewayType": "ExpressRoute", "sku": {"name": "ErGw1AZ"}}}, "263.530", ""),
        ("pip-vpn", {"properties": {"publicIPAddressVersion": "IPv6"}}, "0", ""),
        ("pip-vpn", {"sku": {"name": "Basic"}}, "0", "no price of Virtual Network: Basic IPv4 Static Public IP"),
        ("vm-jump", {"properties": {"hardwareProfile": None}}, "0", "its size or system is not told"),
        (
            "vm-jump",
            {"properties": {"hardwareProfile": {"vmSize": "Standard_D9s_v9"}}},
            "0",
            "no price of Virtual Machines: Standard_D9s_v9 Linux",
        ),
    ],
)
def test_a_sku_tells_the_price_and_one_of_tomorrow_is_named(
    part: str, change: dict[str, Any], monthly: str, says: str
) -> None:
    def apply(row: Resource) -> None:
        row.update({key: value for key, value in change.items() if key != "properties"})
        row["properties"] |= change.get("properties", {})

    found = line(priced(edited("reference", part, apply)), part)

    assert f"{found.monthly:f}" == monthly
    assert found.missing == ((says,) if says else ())


@pytest.mark.parametrize(
    ("sku", "monthly", "says"),
    [
        ("Basic", "288.35", ""),
        ("Standard", "912.50", ""),
        (None, "912.50", ""),
        ("Titan", "0.00", "no price of Azure Firewall: Titan Deployment"),
        ({"$unknown": "known after apply"}, "0.00", "known after apply"),
    ],
)
def test_the_firewall_of_a_managed_network_is_of_the_sku_that_was_chosen(sku: object, monthly: str, says: str) -> None:
    def choose(row: Resource) -> None:
        row["properties"]["managedNetwork"]["firewallSku"] = sku

    found = priced(edited("reference", "mlw-managed", choose))
    (firewall,) = [each for each in found.of(Control.EGRESS) if each.item.id.name == "mlw-managed"]

    assert f"{firewall.monthly:.2f}" == monthly
    assert firewall.missing == ((says,) if says else ())
    assert f"{total(found.of(Control.PRIVATE_LINK)).monthly:.2f}" == "146.00"


def test_agents_in_containers_and_of_github_are_named_though_nothing_tells_how_long_they_run() -> None:
    machines = ("microsoft.compute/", "microsoft.devopsinfrastructure/pools")
    rows = [each for each in estate("managed-network") if not each["type"].lower().startswith(machines)]

    found = priced(rows)
    agents = found.of(Control.MACHINES)

    assert {each.item.what for each in agents} == {
        "container group for agents",
        "container-app job for agents",
        "GitHub-hosted runners for agents",
    }
    assert all(each.missing and each.item.users for each in agents)
    assert found.total.at_least
    assert total(agents).at_least


def test_circuits_hubs_and_regions_apart() -> None:
    rows = estate("virtual-wan")
    hub = next(each for each in rows if each["type"] == "Microsoft.Network/virtualHubs")
    at = hub["id"].rpartition("/providers/")[0] + "/providers/Microsoft.Network"
    circuit = {"id": f"{at}/expressRouteCircuits/erc", "name": "erc", "type": "Microsoft.Network/expressRouteCircuits",
               "location": "westeurope", "sku": {"tier": "Standard", "family": "MeteredData"},
               "properties": {"serviceProviderProperties": {"bandwidthInMbps": 1000}}}  # fmt: skip
    gateway = {"id": f"{at}/expressRouteGateways/erg", "name": "erg", "type": "Microsoft.Network/expressRouteGateways",
               "location": "westeurope", "properties": {"virtualHub": {"id": hub["id"]},
               "autoScaleConfiguration": {"bounds": {"min": 2}}}}  # fmt: skip

    found = priced([*rows, circuit, gateway])

    assert line(found, "erg").monthly == Decimal("613.20")
    assert line(found, "erc").missing == ("no price of ExpressRoute: Standard Metered Data 1 Gbps Circuit",)
    assert line(found, "p2s-westeurope").missing == ("no price of Virtual WAN: VPN P2S Scale Unit",)
    assert len(line(found, hub["name"]).item.users) == 2


def test_peered_networks_of_two_regions_have_the_rate_of_their_zone() -> None:
    def move(row: Resource) -> None:
        row["location"] = "eastasia"

    near, far = (priced(rows) for rows in (estate("reference"), edited("reference", "vnet-ml", move)))

    rates = [[str(rated.price.first) for each in found.of(Control.PEERING) for rated in each.rates if rated.price]
             for found in (near, far)]  # fmt: skip
    assert rates[0] == ["0.01", "0.01"]
    assert set(rates[1]) <= {"0.035", "0.09"}


def moved_to(region: str) -> Edit:
    def move(row: Resource) -> None:
        row["location"] = region

    return move


def test_each_side_of_a_peering_between_zones_has_its_own_rate_and_one_without_is_named() -> None:
    far, unpriced = (
        priced(edited("reference", "vnet-ml", moved_to(each)), gb=100) for each in ("eastasia", "brazilsouth")
    )

    (peering,) = far.of(Control.PEERING)
    assert {(each.charge.meter.name, str(each.price.first)) for each in peering.rates if each.price} == {
        ("Inter-Region Ingress", "0.09"),
        ("Inter-Region Egress", "0.035"),
    }
    assert f"{peering.traffic:.2f}" == "12.50"
    assert not far.total.traffic_at_least
    (peering,) = unpriced.of(Control.PEERING)
    assert peering.unrated == ("no price of Virtual Network: Inter-Region Ingress",)
    assert (f"{peering.traffic:.2f}", peering.missing, unpriced.total.traffic_at_least) == ("3.50", (), True)
    assert "more; what leaves Azure" in as_cost_text(far, Savings())
    assert "Not in it: no price of Virtual Network: Inter-Region Ingress." in as_cost_text(unpriced, Savings())
    assert ": at least " in as_cost_text(unpriced, Savings()).splitlines()[1]


def test_what_goes_to_a_hub_and_through_it_is_charged_by_the_gb() -> None:
    found = priced(estate("virtual-wan"), gb=100)

    assert [(each.item.what, f"{each.traffic:.2f}") for each in found.of(Control.PEERING)] == [
        ("connection of vnet-access and hub hub-westeurope", "2.00"),
        ("connection of vnet-ml and hub hub-westeurope", "2.00"),
    ]
    assert line(found, "hub-westeurope").traffic == Decimal("2.00")


def test_where_a_hub_is_that_was_not_read_its_connection_has_no_rate() -> None:
    rows = [each for each in estate("virtual-wan") if each["type"] != "Microsoft.Network/virtualHubs"]

    found = priced(rows, gb=100)

    assert {each.unrated for each in found.of(Control.PEERING)} == {("the region of hub-westeurope is not known",)}
    assert found.total.traffic_at_least


def test_the_26th_zone_is_cheaper() -> None:
    rows = estate("reference")
    zone = next(each for each in rows if each["type"] == "Microsoft.Network/privateDnsZones")
    more = [{**zone, "id": f"{zone['id']}{number}", "name": f"{zone['name']}{number}"} for number in range(16)]

    assert f"{total(priced([*rows, *more]).of(Control.ZONES)).monthly:.2f}" == "13.00"


def test_what_was_not_read_makes_the_total_the_least_that_it_may_be() -> None:
    rows = [each for each in estate("demo") if each["type"] != "Microsoft.Network/natGateways"]
    graph = Graph(
        rows, [Gap("Microsoft.Network/natGateways", f"/subscriptions/{rows[0]['id'].split('/')[2]}", "denied", 403)]
    )

    found = estimate(inventory(graph), table_book())

    assert found.total.at_least
    assert any("natGateways" in each for each in found.doubts)


def test_of_a_workspace_alone_only_what_it_uses_counts() -> None:
    found = priced(estate("reference"), Settings(scope=Scope(workspaces=("mlw-managed",))))

    assert [each.name for each in found.workspaces] == ["mlw-managed"]
    assert found.nobodys == ()
    assert "pe-stmlreference-blob" not in {each.item.id.name for each in found.lines if not each.item.users}
    assert found.total.monthly < priced(estate("reference")).total.monthly


def test_what_a_workspace_shares_is_shared_though_the_others_are_not_judged() -> None:
    every = priced(estate("demo"))
    alone = priced(estate("demo"), Settings(scope=Scope(workspaces=("mlw-pricing",))))
    (pricing,) = alone.workspaces

    for each in (every, alone):
        assert f"{total(each.own(pricing)).monthly:.2f}" == "51.60"
        assert f"{total(each.shared(pricing), share=True).monthly:.2f}" == "182.04"
    assert f"{alone.total.monthly - alone.others.monthly:.2f}" == "233.64"
    assert "the part of others that share them and were not judged" in as_cost_text(alone, Savings())
    assert "were not judged" not in as_cost_text(every, Savings())


def test_a_region_that_is_asked_for_stands_in_for_all() -> None:
    assert {each.region for each in inventory(Graph(estate("reference")), "japaneast").items} == {"japaneast"}


def test_names_are_harmless_in_every_format() -> None:
    evil = "=cmd|'calc'!A0<script>alert(1)<b>\x1b[31m"
    rows: list[Resource] = json.loads(json.dumps(estate("demo")).replace("pip-vpn-trial", json.dumps(evil)[1:-1]))
    found = priced(rows)
    texts = [each(found, Savings()) for each in (as_cost_text, as_cost_json, as_cost_csv, as_cost_html)]

    assert any("=cmd" in each for each in texts)
    assert not any("\x1b" in each for each in texts)
    assert '"=cmd' not in texts[2]
    assert "<script>" not in texts[3]


@pytest.mark.parametrize("layout", ["reference", "hub-spoke-firewall-dns"])
def test_a_plan_costs_what_the_estate_that_it_deploys_does(layout: str, tmp_path: Path) -> None:
    """But for what Azure adds by itself: a managed network has its endpoints once something provisions it."""
    rows = raw_estate(layout)
    there, planned = Graph([redact(each) for each in rows]), graph_in(collected(tmp_path, plan_of(rows)))
    brought = ("__SYS_PE_", "mlw-managed")

    told = [
        {(each.item.id.name, each.item.what, each.monthly, each.missing) for each in found.lines}
        for found in (estimate(inventory(graph), table_book()) for graph in (there, planned))
    ]
    assert [each for each in told[0] ^ told[1] if not each[0].startswith(brought)] == []
