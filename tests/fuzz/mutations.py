"""What hostile or broken sources send: odd JSON values, and estates, texts and bytes with something wrong in them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from typing import Any, TypeAlias

from tests.cases import Resource, estate
from tests.fuzz.dice import Dice

Place: TypeAlias = tuple[dict[str, Any] | list[Any], Any]
"""Where a value stands in JSON: what holds it, and its key or index there."""

ESTATES = ("article", "reference", "managed-network", "hub-spoke-private-resolver", "virtual-wan", "gateway-transit")

_NESTED = 150
_DIGITS = 4_000
_GROUP = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/g"

ODD: tuple[object, ...] = (
    None,
    "",
    True,
    False,
    0,
    -1,
    65_536,
    1 << 64,
    10**_DIGITS,
    -0.0,
    1e308,
    float("inf"),
    float("nan"),
    [],
    {},
    [None],
    [[]],
    {"": None},
    {"$unknown": "known after apply"},
    {"$unknown": {"$unknown": None}},
    "\ud800",
    "\0",
    "\u202e\u2066",
    "x" * 3_000,
    " ",
    "/",
    "//",
    "/subscriptions/",
    "/subscriptions//resourceGroups//providers//",
    f"{_GROUP}/providers/",
    f"{_GROUP}/providers/Microsoft.Network/virtualNetworks/",
    f"{_GROUP}/providers/Microsoft.Network/virtualNetworks/v/subnets/s",
    f"{_GROUP.upper()}/PROVIDERS/MICROSOFT.NETWORK/PRIVATEENDPOINTS/P",
    "*",
    "0.0.0.0/0",
    "::/0",
    "10.0.0.0/33",
    "10.1.2.3",
    "::ffff:10.0.0.1/104",
    "fe80::1%eth0",
    "168.63.129.16",
    "Internet",
    "VirtualNetwork",
    "Storage.",
    ".WestEurope",
    "0-65535",
    "443-22",
    "-",
    "99999999999",
    "٤٤٣",
    "privatelink.blob.core.windows.net",
    "*.",
    "..",
    "Succeeded",
    "Approved",
    "Disabled",
)


def odd(dice: Dice) -> Any:  # noqa: ANN401 - JSON
    """Return an odd JSON value: one of the list, a word, or several of them in a list, an object, or deep down."""
    match dice.below(8):
        case 0:
            return dice.word()
        case 1:
            return [odd(dice) for _ in range(dice.below(4))]
        case 2:
            return {dice.word(): odd(dice) for _ in range(dice.below(4))}
        case 3:
            return _deep(dice.pick(ODD), dice.below(_NESTED), in_list=dice.flag())
        case _:
            return deepcopy(dice.pick(ODD))


def _deep(value: object, levels: int, *, in_list: bool) -> object:
    for _ in range(levels):
        value = [value] if in_list else {"properties": value}
    return value


def damage(value: Any, dice: Dice, spare: Callable[[Dice], object] = odd) -> None:  # noqa: ANN401 - JSON
    """Change a JSON value in place, once: drop, retype, repeat or rename something in it, or put a spare there."""
    places = list(_places(value))
    if not places:
        return
    holder, key = dice.pick(places)
    match dice.below(7):
        case 0:
            del holder[key]
        case 1:
            holder[key] = [holder[key]] if dice.flag() else {"value": holder[key]}
        case 2 if isinstance(holder, list):
            holder.insert(dice.below(len(holder) + 1), deepcopy(holder[key]))
        case 3 if isinstance(holder, dict):
            holder[dice.word()] = holder.pop(key)
        case 4:
            other, name = dice.pick(places)
            holder[key] = deepcopy(other[name])
        case 5:
            holder[key] = str(holder[key]).swapcase()
        case _:
            holder[key] = spare(dice)


def _places(value: object) -> Iterator[Place]:
    items: Iterator[tuple[Any, Any]] = iter(())
    if isinstance(value, dict):
        items = iter(value.items())
    elif isinstance(value, list):
        items = iter(enumerate(value))
    for key, item in items:
        assert isinstance(value, dict | list)
        yield value, key
        yield from _places(item)


@cache
def _strings(name: str) -> tuple[str, ...]:
    """Return every text in an estate: what leads to other resources, and what may be put in another's place."""
    values = (holder[key] for holder, key in _places(estate(name)))
    return tuple(dict.fromkeys(each for each in values if isinstance(each, str)))


def mutated_estate(dice: Dice, most: int = 12) -> list[Resource]:
    """Return an estate with something wrong in up to so many resources.

    Texts are often replaced by others of the same estate: references then lead astray, and in circles.
    """
    name = dice.pick(ESTATES)
    resources = estate(name)

    def spare(dice: Dice) -> object:
        return dice.pick(_strings(name)) if dice.flag() else odd(dice)

    for _ in range(1 + dice.below(most)):
        resource = dice.pick(resources)
        resource_id = resource["id"]
        match dice.below(8):
            case 0:
                resources = [each for each in resources if each is not resource] or resources
            case 1:
                resources.append(deepcopy(resource) | {"id": dice.pick(_strings(name))})
            case 2:
                resource["properties"] = spare(dice)
            case _:
                damage(resource, dice, spare)
        resource.setdefault("id", resource_id)
    return [each for each in resources if str(each["id"]).startswith("/")]  # every source makes sure of this much


def mutated_text(text: str, dice: Dice) -> str:
    """Return a text cut, repeated or overwritten in a few places."""
    for _ in range(1 + dice.below(4)):
        start = dice.below(len(text) + 1)
        end = min(len(text), start + dice.below(40))
        match dice.below(4):
            case 0:
                text = text[:start]
            case 1:
                text = text[:start] + text[end:]
            case 2:
                text = text[:end] + text[start:]
            case _:
                text = text[:start] + dice.word() + text[end:]
    return text


def mutated_bytes(content: bytes, dice: Dice) -> bytes:
    """Return bytes cut, repeated or overwritten in a few places."""
    return mutated_text(content.decode("latin-1"), dice).encode("latin-1", "replace")


def as_json(value: object) -> str:
    """Write JSON as careless programs do: NaN as it is."""
    return json.dumps(value)
