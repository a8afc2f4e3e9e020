"""Where a comment goes: the pull request of the pipeline that runs us."""

from __future__ import annotations

from collections.abc import Mapping

from scanner.comment.azure_repos import AzureRepos, of_pipeline
from scanner.comment.github import GitHub, of_workflow
from scanner.errors import CommentError, UsageError


def put_comment(report: str, name: str, environment: Mapping[str, str]) -> str:
    """Put a report on the pull request as the comment with a name; return what was done, if nothing, why.

    Raises UsageError outside of a pipeline, and CommentError where it cannot be put.
    """
    place = _place(environment)
    if place is None:
        return "this run is for no pull request; nothing was commented"
    try:
        return place.put(report, name)
    except (AttributeError, KeyError, TypeError) as error:
        raise CommentError(f"what the platform answers is of another form: {error!r}") from error


def _place(environment: Mapping[str, str]) -> GitHub | AzureRepos | None:
    if environment.get("GITHUB_ACTIONS", "").lower() == "true":
        return of_workflow(environment)
    if environment.get("TF_BUILD", "").lower() == "true":
        return of_pipeline(environment)
    raise UsageError("comment runs in GitHub Actions and in Azure Pipelines, whose variables say where to comment")
