"""`mlsec-scan comment` against stand-ins of both platforms: made, kept up to date, refused, too fast, without one."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.comment.body import body_of, mark_of
from tests.collect.tls import private_authority

from .platforms import TOKEN, AzureDevOps, GitHub, Job, Platform, Said

MARK = mark_of("mlsec-scan")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    return private_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def github(authority: tuple[Path, ssl.SSLContext]) -> Iterator[GitHub]:
    with GitHub(authority[1]) as platform:
        yield platform


@pytest.fixture
def azure(authority: tuple[Path, ssl.SSLContext]) -> Iterator[AzureDevOps]:
    with AzureDevOps(authority[1]) as platform:
        yield platform


@pytest.fixture
def job(tmp_path: Path, authority: tuple[Path, ssl.SSLContext]) -> Job:
    return Job(tmp_path, authority[0])


# GitHub


def test_on_github_one_comment_is_made_and_then_kept_up_to_date(github: GitHub, job: Job) -> None:
    github.comments += [["somebody", f"{MARK}\nall is well"], *[["somebody", "hm"]] * 150, ["github-actions", "built"]]
    first = job.comment(github)
    job.report.write_text("## mlsec-scan: passed ✅\n")
    second, other = job.comment(github), job.comment(github, "--name", "prod -->")

    assert [each.returncode for each in (first, second, other)] == [0, 0, 0], first.stderr + second.stderr
    assert first.stderr == "commented on pull request 7\n"
    assert second.stderr == "updated the comment on pull request 7\n"
    assert first.stdout + second.stdout == ""
    assert github.comments[0] == ["somebody", f"{MARK}\nall is well"]
    assert github.comments[152:] == [
        ["github-actions", f"{MARK}\n## mlsec-scan: passed ✅\n"],
        ["github-actions", "<!-- mlsec-scan:prod%20%2D%2D%3E -->\n## mlsec-scan: passed ✅\n"],
    ]


def test_on_github_who_may_not_write_is_told_what_the_job_needs(github: GitHub, job: Job) -> None:
    github.may_write = False
    done = job.comment(github)

    assert done.returncode == 4
    assert "Resource not accessible by integration" in done.stderr
    assert "pull-requests: write" in done.stderr
    assert github.comments == []


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (Said(429, {"message": "You have exceeded a secondary rate limit"}, {"Retry-After": "1"}), 0),
        (Said(403, {"message": "rate limit"}, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "NOW"}), 0),
        (Said(403, {"message": "You have exceeded a secondary rate limit"}, {"Retry-After": "3600"}), 4),
        (Said(200, {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}), 4),
        (Said(301, {"message": "Moved Permanently"}, {"Location": "https://elsewhere.example/"}), 4),
        (Said(502, "no JSON object"), 4),
        (Said(200, {"data": {"repository": None}}), 4),
    ],
    ids=["too fast", "limit ends soon", "limit ends in an hour", "by the body", "moved", "broken", "another form"],
)
def test_on_github_a_refusal_is_waited_out_for_a_minute_at_most(
    refusal: Said, code: int, github: GitHub, job: Job
) -> None:
    headers = {name: value.replace("NOW", str(int(time.time()))) for name, value in refusal.headers.items()}
    github.refusals = [Said(refusal.status, refusal.body, headers)]
    done = job.comment(github)

    assert done.returncode == code, done.stderr
    assert len(github.comments) == (code == 0)
    assert len(done.stderr.splitlines()) == 1
    assert "elsewhere" not in str(github.asked)


def test_on_github_a_run_for_no_pull_request_comments_on_none(github: GitHub, job: Job) -> None:
    pushed = job.comment(github, GITHUB_EVENT_PATH=str(job.event({"ref": "refs/heads/main"})))
    said = {"issue": {"number": 7, "pull_request": {}}, "comment": {}}
    asked_for = job.comment(github, GITHUB_EVENT_PATH=str(job.event(said)))

    assert (pushed.returncode, pushed.stderr) == (0, "this run is for no pull request; nothing was commented\n")
    assert (asked_for.returncode, len(github.comments)) == (0, 1)


def test_a_comment_is_no_longer_than_the_platform_takes(github: GitHub, azure: AzureDevOps, job: Job) -> None:
    job.report.write_text("".join(f"{number} 🔒 a line of a report\n" for number in range(10_000)))
    done = [job.comment(github), job.comment(azure)]
    (_, body), (thread,) = github.comments[0], azure.threads

    assert [each.returncode for each in done] == [0, 0], done
    for text, longest in ((body, 65_536), (thread["comments"][0]["content"], 150_000)):
        assert longest - 100 < len(text.encode("utf-16-le")) // 2 <= longest
        assert text.startswith(f"{MARK}\n0 🔒 a line of a report\n1 ")
        assert text.endswith("report\n*The rest is left out here; the other reports have it.*")


def test_what_fits_is_left_as_it_is() -> None:
    assert body_of("a\n" * 10, "x", 100) == mark_of("x") + "\n" + "a\n" * 10


# Azure DevOps


def test_on_azure_devops_one_thread_is_made_and_then_kept_up_to_date(azure: AzureDevOps, job: Job) -> None:
    azure.thread("somebody", f"{MARK}\nall is well")
    azure.thread("build-service", f"{MARK}\nthrown away", isDeleted=True)
    azure.thread("build-service", "another tool's", status="active")
    first = job.comment(azure)
    azure.threads[3]["comments"].append({"id": 2, "author": {"id": "somebody"}, "content": "why?"})
    job.report.write_text("## mlsec-scan: passed ✅\n")
    second = job.comment(azure)

    assert (first.returncode, first.stderr) == (0, "commented on pull request 9\n")
    assert (second.returncode, second.stderr) == (0, "updated the comment on pull request 9\n")
    assert len(azure.threads) == 4
    assert azure.threads[0]["comments"][0]["content"] == f"{MARK}\nall is well"
    assert azure.threads[3]["comments"][0]["content"] == f"{MARK}\n## mlsec-scan: passed ✅\n"
    assert azure.threads[3]["status"] == "closed"
    assert [method for method, _ in azure.asked] == ["GET", "GET", "POST", "GET", "GET", "PATCH"]


def test_on_azure_devops_refusals_are_told_with_the_permission_that_lacks(azure: AzureDevOps, job: Job) -> None:
    azure.may_write = False
    denied = job.comment(azure)
    azure.refusals = [Said(203, "<html>sign in</html>")]
    signed_out = job.comment(azure)
    azure.may_write, azure.refusals = True, [Said(429, {"message": "TF400733"}, {"Retry-After": "1"})]
    slower = job.comment(azure)

    assert (denied.returncode, signed_out.returncode, slower.returncode) == (4, 4, 0)
    assert "TF401027" in denied.stderr
    assert "Contribute to pull requests" in denied.stderr
    assert "203" in signed_out.stderr
    assert len(azure.threads) == 1


def test_on_azure_devops_other_runs_comment_on_none(azure: AzureDevOps, job: Job) -> None:
    manual = job.comment(azure, SYSTEM_PULLREQUEST_PULLREQUESTID="")
    elsewhere = job.comment(azure, BUILD_REPOSITORY_PROVIDER="GitHub")

    assert (manual.returncode, manual.stderr) == (0, "this run is for no pull request; nothing was commented\n")
    assert (elsewhere.returncode, azure.asked) == (4, [])
    assert "GitHub" in elsewhere.stderr


# Both


@pytest.mark.parametrize("platform", ["github", "azure"])
def test_a_token_goes_over_tls_alone_and_shows_nowhere(platform: str, job: Job, request: pytest.FixtureRequest) -> None:
    served: Platform = request.getfixturevalue(platform)
    variables = job.of(served)
    plain = {name: value.replace("https:", "http:") for name, value in variables.items()}
    in_clear = job.run(plain)
    untrusted = job.run(variables | {"REQUESTS_CA_BUNDLE": ""})
    without = job.run(variables | {"GITHUB_TOKEN": "", "SYSTEM_ACCESSTOKEN": ""})
    served.refusals = [Said(403, {"message": f"no, Bearer {TOKEN}\n::error::x"})]
    reflected = job.run(variables)

    assert [each.returncode for each in (in_clear, untrusted, without, reflected)] == [4, 4, 4, 4]
    assert len(served.asked) == 1
    assert "TLS" in in_clear.stderr
    assert "TOKEN is not set" in without.stderr
    assert TOKEN not in in_clear.stderr + untrusted.stderr + reflected.stderr
    assert len(reflected.stderr.splitlines()) == 1


def test_outside_of_a_pipeline_or_without_a_text_it_is_a_mistake(github: GitHub, job: Job) -> None:
    nowhere = job.run({})
    job.report.write_bytes(b"\xff\xfe\x00")
    binary = job.comment(github)
    job.report.unlink()
    missing = job.comment(github)

    assert [each.returncode for each in (nowhere, binary, missing)] == [2, 2, 2]
    assert "GitHub Actions" in nowhere.stderr
    assert github.asked == []
