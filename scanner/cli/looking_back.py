"""`mlsec-scan history` and `mlsec-scan trend`: what earlier runs come to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from scanner.cli.options import Options, effective
from scanner.cli.outputs import require_database_file
from scanner.config.file import find_config
from scanner.errors import UsageError
from scanner.history.as_json import history_as_json, trend_as_json
from scanner.history.packages import require_packages
from scanner.history.story import Story, Wanted
from scanner.history.text import history_as_text, trend_as_text
from scanner.system.files import deliver


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked of a history. `where` None is what a scan would go by; `scope` None is every one."""

    where: str | None
    kind: str
    output: Path | None
    last: int
    scope: int | None = None
    rule: str = ""
    subject: str = ""


def tell_history(options: Options, ask: Ask) -> None:
    """Write what opened and closed. Raises UsageError, HistoryError or OutputError."""
    _tell(options, ask, {"text": history_as_text, "json": history_as_json}[ask.kind])


def tell_trend(options: Options, ask: Ask) -> None:
    """Write how the counts went. Raises UsageError, HistoryError or OutputError."""
    _tell(options, ask, {"text": trend_as_text, "json": trend_as_json}[ask.kind])


def _tell(options: Options, ask: Ask, write: Callable[[str, Iterable[Story], int], str]) -> None:
    where = ask.where or effective(options, find_config(options.config, ignored=options.no_config)).history
    if where is None:
        raise UsageError("name the history: mlsec-scan history FILE|URL, or history in [scan] of mlsec.toml")
    name, found = _read(where, ask)
    deliver(write(name, found, ask.last), ask.output, exact=ask.kind == "json")


def _read(where: str, ask: Ask) -> tuple[str, list[Story]]:
    """Return how the database is called, and what it tells."""
    require_packages(where)
    require_database_file(where)
    from scanner.history.database import database  # noqa: PLC0415 - its package may be missing
    from scanner.history.reading import stories  # noqa: PLC0415
    from scanner.history.view import viewed  # noqa: PLC0415

    found = database(where)
    with viewed(found) as view:
        told = stories(view, Wanted(ask.rule, ask.subject))
    chosen = [each for each in told if ask.scope in {None, each.number}]
    if ask.scope is not None and not chosen:
        raise UsageError(
            f"there is no scope {ask.scope}; {found.name} has {', '.join(str(each.number) for each in told)}"
        )
    return found.name, chosen
