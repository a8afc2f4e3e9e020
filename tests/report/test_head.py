"""What reports say of the scan itself: what was not judged, what was read unasked, and what is taken for granted."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from scanner.collect.collected import Collected, SnapshotFile
from scanner.graph.coverage import Coverage, Covered, Ground
from scanner.graph.settings import Settings
from scanner.report.html import as_html
from scanner.report.json_v1 import as_json
from scanner.report.junit import as_junit
from scanner.report.markdown import as_markdown
from scanner.report.sarif import as_sarif
from scanner.report.text import as_text
from scanner.report.view import View
from scanner.scan.judging import judge
from scanner.scan.outcome import Scan
from tests.cases import estate
from tests.report.sample import HEADER, SUBSCRIPTION, sample
from tests.report.sarif_schema import violations

SCHEMA = json.loads((Path(as_json.__code__.co_filename).parent / "mlsec-scan-1.schema.json").read_text())
HUB = "99999999-9999-4999-8999-999999999999"
WHY = "no workspace was judged in 1 subscription; check the rights"
FOR_PEOPLE = [as_text, as_markdown, as_html]


def empty() -> Scan:
    return replace(sample(), results=(), solutions=(), waivers=(), not_judged=WHY)


def read(coverage: Coverage | None, neighbours: tuple[str, ...] = ()) -> Scan:
    collected = Collected(
        estate("reference"),
        (),
        "live",
        "public",
        (SUBSCRIPTION,),
        (),
        HEADER.started,
        HEADER.finished,
        coverage=coverage,
        neighbours=neighbours,
    )
    return judge(collected, (), Settings())


OPEN = Coverage([Covered("*", f"/subscriptions/{SUBSCRIPTION}")], [SUBSCRIPTION, HUB.upper()])


# Nothing judged


@pytest.mark.parametrize("write", FOR_PEOPLE)
def test_report_says_that_nothing_was_judged_and_not_that_it_passed(write: Callable[[Scan], str]) -> None:
    report = write(empty())

    assert WHY in report
    assert "passed ✅" not in report
    assert "Nothing failed, and nothing is unknown" not in report


@pytest.mark.parametrize(("view", "place"), [(View(whole=True), -2), (View(), 2)], ids=["whole", "usual"])
def test_text_says_so_below_the_counts(view: View, place: int) -> None:
    counts, said = as_text(empty(), view=view).splitlines()[place:][:2]

    assert counts.startswith("0 failed")
    assert said == WHY


def test_json_says_so_and_follows_the_schema() -> None:
    report = json.loads(as_json(empty()))

    jsonschema.validate(report, SCHEMA)
    assert report["scan"]["not_judged"] == WHY


@pytest.mark.parametrize(("write", "headline"), [(as_markdown, "failed ❌"), (as_html, "of 11 results failed")])
def test_failure_stays_the_headline(write: Callable[[Scan], str], headline: str) -> None:
    assert headline in write(replace(sample(), not_judged=WHY))


@pytest.mark.parametrize(
    ("write", "headline"),
    [(as_markdown, "not everything could be judged ❔"), (as_html, "Nothing failed, but not everything could be read")],
)
def test_subscription_that_was_not_read_takes_the_place_of_a_clean_result(
    write: Callable[[Scan], str], headline: str
) -> None:
    assert headline in write(replace(sample(), results=(), not_judged="nothing was read of subscription x"))


# The horizon


@pytest.mark.parametrize("write", FOR_PEOPLE)
def test_head_names_neighbours_and_the_assumption(write: Callable[[Scan], str]) -> None:
    report = write(read(OPEN, (HUB,))).lower()

    assert "neighbouring subscriptions read unasked" in report
    assert HUB in report
    assert "nothing outside the 2 subscriptions that this identity sees matters" in report


def test_json_has_neighbours_and_horizon_and_follows_the_schema() -> None:
    report = json.loads(as_json(read(OPEN, (HUB,))))

    jsonschema.validate(report, SCHEMA)
    assert report["scan"]["neighbours"] == [HUB]
    assert report["horizon"] == [SUBSCRIPTION, HUB]


def test_one_subscription_is_told_in_the_singular() -> None:
    report = as_text(read(Coverage(horizon=[SUBSCRIPTION])))

    assert "\nassumption: nothing outside the one subscription that this identity sees matters\n" in report


CLOSED = Coverage([Covered("*", f"/subscriptions/{SUBSCRIPTION}", Ground.CLOSED)], [SUBSCRIPTION])


@pytest.mark.parametrize("write", [*FOR_PEOPLE, as_json])
@pytest.mark.parametrize("coverage", [None, CLOSED], ids=["none", "closed"])
def test_source_that_sees_no_horizon_says_nothing_of_one(
    write: Callable[[Scan], str], coverage: Coverage | None
) -> None:
    finished = read(coverage)
    bare = replace(finished, header=replace(finished.header, neighbours=(), horizon=()))

    assert write(finished) == write(bare)
    assert not {"horizon", "assumption", "neighbour"} & {*write(finished).lower().replace(":", " ").split()}


# The snapshot

FILE = SnapshotFile("ab" * 32, edited=True)
WHOLE, EARLIER, ACCEPTED = replace(FILE, edited=False), replace(FILE, edited=None), replace(FILE, accepted=True)
SAID = {
    FILE: "edited after it was saved",
    WHOLE: "as it was saved",
    EARLIER: "without a digest of its rows",
    ACCEPTED: "edited after it was saved, which was accepted",
}


def of(file: SnapshotFile) -> Scan:
    return replace(sample(), header=replace(HEADER, file=file))


@pytest.mark.parametrize("write", [*FOR_PEOPLE, as_junit, as_sarif])
@pytest.mark.parametrize("file", SAID)
def test_head_names_the_snapshot_and_whether_it_was_edited(write: Callable[[Scan], str], file: SnapshotFile) -> None:
    said = " ".join(write(of(file)).split())  # a line may end within the sentence

    assert f"SHA-256 {file.sha256}, {SAID[file]}" in said


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (FILE, {"edited": True}),
        (WHOLE, {"edited": False}),
        (EARLIER, {}),
        (ACCEPTED, {"edited": True, "edited_accepted": True}),
    ],
)
def test_json_names_the_snapshot_and_follows_the_schema(file: SnapshotFile, said: dict[str, bool]) -> None:
    report = json.loads(as_json(of(file)))

    jsonschema.validate(report, SCHEMA)
    assert report["scan"].items() >= {"sha256": file.sha256, **said}.items()
    assert {"edited", "edited_accepted"} & report["scan"].keys() == said.keys()


def test_sarif_with_a_snapshot_follows_its_schema() -> None:
    assert [*violations(json.loads(as_sarif(of(FILE))))] == []
