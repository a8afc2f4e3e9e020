"""What lies in another subscription is followed by id, with its children; what may not be read is a gap."""

from __future__ import annotations

import json

import pytest

from scanner.engine.verdict import Verdict
from scanner.graph.settings import Settings
from scanner.model.arm import ArmId
from scanner.scan.judging import judge
from scanner.simulator import Denial, Estate, Fault, FaultKind, Grant, Rights, Seen
from tests.soundness.worlds import RULES

from .support import Resource, Run, by_id, changed, collect, comparable, fixture, type_of, with_more

HOME = "11111111-1111-4111-8111-111111111111"
PLATFORM = "99999999-9999-4999-8999-999999999999"
NOWHERE = "77777777-7777-4777-8777-777777777777"
ZONES = "microsoft.network/privatednszones"
REGISTRY = "rg-ml/providers/Microsoft.ContainerRegistry/registries/crmlreference"
MOVED = ("rg-ml-access", "rg-ml-network/providers/Microsoft.Network/privateDnsZones", REGISTRY)


def moved(estate: Estate, target: str, *tails: str) -> tuple[Resource, ...]:
    """Give all that begins so in resource groups at home, and all that names it, ids in another subscription."""
    text = json.dumps(estate.resources)
    for tail in tails:
        text = text.replace(
            f"/subscriptions/{HOME}/resourceGroups/{tail}", f"/subscriptions/{target}/resourceGroups/{tail}"
        )
    return tuple(json.loads(text))


def container(arm_id: str) -> Resource:
    kind = {3: "subscriptions", 5: "resourceGroups"}[len(arm_id.split("/"))]
    name = arm_id.rpartition("/")[2]
    own = {"subscriptionId": name} if kind == "subscriptions" else {}
    return {"id": arm_id, "type": f"Microsoft.Resources/{kind}", "name": name, **own}


def with_platform() -> Estate:
    """Put the access network, the zones and one registry of the reference estate into a platform subscription."""
    platform = f"/subscriptions/{PLATFORM}"
    places = [
        container(each)
        for each in (platform, f"{platform}/resourceGroups/rg-ml", f"{platform}/resourceGroups/rg-ml-network")
    ]
    return Estate("two subscriptions", (*moved(fixture("reference"), PLATFORM, *MOVED), *places))


ESTATE = with_platform()


@pytest.fixture(scope="module")
def run() -> Run:
    """Scan home alone."""
    return collect(ESTATE, subscriptions=[HOME])


def in_platform(resources: dict[str, Resource], *kinds: str) -> dict[str, Resource]:
    return {
        key: comparable(each)
        for key, each in resources.items()
        if ArmId(key).subscription == PLATFORM and type_of(each) in kinds
    }


HUB = {
    "microsoft.network/virtualnetworks": 1,
    "microsoft.network/networksecuritygroups": 3,
    "microsoft.network/natgateways": 1,
    "microsoft.network/bastionhosts": 1,
    "microsoft.network/virtualnetworkgateways": 1,
    "microsoft.network/networkinterfaces": 1,
    "microsoft.compute/virtualmachines": 1,
    "microsoft.compute/virtualmachines/extensions": 1,
    "microsoft.compute/virtualmachinescalesets": 1,
    ZONES: 14,
    f"{ZONES}/virtualnetworklinks": 28,
    f"{ZONES}/a": 34,
    f"{ZONES}/soa": 14,
    "microsoft.containerregistry/registries": 1,
}


@pytest.mark.parametrize("kind", HUB)
def test_what_lies_elsewhere_is_followed_with_its_children(run: Run, kind: str) -> None:
    found = in_platform(run.resources, kind)

    assert len(found) == HUB[kind]
    assert found == in_platform(by_id(ESTATE), kind)


def test_following_leaves_no_gap_and_asks_nothing_twice(run: Run) -> None:
    asked = [(seen.path.lower(), seen.query) for seen in run.requests]

    assert run.gaps == ()
    assert len(asked) == len(set(asked))


def test_the_other_subscription_is_not_listed_where_neighbours_are_left_out() -> None:
    run = collect(ESTATE, subscriptions=[HOME], neighbours=False)
    listed = [seen.path for seen in run.requests if seen.path.startswith(f"/subscriptions/{PLATFORM}/providers/")]

    assert {path.rpartition("/")[2] for path in listed} == {"roleAssignments", "denyAssignments", "permissions"}
    assert run.of_type("microsoft.resources/resourcegroups") == [
        each for each in run.of_type("microsoft.resources/resourcegroups") if ArmId(each["id"]).subscription == HOME
    ]


def test_roles_on_a_registry_elsewhere_are_asked_for_where_it_is() -> None:
    (workspace,) = [each for each in by_id(ESTATE).values() if each["name"] == "mlw-reference"]
    principal = workspace["identity"]["principalId"]
    scope = f"/subscriptions/{PLATFORM}/resourceGroups/{REGISTRY}"
    given = {
        "id": f"{scope}/providers/Microsoft.Authorization/roleAssignments/pull",
        "type": "Microsoft.Authorization/roleAssignments",
        "name": "pull",
        "properties": {"principalId": principal, "scope": scope},
    }
    run = collect(with_more(ESTATE, given), subscriptions=[HOME])

    assert run.resources[str(given["id"]).lower()]["properties"]["assignedTo"] == [principal]


def test_what_is_followed_is_not_followed_to_its_other_neighbours() -> None:
    # A hub is peered with every spoke of a company; only what is at home leads to it.
    far = f"/subscriptions/{NOWHERE}/resourceGroups/far/providers/Microsoft.Network/virtualNetworks/spoke"

    def add_spoke(vnet: Resource) -> None:
        peering = {"name": "spoke", "properties": {"remoteVirtualNetwork": {"id": far}}}
        vnet["properties"]["virtualNetworkPeerings"].append(peering)

    hub = collect(changed(ESTATE, add_spoke, "/virtualNetworks/vnet-access"), subscriptions=[HOME])
    own = collect(changed(ESTATE, add_spoke, "/virtualNetworks/vnet-ml"), subscriptions=[HOME])

    assert hub.asked_for("/virtualNetworks/spoke") == []
    assert len(own.asked_for("/virtualNetworks/spoke")) == 1
    assert [(gap.scope, gap.status) for gap in own.gaps] == [(far, 404)]


def test_what_may_not_be_read_elsewhere_is_a_gap_by_its_id(run: Run) -> None:
    denied = collect(ESTATE, subscriptions=[HOME], faults=[Fault(f"/subscriptions/{PLATFORM}/*", FaultKind.FORBIDDEN)])
    scopes = {gap.scope.lower() for gap in denied.gaps}

    assert in_platform(denied.resources, *HUB) == {}
    assert scopes >= set(in_platform(by_id(ESTATE), ZONES, "microsoft.containerregistry/registries"))
    assert {(gap.status, gap.permission is not None) for gap in denied.gaps} == {(403, True)}
    assert "Microsoft.Network/privateDnsZones/read" in {gap.permission for gap in denied.gaps}
    # That there is the other subscription shows in the list of what the identity sees.
    there = f"/subscriptions/{PLATFORM}"
    assert {key for key in run.resources if ArmId(key).subscription == HOME} == denied.resources.keys() - {there}


def test_children_that_may_not_be_read_elsewhere_are_gaps(run: Run) -> None:
    path = f"/subscriptions/{PLATFORM}/*/virtualNetworkLinks"
    denied = collect(ESTATE, subscriptions=[HOME], faults=[Fault(path, FaultKind.FORBIDDEN)])

    assert {gap.kind for gap in denied.gaps} == {"Microsoft.Network/privateDnsZones/virtualNetworkLinks"}
    assert {gap.scope.lower() for gap in denied.gaps} == set(in_platform(run.resources, ZONES))


def with_strange_endpoints() -> Estate:
    """Call the endpoints in Microsoft's subscription as no rule of a managed network is called."""
    text = json.dumps(ESTATE.resources)
    assert "/privateEndpoints/SYS_PE_" in text
    return Estate(
        "strange endpoints", tuple(json.loads(text.replace("/privateEndpoints/SYS_PE_", "/privateEndpoints/pe-")))
    )


STRANGE = with_strange_endpoints()


@pytest.fixture(scope="module")
def strange() -> Run:
    """Scan home alone, where somebody has endpoints that are nobody's by their names."""
    return collect(STRANGE, subscriptions=[HOME])


def _asked_away(run: Run) -> list[Seen]:
    return [seen for seen in run.requests if "/privateEndpoints/" in seen.path and HOME not in seen.path]


def test_endpoints_that_are_called_as_rules_of_a_managed_network_are_not_asked_for(run: Run, strange: Run) -> None:
    every = collect(ESTATE, subscriptions=[HOME], reads_all=True)

    assert _asked_away(run) == []
    assert len(_asked_away(every)) == 1
    assert len(_asked_away(strange)) == 1
    assert run.gaps == every.gaps == ()


def test_endpoints_in_a_subscription_that_is_microsoft_s_are_no_gap(strange: Run) -> None:
    # One of them tells of all that lie there.
    assert [seen.status for seen in _asked_away(strange)] == [404]
    assert strange.gaps == ()


def test_endpoints_that_may_not_be_read_are_gaps(strange: Run) -> None:
    (answered,) = [seen.path for seen in strange.requests if seen.status == 404]
    faults = [Fault(f"{answered.rpartition('/')[0]}/*", FaultKind.FORBIDDEN)]
    denied = collect(STRANGE, subscriptions=[HOME], faults=faults)
    foreign = [seen.path for seen in denied.requests if seen.status == 403]

    assert len(foreign) == 4
    assert {(gap.kind, gap.scope, gap.status) for gap in denied.gaps} == {
        ("Microsoft.Network/privateEndpoints", path, 403) for path in foreign
    }


def test_anything_else_in_a_subscription_that_does_not_exist_is_a_gap() -> None:
    lost = Estate("zones nowhere", moved(fixture("reference"), NOWHERE, MOVED[1]))
    run = collect(lost, subscriptions=[HOME])

    assert {(gap.kind, gap.status) for gap in run.gaps} == {("Microsoft.Network/privateDnsZones", 404)}
    assert len(run.gaps) == HUB[ZONES]


def test_context_subscriptions_are_listed_whole() -> None:
    both, context = collect(ESTATE), collect(ESTATE, subscriptions=[HOME], context=[PLATFORM])

    assert context.collected.resources == both.collected.resources
    assert (context.collected.subscriptions, context.collected.context_subscriptions) == ((HOME,), (PLATFORM,))
    assert "pip-bastion" in {each["name"] for each in context.of_type("microsoft.network/publicipaddresses")}


def test_hubs_of_virtual_wan_are_not_followed() -> None:
    hub = f"/subscriptions/{NOWHERE}/resourceGroups/RG_wan/providers/Microsoft.Network/virtualNetworks/HV_hub_1"

    def join(vnet: Resource) -> None:
        vnet["properties"]["virtualNetworkPeerings"] = [{"properties": {"remoteVirtualNetwork": {"id": hub}}}]

    run = collect(changed(fixture("reference"), join, "/virtualNetworks/vnet-ml"))

    assert run.asked_for("/HV_hub_1") == []
    assert run.gaps == ()


_MANAGED = f"{HOME}/resourceGroups/rg-ml-network/providers/Microsoft.Network/privateEndpoints/pe-mlw-managed"


def _verdict_away(stranger: Denial) -> Verdict:
    """Judge a workspace with a managed network whose own endpoint lies where the identity holds nothing."""
    away = f"/subscriptions/{NOWHERE}"
    text = json.dumps(fixture("reference").resources).replace(_MANAGED, _MANAGED.replace(HOME, NOWHERE))
    estate = Estate("endpoint away", (*json.loads(text), container(away)))
    held = [Grant(f"/subscriptions/{HOME}", ["*/read"])]
    run = collect(estate, subscriptions=[HOME], rights=Rights(held, stranger=stranger))
    judged = judge(run.collected, (RULES["workspace-private-endpoint"],), Settings()).results
    return next(each.verdict for each in judged if each.subject and each.subject.id.name == "mlw-managed")


@pytest.mark.parametrize("stranger", [Denial.FORBIDDEN, Denial.NOT_FOUND])
def test_whose_an_endpoint_is_that_may_not_be_read_is_not_known(stranger: Denial) -> None:
    """A managed network's are called as its rules; this one is not, and may be the customer's."""
    assert _verdict_away(stranger) is Verdict.UNKNOWN
