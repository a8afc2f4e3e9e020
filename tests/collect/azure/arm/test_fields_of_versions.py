"""No field is read from an api-version that does not have it: there its absence would say nothing."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import azure.mgmt.network.models
import pytest

import scanner.model
from scanner.collect.azure.arm.listings import LISTINGS
from scanner.collect.azure.arm.tables.listing import Listing
from scanner.model.fields import leaves_of
from scanner.model.resource import Resource

RECORDED: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent / "fields_of_versions.json").read_text(encoding="utf-8")
)["versions"]
DECIDES_NOTHING = {
    # Answers have it, and schemas from 2025-12-01 on; without it an endpoint that was not read has no known place.
    "properties.privateEndpointConnections.*.properties.privateEndpoint.subnetArmId"
}
SDK_VERSION = "2026-03-01"
"""What azure-mgmt-network speaks, and the record does not have yet: the SDK's own models tell."""
SDK_NAMES = frozenset(
    re.findall(
        r'(?:name="|^    )([a-zA-Z0-9]+)(?:"|: )',
        Path(str(azure.mgmt.network.models._models.__file__)).read_text(encoding="utf-8"),  # noqa: SLF001 - read as text
        re.MULTILINE,
    )
)


def kinds() -> dict[str, type[Resource]]:
    for each in pkgutil.iter_modules(scanner.model.__path__):
        importlib.import_module(f"scanner.model.{each.name}")
    found, waiting = dict[str, type[Resource]](), [Resource]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        found |= {kind.TYPE: kind} if kind.TYPE and not kind.LISTED_WITH else {}
    return found


KINDS = kinds()


def read_of(kind: str) -> set[str]:
    return {".".join(path) for path, _ in leaves_of(KINDS[kind])}


def asked() -> Iterator[tuple[Listing, str, tuple[str, ...]]]:
    """Yield each listing of a type of the model, with a version that it may ask for and what that is said to lack."""
    for row in LISTINGS:
        if row.type in KINDS and not row.fields:
            yield row, row.api_version, ()
            yield from ((row, each.api_version, each.lacks) for each in row.older)


ASKED = [pytest.param(*each, id=f"{each[0].type}?{each[1]}") for each in asked() if each[1] != SDK_VERSION]


@pytest.mark.parametrize(("row", "version", "lacks"), ASKED)
def test_field_that_a_version_lacks_and_a_later_one_has_is_said_to_be_lacking(
    row: Listing, version: str, lacks: tuple[str, ...]
) -> None:
    recorded = RECORDED[f"{row.type}?{version}"]
    later = {path for path, first in recorded["lacks"].items() if first is not None}

    assert {*recorded["has"], *recorded["lacks"]} == read_of(row.type), "a field was added: look it up in the schema"
    assert {each for each in later - DECIDES_NOTHING if not each.startswith(lacks or ("-",))} == set()


@pytest.mark.parametrize(
    "row", [row for row, version, _ in asked() if version == SDK_VERSION], ids=lambda row: row.type
)
def test_fields_of_the_newest_network_version_are_in_the_sdk_of_that_version(row: Listing) -> None:
    keys = {key for path in read_of(row.type) for key in path.split(".")} - {"*"}

    assert keys - SDK_NAMES == set()
