"""Which types are mapped: all that the model reads, and each Terraform type to one of ARM."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module

import pytest

import scanner.collect.iac.terraform.types
import scanner.model
from scanner.collect.iac.terraform.registry import JOINS, KINDS
from scanner.model.resource import Resource

for _each in pkgutil.iter_modules(scanner.model.__path__):
    import_module(f"scanner.model.{_each.name}")

BY_AZAPI_ALONE = {
    "Microsoft.MachineLearningServices/workspaces/onlineEndpoints",
    "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments",
    "Microsoft.MachineLearningServices/workspaces/batchEndpoints",
    "Microsoft.MachineLearningServices/workspaces/batchEndpoints/deployments",
    "Microsoft.MachineLearningServices/workspaces/connections",
    "GitHub.Network/networkSettings",
}
"""What azurerm has no resource for."""

AZURES_OWN = {
    "Microsoft.Authorization/denyAssignments",
    "Microsoft.Network/effectiveConnectivityConfigurations",
    "Microsoft.Network/effectiveSecurityAdminRules",
    "Microsoft.Network/networkGroupMemberships",
    "Microsoft.Network/networkManagers/connectivityConfigurations/snapshots",
    "Microsoft.Network/networkManagers/securityAdminConfigurations/ruleCollections/rules/snapshots",
    "Microsoft.Network/networkManagers/securityAdminConfigurations/ruleCollections/snapshots",
    "Microsoft.Network/networkManagers/securityAdminRegionalGoalStates",
}
"""What Azure makes of what others declare."""

PARTS = {
    "Microsoft.ContainerRegistry/registries/replications",
    "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
}
"""What azurerm declares inside of another resource."""


def _kinds(of: type[Resource] = Resource) -> Iterator[type[Resource]]:
    for each in of.__subclasses__():
        yield each
        yield from _kinds(each)


READ = sorted({each.TYPE for each in _kinds() if each.TYPE})


@pytest.mark.parametrize("arm", READ)
def test_every_type_that_the_model_reads_is_mapped(arm: str) -> None:
    assert scanner.collect.iac.terraform.types.__all__
    assert arm in {each.arm for each in KINDS.values()} | BY_AZAPI_ALONE | PARTS | AZURES_OWN


def test_no_type_is_mapped_twice() -> None:
    assert KINDS.keys() & JOINS.keys() == set()
