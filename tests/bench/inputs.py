"""How judging grows with what an estate's owner does not control: `python -m tests.bench.inputs [N [PART …]]`.

Each input is judged at n, 2n and 4n in a fresh process, the reports written too. The exponent is that of the power law
between the last two: 1 is linear, 2 is quadratic. What an input costs beside the estate around it is left out.
"""

from __future__ import annotations

import copy
import json
import math
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from scanner.cli.formats import REPORTERS
from scanner.collect.collected import Collected
from scanner.collect.redaction.redact import redact
from scanner.engine.pack import built_in_pack, load_packs
from scanner.engine.waivers import Waiver
from scanner.graph.settings import Settings
from scanner.scan.gate import Gate, gated
from scanner.scan.judging import judge
from tests.cases import Resource, estate
from tests.report.sample import HEADER

N = 500
_ONE = "--one"
_WAIVED = "waivers and results"
_RULES = load_packs([built_in_pack()])


def _of_type(resources: list[Resource], kind: str, name: str = "") -> Resource:
    return next(each for each in resources if each["type"].lower().endswith(kind.lower()) and name in each["id"])


def _cloned(kind: str, name: str = "") -> Callable[[list[Resource], int], Iterator[Resource]]:
    """Make an input of copies of a resource, under other names."""

    def grow(resources: list[Resource], n: int) -> Iterator[Resource]:
        one = _of_type(resources, kind, name)
        for number in range(n):
            yield {**one, "id": f"{one['id']}{number:06}", "name": f"{one['name']}{number:06}"}

    return grow


def _longer(kind: str, path: str, name: str = "") -> Callable[[list[Resource], int], Iterator[Resource]]:
    """Make an input of one list in a resource that holds its first element again and again, each changed a little."""

    def grow(resources: list[Resource], n: int) -> Iterator[Resource]:
        holder: Any = _of_type(resources, kind, name)["properties"]
        *above, last = path.split(".")
        for step in above:
            holder = holder.setdefault(step, {})
        first = holder[last][0]
        holder[last] += [_varied(first, number) for number in range(n)]
        yield from ()

    return grow


def _varied(value: Any, number: int) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, str):
        return f"10.{100 + number // 16384 % 100}.{number // 64 % 256}.{number % 64 * 4}/30"
    varied: dict[str, Any] = copy.deepcopy(value)
    for key in {"id", "name"} & varied.keys():
        varied[key] = f"{varied[key]}{number:06}"
    if "priority" in (properties := varied.get("properties", {})):
        properties["priority"] = 4096 + number
        properties["destinationAddressPrefix"] = _varied("", number)
    if "addressPrefix" in properties:
        properties["addressPrefix"] = _varied("", number)
    if "remoteVirtualNetwork" in properties:
        properties["remoteVirtualNetwork"] = {"id": f"{properties['remoteVirtualNetwork']['id']}{number:06}"}
    return varied


def _spaces(resources: list[Resource], n: int) -> Iterator[Resource]:
    """Give both virtual networks of the reference n prefixes, those of one beside those of the other."""
    for side, name in enumerate(("vnet-ml", "vnet-access")):
        space = _of_type(resources, "/virtualNetworks", name)["properties"]["addressSpace"]
        space["addressPrefixes"] += [f"{100 + side}.{at // 16384}.{at // 64 % 256}.{at % 64 * 4}/30" for at in range(n)]
    yield from ()


def _routes(resources: list[Resource], n: int) -> Iterator[Resource]:
    """Put a route table with n routes on every subnet of the AML VNet."""
    vnet = _of_type(resources, "/virtualNetworks", "vnet-ml")
    table = f"{vnet['id'].rpartition('/virtualNetworks/')[0]}/routeTables/rt"
    for subnet in vnet["properties"]["subnets"]:
        subnet["properties"]["routeTable"] = {"id": table}
    routes = [
        {
            "id": f"{table}/routes/r{at}",
            "name": f"r{at}",
            "properties": {"addressPrefix": _varied("", at), "nextHopType": "VirtualNetworkGateway"},
        }
        for at in range(n)
    ]
    kind = "Microsoft.Network/routeTables"
    yield {"id": table, "name": "rt", "type": kind, "location": "westeurope", "properties": {"routes": routes}}


def _names(resources: list[Resource], n: int) -> Iterator[Resource]:
    """Give the AML VNet a name of 20 n characters, everywhere."""
    text = json.dumps(resources).replace("vnet-ml-reference", "vnet-ml-reference" + "x" * 20 * n)
    resources[:] = json.loads(text.replace("/vnet-ml/", f"/vnet-ml{'x' * 20 * n}/"))
    yield from ()


def _tags(resources: list[Resource], n: int) -> Iterator[Resource]:
    """Give every resource n / 100 tags."""
    for each in resources:
        each["tags"] = {f"tag{at}": "value" * 5 for at in range(n // 100)}
    yield from ()


def _nested(resources: list[Resource], n: int) -> Iterator[Resource]:
    """Nest values n / 20 deep where nobody reads them."""
    value: Any = "innermost"
    for _ in range(n // 20):
        value = {"a": value}
    for each in resources:
        each.setdefault("properties", {})["nested"] = value
    yield from ()


INPUTS: dict[str, Callable[[list[Resource], int], Iterator[Resource]]] = {
    "security rules in one group": _longer("/networkSecurityGroups", "securityRules", "nsg-compute"),
    "address prefixes of two networks": _spaces,
    "routes in one table": _routes,
    "subnets of one network": _longer("/virtualNetworks", "subnets", "vnet-ml"),
    "peerings of one network": _longer("/virtualNetworks", "virtualNetworkPeerings", "vnet-ml"),
    "private DNS zones": _cloned("/privateDnsZones"),
    "links of one zone": _cloned("/virtualNetworkLinks"),
    "records of one zone": _cloned("/privateDnsZones/A"),
    "private endpoints of one account": _cloned("/privateEndpoints", "pe-st"),
    "endpoints that an account lists": _longer("/storageAccounts", "privateEndpointConnections"),
    "interfaces": _cloned("/networkInterfaces", "vm-"),
    "machines": _cloned("/virtualMachines"),
    "computes of one workspace": _cloned("/workspaces/computes"),
    "outbound rules of one workspace": _cloned("/workspaces/outboundRules"),
    "role assignments": _cloned("/roleAssignments"),
    "workspaces on one solution": _cloned("/workspaces"),
    "characters in a name, times 20": _names,
    "tags, by 100": _tags,
    "depth of a value, by 20": _nested,
    _WAIVED: _cloned("/workspaces/computes"),
}


def main() -> None:
    """Measure and print; with --one, measure a single input in this process and print its CPU seconds."""
    if sys.argv[1:2] == [_ONE]:
        sys.stdout.write(json.dumps(_seconds(sys.argv[2], int(sys.argv[3]))))
        return
    n, *parts = [*sys.argv[1:], *([] if sys.argv[1:] else [str(N)])]
    sys.stdout.write(f"$ python -m tests.bench.inputs {' '.join([n, *parts])}\n\n")
    sys.stdout.write("| input | n, CPU s | 2n | 4n | exponent |\n|---|---|---|---|---|\n")
    for name in INPUTS:
        if not parts or any(each in name for each in parts):
            _row(name, int(n))


def _row(name: str, n: int) -> None:
    at_rest, *found = (_measured(name, size) for size in (0, n, 2 * n, 4 * n))
    beside = [max(each - at_rest, 1e-3) for each in found]
    exponent = f"{math.log2(beside[2] / beside[1]):.2f}" if beside[2] > at_rest / 5 else "too little to tell"
    sys.stdout.write(f"| {name} | {' | '.join(f'{each:.2f}' for each in found)} | {exponent} |\n")
    sys.stdout.flush()


def _measured(name: str, size: int) -> float:
    command = [sys.executable, "-m", "tests.bench.inputs", _ONE, name, str(size)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own
    seconds: float = json.loads(done.stdout)
    return seconds


def _seconds(name: str, size: int) -> float:
    work = work_on(name, size)
    began = time.process_time()
    work()
    return time.process_time() - began


def work_on(name: str, size: int) -> Callable[[], None]:
    """Return what judges an input of a size and writes every report of it."""
    resources: list[Resource] = copy.deepcopy(list(estate("reference")))
    resources += INPUTS[name](resources, size)
    waivers = tuple(_waivers(size)) if name == _WAIVED else ()
    gate = Gate(date(2026, 1, 1), waivers)

    def work() -> None:
        rows = [redact(each) for each in resources]
        times = HEADER.started, HEADER.finished
        collected = Collected(rows, (), "snapshot", "public", HEADER.subscriptions, (), *times)
        finished = gated(judge(collected, _RULES, Settings()), gate)
        for write in REPORTERS.values():
            write(finished)

    return work


def _waivers(count: int) -> Iterator[Waiver]:
    """Yield waivers for every rule of computes, half of them by a glob, that fit nothing."""
    for number in range(count):
        glob = "*" if number % 2 else ""
        yield Waiver("compute-local-auth-disabled", f"{glob}/computes/none{number}", "why", date(2027, 1, 1))


if __name__ == "__main__":
    main()
