"""What could be saved: found, taken out, judged again, and kept where something would be lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from scanner.cost.book import table_book
from scanner.cost.candidates import candidates
from scanner.cost.fixes import priced
from scanner.cost.removal import without
from scanner.cost.savings import Savings, savings
from scanner.engine import Verdict
from scanner.evidence import Gap
from scanner.fix.bench import judgement
from scanner.fix.remarks import remarks
from scanner.graph import Graph
from scanner.graph.settings import Scope, Settings
from scanner.model.arm import ArmId
from tests.cases import Resource, estate
from tests.fix.plans import damaged, judged, plan_of

Rows = list[Resource]


def fresh(name: str) -> Rows:
    rows: Rows = json.loads(json.dumps(estate(name)))
    return rows


def named(rows: Rows, name: str) -> Resource:
    return next(each for each in rows if each["name"] == name)


def beside(row: Resource, kind: str, name: str, **more: Any) -> Resource:  # noqa: ANN401
    at = row["id"].rpartition("/providers/")[0]
    kept = {key: row[key] for key in ("location", "sku") if key in row}
    made: Resource = {"id": f"{at}/providers/{kind}/{name}", "name": name, "type": kind, "properties": {}}
    return made | kept | more


IP, ZONE = "Microsoft.Network/publicIPAddresses", "Microsoft.Network/privateDnsZones"


def spare_address(rows: Rows) -> None:
    rows.append(beside(named(rows, "pip-vpn"), IP, "pip-spare"))


def spare_zone(rows: Rows) -> None:
    rows.append(
        beside(named(rows, "privatelink.azurecr.io"), ZONE, "privatelink.datafactory.azure.net", location="global")
    )


def empty_zone(rows: Rows) -> None:
    spare_zone(rows)
    zone, vnet = rows[-1], named(rows, "vnet-ml")
    rows.append({"id": f"{zone['id']}/SOA/@", "name": "@", "type": f"{ZONE}/SOA", "properties": {}})
    rows.append({"id": f"{zone['id']}/virtualNetworkLinks/ml", "name": "ml", "type": f"{ZONE}/virtualNetworkLinks",
                 "properties": {"virtualNetwork": {"id": vnet["id"]}, "registrationEnabled": False,
                                "virtualNetworkLinkState": "Completed", "provisioningState": "Succeeded"}})  # fmt: skip


def second_bastion(rows: Rows) -> None:
    """Another host with an address of its own, in the same network."""
    first, address = named(rows, "bas-access"), named(rows, "pip-bastion")
    more = json.loads(json.dumps([first, address]).replace("bas-access", "bas-more").replace("pip-bastion", "pip-more"))
    rows.extend(more)


def gateway_without_anything(rows: Rows) -> None:
    gateway = named(rows, "vgw-access")
    gateway["properties"].pop("vpnClientConfiguration")


def nat_behind_a_firewall(rows: Rows) -> None:
    """Compute that leaves through the firewall, and a NAT gateway that is left from before."""
    vnet, nat = named(rows, "vnet-ml"), named(rows, "nat-ml")
    table = next(each for each in rows if each["type"] == "Microsoft.Network/routeTables")
    for subnet in vnet["properties"]["subnets"]:
        subnet["properties"].pop("natGateway", None)
        if (subnet["properties"].get("routeTable") or {}).get("id") == table["id"]:
            subnet["properties"]["natGateway"] = {"id": nat["id"]}


@cache
def found(name: str, change: Callable[[Rows], None]) -> Savings:
    rows = fresh(name)
    change(rows)
    return savings(judged(rows), table_book())


@pytest.mark.parametrize(
    ("name", "change", "at", "gone", "saved"),
    [
        ("reference", spare_address, "pip-spare", ["pip-spare"], "3.65"),
        ("reference", spare_zone, "privatelink.datafactory.azure.net", ["privatelink.datafactory.azure.net"], "0.50"),
        ("reference", empty_zone, "privatelink.datafactory.azure.net", ["privatelink.datafactory.azure.net"], "0.50"),
        ("reference", second_bastion, "bas-access", ["bas-access", "pip-bastion"], "215.35"),
        ("reference", gateway_without_anything, "vgw-access", ["vgw-access", "pip-vpn"], "156.95"),
        ("hub-spoke-firewall-dns", nat_behind_a_firewall, "nat-ml", ["nat-ml", "pip-nat-ml"], "36.50"),
    ],
    ids=lambda each: getattr(each, "__name__", None),
)
def test_what_serves_nothing_is_found_with_what_it_saves(
    name: str, change: Callable[[Rows], None], at: str, gone: list[str], saved: str
) -> None:
    told = found(name, change)

    assert [each.at.name for each in told.proposed] == [at]
    assert [each.name for each in told.proposed[0].gone] == gone
    assert f"{told.proposed[0].monthly.monthly:.2f}" == saved


@pytest.mark.parametrize("name", ["reference", "hub-spoke-firewall-dns", "hub-spoke-private-resolver", "article"])
def test_an_estate_that_wastes_nothing_has_nothing_to_save(name: str) -> None:
    assert [each.at.name for each in savings(judged(fresh(name)), table_book()).proposed] == []


def test_the_demo_pays_for_what_it_forgot() -> None:
    told = savings(judged(fresh("demo")), table_book())

    assert {each.at.name: f"{each.monthly.monthly:.2f}" for each in told.proposed} == {
        "pip-vpn-trial": "3.65",
        "privatelink.datafactory.azure.net": "0.50",
    }
    assert f"{told.monthly.monthly:.2f}" == "4.15"


def second_endpoint(rows: Rows) -> None:
    """Another endpoint for files in the same network, which no zone group gives a name."""
    own = [each for each in rows if "pe-stmlreference-file" in each["id"] and "ZoneGroups" not in each["type"]]
    rows.extend(
        json.loads(json.dumps(own).replace("pe-stmlreference-file", "pe-second").replace("10.20.1.", "10.20.2."))
    )


def test_one_of_two_endpoints_for_the_same_goes_and_the_other_stays() -> None:
    told = found("reference", second_endpoint)

    assert [each.at.name for each in told.proposed] == ["pe-second"]
    assert [(each.at.name, each.why) for each in told.kept] == []


def test_an_endpoint_whose_zone_group_keeps_the_record_of_both_stays() -> None:
    """Azure takes the record away with the endpoint whose zone group wrote it, whoever else needs it."""
    rows = fresh("reference")
    own = json.dumps([each for each in rows if "pe-stmlreference-file" in each["id"]])
    rows.extend(json.loads(own.replace("pe-stmlreference-file", "pe-second").replace("10.20.1.", "10.20.2.")))

    told = savings(judged(rows), table_book())

    assert told.proposed == ()
    assert "pe-second" in {each.at.name for each in told.kept}


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (empty_zone, "Microsoft.Network/privateDnsZones/ALL"),
        (gateway_without_anything, "Microsoft.Network/connections"),
    ],
)
def test_nothing_is_offered_by_what_was_not_read(change: Callable[[Rows], None], kind: str) -> None:
    rows = fresh("reference")
    change(rows)
    kept = [each for each in rows if not each["id"].endswith("/SOA/@")]
    subscription = "/".join(rows[0]["id"].split("/")[:3])

    assert list(candidates(Graph(kept, [Gap(kind, subscription, "denied", 403)]))) == []


def tagged(rows: Rows) -> None:
    """Services go straight to the internet, for which the NAT gateway alone has an address."""
    nat_behind_a_firewall(rows)
    table(rows).append(way("ml", "AzureMachineLearning", "Internet"))


def exempt_range(rows: Rows) -> None:
    nat_behind_a_firewall(rows)
    table(rows).append(way("kms", "23.102.135.246/32", "Internet"))


def one_half(rows: Rows) -> None:
    """Azure's own route has the other half of the internet."""
    nat_behind_a_firewall(rows)
    table(rows)[0]["properties"]["addressPrefix"] = "128.0.0.0/1"


def other_version(rows: Rows) -> None:
    """Send IPv6 alone through the appliance."""
    nat_behind_a_firewall(rows)
    first = table(rows)[0]
    table(rows)[:] = [{**first, "properties": {**first["properties"], "addressPrefix": "::/0"}}]


def a_table_that_is_not_told(rows: Rows) -> None:
    nat_behind_a_firewall(rows)
    table(rows).append({"name": "odd", "properties": {"addressPrefix": "AzureMonitor", "nextHopType": "Beyond"}})


def a_network_whose_subnets_are_not_told(rows: Rows) -> None:
    """Leave a gateway that nothing was seen to use, and a network of which that is not seen."""
    nat_behind_a_firewall(rows)
    for subnet in named(rows, "vnet-ml")["properties"]["subnets"]:
        subnet["properties"].pop("natGateway", None)
    named(rows, "vnet-hub")["properties"]["subnets"] = {"$unknown": "not told"}


def table(rows: Rows) -> list[Resource]:
    found: list[Resource] = next(each for each in rows if each["type"] == "Microsoft.Network/routeTables")[
        "properties"
    ]["routes"]
    return found


def way(name: str, prefix: str, hop: str) -> Resource:
    return {"name": name, "properties": {"addressPrefix": prefix, "nextHopType": hop}}


@pytest.mark.parametrize(
    "change",
    [tagged, exempt_range, one_half, other_version, a_table_that_is_not_told, a_network_whose_subnets_are_not_told],
)
def test_a_nat_gateway_stays_where_any_route_leads_straight_to_the_internet(
    change: Callable[[Rows], None],
) -> None:
    rows = fresh("hub-spoke-firewall-dns")
    change(rows)

    assert [each.at.name for each in candidates(Graph(rows)) if each.at.name == "nat-ml"] == []


def second_blob(rows: Rows) -> None:
    """Another endpoint for blobs, in the hub and in no zone, as whoever is on-premises would have one."""
    hub = next(each for each in named(rows, "vnet-hub")["properties"]["subnets"] if each["name"] == "snet-jump")
    first = named(rows, "pe-stmlreference-blob")
    interface = next(each for each in rows if each["id"] == first["properties"]["networkInterfaces"][0]["id"])
    address = interface["properties"]["ipConfigurations"][0]["properties"]["privateIPAddress"]
    there = hub["properties"].get("addressPrefix") or hub["properties"]["addressPrefixes"][0]
    text = json.dumps([first, interface]).replace("pe-stmlreference-blob", "pe-second")
    text = text.replace(first["properties"]["subnet"]["id"], hub["id"])
    rows.extend(json.loads(text.replace(address, there.rpartition(".")[0] + ".77")))


def test_no_endpoint_goes_where_a_server_that_was_not_seen_may_answer_with_its_address() -> None:
    told = found("hub-spoke-onprem-dns", second_blob)

    assert [each.at.name for each in told.proposed] == []
    assert "is not known" in next(each.because for each in told.kept if each.at.name == "pe-second")


def connected_site(rows: Rows) -> None:
    second_endpoint(rows)
    gateway = named(rows, "vgw-access")
    told = {"connectionType": "IPsec", "virtualNetworkGateway1": {"id": gateway["id"]}}
    rows.append(beside(gateway, "Microsoft.Network/connections", "to-office", properties=told))


def test_no_endpoint_goes_where_sites_are_connected_of_which_no_name_server_is_seen() -> None:
    told = found("reference", connected_site)

    assert [each.at.name for each in told.proposed] == []
    assert "beyond to-office" in next(each.because for each in told.kept if each.at.name == "pe-second")


def test_what_is_attached_to_nothing_goes_whatever_else_is_unknown() -> None:
    told = found("hub-spoke-onprem-dns", spare_zone)

    assert [each.at.name for each in told.proposed] == ["privatelink.datafactory.azure.net"]


KINDS = sorted({each["type"] for name in ("reference", "hub-spoke-firewall-dns") for each in estate(name)})


@pytest.mark.parametrize("kind", [each for each in KINDS if "/subscriptions" not in each])
def test_whatever_was_not_read_nothing_is_offered_that_is_needed(kind: str) -> None:
    """What hides a listing, whole or in part, makes fewer things seem of no use, and never others."""
    rows = fresh("hub-spoke-firewall-dns")
    for change in (spare_address, spare_zone, nat_behind_a_firewall):
        change(rows)
    whole = {each.gone for each in candidates(Graph(rows))}
    listed = "Microsoft.Network/privateDnsZones/ALL" if kind.startswith("Microsoft.Network/privateDnsZones/") else kind
    listed = kind if kind.endswith("virtualNetworkLinks") else listed
    subscriptions = sorted({"/".join(each["id"].split("/")[:3]) for each in rows})
    gaps = [Gap(listed, each, "denied", 403) for each in subscriptions]
    of_kind = [each for each in rows if each["type"] == kind]

    views = [[each for each in rows if each not in hidden] for hidden in (of_kind, of_kind[::2], [])]
    assert [{each.gone for each in candidates(Graph(view, gaps))} - whole for view in views] == [set()] * 3


def old_spare_address(rows: Rows) -> None:
    """Leave an address of a SKU that has no price any more."""
    spare_address(rows)
    rows[-1]["sku"] = {"name": "Basic"}


def unjudged(name: str, change: Callable[[Rows], None], *workspaces: str) -> Savings:
    """Return what seems to be of no use, where no rule is asked."""
    rows = fresh(name)
    change(rows)
    settings = Settings(scope=Scope(workspaces=workspaces))
    return savings(judgement([], Graph(rows, settings=settings)), table_book())


def test_what_has_no_price_saves_at_least_what_is_known() -> None:
    told = unjudged("reference", old_spare_address)

    assert [(each.at.name, each.monthly.at_least) for each in told.proposed] == [("pip-spare", True)]
    assert told.monthly.at_least


def test_what_no_judged_workspace_uses_is_not_looked_at() -> None:
    def nothing(_: Rows) -> None:
        """Change nothing."""

    assert {each.at.name for each in unjudged("demo", nothing).proposed} >= {"pip-vpn-trial"}
    assert unjudged("demo", nothing, "mlw-pricing").proposed == ()


def test_of_code_no_address_is_offered() -> None:
    rows = fresh("reference")
    spare_address(rows)

    assert savings(judged(rows), table_book(), exists=False).proposed == ()


def test_what_is_proposed_harms_nothing_once_all_of_it_is_gone() -> None:
    rows = fresh("reference")
    for change in (spare_address, spare_zone, second_bastion):
        change(rows)
    before = judged(rows)
    gone = [at for each in savings(before, table_book()).proposed for at in each.gone]
    left = without(before.graph, gone)

    after = judged([dict(left.rows.row(key)) for key in left.rows.keys()])  # noqa: SIM118 - no mapping

    passed = {key for key, each in before.results.items() if each.verdict is Verdict.PASS}
    still = {key for key, each in after.results.items() if each.verdict is Verdict.PASS}
    assert passed - still == set()
    assert len(gone) == 4


def test_what_is_deleted_goes_with_its_records_and_what_named_it() -> None:
    graph = Graph(fresh("reference"))
    endpoint = next(ArmId(key) for key in graph.rows.keys() if key.endswith("/pe-stmlreference-queue"))  # noqa: SIM118

    left = without(graph, [endpoint])

    said = json.dumps([dict(left.rows.row(key)) for key in left.rows.keys()])  # noqa: SIM118
    assert "pe-stmlreference-queue" not in said


# What a fix costs


def test_a_plan_tells_what_each_step_adds_to_the_bill() -> None:
    rows = damaged("registry-endpoint-removed")

    plan = priced(plan_of("registry-endpoint-removed"), Graph(rows), table_book())

    costs = [(each.cost.monthly, each.cost.by_traffic) for each in plan.steps if each.cost is not None]
    assert [f"{amount:.2f}" for amount, _ in costs] == ["7.30"]
    told = [line for number, step in enumerate(plan.steps, 1) for line in remarks(number, step)]
    assert any("costs +7.30 USD a month and what goes through, by list prices in USD" in each for each in told)


def test_a_step_that_costs_nothing_says_nothing() -> None:
    plan = priced(plan_of("vault-open"), Graph(damaged("vault-open")), table_book())

    assert [each.cost for each in plan.steps] == [None] * len(plan.steps)
