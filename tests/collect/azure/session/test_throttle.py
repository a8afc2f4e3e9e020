from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from scanner.collect.azure.session.throttle import Heard, heard, retry_after

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("17", 17.0),
        (" 0.5 ", 0.5),
        ("86400", 3600.0),
        ("inf", 3600.0),
        ("0", None),
        ("-1", None),
        ("nan", None),
        ("", None),
        ("soon", None),
        ("Mon, 99 Foo 2026", None),
        ("9" * 4500, 3600.0),
        ("-" + "9" * 4500, None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 3600.0),
        ("Fri, 31 Dec 9999 23:59:59 -2359", 3600.0),
        ("Sat, 01 Jan 10000 00:00:00 GMT", None),
        ("Fri, 31 Dec 99999999999999999999 23:59:59 GMT", None),
        (f"Fri, 31 Dec {'9' * 4500} 23:59:59 GMT", None),
        ("Sat, 01 Jan 0001 00:00:00 +2359", None),
        ("Fri, 31 Dec 2027 23:59:59 +99999999", None),
        ("\u0663", 3.0),
        (format_datetime(NOW + timedelta(seconds=30), usegmt=True), 30.0),
        (format_datetime(NOW - timedelta(seconds=30), usegmt=True), None),
    ],
)
def test_a_pause_is_read_in_seconds_or_as_a_date_by_the_servers_clock(text: str, seconds: float | None) -> None:
    assert retry_after({"Retry-After": text, "Date": format_datetime(NOW, usegmt=True)}) == seconds


def test_a_date_without_the_servers_clock_is_read_by_ours() -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=600), usegmt=True)

    assert 590 <= (retry_after({"Retry-After": until}) or 0) <= 600


@pytest.mark.parametrize(
    ("headers", "left"),
    [
        ({}, None),
        ({"x-ms-ratelimit-remaining-subscription-reads": "11"}, 11),
        ({"x-ms-ratelimit-remaining-tenant-reads": "12"}, 12),
        (
            {
                "x-ms-ratelimit-remaining-subscription-reads": "249",
                "x-ms-ratelimit-remaining-subscription-global-reads": "7",
            },
            7,
        ),
        ({"x-ms-user-quota-remaining": "0"}, 0),
        ({"x-ms-ratelimit-remaining-subscription-reads": "many"}, None),
        ({"x-ms-ratelimit-remaining-subscription-reads": "-3"}, None),
        ({"x-ms-ratelimit-remaining-subscription-reads": "9" * 4500}, None),
        ({"x-ms-ratelimit-remaining-subscription-reads": "\u00b2"}, None),
        ({"x-ms-ratelimit-remaining-resource": "Microsoft.Compute/HighCostGet3Min;0"}, None),
    ],
)
def test_the_smallest_count_is_what_is_left(headers: dict[str, str], left: int | None) -> None:
    assert heard(200, headers) == Heard(refused=False, left=left, resets=None, wait=None)


@pytest.mark.parametrize(
    ("status", "wait"), [(200, None), (404, None), (409, None), (500, None), (429, 9.0), (503, 9.0)]
)
def test_who_refuses_or_is_not_there_may_ask_for_a_pause(status: int, wait: float | None) -> None:
    assert heard(status, {"Retry-After": "9"}) == Heard(status == 429, None, None, wait)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("00:00:04", 4.0),
        ("00:01:30", 90.0),
        ("04", None),
        ("a:b:c", None),
        ("00:00:00", None),
        ("1:" * 9, None),
        ("9" * 4500 + ":0:0", None),
        ("0:0:-1", None),
    ],
)
def test_a_refused_query_waits_for_its_quota(text: str, seconds: float | None) -> None:
    said = heard(429, {"x-ms-user-quota-remaining": "0", "x-ms-user-quota-resets-after": text})

    assert said == Heard(refused=True, left=0, resets=seconds, wait=seconds)


@pytest.mark.parametrize("date", ["", "9" * 4500, "Fri, 31 Dec 9999 23:59:59 GMT", "Sat, 01 Jan 0001 00:00:00 +2359"])
def test_the_servers_clock_may_say_anything(date: str) -> None:
    said = retry_after({"Retry-After": "Fri, 31 Dec 2027 23:59:59 GMT", "Date": date})

    assert said is None or 0 < said <= 3600
