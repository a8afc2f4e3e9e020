"""A whole collection over a socket: all that the estate holds arrives, and nothing is asked twice."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from scanner.collect.azure.arm.listings import LISTINGS
from scanner.collect.azure.arm.tables.listing import RESOURCE_GROUP, SUBSCRIPTION, Listing, Within
from scanner.evidence import UNKNOWN_KEY, Gap
from scanner.model.arm import ArmId
from scanner.simulator import Estate, Fault, FaultKind

from .support import (
    ASSIGNMENTS,
    CONNECTIONS,
    DATASTORES,
    ESTATES,
    EXTENSIONS,
    SCALE_SETS,
    Resource,
    Run,
    by_id,
    collect,
    comparable,
    fixture,
    subscriptions_in,
    type_of,
    with_more,
)

NO_LISTING = {"microsoft.managedidentity/userassignedidentities"}
"""What no rule looks at. Role assignments and definitions are read for workspace identities alone."""

ROLES = {ASSIGNMENTS, "microsoft.authorization/roledefinitions"}
WORKSPACES = "microsoft.machinelearningservices/workspaces"
RECORD_SETS = {f"microsoft.network/privatednszones/{kind}" for kind in ("a", "aaaa", "cname", "soa", "txt")}


@pytest.fixture(scope="module")
def runs() -> dict[str, Run]:
    """Collect each estate once, with nothing left unread."""
    return {name: collect(fixture(name), reads_all=True) for name in ESTATES}


def workspace_identities(estate: Estate) -> set[str]:
    found = [each["identity"] for each in by_id(estate).values() if type_of(each) == WORKSPACES and "identity" in each]
    users = [user for identity in found for user in identity.get("userAssignedIdentities", {}).values()]
    return {str(each["principalId"]) for each in (*found, *users) if "principalId" in each}


def assigned_to_workspaces(estate: Estate) -> list[Resource]:
    held_by = workspace_identities(estate)
    assignments = [each for each in by_id(estate).values() if type_of(each) == ASSIGNMENTS]
    return [each for each in assignments if each["properties"]["principalId"] in held_by]


def expected_in(estate: Estate) -> set[str]:
    assignments = assigned_to_workspaces(estate)
    roles = {str(each["properties"]["roleDefinitionId"]).lower() for each in assignments}
    others = {key for key, each in by_id(estate).items() if type_of(each) not in ROLES | NO_LISTING}
    return others | roles | {str(each["id"]).lower() for each in assignments}


@pytest.mark.parametrize("name", ESTATES)
def test_everything_that_a_listing_covers_arrives_and_nothing_else(runs: dict[str, Run], name: str) -> None:
    assert runs[name].resources.keys() == expected_in(fixture(name))


@pytest.mark.parametrize("name", ESTATES)
def test_resources_arrive_as_they_are(runs: dict[str, Run], name: str) -> None:
    estate = by_id(fixture(name))
    found = {key: comparable(each) for key, each in runs[name].resources.items()}

    assert found == {key: comparable(estate[key]) for key in found}


@pytest.mark.parametrize("name", ESTATES)
def test_only_role_assignments_and_extensions_are_touched(runs: dict[str, Run], name: str) -> None:
    estate = by_id(fixture(name))
    touched = {type_of(each) for key, each in runs[name].resources.items() if each != estate[key]}

    assert touched <= {ASSIGNMENTS, EXTENSIONS, SCALE_SETS, DATASTORES, CONNECTIONS}
    assert ASSIGNMENTS in touched


@pytest.mark.parametrize("name", ESTATES)
def test_extension_settings_never_arrive(runs: dict[str, Run], name: str) -> None:
    assert '"settings":' not in json.dumps(list(runs[name].collected.resources))
    assert '"settings":' in json.dumps(fixture(name).resources)


@pytest.mark.parametrize("name", ESTATES)
def test_resources_come_in_id_order(runs: dict[str, Run], name: str) -> None:
    ids = [str(each["id"]).lower() for each in runs[name].collected.resources]

    assert ids == sorted(ids)


def test_healthy_estates_leave_no_gap(runs: dict[str, Run]) -> None:
    assert [runs[name].gaps for name in ("reference", "article")] == [(), ()]


def test_the_source_is_told(runs: dict[str, Run]) -> None:
    collected = runs["article"].collected

    assert (collected.source, collected.cloud, collected.context_subscriptions) == ("live", "public", ())
    assert collected.subscriptions == subscriptions_in(fixture("article"))
    assert collected.started <= collected.finished
    assert collected.started.utcoffset() is not None


# Requests


@pytest.mark.parametrize("name", ESTATES)
def test_nothing_is_asked_twice(runs: dict[str, Run], name: str) -> None:
    asked = Counter((seen.path.lower(), seen.query) for seen in runs[name].requests)

    assert [each for each, times in asked.items() if times > 1] == []


@pytest.mark.parametrize("name", ESTATES)
def test_nothing_but_get_is_sent_and_no_credential(runs: dict[str, Run], name: str) -> None:
    assert {(seen.method, seen.authorized) for seen in runs[name].requests} == {("GET", False)}


def test_a_netrc_file_is_no_credential_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))

    assert not any(seen.authorized for seen in collect(fixture("article")).requests)


@pytest.mark.parametrize("name", ESTATES)
@pytest.mark.parametrize("page_size", [1, 3, 100])
def test_requests_are_one_a_page_and_one_a_followed_item(name: str, page_size: int) -> None:
    estate = fixture(name)
    run = collect(estate, page_size=page_size, reads_all=True)
    items = len(subscriptions_in(estate)) + len(followed_in(estate)) - len(told_with_others(estate))
    # What the identity can see, and what it holds in each subscription.
    about_itself = in_pages(len(subscriptions_in(estate)), page_size) + len(subscriptions_in(estate))

    assert run.collected.requests == len(run.requests)
    assert len(run.requests) == about_itself + items + pages_of_roles(estate, page_size) + sum(
        pages(estate, listing, page_size) for listing in LISTINGS if not listing.is_asked_for
    ) + pages_of_replicas(estate) + pages_of_denials(estate)


def told_with_others(estate: Estate) -> set[str]:
    """Return the endpoints that lie with somebody else, but for one in each subscription: that one tells of all."""
    below = "/providers/microsoft.network/privateendpoints/"
    away = {each for each in followed_in(estate) if below in each and each not in by_id(estate)}
    first = {ArmId(each).subscription: each for each in away}
    return away - {*first.values()}


def pages_of_denials(estate: Estate) -> int:
    """Count the subscriptions of workspaces and their registries: nothing is denied in them, so each is one page."""
    workspaces = [each for each in by_id(estate).values() if type_of(each) == WORKSPACES]
    named = (each for row in workspaces for each in (row["id"], row["properties"].get("containerRegistry")) if each)
    return len({ArmId(str(each)).subscription for each in named})


def pages_of_replicas(estate: Estate) -> int:
    """Count the registries of workspaces: none of them has replicas, so each is one empty page."""
    workspaces = (each for each in by_id(estate).values() if type_of(each) == WORKSPACES)
    registries = (each["properties"].get("containerRegistry") for each in workspaces)
    return len({str(each).lower() for each in registries if each})


def pages(estate: Estate, listing: Listing, page_size: int) -> int:
    if isinstance(listing.source, Within):
        return 0
    kinds = RECORD_SETS if listing.type.endswith("/ALL") else {listing.type.lower()}
    below = {SUBSCRIPTION: "microsoft.resources/subscriptions", RESOURCE_GROUP: "microsoft.resources/resourcegroups"}
    parent_type = below.get(listing.parent, listing.parent.lower())
    ids = list(by_id(estate))
    parents = [each for each in ids if ArmId(each).type == parent_type]
    return sum(
        in_pages(len([each for each in ids if each.startswith(f"{parent}/") and ArmId(each).type in kinds]), page_size)
        for parent in parents
    )


def in_pages(rows: int, page_size: int) -> int:
    return max(1, -(-rows // page_size))


def pages_of_roles(estate: Estate, page_size: int) -> int:
    held = Counter(each["properties"]["principalId"] for each in assigned_to_workspaces(estate))
    return sum(in_pages(held[each], page_size) for each in workspace_identities(estate))


def followed_in(estate: Estate) -> set[str]:
    """Return the roles that are assigned, and all that lies in subscriptions that are not scanned."""
    roles = {str(each["properties"]["roleDefinitionId"]).lower() for each in assigned_to_workspaces(estate)}
    ids = re.findall(r'"(/subscriptions/[^/"]+/resourcegroups/[^"]+)"', json.dumps(estate.resources).lower())
    return roles | {each for each in ids if ArmId(each).subscription not in subscriptions_in(estate)}


@pytest.mark.parametrize("name", ESTATES)
def test_paging_changes_nothing(runs: dict[str, Run], name: str) -> None:
    paged = collect(fixture(name), page_size=1, reads_all=True)

    assert paged.collected.resources == runs[name].collected.resources
    assert paged.gaps == runs[name].gaps


def test_a_machine_s_extensions_are_read_to_the_last_page() -> None:
    estate = fixture("article")
    (first, *_) = [key for key, each in by_id(estate).items() if type_of(each) == EXTENSIONS]
    more = [{"id": f"{first}-{number}", "type": EXTENSIONS, "name": str(number)} for number in range(3)]
    run = collect(with_more(estate, *more), page_size=1)

    assert run.resources.keys() >= {each["id"] for each in more}


@pytest.mark.parametrize("concurrency", [1, 2, 32])
def test_two_collections_of_one_estate_are_equal(runs: dict[str, Run], concurrency: int) -> None:
    again = collect(fixture("demo"), concurrency=concurrency, reads_all=True)

    assert again.collected.resources == runs["demo"].collected.resources
    assert again.gaps == runs["demo"].gaps
    assert sorted(seen.path for seen in again.requests) == sorted(seen.path for seen in runs["demo"].requests)


def test_a_subscription_named_twice_is_read_once() -> None:
    estate = fixture("article")
    (guid,) = subscriptions_in(estate)
    run = collect(estate, subscriptions=[guid, guid.upper()], context=[guid])

    assert len(run.asked_for(f"/subscriptions/{guid}")) == 1
    assert len(run.asked_for("/virtualNetworks")) == 1


# What is merged


class Diary:
    """Notes what a collector tells of its progress."""

    def __init__(self) -> None:
        self.kinds: set[str] = set()
        self.rows: Counter[str] = Counter()
        self.gaps: list[Gap] = []

    def asked(self, what: str) -> None:
        """Note what is read."""
        self.kinds.add(what)

    def listed(self, kind: str, rows: int) -> None:
        """Count the rows of a type."""
        self.rows[kind] += rows

    def missed(self, gap: Gap) -> None:
        """Note a gap."""
        self.gaps.append(gap)

    def waiting(self, scope: str, seconds: float) -> None:
        """Let it wait."""


def test_progress_tells_every_row_and_every_gap() -> None:
    diary = Diary()
    run = collect(fixture("demo"), progress=diary)

    assert {row.type for row in LISTINGS if row.parent == SUBSCRIPTION} <= diary.kinds
    assert sum(diary.rows.values()) == len(run.collected.resources)
    assert tuple(diary.gaps) == run.gaps


def forecast(run: Run) -> Resource:
    (found,) = [each for each in run.of_type(WORKSPACES) if each["name"] == "mlw-forecast"]
    return found


def test_fields_of_preview_versions_are_merged_into_workspaces(runs: dict[str, Run]) -> None:
    properties = forecast(runs["demo"])["properties"]

    assert "198.51.100.0/26" in json.dumps([properties.get("networkAcls"), properties.get("ipAllowlist")])


def test_fields_of_preview_versions_are_unknown_where_their_listing_fails() -> None:
    # One thread asks in the order of the table: the stable version, then the preview.
    path = "*/providers/Microsoft.MachineLearningServices/workspaces"
    faults = [Fault(path, FaultKind.FORBIDDEN, every=2)]
    run = collect(fixture("demo"), faults=faults, concurrency=1)
    properties = forecast(run)["properties"]
    (gap,) = [each for each in run.gaps if "api-version" in each.kind]

    assert properties["networkAcls"].keys() == properties["ipAllowlist"].keys() == {UNKNOWN_KEY}
    assert "2024-10-01-preview" in properties["networkAcls"][UNKNOWN_KEY]
    assert gap.kind == "Microsoft.MachineLearningServices/workspaces?api-version=2024-10-01-preview"
    assert gap.permission == "Microsoft.MachineLearningServices/workspaces/read"


def test_workspaces_without_the_preview_fields_get_none(runs: dict[str, Run]) -> None:
    (workspace,) = runs["article"].of_type(WORKSPACES)

    assert not {"networkAcls", "ipAllowlist"} & workspace["properties"].keys()


# Roles


@pytest.mark.parametrize("name", ESTATES)
def test_role_assignments_tell_whom_they_hold_for(runs: dict[str, Run], name: str) -> None:
    found = {each["id"]: each["properties"]["assignedTo"] for each in runs[name].of_type(ASSIGNMENTS)}
    expected = assigned_to_workspaces(fixture(name))

    assert found == {each["id"]: [each["properties"]["principalId"]] for each in expected}


def test_a_role_that_a_group_holds_is_its_members() -> None:
    estate = fixture("reference")
    guid = subscriptions_in(estate)[0]
    members = sorted(workspace_identities(estate))
    role = str(assigned_to_workspaces(estate)[0]["properties"]["roleDefinitionId"])
    given = {
        "id": f"/subscriptions/{guid}/providers/Microsoft.Authorization/roleAssignments/group",
        "type": "Microsoft.Authorization/roleAssignments",
        "name": "group",
        "properties": {"principalId": "team", "scope": f"/subscriptions/{guid}", "roleDefinitionId": role},
    }
    run = collect(with_more(estate, given, groups={"team": ("squad",), "squad": tuple(members)}))
    properties = run.resources[str(given["id"]).lower()]["properties"]

    assert len(members) > 1
    assert (properties["principalId"], properties["assignedTo"]) == ("team", members)


def test_a_role_named_without_a_subscription_is_read() -> None:
    estate = fixture("article")
    (held, *_) = assigned_to_workspaces(estate)
    role = "/providers/Microsoft.Authorization/roleDefinitions/builtin"
    given = held | {
        "id": f"{held['id']}2",
        "name": "2",
        "properties": held["properties"] | {"roleDefinitionId": role},
    }
    definition = {"id": role, "type": "Microsoft.Authorization/roleDefinitions", "name": "builtin", "properties": {}}

    assert collect(with_more(estate, given, definition)).resources[role.lower()] == definition
