"""Counts in words: one of something has no plural, wherever it is told."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from scanner.system.counting import counted

ROOT = Path(__file__).parent.parent.parent
_COUNTS = re.compile(r"(len\(|sum\(|\b(count|more|others|failed|total|differ|compared|strangers|known|gone|rules)$)")
_PLURAL = re.compile(r" (?:more )?(?!(?:is|was|has|this|less|always|of|others|as)\b)[a-z]+s\b")


def test_one_of_something_is_told_without_a_plural() -> None:
    assert [counted(each, "resource") for each in (0, 1, 2)] == ["0 resources", "1 resource", "2 resources"]
    assert [counted(each, "is", "are") for each in (1, 2)] == ["1 is", "2 are"]


def test_no_text_puts_a_plural_behind_a_count_by_itself() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)[:100]}"
        for path in sorted((ROOT / "scanner").rglob("*.py"))
        for node in _counted_by_hand(ast.parse(path.read_text(encoding="utf-8")))
    ]

    assert found == []


def _counted_by_hand(tree: ast.AST) -> Iterator[ast.JoinedStr]:
    """Yield the strings in which a word in the plural follows a count."""
    for node in (each for each in ast.walk(tree) if isinstance(each, ast.JoinedStr)):
        pairs = zip(node.values, node.values[1:], strict=False)
        if any(_counts(value) and _PLURAL.match(_text(behind)) for value, behind in pairs):
            yield node


def _counts(part: ast.expr) -> bool:
    return isinstance(part, ast.FormattedValue) and bool(_COUNTS.search(ast.unparse(part.value)))


def _text(part: ast.expr) -> str:
    return str(part.value) if isinstance(part, ast.Constant) else ""
