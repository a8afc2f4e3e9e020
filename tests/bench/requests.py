"""What requests are spent on: `python -m tests.bench.requests [SUBSCRIPTIONS …]` prints them by kind of listing.

Each size is read by the default way from a tenant as `tests.bench.tenant` makes it. Counts do not hang on the machine:
they are compared with those of the last run, which `requests.json` keeps, and what got worse is said below the table.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from scanner.collect.azure.collector import LiveSource, collect_live
from scanner.collect.azure.session.cloud import cloud_of
from scanner.simulator import Simulator
from tests.bench.report import WORSE
from tests.bench.tenant import counted_by_kind, estate_of_tenant, subscriptions

BASELINE = Path(__file__).with_name("requests.json")
SIZES = (1, 10, 100)
_WORSE = 1.02
"""A ratio above which a count got worse."""


def main() -> None:
    """Count, print and compare; the exit code is WORSE if something got worse. With --accept the counts are kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("subscriptions", type=int, nargs="*", default=list(SIZES))
    parser.add_argument("--via", choices=("auto", "arm", "graph"), default="auto")
    parser.add_argument("--accept", action="store_true", help="keep the counts as what later ones are compared with")
    options = parser.parse_args()
    found = {f"{size} {options.via}": counted(size, options.via) for size in options.subscriptions}
    before = json.loads(BASELINE.read_text()) if BASELINE.exists() else {}
    sys.stdout.write(f"$ python -m tests.bench.requests {' '.join(map(str, options.subscriptions))}\n\n")
    sys.stdout.write("\n".join([*table(found), "", *(worse(before, found) or ["nothing got worse"]), ""]))
    if options.accept:
        BASELINE.write_text(json.dumps(before | found, indent=1, sort_keys=True) + "\n")
    sys.exit(WORSE if worse(before, found) and not options.accept else 0)


def counted(size: int, via: str) -> dict[str, int]:
    """Return how often each kind of listing is asked for in a tenant of so many subscriptions."""
    with Simulator(estate_of_tenant(size)) as simulator:
        collect_live(LiveSource(cloud_of(simulator.url), tuple(subscriptions(size)), via=via))
        return counted_by_kind(simulator.requests)


def table(found: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Return a Markdown table: kinds of listings, the commonest first, and what each size asks of them."""
    last = [*found.values()][-1]
    kinds = sorted({kind for counts in found.values() for kind in counts}, key=lambda kind: (-last.get(kind, 0), kind))
    rows = [[kind, *(f"{counts.get(kind, 0):,}" for counts in found.values())] for kind in kinds]
    total = ["**all**", *(f"**{sum(counts.values()):,}**" for counts in found.values())]
    return [_row(["requests for", *found]), _row(["---"] * (len(found) + 1)), *map(_row, [total, *rows])]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def worse(before: Mapping[str, Mapping[str, int]], found: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Return what got worse, as ratios to what was kept: all requests of a size, and kinds of listings in it."""
    return [line for size in found if size in before for line in _worse(size, before[size], found[size])]


def _worse(size: str, before: Mapping[str, int], found: Mapping[str, int]) -> Iterable[str]:
    counts = {"all requests": (sum(before.values()), sum(found.values()))}
    counts |= {kind: (before.get(kind, 0), found[kind]) for kind in found}
    for kind, (was, now) in counts.items():
        if now > was * _WORSE:
            ratio = f"{now / was:.2f} of" if was else "new, was"
            yield f"- worse: {size}: {kind}: {now:,}, {ratio} {was:,}"


if __name__ == "__main__":
    main()
