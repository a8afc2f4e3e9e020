"""Frameworks of the user's own, from TOML."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.config.frameworks import read_framework
from scanner.engine.mapping import Basis, Fit
from scanner.errors import UsageError
from scanner.frameworks.framework import Control, Link

RULES = ("storage-closed", "compute-in-vnet", "private-path")

WHOLE = """
id = "acme-net-2"
title = "ACME network standard"
version = "2"
publisher = "ACME"

[[control]]
id = "NET-1 (a)"
title = "Nothing is public"
rules = ["Storage-Closed"]
partial = ["compute-in-vnet"]
supporting = ["private-path"]

[[control]]
id = "NET-2"
profile = "current"
rules = ["private-path"]

[[control]]
id = "NET-3"
title = "Somebody looks at it every year"
"""


def read(tmp_path: Path, text: str, taken: tuple[str, ...] = ("mcsb-v1",)) -> object:
    file = tmp_path / "ours.toml"
    file.write_text(text)
    return read_framework(file, RULES, taken)


def test_whole_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text(WHOLE)
    found = read_framework(file, RULES, ())

    assert (found.id, found.name, found.publisher) == ("acme-net-2", "ACME network standard 2", "ACME")
    assert found.source.startswith(f"{file}, SHA-256 ")
    assert found.controls == (
        Control("NET-1 (a)", "Nothing is public"),
        Control("NET-2"),
        Control("NET-3", "Somebody looks at it every year"),
    )
    assert found.links == (
        Link("storage-closed", "NET-1 (a)", Fit.DIRECT, Basis.OWN),
        Link("compute-in-vnet", "NET-1 (a)", Fit.PARTIAL, Basis.OWN),
        Link("private-path", "NET-1 (a)", Fit.SUPPORTING, Basis.OWN),
        Link("private-path", "NET-2", Fit.DIRECT, Basis.OWN, "current"),
    )


def one(control: str) -> str:
    return f'id = "ours"\n[[control]]\n{control}\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id = ", "is not TOML"),
        ('title = "x"\n[[control]]\nid = "1"\n', "id is missing"),
        (one('id = "1"').replace("ours", "Our Own"), "an id such as acme-net-2"),
        (one('id = "1"').replace("ours", "a" * 65), "an id such as acme-net-2"),
        (one('id = "1"').replace("ours", "mcsb-v1"), "there is another framework called 'mcsb-v1'"),
        ('id = "ours"\n', "control is missing"),
        ('id = "ours"\ncontrol = []\n', "tables, each under [[control]]"),
        ('id = "ours"\ncontrol = "1"\n', "tables, each under [[control]]"),
        ('id = "ours"\ncontrols = []\n', "did you mean control?"),
        (one('name = "1"'), "there is no key in [[control]] 1"),
        (one('title = "1"'), "[[control]] 1 id is missing"),
        (one('id = "a|b"'), "letters, digits, spaces"),
        (one('id = "\\u001b[31m"'), "letters, digits, spaces"),
        (one("id = 1"), "expected a text"),
        (one('id = "1"\n[[control]]\nid = "1"'), "[[control]] 2 id: expected one that no other control has"),
        (one('id = "1"\ntitle = "a\\nb"'), "a text of one line"),
        (one(f'id = "1"\ntitle = "{"a" * 301}"'), "at most 300 characters"),
        (one('id = "1"\nrules = "storage-closed"'), "a list of texts"),
        (one('id = "1"\nrules = ["storage-close"]'), "did you mean storage-closed?"),
        (one('id = "1"\npartial = ["nothing-like-it"]'), "`mlsec-scan rules` lists them"),
        (one('id = "1"\nrules = ["private-path"]\nsupporting = ["private-path"]'), "private-path once in a control"),
        (one('id = "1"\nprofile = "newest"'), "one of current, article"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(UsageError) as error:
        read(tmp_path, text)

    assert "ours.toml" in str(error.value)
    assert says in str(error.value)
    assert str(error.value).isprintable()


def test_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nothing\.toml cannot be read: No such file"):
        read_framework(tmp_path / "nothing.toml", RULES, ())
