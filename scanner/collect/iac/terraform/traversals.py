"""References as a plan's configuration lists them: `azurerm_subnet.s["a"].id`, longest first, then every prefix."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

Step: TypeAlias = str | int
"""A name after a dot or a key in brackets."""

_STEP = re.compile(r'\.?([^.\[\]"]+)|\["((?:[^"\\]|\\.)*)"\]|\[([0-9]+)\]')


@dataclass(frozen=True, slots=True)
class Traversal:
    """One reference, and for each step whether it stands in brackets."""

    steps: tuple[Step, ...]
    keyed: tuple[bool, ...]

    @property
    def root(self) -> str:
        """The first name: `var`, `local`, `module`, `data`, `each`, `count` or the type of a resource."""
        return str(self.steps[0])

    def after(self, count: int) -> Traversal:
        """Return what is left after some steps."""
        return Traversal(self.steps[count:], self.keyed[count:])

    @property
    def key(self) -> Step | None:
        """The key that it starts with, None where it starts with a name."""
        return self.steps[0] if self.steps and self.keyed[0] else None


def traversal(text: str) -> Traversal:
    """Read a reference."""
    steps: list[Step] = []
    keyed: list[bool] = []
    for name, key, number in _STEP.findall(text):
        if name:
            steps.append(name)
        else:
            steps.append(int(number) if number else re.sub(r"\\(.)", r"\1", key))
        keyed.append(not name)
    return Traversal(tuple(steps) or ("",), tuple(keyed) or (False,))


def references_in(expression: Any) -> list[Traversal]:  # noqa: ANN401 - JSON
    """Return the references of an expression, without the prefixes of one that stands before them."""
    if not isinstance(expression, dict):
        return []
    listed = expression.get("references")
    texts = [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []
    # The index of a block whose instance is chosen by the own key is listed apart, like that of one without an index.
    has_own = any(each.startswith(("each.", "count.")) for each in texts)
    return [
        traversal(each)
        for place, each in enumerate(texts)
        if not _is_prefix(each, texts[:place]) or (has_own and _is_indexed(each, texts[:place]))
    ]


def _is_indexed(text: str, earlier: Iterable[str]) -> bool:
    """Tell whether a text names a block or module of which an earlier one names an instance."""
    return not text.endswith("]") and any(each.startswith(f"{text}[") for each in earlier)


def _is_prefix(text: str, earlier: Iterable[str]) -> bool:
    return any(each.startswith((f"{text}.", f"{text}[")) for each in earlier)
