"""What differs between two resources as the model reads them: properties that no field reads do not count."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from scanner.evidence import UNKNOWN_KEY, Unknown
from scanner.model.arm import ArmId, Json
from scanner.model.fields import decode, fields_of
from scanner.model.planned import is_planned

Steps = tuple[str, ...]
Skip = Callable[[Steps], bool]


@dataclass(frozen=True, slots=True)
class Difference:
    """A property that two resources have otherwise: where it is, and what each has.

    Of an item of a list the step is its name in brackets. `one` and `other` are JSON, None for what is absent.
    """

    steps: Steps
    one: Any
    other: Any

    @property
    def path(self) -> str:
        """The property as reports name it: `properties.subnets[snet-ml].networkSecurityGroup.id`."""
        return ".".join(self.steps).replace(".[", "[")


def differences(cls: type[object], one: Json, other: Json, skip: Skip, above: Steps = ()) -> Iterator[Difference]:
    """Yield what differs, as far as both tell it; `skip` says of which properties that means nothing."""
    read_ours, read_theirs = decode(cls, one), decode(cls, other)
    for field in fields_of(cls):
        steps = (*above, *field.path)
        if skip(steps) or field.path == ("id",):
            continue
        ours, theirs = _at(one, field.path), _at(other, field.path)
        if field.path == ("location",) and ours is None:
            continue  # What lies in another resource has its region, and code does not write it.
        if field.part is not None and field.is_list:
            yield from _items(field.part, ours, theirs, skip, steps)
        elif field.part is not None and isinstance(ours, Mapping) and isinstance(theirs, Mapping):
            yield from differences(field.part, ours, theirs, skip, steps)
        elif _differ(getattr(read_ours, field.name), getattr(read_theirs, field.name)):
            yield from _told(steps, ours, theirs, skip)


def _told(steps: Steps, ours: Any, theirs: Any, skip: Skip) -> Iterator[Difference]:  # noqa: ANN401 - JSON
    """Yield a difference; of an object that is read as a whole, each property that is another one."""
    if not isinstance(ours, Mapping) or not isinstance(theirs, Mapping):
        yield Difference(steps, ours, theirs)
        return
    for key in dict.fromkeys((*ours, *theirs)):
        if ours.get(key) != theirs.get(key) and not skip((*steps, key)):
            yield Difference((*steps, key), ours.get(key), theirs.get(key))


def _items(cls: type[object], ours: Any, theirs: Any, skip: Skip, steps: Steps) -> Iterator[Difference]:  # noqa: ANN401
    """Yield what differs between two lists of parts: those of one name are compared, others stand in one alone."""
    if _is_unknown(ours) or _is_unknown(theirs):
        return
    first, second = _by_name(ours), _by_name(theirs)
    if first is None or second is None:
        return
    for name in dict.fromkeys((*first, *second)):
        step = (*steps, f"[{name}]")
        mine, its = first.get(name), second.get(name)
        if mine is None or its is None:
            yield Difference(step, mine, its)
        else:
            yield from differences(cls, mine, its, skip, step)


def _by_name(listed: Any) -> dict[str, Json] | None:  # noqa: ANN401 - JSON
    """Index parts by their names, or what they lead to; None where not all have one."""
    found: dict[str, Json] = {}
    for each in listed or ():
        name = _name(each)
        if name is None or name in found:
            return None
        found[name] = each
    return found


def _name(part: Any) -> str | None:  # noqa: ANN401 - JSON
    if not isinstance(part, Mapping) or UNKNOWN_KEY in part:
        return None
    for key in ("name", "id", "value", "service"):
        if isinstance(part.get(key), str):
            return str(part[key]).lower()
    return None


def _differ(ours: object, theirs: object) -> bool:
    if _tells_nothing(ours) or _tells_nothing(theirs):
        return False
    if {type(ours), type(theirs)} == {bool, type(None)}:
        return False  # A switch that one of them leaves out.
    return _plain(ours) != _plain(theirs)


def _tells_nothing(value: object) -> bool:
    if isinstance(value, Unknown) or is_planned(value):
        return True
    if isinstance(value, tuple):
        return any(map(_tells_nothing, value))
    plan = getattr(value, "__dataclass_fields__", None)
    return plan is not None and any(_tells_nothing(getattr(value, each.name)) for each in fields(value))  # type: ignore[arg-type]


def _plain(value: object) -> object:
    """Return a value as it compares: letters' case and the order of a list mean nothing in ARM."""
    if isinstance(value, ArmId):
        # A built-in role is the same one in the tenant and in each subscription.
        return value.name.lower() if value.type.endswith("/roledefinitions") else value.key
    if isinstance(value, str):
        return value.lower()
    if isinstance(value, tuple):
        return sorted((_plain(each) for each in value), key=repr)
    if hasattr(value, "__dataclass_fields__"):
        return [_plain(getattr(value, each.name)) for each in fields(value)]  # type: ignore[arg-type]
    return value


def _at(value: Any, path: Sequence[str]) -> Any:  # noqa: ANN401 - JSON
    for key in path:
        if _is_unknown(value):
            return value
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _is_unknown(value: object) -> bool:
    return isinstance(value, Mapping) and UNKNOWN_KEY in value
