"""Every figure in one page: `python -m tests.bench.report` runs the benches and writes tests/bench/README.md."""

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
    "Start and size": ["tests.bench.start"],
    "Collecting, decoding, judging, reporting": ["tests.bench.bench"],
    "How judging grows": ["tests.bench.growth"],
    "More processes than one": ["tests.bench.pool"],
    "Many subscriptions under Azure's limits": ["tests.bench.scale"],
    "History": ["tests.bench.history"],
}


def main() -> None:
    """Run the benches, one after the other, and write the page when all of them are done."""
    page = [_HEAD]
    for title, arguments in _BENCHES.items():
        sys.stderr.write(f"{title} …\n")
        command = [sys.executable, "-m", *arguments]
        output = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout  # noqa: S603 - our own
        page.append(f"## {title}\n\n{_as_page(output)}\n")
    PAGE.write_text("\n".join(page))


def _as_page(output: str) -> str:
    """Show the commands as such; the rest of what a bench prints is Markdown."""
    return "\n".join(f"    {line}" if line.startswith("$ ") else line for line in output.strip().splitlines())


if __name__ == "__main__":
    main()
