"""How a plan can be written."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scanner.fix.az import as_az
from scanner.fix.bicep import as_bicep
from scanner.fix.plan import Plan
from scanner.fix.plan_json import as_plan_json
from scanner.fix.terraform import as_terraform

WRITERS: Mapping[str, Callable[[Plan], str]] = {
    "az": as_az,
    "terraform": as_terraform,
    "bicep": as_bicep,
    "json": as_plan_json,
}
"""What writes a plan, by the name of its format."""
