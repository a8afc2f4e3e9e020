"""What could not be read is told once for each reason, with the verdicts that hang on it and what would help."""

from __future__ import annotations

import pytest

from scanner.engine import Doubt, Result, Severity, Verdict
from scanner.evidence import Gap
from scanner.graph.unread import NOT_READ
from scanner.report.unread import permissions_of, spot_details, spot_help, spot_words
from scanner.scan.blind_spots import blind_spots
from tests.report.sample import rule

HUB = "/subscriptions/55555555-5555-4555-8555-555555555555"
READ = "Microsoft.Network/privateDnsZones/read"
ZONES = Gap("Microsoft.Network/privateDnsZones", HUB, "HTTP 403 AuthorizationFailed", 403, READ)
RULE = rule("zone-exists", Severity.HIGH)


def gap(why: str, status: int | None) -> Gap:
    return Gap(ZONES.kind, HUB, why, status, READ)


@pytest.mark.parametrize(
    ("why", "status", "helps", "permissions"),
    [
        ("HTTP 403 AuthorizationFailed", 403, f"grant there Reader, or {READ}", [READ]),
        (
            f"only what this identity may see was listed; {READ} is not held on the whole subscription",
            200,
            "grant",
            [READ],
        ),
        (NOT_READ, None, "--context-subscription 55555555-", []),
        ("HTTP 404 SubscriptionNotFound: no such", 404, "another tenant's, or gone", []),
        ("HTTP 503 ServiceUnavailable", 503, "scan again", []),
        ("not read within 5 s (--timeout)", None, "scan again", []),
        ("HTTP 404 InvalidResourceType", 404, "", []),
    ],
)
def test_help_fits_the_reason(why: str, status: int | None, helps: str, permissions: list[str]) -> None:
    (spot,) = blind_spots([gap(why, status)], [])

    assert spot_help(spot).startswith(helps) or helps in spot_help(spot)
    assert bool(spot_help(spot)) == bool(helps)
    assert permissions_of(spot) == permissions


def test_one_reason_in_one_subscription_is_told_once_with_what_hangs_on_it() -> None:
    item = Gap(ZONES.kind, f"{HUB}/resourceGroups/rg/providers/{ZONES.kind}/zone", ZONES.why, 403, READ)
    other = Gap("Microsoft.Network/natGateways", HUB, ZONES.why, 403, "Microsoft.Network/natGateways/read")
    unknown = Result(RULE, Verdict.UNKNOWN, doubts=(Doubt("zones", gap=ZONES), Doubt("a zone", gap=item)))
    failed = Result(RULE, Verdict.FAIL, doubts=(Doubt("zones", gap=ZONES),))
    (spot,) = blind_spots([ZONES, item, other], [unknown, failed])
    helps, listed = spot_details(spot)

    assert spot.results == (unknown,)
    assert spot_words(spot) == f"subscription {HUB[15:]}: HTTP 403 AuthorizationFailed; 1 unknown verdict hangs on it"
    assert helps == f"grant there Reader, or {READ}"
    assert "natGateways" in listed


def test_gap_without_a_scope_names_none() -> None:
    assert str(Gap("Microsoft.ResourceGraph/resources", "", "no answer")) == (
        "Microsoft.ResourceGraph/resources could not be read: no answer"
    )
