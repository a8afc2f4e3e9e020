"""The words that the reporters of a history share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from scanner.history.findings import Finding
from scanner.history.scope import Scope
from scanner.model.arm import ArmId
from scanner.report.json_text import utc
from scanner.system.plain import plain

_FEW = 3
_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


def duration(time: timedelta) -> str:
    """Return a length of time in its two largest units: "3 d 4 h"."""
    left = max(round(time.total_seconds()), 0)
    parts: list[str] = []
    for unit, seconds in _UNITS:
        count, left = divmod(left, seconds)
        if count or parts:
            parts.append(f"{count} {unit}")
    shown = [each for each in parts[:2] if not each.startswith("0 ")]
    return " ".join(shown) or "0 s"


def scope_words(scope: Scope) -> str:
    """Say what a scope holds."""
    names = scope.management_groups or scope.subscriptions
    kind = "management groups" if scope.management_groups else "subscriptions"
    more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
    named = f"{kind} {', '.join(names[:_FEW]) or 'none'}{more}"
    parts = [f"{scope.source}, cloud {scope.cloud}, profile {scope.profile}", named]
    parts += [f"resource group {scope.resource_group}"] if scope.resource_group else []
    parts += [f"workspace {scope.workspace}"] if scope.workspace else []
    return plain("; ".join(parts))


def name_of(subject: str) -> str:
    """Name a subject; a child with what it lies in. "-" where there is none."""
    found = ArmId(subject)
    return plain("/".join(found.names) or found.name) or "-"


def finding_words(finding: Finding) -> str:
    """Name a failure: severity, rule, subject."""
    waived = "  (waived)" if finding.waived else ""
    return f"{finding.severity:<8}  {plain(finding.rule)}  {name_of(finding.subject)}{waived}"


def standing_words(finding: Finding, now: timedelta) -> str:
    """Say how long an open failure has stayed, and whether it can still be seen."""
    since = f"open for {duration(now)}, since {utc(finding.opened.finished)}"
    unknown = finding.unknown_since
    return f"{since}; unknown since {utc(unknown.finished)}" if unknown is not None else since


def aligned(rows: list[tuple[str, ...]], numbers: frozenset[int] | set[int]) -> Iterator[str]:
    """Yield a table's lines; columns in `numbers` are set to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            f"{cell:>{width}}" if place in numbers else f"{cell:<{width}}"
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join(cells).rstrip()
