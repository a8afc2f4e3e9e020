"""The words that the reporters of a comparison share."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.model.arm import ArmId
from scanner.scan.diff import Change, Diff, Kind
from scanner.system.plain import plain

TITLES = {
    Kind.NEW: "New",
    Kind.CHANGED: "Changed",
    Kind.STILL_FAILING: "Still failing",
    Kind.FIXED: "Fixed",
    Kind.NO_LONGER_SEEN: "No longer seen",
}


def sections(diff: Diff) -> Iterator[tuple[str, tuple[Change, ...]]]:
    """Yield the kinds that there are, each with its changes."""
    for kind, title in TITLES.items():
        if found := diff.of(kind):
            yield title, found


def summary(diff: Diff) -> str:
    """Return one line with the number of each kind."""
    return ", ".join(f"{len(diff.of(kind))} {title.lower()}" for kind, title in TITLES.items())


def name_of(subject: ArmId | None) -> str:
    """Name a subject; a child with what it lies in, since its own name says little."""
    return plain("/".join(subject.names) or subject.name) if subject is not None else "-"


def reasons(change: Change) -> Iterator[str]:
    """Yield what to tell of a change: how it stands if that is another, and the reasons that came and went."""
    if change.kind is Kind.CHANGED:
        yield from _standing(change)
        yield from (f"came: {plain(each)}" for each in change.came)
        yield from (f"went: {plain(each)}" for each in change.went)
    elif change.kind is Kind.NEW:
        yield from (plain(each) for each in change.latest.problems)


def why(change: Change) -> Iterator[str]:
    """Yield the reasons of any change: of what still fails why, of what does no longer why it did."""
    match change.kind:
        case Kind.NEW | Kind.CHANGED:
            yield from reasons(change)
        case Kind.STILL_FAILING:
            yield from (plain(each) for each in change.latest.problems)
        case Kind.FIXED | Kind.NO_LONGER_SEEN:
            was = change.old.problems if change.old is not None else ()
            yield from (f"was: {plain(each)}" for each in was)


def _standing(change: Change) -> Iterator[str]:
    was, now = change.standings
    if was is not now:
        yield f"{was} → {now}"
    elif change.old and change.new and change.old.severity is not change.new.severity:
        yield f"{change.old.severity} → {change.new.severity}"
