"""Fuzz with a guide: atheris watches which code an input reaches, and goes on from those that reach something new.

`python -m tests.fuzz.nightly [--seconds N] [target …]`, or `make fuzz`, which installs atheris. What was learnt is kept
in a folder for the next night, and so is an input that broke something: `--replay FILE` gives it to its target again.
"""

from __future__ import annotations

import argparse
import random
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

_SEEDS = 40
_LONGEST = 1_024
_SLOWEST = 60
"""Seconds after which an input counts as one that hangs."""

_MEMORY = 2_048
_RUNS = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
_COVERED = re.compile(r"cov: (\d+)")


def main() -> int:
    """Fuzz each target for its time, in a process of its own; the exit code is 1 if one broke."""
    options = _options()
    if options.worker:
        _work(options.target[0], options.arguments)
        return 0
    if options.replay:
        from tests.fuzz.targets import TARGETS  # noqa: PLC0415 - not before atheris watches, in a worker

        TARGETS[options.target[0]](options.replay.read_bytes())
        return 0
    broken = [name for name in options.target or _names() if not _fuzz(name, options.seconds, options.folder)]
    print(f"broken: {', '.join(broken)}" if broken else "nothing broke")  # noqa: T201 - a command
    return 1 if broken else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.nightly", description="Fuzz with atheris.")
    parser.add_argument("target", nargs="*", help="which targets; all of them where none is named")
    parser.add_argument("--seconds", type=int, default=300, help="for each target (default 300)")
    parser.add_argument("--folder", type=Path, default=Path(".fuzz"), help="keeps what was learnt (default .fuzz)")
    parser.add_argument("--replay", type=Path, help="give one target one file, without atheris")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    options, arguments = parser.parse_known_args()
    return argparse.Namespace(**vars(options), arguments=arguments)


def _names() -> list[str]:
    from tests.fuzz.targets import TARGETS  # noqa: PLC0415 - not before atheris watches, in a worker

    return list(TARGETS)


def _fuzz(name: str, seconds: int, kept: Path) -> bool:
    """Run one target; tell whether it held, and print how many inputs ran."""
    folder = kept / name
    _sow(folder)
    limits = [f"-max_total_time={seconds}", f"-timeout={_SLOWEST}", f"-rss_limit_mb={_MEMORY}", f"-max_len={_LONGEST}"]
    arguments = [*limits, "-print_final_stats=1", f"-artifact_prefix={kept}/{name}-", str(folder)]
    command = [sys.executable, "-m", "tests.fuzz.nightly", "--worker", name, *arguments]
    ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)  # noqa: S603 - our own interpreter
    runs, covered = _RUNS.search(ran.stdout), _COVERED.findall(ran.stdout)
    print(f"{name}: {runs[1] if runs else 'no'} inputs, {covered[-1] if covered else 'no'} edges covered", flush=True)  # noqa: T201
    if ran.returncode or not runs:
        print("\n".join(ran.stdout.splitlines()[-60:]))  # noqa: T201
    return ran.returncode == 0 and runs is not None


def _sow(folder: Path) -> None:
    """Begin with bytes of several lengths: from them the targets make changes to the estates in fixtures."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(folder.name)  # noqa: S311 - no secret
    for number in range(_SEEDS):
        (folder / f"seed-{number:02}").write_bytes(chance.randbytes(8 * 2 ** (number % 7)))


def _work(name: str, arguments: list[str]) -> None:
    """Fuzz in this process, until the time is over or something breaks."""
    try:
        atheris = import_module("atheris")  # for the night only
    except ImportError:
        sys.exit("atheris is not installed: `make fuzz` does that, where the package index has a wheel of it")
    with atheris.instrument_imports(include=["scanner"]):
        from tests.fuzz.targets import TARGETS  # noqa: PLC0415 - watched while it is imported
    atheris.Setup([sys.argv[0], *arguments], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
