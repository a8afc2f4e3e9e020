"""What a caller sees by its role assignments: fewer rows without a word, and where it is refused."""

from __future__ import annotations

import pytest

from scanner.simulator import Denial, Estate, Grant, Rights, Simulator

from .support import (
    AUTH,
    EMPTY_SUB,
    ESTATE,
    MANAGEMENT_GROUP,
    NET,
    REGISTRY,
    RG,
    SUB,
    WORKSPACE,
    ZONE,
    Got,
    arm,
    follow,
    get,
)

READ = ("*/read",)
SPARE = f"{SUB}/resourceGroups/spare"
VNETS = f"{SUB}/providers/Microsoft.Network/virtualNetworks"
HUB = f"{NET}/virtualNetworks/hub"
GROUPS = f"{SUB}/resourceGroups"


def reader(*scopes: str, stranger: Denial = Denial.FORBIDDEN, group_lists: Denial = Denial.FORBIDDEN) -> Rights:
    """Give the role of a reader on scopes."""
    return Rights(tuple(Grant(scope, READ) for scope in scopes), stranger, group_lists)


def asked(rights: Rights, path: str, page_size: int = 100) -> Got:
    with Simulator(ESTATE, page_size=page_size, rights=rights) as simulator:
        return get(simulator, path)


SEEN = [
    ([SUB], ["hub", "aml", "access", "far"]),
    ([SUB.upper()], ["hub", "aml", "access", "far"]),
    (["/"], ["hub", "aml", "access", "far"]),
    ([MANAGEMENT_GROUP], ["hub", "aml", "access", "far"]),
    ([RG], ["hub", "aml", "access"]),
    ([SPARE], ["far"]),
    ([HUB, SPARE], ["hub", "far"]),
    ([f"{HUB}/subnets/training"], []),
    ([REGISTRY], []),
]


@pytest.mark.parametrize(("scopes", "names"), SEEN)
def test_a_subscriptions_list_shows_what_may_be_read_and_says_nothing_of_the_rest(
    scopes: list[str], names: list[str]
) -> None:
    answer = asked(reader(*scopes), VNETS)

    assert (answer.status, answer.names) == (200, names)
    assert "nextLink" not in answer.json


@pytest.mark.parametrize(("scopes", "names"), [([RG], ["ml"]), ([SUB], ["ml", "spare"]), ([HUB], [])])
def test_groups_are_listed_likewise(scopes: list[str], names: list[str]) -> None:
    answer = asked(reader(*scopes), GROUPS)

    assert (answer.status, answer.names) == (200, names)


def test_assignments_of_a_subscription_are_listed_likewise() -> None:
    assert asked(reader(RG), f"{SUB}{AUTH}/roleAssignments").names == ["group", "registry", "workspace"]
    assert asked(reader(RG), f"{RG}{AUTH}/roleAssignments").names == ["corp", "sub", "group", "registry", "workspace"]


def test_what_may_not_be_read_is_left_out_after_pages_are_cut() -> None:
    with Simulator(ESTATE, page_size=1, rights=reader(SPARE)) as simulator:
        pages = [page.names for page in follow(simulator, get(simulator, VNETS))]

    assert pages == [[], [], [], ["far"]]


REFUSED = {
    "a list of a group": (f"{NET}/virtualNetworks", "Microsoft.Network/virtualNetworks", NET),
    "a group": (RG, "Microsoft.Resources/subscriptions/resourceGroups", RG),
    "an item": (HUB, "Microsoft.Network/virtualNetworks", HUB),
    "an item that is not there": (
        f"{NET}/routeTables/none",
        "Microsoft.Network/routeTables",
        f"{NET}/routeTables/none",
    ),
    "children": (f"{HUB}/subnets", "Microsoft.Network/virtualNetworks/subnets", HUB),
    "record sets": (f"{ZONE}/ALL", "Microsoft.Network/privateDnsZones/ALL", ZONE),
    "assignments of a group": (
        f"{RG}{AUTH}/roleAssignments",
        "Microsoft.Authorization/roleAssignments",
        f"{RG}/providers/Microsoft.Authorization",
    ),
    "a provider": (f"{SUB}/providers/Microsoft.Network", "Microsoft.Resources/subscriptions/providers", SUB),
}


@pytest.mark.parametrize(("path", "kind", "scope"), REFUSED.values(), ids=REFUSED)
def test_below_a_subscription_what_may_not_be_read_is_forbidden(path: str, kind: str, scope: str) -> None:
    answer = asked(reader(SPARE), path)

    assert (answer.status, answer.code) == (403, "AuthorizationFailed")
    assert f"to perform action '{kind}/read' over scope '{scope}' or" in answer.message


def test_a_role_on_a_resource_reads_it_and_what_is_in_it_and_not_its_group() -> None:
    with Simulator(ESTATE, rights=reader(HUB)) as simulator:
        paths = [HUB, f"{HUB}/subnets", f"{HUB}/subnets/training", f"{HUB}{AUTH}/roleAssignments"]
        allowed = [get(simulator, path).status for path in paths]
        refused = [get(simulator, path).status for path in (RG, f"{NET}/virtualNetworks", f"{NET}/virtualNetworks/aml")]

    assert (allowed, refused) == ([200] * 4, [403] * 3)


def test_a_list_of_a_group_can_be_empty_instead() -> None:
    rights = reader(SPARE, group_lists=Denial.EMPTY)

    assert (asked(rights, f"{NET}/virtualNetworks").status, asked(rights, f"{NET}/virtualNetworks").names) == (200, [])
    assert asked(reader(HUB, group_lists=Denial.EMPTY), f"{NET}/virtualNetworks").names == ["hub"]
    assert asked(rights, f"{HUB}/subnets").status == 403


STRANGER = [
    (Denial.FORBIDDEN, (403, "AuthorizationFailed"), (403, "AuthorizationFailed")),
    (Denial.NOT_FOUND, (404, "SubscriptionNotFound"), (404, "SubscriptionNotFound")),
]


@pytest.mark.parametrize(("stranger", "of_list", "of_item"), STRANGER)
def test_a_subscription_refuses_who_holds_nothing_in_it(
    stranger: Denial, of_list: tuple[int, str], of_item: tuple[int, str]
) -> None:
    rights = reader(EMPTY_SUB, stranger=stranger)
    lists = [asked(rights, path) for path in (VNETS, GROUPS, f"{SUB}{AUTH}/permissions")]
    items = [asked(rights, path) for path in (SUB, HUB)]

    assert {(each.status, each.code) for each in lists} == {of_list}
    assert {(each.status, each.code) for each in items} == {of_item}


def test_a_subscriptions_lists_can_be_empty_to_who_holds_nothing_in_it() -> None:
    rights = reader(EMPTY_SUB, stranger=Denial.EMPTY)

    assert [asked(rights, path).names for path in (VNETS, GROUPS)] == [[], []]
    assert asked(rights, f"{SUB}{AUTH}/permissions").json == {"value": []}
    assert [asked(rights, path).status for path in (SUB, HUB, f"{HUB}/subnets")] == [403, 403, 403]


LISTED = [
    ([SUB], [SUB]),
    ([HUB], [SUB]),
    ([RG, EMPTY_SUB], [SUB, EMPTY_SUB]),
    ([MANAGEMENT_GROUP], [SUB, EMPTY_SUB]),
    ([], []),
]


@pytest.mark.parametrize(("scopes", "known"), LISTED)
def test_subscriptions_are_listed_where_anything_is_held(scopes: list[str], known: list[str]) -> None:
    answer = asked(reader(*scopes), "/subscriptions")

    assert (answer.status, [row["id"] for row in answer.json["value"]]) == (200, known)


def test_a_subscription_is_shown_to_who_holds_anything_in_it() -> None:
    assert asked(reader(HUB), SUB).status == 200


def test_a_subscription_of_a_like_name_is_another() -> None:
    twin = f"{SUB}0"
    estate = Estate("Twins.", (*ESTATE.resources, arm(twin, "Microsoft.Resources/subscriptions")))
    with Simulator(estate, rights=reader(SUB)) as simulator:
        assert len(get(simulator, "/subscriptions").json["value"]) == 1
        assert get(simulator, twin).status == 403


def test_an_action_must_be_granted_and_not_taken_by_the_same_role() -> None:
    narrow = Grant(SUB, ("Microsoft.Network/*/read",), ("Microsoft.Network/virtualNetworks/*",))
    wide = Grant(SPARE, ("microsoft.network/VIRTUALNETWORKS/read",))
    workspaces = WORKSPACE.rpartition("/")[0]

    assert asked(Rights([narrow]), VNETS).names == []
    assert asked(Rights([narrow, wide]), VNETS).names == ["far"]
    assert [asked(Rights([narrow]), path).status for path in (f"{ZONE}/A", HUB, workspaces)] == [200, 403, 403]


@pytest.mark.parametrize(("scope", "status"), [(MANAGEMENT_GROUP, 200), ("/", 200), (SUB, 403)])
def test_a_management_group_needs_a_role_on_it(scope: str, status: int) -> None:
    estate = Estate("A group.", ESTATE.resources, {}, {"corp": (SUB.rpartition("/")[2],)})
    with Simulator(estate, rights=reader(scope)) as simulator:
        assert get(simulator, f"{MANAGEMENT_GROUP}/descendants").status == status


def test_a_role_anywhere_reads_the_definitions_of_the_tenant() -> None:
    assert asked(reader(HUB), f"{AUTH}/roleDefinitions/owner").status == 200
    assert asked(Rights([Grant(HUB, ("Microsoft.Network/*",))]), f"{AUTH}/roleDefinitions/owner").status == 403


def test_rights_hold_beside_what_is_granted_everywhere() -> None:
    granted = frozenset({"Microsoft.Network/virtualNetworks/read"})
    with Simulator(ESTATE, granted=granted, rights=reader(RG)) as simulator:
        answers = [get(simulator, path) for path in (VNETS, f"{HUB}/subnets", GROUPS)]

    assert [answers[0].names, answers[2].names] == [["hub", "aml", "access"], []]
    assert [each.status for each in answers] == [200, 403, 200]


@pytest.mark.parametrize(
    "path", ["/subscriptions", VNETS, HUB, f"{HUB}/subnets", GROUPS, f"{SUB}{AUTH}/roleDefinitions"]
)
def test_a_reader_of_everything_sees_what_is_seen_without_rights(path: str) -> None:
    with Simulator(ESTATE) as simulator:
        honest = get(simulator, path)

    assert asked(reader("/"), path).body == honest.body


def test_a_subscription_that_is_not_there_is_not_found_whatever_is_held() -> None:
    nowhere = "/subscriptions/33333333-0000-0000-0000-000000000003"

    assert [asked(rights, nowhere).code for rights in (reader("/"), Rights())] == ["SubscriptionNotFound"] * 2
