from __future__ import annotations

import json

import pytest
import responses

from scanner.collect.azure.session.cloud import cloud_of
from scanner.collect.azure.session.wire import Tap, WireError, payload_of
from scanner.model.arm import Json

from .test_session import PATH, URL, session

AZURE = "https://management.azure.com"
ROW = {"id": "/subscriptions/home"}


@pytest.fixture
def rows() -> list[Json]:
    return []


@pytest.fixture
def tap(rows: list[Json]) -> Tap:
    return Tap(cloud_of("public"), rows.extend)


@pytest.mark.parametrize("link", [None, ""])
def test_a_page_without_a_link_is_the_last(tap: Tap, rows: list[Json], link: str | None) -> None:
    assert tap.take_from({"value": [ROW], "nextLink": link}) is None
    assert rows == [ROW]


def test_a_page_with_a_link_leads_on(tap: Tap) -> None:
    assert tap.take_from({"value": [], "nextLink": f"{AZURE}/more"}) == f"{AZURE}/more"


@pytest.mark.parametrize("value", [None, "text", {}, 7])
def test_what_is_not_a_list_of_resources_is_refused_whole(tap: Tap, rows: list[Json], value: object) -> None:
    with pytest.raises(WireError, match="not a list of resources"):
        tap.take_from({"value": value})

    assert rows == []


@pytest.mark.parametrize("row", [None, "text", {}, {"id": None}, {"id": "no-slash"}, 7])
def test_a_row_without_an_id_is_told_and_the_others_are_kept(tap: Tap, rows: list[Json], row: object) -> None:
    tap.take_from({"value": [row, ROW]})

    assert rows == [ROW]
    assert tap.complaints == ["the answer holds rows without an id"]


@pytest.mark.parametrize("value", [[], [ROW]])
def test_an_error_beside_a_list_is_told_and_its_rows_are_kept(tap: Tap, rows: list[Json], value: list[Json]) -> None:
    tap.take_from({"value": value, "error": {"code": "InternalServerError", "message": "Sorry."}})

    assert rows == value
    assert tap.complaints == ["the answer is a list and an error at once: InternalServerError"]


@pytest.mark.parametrize("link", [7, True, {"href": f"{AZURE}/more"}, f" {AZURE}.evil.example"])
def test_a_link_that_is_none_is_refused(tap: Tap, link: object) -> None:
    with pytest.raises(WireError, match="another host"):
        tap.take_from({"value": [ROW], "nextLink": link})


@pytest.mark.parametrize("circle", [1, 2, 5])
def test_a_circle_of_any_length_ends(tap: Tap, circle: int) -> None:
    links = [f"{AZURE}/{number}" for number in range(circle)]
    for link in links:
        tap.take_from({"value": [], "nextLink": link})

    with pytest.raises(WireError, match="circle"):
        tap.take_from({"value": [], "nextLink": links[0]})


@pytest.mark.parametrize(
    "body",
    [
        b'{"name": "caf\xc3\xa9", "count": 123456789012345678901}',
        b'\xef\xbb\xbf{"name": "with a byte order mark"}',
        b'{"name": "an unpaired surrogate: \\ud800"}',
        b'{"count": [1e400, -0.5, NaN]}',
    ],
)
@responses.activate
def test_answers_are_read_as_json_reads_them(body: bytes) -> None:
    responses.get(URL, body=body, content_type="application/json")

    assert repr(payload_of(session().get(PATH, {}))) == repr(json.loads(body))
