"""Pipeline templates, shipped in the package and printed by `mlsec-scan pipeline`.

They import nothing of ours. A new system is a file beside this one and a row below.
"""

from __future__ import annotations

from enum import StrEnum
from importlib.resources import files


class Pipeline(StrEnum):
    """The systems that there is a template for."""

    AZURE = "azure"
    AZURE_PLAN = "azure-plan"
    AZURE_PROBE = "azure-probe"


_FILES = {
    Pipeline.AZURE: "azure-pipelines.yml",
    Pipeline.AZURE_PLAN: "azure-plan.yml",
    Pipeline.AZURE_PROBE: "azure-probe.yml",
}


def template(pipeline: Pipeline) -> str:
    """Return the template, YAML with its explanation in comments."""
    return files(__name__).joinpath(_FILES[pipeline]).read_text(encoding="utf-8")
