"""A private path takes its steps in order and ends at the first that breaks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scanner.domain.dns import Outcome, Resolution
from scanner.domain.dns import Step as Station
from scanner.domain.journey import Step
from scanner.domain.reach import name_steps, path_of
from scanner.model.arm import ArmId

HERE = ArmId("/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/here")
ZONE = ArmId("/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/privateDnsZones/zone")


def step(says: str, *, ok: bool | None) -> Step:
    return Step(HERE, says, ok)


def test_path_ends_with_the_step_that_breaks_and_asks_for_no_more() -> None:
    asked = []

    def steps() -> Iterator[Step]:
        for says, ok in (("one", True), ("two", False), ("three", True)):
            asked.append(says)
            yield step(says, ok=ok)

    path = path_of(steps())

    assert [each.says for each in path.steps] == ["one", "two"] == asked
    assert path.leads_there is False


@pytest.mark.parametrize(
    ("oks", "leads_there", "weakest"),
    [
        ((True, True), True, 1),
        ((True, None, True), None, 1),
        ((None, False), False, 1),
        ((None, True), None, 0),
    ],
)
def test_weakest_step_is_the_broken_one_then_the_unknown_one(
    oks: tuple[bool | None, ...], leads_there: bool | None, weakest: int
) -> None:
    path = path_of([step(str(place), ok=ok) for place, ok in enumerate(oks)])

    assert path.leads_there is leads_there
    assert path.weakest.says == str(weakest)


@pytest.mark.parametrize(
    ("outcome", "ok"),
    [(Outcome.PRIVATE, True), (Outcome.PUBLIC, False), (Outcome.NO_SUCH_NAME, False), (Outcome.UNKNOWN, None)],
)
def test_only_a_private_answer_leads_on(outcome: Outcome, ok: bool | None) -> None:
    found = Resolution(outcome, "because", steps=(Station(HERE, "asked"), Station(ZONE, "answered")))
    steps = list(name_steps("name", found, HERE))

    assert [each.ok for each in steps] == [True, ok]
    assert steps[-1].at == ZONE


def test_answer_without_stations_is_told_where_it_was_asked() -> None:
    (only,) = name_steps("name", Resolution(Outcome.UNKNOWN, "the server was not seen"), HERE)

    assert (only.at, only.says, only.ok) == (HERE, "name: the server was not seen", None)
