from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.domain.roles import Grant, Need, covers, fits, image_needs, permits
from scanner.evidence import MissingEvidence
from scanner.model.arm import ArmId
from scanner.model.authorization import RoleDefinition
from scanner.model.fields import decode
from scanner.model.services import RoleMode

PULL = "Microsoft.ContainerRegistry/registries/pull/read"
PUSH = "Microsoft.ContainerRegistry/registries/push/write"
CONTENT_READ = "Microsoft.ContainerRegistry/registries/repositories/content/read"
CONTENT_WRITE = "Microsoft.ContainerRegistry/registries/repositories/content/write"

REGISTRY = ArmId("/subscriptions/s1/resourceGroups/rg-ml/providers/Microsoft.ContainerRegistry/registries/cr")
ONE_SUBSCRIPTION = frozenset({"s1"})

Entry = dict[str, list[str]]


def role(*entries: Entry) -> RoleDefinition:
    raw = {"id": "/providers/Microsoft.Authorization/roleDefinitions/r", "properties": {"permissions": list(entries)}}
    return decode(RoleDefinition, raw)


def verbs(mode: RoleMode, *entries: Entry) -> list[str]:
    return [need.verb for need in image_needs(mode) if permits(role(*entries), need)]


CONTRIBUTOR: Entry = {
    "actions": ["*"],
    "notActions": ["Microsoft.Authorization/*/Delete", "Microsoft.Authorization/*/Write"],
}
ROLES: list[tuple[str, list[Entry], list[str], list[str]]] = [
    ("Contributor", [CONTRIBUTOR], ["pull", "push"], []),
    ("Azure AI Administrator", [{"actions": ["Microsoft.ContainerRegistry/registries/*"]}], ["pull", "push"], []),
    ("AcrPush", [{"actions": [PULL, PUSH]}], ["pull", "push"], []),
    ("AcrPull", [{"actions": [PULL]}], ["pull"], []),
    ("Reader", [{"actions": ["*/read"]}], ["pull"], []),
    ("other case", [{"actions": [PUSH.upper()]}], ["push"], []),
    ("all but push", [{"actions": ["*"], "notActions": ["*/registries/push/*"]}], ["pull"], []),
    ("excepted, then given", [{"actions": ["*"], "notActions": [PUSH]}, {"actions": [PUSH]}], ["pull", "push"], []),
    ("exception in another entry", [{"actions": [PUSH]}, {"actions": [], "notActions": [PUSH]}], ["push"], []),
    ("Repository Writer", [{"dataActions": [CONTENT_READ, CONTENT_WRITE]}], [], ["pull", "push"]),
    ("Repository Reader", [{"dataActions": [CONTENT_READ]}], [], ["pull"]),
    ("data exception", [{"dataActions": ["*"], "notDataActions": [CONTENT_WRITE]}], [], ["pull"]),
    ("no entry", [], [], []),
]


@pytest.mark.parametrize(("entries", "legacy", "abac"), [row[1:] for row in ROLES], ids=[row[0] for row in ROLES])
def test_role_permits_its_effective_actions(entries: list[Entry], legacy: list[str], abac: list[str]) -> None:
    assert verbs(RoleMode.LEGACY, *entries) == legacy
    assert verbs(RoleMode.ABAC, *entries) == abac


def test_permissions_that_were_not_read_are_missing_evidence() -> None:
    unread = decode(RoleDefinition, {"id": "/providers/Microsoft.Authorization/roleDefinitions/r"})

    with pytest.raises(MissingEvidence):
        permits(unread, Need("pull", PULL))


def test_unread_exceptions_of_an_entry_without_the_action_do_not_matter() -> None:
    unread = {"actions": ["*/delete"], "notActions": {"$unknown": "known after apply"}}

    assert not permits(decode(RoleDefinition, {"id": "/r", "properties": {"permissions": [unread]}}), Need("", PULL))


def test_condition_leaves_open_what_the_role_permits() -> None:
    limited = Grant(role(CONTRIBUTOR), REGISTRY, "@Resource[…] StringEquals '…'")

    with pytest.raises(MissingEvidence, match="condition"):
        limited.gives(Need("push", PUSH))


def test_condition_gives_nothing_that_the_role_does_not_permit() -> None:
    limited = Grant(role({"actions": [PULL]}), REGISTRY, "@Resource[…] StringEquals '…'")

    assert not limited.gives(Need("push", PUSH))


SCOPES = [
    ("/", True),
    ("/subscriptions/s1", True),
    ("/SUBSCRIPTIONS/S1/", True),
    ("/subscriptions/s1/resourcegroups/RG-ML", True),
    (str(REGISTRY), True),
    ("/providers/Microsoft.Management/managementGroups/mg", True),
    ("/subscriptions/s", False),
    ("/subscriptions/s2", False),
    ("/subscriptions/s1/resourceGroups/rg", False),
    ("/subscriptions/s1/resourceGroups/rg-ml/providers/Microsoft.ContainerRegistry/registries/cr2", False),
    (f"{REGISTRY}/replications/westeurope", False),
]


@pytest.mark.parametrize(("scope", "expected"), SCOPES)
def test_scope_covers_itself_and_what_is_below(scope: str, expected: bool) -> None:
    assert covers(ArmId(scope), REGISTRY, ONE_SUBSCRIPTION) is expected


@pytest.mark.parametrize("subscriptions", [frozenset({"s1", "s2"}), frozenset({"s2"}), frozenset[str]()])
def test_what_a_management_group_contains_is_not_guessed(subscriptions: frozenset[str]) -> None:
    with pytest.raises(MissingEvidence, match="management group mg"):
        covers(ArmId("/providers/Microsoft.Management/managementGroups/mg"), REGISTRY, subscriptions)


@pytest.mark.parametrize(
    ("scope", "shown"),
    [
        ("/", "r (at the tenant root)"),
        ("/subscriptions/s1", "r (at subscription s1)"),
        ("/subscriptions/s1/resourceGroups/rg-ml", "r (at resource group rg-ml)"),
        ("/providers/Microsoft.Management/managementGroups/mg", "r (at management group mg)"),
        (str(REGISTRY), "r (at cr)"),
    ],
)
def test_grant_says_where_it_holds(scope: str, shown: str) -> None:
    assert str(Grant(role(), ArmId(scope))) == shown


def slow_fits(pattern: str, action: str) -> bool:
    """Match as one would by hand: a star takes nothing, or one character and then goes on."""
    if not pattern:
        return not action
    if pattern[0] == "*":
        return slow_fits(pattern[1:], action) or (bool(action) and slow_fits(pattern, action[1:]))
    return bool(action) and pattern[0].lower() == action[0].lower() and slow_fits(pattern[1:], action[1:])


@given(st.text("aB/*.+", max_size=7), st.text("aAbB/.", max_size=9))
def test_patterns_fit_as_the_slow_way_says(pattern: str, action: str) -> None:
    assert fits(pattern, action) == slow_fits(pattern, action)


_PATTERNS = st.lists(st.sampled_from(["*", "*/read", "*/write", PULL, PUSH, "Microsoft.ContainerRegistry/*", "x"]))
_ENTRIES = st.lists(st.fixed_dictionaries({"actions": _PATTERNS, "notActions": _PATTERNS}), max_size=4)


@given(_ENTRIES, st.sampled_from([PULL, PUSH]))
def test_entries_add_up_and_exceptions_subtract_from_their_own(entries: list[Entry], action: str) -> None:
    expected = False
    for entry in entries:
        given_here = [each for each in entry["actions"] if slow_fits(each, action)]
        excepted_here = [each for each in entry["notActions"] if slow_fits(each, action)]
        expected = expected or (bool(given_here) and not excepted_here)

    assert permits(role(*entries), Need("", action)) is expected


_SEGMENTS = st.lists(st.sampled_from(["a", "A", "ab", "b"]), max_size=5)


@given(_SEGMENTS, _SEGMENTS)
def test_scope_covers_by_whole_segments(scope: list[str], below: list[str]) -> None:
    start = [segment.lower() for segment in below[: len(scope)]]

    found = covers(ArmId("/" + "/".join(scope)), ArmId("/" + "/".join(below)), ONE_SUBSCRIPTION)

    assert found == (start == [segment.lower() for segment in scope])
