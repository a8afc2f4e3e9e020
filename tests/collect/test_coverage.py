"""What a live scan says that it saw completely: absence is told from that alone."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from scanner.collect.azure.arm.listings import LISTINGS
from scanner.collect.azure.arm.tables.listing import PRIVATE_ENDPOINT, ROLE_ASSIGNMENT, WORKSPACE
from scanner.collect.azure.collector import LiveSource
from scanner.collect.azure.session.cloud import cloud_of
from scanner.collect.collected import Silent
from scanner.collect.snapshot import save_snapshot
from scanner.collect.snapshot_reading import read_snapshot
from scanner.errors import SnapshotError
from scanner.evidence import UNKNOWN_KEY, Gap
from scanner.graph.coverage import Coverage, Ground
from scanner.model.arm import ArmId
from scanner.simulator import FIELDS, Denial, Estate, Fault, FaultKind, Rights, Simulator
from scanner.simulator.grants import Grant

from .support import Resource, Run, collect, fixture, subscriptions_in, type_of, with_more

ARTICLE, REFERENCE = fixture("article"), fixture("reference")
(GUID,) = subscriptions_in(ARTICLE)
HOME = f"/subscriptions/{GUID}"
VNETS = "Microsoft.Network/virtualNetworks"
REPLICAS = "Microsoft.ContainerRegistry/registries/replications"
FILTERED = "only what this identity may see was listed; "
WAYS = ("arm", "graph")


def coverage(run: Run) -> Coverage:
    assert run.collected.coverage is not None
    return run.collected.coverage


WHOLE = [row for row in LISTINGS if not row.fields and (row.type == ROLE_ASSIGNMENT or not row.is_asked_for)]
"""What is listed as a whole. The rest is covered where something names it."""


def uncovered(run: Run, guid: str = GUID) -> set[str]:
    scope = ArmId(f"/subscriptions/{guid}")
    return {row.type for row in WHOLE if not coverage(run).covers(row.type, scope)}


def gaps_of(run: Run, kind: str) -> list[Gap]:
    return [gap for gap in run.gaps if gap.kind == kind]


@pytest.mark.parametrize("via", WAYS)
@pytest.mark.parametrize("page_size", [1, 100])
def test_every_type_of_the_reference_is_covered(via: str, page_size: int) -> None:
    run = collect(REFERENCE, via=via, page_size=page_size, reads_all=True)
    (guid,) = subscriptions_in(REFERENCE)

    assert uncovered(run, guid) == set()
    assert coverage(run).horizon == {guid}
    assert {each.scope for each in coverage(run).covered if each.kind != REPLICAS} == {f"/subscriptions/{guid}"}


def test_what_is_listed_for_what_names_it_is_covered_there_alone() -> None:
    run = collect(fixture("managed-network"))
    (guid,) = subscriptions_in(fixture("managed-network"))
    scopes = {each.kind: ArmId(each.scope).name for each in coverage(run).covered}

    assert scopes[REPLICAS] == "crmlmanaged"
    assert scopes["Microsoft.Sql/servers"] == guid
    assert "Microsoft.CognitiveServices/accounts" in scopes
    assert "Microsoft.Sql/servers" not in {each.kind for each in coverage(collect(REFERENCE)).covered}


def test_what_the_graph_counted_says_so() -> None:
    grounds = {each.kind: each.ground for each in coverage(collect(ARTICLE, via="graph")).covered}

    assert grounds["Microsoft.Network/networkInterfaces"] is Ground.COUNTED
    assert grounds["Microsoft.MachineLearningServices/workspaces/computes"] is Ground.LISTED


def test_roles_are_covered_for_each_identity() -> None:
    (workspace,) = collect(ARTICLE).of_type(WORKSPACE)
    principal = workspace["identity"]["principalId"]

    assert coverage(collect(ARTICLE)).looked_up("Microsoft.Authorization/roleAssignments", ArmId(HOME), principal)


# Rights: ARM answers 200 with fewer rows, or none


def without(*actions: str) -> Rights:
    return Rights([Grant(HOME, ["*"], actions)])


@pytest.mark.parametrize("via", WAYS)
@pytest.mark.parametrize(
    "kind",
    [
        WORKSPACE,
        "Microsoft.Network/privateDnsZones",
        "Microsoft.Network/publicIPAddresses",
        "Microsoft.Authorization/roleAssignments",
        VNETS,
    ],
)
def test_a_list_that_may_be_filtered_is_no_proof_and_says_so(kind: str, via: str) -> None:
    run = collect(ARTICLE, rights=without(f"{kind}/read"), via=via)
    (gap,) = gaps_of(run, kind)

    assert run.of_type(kind) == []
    assert gap.scope == HOME
    assert gap.why == f"{FILTERED}{kind}/read is not held on the whole subscription"
    assert (gap.permission, gap.status) == (f"{kind}/read", 200)
    assert kind in uncovered(run)


def test_rows_of_a_filtered_list_are_kept() -> None:
    (vnet, *_) = collect(ARTICLE).of_type(VNETS)
    rights = Rights([Grant(HOME, ["*"], [f"{VNETS}/read"]), Grant(vnet["id"], [f"{VNETS}/read"])])
    run = collect(ARTICLE, rights=rights)

    assert [each["id"] for each in run.of_type(VNETS)] == [vnet["id"]]
    assert gaps_of(run, VNETS)[0].why.startswith(FILTERED)


def test_a_role_on_a_resource_group_alone_covers_no_subscription() -> None:
    (group,) = {each["id"] for each in collect(ARTICLE).of_type("microsoft.resources/resourcegroups")}
    run = collect(ARTICLE, rights=Rights([Grant(group, ["*"])]))

    # An item is refused, as the definition of a role is, which lies outside the group.
    assert {(each.status, each.why.startswith(FILTERED)) for each in run.gaps} == {(200, True), (403, False)}
    assert {row.type for row in WHOLE if row.is_filtered} <= uncovered(run)


@pytest.mark.parametrize("denial", [Denial.FORBIDDEN, Denial.EMPTY])
def test_groups_whose_gateways_may_not_be_listed_are_a_gap(denial: Denial) -> None:
    kind = "Microsoft.Network/virtualNetworkGateways"
    rights = Rights([Grant(HOME, ["*"], [f"{kind}/read"])], group_lists=denial)
    run = collect(ARTICLE, rights=rights)

    assert len(gaps_of(run, kind)) > 0
    assert kind in uncovered(run)


PERMISSIONS = "*/Microsoft.Authorization/permissions"
ODD = (
    FaultKind.FORBIDDEN,
    FaultKind.NOT_FOUND,
    FaultKind.HTML,
    FaultKind.WRONG_VALUE,
    FaultKind.WRONG_TYPES,
    FaultKind.ERROR_INSIDE,
    FaultKind.NEXT_LINK_ELSEWHERE,
    FaultKind.NEXT_LINK_LOOP,
)


@pytest.mark.parametrize("via", WAYS)
@pytest.mark.parametrize("kind", ODD)
def test_where_permissions_cannot_be_read_nothing_counts_as_held(kind: FaultKind, via: str) -> None:
    run = collect(ARTICLE, faults=[Fault(PERMISSIONS, kind)], via=via)
    whys = {gap.why for gap in run.gaps if gap.kind == VNETS}

    assert whys == {f"{FILTERED}whether {VNETS}/read is held could not be read"}
    assert [gap.scope for gap in gaps_of(run, "Microsoft.Authorization/permissions")] == [HOME]
    assert run.resources == collect(ARTICLE).resources
    assert {VNETS, WORKSPACE} <= uncovered(run)


# Versions


OLDER = "2024-05-01"


@pytest.mark.parametrize("kind", [WORKSPACE, "Microsoft.Network/privateEndpoints", "Microsoft.Storage/storageAccounts"])
def test_an_api_version_that_is_not_offered_is_no_absence(kind: str) -> None:
    run = collect(ARTICLE, versions={kind: ["2015-06-15"]})
    (gap,) = gaps_of(run, kind)

    assert gap.why.startswith("HTTP 404 InvalidResourceType: ")
    assert "The supported api-versions are" in gap.why
    assert kind in uncovered(run)


def test_an_older_version_is_borne_and_what_it_lacks_is_unknown() -> None:
    nat: Resource = {
        "id": f"{HOME}/resourceGroups/rg/providers/Microsoft.Network/natGateways/n",
        "type": "Microsoft.Network/natGateways",
        "name": "n",
        "properties": {"sourceVirtualNetwork": {"id": "x"}, "publicIpAddresses": []},
    }
    kinds = (VNETS, "Microsoft.Network/natGateways")
    run = collect(
        with_more(ARTICLE, nat), versions={key: [OLDER, "2020-01-01"] for key in kinds}, fields=FIELDS, reads_all=True
    )
    vnets = run.of_type(VNETS)

    assert run.gaps == ()
    assert uncovered(run) == set()
    assert {UNKNOWN_KEY in each["properties"]["defaultPublicNatGateway"] for each in vnets} == {True}
    assert OLDER in run.resources[nat["id"].lower()]["properties"]["sourceVirtualNetwork"][UNKNOWN_KEY]
    assert [seen.status for seen in run.asked_for(f"{HOME}/providers/{VNETS}")] == [404, 200]


@pytest.mark.parametrize("kind", [WORKSPACE, VNETS, PRIVATE_ENDPOINT])
def test_that_an_essential_type_is_not_offered_needs_a_second_ground(kind: str) -> None:
    bare = Estate("Bare.", tuple(each for each in ARTICLE.resources if "subscriptionId" in each))
    named = kind.partition("/")[0]
    lied = collect(bare, faults=[Fault(f"*/providers/{kind}", FaultKind.UNREGISTERED)])
    true = collect(bare, unregistered=frozenset({named}))

    assert {gap.kind.partition("?")[0] for gap in lied.gaps} == {kind}
    assert "the registration of its provider is" in str(gaps_of(lied, kind)[0])
    assert true.gaps == ()
    assert {each.ground for each in coverage(true).covered if each.kind == kind} == {Ground.NOT_OFFERED}


# Contradictions


CONTRADICTIONS = {
    FaultKind.ROW_CONTRADICTED: "the list holds two resources of one id that differ: ",
    FaultKind.ROW_OF_OTHER_TYPE: "the list holds a resource of another type: ",
    FaultKind.ROW_OF_OTHER_PARENT: "the list holds a resource from elsewhere: ",
    FaultKind.ERROR_INSIDE: "the answer is a list and an error at once: InternalServerError",
}


@pytest.mark.parametrize("path", [f"{HOME}/providers/Microsoft.Network/publicIPAddresses", "*/virtualNetworkLinks"])
@pytest.mark.parametrize("kind", CONTRADICTIONS)
def test_a_contradiction_is_a_gap_in_its_words_and_no_proof(kind: FaultKind, path: str) -> None:
    run, whole = collect(ARTICLE, faults=[Fault(path, kind)]), collect(ARTICLE)
    whys = {gap.why for gap in run.gaps}

    assert {each.startswith(CONTRADICTIONS[kind]) for each in whys} == {True}
    assert {gap.kind for gap in run.gaps} <= uncovered(run)
    assert kind is FaultKind.ERROR_INSIDE or run.resources == whole.resources


@pytest.mark.parametrize("kind", [FaultKind.ROW_TWICE, FaultKind.PAGE_OVERLAPS])
def test_rows_that_come_twice_alike_are_no_contradiction(kind: FaultKind) -> None:
    faults = [Fault("*/providers/Microsoft.Network/networkSecurityGroups", kind)]
    run = collect(ARTICLE, page_size=2, faults=faults, reads_all=True)

    assert (run.gaps, uncovered(run)) == ((), set())


def test_a_page_that_comes_twice_is_a_gap() -> None:
    kind = "Microsoft.Network/networkSecurityGroups"
    run = collect(REFERENCE, page_size=1, faults=[Fault(f"*/providers/{kind}", FaultKind.PAGE_TWICE)])

    assert {gap.why for gap in gaps_of(run, kind)} == {"a page holds nothing but rows of the pages before it"}


@pytest.mark.parametrize("kind", [FaultKind.ROW_TWICE, FaultKind.ROW_CONTRADICTED, FaultKind.LIST_CUT_SHORT])
def test_the_graph_s_rows_are_counted_by_distinct_ids(kind: FaultKind) -> None:
    faults = [Fault("/providers/Microsoft.ResourceGraph/resources", kind)]
    run = collect(REFERENCE, via="graph", faults=faults, graph_page_size=50, reads_all=True)

    assert run.gaps == ()
    assert run.resources.keys() == collect(REFERENCE, reads_all=True).resources.keys()


# How far the identity sees


@pytest.mark.parametrize("kind", [FaultKind.SERVER_ERROR, FaultKind.HTML, FaultKind.ERROR_INSIDE])
def test_what_the_identity_sees_may_be_unreadable(kind: FaultKind) -> None:
    run = collect(ARTICLE, faults=[Fault("/subscriptions", kind)], reads_all=True)

    assert [(gap.kind, gap.scope) for gap in run.gaps] == [("Microsoft.Resources/subscriptions", "")]
    assert coverage(run).horizon == {GUID}
    assert uncovered(run) == set()


@pytest.mark.parametrize("name", ["article", "reference", "demo"])
def test_two_requests_more_for_a_subscription_with_nothing_around_it(name: str) -> None:
    asked = [seen.path for seen in collect(fixture(name)).requests]
    more = [each for each in asked if each == "/subscriptions" or each.endswith("/permissions")]

    assert len(more) == 2


# Kept


def test_a_snapshot_keeps_what_was_seen_completely(tmp_path: Path) -> None:
    collected = collect(ARTICLE, rights=without(f"{VNETS}/read")).collected
    save_snapshot(collected, tmp_path / "scan.gz")
    found = read_snapshot(tmp_path / "scan.gz")

    assert found.coverage is not None
    assert collected.coverage is not None
    assert found.coverage.covered == collected.coverage.covered
    assert found.coverage.horizon == collected.coverage.horizon
    assert found.gaps == collected.gaps


def test_an_older_snapshot_is_a_closed_world(tmp_path: Path) -> None:
    path = tmp_path / "scan.gz"
    save_snapshot(collect(ARTICLE).collected, path)
    header, *lines = gzip.decompress(path.read_bytes()).splitlines()
    known = {key: value for key, value in json.loads(header).items() if key not in {"covered", "horizon", "neighbours"}}
    path.write_bytes(gzip.compress(b"\n".join([json.dumps(known).encode(), *lines])))

    assert read_snapshot(path).coverage is None


@pytest.mark.parametrize("damage", [{"covered": [["a", "b"]]}, {"covered": 7}, {"horizon": [7]}])
def test_a_snapshot_whose_coverage_is_damaged_is_an_error(damage: Resource, tmp_path: Path) -> None:
    path = tmp_path / "scan.gz"
    save_snapshot(collect(ARTICLE).collected, path)
    header, *lines = gzip.decompress(path.read_bytes()).splitlines()
    path.write_bytes(gzip.compress(b"\n".join([json.dumps(json.loads(header) | damage).encode(), *lines])))

    with pytest.raises(SnapshotError, match="damaged"):
        read_snapshot(path)


def test_what_is_read_again_keeps_coverage_right() -> None:
    zone = next(str(each["id"]) for each in ARTICLE.resources if type_of(dict(each)).endswith("/privatednszones"))
    kind = "Microsoft.Network/privateDnsZones/virtualNetworkLinks"
    with Simulator(ARTICLE) as simulator:
        source = LiveSource(cloud_of(simulator.url), (GUID,), via="graph", retries=1, backoff=0.001)
        before = source.collect(Silent())
        same = source.refresh(before, [zone], Silent())
        simulator.faults = [Fault(f"{zone}/virtualNetworkLinks", FaultKind.FORBIDDEN)]
        less = source.refresh(before, [zone], Silent())

    assert before.coverage is not None
    assert same.coverage is not None
    assert same.coverage.covered >= before.coverage.covered
    assert [(gap.kind, gap.scope) for gap in less.gaps] == [(kind, zone)]
