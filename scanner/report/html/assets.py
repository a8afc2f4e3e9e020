"""The page's own style and script, and the policy that allows these two and nothing else."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files

from markupsafe import Markup


@cache
def asset(name: str) -> Markup:
    """Return a file of ours as it is to stand between its tags."""
    return Markup((files("scanner.report.html") / "static" / name).read_text("utf-8"))  # noqa: S704 - ours, not the estate's


def policy() -> str:
    """Return the Content-Security-Policy: our style and script by their hashes; nothing is fetched or sent."""
    return (
        "default-src 'none'; "
        f"style-src {_source('style.css')}; script-src {_source('script.js')}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _source(name: str) -> str:
    return f"'sha256-{b64encode(sha256(asset(name).encode()).digest()).decode()}'"
