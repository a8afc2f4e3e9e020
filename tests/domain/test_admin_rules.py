"""Security admin rules before network security groups: what ends the matter, what goes on, and in which order."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.domain.admin_rules import Ranked, in_order
from scanner.domain.nsg import Decision, decide
from scanner.domain.rulesets import Ruleset
from scanner.evidence import MissingEvidence
from scanner.model.fields import decode
from scanner.model.network_manager import AdminRule
from scanner.model.network_security import Access

from .nsg_support import BASE, SPACE, group, inbound

CONFIGURATION = f"{BASE}/networkManagers/nm/securityAdminConfigurations/baseline"
OPEN = group("Inbound 100 Allow * * -> * 0-65535 Open")
SHUT = group("Inbound 100 Deny * * -> * 0-65535 Shut")


def admin(line: str, rank: int = 0, *doubts: str, **properties: Any) -> Ranked:  # noqa: ANN401 - JSON
    """Read "100 Deny Internet 22,80-90 name": inbound, TCP, to anywhere."""
    priority, access, source, ports, name = line.split()
    kind = "IPPrefix" if source == "*" or source[0].isdigit() else "ServiceTag"
    told = {
        "priority": int(priority),
        "direction": "Inbound",
        "access": access,
        "protocol": "Tcp",
        "sources": [{"addressPrefix": source, "addressPrefixType": kind}],
        "destinationPortRanges": ports.split(","),
    }
    raw = {"id": f"{CONFIGURATION}/ruleCollections/all/rules/{name}/snapshots/1", "properties": told | properties}
    return rank, decode(AdminRule, raw), doubts


def decided(*rules: Ranked, behind: Ruleset | None = SHUT, source: str = "Internet", ports: str = "22") -> Decision:
    groups = [behind] if behind is not None else []
    return decide(groups, inbound(source, ports), SPACE, in_order(rules))


def test_deny_ends_the_matter_before_a_group_that_allows() -> None:
    found = decided(admin("10 Deny Internet 22 no-ssh"), behind=OPEN)

    assert found.access is Access.DENY
    assert [str(each) for each in found.by] == ["security admin rule no-ssh (priority 10)"]
    assert found.admin is not None
    assert found.admin.group.name == "no-ssh"


def test_always_allow_ends_the_matter_before_a_group_that_denies() -> None:
    assert decided(admin("10 AlwaysAllow * 22 ssh")).access is Access.ALLOW
    assert decided(admin("10 AlwaysAllow * 22 ssh"), ports="23").access is Access.DENY


@pytest.mark.parametrize(("behind", "fate"), [(OPEN, Access.ALLOW), (SHUT, Access.DENY), (None, Access.ALLOW)])
def test_what_is_allowed_goes_on_to_the_group_as_if_no_rule_had_been_there(
    behind: Ruleset | None, fate: Access
) -> None:
    found = decided(admin("10 Allow Internet 22 ssh"), admin("20 Deny Internet 22-25 no-ssh"), behind=behind)

    assert found.access is fate
    assert found.admin is None


def test_lower_numbers_come_first_and_a_higher_manager_before_any_number() -> None:
    deny, allow = "20 Deny Internet 22 no-ssh", "10 AlwaysAllow Internet 22 ssh"

    assert decided(admin(deny), admin(allow)).access is Access.ALLOW
    assert decided(admin(deny, 0), admin(allow, 1)).access is Access.DENY


def test_two_rules_of_one_priority_leave_open_what_they_disagree_about() -> None:
    rules = (admin("10 Deny Internet 22 no-ssh"), admin("10 AlwaysAllow Internet 22-25 ssh"))

    assert decided(*rules, ports="22").access is None
    assert decided(*rules, ports="22").surely(Access.ALLOW) == ()


def test_rule_that_may_not_be_in_force_decides_nothing_for_sure() -> None:
    assert decided(admin("10 Deny Internet 22 no-ssh", 0, "its snapshot was not seen"), behind=OPEN).access is None


def without(missing: str) -> dict[str, Any]:
    told = {"priority": 10, "direction": "Inbound", "access": "Deny", "protocol": "Tcp"}
    properties = {key: value for key, value in told.items() if key != missing}
    return {"id": f"{CONFIGURATION}/ruleCollections/all/rules/no-ssh/snapshots/1", "properties": properties}


@pytest.mark.parametrize("missing", ["access", "priority", "direction"])
def test_what_a_rule_does_has_to_be_known(missing: str) -> None:
    with pytest.raises(MissingEvidence, match="no-ssh"):
        decided((0, decode(AdminRule, without(missing)), ()))


def test_condition_that_is_left_out_holds_always_and_one_that_was_not_read_may_hold() -> None:
    line = "10 Deny Internet 22 no-ssh"
    group_id = {"addressPrefix": f"{BASE}/networkManagers/nm/networkGroups/g", "addressPrefixType": "NetworkGroup"}

    assert decided(admin(line, sources=None), behind=OPEN).access is Access.DENY
    assert decided(admin(line, sources=[group_id]), behind=OPEN).access is None
    assert decided(admin(line, destinationPortRanges=[7]), behind=OPEN).access is None
