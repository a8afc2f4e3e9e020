"""A plan that creates what is there already: an apply stops there, and what waits for that is not certain."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scanner.collect.collected import Collected, Silent
from scanner.collect.iac.what_if_source import WhatIfSource
from scanner.collect.redaction.redact import redact
from scanner.engine import Rule, Subject, Verdict, evaluate
from scanner.graph import Graph
from tests.cases import Resource
from tests.collect.iac.plan_json import Declared, Ref, plan_between
from tests.collect.iac.support import NETWORK, graph_in, made, raw_estate
from tests.collect.iac.written import Writer
from tests.fuzz.support import collected as as_read
from tests.verdicts import Judged, by_subject

OVERWRITES = "skip_import_check_on_create_and_allow_overwriting_existing_resources"


class _There:
    def __init__(self, rows: list[Resource]) -> None:
        self._rows = rows

    def collect(self, _progress: object) -> Collected:
        return as_read([dict(redact(each)) for each in self._rows])


@pytest.fixture(scope="module")
def declared() -> list[Declared]:
    return Writer(raw_estate("reference")).declared()


def _alone(some: list[Declared]) -> list[Declared]:
    """Return blocks that name what other code made by its id."""
    ours = {each.address for each in some}

    def told(value: Any) -> Any:  # noqa: ANN401 - JSON
        match value:
            case Ref(address=address, value=known) if address not in ours:
                return known
            case dict():
                return {key: told(each) for key, each in value.items()}
            case list():
                return [told(each) for each in value]
        return value

    return [replace(each, attributes=told(each.attributes)) for each in some]


def _of(declared: list[Declared], kind: str, *names: str) -> list[Declared]:
    return [each for each in declared if each.type == kind and (not names or each.attributes.get("name") in names)]


def _applied(folder: Path, document: dict[str, Any]) -> Collected:
    path = folder / "plan.json"
    path.write_text(json.dumps(document))
    return WhatIfSource(_There(raw_estate("reference")), (path,)).collect(Silent())


def _judged(found: Collected, pack: dict[str, Rule[Subject]], *rules: str) -> Judged:
    chosen = [pack[each] for each in rules] if rules else pack.values()
    return by_subject(evaluate(chosen, graph_in(found)))


def _verdicts(found: Collected, pack: dict[str, Rule[Subject]], rule: str) -> set[Verdict]:
    return set(_judged(found, pack, rule).values())


def test_plan_that_knows_of_no_state_leaves_everything_as_it_is(
    declared: list[Declared], pack: dict[str, Rule[Subject]], tmp_path: Path
) -> None:
    found = _applied(tmp_path, plan_between([], declared))
    now = by_subject(evaluate(pack.values(), Graph([redact(each) for each in raw_estate("reference")])))

    assert _judged(found, pack) == now
    assert sum("is there already" in each for each in found.notes) > 100


SUBNET_HAS = "compute-subnet-has-nsg"
OTHER_GROUP = f"{NETWORK}/networkSecurityGroups/nsg-other"
CHANGED: list[tuple[str, dict[str, Any], str]] = [
    ("azurerm_storage_account", {"public_network_access_enabled": True}, "storage-public-access-disabled"),
    ("azurerm_container_registry", {"admin_enabled": True}, "registry-admin-user"),
    ("azurerm_subnet", {"address_prefixes": ["10.250.0.0/24"]}, SUBNET_HAS),
    (
        "azurerm_subnet_network_security_group_association",
        {"network_security_group_id": f"{NETWORK}/networkSecurityGroups/x"},
        SUBNET_HAS,
    ),
]


@pytest.mark.parametrize("other", CHANGED, ids=lambda each: each[0])
def test_what_is_there_is_judged_as_it_is(
    other: tuple[str, dict[str, Any], str], declared: list[Declared], pack: dict[str, Rule[Subject]], tmp_path: Path
) -> None:
    kind, attributes, rule = other
    changed = [replace(each, attributes={**each.attributes, **attributes}) for each in _of(declared, kind)]
    found = _applied(tmp_path, plan_between([], _alone(changed)))

    assert _verdicts(found, pack, rule) == {Verdict.PASS}
    assert any("import it" in each for each in found.notes)


def test_what_waits_for_it_is_not_known(
    declared: list[Declared], pack: dict[str, Rule[Subject]], tmp_path: Path
) -> None:
    """An endpoint that is made for an account that an apply stops at was taken to be there."""
    kinds = {"azurerm_storage_account", "azurerm_private_endpoint"}
    some = [each for each in declared if each.type in kinds]
    renamed = [
        replace(each, attributes={**each.attributes, "name": f"{each.attributes['name']}-2"})
        if each.type == "azurerm_private_endpoint" and "blob" in str(each.attributes)
        else each
        for each in some
    ]
    found = _applied(tmp_path, plan_between([], _alone(renamed)))

    assert any("needs azurerm_storage_account." in each.why for each in found.gaps)
    assert _verdicts(found, pack, "private-endpoint-approved") == {Verdict.PASS, Verdict.UNKNOWN}


def test_provider_that_overwrites_leaves_it_open(
    declared: list[Declared], pack: dict[str, Rule[Subject]], tmp_path: Path
) -> None:
    document = plan_between([], _alone(_of(declared, "azurerm_storage_account")))
    for each in document["configuration"]["provider_config"].values():
        each["expressions"]["features"] = [{OVERWRITES: {"constant_value": True}}]
    found = _applied(tmp_path, document)

    assert _verdicts(found, pack, "storage-public-access-disabled") == {Verdict.UNKNOWN}
    assert any("is overwritten" in each for each in found.notes)


def test_what_moves_to_another_address_without_saying_so_is_not_known(
    declared: list[Declared], pack: dict[str, Rule[Subject]], tmp_path: Path
) -> None:
    (registry,) = _alone(_of(declared, "azurerm_container_registry", "crmlreference"))
    found = _applied(tmp_path, plan_between([registry], [replace(registry, label="renamed")]))

    assert _verdicts(found, pack, "registry-admin-user") == {Verdict.PASS, Verdict.UNKNOWN}
    assert any("what is last is open" in each.why for each in found.gaps)


@pytest.mark.parametrize("is_shown", [True, False])
def test_what_a_block_depends_on_counts_and_so_does_what_no_plan_shows(
    declared: list[Declared], tmp_path: Path, *, is_shown: bool
) -> None:
    (account,) = _alone(_of(declared, "azurerm_storage_account", "stmlreference"))
    group = made("azurerm_network_security_group", "nsg-new", location="westeurope")
    document = plan_between([], [account, group])
    (block,) = (each for each in document["configuration"]["root_module"]["resources"] if each["name"] == "nsg-new")
    block["depends_on"] = [account.address] * is_shown
    block["expressions"]["tags"] = {"references": ["local.tags"] * (not is_shown)}
    found = _applied(tmp_path, document)

    assert [gap.kind for gap in found.gaps if "nsg-new needs" in gap.why] == ["Microsoft.Network/networkSecurityGroups"]
