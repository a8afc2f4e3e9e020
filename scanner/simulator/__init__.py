"""A loopback ARM endpoint that serves an estate file: what `--demo` scans, and what tests scan."""

from scanner.simulator.estate import Estate, EstateError, Resource, read_estate
from scanner.simulator.faults import Fault, FaultKind
from scanner.simulator.fields import FIELDS, Field
from scanner.simulator.ledger import Seen
from scanner.simulator.limits import Limits
from scanner.simulator.resource_graph import MOST_BYTES
from scanner.simulator.simulator import Simulator

__all__ = [
    "FIELDS",
    "MOST_BYTES",
    "Estate",
    "EstateError",
    "Fault",
    "FaultKind",
    "Field",
    "Limits",
    "Resource",
    "Seen",
    "Simulator",
    "read_estate",
]
