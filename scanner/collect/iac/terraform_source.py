"""Terraform plans and states as a source: several root modules are one estate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scanner.collect.collected import Collected, Progress
from scanner.collect.iac.assumed import BESIDE, gaps_of, rows_with_subscriptions, subscriptions_of
from scanner.collect.iac.hcl.code import Code
from scanner.collect.iac.mapping import Mapped, map_documents
from scanner.collect.iac.terraform.document import Document, read_document
from scanner.collect.iac.terraform.raw_state import with_values
from scanner.collect.iac.terraform_edits import EditableLines
from scanner.collect.iac.terraform_lines import TerraformLines
from scanner.collect.iac.terraform_written import with_written
from scanner.creation.completion import complete
from scanner.errors import CodeError
from scanner.evidence import Gap
from scanner.model.arm import SUBSCRIPTION_TYPE
from scanner.system.counting import counted

_SHOWN = 8
_FEW = 3


@dataclass(frozen=True, slots=True)
class TerraformSource:
    """Plans and states as a source. `cloud` decides the names of private endpoints.

    `code` is what they were made of: of all of them, or one for each, plans first; nothing where that is not shown.
    """

    plans: tuple[Path, ...] = ()
    states: tuple[Path, ...] = ()
    cloud: str = "public"
    code: tuple[Code, ...] = ()

    def collect(self, _progress: Progress) -> Collected:
        """Read and map them. Raises CodeError."""
        started = datetime.now(UTC)
        documents = written([*map(read_plan, self.plans), *map(read_state, self.states)], self.code)
        mapped = map_documents(documents)
        gaps = complete(mapped.estate, self.cloud)
        lines = lines_of(documents, self.code)
        notes = (
            *notes_on(mapped),
            *(note for each in documents for note in notes_of(each)),
            BESIDE,
            *code_notes(lines, self.code),
        )
        gaps += mapped.gaps + gaps_of(mapped.outside, mapped.estate)
        gaps += missing_in(documents, subscriptions_of(mapped.estate))
        return Collected(
            rows_with_subscriptions(mapped.estate),
            tuple(gaps),
            "terraform",
            self.cloud,
            tuple(subscriptions_of(mapped.estate)),
            (),
            started,
            datetime.now(UTC),
            notes=notes,
            lines=lines,
            stand_ins=mapped.stand_ins,
        )


def read_plan(path: Path) -> Document:
    """Read a plan. Raises CodeError for what is none."""
    found = read_document(path)
    if found.resource_changes is None and found.planned_values is None:
        what = "state" if found.values is not None or found.is_raw_state else "an empty plan or state"
        raise CodeError(f"{path} is {what}, not a plan; name it with --state, or print a plan")
    return found


def read_state(path: Path) -> Document:
    """Read state, as `terraform show -json` prints it or as it lies in a file. Raises CodeError for what is none."""
    found = read_document(path)
    if found.is_raw_state:
        return with_values(found, path)
    if found.resource_changes is not None or found.planned_values is not None:
        raise CodeError(f"{path} is a plan, not state; name it with --plan")
    return found


def notes_on(mapped: Mapped) -> Iterator[str]:
    """Yield what a reader of the report should know of the code."""
    if mapped.unmapped:
        count = mapped.unmapped.total()
        types = [kind for kind, _ in mapped.unmapped.most_common()]
        listed = ", ".join(types[:_SHOWN]) + (f" and {len(types) - _SHOWN} more" if len(types) > _SHOWN else "")
        are = "is" if count == 1 else "are"
        yield f"{counted(count, 'resource')} of {counted(len(types), 'type')} {are} not looked at: {listed}"
    if mapped.collisions:
        shown = mapped.collisions[:_FEW]
        more = len(mapped.collisions) - len(shown)
        told = [*shown, *([f"and {more} more"] if more else []), "which of them will be there is not known"]
        yield f"two resources of one id: {'; '.join(told)}"
    if mapped.gone:
        yield f"left out: {counted(len(mapped.gone), 'resource')} that will be deleted"


def notes_of(document: Document) -> Iterator[str]:
    """Yield what a reader should know of a plan."""
    deferred = document.deferred_changes or ()
    if deferred:
        yield f"{_INCOMPLETE}: {counted(len(deferred), 'change')} that Terraform deferred"
    elif not document.complete:
        yield f"{_INCOMPLETE}: it may be of some targets alone, and what is deferred is not listed"


_INCOMPLETE = "the plan is not complete"


def missing_in(documents: Iterable[Document], subscriptions: Iterable[str]) -> list[Gap]:
    """Return as gaps what plans leave out that do not say what it is."""
    if all(each.complete or each.deferred_changes for each in documents):
        return []
    return [Gap(SUBSCRIPTION_TYPE, f"/subscriptions/{each}", _INCOMPLETE) for each in subscriptions]


def lines_of(documents: Sequence[Document], code: Sequence[Code], subscription: str = "") -> TerraformLines | None:
    """Return where what documents hold stands in code, None where none is shown."""
    return EditableLines(zip(documents, _for_each(documents, code), strict=True), subscription) if code else None


def written(documents: list[Document], code: Sequence[Code]) -> list[Document]:
    """Return documents with the text of their expressions, where code is shown."""
    if code:
        for document, each in zip(documents, _for_each(documents, code), strict=True):
            with_written(document, each)
    return documents


def _for_each(documents: Sequence[Document], code: Sequence[Code]) -> Sequence[Code]:
    return code if len(code) > 1 else [*code] * len(documents)


def code_notes(lines: TerraformLines | None, code: Iterable[Code]) -> Iterator[str]:
    """Yield what a reader should know of the code that was read for its lines."""
    if lines is not None:
        yield from dict.fromkeys(note for each in code for note in each.notes)
        yield from lines.notes
