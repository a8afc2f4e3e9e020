"""What a scan predicts of names and connections, for `mlsec-scan probe` to try where people and pipelines work."""

from __future__ import annotations

from scanner.graph import Graph
from scanner.probe.expected.plan import plan_of
from scanner.probe.sealed import sealed
from scanner.report.json_text import json_text
from scanner.scan.outcome import Scan


def as_probe(scan: Scan) -> str:
    """Return the probe file as JSON: names, addresses and ports of services, and nothing secret."""
    graph = scan.graph if scan.graph is not None else Graph(())
    return json_text(sealed(plan_of(graph, scan.header.started)))
