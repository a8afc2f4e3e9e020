"""The requirement tables against facts §4.1 and §4.2."""

from __future__ import annotations

import pytest

from scanner.domain.flows import (
    ARTICLE,
    CURRENT,
    OBSOLETE_INBOUND,
    Condition,
    Requirement,
    required_inbound,
    required_outbound,
)
from scanner.domain.service_tags import PLATFORM_DNS, VIRTUAL_NETWORK, is_documented
from scanner.graph.settings import Profile
from scanner.model.network_security import Protocol

OUTBOUND = tuple(required_outbound(CURRENT))


def found(tag: str, port: int) -> list[Requirement]:
    """Return the requirements for a tag in West Europe and a port."""
    return [each for each in OUTBOUND if port in each.ports and tag in map(str, each.tags("westeurope"))]


@pytest.mark.parametrize(
    ("tag", "protocol", "port"),
    [
        ("AzureActiveDirectory", Protocol.TCP, 80),
        ("AzureActiveDirectory", Protocol.TCP, 443),
        ("AzureMachineLearning", Protocol.TCP, 443),
        ("AzureMachineLearning", Protocol.UDP, 5831),
        ("BatchNodeManagement.westeurope", Protocol.TCP, 443),
        ("AzureResourceManager", Protocol.TCP, 443),
        ("Storage.westeurope", Protocol.TCP, 443),
        ("MicrosoftContainerRegistry.westeurope", Protocol.TCP, 443),
        ("MicrosoftContainerRegistry", Protocol.TCP, 443),
        ("AzureFrontDoor.FirstParty", Protocol.TCP, 443),
    ],
)
def test_computes_always_need(tag: str, protocol: Protocol, port: int) -> None:
    (need,) = found(tag, port)

    assert (need.protocol, need.when, need.advised) == (protocol, (), False)


@pytest.mark.parametrize(
    ("tag", "port", "condition"),
    [
        ("AzureMachineLearning", 18881, Condition.WORKSPACE_ENDPOINT),
        ("AzureMachineLearning", 8787, Condition.WORKSPACE_ENDPOINT),
        ("AzureFrontDoor.FrontEnd", 443, Condition.OUTSIDE_CHINA),
        ("AzureMonitor", 443, Condition.PUBLIC_MONITORING),
        ("AzureKeyVault.westeurope", 443, Condition.HIGH_BUSINESS_IMPACT),
        ("AzureContainerRegistry.westeurope", 443, Condition.PUBLIC_REGISTRY),
        ("VirtualNetwork", 443, Condition.ENDPOINTS),
        ("VirtualNetwork", 445, Condition.STORAGE_ENDPOINT_ELSEWHERE),
        ("Storage.westeurope", 445, Condition.STORAGE_ENDPOINT_ELSEWHERE),
        ("AzurePlatformDNS", 53, Condition.AZURE_DNS),
    ],
)
def test_some_flows_depend_on_the_situation(tag: str, port: int, condition: Condition) -> None:
    assert [need.when for need in found(tag, port)] == [(condition,)]


def test_rstudio_is_advice_since_documents_disagree() -> None:
    assert [each.ports for each in OUTBOUND if each.advised] == [(8787,)]


def test_names_at_a_firewall_can_stand_in_for_the_studio_front_door_alone() -> None:
    assert [str(each.tags("")[0]) for each in OUTBOUND if each.substitute] == ["AzureFrontDoor.FrontEnd"]


def test_every_tag_is_a_real_one() -> None:
    tags = [tag for each in (*OUTBOUND, *required_inbound()) for tag in each.tags("westeurope")]

    assert [tag for tag in tags if not is_documented(tag) and tag not in {VIRTUAL_NETWORK, PLATFORM_DNS}] == []


def test_the_article_knows_no_row_for_private_endpoints() -> None:
    only_now = set(OUTBOUND) - set(required_outbound(ARTICLE))

    assert [each.purpose for each in only_now] == ["private endpoints"]


def test_profiles_are_those_of_the_settings() -> None:
    assert {CURRENT, ARTICLE} == {each.value for each in Profile}


def test_nodes_with_public_addresses_are_called_on_one_port() -> None:
    (need,) = required_inbound()

    assert (need.ports, [str(tag) for tag in need.tags("")]) == ((44224,), ["AzureMachineLearning"])
    assert OBSOLETE_INBOUND == (29876, 29877)
