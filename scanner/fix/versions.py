"""The api-versions that edits are written in: stable ones that every public region has.

Source: the resource types of https://github.com/Azure/bicep-types-az (1f896de).
"""

from __future__ import annotations

from scanner.model.arm import ArmId

_VERSIONS = {
    "microsoft.network": "2024-05-01",
    "microsoft.network/privatednszones": "2024-06-01",
    "microsoft.network/networksecurityperimeters": "2025-07-01",
    "microsoft.storage": "2025-06-01",
    "microsoft.keyvault": "2024-11-01",
    "microsoft.containerregistry": "2025-04-01",
    "microsoft.machinelearningservices": "2025-12-01",
    "microsoft.insights": "2020-02-02",
    "microsoft.authorization": "2022-04-01",
}


def version_of(target: ArmId) -> str:
    """Return the api-version for a resource: that of its type's longest beginning in the table. Raises KeyError."""
    parts = target.type.lower().split("/")
    names = ("/".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((_VERSIONS[name] for name in names if name in _VERSIONS), "") or _none(target)


def _none(target: ArmId) -> str:
    raise KeyError(f"no api-version is known for {target.type}")
