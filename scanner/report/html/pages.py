"""How templates are made into pages: whatever they print is made harmless, and escaped."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from scanner.system.plain import plain


def environment_of_pages() -> Environment:
    """Return an environment for our templates."""
    return Environment(
        loader=PackageLoader("scanner.report.html"),
        autoescape=True,
        finalize=_harmless,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _harmless(value: object) -> object:
    """Make every text that a template prints harmless, before it is escaped; our own style and script stay."""
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value
