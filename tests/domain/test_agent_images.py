"""Images and scalers that run agents, and those that only sound like it."""

from __future__ import annotations

import pytest

from scanner.domain.agent_images import is_agent_image, is_agent_scaler


@pytest.mark.parametrize(
    "image",
    [
        "crml.azurecr.io/azp-agent:linux",
        "mcr.microsoft.com/azure-pipelines/vsts-agent:ubuntu-16.04",
        "crml.azurecr.io/azure-pipelines-agent:1.0",
        "crml.azurecr.io/github-actions-runner:1.0",
        "ghcr.io/actions/actions-runner@sha256:0123",
        "myoung34/github-runner:latest",
        "crml.azurecr.io/ado-build-agent:7",
    ],
)
def test_image_of_an_agent_is_known_by_its_name(image: str) -> None:
    assert is_agent_image(image)


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
    assert not is_agent_image(image)


def test_scalers_start_agents_whatever_the_image_is_called() -> None:
    assert [is_agent_scaler(each) for each in ("azure-pipelines", "GitHub-Runner", "azure-queue")] == [
        True,
        True,
        False,
    ]
