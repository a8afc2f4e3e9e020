"""The packages that a history needs: extras of ours, since most scans keep none."""

from __future__ import annotations

from importlib.util import find_spec

from scanner.errors import HistoryError
from scanner.history.address import is_address


def require_packages(where: str) -> None:
    """Raise HistoryError with the command that installs what is missing."""
    extra, needed = ("postgresql", ("sqlalchemy", "psycopg")) if is_address(where) else ("history", ("sqlalchemy",))
    missing = [each for each in needed if find_spec(each) is None]
    if missing:
        raise HistoryError(f"--history needs {' and '.join(missing)}: in a checkout, pip install '.[{extra}]'")
