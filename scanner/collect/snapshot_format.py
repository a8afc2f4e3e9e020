"""The format of a snapshot, everything that a scan read in one file.

Gzip of JSON lines: a header, then each resource as ARM shapes it, then each gap. Secrets were taken out before anything
got here. What was seen completely is in the header, so that older versions, which do not know of it, read the file. An
older file says nothing of it: it loads as a closed world in which gaps are the only holes, as it was judged then.

The last line is the SHA-256 of all lines before it. It tells of a change that was made by hand and meant no harm; who
means to deceive computes it anew. What was judged is named by the SHA-256 of the file, which the reports have.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from scanner.graph.coverage import Ground

SCHEMA = "mlsec-scan-snapshot/1"

_Count = Annotated[int, msgspec.Meta(ge=0, le=10**12)]


class Header(msgspec.Struct, frozen=True):
    """The first line. The counts tell a truncated file.

    `horizon` and `covered` are those of the coverage, `horizon` None where there is none. `covered` are the fields of
    each entry in their order. `digest` says that the last line is a footer.
    """

    schema: str
    tool: dict[str, str]
    source: str
    cloud: str
    subscriptions: tuple[str, ...]
    context_subscriptions: tuple[str, ...]
    started: datetime
    finished: datetime
    requests: _Count
    resources: _Count
    gaps: _Count
    neighbours: tuple[str, ...] = ()
    horizon: tuple[str, ...] | None = None
    covered: tuple[tuple[str, str, Ground, str], ...] = ()
    digest: bool = False


class Footer(msgspec.Struct, frozen=True):
    """The last line: the digest of all before it, in hexadecimal. Older files have none."""

    sha256: str
