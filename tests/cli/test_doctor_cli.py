"""`mlsec-scan doctor`: what it finds out, what it proposes, and that it is as sure as a scan would be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scanner.simulator import Fault, FaultKind, Simulator, read_estate
from tests.cases import FIXTURES
from tests.cli.test_cli import SUBSCRIPTION, assert_one_line_error, mlsec, reference  # noqa: F401 - a fixture

ESTATE = read_estate(FIXTURES / "reference.json")
ZONES, NAT = "Microsoft.Network/privateDnsZones/read", "Microsoft.Network/natGateways/read"
UNSEEN = "99999999-9999-4999-8999-999999999999"


@pytest.fixture(scope="module")
def granted() -> frozenset[str]:
    return frozenset(json.loads(mlsec("permissions").stdout)["Actions"])


@pytest.fixture
def short(granted: frozenset[str]) -> Iterator[Simulator]:
    with Simulator(ESTATE, granted=granted - {ZONES, NAT}) as simulator:
        yield simulator


def found(simulator: Simulator, *more: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(mlsec("--cloud", simulator.url, *more, "doctor", "--format", "json").stdout)
    return told


def test_estate_that_can_be_read_needs_nothing(granted: frozenset[str]) -> None:
    with Simulator(ESTATE, granted=granted) as simulator:
        done = mlsec("--cloud", simulator.url, "doctor")

    assert done.returncode == 0, done.stdout
    assert f"cloud          public, {simulator.url}, which answers\n" in done.stdout
    assert "horizon        1 subscription seen by this identity\n" in done.stdout
    assert "resource graph answers\n" in done.stdout
    assert (
        f"subscription {SUBSCRIPTION} (ML platform (reference))\n  every permission that a scan needs is held"
        in done.stdout
    )
    assert "\nNext" not in done.stdout


def test_missing_permissions_are_told_with_what_may_stay_unknown_and_the_role(short: Simulator) -> None:
    done = mlsec("--cloud", short.url, "doctor")

    assert done.returncode == 3
    assert "2 permissions are missing on the whole of it" in done.stdout
    assert f"    {NAT}: may stay unknown without it: " in done.stdout
    assert "compute-egress-path" in done.stdout.partition(NAT)[2].splitlines()[0]
    assert f"  mlsec-scan permissions --subscription {SUBSCRIPTION} > role.json\n" in done.stdout
    assert f'--role "mlsec-scan reader" --scope /subscriptions/{SUBSCRIPTION}\n' in done.stdout


def test_what_a_scan_leaves_unknown_for_want_of_a_permission_was_foretold(short: Simulator) -> None:
    (told,) = found(short)["subscriptions"]
    foretold = {rule for each in told["missing"] for rule in each["unknown"]}
    scanned = json.loads(mlsec("--cloud", short.url, "--subscription", SUBSCRIPTION, "--format", "json").stdout)
    unknown = {each["rule"] for each in scanned["results"] if each["verdict"] == "unknown"}

    assert [each["permission"] for each in told["missing"]] == sorted([NAT, ZONES])
    assert unknown
    assert unknown <= foretold


def test_subscription_that_is_not_seen_is_told_as_such(short: Simulator) -> None:
    done = mlsec("--cloud", short.url, "--subscription", UNSEEN, "doctor")

    assert done.returncode == 3
    assert f"subscription {UNSEEN}\n  what is held here could not be read: this identity does not see it" in done.stdout


def test_several_subscriptions_are_each_looked_at(short: Simulator) -> None:
    told = found(short, "--subscription", SUBSCRIPTION, "--subscription", UNSEEN)

    assert [(each["subscription"], bool(each["why_not"])) for each in told["subscriptions"]] == [
        (SUBSCRIPTION, False),
        (UNSEEN, True),
    ]


def test_management_group_stands_for_what_is_below_it() -> None:
    estate = replace(ESTATE, management_groups={"contoso": (SUBSCRIPTION,)})
    with Simulator(estate) as simulator:
        told = found(simulator, "--management-group", "contoso")
        missing = mlsec("--cloud", simulator.url, "--management-group", "nowhere", "doctor")

    assert [each["subscription"] for each in told["subscriptions"]] == [SUBSCRIPTION]
    assert missing.returncode == 4
    assert "management group nowhere could not be read" in missing.stdout


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("*/providers/Microsoft.Authorization/permissions", "what is held here could not be read: HTTP 403"),
        ("/subscriptions", "horizon        not told: what this identity can see: HTTP 403"),
        ("*/Microsoft.ResourceGraph/resources", "resource graph does not answer: HTTP 403"),
    ],
)
def test_what_is_refused_is_told_and_the_rest_is_looked_at(path: str, said: str) -> None:
    with Simulator(ESTATE, faults=[Fault(path, FaultKind.FORBIDDEN)]) as simulator:
        done = mlsec("--cloud", simulator.url, "--subscription", SUBSCRIPTION, "doctor")

    assert said in done.stdout
    assert f"subscription {SUBSCRIPTION}" in done.stdout


def test_endpoint_that_is_not_there_ends_with_4_and_says_so() -> None:
    done = mlsec("--cloud", "http://127.0.0.1:9", "doctor")

    assert done.returncode == 4
    assert "stopped        http://127.0.0.1:9 was not reached" in done.stdout


def test_failed_sign_in_is_told_with_the_proxy_and_without_what_the_proxy_is_signed_in_to_with() -> None:
    token = {"AZURE_TOKEN_CREDENTIALS": "EnvironmentCredential"}
    done = mlsec("doctor", HTTPS_PROXY="http://ada:s3cr3t-w0rd@127.0.0.1:9", cwd=None, **token)

    assert done.returncode == 4
    assert "proxy          127.0.0.1:9\n" in done.stdout
    assert "stopped        could not sign in to Azure" in done.stdout
    assert "s3cr3t-w0rd" not in done.stdout + done.stderr


def test_report_goes_into_a_file(reference: Simulator, tmp_path: Path) -> None:  # noqa: F811
    done = mlsec("--cloud", reference.url, "doctor", "--format", "json", "--output", str(tmp_path / "doctor.json"))

    assert (done.returncode, done.stdout) == (0, "")
    assert json.loads((tmp_path / "doctor.json").read_text())["stopped"] is None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--demo", "doctor"), ["leave --snapshot and --demo out"]),
        (("--snapshot", "x", "doctor"), ["leave --snapshot and --demo out"]),
        (("--cloud", "mars", "doctor"), ["--cloud takes public"]),
        (("--subscription", "x y", "doctor"), ["is not a subscription id"]),
        (("--management-group", "a b", "doctor"), ["not the name of a management group"]),
        (("doctor", "--format", "csv"), ["--format"]),
    ],
)
def test_what_makes_no_sense_is_told(arguments: tuple[str, ...], words: list[str]) -> None:
    assert_one_line_error(mlsec(*arguments), 2, *words)
