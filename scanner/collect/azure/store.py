"""What has been read so far, shared by all threads: each resource once, merged where two listings tell of it."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from threading import Lock
from typing import Any

from scanner.collect.azure.listings import Listing
from scanner.collect.redact import redact
from scanner.evidence import UNKNOWN_KEY, Gap
from scanner.model.arm import ArmId, Json, namespace_of


class Store:
    """Resources by id, gaps, and claims that a provider is not there."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._resources: dict[ArmId, dict[str, Any]] = {}
        self._home: set[ArmId] = set()
        self._supplements: dict[tuple[ArmId, str], object] = {}
        self._absent: list[Gap] = []
        self._claimed: set[tuple[str, ...]] = set()
        self.gaps: set[Gap] = set()

    def add(self, rows: Iterable[Json], *, home: bool, on_behalf: str = "") -> list[Json]:
        """Keep rows without their secrets; return those that are new. `on_behalf` is whom role assignments hold for."""
        fresh = []
        for row in map(redact, rows):
            arm_id = ArmId(str(row["id"]))
            with self._lock:
                if arm_id not in self._resources:
                    self._resources[arm_id] = dict(row)
                    fresh.append(row)
                if home:
                    self._home.add(arm_id)
                if on_behalf:
                    _assign(self._resources[arm_id], on_behalf)
        return fresh

    def supplement(self, rows: Iterable[Json], listing: Listing) -> None:
        """Keep the fields that a listing adds to resources of another one."""
        for row in rows:
            if isinstance(row.get("properties"), dict):
                found = {(ArmId(str(row["id"])), field): _dig(row, field) for field in listing.fields}
                with self._lock:
                    self._supplements.update(found)

    def miss(self, gap: Gap, *, absent: bool = False) -> None:
        """Keep a gap, or a claim that there is nothing to see, which `settle` will judge."""
        with self._lock:
            (self._absent.append if absent else self.gaps.add)(gap)

    def resources(self) -> list[tuple[ArmId, Json, bool]]:
        """Return each resource with its id and whether it was listed at home, in id order."""
        with self._lock:
            return [(each, self._resources[each], each in self._home) for each in sorted(self._resources)]

    def claim(self, *request: str) -> bool:
        """Tell whether a request has not been made yet, and note that it will be: nothing is read twice."""
        with self._lock:
            is_new = request not in self._claimed
            self._claimed.add(request)
        return is_new

    def knows(self, arm_id: ArmId) -> bool:
        """Tell whether a resource is here already."""
        return arm_id in self._resources

    def settle(self, listings: Iterable[Listing], referenced: Iterable[ArmId]) -> None:
        """Merge supplements, and turn a claim that nothing is there into a gap where something shows otherwise."""
        for listing in listings:
            for arm_id, resource in self._resources.items():
                if listing.fields and arm_id.type == listing.type.lower():
                    self._merge(arm_id, resource, listing)
        evident = {(each.subscription, namespace_of(each.type)) for each in (*self._resources, *referenced)}
        for claim in self._absent:
            if (ArmId(claim.scope).subscription, namespace_of(claim.kind)) in evident:
                self.gaps.add(claim)

    def _merge(self, arm_id: ArmId, resource: dict[str, Any], listing: Listing) -> None:
        for field in listing.fields:
            missing = {UNKNOWN_KEY: f"{field} was not read in api-version {listing.api_version}"}
            value = self._supplements.get((arm_id, field), missing)
            if value is not None:
                _plant(resource, field, value)


def _assign(assignment: dict[str, Any], principal: str) -> None:
    """Note for whom Azure returned a role assignment: it may be held by a group that the identity is in."""
    properties = assignment["properties"] = deepcopy(assignment.get("properties") or {})
    properties["assignedTo"] = sorted({*properties.get("assignedTo", ()), principal})


def _dig(resource: Json, field: str) -> object:
    value: object = resource
    for key in field.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _plant(resource: dict[str, Any], field: str, value: object) -> None:
    *path, last = field.split(".")
    for key in path:
        if not isinstance(resource.get(key), dict):
            return
        resource[key] = dict(resource[key])
        resource = resource[key]
    resource[last] = value
