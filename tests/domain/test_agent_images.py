"""Images and scalers that run agents, and those that only sound like it."""

from __future__ import annotations

import pytest

from scanner.domain.agent_images import AgentService, service_of_image, service_of_scaler


@pytest.mark.parametrize(
    ("image", "service"),
    [
        ("crml.azurecr.io/azp-agent:linux", AgentService.PIPELINES),
        ("mcr.microsoft.com/azure-pipelines/vsts-agent:ubuntu-16.04", AgentService.PIPELINES),
        ("crml.azurecr.io/azure-pipelines-agent:1.0", AgentService.PIPELINES),
        ("crml.azurecr.io/github-actions-runner:1.0", AgentService.GITHUB),
        ("ghcr.io/actions/actions-runner@sha256:0123", AgentService.GITHUB),
        ("myoung34/github-runner:latest", AgentService.GITHUB),
        ("crml.azurecr.io/ado-build-agent:7", AgentService.PIPELINES),
    ],
)
def test_image_of_an_agent_is_known_by_its_name(image: str, service: AgentService) -> None:
    assert service_of_image(image) is service


@pytest.mark.parametrize(
    "image",
    [
        "",
        "mcr.microsoft.com/azuredocs/aci-helloworld",
        "azp-agent.azurecr.io/web:1",
        "crml.azurecr.io/web:azp-agent",
        "datadog/agent:7",
        "crml.azurecr.io/task-runner:1",
        "crml.azurecr.io/tornado-agent:1",
    ],
)
def test_other_images_are_not(image: str) -> None:
    assert service_of_image(image) is None


def test_scalers_start_agents_whatever_the_image_is_called() -> None:
    kinds = ("azure-pipelines", "GitHub-Runner", "azure-queue")

    assert [service_of_scaler(each) for each in kinds] == [AgentService.PIPELINES, AgentService.GITHUB, None]
