"""What a picture shows of an estate: what is there, what is broken, what could not be seen."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from scanner.collect.collected import Collected
from scanner.engine.pack import built_in_pack, load_packs
from scanner.evidence import Gap
from scanner.graph.settings import Settings
from scanner.model.arm import ArmId
from scanner.report.html.build import pictures
from scanner.report.html.homes import homes, homes_of
from scanner.report.html.judged import State, judged
from scanner.report.html.picture import Edge, EdgeKind, Kind, Node, Picture
from scanner.report.html.svg import art
from scanner.scan.judging import judge
from scanner.scan.outcome import Scan
from tests.cases import FIXTURES, KEYS, changed, estate
from tests.report.estates import demo, many, reference, scan_of
from tests.report.sample import HEADER, sample

VNETS = "Microsoft.Network/virtualNetworks"


@cache
def _rules() -> tuple[Any, ...]:
    return load_packs([built_in_pack()])


def _scan(case: dict[str, Any], *gaps: Gap) -> Scan:
    resources = changed(estate("reference"), case)
    (subscription,) = {each["id"].split("/")[2] for each in resources}
    times = (HEADER.started, HEADER.finished)
    return judge(
        Collected(tuple(resources), gaps, "snapshot", "public", (subscription,), (), *times), _rules(), Settings()
    )


def _picture(case: dict[str, Any], *gaps: Gap) -> Picture:
    return next(each for each in pictures(_scan(case, *gaps)) if each.workspace.name == "mlw-reference")


def _edges(picture: Picture, kind: EdgeKind) -> dict[tuple[str, str], tuple[str, State]]:
    return {
        (each.source.name, each.target.name): (each.says, each.state) for each in picture.edges if each.kind is kind
    }


def _node(picture: Picture, name: str) -> Node:
    return next(each for each in picture.nodes if each.name == name)


def test_reference_is_drawn_whole_and_in_order() -> None:
    picture = _picture({})
    kinds = {node.kind for node in picture.nodes}

    assert [each.name for each in picture.outer] == ["vnet-access"]
    assert [each.name for each in picture.inner] == ["vnet-ml"]
    assert {Kind.ENDPOINT, Kind.COMPUTE, Kind.BASTION, Kind.GATEWAY, Kind.MACHINE, Kind.SCALE_SET, Kind.ZONE} <= kinds
    assert [each.kind for each in picture.services] == [Kind.WORKSPACE, Kind.STORAGE, Kind.VAULT, Kind.REGISTRY]
    assert {each.state for each in picture.edges} == {each.state for each in picture.nodes} == {State.OK}


def test_endpoint_leads_to_its_service_and_says_which_sub_resource() -> None:
    links = _edges(_picture({}), EdgeKind.PRIVATE_LINK)

    assert links["pe-stmlreference-blob", "stmlreference"] == ("blob Approved", State.OK)
    assert links["pe-mlw-reference", "mlw-reference"] == ("amlworkspace Approved", State.OK)


def test_endpoint_that_is_pending_is_broken() -> None:
    (connection,) = [
        each["properties"]["privateEndpointConnections"]
        for each in estate("reference")
        if each["id"].endswith("/vaults/kv-ml-reference")
    ]
    connection[0]["properties"]["privateLinkServiceConnectionState"]["status"] = "Pending"
    picture = _picture(
        {"patch": {"vaults/kv-ml-reference": {"properties": {"privateEndpointConnections": connection}}}}
    )
    links = _edges(picture, EdgeKind.PRIVATE_LINK)

    assert links["pe-kv-ml-reference", "kv-ml-reference"] == ("vault Pending", State.BROKEN)
    assert links["pe-stmlreference-blob", "stmlreference"][1] is State.OK
    assert _node(picture, "pe-kv-ml-reference").state is State.BROKEN


def test_zone_link_that_is_missing_is_drawn_as_broken() -> None:
    picture = _picture({"remove": ["privatelink.blob.core.windows.net/virtualNetworkLinks/link-vnet-access"]})
    links = _edges(picture, EdgeKind.ZONE_LINK)

    assert links["privatelink.blob.core.windows.net", "vnet-access"] == ("not linked", State.BROKEN)
    assert links["privatelink.blob.core.windows.net", "vnet-ml"][1] is State.OK
    assert links["privatelink.file.core.windows.net", "vnet-access"][1] is State.OK


def test_peering_of_one_side_alone_is_broken() -> None:
    picture = _picture({"patch": {"virtualNetworks/vnet-access": {"properties": {"virtualNetworkPeerings": []}}}})
    ((says, state),) = _edges(picture, EdgeKind.PEERING).values()

    assert state is State.BROKEN
    assert says == "vnet-access does not peer back with vnet-ml"


def test_network_that_could_not_be_read_is_drawn_as_unknown() -> None:
    where = next(each["id"] for each in estate("reference") if each["id"].endswith("virtualNetworks/vnet-access"))
    picture = _picture({"remove": ["virtualNetworks/vnet-access"]}, Gap(VNETS, where, "HTTP 403", 403))
    access = _node(picture, "vnet-access")

    assert (access.detail, access.state) == ("access VNet, not read", State.UNKNOWN)
    assert "bas-access" in {each.name for subnet in access.children for each in subnet.children}


def test_service_that_could_not_be_read_is_drawn_as_unknown() -> None:
    where = next(each["id"] for each in estate("reference") if each["id"].endswith("vaults/kv-ml-reference"))
    picture = _picture({"remove": ["vaults/kv-ml-reference"]}, Gap("Microsoft.KeyVault/vaults", where, "HTTP 403", 403))
    vault = _node(picture, "kv-ml-reference")

    assert (vault.detail, vault.state) == ("key vault, not read", State.UNKNOWN)


def test_managed_network_shows_its_computes_and_where_its_rules_lead() -> None:
    picture = next(each for each in pictures(reference()) if each.workspace.name == "mlw-managed")
    (managed,) = [each for each in picture.inner if each.kind is Kind.MANAGED_NETWORK]
    computes, rules = managed.children
    links = {each.source: each.target.name for each in picture.edges if each.kind is EdgeKind.PRIVATE_LINK}

    assert [each.name for each in computes.children] == ["ci-explore", "cpu-cluster"]
    assert {links[each.id] for each in rules.children} == {"mlw-managed", "stmlmanaged", "kv-ml-managed", "crmlmanaged"}


def test_subnet_without_anything_is_counted_not_drawn() -> None:
    (access,) = [each for picture in pictures(demo())[1:] for each in picture.inner if each.kind is Kind.VNET]
    (rest,) = [each for each in access.children if each.kind is Kind.REST]

    assert rest.name == "2 other subnets"


def test_no_more_than_a_few_residents_are_drawn_and_the_rest_is_counted() -> None:
    machine = next(each for each in estate("reference") if each["id"].endswith("/computes/cpu-cluster"))
    copies = [{**machine, "id": f"{machine['id']}-{number:02}", "name": f"c{number}"} for number in range(20)]
    picture = _picture({"add": copies})
    subnet = _node(picture, "snet-compute")

    assert len(subnet.children) == 9
    assert subnet.children[-1].kind is Kind.REST
    assert int(subnet.children[-1].name.split()[0]) >= 12


def test_accepted_failure_is_not_red() -> None:
    (waived,) = [each for each in sample().results if each.is_waived]
    subject = waived.subject

    assert subject is not None
    assert judged([waived]).node(subject.id) is State.OK
    assert judged([replace(waived, waiver=None)]).node(subject.id) is State.BROKEN


def test_path_blames_the_hop_that_breaks_alone() -> None:
    (failed,) = [each for each in sample().results if each.subject and each.subject.name == "stfar"]
    said = judged([failed])
    blamed = {each.name for each in said.broken}

    assert blamed == {"stfar", "vnet-ml"}


@pytest.mark.parametrize("scan", [demo, many, reference])
def test_every_edge_has_both_its_ends_in_the_picture(scan: Any) -> None:  # noqa: ANN401 - a cached function
    loose: list[Edge] = []
    for picture in pictures(scan()):
        ids = {node.id for node in picture.nodes}
        loose += [each for each in picture.edges if not {each.source, each.target} <= ids]

    assert loose == []


def test_picture_is_told_in_words_for_who_cannot_see_it() -> None:
    words = art(pictures(demo())[0]).description

    assert words.startswith("There are 3 virtual networks")
    assert "Broken private link: pe-kv-forecast-ml to kv-forecast-ml, vault Pending" in words
    assert "Broken zone link: privatelink.notebooks.azure.net to vnet-forecast-access, not linked" in words


def test_result_belongs_to_every_solution_that_uses_its_subject() -> None:
    every = homes(demo(), pictures(demo()))
    by_name = {
        each.subject.name: [home.label for home in homes_of(each, every)] for each in demo().results if each.subject
    }

    assert by_name["vnet-forecast-ml"] == ["mlw-forecast", "mlw-pricing"]
    assert by_name["stpricingml"] == ["mlw-pricing"]
    assert by_name["oe-load-forecast"] == ["mlw-forecast"]


def test_scan_without_its_estate_has_no_picture() -> None:
    assert pictures(sample()) == ()


def test_workspaces_of_one_name_are_told_apart() -> None:
    one, other = (ArmId(f"/subscriptions/{n}/resourceGroups/rg{n}/providers/x/workspaces/mlw") for n in (1, 2))
    (summary,) = sample().solutions
    scan = Scan(HEADER, (_renamed(summary, one), _renamed(summary, other)), (), ())

    assert [each.label for each in homes(scan, ())] == ["mlw (rg1, 1)", "mlw (rg2, 2)"]


def _renamed(summary: Any, workspace: ArmId) -> Any:  # noqa: ANN401 - a summary
    return type(summary)(str(workspace), None, (), (), (), (), ())


# How grave, where inside, what is missing


def _damage(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FIXTURES / "damages" / f"{name}.json").read_text())
    return {key: found[key] for key in KEYS & found.keys()}


def test_node_and_edge_tell_how_grave_their_failure_is() -> None:
    (first, second) = pictures(demo())
    links = {each.source.name: each.severity for each in second.edges if each.kind is EdgeKind.PRIVATE_LINK}

    assert _node(first, "privatelink.notebooks.azure.net").severity == "high"
    assert _node(second, "mlw-pricing").severity == "medium"
    assert (links["pe-mlw-pricing"], links["pe-stpricingml-blob"], links["pe-kv-pricing-ml"]) == (
        "high",
        "medium",
        None,
    )


def test_machine_whose_extension_fails_is_marked_and_says_why() -> None:
    machine = _node(_picture(_damage("extension-with-token")), "vm-jump")

    assert (machine.state, machine.severity) == (State.BROKEN, "critical")
    assert machine.faults == ("extension AADSSHLoginForLinux failed",)
    assert _node(_picture({}), "vm-jump").faults == ()


def test_endpoint_that_is_missing_is_a_ghost_that_leads_to_its_service() -> None:
    picture = _picture(_damage("blob-endpoint-removed"))
    (ghost,) = [each for each in picture.nodes if each.ghost and each.kind is Kind.ENDPOINT]
    (edge,) = [each for each in picture.edges if each.source == ghost.id]
    shape = next(each for each in art(picture).shapes if "missing" in each.title and each.kind is Kind.ENDPOINT)

    assert (ghost.name, ghost.detail, ghost.severity) == ("stmlreference", "blob", "high")
    assert (edge.target.name, edge.says, edge.state) == ("stmlreference", "no endpoint for blob", State.BROKEN)
    assert shape.title == "missing private endpoint, stmlreference, blob, failed, high"
    assert "Broken private link: stmlreference to stmlreference, no endpoint for blob" in art(picture).description


@pytest.mark.parametrize("damage", ["vault-endpoint-pending", "file-endpoint-in-another-vnet", "extension-with-token"])
def test_endpoint_that_is_there_in_whatever_state_has_no_ghost(damage: str) -> None:
    assert [each.name for each in _picture(_damage(damage)).nodes if each.ghost] == []


def test_missing_endpoint_of_which_the_failure_was_accepted_has_no_ghost() -> None:
    scan = _scan(_damage("blob-endpoint-removed"))
    (use,) = {each.waiver for each in sample().results if each.is_waived}
    accepted = replace(scan, results=tuple(replace(each, waiver=use) for each in scan.results))

    assert [each.name for picture in pictures(accepted) for each in picture.nodes if each.ghost] == []
    assert _node(pictures(accepted)[-1], "stmlreference").remarks == ("waived",)


def test_known_failure_is_drawn_as_known() -> None:
    scan = _scan(_damage("extension-with-token"))
    known = replace(scan, results=tuple(replace(each, seen_before=True) for each in scan.results))
    (shape,) = [each for each in art(pictures(known)[-1]).shapes if each.name.text == "vm-jump"]

    assert shape.looks == "broken critical known"
    assert "extension AADSSHLoginForLinux failed" in shape.title


def test_lane_of_zone_links_is_named_after_its_network() -> None:
    names = {each.text for each in art(_picture({})).lanes}

    assert names == {"vnet-ml", "vnet-access"}


def test_network_inside_a_virtual_wan_hub_is_not_drawn() -> None:
    drawn = {node.name for picture in pictures(scan_of(estate("virtual-wan"))) for node in picture.nodes}

    assert {each for each in drawn if each.startswith("HV_")} == set()
    assert {"hub-westeurope", "vnet-ml"} <= drawn
