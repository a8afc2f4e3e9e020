"""What reads by ARM, as far as reading through Resource Graph needs it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from scanner.collect.azure.arm.held import Rights
from scanner.collect.azure.arm.store import Store
from scanner.collect.azure.arm.tables.listing import Listing
from scanner.collect.azure.arm.tasks import TaskPool
from scanner.collect.azure.session.session import Session
from scanner.model.arm import ArmId, Json


class Waits(Protocol):
    """Where listings wait until they are known to be needed; with `reads_all` all of them are."""

    reads_all: bool

    def put(self, listing: Listing, parent: ArmId, *, home: bool) -> None:
        """Have a listing below a parent wait."""


class Arm(Protocol):
    """What reads by ARM."""

    session: Session
    pool: TaskPool
    store: Store
    rights: Rights

    @property
    def aside(self) -> Waits:
        """Where listings wait."""

    def start_listing(self, listing: Listing, parent: Json, *, home: bool) -> None:
        """Start to list below a parent."""

    def start_rights(self, subscription: str, actions: Iterable[str]) -> None:
        """Start to ask what is held in a subscription (a GUID), unless it is known that some actions are."""

    def start_item(self, arm_id: ArmId, *, home: bool) -> None:
        """Start to read one resource."""

    def start_or_wait(self, listing: Listing, parent: Json, *, home: bool) -> None:
        """Start to list below a parent, or wait until that is known to be needed."""

    def take(self, rows: list[Json], listing: Listing, *, home: bool) -> None:
        """Keep rows and start on their children."""
