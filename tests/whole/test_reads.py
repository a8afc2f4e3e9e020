"""The watch over all simulators of a test run: what it lets pass, and that it fails a test that writes."""

from __future__ import annotations

import os
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from scanner.cli.commands.main import cli
from scanner.simulator import Estate, Seen, Simulator
from tests.reads import ON_PURPOSE, NotARead, Watch, as_sentence, is_read

SUBSCRIPTION = "/subscriptions/11111111-1111-4111-8111-111111111111"
GRAPH = "/providers/Microsoft.ResourceGraph/resources"


def seen(method: str, path: str) -> Seen:
    return Seen(method, path, "api-version=1", 200, authorized=False)


@pytest.mark.parametrize(("method", "path"), [("GET", SUBSCRIPTION), ("GET", GRAPH), ("POST", GRAPH.upper())])
def test_a_get_and_a_query_of_resource_graph_are_reads(method: str, path: str) -> None:
    assert is_read(seen(method, path))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", SUBSCRIPTION),
        ("POST", f"{GRAPH}/more"),
        ("POST", f"{SUBSCRIPTION}{GRAPH}"),
        ("PUT", GRAPH),
        ("DELETE", SUBSCRIPTION),
        ("HEAD", SUBSCRIPTION),
        ("POST", f"{SUBSCRIPTION}/providers/Microsoft.Network/register"),
        ("GET", f"{SUBSCRIPTION}/providers/Microsoft.Network/Register"),
    ],
)
def test_anything_else_is_not(method: str, path: str) -> None:
    assert not is_read(seen(method, path))


def _send(simulator: Simulator, method: str) -> None:
    where = urlsplit(simulator.url)
    connection = HTTPConnection(str(where.hostname), where.port, timeout=5)
    connection.request(method, SUBSCRIPTION)
    connection.getresponse().read()
    connection.close()


@pytest.mark.not_only_reads
@pytest.mark.parametrize(("methods", "raises"), [(["GET"], False), (["GET", "PUT"], True)])
def test_a_simulator_that_saw_a_write_is_told_when_it_closes(methods: list[str], raises: bool) -> None:
    watch, simulator = Watch(), Simulator(Estate("Nothing.", ()))
    watch.opened(simulator)
    for method in methods:
        _send(simulator, method)
    simulator.close()
    told = []
    for _ in range(2):
        try:
            watch.closed(simulator)
        except NotARead as error:
            told.append(str(error))

    # Closing twice counts once.
    assert told == ([f"PUT {SUBSCRIPTION}"] if raises else [])
    assert (watch.counts["simulators"], watch.counts["requests"], watch.counts["others"]) == (1, len(methods), raises)


@pytest.mark.not_only_reads
def test_a_simulator_that_is_never_closed_counts_in_the_end(request: pytest.FixtureRequest) -> None:
    watch, simulator = Watch(), Simulator(Estate("Nothing.", ()))
    watch.opened(simulator)
    _send(simulator, "DELETE")
    watch.finish()
    simulator.close()

    assert as_sentence(watch.counts) == "1 requests seen by 1 simulators: NOT ONLY READS: 1 others"
    assert request.node.get_closest_marker(ON_PURPOSE) is not None


def test_the_demo_is_watched_like_any_other_simulator() -> None:
    """Run it in this process; its simulator is our own, as those of the tests are."""
    assert CliRunner().invoke(cli, ["--demo", "--quiet"]).exit_code == 1


WRITES = """
from scanner.simulator import Estate, Simulator
from tests.whole.test_reads import _send
import pytest

@pytest.fixture(scope="module")
def shared():
    with Simulator(Estate("Nothing.", ())) as simulator:
        yield simulator

def test_reads(shared):
    _send(shared, "GET")

def test_writes():
    with Simulator(Estate("Nothing.", ())) as simulator:
        _send(simulator, "PUT")

@pytest.mark.not_only_reads
def test_refused():
    with Simulator(Estate("Nothing.", ())) as simulator:
        _send(simulator, "POST")

def test_left_open():
    _send(Simulator(Estate("Nothing.", ())), "GET")
"""


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_test_that_writes_fails_and_the_run_says_what_was_seen(workers: str, tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text("from tests.conftest import pytest_configure\n")
    (tmp_path / "test_it.py").write_text(WRITES)
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "pytest", "-n", workers, "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert ran.returncode == pytest.ExitCode.TESTS_FAILED
    assert f"NotARead: PUT {SUBSCRIPTION}" in ran.stdout
    assert "1 failed, 3 passed" in ran.stdout
    assert "4 requests seen by 4 simulators: NOT ONLY READS: 1 others but 1 sent on purpose and refused" in ran.stdout
