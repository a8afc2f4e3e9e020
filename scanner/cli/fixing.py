"""Which failures a plan is asked for, and the plan."""

from __future__ import annotations

from collections.abc import Callable, Collection

from scanner.cli.rule_choice import meant
from scanner.config.names import require_known
from scanner.cost.book import table_book
from scanner.cost.fixes import priced
from scanner.engine import Result
from scanner.errors import UsageError
from scanner.fix.bench import judgement, key_of
from scanner.fix.in_code import Editor, InCode
from scanner.fix.plan import Plan, plan
from scanner.report.unread import spot_help
from scanner.scan.outcome import Scan

EXISTING = frozenset({"live", "snapshot", "demo"})
"""Sources whose resources have their ids: those of code do not yet."""


def planned(
    scanned: Callable[[], Scan],
    causes: Collection[str],
    rules: Collection[str],
    *,
    everything: bool,
    form: str = "az",
) -> tuple[Plan, InCode]:
    """Scan, then plan for what hangs on causes, for what fails rules, or for every failure; and what code is known.

    Raises UsageError where nothing or too much is said, and for a cause or rule that no failure has.
    """
    if sum(map(bool, (causes, rules, everything))) != 1:
        raise UsageError("say what to fix: --cause ID, --rule ID or --all; `mlsec-scan causes` lists causes")
    finished = scanned()
    code = _code(finished)
    if code.is_all and (form != "terraform" or code.editor is None):
        raise UsageError(
            "fix changes what exists, by its id; of code, `mlsec-scan causes` says what to change in it, and of "
            "Terraform `fix --source DIR --format terraform` shows the edits"
        )
    if finished.graph is None:
        raise UsageError("this scan holds no estate that edits could be tried on")
    found = plan(judgement(finished.results, finished.graph), _wanted(finished, causes, rules))
    return priced(found, finished.graph, table_book()), code


def _code(finished: Scan) -> InCode:
    """Return the code that a scan knows; of what is only planned, code is all that there is to change."""
    known: object = finished.lines
    return InCode(known if isinstance(known, Editor) else None, is_all=finished.header.source not in EXISTING)


def _require_fault(finished: Scan, causes: Collection[str]) -> None:
    """Raise UsageError for a cause that is no fault: something was not read, which no edit mends."""
    unread = {each.id: each for each in finished.blind_spots}
    for each in causes:
        if each in unread:
            help_ = spot_help(unread[each]) or "what would help is not known"
            raise UsageError(f"{each} is what could not be read, not a fault; {help_}")


def _wanted(finished: Scan, causes: Collection[str], rules: Collection[str]) -> Callable[[Result], bool]:
    by_id = {each.id: each for each in finished.causes}
    _require_fault(finished, causes)
    require_known("cause", causes, by_id, "`mlsec-scan causes` lists those of an estate", exact=True)
    judged = {each.rule.id: each.rule for each in finished.results}
    rules = meant(rules, tuple(judged.values()))
    require_known("rule", rules, judged, "`mlsec-scan rules` lists them")
    keys = {key_of(result) for each in causes for result in by_id[each].results}
    names = {each.lower() for each in rules}
    if keys:
        return lambda result: key_of(result) in keys
    return lambda result: not names or result.rule.id in names
