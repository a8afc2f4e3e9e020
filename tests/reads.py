"""The proof that nothing is written: every request that any simulator of a test run sees must be a read.

A test that sends other methods on purpose, to see the simulator refuse them, carries the mark `not_only_reads`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import suppress
from weakref import WeakSet

import pytest

from scanner.simulator import Seen, Simulator

ON_PURPOSE = "not_only_reads"
MARK = f"{ON_PURPOSE}: the test sends other methods on purpose, to see the simulator refuse them"
_RESOURCE_GRAPH = "/providers/microsoft.resourcegraph/resources"
_REGISTER = "register"
_COUNTS = "requests seen by simulators"


class NotARead(AssertionError):  # noqa: N818 - it says what was seen
    """A simulator saw a request that is not a read."""


def is_read(seen: Seen) -> bool:
    """Tell whether a request only reads: a GET, or a query of Resource Graph. No path registers a provider."""
    path = seen.path.lower()
    if path.rpartition("/")[2] == _REGISTER:
        return False
    return seen.method == "GET" or (seen.method == "POST" and path == _RESOURCE_GRAPH)


class Watch:
    """Counts what simulators saw, each once, when it closes; `running` is the test that runs, if any."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.running: pytest.Item | None = None
        self._open: WeakSet[Simulator] = WeakSet()

    def opened(self, simulator: Simulator) -> None:
        """Note a simulator that serves."""
        self._open.add(simulator)

    def closed(self, simulator: Simulator) -> None:
        """Judge what a simulator saw. Raises NotARead unless the running test does that on purpose."""
        if simulator in self._open:
            self._open.discard(simulator)
            self._judge(simulator.requests)

    def finish(self) -> None:
        """Judge the simulators that were never closed; what they saw counts, and no test is there to fail."""
        for simulator in tuple(self._open):
            with suppress(NotARead):
                self.closed(simulator)

    def _judge(self, requests: Sequence[Seen]) -> None:
        others = [seen for seen in requests if not is_read(seen)]
        on_purpose = self.running is not None and self.running.get_closest_marker(ON_PURPOSE) is not None
        self.counts.update(simulators=1, requests=len(requests), others=0 if on_purpose else len(others))
        self.counts["on purpose"] += len(others) if on_purpose else 0
        if others and not on_purpose:
            raise NotARead(", ".join(f"{seen.method} {seen.path}" for seen in others[:5]))


def as_sentence(counts: Counter[str]) -> str:
    """Sum up a test run."""
    kinds = f"NOT ONLY READS: {counts['others']} others" if counts["others"] else "all reads"
    refused = f" but {counts['on purpose']} sent on purpose and refused" if counts["on purpose"] else ""
    return f"{counts['requests']} requests seen by {counts['simulators']} simulators: {kinds}{refused}"


class ReadsOnly:
    """The plugin: watches every simulator of this process, gathers the counts of parallel workers, prints the sum."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        self._patch = pytest.MonkeyPatch()

    def pytest_sessionstart(self) -> None:
        """Watch from before the first fixture is made: simulators may live as long as the session."""
        watch, begin, close = self.watch, Simulator.__init__, Simulator.close

        def opened(simulator: Simulator, *args: object, **options: object) -> None:
            begin(simulator, *args, **options)  # type: ignore[arg-type]  # whatever the test gave
            watch.opened(simulator)

        def closed(simulator: Simulator) -> None:
            close(simulator)
            watch.closed(simulator)

        self._patch.setattr(Simulator, "__init__", opened)
        self._patch.setattr(Simulator, "close", closed)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Remember which test runs, its fixtures' ends included."""
        self.watch.running = item
        try:
            return (yield)
        finally:
            self.watch.running = None

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Judge what is still open; a worker sends its counts to where the run is summed up."""
        self._patch.undo()
        self.watch.finish()
        if self.watch.counts["others"]:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        output: dict[str, object] | None = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[_COUNTS] = dict(self.watch.counts)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: object) -> None:
        """Add a parallel worker's counts. One that crashed has none."""
        self.watch.counts.update(getattr(node, "workeroutput", {}).get(_COUNTS, {}))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the sum where any simulator was used."""
        if self.watch.counts["simulators"]:
            terminalreporter.section("read-only")
            terminalreporter.line(as_sentence(self.watch.counts))
