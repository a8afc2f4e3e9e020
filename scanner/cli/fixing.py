"""Which failures a plan is asked for, and the plan."""

from __future__ import annotations

from collections.abc import Callable, Collection

from scanner.config.names import require_known
from scanner.engine import Result
from scanner.errors import UsageError
from scanner.fix.bench import judgement, key_of
from scanner.fix.plan import Plan, plan
from scanner.scan.outcome import Scan


def planned(scanned: Callable[[], Scan], causes: Collection[str], rules: Collection[str], *, everything: bool) -> Plan:
    """Scan, then plan for what hangs on causes, for what fails rules, or for every failure.

    Raises UsageError where nothing or too much is said, and for a cause or rule that no failure has.
    """
    if sum(map(bool, (causes, rules, everything))) != 1:
        raise UsageError("say what to fix: --cause ID, --rule ID or --all; `mlsec-scan causes` lists causes")
    finished = scanned()
    if finished.graph is None:
        raise UsageError("this scan holds no estate that edits could be tried on")
    return plan(judgement(finished.results, finished.graph), _wanted(finished, causes, rules))


def _wanted(finished: Scan, causes: Collection[str], rules: Collection[str]) -> Callable[[Result], bool]:
    by_id = {each.id: each for each in finished.causes}
    require_known("cause", causes, by_id, "`mlsec-scan causes` lists those of an estate", exact=True)
    require_known("rule", rules, {each.rule.id for each in finished.results}, "`mlsec-scan rules` lists them")
    keys = {key_of(result) for each in causes for result in by_id[each].results}
    names = {each.lower() for each in rules}
    if keys:
        return lambda result: key_of(result) in keys
    return lambda result: not names or result.rule.id in names
