"""The graph answers no more than was seen."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.evidence import Gap, MissingEvidence
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.network import Subnet, VirtualNetwork
from scanner.model.private_dns import PrivateDnsZone, ZoneLink
from tests.graph.watched import Watched

SUBSCRIPTION = "/subscriptions/11111111-1111-4111-8111-111111111111"
NETWORK = f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network"
VNET, ZONE = ArmId(f"{NETWORK}/virtualNetworks/vnet"), ArmId(f"{NETWORK}/privateDnsZones/zone")


def resource(arm_id: object, **properties: object) -> dict[str, Any]:
    return {"id": str(arm_id), "properties": properties}


HOME = {"id": SUBSCRIPTION}
LINK = resource(f"{ZONE}/virtualNetworkLinks/link", virtualNetwork={"id": str(VNET)})


def test_all_yields_what_was_seen_and_then_refuses_a_gap() -> None:
    graph = Graph([HOME, resource(VNET)], [Gap(VirtualNetwork.TYPE, SUBSCRIPTION, "forbidden", 403)])
    found = graph.all(VirtualNetwork)

    assert [each.id for each in found.found] == [VNET]
    with pytest.raises(MissingEvidence, match="forbidden"):
        found.whole()


def test_children_of_a_parent_that_was_read_may_be_none() -> None:
    assert Graph([HOME, resource(ZONE)]).children(ZoneLink, ZONE).whole() == ()


def test_children_of_a_parent_that_could_not_be_listed_are_missing() -> None:
    graph = Graph([HOME], [Gap(PrivateDnsZone.TYPE, SUBSCRIPTION, "forbidden", 403)])

    with pytest.raises(MissingEvidence, match="forbidden"):
        graph.children(ZoneLink, ZONE).whole()


def test_child_that_could_not_be_read_by_itself_is_missing() -> None:
    gap = Gap(ZoneLink.TYPE, f"{ZONE}/virtualNetworkLinks/other", "forbidden", 403)
    found = Graph([HOME, resource(ZONE), LINK], [gap]).children(ZoneLink, ZONE)

    assert [each.id.name for each in found.found] == ["link"]
    with pytest.raises(MissingEvidence, match="forbidden"):
        found.whole()


def test_child_that_does_not_exist_leaves_the_others_whole() -> None:
    gap = Gap(ZoneLink.TYPE, f"{ZONE}/virtualNetworkLinks/other", "not found", 404, gone=True)

    assert len(Graph([HOME, resource(ZONE), LINK], [gap]).children(ZoneLink, ZONE).whole()) == 1


def test_children_of_a_parent_in_an_unread_subscription_are_missing() -> None:
    with pytest.raises(MissingEvidence, match="which was not read"):
        Graph([]).children(ZoneLink, ZONE).whole()


def test_parent_that_does_not_exist_has_no_children() -> None:
    assert Graph([HOME]).children(ZoneLink, ZONE).whole() == ()


def test_children_that_were_seen_come_before_the_refusal() -> None:
    graph = Graph([HOME, resource(ZONE), LINK], [Gap(ZoneLink.TYPE, str(ZONE), "forbidden", 403)])
    found = graph.children(ZoneLink, ZONE)

    assert [each.name for each in found.found] == ["link"]
    with pytest.raises(MissingEvidence, match="forbidden"):
        found.whole()


def test_get_finds_without_regard_to_case() -> None:
    assert Graph([resource(str(VNET).upper())]).get(VirtualNetwork, VNET).id == VNET


@pytest.mark.parametrize(
    ("gaps", "why"),
    [
        ((), "not found"),
        ((Gap(VirtualNetwork.TYPE, SUBSCRIPTION, "forbidden", 403),), "forbidden"),
        ((Gap(VirtualNetwork.TYPE, str(VNET), "gone", 404),), "gone"),
    ],
)
def test_get_says_why_a_reference_leads_nowhere(gaps: tuple[Gap, ...], why: str) -> None:
    with pytest.raises(MissingEvidence, match=why):
        Graph([HOME], gaps).get(VirtualNetwork, VNET)


def test_get_names_the_subscription_that_was_not_read() -> None:
    with pytest.raises(MissingEvidence, match="subscription 11111111-1111-4111-8111-111111111111, which was not read"):
        Graph([]).get(VirtualNetwork, VNET)


GONE = Gap(VirtualNetwork.TYPE, str(VNET), "ResourceNotFound", 404, gone=True)


@pytest.mark.parametrize("gaps", [(), (GONE,)])
def test_find_says_none_only_where_it_surely_is_not(gaps: tuple[Gap, ...]) -> None:
    assert Graph([HOME], gaps).find(VirtualNetwork, VNET) is None


def test_find_does_not_take_an_unknown_subscription_for_absence() -> None:
    elsewhere = Gap(VirtualNetwork.TYPE, str(VNET), "SubscriptionNotFound", 404)

    with pytest.raises(MissingEvidence, match="SubscriptionNotFound"):
        Graph([], [elsewhere]).find(VirtualNetwork, VNET)


def test_find_refuses_where_the_listing_was_forbidden() -> None:
    with pytest.raises(MissingEvidence, match="forbidden"):
        Graph([HOME], [Gap(VirtualNetwork.TYPE, SUBSCRIPTION, "forbidden", 403)]).find(VirtualNetwork, VNET)


def test_subnets_are_found_in_their_virtual_network() -> None:
    subnet = ArmId(f"{VNET}/subnets/inner")
    graph = Graph([HOME, resource(VNET, subnets=[resource(subnet, addressPrefix="10.0.0.0/24")])])

    assert graph.get(Subnet, subnet).name == "inner"
    assert graph.find(Subnet, ArmId(f"{VNET}/subnets/other")) is None


def test_subnets_of_a_network_without_properties_are_not_known() -> None:
    graph = Graph([HOME, {"id": str(VNET)}])

    with pytest.raises(MissingEvidence):
        graph.find(Subnet, ArmId(f"{VNET}/subnets/inner"))


def test_what_is_missing_is_remembered_and_raised_anew() -> None:
    asked = []

    def build(_: Graph) -> None:
        asked.append(1)
        raise MissingEvidence("not seen")

    graph = Graph([])
    for _ in range(2):
        with pytest.raises(MissingEvidence, match="not seen"):
            graph.once(build)

    assert asked == [1]


def test_an_unreadable_subscription_leaves_every_kind_open() -> None:
    graph = Graph([HOME], [Gap("Microsoft.Resources/subscriptions", "/subscriptions/other", "forbidden", 403)])

    with pytest.raises(MissingEvidence, match="forbidden"):
        graph.all(VirtualNetwork).whole()


def test_what_was_read_is_told_without_decoding_it() -> None:
    rows = Watched([HOME, resource(VNET), resource(ZONE), resource(f"{ZONE}-b")])
    graph = Graph(rows, [Gap(PrivateDnsZone.TYPE, SUBSCRIPTION, "forbidden", 403)])
    keys, unseen = graph.keys(PrivateDnsZone), graph.unseen(PrivateDnsZone)

    assert list(keys) == [ZONE.key, f"{ZONE.key}-b"]
    assert unseen is not None
    assert "forbidden" in unseen.why
    assert graph.unseen(VirtualNetwork) is None
    assert rows.asked == []
    assert str(graph.at(PrivateDnsZone, keys[1]).id) == f"{ZONE}-b"
    assert [each.id.key for each in graph.each(PrivateDnsZone)] == list(keys)
    assert sorted(rows.asked) == list(keys)


def test_an_id_that_several_rows_name_is_held_once_in_each_of_its_spellings() -> None:
    named = (str(VNET), str(VNET), str(VNET).upper())
    links = [
        resource(f"{ZONE}/virtualNetworkLinks/{number}", virtualNetwork={"id": each})
        for number, each in enumerate(named)
    ]
    one, other, spelled = (each.virtual_network for each in Graph([HOME, resource(ZONE), *links]).seen(ZoneLink))

    assert one is other
    assert one == spelled
    assert [str(one), str(spelled)] == [str(VNET), str(VNET).upper()]
