"""Every figure in one page: `python -m tests.bench.report [BENCH …]` writes tests/bench/README.md."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).with_name("README.md")

_HEAD = """\
# What it costs

Written by `make bench`; each table begins with the command that made it. The machine is shared and has two cores: take
ratios and counts, not seconds. Simulators run in processes of their own, and each measurement in a fresh one.
"""

_BENCHES = {
    "Start and size": "start",
    "Collecting, decoding, judging, reporting": "bench",
    "How judging grows": "growth",
    "More processes than one": "pool",
    "Many subscriptions under Azure's limits": "scale",
    "What requests are spent on": "requests 1 10 100",
    "What got dearer": "baseline",
    "A million resources": "scale 2000 --via auto --speed 8 --by-kind",
    "History": "history",
}


WORSE = 3
"""What a bench ends with that found something worse than what is kept; it says so itself."""


def main() -> None:
    """Run the benches, or those that are named, and write the page; the other sections stay as they are."""
    wanted = sys.argv[1:] or [each.partition(" ")[0] for each in _BENCHES.values()]
    sections = _sections(PAGE.read_text()) if PAGE.exists() else {}
    for title, bench in _BENCHES.items():
        if bench in wanted or bench.partition(" ")[0] in wanted:
            sys.stderr.write(f"{title} …\n")
            sections[title] = _measured(bench)
            PAGE.write_text(_page(sections))


def _measured(bench: str) -> str:
    name, *arguments = bench.split()
    command = [sys.executable, "-m", f"tests.bench.{name}", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603 - our own
    if done.returncode not in {0, WORSE}:
        raise subprocess.CalledProcessError(done.returncode, command)
    output = done.stdout
    # Commands are shown as such; the rest of what a bench prints is Markdown.
    return "\n".join(f"    {line}" if line.startswith("$ ") else line for line in output.strip().splitlines())


def _sections(page: str) -> dict[str, str]:
    parts = (each.partition("\n") for each in page.split("\n## ")[1:])
    return {title: body.strip("\n") for title, _, body in parts}


def _page(sections: dict[str, str]) -> str:
    bodies = (f"## {title}\n\n{sections[title]}\n" for title in _BENCHES if title in sections)
    return "\n".join([_HEAD, *bodies])


if __name__ == "__main__":
    main()
