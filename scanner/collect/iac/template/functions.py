"""Functions of template expressions whose result follows from their arguments alone.

https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions (2025-04).
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from ipaddress import ip_network
from typing import Any
from urllib.parse import quote, unquote, urljoin
from uuid import NAMESPACE_URL, uuid5

from scanner.collect.iac.template.values import member

Json = Any
LONGEST = 1 << 17
"""Characters that ARM lets a text have."""

_MOST = 10_000
"""Items of an array that a function makes."""

_PLACE = re.compile(r"\{(\d+)(?::[^}]*)?\}")
_UNIQUE = 13


class CannotTell(Exception):  # noqa: N818 - it is a finding, not a fault
    """A function's result does not follow from what is known."""


def _concat(*parts: Json) -> Json:
    if parts and all(isinstance(each, list) for each in parts):
        return [item for each in parts for item in each]
    return "".join(map(_text, parts))


def _text(value: Json) -> str:
    match value:
        case bool():
            return "True" if value else "False"
        case str():
            return value
        case dict() | list():
            return json.dumps(value, separators=(",", ":"))
        case None:
            return ""
    return str(value)


def _format(pattern: str, *values: Json) -> str:
    return _PLACE.sub(lambda found: _text(values[int(found[1])]), pattern)


def _unique(*parts: Json) -> str:
    """Return a text that stands for the one that Azure will make; how it does is not documented."""
    number = int(sha256("-".join(map(_text, parts)).encode()).hexdigest(), 16)
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    return "".join(letters[(number >> (5 * place)) & 31] for place in range(_UNIQUE))


def _length(value: Json) -> int:
    return len(value) if isinstance(value, str | list | dict) else 0


def _union(*parts: Json) -> Json:
    if all(isinstance(each, dict) for each in parts):
        return _merged(parts)
    found: list[Json] = []
    for each in parts:
        found += [item for item in each if not any(_is_same(item, held) for held in found)]
    return found


def _merged(parts: tuple[Json, ...]) -> dict[str, Json]:
    """Merge objects; names of properties are one in any case, and stay as they were first."""
    found: dict[str, Json] = {}
    spelled: dict[str, str] = {}
    for each in parts:
        for name, item in each.items():
            key = spelled.setdefault(name.lower(), name)
            held = found.get(key)
            found[key] = _merged((held, item)) if isinstance(held, dict) and isinstance(item, dict) else item
    return found


def _contains(container: Json, item: Json) -> bool:
    if isinstance(container, dict):
        return any(key.lower() == str(item).lower() for key in container)
    return item in container if isinstance(container, str) else any(_is_same(each, item) for each in container)


def _is_same(one: Json, other: Json) -> bool:
    """Compare as JSON does: true is not 1. Raises CannotTell for texts that differ in nothing but case."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_is_same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        same_keys = {each.lower() for each in one} == {each.lower() for each in other}
        return same_keys and all(_is_same(each, member(other, key)) for key, each in one.items())
    if isinstance(one, str) and isinstance(other, str) and one != other and one.lower() == other.lower():
        raise CannotTell("two texts are compared that differ only in case")
    return isinstance(one, bool) is isinstance(other, bool) and bool(one == other)


def _index_of(value: Json, item: Json) -> int:
    """Return where a text or an item stands; case does not count in a text, and of an array it is not documented."""
    if isinstance(value, str):
        return value.lower().find(item.lower())
    return next((place for place, each in enumerate(value) if _is_same(each, item)), -1)


def _split(text: str, by: Json) -> list[str]:
    marks = by if isinstance(by, list) else [by]
    return re.split("|".join(map(re.escape, marks)), text)


def _take(value: Json, count: int) -> Json:
    return value[: max(count, 0)]


def _skip(value: Json, count: int) -> Json:
    return value[max(count, 0) :]


def _substring(text: str, start: int, length: int | None = None) -> str:
    if start > len(text) or (length is not None and start + length > len(text)):
        raise CannotTell("substring goes beyond the text")
    return text[start:] if length is None else text[start : start + length]


def _object(*pairs: Json) -> dict[str, Json]:
    return keyed(zip(map(_text, pairs[::2]), pairs[1::2], strict=True))


def _range(start: int, count: int) -> list[int]:
    if count > _MOST:
        raise CannotTell("range makes more than ARM allows")
    return list(range(start, start + count))


def _try_get(value: Json, *keys: Json) -> Json:
    for key in keys:
        value = member(value, key)
    return value


def _equals(one: Json, other: Json) -> bool:
    """Compare; whether texts that differ in nothing but case are equal is not documented."""
    return _is_same(one, other)


def _not(value: Json) -> bool:
    if not isinstance(value, bool):
        raise CannotTell("not is given what is neither true nor false")
    return not value


def _before(one: Json, other: Json) -> bool:
    """Tell whether one is less; of texts, only where it is so with the case and without."""
    if isinstance(one, str) and isinstance(other, str) and (one < other) is not (one.lower() < other.lower()):
        raise CannotTell("two texts are compared whose order hangs on case")
    return bool(one < other)


def keyed(pairs: Iterable[tuple[str, Json]]) -> dict[str, Json]:
    """Return an object. Raises CannotTell where a name stands there twice, in whatever case."""
    found = [*pairs]
    if len({name.lower() for name, _ in found}) < len(found):
        raise CannotTell("an object has a property twice")
    return dict(found)


def _first(value: Json) -> Json:
    return value[0] if value else None


def _last(value: Json) -> Json:
    return value[-1] if value else None


def _bool(value: Json) -> bool:
    return value.lower() in {"true", "1"} if isinstance(value, str) else bool(value)


def _div(one: int, other: int) -> int:
    if not other:
        raise CannotTell("it divides by zero")
    return abs(one) // abs(other) * (1 if (one < 0) is (other < 0) else -1)


def _mod(one: int, other: int) -> int:
    """Return what is left, with the sign of what was divided, as .NET does."""
    return one - other * _div(one, other)


def _items(value: dict[str, Json]) -> list[Json]:
    return [{"key": key, "value": value[key]} for key in sorted(value)]


def _cidr_subnet(prefix: str, length: int, number: int) -> str:
    network = ip_network(prefix)
    if length - network.prefixlen > 16:  # noqa: PLR2004 - more subnets than anybody has
        raise CannotTell("cidrSubnet makes too many")
    return str(list(network.subnets(new_prefix=length))[number])


def _cidr_host(prefix: str, number: int) -> str:
    return str(ip_network(prefix)[number + 1])


def _pad(text: Json, length: int, by: str = " ") -> str:
    if length > LONGEST:
        raise CannotTell("padLeft makes too long a text")
    return _text(text).rjust(length, by)


def _intersection(*parts: Json) -> Json:
    first, *others = parts
    if isinstance(first, dict):
        return {key: item for key, item in first.items() if all(each.get(key) == item for each in others)}
    return [item for item in first if all(any(_is_same(item, held) for held in each) for each in others)]


FUNCTIONS: Mapping[str, Callable[..., Json]] = {
    "concat": _concat,
    "format": _format,
    "tolower": lambda text: text.lower(),
    "toupper": lambda text: text.upper(),
    "trim": lambda text: text.strip(),
    "replace": lambda text, old, new: text.replace(old, new),
    "split": _split,
    "join": lambda items, by: by.join(map(_text, items)),
    "substring": _substring,
    "take": _take,
    "skip": _skip,
    "startswith": lambda text, start: text.lower().startswith(start.lower()),
    "endswith": lambda text, end: text.lower().endswith(end.lower()),
    "indexof": _index_of,
    "lastindexof": lambda text, part: text.lower().rfind(part.lower()),
    "padleft": _pad,
    "string": _text,
    "int": int,
    "float": float,
    "bool": _bool,
    "length": _length,
    "empty": lambda value: not value,
    "contains": _contains,
    "first": _first,
    "last": _last,
    "union": _union,
    "intersection": _intersection,
    "createarray": lambda *items: list(items),
    "array": lambda value: value if isinstance(value, list) else [value],
    "createobject": _object,
    "range": _range,
    "flatten": lambda value: [item for each in value for item in each],
    "items": _items,
    "objectkeys": sorted,
    "tryget": _try_get,
    "min": lambda *values: min(values[0] if isinstance(values[0], list) else values),
    "max": lambda *values: max(values[0] if isinstance(values[0], list) else values),
    "add": lambda one, other: one + other,
    "sub": lambda one, other: one - other,
    "mul": lambda one, other: one * other,
    "div": _div,
    "mod": _mod,
    "equals": _equals,
    "less": _before,
    "lessorequals": lambda one, other: not _before(other, one),
    "greater": lambda one, other: _before(other, one),
    "greaterorequals": lambda one, other: not _before(one, other),
    "not": _not,
    "true": lambda: True,
    "false": lambda: False,
    "null": lambda: None,
    "json": lambda text: json.loads(text, object_pairs_hook=keyed),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64tostring": lambda text: base64.b64decode(text).decode(),
    "uri": urljoin,
    "uricomponent": lambda text: quote(text, safe=""),
    "uricomponenttostring": unquote,
    "uniquestring": _unique,
    "guid": lambda *parts: str(uuid5(NAMESPACE_URL, "-".join(map(_text, parts)))),
    "cidrsubnet": _cidr_subnet,
    "cidrhost": _cidr_host,
}
"""By name in lower case."""
