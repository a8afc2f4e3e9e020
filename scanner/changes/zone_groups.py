"""Zone groups as they are made."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.engine.change import Create
from scanner.model.arm import ArmId


def zone_group(at: ArmId, zones: Iterable[ArmId]) -> Create:
    """Return the edit that makes a zone group which keeps records in some zones."""
    configs = [{"name": each.name.replace(".", "-"), "properties": {"privateDnsZoneId": str(each)}} for each in zones]
    return Create({"id": str(at), "properties": {"privateDnsZoneConfigs": configs}})
