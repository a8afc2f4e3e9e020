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
    "microsoft.operationalinsights": "2023-09-01",
    "microsoft.compute": "2024-07-01",
    "microsoft.sql": "2021-11-01",
    "microsoft.documentdb": "2024-05-15",
    "microsoft.databricks": "2024-05-01",
    "microsoft.search": "2023-11-01",
    "microsoft.cognitiveservices": "2024-10-01",
}


def has_version(target: ArmId) -> bool:
    """Tell whether a resource can be written in an api-version of the table."""
    return _found(target) is not None


def version_of(target: ArmId) -> str:
    """Return the api-version for a resource: that of its type's longest beginning in the table. Raises KeyError."""
    found = _found(target)
    if found is None:
        raise KeyError(f"no api-version is known for {target.type}")
    return found


def _found(target: ArmId) -> str | None:
    parts = target.type.lower().split("/")
    names = ("/".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((_VERSIONS[name] for name in names if name in _VERSIONS), None)
