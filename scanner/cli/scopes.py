"""Names of management groups, as Azure allows them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from scanner.errors import UsageError, one_line

_GROUP_NAME = re.compile(r"[A-Za-z0-9][\w().-]{0,89}", re.ASCII)


def require_group_names(names: Iterable[str]) -> None:
    """Raise UsageError for what no management group can be called."""
    for each in names:
        if not _GROUP_NAME.fullmatch(each):
            raise UsageError(f"{one_line(each)!r} is not the name of a management group")
