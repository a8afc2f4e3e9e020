"""What all tests share."""

from __future__ import annotations

import os
import signal
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, settings

from scanner.engine import Rule, Subject
from scanner.engine.pack import built_in_pack, load_packs
from tests import program
from tests.reads import MARK, ReadsOnly, Watch

Tell: TypeAlias = Callable[[str, str, str], None]
"""Puts a line into the summary of a test run: `tell(heading, name, text)`."""

_TOLD = "told"

_HERE = Path(__file__).parent
_SLOW = (
    # The costliest first: what takes long is begun first, so that no worker has to finish it alone.
    "collect/test_denied_requests.py",
    "whole/test_deny.py",
    "collect/iac/test_pairs.py",
    "collect/iac/test_what_if.py",
    "soundness",
    "whole/test_new_values.py",
    "cluster",
    "fix",
    "collect/test_limits.py",
    "collect/test_neighbours.py",
    "collect/test_faulted_transport.py",
    "cli/test_signals.py",
    "collect/test_graph.py",
    "history/test_damaged.py",
    "history/test_writers.py",
    "report/test_html_browser.py",
    "report/test_html_sizes.py",
    "fuzz/test_targets.py",
    "whole/test_old_shapes.py",
    "whole/test_secrets.py",
    "collect/test_faults.py",
    "cli/test_pipelines.py",
    "comment",
    "cli/test_policy_cli.py",
    "collect/test_hostile_sign_in.py",
    "collect/test_memory.py",
    "collect/test_reflection.py",
    "collect/test_signed.py",
    "cli/test_frameworks_cli.py",
    "cli/test_gate_cli.py",
    "cli/test_outputs_cli.py",
    "cli/test_program.py",
    "cli/test_scope_options.py",
    "collect/test_fresh.py",
    "collect/test_references.py",
    "collect/test_scopes.py",
    "domain/test_nsg_reference.py",
    "probe/test_joined.py",
    "probe/test_lab.py",
    "probe/test_pipeline.py",
    "probe/test_views.py",
    "engine/test_shares.py",
    "history/test_database.py",
    "history/test_findings.py",
    "history/test_history_cli.py",
    "history/test_intervals.py",
    "history/test_store.py",
    "simulator/test_command.py",
    "whole/test_injection.py",
    "whole/test_permissions.py",
    "whole/test_reads.py",
    "whole/test_same_bytes.py",
    "whole/test_sovereign.py",
)
"""Files and folders of tests that take many processes, scans, a database, a browser or plain time."""


# How long an example takes says more of the machine than of the code; figures are taken in tests/bench.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --accept: write the expected texts instead of comparing them, for review in the diff."""
    parser.addoption("--accept", action="store_true", help="write expected texts instead of comparing them")
    parser.addoption(
        "--every-pair",
        action="store_true",
        help="try everything in every estate and in every way: takes ten minutes of CPU",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Watch every simulator of the run: nothing may be written. Heed interrupts even where a shell ignores them."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A shell does so for what it starts in the background, and programs that tests interrupt would inherit it.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.addinivalue_line("markers", MARK)
    config.addinivalue_line("markers", "slow: `make quick` leaves it out")
    config.pluginmanager.register(ReadsOnly(Watch()), "reads-only")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Work with one process more than there are processors where slow tests are run: many wait for time to pass."""
    return None if "not slow" in config.option.markexpr else (os.cpu_count() or 1) + 1


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow, and begin with it: in the order of the list, the quick tests as they were."""
    places = {_HERE / each: place for place, each in enumerate(_SLOW)}
    if gone := [str(each) for each in places if not each.exists()]:
        raise pytest.UsageError(f"no slow tests are at {', '.join(gone)}; mend the list in tests/conftest.py")
    ranks = {
        item: next((places[each] for each in (item.path, *item.path.parents) if each in places), None) for item in items
    }
    for item, rank in ranks.items():
        if rank is not None:
            item.add_marker("slow")
    items.sort(key=lambda item: len(places) if (rank := ranks[item]) is None else rank)


def pytest_unconfigure() -> None:
    """End what tests of this process have left running for each other."""
    program.end()


@pytest.fixture(scope="session")
def pack() -> dict[str, Rule[Subject]]:
    """Return the built-in rules by id."""
    return {rule.id: rule for rule in load_packs([built_in_pack()])}


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    """Tell whether expected texts are to be written."""
    return bool(request.config.getoption("--accept"))


@pytest.fixture
def every_pair(request: pytest.FixtureRequest) -> bool:
    """Tell whether each request is to be denied in each way, in place of a share of them."""
    return bool(request.config.getoption("--every-pair"))


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Tell:
    """Return what notes a line for the end of the run; it reaches there from parallel workers too."""
    return lambda heading, name, text: record_property(_TOLD, (heading, name, text))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what passing tests told, a table for each heading."""
    tables: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for report in terminalreporter.stats.get("passed", []):
        for heading, name, text in (value for key, value in report.user_properties if key == _TOLD):
            tables[heading].append((name, text))
    for heading, lines in tables.items():
        terminalreporter.section(heading)
        width = max(len(name) for name, _ in lines)
        terminalreporter.line("\n".join(f"{name:<{width}}  {text}" for name, text in sorted(lines)))
