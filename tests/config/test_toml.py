"""TOML that is meant to harm: large, deep, or hiding a deep key behind what looks like a string."""

from __future__ import annotations

import tomllib
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from scanner.config.file import read_config
from scanner.config.toml import LARGEST, MOST_DOTS, read_toml
from scanner.errors import UsageError

DEEP = ".".join("a" * (MOST_DOTS + 2))


def read(tmp_path: Path, text: str) -> dict[str, object]:
    (tmp_path / "x.toml").write_text(text)
    return read_toml(tmp_path / "x.toml", pipes=False)[0]


def test_forty_kilobytes_of_dotted_keys_are_refused_before_they_cost_anything(tmp_path: Path) -> None:
    tracemalloc.start()
    with pytest.raises(UsageError, match="nested too deeply"):
        read(tmp_path, "a." * 20_000 + "b = 1\n")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 8 << 20


def test_a_file_larger_than_any_honest_one_is_refused(tmp_path: Path) -> None:
    assert read(tmp_path, "#" * LARGEST) == {}
    with pytest.raises(UsageError, match="it holds more than 1 MiB"):
        read(tmp_path, "#" * (LARGEST + 1))


@pytest.mark.parametrize(
    "text",
    [
        f"{DEEP} = 1",
        f"[{DEEP}]",
        f"[[{DEEP}]]",
        f"x = {{{DEEP} = 1}}",
        "'b' \t.\t" * (MOST_DOTS + 1) + '"b" = 1',
        f'x = ["""\n"""", {{{DEEP} = 1}}, "y"]',
        f"x = ['''\n'''', {{{DEEP} = 1}}, 'y']",
        f'x = "#" # "\n{DEEP} = 1',
        f"x = '\\'\n{DEEP} = 1",
        f"# '''\n{DEEP} = 1",
        f'"""""" \n{DEEP} = 1',
    ],
)
def test_a_deep_key_is_found_wherever_it_stands(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match="nested too deeply"):
        read(tmp_path, text)


@pytest.mark.parametrize(
    "text",
    [
        f'x = "{DEEP}.{DEEP}"',
        f"x = '{DEEP}'",
        f'x = """\n{DEEP} = 1\n"""',
        f"# {DEEP}",
        "x = [" + ", ".join(f'"10.{number}.0.0/16"' for number in range(200)) + "]",
        "\n".join(f"a{number}.b = 1" for number in range(MOST_DOTS)),
    ],
)
def test_dots_that_are_no_key_are_read(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == tomllib.loads(text)


@pytest.mark.parametrize("key", ["rule", "fail_on", "output", "timeout", "all_subscriptions"])
@pytest.mark.parametrize("value", ["[{KEY = 1}]", "{KEY = 1}"])
def test_what_is_just_not_too_deep_is_complained_of_in_words(tmp_path: Path, key: str, value: str) -> None:
    (tmp_path / "mlsec.toml").write_text(f"[scan]\n{key} = {value.replace('KEY', DEEP[:-2])}\n")

    with pytest.raises(UsageError, match=f"{key}: expected"):
        read_config(tmp_path / "mlsec.toml")


CONTENT = st.text(alphabet="\"'\\\n#a ", max_size=8)
QUOTED = st.sampled_from(['"', "'", '"""', "'''"]).flatmap(lambda mark: CONTENT.map(lambda text: mark + text + mark))


@given(st.lists(QUOTED, max_size=4), st.sampled_from([", ", " # '\n, ", ' # """\n, ']))
@example(['"""\n""""', '"x"'], ", ")
def test_no_string_hides_a_deep_key(tmp_path_factory: pytest.TempPathFactory, strings: list[str], between: str) -> None:
    text = f"x = [{between.join([*strings, f'{{{DEEP} = 1}}', *strings])}]\n"
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        assume(False)  # noqa: FBT003 - not TOML
        raise
    assume(any(isinstance(each, dict) for each in found["x"]))

    with pytest.raises(UsageError, match="nested too deeply"):
        read(tmp_path_factory.getbasetemp(), text)
