"""A comment on a pull request of Azure Repos, as a thread of its own.

learn.microsoft.com/rest/api/azure/devops/git: "Pull Request Threads" and "Pull Request Thread Comments", their shapes
also in MicrosoftDocs/vsts-rest-api-specs, git/7.1/git.json, adb2878; learn.microsoft.com/azure/devops/pipelines/build/
variables. Read 2026-11-29.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from scanner.comment.body import body_of, mark_of
from scanner.comment.wire import Wire
from scanner.errors import CommentError

LONGEST = 150_000
"""Characters: "A discussion comment cannot be longer than 150000 characters", runatlantis/atlantis 1585, 2021-05-17."""

_VERSION = "api-version=7.1"
_WHO = "/_apis/connectionData?api-version=7.1-preview"
"""Whom a token stands for. No reference page has it; dependabot-core asks it for the same (clients/azure.rb)."""

_ADVICE = "the build service needs `Contribute to pull requests` on the repository"


@dataclass(frozen=True, slots=True)
class AzureRepos:
    """The pull request of a pipeline's run."""

    wire: Wire
    project: str
    repository: str
    number: str

    def put(self, report: str, name: str) -> str:
        """Make the comment with a name, or bring it up to date; return what was done. Raises CommentError."""
        body = body_of(report, name, LONGEST)
        found = self._found(mark_of(name))
        if found is None:
            self._ask("POST", f"{self._threads}?{_VERSION}", _thread(body))
            return f"commented on pull request {self.number}"
        thread, comment = found
        self._ask("PATCH", f"{self._threads}/{thread}/comments/{comment}?{_VERSION}", {"content": body})
        return f"updated the comment on pull request {self.number}"

    @property
    def _threads(self) -> str:
        project, repository, number = (quote(each, safe="") for each in (self.project, self.repository, self.number))
        return f"/{project}/_apis/git/repositories/{repository}/pullRequests/{number}/threads"

    def _found(self, mark: str) -> tuple[int, int] | None:
        """Return the thread and the comment in it that begins with our mark and is ours: others could write it too."""
        us = self._ask("GET", _WHO)["authenticatedUser"]["id"]
        for thread in self._ask("GET", f"{self._threads}?{_VERSION}")["value"]:
            for each in thread.get("comments") or ():
                is_there = not (thread.get("isDeleted") or each.get("isDeleted"))
                if is_there and (each.get("content") or "").startswith(mark) and each["author"]["id"] == us:
                    return thread["id"], each["id"]
        return None

    def _ask(self, method: str, url: str, json: object = None) -> Any:  # noqa: ANN401 - JSON
        answer = self.wire.call(method, url, json)
        if answer.is_good and isinstance(answer.body, dict):
            return answer.body
        raise CommentError(f"Azure DevOps refuses, {answer.says}; {_ADVICE}")


def _thread(body: str) -> dict[str, Any]:
    """Return a thread that is closed: a policy that wants every comment resolved waits for those that are not."""
    return {"comments": [{"parentCommentId": 0, "content": body, "commentType": "text"}], "status": "closed"}


def of_pipeline(environment: Mapping[str, str]) -> AzureRepos | None:
    """Return the pull request that a pipeline runs for, None if it runs for none. Raises CommentError."""
    number = environment.get("SYSTEM_PULLREQUEST_PULLREQUESTID", "")
    if not number:
        return None
    provider = environment.get("BUILD_REPOSITORY_PROVIDER", "")
    if provider.lower() != "tfsgit":
        raise CommentError(f"the repository is with {provider or 'nobody known'}, not in Azure Repos; comment there")
    token = environment.get("SYSTEM_ACCESSTOKEN", "")
    if not token:
        raise CommentError("SYSTEM_ACCESSTOKEN is not set; map $(System.AccessToken) to it in the step's env")
    # Without it, who is not signed in is sent to a page that asks for a password.
    wire = Wire(environment.get("SYSTEM_COLLECTIONURI", "").rstrip("/"), token, {"X-TFS-FedAuthRedirect": "Suppress"})
    ids = (environment.get("SYSTEM_TEAMPROJECTID", ""), environment.get("BUILD_REPOSITORY_ID", ""))
    return AzureRepos(wire, *ids, number)
