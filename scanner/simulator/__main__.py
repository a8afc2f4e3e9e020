"""Serve an estate file by hand: `python -m scanner.simulator ESTATE.json`."""

from __future__ import annotations

import argparse
import sys
from contextlib import suppress
from pathlib import Path
from threading import Event

from scanner.simulator import EstateError, Limits, Simulator, read_estate


def main(arguments: list[str] | None = None) -> None:
    """Print the endpoint's URL and serve until interrupted; a bad estate or a taken port ends with status 2."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        estate = read_estate(options.estate)
        limits = None if options.limits is None else Limits(speed=options.limits)
        simulator = Simulator(
            estate, page_size=options.page_size, latency=options.latency, port=options.port, limits=limits
        )
    except (EstateError, OSError, ValueError) as error:
        parser.error(str(error))
    with simulator, suppress(KeyboardInterrupt):
        sys.stdout.write(f"{simulator.url}\n")
        sys.stdout.flush()
        Event().wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scanner.simulator", description=__doc__)
    parser.add_argument("estate", type=Path, metavar="ESTATE.json")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: a free one)")
    parser.add_argument("--page-size", type=int, default=100, help="rows a page (default: 100)")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer (default: 0)")
    parser.add_argument(
        "--limits",
        type=float,
        nargs="?",
        const=1.0,
        metavar="SPEED",
        help="refuse reads beyond Azure's limits, which run SPEED times faster than Azure's (default: 1)",
    )
    return parser


if __name__ == "__main__":
    main()
