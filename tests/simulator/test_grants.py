"""What the simulator refuses to a caller without a role, and which api-versions it speaks."""

from __future__ import annotations

import pytest

from scanner.simulator import Grant, Simulator
from scanner.simulator.grants import Grants, action_for
from scanner.simulator.target import read_target

from .support import ESTATE, NET, RG, SUB, get

GROUPS = "Microsoft.Resources/subscriptions/resourceGroups/read"
ACTIONS = {
    SUB: "Microsoft.Resources/subscriptions/read",
    RG: GROUPS,
    f"{SUB}/resourceGroups": GROUPS,
    f"{SUB}/providers/Microsoft.Network/virtualNetworks": "Microsoft.Network/virtualNetworks/read",
    f"{NET}/virtualNetworks/hub": "Microsoft.Network/virtualNetworks/read",
    f"{NET}/virtualNetworks/hub/subnets": "Microsoft.Network/virtualNetworks/subnets/read",
    f"{NET}/privateDnsZones/a.b/ALL": "Microsoft.Network/privateDnsZones/ALL/read",
    f"{NET}/privateDnsZones/a.b/A/www": "Microsoft.Network/privateDnsZones/A/read",
    f"{RG}/providers/Microsoft.Authorization/roleAssignments": "Microsoft.Authorization/roleAssignments/read",
    f"{NET}/virtualNetworks/hub/providers/Microsoft.Authorization/roleAssignments/r": (
        "Microsoft.Authorization/roleAssignments/read"
    ),
    "/providers/Microsoft.Authorization/roleDefinitions/r": "Microsoft.Authorization/roleDefinitions/read",
    "/providers/Microsoft.Management/managementGroups/mg/descendants": (
        "Microsoft.Management/managementGroups/descendants/read"
    ),
    "/subscriptions": None,
    "/providers/Microsoft.ResourceGraph/resources": None,
}


@pytest.mark.parametrize(("path", "action"), ACTIONS.items())
def test_a_path_needs_the_action_on_its_type(path: str, action: str | None) -> None:
    assert action_for(read_target(path)) == action


@pytest.mark.parametrize(
    ("granted", "allowed"),
    [
        ("*", True),
        ("*/read", True),
        ("Microsoft.Network/*", True),
        ("microsoft.network/virtualnetworks/READ", True),
        ("Microsoft.Network/virtualNetworks/*", True),
        ("Microsoft.Network/virtualNetworks/subnets/read", False),
        ("Microsoft.Network/virtualNetworks/write", False),
        ("Microsoft.Network/virtualNetwork?/read", False),
        ("MicrosoftXNetwork/virtualNetworks/read", False),
        ("Microsoft.Network/virtualNetworks", False),
        ("*/write", False),
    ],
)
def test_an_action_is_granted_as_azure_compares_them(granted: str, allowed: bool) -> None:
    assert Grants([granted]).allow(read_target(f"{NET}/virtualNetworks/hub")) is allowed


COVERED = [
    (SUB, SUB, True),
    (SUB, RG, True),
    (f"{SUB}/", RG.upper(), True),
    (RG, SUB, False),
    (RG, f"{RG}2", False),
    (RG, f"{NET}/virtualNetworks/hub", True),
    ("/", "/providers/Microsoft.Management/managementGroups/corp", True),
    ("/providers/Microsoft.Management/managementGroups/corp", RG, True),
    (
        "/providers/Microsoft.Management/managementGroups/corp",
        "/providers/Microsoft.Management/managementGroups/a",
        False,
    ),
]


@pytest.mark.parametrize(("scope", "path", "covered"), COVERED)
def test_a_role_holds_on_its_scope_and_below(scope: str, path: str, covered: bool) -> None:
    assert Grant(scope, ("*",)).covers(path) is covered


@pytest.mark.parametrize(
    ("scope", "touched"), [(SUB, True), (RG, True), ("/", True), (f"{SUB}0", False), ("/subscriptions", True)]
)
def test_a_role_touches_what_is_above_its_scope(scope: str, touched: bool) -> None:
    assert Grant(scope, ("*",)).touches(SUB) is touched


def test_an_action_that_a_role_takes_away_is_not_granted() -> None:
    role = Grant(SUB, ("Microsoft.KeyVault/*",), ("microsoft.keyvault/vaults/SECRETS/*",))

    assert role.allows("Microsoft.KeyVault/vaults/read")
    assert not role.allows("Microsoft.KeyVault/vaults/secrets/read")


def test_nothing_granted_allows_nothing_but_what_needs_no_role() -> None:
    assert not Grants([]).allow(read_target(SUB))
    assert Grants([]).allow(read_target("/subscriptions"))


def test_what_is_not_granted_is_refused_in_arms_words() -> None:
    with Simulator(ESTATE, granted=frozenset({GROUPS})) as simulator:
        refused, granted = get(simulator, f"{NET}/virtualNetworks/hub"), get(simulator, f"{SUB}/resourceGroups")

    assert granted.status == 200
    assert (refused.status, refused.code) == (403, "AuthorizationFailed")
    assert f"'Microsoft.Network/virtualNetworks/read' over scope '{NET}/virtualNetworks/hub'" in refused.message


def test_a_list_of_a_subscription_leaves_out_what_is_not_granted_and_others_are_refused() -> None:
    lists = [f"{scope}/providers/Microsoft.Network/virtualNetworks" for scope in (SUB, RG)]
    with Simulator(ESTATE, granted=frozenset({GROUPS})) as simulator:
        of_subscription, of_group, below = [
            get(simulator, each) for each in (*lists, f"{NET}/virtualNetworks/hub/subnets")
        ]

    assert (of_subscription.status, of_subscription.names) == (200, [])
    assert [each.code for each in (of_group, below)] == ["AuthorizationFailed"] * 2


def test_an_unknown_subscription_is_told_before_any_permission() -> None:
    with Simulator(ESTATE, granted=frozenset()) as simulator:
        answer = get(simulator, "/subscriptions/33333333-0000-0000-0000-000000000003")

    assert answer.code == "SubscriptionNotFound"


@pytest.mark.parametrize("version", ["2023-01-01", "2024-05-01"])
def test_a_type_speaks_the_versions_up_to_its_newest(version: str) -> None:
    newest = {"microsoft.network/virtualNetworks": "2024-05-01"}
    with Simulator(ESTATE, newest=newest, versions={}) as simulator:
        assert get(simulator, f"{NET}/virtualNetworks/hub", f"api-version={version}").status == 200


@pytest.mark.parametrize("version", ["2024-05-01-preview", "2026-03-01"])
def test_a_type_refuses_versions_that_are_newer_and_others_do_not(version: str) -> None:
    with Simulator(ESTATE, newest={"microsoft.network/virtualNetworks": "2024-05-01"}) as simulator:
        network = get(simulator, f"{NET}/virtualNetworks/hub", f"api-version={version}")
        group = get(simulator, RG, f"api-version={version}")

    assert (network.status, network.code) == (400, "NoRegisteredProviderFound")
    assert group.status == 200
