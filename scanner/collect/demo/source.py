"""The demo: the bundled estate behind the simulator, read by the real collectors over a socket."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scanner.collect.azure.collector import LiveSource
from scanner.collect.azure.session.cloud import cloud_of
from scanner.collect.collected import Collected, Progress
from scanner.model.arm import SUBSCRIPTION_TYPE
from scanner.simulator import Estate, Fault, FaultKind, Simulator, read_estate

# One listing is forbidden, so that the demo shows a gap and what it leaves unknown.
_FAULTS = (Fault("*/providers/Microsoft.Insights/components", FaultKind.FORBIDDEN),)


def demo_estate() -> Path:
    """Return the file of the demo estate: inside the package, or beside it in a checkout."""
    here = Path(__file__).parents[2]
    packed = here / "_demo" / "demo.json"
    return packed if packed.is_file() else here.parent / "fixtures" / "demo.json"


@dataclass(frozen=True, slots=True)
class DemoSource:
    """The demo estate as a source; `timeout` is in seconds."""

    concurrency: int = 8
    timeout: float | None = None

    def collect(self, progress: Progress) -> Collected:
        """Serve the estate on 127.0.0.1 and collect it."""
        estate = read_estate(demo_estate())
        with Simulator(estate, faults=_FAULTS) as simulator:
            live = LiveSource(
                cloud_of(simulator.url),
                _subscriptions(estate),
                concurrency=self.concurrency,
                timeout=self.timeout,
                backoff=0.05,
                label="demo",
            )
            return live.collect(progress)


def _subscriptions(estate: Estate) -> tuple[str, ...]:
    rows = (each for each in estate.resources if str(each["type"]).lower() == SUBSCRIPTION_TYPE)
    return tuple(str(each["subscriptionId"]) for each in rows)
