"""Working out drift: each resource that code manages, compared with what is there, and judged as the code left it."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from scanner.collect.collected import InCode
from scanner.creation.states import is_state
from scanner.engine import Result
from scanner.evidence import MissingEvidence
from scanner.fix.bench import again, judgement
from scanner.graph import Graph
from scanner.model.arm import ArmId, Json
from scanner.model.authorization import RoleAssignment
from scanner.model.difference import Difference, Steps, differences
from scanner.model.resource import Resource, kind_of
from scanner.scan.diff import Diff, Judged, compare, judged
from scanner.scan.drift import Drift, Drifted
from scanner.scan.outcome import Scan


def drift_of(finished: Scan, code: InCode | None) -> Drift | None:
    """Compare what a scan judged with what code left behind; None without either."""
    graph = finished.graph
    if graph is None or code is None:
        return None
    found, unread, compared, changed = [], [], 0, dict[str, Json]()
    for row in code.rows:
        arm_id = ArmId(str(row["id"]))
        kind = kind_of(arm_id.type)
        if kind is None or arm_id.key not in code.managed:
            continue
        live = graph.rows.row(arm_id.key) if graph.rows.holds(arm_id.key) else None
        if live is None and not _is_absent(kind, arm_id, graph):
            unread.append(arm_id)
            continue
        compared += 1
        each = Drifted(arm_id, tuple(differences(kind, row, live, _is_azures(kind))) if live is not None else ())
        if each.differences or live is None:
            found.append(each)
            changed[arm_id.key] = _as_in_code(live, each.differences) if live is not None else row
    return Drift(compared, tuple(found), tuple(unread), _explained(finished, graph, changed))


_NOT_IN_CODE = frozenset({"defaultsecurityrules", "accessmodesettings", "description", "etag"})
"""Properties, in lower case, that the provider does not show."""


_NOT_IN_CODE_OF = {
    # They lead back to what leads there: code tells them there.
    "microsoft.network/publicipaddresses": frozenset({"ipconfiguration", "natgateway"}),
    # The tenant is that of the subscription.
    "microsoft.machinelearningservices/workspaces": frozenset({"tenantid"}),
    # The collector's own note of whom it asked for.
    "microsoft.authorization/roleassignments": frozenset({"assignedto"}),
}
"""The same of single types, in lower case."""


def _is_absent(kind: type[Resource], arm_id: ArmId, graph: Graph) -> bool:
    """Tell whether a resource is known not to exist, and was not only not read.

    Role assignments are asked for by those that rules ask about: that there is none of another says nothing.
    """
    if kind is RoleAssignment:
        return False
    if kind.LISTED_WITH:
        return graph.all(kind, arm_id.in_subscription).missing is None
    try:
        return graph.find(kind, arm_id) is None
    except MissingEvidence:
        return False


def _is_azures(kind: type[Resource]) -> Callable[[Steps], bool]:
    """Return what tells whether Azure decides a property of a type: code does not tell it."""
    not_in_code = _NOT_IN_CODE | _NOT_IN_CODE_OF.get(kind.TYPE.lower(), frozenset())
    return lambda steps: any(is_state(each) or each.lower() in not_in_code for each in steps)


def _as_in_code(live: Json, found: tuple[Difference, ...]) -> dict[str, Any]:
    """Return what is there with what differs as the code left it."""
    row = deepcopy(dict(live))
    for each in found:
        _put(row, each.steps, deepcopy(each.one))
    return row


def _put(place: Any, steps: Steps, value: Any) -> None:  # noqa: ANN401 - JSON
    step, rest = steps[0], steps[1:]
    if step.startswith("[") and isinstance(place, list):
        at = next((number for number, each in enumerate(place) if _is_called(each, step)), None)
        if rest and at is not None:
            _put(place[at], rest, value)
        elif at is not None:
            place[at : at + 1] = [] if value is None else [value]
        elif value is not None:
            place.append(value)
    elif isinstance(place, dict):
        if not rest:
            place.pop(step, None)
            place.update({} if value is None else {step: value})
            return
        if not isinstance(place.get(step), dict | list):
            place[step] = [] if rest[0].startswith("[") else {}
        _put(place[step], rest, value)


def _is_called(part: object, step: str) -> bool:
    names = (part.get(key) for key in ("name", "id", "value", "service")) if isinstance(part, dict) else ()
    return next((each.lower() for each in names if isinstance(each, str)), "") == step[1:-1]


def _explained(finished: Scan, graph: Graph, changed: dict[str, Json]) -> Diff:
    """Return the results that hang on what differs."""
    as_in_code: tuple[Result, ...] = finished.results
    if changed:
        as_in_code = tuple(again(judgement(finished.results, graph), graph.edited(changed)).results.values())
    changes = compare(map(judged, as_in_code), map(judged, finished.results))
    return Diff("as the code left it", "now", tuple(each for each in changes if _says_more(each.old, each.new)))


def _says_more(old: Judged | None, new: Judged | None) -> bool:
    """Tell whether a result is another one, and not only listed because it fails both ways."""
    return old is None or new is None or _standing(old) != _standing(new)


def _standing(one: Judged) -> tuple[object, ...]:
    return one.verdict, frozenset(one.problems), frozenset(one.doubts)
