"""Every fuzz target on inputs that Hypothesis makes: what is odd is refused or unknown, and nothing breaks."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.dice import Dice
from tests.fuzz.mutations import ODD, as_json, mutated_estate
from tests.fuzz.targets import TARGETS

FEW, SOME, MANY = 25, 100, 400
EXAMPLES = dict.fromkeys(("pages", "reports", "verdicts", "snapshot-lines", "probe-answers"), FEW) | dict.fromkeys(
    ("framework", "redaction", "references", "names", "earlier-report", "decoder", "security-groups", "probe-file"),
    SOME,
)
"""How many inputs a target gets that takes longer than a millisecond with each."""

INPUTS = st.binary(min_size=40, max_size=400)


@pytest.mark.parametrize("name", TARGETS)
def test_no_input_breaks(name: str) -> None:
    target = TARGETS[name]

    # The same inputs in every run: a check that fails by chance stops whoever did nothing. `make fuzz` finds new ones.
    @settings(
        max_examples=EXAMPLES.get(name, MANY),
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(INPUTS)
    def holds(data: bytes) -> None:
        target(data)

    holds()


def test_every_byte_counts() -> None:
    drawn = {as_json(mutated_estate(Dice(random.Random(seed).randbytes(60)))) for seed in range(30)}  # noqa: S311 - no secret

    assert len(drawn) == 30


def test_the_same_bytes_make_the_same_estate() -> None:
    data = random.Random(1).randbytes(60)  # noqa: S311 - no secret

    assert as_json(mutated_estate(Dice(data))) == as_json(mutated_estate(Dice(data)))


def test_dice_come_to_an_end() -> None:
    dice = Dice(b"\x07\x09")

    assert (dice.below(5), dice.flag(), dice.pick(ODD), dice.word()) == (2, True, ODD[0], "")
    assert not dice
