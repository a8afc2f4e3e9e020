"""What lies beside an estate and has nothing to do with it: nobody refers to it, and it refers to nobody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.cases import Resource

FOREIGN = "eeeeeeee-eeee-4eee-8eee-eeeeeeeeeeee"
_HERE = "/subscriptions/{subscription}/resourceGroups/rg-stranger/providers"

STRANGERS: Mapping[str, Mapping[str, Any]] = {
    "Microsoft.Network/networkInterfaces": {
        "properties": {
            "ipConfigurations": [
                {
                    "name": "ipconfig1",
                    "properties": {
                        "privateIPAddress": "192.168.77.4",
                        "subnet": {"id": f"{_HERE}/Microsoft.Network/virtualNetworks/stranger/subnets/default"},
                    },
                }
            ]
        }
    },
    "Microsoft.Network/privateDnsZones": {"properties": {"numberOfRecordSets": 1}},
    "Microsoft.Network/virtualNetworks": {
        "properties": {
            "addressSpace": {"addressPrefixes": ["192.168.77.0/24"]},
            "subnets": [
                {
                    "id": f"{_HERE}/Microsoft.Network/virtualNetworks/stranger/subnets/default",
                    "name": "default",
                    "properties": {"addressPrefix": "192.168.77.0/25"},
                }
            ],
            "virtualNetworkPeerings": [],
        }
    },
    "Microsoft.Network/publicIPAddresses": {"properties": {"ipAddress": "20.1.2.3"}},
    "Microsoft.Network/networkSecurityGroups": {"properties": {"securityRules": [], "defaultSecurityRules": []}},
    "Microsoft.Network/bastionHosts": {
        "properties": {
            "ipConfigurations": [
                {
                    "name": "ipconfig1",
                    "properties": {
                        "subnet": {
                            "id": f"{_HERE}/Microsoft.Network/virtualNetworks/stranger/subnets/AzureBastionSubnet"
                        }
                    },
                }
            ]
        }
    },
    "Microsoft.Compute/virtualMachines": {
        "properties": {
            "networkProfile": {
                "networkInterfaces": [{"id": f"{_HERE}/Microsoft.Network/networkInterfaces/stranger"}],
            }
        }
    },
    "Microsoft.Compute/virtualMachineScaleSets": {
        "properties": {"virtualMachineProfile": {"networkProfile": {"networkInterfaceConfigurations": []}}}
    },
    "Microsoft.Storage/storageAccounts": {"properties": {"publicNetworkAccess": "Enabled"}},
    "Microsoft.Network/privateEndpoints": {
        "properties": {
            "subnet": {"id": f"{_HERE}/Microsoft.Network/virtualNetworks/stranger/subnets/default"},
            "privateLinkServiceConnections": [
                {
                    "name": "stranger",
                    "properties": {
                        "privateLinkServiceId": f"{_HERE}/Microsoft.Storage/storageAccounts/stranger",
                        "groupIds": ["blob"],
                    },
                }
            ],
        }
    },
}
"""By type: what a stranger of the type says of itself beside id and name."""

_NAMES = {"Microsoft.Network/privateDnsZones": "stranger.example"}


def name_of(kind: str) -> str:
    """Return the name of the stranger of a type; a zone's is a domain that nobody here asks for."""
    return _NAMES.get(kind, "stranger")


def stranger_id(kind: str, subscription: str) -> str:
    """Return the ARM id of the stranger of a type."""
    return f"{_HERE.format(subscription=subscription)}/{kind}/{name_of(kind)}"


def added(resources: list[Resource], kind: str, *, elsewhere: bool) -> list[Resource]:
    """Add the stranger of a type, in the first subscription of an estate or in one where nothing else is."""
    subscription = FOREIGN if elsewhere else str(resources[0]["id"]).split("/")[2]
    row = {
        "id": stranger_id(kind, subscription),
        "type": kind,
        "name": name_of(kind),
        "location": "westeurope",
        **_placed(STRANGERS[kind], subscription),
    }
    return [*resources, row]


def _placed(value: Any, subscription: str) -> Any:  # noqa: ANN401 - JSON
    """Write the subscription into every id."""
    if isinstance(value, Mapping):
        return {key: _placed(each, subscription) for key, each in value.items()}
    if isinstance(value, list):
        return [_placed(each, subscription) for each in value]
    return value.replace("{subscription}", subscription) if isinstance(value, str) else value
