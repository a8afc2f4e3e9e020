"""One resource of a template, in one round of its loop: its body, and the row that it comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from scanner.collect.iac.template.evaluator import Evaluator, Loops
from scanner.collect.iac.template.values import NotKnown, as_json, member
from scanner.creation.addresses import chosen
from scanner.creation.estate import Row, items, properties, unknown
from scanner.creation.identities import PRINCIPAL_KEY
from scanner.model.arm import ArmId

Json = Any

_KEPT = ("location", "tags", "kind", "sku", "identity", "properties", "zones")


@dataclass(eq=False)
class Unit:
    """One resource that a template deploys, or with `existing` one that it only names; its body is read when asked for.

    `condition` is why it may not be deployed, where that is not known.
    """

    raw: Mapping[str, Json]
    evaluator: Evaluator
    loops: Loops
    id: str
    kind: str
    existing: bool = False
    condition: NotKnown | None = None
    _body: dict[str, Json] | None = field(default=None, repr=False)
    reading: bool = False

    def body(self) -> dict[str, Json]:
        """Return its body, evaluated once."""
        if self._body is None:
            self.reading = True
            raw = {key: each for key in _KEPT if (each := member(self.raw, key)) is not None}
            self._body = self.evaluator.value(raw, self.loops)
            self.reading = False
        return self._body


def as_deployed(unit: Unit) -> dict[str, Json]:
    """Return a body with what will be there of it and follows from its id: its principal, and its addresses."""
    body = dict(unit.body())
    identity = body.get("identity")
    if isinstance(identity, dict):
        body["identity"] = {**identity, "principalId": {PRINCIPAL_KEY: unit.id}}
    if unit.kind.lower() == "microsoft.managedidentity/userassignedidentities":
        held = body.get("properties")
        body["properties"] = {**(held if isinstance(held, dict) else {}), "principalId": {PRINCIPAL_KEY: unit.id}}
    if isinstance(body.get("properties"), dict):
        body["properties"] = _with_addresses(unit, body["properties"])
    return body


def _with_addresses(unit: Unit, properties: dict[str, Json]) -> dict[str, Json]:
    listed = properties.get("ipConfigurations")
    if not isinstance(listed, list):
        return properties
    found = [_with_address(unit, each, number) for number, each in enumerate(listed)]
    return {**properties, "ipConfigurations": found}


def _with_address(unit: Unit, configuration: Json, number: int) -> Json:
    """Return a configuration with the address that Azure will choose for it. A resolver's have no envelope."""
    enveloped = member(configuration, "properties")
    inside = configuration if enveloped is None else enveloped
    if not isinstance(inside, dict) or not isinstance(member(member(inside, "subnet"), "id"), str):
        return configuration
    if member(inside, "privateIPAddress") is not None:
        return configuration
    name = member(configuration, "name")
    part = {**inside, "privateIPAddress": chosen(f"{unit.id}#{number if name is None else name}")}
    return part if enveloped is None else {**configuration, "properties": part}


def row_of(unit: Unit) -> Row:
    """Return the row of what is deployed; one that may not be has no known property."""
    body = as_json(unit.body())
    if unit.condition is not None:
        body["properties"] = as_json(
            replace(unit.condition, why=f"whether it is deployed is not known: {unit.condition.why}")
        )
    row = {**body, "id": unit.id, "type": unit.kind, "name": ArmId(unit.id).name}
    return _with_outbound(row, str(unit.raw.get("apiVersion", "")))


_SUBNETS_CLOSED = "2025-07-01"
"""From this api-version on a new network has no implicit way out, unless it says so
(https://learn.microsoft.com/azure/virtual-network/ip-services/default-outbound-access, 2025-09)."""


def _with_outbound(row: Row, version: str) -> Row:
    """Leave open whether subnets have an implicit way out, where the api-version's default decides."""
    if version < _SUBNETS_CLOSED:
        return row
    kind = str(row["type"]).lower()
    subnets = items(row, "properties", "subnets") if kind == "microsoft.network/virtualnetworks" else []
    own = [row] if kind == "microsoft.network/virtualnetworks/subnets" else []
    for each in (*subnets, *own):
        why = f"the default of api-version {version} decides, by the network that the subnet is in"
        properties(each).setdefault("defaultOutboundAccess", unknown(why))
    return row
