"""What a run is about: runs of one scope follow each other, those of others have nothing to do with them."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from scanner.scan.outcome import Header

_ESTATE = {"live": "azure", "snapshot": "azure"}
"""A snapshot is of the estate that a live scan reads; any other source is something else, such as a plan of it."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What was scanned, all in lower case: an estate is the same under every spelling.

    `source` is "azure", or the kind of another source; `subscriptions` are those judged, in order. Where management
    groups were named it is they that count, since subscriptions come and go in them.
    """

    source: str
    cloud: str
    profile: str
    subscriptions: tuple[str, ...]
    resource_group: str = ""
    workspace: str = ""
    management_groups: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Return it as JSON, the same for the same scope."""
        return msgspec.json.encode(self, order="sorted").decode()


def scope_of(
    header: Header, resource_group: str = "", workspace: str = "", management_groups: tuple[str, ...] = ()
) -> Scope:
    """Return the scope of a scan; all but the header are the options of these names."""
    subscriptions = () if management_groups else header.subscriptions
    return Scope(
        _ESTATE.get(header.source, header.source),
        header.cloud.lower(),
        header.profile,
        _in_order(subscriptions),
        resource_group.lower(),
        workspace.lower().rstrip("/"),
        _in_order(management_groups),
    )


def _in_order(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({each.lower() for each in names}))


def read_scope(text: str) -> Scope:
    """Read what `Scope.text` wrote. Raises msgspec.DecodeError."""
    return msgspec.json.decode(text, type=Scope)
