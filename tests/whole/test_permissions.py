"""The role that `mlsec-scan permissions` prints: enough for a whole scan, nothing in it to spare, and only reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

import pytest
from click.testing import CliRunner

from scanner.cli.commands.main import cli
from scanner.collect.azure.collector import LiveSource, collect_live
from scanner.collect.azure.session.cloud import cloud_of
from scanner.collect.collected import Collected
from scanner.engine import Rule, Subject
from scanner.errors import NothingScanned
from scanner.graph.settings import Settings
from scanner.scan.judging import judge
from scanner.simulator import Estate, Simulator
from scanner.simulator.grants import EVERYTHING, action_for
from scanner.simulator.target import read_target
from tests.cases import FIXTURES
from tests.collect.support import fixture, subscriptions_in, without_scopes_named
from tests.conftest import Tell
from tests.verdicts import Judged, by_subject

Pack = dict[str, Rule[Subject]]

SILENT = "telemetry that names no private link scope"
"""An estate in which scopes have to be asked what they hold."""
ESTATES = [*sorted(path.stem for path in FIXTURES.glob("*.json")), SILENT]
SUBSCRIPTION = "Microsoft.Resources/subscriptions/read"
PROVIDER = "Microsoft.Resources/subscriptions/providers/read"
"""Needed only where Azure says that a provider is not registered."""
PERMISSIONS = "Microsoft.Authorization/permissions/read"
"""Without it no list of a subscription is known to be whole."""
WORKSPACES = "Microsoft.MachineLearningServices/workspaces"
ROLE = json.loads(CliRunner().invoke(cli, ["permissions"]).stdout)
GRANTED = frozenset[str](ROLE["Actions"])


def _estate(name: str) -> Estate:
    return without_scopes_named(fixture("reference")) if name == SILENT else fixture(name)


def collected(name: str, granted: frozenset[str]) -> Collected:
    """Collect an estate as a caller who holds these actions everywhere."""
    return _collect(name, granted)[0]


def _collect(name: str, granted: frozenset[str]) -> tuple[Collected, frozenset[str]]:
    """Collect an estate; return also the actions that the requests needed, in lower case: SDKs spell paths freely."""
    estate = _estate(name)
    with Simulator(estate, granted=granted) as simulator:
        source = LiveSource(cloud_of(simulator.url), subscriptions_in(estate), concurrency=8, retries=0)
        taken = collect_live(source)
        needed = {action_for(read_target(seen.path)) for seen in simulator.requests}
        return taken, frozenset(each.lower() for each in needed if each is not None)


@cache
def _estates_by_action() -> Mapping[str, str]:
    """Return the smallest estate in whose scan an action is needed, by action in lower case."""
    sized = sorted(ESTATES, key=lambda name: (len(_estate(name).resources), name))
    return {action: name for name in reversed(sized) for action in _collect(name, EVERYTHING)[1]}


def _verdicts(taken: Collected, pack: Pack) -> Judged:
    return by_subject(judge(taken, tuple(pack.values()), Settings()).results)


def test_role_holds_reads_alone_each_spelled_out() -> None:
    assert [each for each in ROLE["Actions"] if not each.endswith("/read") or "*" in each] == []
    assert len(GRANTED) == len(ROLE["Actions"])
    assert (ROLE["NotActions"], ROLE["DataActions"], ROLE["NotDataActions"]) == ([], [], [])


@pytest.mark.parametrize("name", ESTATES)
def test_role_is_enough_for_a_whole_scan(name: str, pack: Pack) -> None:
    everything, by_role = collected(name, EVERYTHING), collected(name, GRANTED)

    assert by_role.gaps == everything.gaps
    assert [gap for gap in by_role.gaps if gap.status == 403] == []
    assert by_role.resources == everything.resources
    assert _verdicts(by_role, pack) == _verdicts(everything, pack)


def test_scan_of_the_estates_needs_every_action_of_the_role_and_no_other(tell: Tell) -> None:
    needed = _estates_by_action()
    tell("permissions", "actions in the role, each needed by a scan", str(len(needed)))

    assert needed.keys() == {each.lower() for each in GRANTED - {PROVIDER}}


@pytest.mark.parametrize(("granted", "gaps"), [(GRANTED, set()), (GRANTED - {PROVIDER}, {WORKSPACES})])
def test_that_there_are_no_workspaces_is_believed_on_the_provider_s_word(
    granted: frozenset[str], gaps: set[str]
) -> None:
    (own,) = (each for each in fixture("article").resources if "subscriptionId" in each)
    unregistered = frozenset({"Microsoft.MachineLearningServices"})
    with Simulator(Estate("Bare.", (own,)), granted=granted, unregistered=unregistered) as simulator:
        taken = collect_live(LiveSource(cloud_of(simulator.url), (str(own["subscriptionId"]),), retries=0))

    assert {gap.kind for gap in taken.gaps if "?" not in gap.kind} == gaps


@pytest.mark.parametrize("action", sorted(GRANTED - {SUBSCRIPTION, PROVIDER}))
def test_without_an_action_a_gap_names_it(action: str) -> None:
    name = _estates_by_action()[action.lower()]
    gaps = set(collected(name, GRANTED - {action}).gaps) - set(collected(name, GRANTED).gaps)

    # Lists of a subscription leave rows out and answer 200; what lies below is refused.
    assert {gap.permission for gap in gaps} == {action} or action == PERMISSIONS
    assert {gap.permission for gap in gaps if gap.status == 403} <= {action}
    assert {(gap.permission, gap.status) for gap in gaps} & {(action, 200), (action, 403)}


def test_without_the_subscription_nothing_is_scanned_and_the_error_names_the_action() -> None:
    with pytest.raises(NothingScanned, match=f"403 AuthorizationFailed.*{SUBSCRIPTION}"):
        collected("reference", GRANTED - {SUBSCRIPTION})
