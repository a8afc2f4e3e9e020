"""What stderr says of a snapshot that somebody changed."""

from __future__ import annotations

from pathlib import Path

from scanner.cli.complaints import complain
from scanner.collect.collected import SnapshotFile


def tell_edited(path: Path | None, file: SnapshotFile | None, *, accepted: bool) -> None:
    """Say that a snapshot was changed after it was saved, unless the user knows; it is judged all the same."""
    if file is not None and file.edited and not accepted:
        complain(f"{path} was edited after it was saved; --accept-edited accepts that")
