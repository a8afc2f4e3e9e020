from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from scanner.simulator import EstateError, read_estate

if TYPE_CHECKING:
    from pathlib import Path

ROW = {"id": "/subscriptions/s/resourceGroups/g", "type": "Microsoft.Resources/resourceGroups", "name": "g"}
TWIN = {**ROW, "id": "/SUBSCRIPTIONS/s/resourcegroups/G"}


def test_an_estate_is_read_as_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "estate.json"
    path.write_text(json.dumps({"about": "One group.", "groups": {"team": ["alice"]}, "resources": [ROW]}))
    estate = read_estate(path)

    assert (estate.about, estate.resources, estate.groups) == ("One group.", (ROW,), {"team": ("alice",)})


def test_a_subscription_needs_no_name_and_an_estate_no_groups(tmp_path: Path) -> None:
    path = tmp_path / "estate.json"
    row = {"id": "/subscriptions/s", "type": "Microsoft.Resources/subscriptions"}
    path.write_text(json.dumps({"about": "", "resources": [row]}))

    assert read_estate(path).groups == {}


REFUSED = {
    "not JSON": ("{", "is not JSON: "),
    "not UTF-8": ("\udcff", "is not JSON: "),
    "not an object": ("[]", "the file is not a JSON object"),
    "no about": ('{"resources": []}', 'the file: "about" is missing'),
    "no resources": ('{"about": ""}', '"resources" is missing'),
    "resources are no list": ('{"about": "", "resources": {}}', '"resources" is not a list'),
    "resource is no object": ('{"about": "", "resources": [1]}', "resource 0 is not a JSON object"),
    "no id": ('{"about": "", "resources": [{}]}', 'resource 0: "id" is missing'),
    "id is no text": ('{"about": "", "resources": [{"id": 1}]}', 'resource 0: "id" is not text'),
    "id has no slash": ('{"about": "", "resources": [{"id": "x"}]}', "resource 0: id 'x' does not begin with a slash"),
    "no type": ('{"about": "", "resources": [{"id": "/x"}]}', 'resource 0: "type" is missing'),
    "no name": ('{"about": "", "resources": [{"id": "/x", "type": "t"}]}', 'resource 0: "name" is missing'),
    "groups are no object": ('{"about": "", "resources": [], "groups": []}', "groups is not a JSON object"),
    "members are no list": ('{"about": "", "resources": [], "groups": {"g": 1}}', '"g" is not a list'),
    "duplicate id": (json.dumps({"about": "", "resources": [ROW, TWIN]}), "resources 0 and 1 have the same id"),
}


@pytest.mark.parametrize(("text", "cause"), REFUSED.values(), ids=REFUSED)
def test_a_bad_estate_is_refused_in_one_line(tmp_path: Path, text: str, cause: str) -> None:
    path = tmp_path / "estate.json"
    path.write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(EstateError) as refused:
        read_estate(path)

    assert str(refused.value).startswith(f"{path}: {cause}")
    assert "\n" not in str(refused.value)


def test_a_missing_estate_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EstateError, match="cannot be read: No such file"):
        read_estate(tmp_path / "none.json")
