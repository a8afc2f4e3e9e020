"""Stand-ins of what GitHub and Azure DevOps answer to who comments, over TLS on loopback, as their documents have it.

GitHub: docs.github.com/graphql/reference (IssueComment, addComment, updateIssueComment), "Rate limits and query limits
for the GraphQL API"; the refusal as cli/cli issue 8374 and fgrosse/go-coverage-report issue 15 show it. Azure DevOps:
MicrosoftDocs/vsts-rest-api-specs, git/7.1/git.json at adb2878 (threads, comments, enumerations by name); 403 with
TF401027 as githubnext/ado-aw, docs/safe-output-permissions.md; limits as learn.microsoft.com/azure/devops/integrate/
concepts/rate-limits. Read 2026-11-29.
"""

from __future__ import annotations

import json
import re
import ssl
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from subprocess import CompletedProcess
from threading import Thread
from typing import Any, Self

from tests import program

TOKEN = "a-token-of-one-run-0123456789"  # noqa: S105 - nobody's
PER_PAGE = 100


@dataclass(frozen=True)
class Said:
    """One answer."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)


class Platform(ABC):
    """Serves while the block runs. `refusals` are said first, one a request; `asked` are the requests."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        self.refusals: list[Said] = []
        self.asked: list[tuple[str, str]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"https://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, method: str, target: str, authorization: str, body: Any) -> Said:  # noqa: ANN401 - JSON
        """Refuse who is not signed in, then as is wanted; else answer."""
        self.asked.append((method, target))
        if authorization != f"Bearer {TOKEN}":
            return Said(401, {"message": "Bad credentials"})
        return self.refusals.pop(0) if self.refusals else self.honest(method, target, body)

    @abstractmethod
    def honest(self, method: str, target: str, body: Any) -> Said:  # noqa: ANN401 - JSON
        """Answer somebody who may ask."""


class GitHub(Platform):
    """One pull request; comments are (author, body), and we are "github-actions"."""

    def __init__(self, tls: ssl.SSLContext, number: int = 7) -> None:
        super().__init__(tls)
        self.number = number
        self.comments: list[list[str]] = []
        self.may_write = True

    def honest(self, method: str, target: str, body: Any) -> Said:  # noqa: ANN401 - JSON
        """Answer a query or a mutation."""
        if (method, target) != ("POST", "/graphql"):
            return Said(404, {"message": "Not Found"})
        given = body["variables"]
        kind = re.match(r"(query|mutation)\([^)]*\)\s*\{\s*(\w+)", body["query"])
        assert kind is not None
        if kind[2] == "repository":
            return self._listed(given)
        if not self.may_write:
            refused = {"type": "FORBIDDEN", "path": [kind[2]], "message": "Resource not accessible by integration"}
            return Said(200, {"data": {kind[2]: None}, "errors": [refused]})
        if len(given["body"].encode("utf-16-le")) // 2 > 65_536:
            return Said(200, {"data": None, "errors": [{"message": "Body is too long (maximum is 65536 characters)"}]})
        if kind[2] == "addComment":
            assert given["id"] == "PR_1"
            self.comments.append(["github-actions", given["body"]])
        else:
            assert kind[2] == "updateIssueComment"
            self.comments[int(given["id"].removeprefix("IC_"))][1] = given["body"]
        return Said(200, {"data": {kind[2]: {"clientMutationId": None}}})

    def _listed(self, given: dict[str, Any]) -> Said:
        if (given["owner"], given["name"], given["number"]) != ("acme", "estate", self.number):
            missing = {"type": "NOT_FOUND", "path": ["repository"], "message": "Could not resolve to a Repository"}
            return Said(200, {"data": {"repository": None}, "errors": [missing]})
        begin = int(given["after"] or 0)
        nodes = [
            {"id": f"IC_{place}", "body": body, "viewerDidAuthor": author == "github-actions"}
            for place, (author, body) in enumerate(self.comments)
        ][begin : begin + PER_PAGE]
        end = begin + len(nodes)
        info = {"endCursor": str(end), "hasNextPage": end < len(self.comments)}
        pull_request = {"id": "PR_1", "comments": {"nodes": nodes, "pageInfo": info}}
        return Said(200, {"data": {"repository": {"pullRequest": pull_request}}})


_THREADS = "/project-id/_apis/git/repositories/repository-id/pullRequests/9/threads"


class AzureDevOps(Platform):
    """One pull request; its threads as they are listed, and we are "build-service"."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        super().__init__(tls)
        self.threads: list[dict[str, Any]] = []
        self.may_write = True

    def thread(self, author: str, content: str, **more: object) -> dict[str, Any]:
        """Make a thread with one comment."""
        comment = {"id": 1, "parentCommentId": 0, "author": {"id": author}, "content": content, "commentType": "text"}
        made = {"id": len(self.threads) + 1, "comments": [comment], "isDeleted": False, **more}
        self.threads.append(made)
        return made

    def honest(self, method: str, target: str, body: Any) -> Said:  # noqa: ANN401 - JSON
        """List the threads, or write into one."""
        path, _, query = target.partition("?")
        if path == "/_apis/connectionData":
            return Said(200, {"authenticatedUser": {"id": "build-service"}})
        if query != "api-version=7.1" or not path.startswith(_THREADS):
            return Said(404, {"message": "TF401019: The Git repository does not exist."})
        if method == "GET":
            return Said(200, {"value": self.threads, "count": len(self.threads)})
        return self._written(method, path, body)

    def _written(self, method: str, path: str, body: Any) -> Said:  # noqa: ANN401 - JSON
        content = body["comments"][0]["content"] if method == "POST" else body["content"]
        if not self.may_write:
            return Said(403, {"message": "TF401027: You need the Git 'PullRequestContribute' permission"})
        if len(content.encode("utf-16-le")) // 2 > 150_000:
            return Said(400, {"message": "A discussion comment cannot be longer than 150000 characters."})
        if method == "POST":
            return Said(200, self.thread("build-service", content, status=body["status"]))
        thread, comment = re.fullmatch(r"/(\d+)/comments/(\d+)", path.removeprefix(_THREADS)).groups()  # type: ignore[union-attr]
        found = next(each for each in self.threads[int(thread) - 1]["comments"] if each["id"] == int(comment))
        found["content"] = content
        return Said(200, found)


def _handler(platform: Platform) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # http.server's name
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            authorization = self.headers.get("Authorization", "")
            said = platform.answer(self.command, self.path, authorization, json.loads(sent or b"null"))
            content = json.dumps(said.body).encode()
            self.send_response(said.status)
            for name, value in {"Content-Length": str(len(content)), **said.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_PATCH = do_POST  # noqa: N815 - http.server's names

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    return Handler


class Job:
    """A job of a platform's, with a folder, and the variables that it sets."""

    def __init__(self, folder: Path, authority: Path) -> None:
        self.folder = folder
        self.authority = authority
        self.report = folder / "mlsec-scan.md"
        self.report.write_text("## mlsec-scan: failed ❌\n")

    def of(self, platform: Platform) -> dict[str, str]:
        """Return a platform's variables in a run for a pull request."""
        trust = {"REQUESTS_CA_BUNDLE": str(self.authority)}
        if isinstance(platform, AzureDevOps):
            return trust | {
                "TF_BUILD": "True",
                "SYSTEM_COLLECTIONURI": f"{platform.url}/",
                "SYSTEM_TEAMPROJECTID": "project-id",
                "BUILD_REPOSITORY_ID": "repository-id",
                "BUILD_REPOSITORY_PROVIDER": "TfsGit",
                "SYSTEM_PULLREQUEST_PULLREQUESTID": "9",
                "SYSTEM_ACCESSTOKEN": TOKEN,
            }
        return trust | {
            "GITHUB_ACTIONS": "true",
            "GITHUB_GRAPHQL_URL": f"{platform.url}/graphql",
            "GITHUB_REPOSITORY": "acme/estate",
            "GITHUB_EVENT_PATH": str(self.event({"pull_request": {"number": 7}})),
            "GITHUB_TOKEN": TOKEN,
        }

    def event(self, payload: Mapping[str, object]) -> Path:
        """Write the event that began a run."""
        path = self.folder / f"{'-'.join(payload)}.json"
        path.write_text(json.dumps(payload))
        return path

    def comment(self, platform: Platform, *more: str, **variables: str) -> CompletedProcess[str]:
        """Run the command as the job would."""
        return self.run({**self.of(platform), **variables}, *more)

    def run(self, variables: dict[str, str], *more: str) -> CompletedProcess[str]:
        """Run the command with variables of one's own."""
        return program.run(("comment", str(self.report), *more), program.PLAIN | variables, None)
