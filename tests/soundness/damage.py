"""What can be wrong in an estate: the damages of fixtures/damages, and such as are made of any estate.

A damage is named by a line: the stem of a file; `without TAIL`, which takes a resource and its children away;
`flip TAIL PATH`, which gives a property its opposite or clears a reference; `stranger TYPE [in another subscription]`,
which adds what nobody refers to. A tail is as much of an id as fits one resource only.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from functools import cache
from typing import Any

from scanner.model.arm import ArmId
from tests.cases import FIXTURES, KEYS, BadCase, Resource, changed
from tests.soundness.layouts import layout_text
from tests.soundness.strangers import STRANGERS, added

FILES = {path.stem: path for path in sorted((FIXTURES / "damages").glob("*.json"))}
ELSEWHERE = "in another subscription"

_OPPOSITES = {
    "Enabled": "Disabled",
    "Disabled": "Enabled",
    "Allow": "Deny",
    "Deny": "Allow",
    "Approved": "Rejected",
    "Succeeded": "Failed",
    "Connected": "Disconnected",
    "Completed": "InProgress",
    "Inbound": "Outbound",
    "Outbound": "Inbound",
    "FullyInSync": "LocalNotInSync",
    "Default": "NxDomainRedirect",
    "AzureServices": "None",
    "Static": "Dynamic",
    "UserDefined": "ServiceTag",
}
_NOT_WRONG = frozenset({"etag", "provisioningState", "systemData", "tags", "sku"})
_DEEPEST = 8


def apply(resources: list[Resource], damage: str) -> list[Resource]:
    """Return the resources, which are used up, with a damage. Raises BadCase where it does not fit."""
    word, _, rest = damage.partition(" ")
    match word:
        case "without":
            return changed(resources, {"remove": [rest]})
        case "flip":
            tail, _, path = rest.rpartition(" ")
            return _flipped(resources, tail, path.split("."))
        case "stranger":
            return added(resources, rest.removesuffix(f" {ELSEWHERE}"), elsewhere=rest.endswith(ELSEWHERE))
    case_file = json.loads(FILES[damage].read_text())
    _require_here(case_file.get("add", ()), resources)
    return changed(resources, {key: case_file[key] for key in KEYS & case_file.keys()})


def _require_here(added_rows: Iterable[Resource], resources: list[Resource]) -> None:
    """Raise BadCase where a damage adds to a subscription that is not there: what it adds would lead nowhere."""
    there = {ArmId(each["id"]).subscription for each in resources}
    strange = {ArmId(each["id"]).subscription for each in added_rows} - there
    if strange:
        raise BadCase(f"adds to subscriptions of another estate: {', '.join(sorted(strange))}")


@cache
def damages_of(layout: str) -> tuple[str, ...]:
    """Return every damage that fits a layout: those of files first, strangers left out."""
    found = [each for each in FILES if _fits(layout, each)]
    resources = json.loads(layout_text(layout))
    tails = _tails(resources)
    found += [f"without {tails[each['id']]}" for each in resources if not _holds_all(each)]
    found += [
        f"flip {tails[each['id']]} {'.'.join(path)}"
        for each in resources
        for path in _places(each.get("properties"), ("properties",))
    ]
    return tuple(found)


@cache
def files_of(layout: str) -> tuple[str, ...]:
    """Return the damages of files that fit a layout: made all at once, most rules fail."""
    return tuple(each for each in damages_of(layout) if each in FILES)


def _holds_all(resource: Resource) -> bool:
    return ArmId(resource["id"]).type.startswith("microsoft.resources/")


def strangers() -> Iterator[str]:
    """Yield the damages that add something of nobody's."""
    for each in STRANGERS:
        yield f"stranger {each}"
        yield f"stranger {each} {ELSEWHERE}"


def _fits(layout: str, damage: str) -> bool:
    try:
        apply(json.loads(layout_text(layout)), damage)
    except BadCase:
        return False
    return True


def _tails(resources: Iterable[Resource]) -> Mapping[str, str]:
    """Return, for each id, the shortest end of it that no other id has: whole pairs of segments."""
    ids = [str(each["id"]) for each in resources]
    counts: dict[str, int] = {}
    for each in ids:
        for tail in _ends(each):
            counts[tail.lower()] = counts.get(tail.lower(), 0) + 1
    return {each: next((tail for tail in _ends(each) if counts[tail.lower()] == 1), each[1:]) for each in ids}


def _ends(arm_id: str) -> Iterator[str]:
    segments = arm_id.strip("/").split("/")
    for length in range(2, len(segments) + 1, 2):
        yield "/".join(segments[-length:])


def _places(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:  # noqa: ANN401 - JSON
    """Yield the paths to what has an opposite, or names something and can be cleared."""
    if len(path) > _DEEPEST or path[-1] in _NOT_WRONG:
        return
    if isinstance(value, bool) or (isinstance(value, str) and value in _OPPOSITES):
        yield path
    elif isinstance(value, dict):
        if set(value) == {"id"}:
            yield path
        for key, each in value.items():
            yield from _places(each, (*path, key)) if "." not in key and " " not in key else ()
    elif isinstance(value, list):
        for at, each in enumerate(value):
            yield from _places(each, (*path, str(at)))


def _flipped(resources: list[Resource], tail: str, path: list[str]) -> list[Resource]:
    found = [each for each in resources if f"/{each['id']}".lower().endswith(f"/{tail.lower()}")]
    if len(found) != 1:
        raise BadCase(f"{tail!r} fits {len(found)} resources")
    _flip(found[0], path)
    return resources


def _flip(holder: Any, path: list[str]) -> None:  # noqa: ANN401 - JSON
    for key in path[:-1]:
        holder = _inside(holder, key)
    last: Any = int(path[-1]) if isinstance(holder, list) else path[-1]
    before = deepcopy(_inside(holder, path[-1]))
    if isinstance(before, dict):
        holder[last] = None
    elif isinstance(before, bool):
        holder[last] = not before
    elif isinstance(before, str) and before in _OPPOSITES:
        holder[last] = _OPPOSITES[before]
    else:
        raise BadCase(f"{'.'.join(path)} has no opposite")


def _inside(holder: Any, key: str) -> Any:  # noqa: ANN401 - JSON
    try:
        return holder[int(key)] if isinstance(holder, list) else holder[key]
    except (LookupError, TypeError, ValueError):
        raise BadCase(f"nothing at {key}") from None
