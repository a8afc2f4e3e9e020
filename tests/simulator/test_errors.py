from __future__ import annotations

import pytest

from scanner.simulator import Simulator

from .support import ESTATE, NET, RG, SUB, WORKSPACE, get, send

NOWHERE = "/subscriptions/33333333-0000-0000-0000-000000000003"
REFUSED = {
    "unknown subscription": (NOWHERE, 404, "SubscriptionNotFound"),
    "list in an unknown subscription": (
        f"{NOWHERE}/providers/Microsoft.Network/virtualNetworks",
        404,
        "SubscriptionNotFound",
    ),
    "unknown resource group": (f"{SUB}/resourceGroups/none", 404, "ResourceGroupNotFound"),
    "list in an unknown group": (
        f"{SUB}/resourceGroups/none/providers/Microsoft.Network/virtualNetworks",
        404,
        "ResourceGroupNotFound",
    ),
    "unknown item": (f"{NET}/virtualNetworks/none", 404, "ResourceNotFound"),
    "unknown child": (f"{NET}/virtualNetworks/hub/subnets/none", 404, "ResourceNotFound"),
    "children of an unknown parent": (f"{NET}/virtualNetworks/none/subnets", 404, "ResourceNotFound"),
    "records of an unknown zone": (f"{NET}/privateDnsZones/none/ALL", 404, "ResourceNotFound"),
    "gateways of a subscription": (
        f"{SUB}/providers/Microsoft.Network/virtualNetworkGateways",
        404,
        "InvalidResourceType",
    ),
    "connections of a subscription": (f"{SUB}/providers/Microsoft.Network/connections", 404, "InvalidResourceType"),
    "a list that is no type": (f"{SUB}/locations", 404, "InvalidResourceType"),
    "the root": ("/", 404, "ResourceNotFound"),
}


@pytest.mark.parametrize(("path", "status", "code"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_there_is_refused_with_arms_code(simulator: Simulator, path: str, status: int, code: str) -> None:
    answer = get(simulator, path)

    assert (answer.status, answer.code) == (status, code)


def test_a_missing_resource_is_named_in_arms_words(simulator: Simulator) -> None:
    assert get(simulator, f"{NET}/virtualNetworks/none").message == (
        "The Resource 'Microsoft.Network/virtualNetworks/none' under resource group 'ml' was not found. "
        "For more details please go to https://aka.ms/ARMResourceNotFoundFix"
    )


@pytest.mark.parametrize("query", ["", "api-version=", "$filter=atScope()"])
def test_a_request_without_api_version_is_refused(simulator: Simulator, query: str) -> None:
    answer = get(simulator, "/subscriptions", query)

    assert (answer.status, answer.code) == (400, "MissingApiVersionParameter")
    assert answer.message == "The api-version query parameter (?api-version=) is required for all requests."


@pytest.mark.parametrize("path", [f"{SUB}/providers/Microsoft.Network/virtualNetworks", f"{NET}/virtualNetworks/hub"])
def test_an_unregistered_provider_answers_conflict(path: str) -> None:
    with Simulator(ESTATE, unregistered=frozenset({"microsoft.network"})) as simulator:
        answer = get(simulator, path)

    assert (answer.status, answer.code) == (409, "MissingSubscriptionRegistration")
    assert "not registered to use namespace 'Microsoft.Network'" in answer.message


def test_an_unregistered_provider_leaves_the_others_alone() -> None:
    with Simulator(ESTATE, unregistered=frozenset({"Microsoft.Network"})) as simulator:
        assert get(simulator, WORKSPACE).status == 200


@pytest.mark.parametrize("path", [f"{WORKSPACE}/onlineEndpoints", f"{WORKSPACE}/onlineEndpoints/score"])
def test_a_type_that_is_not_offered_is_unknown(path: str) -> None:
    kind = "Microsoft.MachineLearningServices/workspaces/ONLINEENDPOINTS"
    with Simulator(ESTATE, not_offered=frozenset({kind})) as simulator:
        answer = get(simulator, path)

    assert (answer.status, answer.code) == (404, "InvalidResourceType")
    assert "'workspaces/onlineEndpoints' could not be found" in answer.message


@pytest.mark.not_only_reads
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_any_method_but_get_is_refused_and_recorded(simulator: Simulator, method: str) -> None:
    answer = send(simulator, method, f"{RG}?api-version=2024-01-01")

    assert (answer.status, answer.code, answer.headers["Allow"]) == (405, "MethodNotAllowed", "GET")
    assert [(seen.method, seen.status) for seen in simulator.requests] == [(method, 405)]


@pytest.mark.not_only_reads
def test_a_refused_head_has_no_body(simulator: Simulator) -> None:
    answer = send(simulator, "HEAD", RG)

    assert (answer.status, answer.body) == (405, b"")
