"""The demo: the bundled estate behind the simulator, read by the real collectors over a socket."""

from __future__ import annotations

from pathlib import Path

from scanner.collect.azure.cloud import cloud_of
from scanner.collect.azure.collector import LiveSource, collect_live
from scanner.collect.collected import Collected, Progress
from scanner.simulator import Estate, Fault, FaultKind, Simulator, read_estate

# One listing is forbidden, so that the demo shows a gap and what it leaves unknown.
_FAULTS = (Fault("*/providers/Microsoft.Insights/components", FaultKind.FORBIDDEN),)


def demo_estate() -> Path:
    """Return the file of the demo estate: inside the package, or beside it in a checkout."""
    here = Path(__file__).parent
    packed = here / "_demo" / "demo.json"
    return packed if packed.is_file() else here.parent / "fixtures" / "demo.json"


def collect_demo(progress: Progress, concurrency: int = 8, timeout: float | None = None) -> Collected:
    """Serve the demo estate on 127.0.0.1 and collect it."""
    estate = read_estate(demo_estate())
    with Simulator(estate, faults=_FAULTS) as simulator:
        source = LiveSource(
            cloud_of(simulator.url),
            _subscriptions(estate),
            concurrency=concurrency,
            timeout=timeout,
            backoff=0.05,
            label="demo",
        )
        return collect_live(source, progress)


def _subscriptions(estate: Estate) -> tuple[str, ...]:
    kind = "microsoft.resources/subscriptions"
    return tuple(str(each["subscriptionId"]) for each in estate.resources if str(each["type"]).lower() == kind)
