"""A scan that judged nothing, or read nothing of what was named, does not look like one that found nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from scanner.collect.collected import Collected
from scanner.evidence import Gap
from scanner.graph.coverage import Coverage, Covered
from scanner.graph.settings import Scope, Settings
from scanner.model.machine_learning import Workspace
from scanner.scan.gate import Gate, exit_code
from scanner.scan.judging import judge
from scanner.scan.outcome import Scan
from tests.cases import Resource, estate
from tests.report.sample import sample

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
ANY = Scope()
GATE = Gate(date(2026, 11, 23))
OURS = "11111111-1111-4111-8111-111111111111"
OTHER = "99999999-9999-4999-8999-999999999999"
FORBIDDEN = Gap("Microsoft.Resources/subscriptions", f"/subscriptions/{OTHER}", "HTTP 403 AuthorizationFailed", 403)
UNLISTED = Gap(Workspace.TYPE, f"/subscriptions/{OURS}", "HTTP 403", 403, f"{Workspace.TYPE}/read")
NO_WORKSPACE = [each for each in estate("reference") if "/workspaces/" not in each["id"].lower()]
HUB = f"/subscriptions/{OTHER}"


def scan(resources: list[Resource], *gaps: Gap, scope: Scope = ANY, coverage: Coverage | None = None) -> Scan:
    """Judge what was read by no rule: what no rule fails must not pass for well by itself."""
    subscriptions = scope.subscriptions or (OURS,)
    collected = Collected(resources, gaps, "live", "public", subscriptions, (), NOW, NOW, coverage=coverage)
    return judge(collected, (), Settings(scope=scope))


def test_estate_with_a_workspace_was_judged() -> None:
    finished = scan(estate("reference"), scope=Scope((OURS,)))

    assert finished.not_judged == ""
    assert exit_code(finished, GATE) == 0


def test_no_workspace_is_told_with_what_to_check_and_exits_with_3_unless_allowed() -> None:
    finished = scan(NO_WORKSPACE)

    assert finished.not_judged.startswith("no workspace was judged in 1 subscription; check the subscriptions")
    assert f"{Workspace.TYPE}/read" in finished.not_judged
    assert exit_code(finished, GATE) == 3
    assert exit_code(finished, replace(GATE, allow_empty=True)) == 0


def test_gap_in_the_listing_of_workspaces_is_named_as_the_reason() -> None:
    finished = scan(NO_WORKSPACE, UNLISTED)

    assert "the listing of workspaces is not complete: " in finished.not_judged
    assert "HTTP 403" in finished.not_judged


def test_listing_that_no_coverage_bears_out_is_named_as_the_reason() -> None:
    finished = scan(NO_WORKSPACE, coverage=Coverage(horizon=[OURS]))

    assert "the listing of workspaces is not complete: " in finished.not_judged


@pytest.mark.parametrize("scope", [Scope((OTHER,), (OURS,)), Scope((OTHER,))])
def test_workspaces_outside_of_what_is_judged_are_counted(scope: Scope) -> None:
    finished = scan([*estate("reference"), {"id": HUB}], scope=scope)

    assert "no workspace was judged" in finished.not_judged
    assert "2 workspaces were read elsewhere" in finished.not_judged
    assert ("--context-subscription" in finished.not_judged) == bool(scope.context)


def test_plan_that_deletes_every_workspace_says_so_and_speaks_of_no_rights() -> None:
    before = Collected(estate("reference"), (), "live", "public", (OURS,), (), NOW, NOW)
    after = replace(before, resources=NO_WORKSPACE, source="what-if", before=before)

    assert judge(after, (), Settings(scope=Scope((OURS,)))).not_judged == (
        "no workspace is left to judge: the plan deletes all 2 workspaces that there are, mlw-managed, mlw-reference"
    )
    before = replace(before, resources=NO_WORKSPACE)
    unchanged = judge(replace(after, before=before), (), Settings(scope=Scope((OURS,)))).not_judged
    assert unchanged.startswith("no workspace was judged in 1 subscription; check the subscriptions")


def test_named_subscription_of_which_nothing_was_read_is_told_beside_one_that_was_judged() -> None:
    finished = scan(estate("reference"), FORBIDDEN, scope=Scope((OURS, OTHER)))

    assert finished.not_judged.startswith(f"nothing was read of subscription {OTHER}: ")
    assert exit_code(finished, replace(GATE, allow_unknown=True)) == 3
    assert exit_code(finished, replace(GATE, allow_unknown=True, allow_empty=True)) == 0


def test_subscription_whose_listing_says_nothing_counts_as_unread() -> None:
    finished = scan(
        [*estate("reference"), {"id": HUB}],
        scope=Scope((OURS, OTHER)),
        coverage=Coverage([Covered("*", f"/subscriptions/{OURS}")], [OURS, OTHER]),
    )

    assert f"nothing was read of subscription {OTHER}" in finished.not_judged


@pytest.mark.parametrize(
    "coverage", [None, Coverage([Covered("*", f"/subscriptions/{each}") for each in (OURS, OTHER)])]
)
def test_subscription_that_is_empty_was_read(coverage: Coverage | None) -> None:
    finished = scan([*estate("reference"), {"id": HUB}], scope=Scope((OURS, OTHER)), coverage=coverage)

    assert finished.not_judged == ""


def test_subscriptions_that_were_found_and_not_named_may_be_unreadable() -> None:
    collected = Collected(estate("reference"), (FORBIDDEN,), "live", "public", (OURS, OTHER), (), NOW, NOW)

    assert judge(collected, (), Settings()).not_judged == ""


def test_a_failure_still_exits_with_1() -> None:
    assert exit_code(replace(sample(), not_judged=scan(NO_WORKSPACE).not_judged), GATE) == 1
