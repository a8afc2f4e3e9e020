"""Looking at the rows of one listing as they come: what does not belong there, and what contradicts itself, is told.

Azure's own guidelines say that rows may come twice across pages (https://github.com/microsoft/api-guidelines/pull/264):
that alone is no contradiction.
"""

from __future__ import annotations

import msgspec

from scanner.collect.azure.arm.tables.listing import Listing
from scanner.model.arm import ArmId, Json, id_in

_ANYWHERE = "microsoft.authorization/"
"""Assignments are shown with those of the scopes above, and definitions lie above all scopes."""


class Scrutiny:
    """The rows of one listing below one scope. `complaints` say what was wrong with it, each kind of wrong once."""

    def __init__(self, listing: Listing, scope: str) -> None:
        self._type = listing.type.lower()
        self._below = "" if self._type.startswith(_ANYWHERE) or not scope else f"{ArmId(scope).key}/"
        self._hashes: dict[str, int] = {}
        self._complaints: dict[str, str] = {}

    @property
    def complaints(self) -> list[str]:
        """What was wrong, in the order in which it came up."""
        return list(self._complaints.values())

    def sift(self, rows: list[Json]) -> list[Json]:
        """Return the rows of a page that belong to the listing."""
        before = len(self._hashes)
        fine = [row for row in rows if self._belongs(id_in(str(row["id"])))]
        for row in fine:
            self._compare(row)
        if before and fine and len(self._hashes) == before:
            self._tell("page", "a page holds nothing but rows of the pages before it")
        return fine

    def _belongs(self, arm_id: ArmId) -> bool:
        if not self._is_listed(arm_id):
            self._tell("type", f"the list holds a resource of another type: {arm_id}")
        elif not arm_id.key.startswith(self._below):
            self._tell("scope", f"the list holds a resource from elsewhere: {arm_id}")
        else:
            return True
        return False

    def _is_listed(self, arm_id: ArmId) -> bool:
        collection, _, last = self._type.rpartition("/")
        return arm_id.type == self._type or (last == "all" and arm_id.type.rpartition("/")[0] == collection)

    def _compare(self, row: Json) -> None:
        """Note a row, and tell of one that says something else than the one of the same id before it."""
        key, found = id_in(str(row["id"])).key, hash(text_of(row))
        if self._hashes.setdefault(key, found) != found:
            self._tell("twice", f"the list holds two resources of one id that differ: {row['id']}")

    def _tell(self, kind: str, what: str) -> None:
        self._complaints.setdefault(kind, what)


def text_of(row: Json) -> bytes:
    """Write a row so that two that say the same are the same."""
    try:
        return msgspec.json.encode(row, order="sorted")
    except UnicodeEncodeError:
        # JSON can spell unpaired surrogates, and UTF-8 cannot hold them.
        return repr(row).encode("utf-8", "backslashreplace")
