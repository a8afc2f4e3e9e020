"""Role assignments and definitions, which ARM lists by scope: at it, above it and below it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanner.simulator.target import read_target

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.simulator.estate import Estate, Resource
    from scanner.simulator.target import Target

ASSIGNMENTS = "microsoft.authorization/roleassignments"
DEFINITIONS = "microsoft.authorization/roledefinitions"
DENIALS = "microsoft.authorization/denyassignments"
_MANAGEMENT_GROUPS = "/providers/microsoft.management/managementgroups/"
_AT_SCOPE = re.compile(r"atScope\(\)", re.IGNORECASE)
_PRINCIPAL = re.compile(r"principalId eq '([^']*)'", re.IGNORECASE)
_ASSIGNED_TO = re.compile(r"assignedTo\('([^']*)'\)", re.IGNORECASE)


class UnsupportedFilterError(Exception):
    """A role assignment `$filter` that ARM would refuse; the message is ARM's."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"The filter '{text}' is not supported. Supported filters are either 'atScope()' or "
            "'principalId eq '{value}' or assignedTo('{value}')'."
        )


@dataclass(frozen=True, slots=True)
class _Filter:
    """What a `$filter` asks for; `principals` None means anyone's, else lower-case object ids."""

    at_scope: bool = False
    principals: frozenset[str] | None = None

    def takes(self, assignment: Resource) -> bool:
        return self.principals is None or _principal(assignment) in self.principals


@dataclass(frozen=True, slots=True)
class _Scoped:
    """Rows of one type by the lower-case scope they hang on; the root's is the empty string."""

    rows: Mapping[str, list[Resource]]
    management: tuple[str, ...]

    def around(self, scope: str) -> Iterator[Resource]:
        """Yield the rows at a scope, above it and below it."""
        yield from self.at_or_above(scope)
        yield from (row for below, rows in self.rows.items() if below.startswith(f"{scope}/") for row in rows)

    def at_or_above(self, scope: str) -> Iterator[Resource]:
        management = () if scope.startswith(_MANAGEMENT_GROUPS) else self.management
        for above in dict.fromkeys(("", *management, *_ancestors(scope), scope)):
            yield from self.rows.get(above, ())


class Roles:
    """The role assignments and definitions of an estate, by scope.

    An estate does not say where its management groups hang: each counts as being above every subscription.
    """

    def __init__(self, estate: Estate) -> None:
        self._groups_of = _memberships(estate.groups)
        self._assignments = _by_scope(estate.resources, ASSIGNMENTS)
        self._definitions = _by_scope(estate.resources, DEFINITIONS)
        self._denials = _by_scope(estate.resources, DENIALS)
        self._below: defaultdict[str, list[Resource]] = defaultdict(list)
        for scope, rows in self._assignments.rows.items():
            for ancestor in _ancestors(scope):
                self._below[ancestor].extend(rows)

    def assignments(self, target: Target, wanted: str) -> list[Resource]:
        """List the assignments at, above and, unless filtered by `atScope()`, below the target's scope.

        Raises UnsupportedFilterError for a filter ARM does not know.
        """
        scope = _scope(target)
        chosen = self._read_filter(wanted)
        below = [] if chosen.at_scope else self._below.get(scope, [])
        return [row for row in (*self._assignments.at_or_above(scope), *below) if chosen.takes(row)]

    def denials(self, target: Target, wanted: str) -> list[Resource]:
        """List the deny assignments at, above and below the target's scope; filtered, raise UnsupportedFilterError."""
        if wanted.strip():
            raise UnsupportedFilterError(wanted)
        return list(self._denials.around(_scope(target)))

    def definitions(self, target: Target) -> list[Resource]:
        """List the definitions at or above the target's scope; a built-in one is shown as the subscription's."""
        return [_shown_in(target, row) for row in self._definitions.at_or_above(_scope(target))]

    def definition(self, target: Target) -> Resource | None:
        """Find a definition by its name at the target's scope or above it."""
        name = target.name.lower()
        found = (row for row in self._definitions.at_or_above(_scope(target)) if str(row["name"]).lower() == name)
        return next((_shown_in(target, row) for row in found), None)

    def _read_filter(self, text: str) -> _Filter:
        chosen = _Filter()
        for term in re.split(r"\s+and\s+", text.strip(), flags=re.IGNORECASE) if text.strip() else ():
            chosen = self._narrowed(chosen, term, text)
        return chosen

    def _narrowed(self, chosen: _Filter, term: str, text: str) -> _Filter:
        if _AT_SCOPE.fullmatch(term):
            return _Filter(at_scope=True, principals=chosen.principals)
        if match := _PRINCIPAL.fullmatch(term):
            return _Filter(chosen.at_scope, frozenset({match[1].lower()}))
        if match := _ASSIGNED_TO.fullmatch(term):
            return _Filter(chosen.at_scope, _reach(match[1].lower(), self._groups_of))
        raise UnsupportedFilterError(text)


def _memberships(groups: Mapping[str, tuple[str, ...]]) -> Mapping[str, set[str]]:
    groups_of: defaultdict[str, set[str]] = defaultdict(set)
    for group, members in groups.items():
        for member in members:
            groups_of[member.lower()].add(group.lower())
    return dict(groups_of)


def _reach(principal: str, groups_of: Mapping[str, set[str]]) -> frozenset[str]:
    found, waiting = {principal}, [principal]
    while waiting:
        fresh = groups_of.get(waiting.pop(), set()) - found
        found |= fresh
        waiting.extend(fresh)
    return frozenset(found)


def _by_scope(resources: Iterable[Resource], kind: str) -> _Scoped:
    rows: defaultdict[str, list[Resource]] = defaultdict(list)
    for resource in resources:
        if str(resource["type"]).lower() == kind:
            rows[_scope(read_target(str(resource["id"])))].append(resource)
    return _Scoped(dict(rows), tuple(scope for scope in rows if scope.startswith(_MANAGEMENT_GROUPS)))


def _ancestors(scope: str) -> Iterator[str]:
    parts = scope.split("/")[1:]
    return ("/" + "/".join(parts[:end]) for end in range(2, len(parts), 2))


def _scope(target: Target) -> str:
    scope, _, _ = target.key.rpartition("/providers/microsoft.authorization/")
    return scope


def _principal(assignment: Resource) -> str:
    properties = assignment.get("properties")
    return str(properties.get("principalId", "")).lower() if isinstance(properties, Mapping) else ""


def _shown_in(target: Target, definition: Resource) -> Resource:
    arm_id = str(definition["id"])
    if target.subscription is None or not arm_id.lower().startswith("/providers/microsoft.authorization/"):
        return definition
    return {**definition, "id": f"/subscriptions/{target.subscription}{arm_id}"}
