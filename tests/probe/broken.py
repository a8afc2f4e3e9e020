"""The demo estate as its jump subnet meets it on loopback, other than the model says in several ways."""

from __future__ import annotations

from typing import Any

from scanner.probe.expected.plan import plan_of
from scanner.probe.shapes import Plan
from tests.report.estates import demo

JUMP = "vnet-forecast-access/snet-jump"
PROXIED, REFUSING, OPEN = "10.40.1.4", "10.40.1.8", "10.40.1.17"
DROPPING = "10.40.1.7"
_OTHERWISE: dict[str, Any] = {
    "kv-pricing-ml.vault.azure.net": ["10.40.1.99"],
    "kv-forecast-ml.vault.azure.net": ["20.60.1.6"],
    "stforecastml.file.core.windows.net": ["20.60.1.6"],
    "ml-mlw-forec-swedencentral-54ddac34-8475-45d1-8d7d-c502cc1ad635.swedencentral.notebooks.azure.net": None,
    "ml-mlw-prici-swedencentral-22f0d729-d40a-4979-83d5-d93c5102a1ed.swedencentral.notebooks.azure.net": None,
}
"""What DNS tells otherwise than the endpoint's own address."""


def demo_plan() -> Plan:
    scan = demo()
    assert scan.graph is not None
    return plan_of(scan.graph, scan.header.started)


def names() -> dict[str, Any]:
    """Return what DNS tells of the names that the jump subnet asks for."""
    (place,) = (each for each in demo_plan().places if each.subnet.endswith("/snet-jump"))
    return {each.name: list(each.addresses) or None for each in place.targets} | _OTHERWISE


def answering() -> list[str]:
    """Return the addresses that serve HTTPS as they should."""
    every = {address for told in names().values() for address in told or () if address.startswith("10.")}
    return sorted(every - {PROXIED, REFUSING, OPEN, DROPPING, "10.40.1.99"})
