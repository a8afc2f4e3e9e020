"""A probe against a broken estate that answers for real, over DNS, TCP and TLS, with each kind of failure."""

from __future__ import annotations

import json
from pathlib import Path
from time import monotonic
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from msgspec import structs

from scanner.probe.shapes import Expect, Target
from tests.probe.conftest import (
    BLOB,
    NETWORK,
    NETWORKS,
    SERVED,
    STATUSES,
    SUBNET,
    SUBSCRIPTION,
    Lab,
    plan,
    saved,
    target,
)

OUTSIDE = (
    target("stclosed", Expect.REFUSED),
    target("stopen", Expect.REFUSED),
    target("stnone", Expect.REFUSED),
)


@pytest.fixture(scope="module")
def answered(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], str, str, int]:
    """Return the answers as JSON and JUnit, the text and the exit code, of one run that finds out where it stands."""
    folder = tmp_path_factory.mktemp("answered")
    asked = plan([*map(target, SERVED), target("stgood", port=445, group="file")], OUTSIDE)
    asked = structs.replace(asked, unread=("the zone of vaults was not read",))
    path, answers, junit = saved(folder, asked), folder / "answers.json", folder / "answers.xml"
    done = lab.probe(
        str(path), "--timeout", "3.5", "--report", f"json={answers}", "--report", f"junit={junit}", "--quiet"
    )

    assert done.returncode == 1, done.stderr
    return json.loads(answers.read_text()), junit.read_text(), done.stdout, done.returncode


@pytest.mark.parametrize("name", SERVED)
def test_each_kind_of_failure_is_told_by_its_name(answered: tuple[dict[str, Any], str, str, int], name: str) -> None:
    found = next(each for each in answered[0]["answers"] if each["name"] == f"{name}.{BLOB}")

    assert found["kind"] == SERVED[name][1], found["says"]
    assert found["outcome"] == ("agreed" if SERVED[name][1] == "reached" else "differs")


def test_answers_tell_place_way_and_certificate(answered: tuple[dict[str, Any], str, str, int]) -> None:
    content, junit, text, _ = answered
    by_name = {f"{each['name']}:{each['port']}": each for each in content["answers"]}
    good, slow = by_name[f"stgood.{BLOB}:443"], by_name[f"stslow.{BLOB}:443"]
    cases = ET.fromstring(junit.encode()).findall(".//testcase")  # noqa: S314 - our own report

    assert content["stand"] == {"network": SUBNET.rpartition("/subnets/")[0], "subnet": SUBNET, "by": "metadata"}
    assert (good["chain"], good["server"]) == ([f"stgood.{BLOB}", f"stgood.privatelink.{BLOB}"], "127.0.0.1")
    assert good["certificate"]["issuer"] == "Microsoft Corporation, Microsoft Corporation Issuing CA 01"
    assert "slow" in slow["says"]
    assert by_name["stgood.file.core.windows.net:445"]["kind"] == "reached"
    assert "Contoso Proxy" in by_name[f"sttrustedproxy.{BLOB}:443"]["says"]
    assert "Mallory" in by_name[f"stproxy.{BLOB}:443"]["certificate"]["issuer"]
    assert f"the address of stgood.{BLOB}" in by_name[f"stwrong.{BLOB}:443"]["says"]
    assert f"stelse.{BLOB}" in by_name[f"stother.{BLOB}:443"]["says"]
    assert (len(cases), sum(case.find("failure") is not None for case in cases)) == (18, 15)
    assert text.startswith("mlsec-scan probe ")
    assert "not all is tried: the zone of vaults was not read" in text
    assert "not all is tried: the zone of vaults was not read" in junit
    assert content["notes"] == ["not all is tried: the zone of vaults was not read"]
    assert "18 targets: 15 differ from the model, 3 agree" in text


def test_from_outside_services_have_to_refuse(lab: Lab, tmp_path: Path) -> None:
    asked = plan([target("stgood")], (*OUTSIDE, *_more()))
    done = lab.probe(str(saved(tmp_path, asked)), "--as", "outside", "--format", "json", "--timeout", "3")
    found = {each["name"].partition(".")[0]: each for each in json.loads(done.stdout)["answers"]}

    assert done.returncode == 1, done.stderr
    assert {name: (each["kind"], each["outcome"], each.get("status")) for name, each in found.items()} == {
        "stclosed": ("refused", "agreed", 403),
        "stopen": ("answers", "differs", 401),
        "stnone": ("no such name", "open", None),
        "kv": ("inconclusive", "open", 401),
        "cr": ("answers", "settled", 401),
    }
    assert "AuthorizationFailure" in found["stclosed"]["says"]
    assert "secret" not in done.stdout


def _more() -> tuple[Target, ...]:
    service = target("x")
    named = {"vault": ("kv.vault.azure.net", Expect.REFUSED), "registry": ("cr.azurecr.io", Expect.UNKNOWN)}
    return tuple(type(service)(name, 443, service.service, group, expect) for group, (name, expect) in named.items())


def test_what_a_network_on_the_way_may_have_done_is_no_refusal(lab: Lab, tmp_path: Path) -> None:
    """A laptop without direct egress, a filter, a proxy or a wrong clock confirm no service, and accuse none."""
    statuses = {f"st{each}": "inconclusive" for each in STATUSES}
    expected = {name: kind for name, (_, kind) in NETWORKS.items()} | statuses
    asked = plan([], tuple(target(name, Expect.REFUSED) for name in expected))
    path = str(saved(tmp_path, asked))
    started = monotonic()
    done = lab.probe(path, "--as", "outside", "--format", "json", "--timeout", "1")
    found = json.loads(done.stdout)["answers"]

    assert done.returncode == 3, done.stderr
    assert {each["name"].partition(".")[0]: each["kind"] for each in found} == expected
    assert {(each["outcome"], each["good"]) for each in found} == {("open", None)}
    assert monotonic() - started < 10


def test_machine_that_does_not_stand_outside_settles_nothing(lab: Lab, tmp_path: Path) -> None:
    asked = plan([], (target("stgood", Expect.REFUSED), target("stclosed", Expect.REFUSED), target("stopen")))
    done = lab.probe(str(saved(tmp_path, asked)), "--as", "outside", "--timeout", "2", "--format", "json")
    outcomes = {each["kind"]: each["outcome"] for each in json.loads(done.stdout)["answers"]}

    assert done.returncode == 3, done.stderr
    assert "it does not stand outside" in done.stderr
    assert outcomes == {"private address": "open", "refused": "open", "answers": "open"}


def test_it_refuses_to_guess_where_it_stands(lab: Lab, tmp_path: Path) -> None:
    elsewhere = saved(tmp_path, plan([target("stgood")], prefix="10.2.0.0/24"))
    refused = lab.probe(str(elsewhere))
    named = lab.probe(str(elsewhere), "--as", "vnet-agents", "--timeout", "2")
    unknown = lab.probe(str(elsewhere), "--as", "vnet-x")

    foreign = NETWORK.replace(SUBSCRIPTION, "22222222-2222-4222-8222-222222222222")
    strange = lab.probe(str(saved(tmp_path, plan([target("stgood")], network=foreign))))

    assert (refused.returncode, named.returncode, unknown.returncode, strange.returncode) == (2, 0, 2, 2)
    assert f"in 10.1.0.0/24 of subscription {SUBSCRIPTION}, which vnet-agents/snet-agents" in strange.stderr
    assert "10.1.0.0/24, which is no subnet of the probe file" in refused.stderr
    assert "vnet-agents/snet-agents" in refused.stderr
    assert "no such network" in unknown.stderr


def test_without_any_network_it_says_so(lab: Lab, tmp_path: Path) -> None:
    asked = [target("stgood"), target("stnone", Expect.BROKEN), target("stproxy", Expect.UNKNOWN)]
    path = str(saved(tmp_path, plan(asked)))
    guessed = lab.probe(path, isolated=True)
    done = lab.probe(path, "--as", "snet-agents", "--timeout", "2", isolated=True)

    assert (guessed.returncode, done.returncode) == (2, 3)
    assert "no instance metadata service" in guessed.stderr
    assert "this machine has no network, or no DNS server that answers" in done.stderr
    assert "3 targets: 3 settle nothing" in done.stdout


def test_machine_without_a_route_is_told_of_ipv6(lab: Lab, tmp_path: Path) -> None:
    path = saved(tmp_path, plan([target("stroute"), target("stroute", Expect.BROKEN, port=445)]))
    done = lab.probe(str(path), "--as", "vnet-agents/snet-agents", "--timeout", "2")

    assert done.returncode == 3
    assert "is it on IPv6 alone?" in done.stderr


def test_silence_of_dns_speaks_against_the_model_but_never_for_it(lab: Lab, tmp_path: Path) -> None:
    asked = [target("stgood"), *(target("stsilent", each, port) for each, port in _EACH)]
    done = lab.probe(str(saved(tmp_path, plan(asked))), "--timeout", "1.5", "--format", "json")
    silent = [each for each in json.loads(done.stdout)["answers"] if each["kind"] == "no answer from DNS"]

    assert [each["outcome"] for each in silent] == ["differs", "open", "open"]


_EACH = ((Expect.REACHED, 443), (Expect.BROKEN, 445), (Expect.UNKNOWN, 1433))
