"""Several things of which each is tried, whatever becomes of the others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from scanner.cli.complaints import complain
from scanner.errors import PipeClosed, ScanError


class Attempts:
    """Collects what went wrong, until all was tried."""

    def __init__(self) -> None:
        self._failures: list[Exception] = []

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Go on after the block, even if it fails."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - raised once the others were tried
            self._failures.append(error)

    def settle(self) -> None:
        """Raise the worst of what went wrong, and tell of the rest: a bug of ours, an error, a reader who has gone."""
        if self._failures:
            *others, worst = sorted(self._failures, key=_weight)
            for each in others:
                if isinstance(each, ScanError):
                    complain(str(each))
            raise worst


def _weight(error: Exception) -> int:
    return 0 if isinstance(error, PipeClosed) else 1 if isinstance(error, ScanError) else 2
