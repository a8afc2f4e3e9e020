"""The edit of a block by which a property of its resource comes to a value: found by trying, and by nothing else.

An attribute is taken where it alone makes the difference: mapped anew with its new value, the block comes to the row
that was wanted, and no other value of it changes. So what was judged is what the edited code comes to.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from scanner.collect.iac.hcl.tree import NOT_LITERAL, Attribute, Step
from scanner.collect.iac.terraform_lines import (
    Leaf,
    Source,
    TerraformLines,
    leaves_of,
    pieces_of_source,
    placed,
    with_value,
)
from scanner.model.arm import ArmId
from scanner.model.place import CodeEdit, Place


class EditableLines(TerraformLines):
    """Lines of Terraform's code that can be edited."""

    def edit_of(self, arm_id: ArmId, path: tuple[str, ...], value: Any) -> CodeEdit | str:  # noqa: ANN401 - JSON
        """Return the edit by which a property comes to a value and nothing else changes, or why there is none."""
        sources = self.sources_of(arm_id)
        if not sources:
            return f"{arm_id.name} is not found in the code"
        for source in sources:
            found = self._edit(source, (arm_id.key, path), value)
            if isinstance(found, CodeEdit):
                return found
        at, address = sources[0].found.nearest, sources[0].instance.address
        where = f"{at.place}: " if at is not None else ""
        why = self._why_none(sources[0]) or f"no attribute of {address} alone sets {'.'.join(path)}"
        return f"{where}{why}"

    def _why_none(self, source: Source) -> str:
        """Say why a block is not edited at all, "" where it may be."""
        block = source.found.block
        if block is None:
            return f"the block of {source.instance.address} is not here"
        if self.instances_of(block.place) != 1:
            return f"the block of {source.instance.address} is for several instances, and not for one of them"
        if b"\r" in source.code.text_of(block.place.file):
            return f"{block.place.file} has carriage returns at the ends of its lines, which a diff has not"
        return ""

    def _edit(self, source: Source, leaf: Leaf, value: Any) -> CodeEdit | None:  # noqa: ANN401 - JSON
        block = source.found.block
        if block is None or self._why_none(source):
            return None
        now = leaves_of(pieces_of_source(source))
        written = dict(block.body.walk())
        for steps, attribute in written.items():
            there = placed(source, steps)
            new = _value_for(source, there, leaf, value, now) if there is not None else NOT_LITERAL
            if new is not NOT_LITERAL and attribute.literal is not NOT_LITERAL and attribute.end:
                return self._replaced(source, attribute, new)
        for name in source.instance.values:
            new = _value_for(source, (name,), leaf, value, now) if (name,) not in written else NOT_LITERAL
            if new is not NOT_LITERAL and block.body.end:
                return self._added(source, block.body.place, block.body.end, name, new)
        return None

    def _replaced(self, source: Source, attribute: Attribute, new: Any) -> CodeEdit:  # noqa: ANN401 - JSON
        text = source.code.text_of(attribute.place.file)
        return CodeEdit(attribute.place, text, attribute.start, attribute.end, _hcl(new), source.instance.address)

    def _added(self, source: Source, place: Place, end: int, name: str, new: Any) -> CodeEdit:  # noqa: ANN401 - JSON
        """Return the edit that writes an attribute before the brace that ends a block."""
        text = source.code.text_of(place.file)
        start = text.rfind(b"\n", 0, end) + 1
        alone = not text[start:end].strip()
        line = b"  " + name.encode() + b" = " + _hcl(new) + b"\n"
        at = start if alone else end
        return CodeEdit(place, text, at, at, line if alone else b"\n" + line, source.instance.address)


def _value_for(source: Source, at: tuple[Step, ...], leaf: Leaf, value: Any, now: dict[Leaf, Any]) -> Any:  # noqa: ANN401
    """Return the value that an attribute has to have, NOT_LITERAL where no value of it does just that."""
    wanted = {**{each: held for each, held in now.items() if not _is_at(each, leaf)}, leaf: value}
    for new in _candidates(value):
        then = leaves_of(pieces_of_source(source, with_value(source.instance, at, new)))
        if _same({(one, _lower(two)): held for (one, two), held in then.items()}, wanted):
            return new
    return NOT_LITERAL


def _is_at(one: Leaf, other: Leaf) -> bool:
    return one[0] == other[0] and _lower(one[1]) == _lower(other[1])


def _lower(path: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(each.lower() for each in path)


def _same(then: dict[Leaf, Any], wanted: dict[Leaf, Any]) -> bool:
    return then == {(key, _lower(path)): held for (key, path), held in wanted.items()}


def _candidates(value: Any) -> Iterator[Any]:  # noqa: ANN401 - JSON
    """Yield what an attribute may say for a value: the provider has switches where ARM has words."""
    yield from (False, True)
    if isinstance(value, str | int) and not isinstance(value, bool):
        yield value
    if value in ([], None):
        yield []


def _hcl(value: Any) -> bytes:  # noqa: ANN401 - JSON
    text = json.dumps(value, ensure_ascii=False)
    return (text.replace("${", "$${").replace("%{", "%%{") if isinstance(value, str) else text).encode()
