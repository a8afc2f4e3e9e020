"""Which container images and scalers run agents of Azure Pipelines or runners of GitHub.

Names: https://learn.microsoft.com/azure/devops/pipelines/agents/docker (azp-agent) and
https://learn.microsoft.com/azure/container-apps/tutorial-ci-cd-runners-jobs (azure-pipelines-agent and
github-actions-runner, with the scalers of https://keda.sh/docs/scalers), GitHub's own image
ghcr.io/actions/actions-runner, and those of much used public images; from memory.
"""

from __future__ import annotations

import re
from enum import StrEnum


class AgentService(StrEnum):
    """Whom agents ask for work."""

    PIPELINES = "Azure Pipelines"
    GITHUB = "GitHub"


_IMAGES = {
    AgentService.PIPELINES: re.compile(
        r"\b(?:azp|vsts|azure-?pipelines?|azure-?devops|ado|pipelines?)-?(?:build-?)?agents?\b", re.IGNORECASE
    ),
    AgentService.GITHUB: re.compile(
        r"\b(?:github-?)?(?:actions-?)runners?\b|\b(?:github|gh)-?(?:actions-?)?runners?\b", re.IGNORECASE
    ),
}
_SCALERS = {"azure-pipelines": AgentService.PIPELINES, "github-runner": AgentService.GITHUB}


def service_of_image(image: str) -> AgentService | None:
    """Tell whose agents an image runs by its name, its registry and tag left out; None if it is no agent's."""
    name = image.partition("@")[0].rpartition("/")[2].partition(":")[0]
    return next((service for service, pattern in _IMAGES.items() if pattern.search(name)), None)


def service_of_scaler(kind: str) -> AgentService | None:
    """Tell whose agents a scaler starts, None if it starts none."""
    return _SCALERS.get(kind.lower())
