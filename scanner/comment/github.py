"""A comment on a pull request of GitHub, or of a GitHub Enterprise Server.

By GraphQL: REST does not tell whose comment it is that a token sees, and somebody else's may begin with our mark.
docs.github.com/graphql: "Objects" (IssueComment.viewerDidAuthor), "Mutations" (addComment, updateIssueComment), "Rate
limits and query limits for the GraphQL API"; docs.github.com/actions: "Variables reference". Read 2026-11-29.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scanner.comment.body import body_of, mark_of
from scanner.comment.wire import Wire
from scanner.errors import CommentError
from scanner.system.reading import MIB, read_bounded

LONGEST = 65_536
"""Characters of a comment: "Body is too long (maximum is 65536 characters)", astral-sh/ruff issue 4135, 2023-04-27."""

_MOST_PAGES = 50
_EVENT_MOST = 32 * MIB
"""An event's payload is 25 MB at most (docs.github.com, "Webhook events and payloads")."""

_LIST = """query($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) { pullRequest(number: $number) {
    id comments(first: 100, after: $after) {
      nodes { id body viewerDidAuthor } pageInfo { endCursor hasNextPage } } } } }"""
_ADD = "mutation($id: ID!, $body: String!) { addComment(input: {subjectId: $id, body: $body}) { clientMutationId } }"
_UPDATE = (
    "mutation($id: ID!, $body: String!) { updateIssueComment(input: {id: $id, body: $body}) { clientMutationId } }"
)


@dataclass(frozen=True, slots=True)
class GitHub:
    """The pull request of a workflow's run."""

    wire: Wire
    repository: str
    number: int

    def put(self, report: str, name: str) -> str:
        """Make the comment with a name, or bring it up to date; return what was done. Raises CommentError."""
        body = body_of(report, name, LONGEST)
        pull_request, found = self._found(mark_of(name))
        if found is None:
            self._ask(_ADD, {"id": pull_request, "body": body})
            return f"commented on pull request {self.number}"
        self._ask(_UPDATE, {"id": found, "body": body})
        return f"updated the comment on pull request {self.number}"

    def _found(self, mark: str) -> tuple[str, str | None]:
        """Return the ids of the pull request and of our comment there, None without one."""
        pull_request = ""
        for page in self._pages():
            pull_request = page["id"]
            for each in page["comments"]["nodes"]:
                if each is not None and each["viewerDidAuthor"] and each["body"].startswith(mark):
                    return pull_request, each["id"]
        return pull_request, None

    def _pages(self) -> Iterator[Any]:
        owner, _, name = self.repository.partition("/")
        after = None
        for _ in range(_MOST_PAGES):
            data = self._ask(_LIST, {"owner": owner, "name": name, "number": self.number, "after": after})
            page = data["repository"]["pullRequest"]
            yield page
            if not page["comments"]["pageInfo"]["hasNextPage"]:
                return
            after = page["comments"]["pageInfo"]["endCursor"]

    def _ask(self, query: str, variables: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
        """Return what a query gives. Raises CommentError for a refusal; GraphQL refuses with 200 as well."""
        answer = self.wire.call("POST", "", {"query": query, "variables": variables})
        if answer.is_good and isinstance(answer.body, dict) and not answer.body.get("errors"):
            return answer.body["data"]
        raise CommentError(f"GitHub refuses, {_refusal(answer.says, answer.body)}; {_ADVICE}")


_ADVICE = (
    "the job needs `permissions: pull-requests: write`, and a run for a fork's pull request has a token that only reads"
)


def _refusal(says: str, body: object) -> str:
    errors = body.get("errors") if isinstance(body, dict) else None
    told = [str(each.get("message"))[:200] for each in errors or () if isinstance(each, dict)]
    return "; ".join(told) or says


def of_workflow(environment: Mapping[str, str]) -> GitHub | None:
    """Return the pull request that a workflow runs for, None if it runs for none. Raises CommentError."""
    number = _number(environment)
    if number is None:
        return None
    token, url = environment.get("GITHUB_TOKEN", ""), environment.get("GITHUB_GRAPHQL_URL", "")
    if not token:
        raise CommentError("GITHUB_TOKEN is not set; hand `github.token` over in the step's env")
    return GitHub(Wire(url, token), environment.get("GITHUB_REPOSITORY", ""), number)


def _number(environment: Mapping[str, str]) -> int | None:
    """Read the pull request's number from the event: `pull_request` and its kin, or a comment on one."""
    path = environment.get("GITHUB_EVENT_PATH")
    try:
        event = json.loads(read_bounded(Path(path), _EVENT_MOST)) if path else {}
    except (OSError, ValueError, RecursionError) as error:
        raise CommentError(f"the event of this run cannot be read: {error}") from error
    issue = event.get("issue") or {}
    found = event.get("pull_request") or (issue if "pull_request" in issue else {})
    return found.get("number")
