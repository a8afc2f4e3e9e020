"""Ask whether any pinned dependency has a known vulnerability: `python -m tests.audit`, or `make audit`.

pip-audit asks the advisory database of the package index. Where it cannot be reached pip-audit breaks, and where the
index knows no advisories it skips every package and is content; neither says anything about the packages. So its
answer is read here: exit code 1 for a vulnerability, 0 otherwise, and always a line on how many were looked up.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

import msgspec

TOOL = "pip-audit==2.10.1"
PINNED = Path(__file__).parent / "constraints.txt"
_HOME = Path(sys.prefix) / "audit"
_PATIENCE = "10"
"""Seconds to wait for one answer of the index."""


class _Advisory(msgspec.Struct):
    id: str
    fix_versions: tuple[str, ...] = ()


class _Dependency(msgspec.Struct):
    """One package; `vulns` is None where pip-audit passed it over."""

    name: str
    version: str = ""
    vulns: tuple[_Advisory, ...] | None = None


class _Answer(msgspec.Struct):
    dependencies: tuple[_Dependency, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What an audit came to, in words."""

    says: str
    vulnerable: bool = False


def finding_in(answer: bytes) -> Finding:
    """Read what pip-audit wrote as JSON; anything else means that it could not ask."""
    try:
        found = msgspec.json.decode(answer, type=_Answer).dependencies
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Finding("NOT AUDITED: the advisory database could not be reached")
    asked = [each for each in found if each.vulns is not None]
    known = [_line(each, advisory) for each in asked for advisory in each.vulns or ()]
    if known:
        return Finding("\n".join(["known vulnerabilities:", *known]), vulnerable=True)
    if not asked:
        return Finding(f"NOT AUDITED: the package index has no advisories for any of the {len(found)} dependencies")
    skipped = len(found) - len(asked)
    return Finding(
        f"{len(asked)} dependencies have no known vulnerability" + (f"; {skipped} NOT AUDITED" if skipped else "")
    )


def _line(dependency: _Dependency, advisory: _Advisory) -> str:
    fixed = f"fixed in {', '.join(advisory.fix_versions)}" if advisory.fix_versions else "not fixed yet"
    return f"  {dependency.name} {dependency.version}: {advisory.id}, {fixed}"


def _installed() -> bool:
    """Install pip-audit beside the tests' own packages, not among them; tell whether that worked."""
    python = _HOME / "bin" / "python"
    if (_HOME / "bin" / "pip-audit").exists():
        return True
    venv.create(_HOME, with_pip=True)
    quiet = ["-qq", "--disable-pip-version-check"]
    return subprocess.run([python, "-m", "pip", "install", *quiet, TOOL], check=False).returncode == 0  # noqa: S603 - our own interpreter


def _asked() -> bytes:
    """Run pip-audit on the exact versions that the tests run with."""
    pinned = ["--requirement", str(PINNED), "--no-deps", "--disable-pip"]
    form = ["--format", "json", "--progress-spinner", "off", "--timeout", _PATIENCE]
    command = [str(_HOME / "bin" / "pip-audit"), *pinned, *form]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout  # noqa: S603 - its path is ours


def main() -> int:
    """Audit and tell."""
    finding = finding_in(_asked()) if _installed() else Finding(f"NOT AUDITED: {TOOL} could not be installed")
    print(finding.says)  # noqa: T201 - a command
    return 1 if finding.vulnerable else 0


if __name__ == "__main__":
    sys.exit(main())
