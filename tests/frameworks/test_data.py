"""The data of frameworks: every rule is mapped or said not to be, and nothing is in it that may not be carried."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from scanner.engine import Rule, Subject
from scanner.engine.mapping import Basis
from scanner.frameworks.shipped import EVERY, entries, names, rule_files, shipped

FRAMEWORKS = [each.id for each in entries()]
CONTROLS = {each.id: {control.id for control in each.controls} for each in entries()}
UNTITLED = {"iso-27001-2022", "pci-dss-4.0.1", "soc-2", *(each for each in FRAMEWORKS if each.startswith("cis-"))}
"""Whose terms let ids be named, and no text be carried."""


def test_every_rule_has_its_file_and_every_file_its_rule(pack: dict[str, Rule[Subject]]) -> None:
    assert sorted(rule_files()) == sorted(pack)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_every_rule_is_mapped_or_said_not_to_be(framework: str, pack: dict[str, Rule[Subject]]) -> None:
    files = rule_files()
    mapped = {rule for rule, file in files.items() if any(each.framework == framework for each in file.mappings)}
    unmapped = [
        rule for rule, file in files.items() for each in file.unmapped if {framework, EVERY} & {*each.frameworks}
    ]

    assert mapped & {*unmapped} == set()
    assert mapped | {*unmapped} == {*pack}
    assert max(Counter(unmapped).values()) == 1


@pytest.mark.parametrize("rule", rule_files())
def test_every_control_exists(rule: str) -> None:
    file = rule_files()[rule]
    named = {(each.framework, control) for each in file.mappings for control in each.controls}
    twice = Counter((each.framework, control) for each in file.mappings for control in each.controls)

    assert {each for each in named if each[1] not in CONTROLS[each[0]]} == set()
    assert [each for each, count in twice.items() if count > 1] == []
    assert {each for listed in file.unmapped for each in listed.frameworks} <= {*FRAMEWORKS, EVERY}


@pytest.mark.parametrize("rule", rule_files())
def test_every_mapping_says_why_and_by_whom(rule: str) -> None:
    file = rule_files()[rule]
    policies = {each.id for each in file.policies}
    by_policy = [each for each in file.mappings if each.basis is Basis.POLICY]
    derived = [each for each in file.mappings if each.basis is not Basis.POLICY]

    assert "" not in {*(each.why for each in file.mappings), *(each.why for each in file.unmapped)}
    assert {each.basis for each in derived} <= {Basis.DERIVED}
    assert all(each.policies and {*each.policies} <= policies for each in by_policy)
    assert all(not each.policies for each in derived)
    assert policies == {policy for each in by_policy for policy in each.policies}
    assert {each.relation for each in file.policies} <= {"same", "looser", "stricter", "other-subject"}


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_no_control_is_listed_that_no_rule_is_about(framework: str) -> None:
    (found,) = shipped([framework])

    assert {each.control for each in found.links} == {each.id for each in found.controls}


def test_ids_and_names_are_told_apart() -> None:
    said = [name for each in entries() for name in (each.id, *each.aliases)]

    assert len(said) == len({*said}) == len(names())
    assert {each: names()[each] for each in ("mcsb", "pci-dss-4", "csf-2")} == {
        "mcsb": "mcsb-v1",
        "pci-dss-4": "pci-dss-4.0.1",
        "csf-2": "nist-csf-2.0",
    }


@pytest.mark.parametrize("entry", entries(), ids=lambda each: each.id)
def test_every_framework_names_its_sources_by_commit(entry: object) -> None:
    source = next(each.source for each in entries() if each is entry)

    assert re.search(r"@[0-9a-f]{7}\b", source)


def test_titles_are_carried_only_where_they_may_be() -> None:
    titled = {each.id for each in entries() if any(control.title for control in each.controls)}
    untitled = {each.id for each in entries() if any(not control.title for control in each.controls)}

    assert {*FRAMEWORKS} >= UNTITLED
    assert titled == {*FRAMEWORKS} - UNTITLED
    assert untitled == UNTITLED


@pytest.mark.parametrize("rule", rule_files())
def test_reasons_quote_no_text_that_may_not_be_carried(rule: str) -> None:
    said = [each.why for each in rule_files()[rule].mappings if each.framework in UNTITLED]

    assert [
        each for each in said if re.search(r"\bEnsure\b|recommendation title|['\"“]", each.replace("'s ", " "))
    ] == []


def test_a_rule_that_the_profile_turns_round_is_bound_to_it() -> None:
    (found,) = shipped(["mcsb-v1"])

    assert {each.profile for each in found.links if each.rule == "registry-admin-user"} == {"current"}
    assert "registry-admin-user" in {each.rule for each in found.under("current").links}
    assert "registry-admin-user" not in {each.rule for each in found.under("article").links}


def test_a_rule_that_loosens_never_decides() -> None:
    files = rule_files()
    loosening = (
        "registry-trusted-services-bypass",
        "trusted-services-bypass",
        "peering-allows-forwarded-traffic",
        "registry-role-for-workspace",
    )

    assert {each.fit.value for rule in loosening for each in files[rule].mappings} == {"supporting"}
