"""Which container images and scalers run agents of Azure Pipelines or runners of GitHub.

Names: https://learn.microsoft.com/azure/devops/pipelines/agents/docker (azp-agent) and
https://learn.microsoft.com/azure/container-apps/tutorial-ci-cd-runners-jobs (azure-pipelines-agent and
github-actions-runner, with the scalers of https://keda.sh/docs/scalers), GitHub's own image
ghcr.io/actions/actions-runner, and those of much used public images; from memory.
"""

from __future__ import annotations

import re

_IMAGE = re.compile(
    r"\b(?:azp|vsts|azure-?pipelines?|azure-?devops|ado|pipelines?)-?(?:build-?)?agents?\b"
    r"|\b(?:github-?)?(?:actions-?)runners?\b|\b(?:github|gh)-?(?:actions-?)?runners?\b",
    re.IGNORECASE,
)
_SCALERS = frozenset({"azure-pipelines", "github-runner"})


def is_agent_image(image: str) -> bool:
    """Tell whether the name of an image, its registry and tag left out, is one of an agent's."""
    name = image.partition("@")[0].rpartition("/")[2].partition(":")[0]
    return _IMAGE.search(name) is not None


def is_agent_scaler(kind: str) -> bool:
    """Tell whether a scaler starts agents."""
    return kind.lower() in _SCALERS
