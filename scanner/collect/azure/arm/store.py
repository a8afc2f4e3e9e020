"""What has been read so far, shared by all threads: each resource once, merged where two listings tell of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable
from dataclasses import replace
from sys import intern
from threading import Lock
from typing import Any

from scanner.collect.azure.arm.follow import (
    account_named_in,
    hosts_in,
    is_listed_elsewhere,
    references_in,
    workspace_of,
)
from scanner.collect.azure.arm.listings import LISTINGS
from scanner.collect.azure.arm.networks import KINDS
from scanner.collect.azure.arm.providers import EVERYWHERE
from scanner.collect.azure.arm.tables.listing import ACCESS_RULE, OUTBOUND_RULE, STORAGE_ACCOUNT, WORKSPACE, Listing
from scanner.collect.redaction.redact import redact
from scanner.collect.redaction.vault import VAULT
from scanner.evidence import UNKNOWN_KEY, Gap
from scanner.graph.coverage import Covered, Ground
from scanner.graph.rows import PackedRows, key_of
from scanner.graph.unread import LEFT_UNREAD
from scanner.model.arm import ArmId, Json, id_in, namespace_of
from scanner.model.data_services import DATA_SERVICES

_NOT_FOUND = 404
_OF_WORKSPACES = WORKSPACE.lower()
_KEPT = KINDS | DATA_SERVICES.keys() | {_OF_WORKSPACES, OUTBOUND_RULE.lower(), ACCESS_RULE, STORAGE_ACCOUNT}


class Store:
    """Rows by id, gaps, what was seen completely, and claims that a provider is not there.

    `evident` are the providers and types, by subscription, of which something was seen or referred to. `listed` are the
    subscriptions that are listed as a whole, once that is known: what refers to something in them need not be
    remembered. `neighbours` are listed in part. `hosts` are the networks of solutions: home wherever they lie.
    `kept` are the keys of types that are looked at again and again. `left` are, by kind of listing and subscription,
    fields that were left unread. `used` is what each workspace names, as keys, and the names of accounts that it names.
    Once frozen it takes nothing any more: threads that were given up may still come with something.
    """

    def __init__(self) -> None:
        self.rows = PackedRows()
        self.gaps: set[Gap] = set()
        self.listed: frozenset[str] = frozenset()
        self.neighbours: frozenset[str] = frozenset()
        self.hosts: set[ArmId] = set()
        self.used: dict[str, set[str]] = defaultdict(set)
        self.kept: dict[str, set[str]] = {each: set() for each in _KEPT}
        self.left: set[tuple[str, str]] = set()
        self._lock = Lock()
        self._frozen = False
        self._away: set[str] = set()
        self._assigned: dict[str, set[str]] = defaultdict(set)
        self._supplemented: dict[str, list[str]] = defaultdict(list)
        self._supplements: dict[tuple[str, str], object] = {}
        self._references: dict[str, ArmId] = {}
        self.evident: set[tuple[str, str]] = set()
        self.claims: set[Gap] = set()
        self.covered: set[Covered] = set()
        self._whole: defaultdict[str, set[str]] = defaultdict(set)
        self._claimed: set[tuple[str, ...]] = set()

    def add(self, rows: Iterable[Json], *, home: bool, on_behalf: str = "") -> list[Json]:
        """Keep rows without their secrets; return those that are new. `on_behalf` is whom role assignments hold for."""
        fresh = []
        for row in map(redact, rows):
            arm_id = id_in(str(row["id"]))
            with self._lock:
                if self._frozen:
                    return []
                is_new = self.rows.add(row)
                is_home = home or arm_id in self.hosts
                if is_new or (is_home and arm_id.key in self._away):
                    self._note(arm_id, row, home=is_home)
                if on_behalf:
                    self._assigned[arm_id.key].add(on_behalf)
            if is_new:
                fresh.append(row)
        return fresh

    def _note(self, arm_id: ArmId, row: Json, *, home: bool) -> None:
        """Note what a row tells beside itself: that its provider is in use, and what it refers to."""
        self._note_use(arm_id)
        if arm_id.type in _SUPPLEMENTED and arm_id.key not in self._away:
            self._supplemented[arm_id.type].append(arm_id.key)
        (self._away.discard if home else self._away.add)(arm_id.key)
        self.hosts.update(hosts_in(row, self.listed, home=home))
        if arm_id.type in self.kept:
            self.kept[arm_id.type].add(arm_id.key)
        if arm_id.type.startswith(_OF_WORKSPACES):
            used = (each.key for each in references_in(row, home=True))
            self.used[workspace_of(arm_id).key].update({arm_id.key, *used, *account_named_in(row)})
        for each in references_in(row, home=home):
            self._note_use(each)
            if not is_listed_elsewhere(each, self.listed):
                self._references[each.key] = each

    def unread(self) -> list[ArmId]:
        """Return what is referred to, lies outside the listed subscriptions and was not claimed yet; in id order."""
        with self._lock:
            found = sorted(self._references.values())
            self._references.clear()
        return [each for each in found if not self._is_listed(each) and self.claim(each.key)]

    def references(self) -> list[ArmId]:
        """Return what is referred to and lies outside the listed subscriptions, in id order; nothing is claimed."""
        with self._lock:
            found = sorted(self._references.values())
        return [each for each in found if not is_listed_elsewhere(each, self.listed)]

    def _is_listed(self, arm_id: ArmId) -> bool:
        """Tell whether a listing covers an item. Of a neighbour, what was not listed whole is read by itself."""
        if arm_id.subscription not in self.neighbours:
            return is_listed_elsewhere(arm_id, self.listed)
        return self.knows(arm_id) or self.is_whole(arm_id.type, arm_id.subscription)

    def adopt(self) -> list[Json]:
        """Make home of the networks of solutions that were read before that was known; return all that lie away."""
        found = []
        with self._lock:
            for each in sorted(self.hosts):
                if each.subscription not in self.listed and self.rows.holds(each.key):
                    row = self.rows.row(each.key)
                    if each.key in self._away:
                        self._note(each, row, home=True)
                    found.append(row)
        return found

    def is_whole(self, kind: str, subscription: str) -> bool:
        """Tell whether a type (lower case) was listed whole in a subscription (a GUID)."""
        return f"/subscriptions/{subscription}" in self._whole.get(kind, ())

    def supplement(self, rows: Iterable[Json], listing: Listing) -> None:
        """Keep the fields that a listing adds to resources of another one."""
        for row in map(redact, rows):
            if isinstance(row.get("properties"), dict):
                found = {(key_of(row), field): _dig(row, field) for field in listing.fields}
                with self._lock:
                    self._supplements.update({} if self._frozen else found)

    def miss(self, gap: Gap, *, absent: bool = False) -> None:
        """Keep a gap, or a claim that there is nothing to see, which `settle` will judge."""
        # What was wrong with rows is told with their ids.
        gap = replace(gap, scope=VAULT.scrubbed(gap.scope), why=VAULT.scrubbed(gap.why))
        with self._lock:
            if not self._frozen:
                (self.claims if absent else self.gaps).add(gap)

    def cover(self, covered: Covered) -> None:
        """Note what was seen completely."""
        with self._lock:
            if self._frozen:
                return
            self.covered.add(covered)
            if not covered.about and covered.ground is not Ground.LEFT:
                self._whole[covered.kind.lower()].add(intern(ArmId(covered.scope).key))

    def claim(self, *request: str) -> bool:
        """Tell whether a request has not been made yet, and note that it will be: nothing is read twice."""
        with self._lock:
            is_new = request not in self._claimed
            self._claimed.add(request)
        return is_new

    def _note_use(self, arm_id: ArmId) -> None:
        used = (arm_id.subscription, arm_id.type)
        if used not in self.evident:
            self.evident |= {used, (arm_id.subscription, namespace_of(arm_id.type))}

    def knows(self, arm_id: ArmId) -> bool:
        """Tell whether a resource is here already."""
        return self.rows.holds(arm_id.key)

    def freeze(self) -> None:
        """Take nothing any more."""
        with self._lock:
            self._frozen = True

    def settle(self) -> None:
        """Complete the rows, and turn a claim that nothing is there into a gap where something shows otherwise."""
        self.complete()
        self.gaps |= disproved(self.claims, self.evident) | contradicted(self.covered, self.evident)

    def forget(self) -> None:
        """Let go of everything but the rows, which takes tens of megabytes of a tenant; to be called once frozen."""
        with self._lock:
            for each in vars(self).values():
                if isinstance(each, (set, dict)):
                    each.clear()

    def complete(self) -> None:
        """Merge into the rows what other listings told of them."""
        for listing in _SUPPLEMENTS:
            for key in self._supplemented[listing.type.lower()]:
                self._merge(key, listing)
        for key, principals in self._assigned.items():
            self.rows.replace(_assigned(self.rows.row(key), principals))

    def _merge(self, key: str, listing: Listing) -> None:
        resource = dict(self.rows.row(key))
        for field in listing.fields:
            is_left = (listing.kind, ArmId(key).subscription) in self.left
            why = f"{field}: {LEFT_UNREAD}" if is_left else f"{field} was not read in api-version {listing.api_version}"
            missing = {UNKNOWN_KEY: why}
            value = self._supplements.get((key, field), missing)
            if value is not None:
                plant(resource, field, value)
        self.rows.replace(resource)


_SUPPLEMENTS = tuple(row for row in LISTINGS if row.fields)
_SUPPLEMENTED = frozenset(row.type.lower() for row in _SUPPLEMENTS)


def _assigned(assignment: Json, principals: Iterable[str]) -> Json:
    """Note for whom Azure returned a role assignment: it may be held by a group that the identity is in."""
    properties = assignment.get("properties") or {}
    if not isinstance(properties, dict):
        return assignment
    before = properties.get("assignedTo")
    known = [each for each in before if isinstance(each, str)] if isinstance(before, list) else []
    return {**assignment, "properties": properties | {"assignedTo": sorted({*known, *principals})}}


def disproved(claims: Iterable[Gap], evident: Container[tuple[str, str]]) -> set[Gap]:
    """Return the claims that nothing is there where something shows otherwise."""
    return {each for each in claims if _is_disproved(each, evident)}


def contradicted(covered: Iterable[Covered], evident: Container[tuple[str, str]]) -> set[Gap]:
    """Return gaps of types that a provider does not offer by its own list, and of which something was seen or named."""
    return {
        Gap(each.kind, each.scope, "HTTP 404: the type is not offered, and there is one of it", _NOT_FOUND)
        for each in covered
        if each.ground is Ground.NOT_OFFERED and (ArmId(each.scope).subscription, each.kind.lower()) in evident
    }


def _is_disproved(claim: Gap, evident: Container[tuple[str, str]]) -> bool:
    namespace = namespace_of(claim.kind)
    return namespace in EVERYWHERE or (ArmId(claim.scope).subscription, namespace) in evident


def _dig(resource: Json, field: str) -> object:
    value: object = resource
    for key in field.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def plant(resource: dict[str, Any], field: str, value: object) -> None:
    """Set a field (dotted) in place, as far as the objects are there that it lies in; those are copied."""
    *path, last = field.split(".")
    for key in path:
        if not isinstance(resource.get(key), dict):
            return
        resource[key] = dict(resource[key])
        resource = resource[key]
    resource[last] = value
