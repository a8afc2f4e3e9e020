"""Which instance an index picks that hangs on the own key: `azurerm_subnet.s[each.key]`.

A plan lists what an expression refers to and not how that is put together: `n[each.key]` and `n[upper(each.key)]` look
the same in it. The code tells them apart, where it is there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from scanner.collect.iac.terraform.instances import Key
from scanner.collect.iac.terraform.traversals import Traversal

WRITTEN = "$written"
"""Under this key an expression of a plan has its text, where the code is there."""

_SAME_KEY = frozenset({"each", "count"})
_VALUES = frozenset({"var", "local", "self", "path", "terraform"})
_INDEX = re.compile(
    r"[\s(\[]*[\w.-]+\[\s*(?:\"\$\{\s*)?(each\.key|each\.value|count\.index)(?:\s*\}\")?\s*\][\w.\[\]*\s,)]*"
)
_SET = re.compile(r"\s*toset\([^()]*\)\s*")
_PLAIN = re.compile(r"\s*(?:toset\(\s*)?(?:var|module|local)(?:\.[\w-]+)+(?:\s*\))?\s*")


@dataclass(frozen=True, slots=True)
class OwnKey:
    """The key that an index comes to, None where that cannot be told. `is_written` says that the code shows it."""

    key: Key = None
    is_written: bool = False

    def pick(self, keys: Sequence[Key]) -> Sequence[Key]:
        """Return the one of several keys that is meant, all where it cannot be told.

        Without the code it is the own one, unless a text function could make another of it.
        """
        if len(keys) < 2 or self.key not in keys:  # noqa: PLR2004 - nothing to choose from
            return keys
        others = [each for each in keys if each != self.key and _are_alike(str(each), str(self.key))]
        return keys if others and not self.is_written else [self.key]


def _are_alike(one: str, other: str) -> bool:
    """Tell whether one key may be made of another by a change of case, or of what stands before or after it."""
    first, second = one.lower(), other.lower()
    return first in second or second in first


def index_of(references: Sequence[Traversal], written: str | None) -> str:
    """Return what the index of the one resource or output of an expression is, such as `each.key`; "" for another.

    The key of an index that is no constant is not shown. With anything else beside, such as a map of a variable, it may
    be any. So it may with `count.index`, unless the code is there: what is reckoned from it (`1 - count.index`) is
    listed as it is itself.
    """
    own = {each.steps for each in references if each.root in _SAME_KEY}
    beside = [each for each in references if each.root not in _SAME_KEY]
    is_plain = len(beside) == 1 and beside[0].root not in _VALUES
    if not is_plain or len(own) != 1:
        return ""
    if written is not None:
        found = _INDEX.fullmatch(written)
        return found[1] if found is not None else ""
    listed = ".".join(map(str, next(iter(own))))
    return listed if listed in {"each.key", "each.value"} else ""


_CALL = re.compile(r"\b([a-z_]\w*)\s*\(")
_WHOLE = re.compile(r"\"\$\{([^{}\"]*)\}\"")
_PICKS = frozenset({"one", "try", "coalesce", "concat", "compact", "distinct", "element", "flatten", "tolist", "toset"})


def is_made(written: str) -> bool:
    """Tell whether a value is made of what an expression refers to, and is none of it: `"${n.id}-open"`."""
    text = _WHOLE.sub(r"\1", written)
    return "${" in text or any(found[1] not in _PICKS for found in _CALL.finditer(text))


def written_in(expression: object) -> str | None:
    """Return the text of an expression, None where the code is not there."""
    found = expression.get(WRITTEN) if isinstance(expression, dict) else None
    return found if isinstance(found, str) else None


def is_set(expression: object) -> bool:
    """Tell whether `for_each` goes over a set, by its text: `each.value` is `each.key` then."""
    return bool(_SET.fullmatch(written_in(expression) or ""))


def is_as_it_is(expression: object) -> bool:
    """Tell whether what `for_each` goes over is a value as it is, and nothing that is made of it."""
    is_constant = isinstance(expression, dict) and "constant_value" in expression
    return is_constant or bool(_PLAIN.fullmatch(written_in(expression) or ""))
