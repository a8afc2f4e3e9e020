"""A process that keeps runs: `python -m tests.history.writer WHERE SEED RUNS` prints their numbers.

With `stall` for RUNS it keeps one large run, but stops before the transaction ends and says so.
"""

from __future__ import annotations

import sys
import time

from scanner.history import store
from scanner.history.database import database
from scanner.history.intervals import Key
from tests.history.support import FAIL, new_run, random_sights, sight

LARGE = 40_000
"""So many results that SQLite writes into its file before the transaction ends."""


def main() -> None:
    """Keep runs."""
    where, seed, runs = sys.argv[1:]
    if runs == "stall":
        _stall(where)
    for each in random_sights(int(seed), int(runs)):
        _say(store.keep(new_run(each, 1), database(where)))


def _stall(where: str) -> None:
    begin = store._begin  # noqa: SLF001 - the last step of a transaction

    def begin_and_wait(*arguments: object) -> None:
        begin(*arguments)  # type: ignore[arg-type] # as they came
        _say("written")
        time.sleep(600)

    store._begin = begin_and_wait  # type: ignore[assignment] # noqa: SLF001
    seen = {Key("rule-a", f"/subscriptions/s/resource-{number}"): FAIL for number in range(LARGE)}
    store.keep(new_run(sight(seen), 1), database(where))


def _say(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
