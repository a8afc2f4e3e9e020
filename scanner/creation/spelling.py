"""Names of properties as Azure writes them: code may write them in any case, and Azure takes them in any."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.creation.estate import unknown
from scanner.model.fields import SPELLINGS

_NAMES = frozenset({"tags", "userAssignedIdentities"})
"""Properties whose keys are names that somebody gave."""

_OF_PROVIDER = {
    ("microsoft.network", "publicipaddress"): "publicIPAddress",
    ("microsoft.containerservice", "enablenodepublicip"): "enableNodePublicIP",
    ("microsoft.machinelearningservices", "enablenodepublicip"): "enableNodePublicIp",
}
"""Of what several providers write differently, how one does."""


def as_azure_writes(value: Any, kind: str) -> Any:  # noqa: ANN401 - JSON
    """Return the JSON of a resource of an ARM type with every key that is read of it spelled as it is read."""
    return _object(value, kind.partition("/")[0].lower())


def _object(value: Any, provider: str) -> Any:  # noqa: ANN401 - JSON
    match value:
        case dict():
            found: dict[str, Any] = {}
            for name, item in value.items():
                for key, each in _spelled(name, item, provider):
                    is_again = key in found and found[key] != each
                    found[key] = unknown(f"{key} stands there twice, in different cases") if is_again else each
            return found
        case list():
            return [_object(each, provider) for each in value]
    return value


def _spelled(name: str, item: Any, provider: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - JSON
    """Yield a property under each spelling that it may be read by: most often there is one."""
    lower = name.lower()
    chosen, known = _OF_PROVIDER.get((provider, lower)), SPELLINGS.get(lower)
    is_known = known is None or name in known
    for key in [chosen] if chosen is not None else [name] if is_known else sorted(known or ()):
        yield key, item if key in _NAMES else _object(item, provider)
