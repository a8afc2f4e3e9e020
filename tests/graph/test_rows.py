"""Rows that are packed answer as rows that are held, wherever they lie."""

from __future__ import annotations

import os
import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import OutputError
from scanner.graph.rows import HeldRows, PackedRows, Rows, key_of

TEXT = st.text(st.characters(), max_size=8)
"""Also unpaired surrogates, which JSON can spell and UTF-8 cannot."""
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
NAMES = st.text("aAbB/\n\ud800", max_size=4)
ROWS = st.lists(
    st.builds(
        lambda name, value: {"id": f"/subscriptions/{name}", "properties": value},
        NAMES,
        VALUES,
    )
)


def row(name: str, **properties: object) -> dict[str, Any]:
    return {"id": f"/subscriptions/{name}", "properties": properties}


@given(rows=ROWS, in_memory=st.sampled_from([0, 60, 10_000]))
def test_packed_rows_answer_as_held_ones(rows: list[dict[str, Any]], in_memory: int) -> None:
    packed, held = PackedRows(rows, in_memory), HeldRows(rows)
    assert isinstance(packed, Rows)
    assert isinstance(held, Rows)
    assert packed.keys() == held.keys()
    assert [packed.row(key) for key in packed.keys()] == [held.row(key) for key in held.keys()]  # noqa: SIM118
    assert list(packed) == [held.row(key) for key in held.keys()]  # noqa: SIM118
    assert all(packed.holds(key_of(each)) for each in rows)
    assert not packed.holds("/subscriptions/none")


@given(rows=ROWS, replaced=VALUES)
def test_a_replaced_row_keeps_its_place(rows: list[dict[str, Any]], replaced: object) -> None:
    packed = PackedRows(rows, 50)
    before = packed.keys()
    for key in before:
        packed.replace({"id": key.upper(), "properties": replaced})
    assert packed.keys() == before
    assert all(each["properties"] == replaced for each in packed)


def test_of_two_rows_with_one_id_the_first_counts() -> None:
    packed = PackedRows([row("a", first=True)])
    assert not packed.add(row("A/", first=False))
    assert list(packed) == [row("a", first=True)]


def test_rows_are_a_sequence_in_id_order() -> None:
    packed = PackedRows([row("b"), row("C"), row("a")])
    assert [each["id"] for each in packed] == ["/subscriptions/a", "/subscriptions/b", "/subscriptions/C"]
    assert packed[0] == row("a")
    assert packed[-1] == row("C")
    assert packed[1:] == (row("b"), row("C"))
    assert packed == [row("a"), row("b"), row("C")]
    assert packed != [row("a"), row("b"), row("c")]
    assert packed != [row("a")]


def test_many_threads_add_each_row_once() -> None:
    packed = PackedRows(in_memory=500)
    names = [f"{number:03}" for number in range(200)] * 4
    with ThreadPoolExecutor(8) as pool:
        new = list(pool.map(lambda name: packed.add(row(name, is_=name)), names))
    assert sum(new) == 200
    assert [each["properties"] for each in packed] == [{"is_": f"{number:03}"} for number in range(200)]


def test_a_forked_process_reads_the_rows_beside_its_parent() -> None:
    packed = PackedRows((row(f"{number:03}", text="x" * number) for number in range(100)), in_memory=500)
    child = os.fork()
    if child == 0:
        os._exit(0 if [len(str(each["id"])) for each in packed] == [18] * 100 else 1)
    assert [len(str(each["id"])) for each in packed] == [18] * 100
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@given(rows=ROWS)
def test_rows_travel_between_processes(rows: list[dict[str, Any]]) -> None:
    packed = PackedRows(rows, 50)
    arrived = pickle.loads(pickle.dumps(packed))  # noqa: S301 - our own

    assert arrived == packed
    assert arrived.keys() == packed.keys()


def test_a_folder_without_room_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("scanner.graph.rows.TemporaryFile", lambda **_: (tmp_path / "none" / "file").open("wb"))
    with pytest.raises(OutputError, match=r"No such file or directory; set TMPDIR"):
        PackedRows([row("a")], in_memory=0)
