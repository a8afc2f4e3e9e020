"""A loopback ARM endpoint that serves an estate file: what `--demo` scans, and what tests scan.

It stands for Azure and is written from public sources: it imports nothing of ours, and the demo and tests import it.
"""

from scanner.simulator.estate import Estate, EstateError, Resource, read_estate
from scanner.simulator.faults import Fault, FaultKind
from scanner.simulator.fields import FIELDS, Field
from scanner.simulator.grants import Grant
from scanner.simulator.ledger import Seen
from scanner.simulator.limits import Limits
from scanner.simulator.offered import OFFERED
from scanner.simulator.resource_graph import MOST_BYTES
from scanner.simulator.rights import Denial, Rights
from scanner.simulator.simulator import Simulator

__all__ = [
    "FIELDS",
    "MOST_BYTES",
    "OFFERED",
    "Denial",
    "Estate",
    "EstateError",
    "Fault",
    "FaultKind",
    "Field",
    "Grant",
    "Limits",
    "Resource",
    "Rights",
    "Seen",
    "Simulator",
    "read_estate",
]
