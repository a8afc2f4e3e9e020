from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from scanner.simulator import Limits, Simulator
from scanner.simulator.limits import GRAPH, TENANT, Meter

from .support import EMPTY_SUB, ESTATE, SUB, VERSION, get, send

READS = "x-ms-ratelimit-remaining-subscription-reads"
QUERIES = "/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01"


class Clock:
    """A clock that is moved by hand."""

    seconds = 50.0

    def __call__(self) -> float:
        """Return the time."""
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def meter(clock: Clock) -> Meter:
    return Meter(Limits(), clock)


def served(meter: Meter, scope: str, requests: int) -> int:
    return sum(meter.spend(scope).served for _ in range(requests))


@pytest.mark.parametrize("scope", ["home", TENANT])
def test_250_reads_are_served_at_once_and_25_a_second(meter: Meter, clock: Clock, scope: str) -> None:
    at_once = served(meter, scope, 300)
    clock.seconds += 2.0

    assert (at_once, served(meter, scope, 300)) == (250, 50)


def test_a_bucket_holds_no_more_than_250(meter: Meter, clock: Clock) -> None:
    served(meter, "home", 300)
    clock.seconds += 3600.0

    assert served(meter, "home", 300) == 250


def test_scopes_are_counted_apart(meter: Meter) -> None:
    assert [served(meter, scope, 300) for scope in ("home", "hub", TENANT, GRAPH)] == [250, 250, 250, 15]


def test_a_read_tells_what_is_left(meter: Meter) -> None:
    assert [meter.spend("home").headers for _ in range(2)] == [{READS: "249"}, {READS: "248"}]
    assert meter.spend(TENANT).headers == {"x-ms-ratelimit-remaining-tenant-reads": "249"}


def test_15_queries_are_served_in_a_window_of_five_seconds(meter: Meter, clock: Clock) -> None:
    at_once = served(meter, GRAPH, 20)
    clock.seconds += 4.9
    late = meter.spend(GRAPH)
    clock.seconds += 0.1

    assert (at_once, late.served, late.retry_after) == (15, False, 1)
    assert late.headers == {"x-ms-user-quota-remaining": "0", "x-ms-user-quota-resets-after": "00:00:01"}
    assert served(meter, GRAPH, 20) == 15


def test_limits_may_run_faster(clock: Clock) -> None:
    meter = Meter(Limits(speed=10.0), clock)
    served(meter, "home", 300)
    served(meter, GRAPH, 300)
    clock.seconds += 0.5

    assert (served(meter, "home", 300), served(meter, GRAPH, 300)) == (125, 15)


def test_a_read_beyond_the_limit_is_answered_429_with_a_pause() -> None:
    with Simulator(ESTATE, limits=Limits(reads_at_once=2, reads_per_second=0.1)) as simulator:
        answers = [get(simulator, SUB) for _ in range(3)]
        elsewhere = get(simulator, EMPTY_SUB)

    assert [each.status for each in answers] == [200, 200, 429]
    assert [each.headers[READS] for each in answers] == ["1", "0", "0"]
    assert answers[2].code == "SubscriptionRequestsThrottled"
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 10
    assert elsewhere.status == 200


def test_a_query_beyond_the_limit_is_answered_429_until_the_quota_resets() -> None:
    with Simulator(ESTATE, limits=Limits(queries=1, query_seconds=3600)) as simulator:
        answers = [send(simulator, "POST", QUERIES) for _ in range(2)]

    assert answers[0].status != 429
    assert answers[1].status == 429
    assert answers[1].headers["x-ms-user-quota-remaining"] == "0"
    assert answers[1].headers["x-ms-user-quota-resets-after"] in {"01:00:00", "00:59:59"}


def test_many_threads_get_no_more_than_there_is() -> None:
    limits = Limits(reads_at_once=20, reads_per_second=0.001)
    with Simulator(ESTATE, limits=limits) as simulator, ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: get(simulator, SUB, VERSION).status, range(40)))

    assert (statuses.count(200), statuses.count(429)) == (20, 20)
