"""Edits of the code that resources come from, as unified diffs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Protocol, runtime_checkable

from scanner.engine.change import Edit, Set
from scanner.model.arm import ArmId
from scanner.model.place import CodeEdit
from scanner.system.plain import plain


@runtime_checkable
class Editor(Protocol):
    """What knows the code."""

    def edit_of(self, arm_id: ArmId, path: tuple[str, ...], value: Any) -> CodeEdit | str:  # noqa: ANN401 - JSON
        """Return the edit by which a property comes to a value and nothing else changes, or why there is none."""
        ...


@dataclass(frozen=True, slots=True)
class InCode:
    """The code of an estate, if it is known. `is_all` says that what it declares may not exist yet."""

    editor: Editor | None = None
    is_all: bool = False

    def edit_of(self, edit: Edit) -> CodeEdit | str:
        """Return the edit of the code that does the same, or why there is none: "" where no code is known."""
        if self.editor is None:
            return ""
        if isinstance(edit, Set):
            return self.editor.edit_of(edit.target, tuple(edit.path.split(".")), edit.value)
        return f"not an edit of a block that is there: {type(edit).__name__.lower()} {edit.target.name}"


NO_CODE = InCode()


class Patches:
    """Diffs of one file after the other: each is against the file as those before it leave it."""

    def __init__(self) -> None:
        self._made: dict[str, list[CodeEdit]] = defaultdict(list)

    def add(self, edit: CodeEdit) -> Iterator[str]:
        """Yield the lines of the diff that an edit comes to; none where it was made already."""
        made = self._made[edit.place.file]
        if any((each.start, each.new) == (edit.start, edit.new) for each in made):
            yield f"# done by the edit of {plain(str(edit.place))} above"
            return
        before = _applied(edit.text, made)
        made.append(edit)
        yield from _diff(edit, before, _applied(edit.text, made))


def _applied(text: bytes, edits: list[CodeEdit]) -> list[str]:
    for each in sorted(edits, key=lambda each: -each.start):
        text = text[: each.start] + each.new + text[each.end :]
    return text.decode("utf-8", "replace").splitlines()


def _diff(edit: CodeEdit, before: list[str], after: list[str]) -> Iterator[str]:
    """Yield a unified diff without context: lines beside the edit may hold what nobody should print."""
    name = plain(edit.place.file.lstrip("/"))
    yield from (f"--- a/{name}", f"+++ b/{name}")
    for kind, old, to_old, new, to_new in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            yield f"@@ -{_span(old, to_old)} +{_span(new, to_new)} @@ {plain(edit.block)}"
            yield from (f"-{_line(line)}" for line in before[old:to_old])
            yield from (f"+{_line(line)}" for line in after[new:to_new])


def _line(text: str) -> str:
    """Return a line of code, whole, that a terminal may show; tabs stay."""
    return "\t".join(plain(each, len(each)) for each in text.split("\t"))


def _span(start: int, end: int) -> str:
    """Return a range of lines as a hunk has it: of no lines, that after which they would stand."""
    return f"{start + 1 if end > start else start},{end - start}"
