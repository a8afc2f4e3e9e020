"""What a plan changes of a resource, put over what there is: three rows in, and of the third only what differs."""

from __future__ import annotations

from typing import Any

from scanner.creation.estate import Row, is_unknown

Json = Any


def merged(held: Json, before: Json, after: Json) -> Json:
    """Return what a value will be: as it is held where the code does not change it, else as the code will have it.

    `before` and `after` are the code's view of it. Lists of named parts are merged part by part.
    """
    if before == after:
        return held
    if not _are_objects(held, before, after):
        return _merged_lists(held, before, after) if _are_named(held, before, after) else after
    found = dict(held)
    for key in dict.fromkeys((*before, *after)):
        if before.get(key) == after.get(key):
            continue
        if key not in after:
            found.pop(key, None)
        else:
            found[key] = merged(held.get(key), before.get(key), after[key])
    return found


def _are_objects(*values: Json) -> bool:
    return all(isinstance(each, dict) and not is_unknown(each) for each in values)


def _are_named(*values: Json) -> bool:
    return all(
        isinstance(each, list) and all(isinstance(part, dict) and isinstance(part.get("name"), str) for part in each)
        for each in values
    )


def _merged_lists(held: list[Row], before: list[Row], after: list[Row]) -> list[Row]:
    """Merge by name: what the code drops goes, what it adds comes, what it does not know of stays."""
    old, new = _by_name(before), _by_name(after)
    found = []
    for part in held:
        name = part["name"].lower()
        if name in new:
            found.append(merged(part, old.get(name, part), new[name]))
        elif name not in old:
            found.append(part)
    known = _by_name(held)
    return [*found, *(part for name, part in new.items() if name not in known)]


def _by_name(parts: list[Row]) -> dict[str, Row]:
    return {part["name"].lower(): part for part in parts}
