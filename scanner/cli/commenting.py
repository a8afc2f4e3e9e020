"""`mlsec-scan comment`: a report read, put on the pull request, and what was done told on stderr."""

from __future__ import annotations

import os
from pathlib import Path

from scanner.cli.complaints import tell
from scanner.comment.place import put_comment
from scanner.errors import UsageError
from scanner.system.reading import MIB, read_bounded

_MOST = 16 * MIB


def comment(path: Path, name: str) -> None:
    """Put the report there. Raises UsageError for a file that is no text, and CommentError where it cannot be put."""
    try:
        report = read_bounded(path, _MOST).decode()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is no text; name a report of --format markdown") from error
    tell(put_comment(report, name, os.environ))
