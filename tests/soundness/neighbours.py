"""Who names a network or a service: what a scan looks up in all that its identity sees, without having listed it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from tests.soundness.estate import Estate

_NETWORK = "microsoft.network"
_ZONE = f"{_NETWORK}/privatednszones"
_INTERFACE = f"{_NETWORK}/networkinterfaces"
_MACHINE = "microsoft.compute/virtualmachines"

NAMED = frozenset(
    {
        f"{_NETWORK}/virtualnetworks",
        f"{_NETWORK}/virtualnetworkgateways",
        "microsoft.insights/components",
        "microsoft.storage/storageaccounts",
        "microsoft.keyvault/vaults",
        "microsoft.containerregistry/registries",
        "microsoft.machinelearningservices/workspaces",
        "microsoft.insights/privatelinkscopes",
    }
)
"""Types of what is looked for, in lower case; beside them the names of zones."""

NEIGHBOURS = frozenset(
    {
        f"{_NETWORK}/virtualnetworks",
        f"{_NETWORK}/privateendpoints",
        f"{_NETWORK}/connections",
        f"{_NETWORK}/bastionhosts",
        f"{_NETWORK}/virtualnetworkgateways",
        f"{_NETWORK}/virtualhubs/hubvirtualnetworkconnections",
        f"{_NETWORK}/dnsforwardingrulesets/virtualnetworklinks",
        f"{_NETWORK}/dnsresolvers",
        f"{_ZONE}/virtualnetworklinks",
        _ZONE,
        _INTERFACE,
        _MACHINE,
        "microsoft.compute/virtualmachinescalesets",
        "microsoft.devopsinfrastructure/pools",
        "microsoft.containerservice/managedclusters",
        "microsoft.containerservice/managedclusters/agentpools",
        "microsoft.machinelearningservices/workspaces/computes",
        "microsoft.insights/privatelinkscopes/scopedresources",
    }
)
"""Types of what is found, in lower case."""


@lru_cache(maxsize=64)
def neighbours_of(there: Estate) -> Mapping[str, frozenset[str]]:
    """Return what each neighbour names: a machine by its interfaces, a network by its name, a zone its own name."""
    found = {key: there.mentions[key] for key, arm_id in there.ids.items() if arm_id.type in NEIGHBOURS}
    for key, named in found.items():
        arm_id = there.ids[key]
        if arm_id.type == _MACHINE:
            by_interface = (there.mentions[each] for each in named if each.startswith("/") and each in there.mentions)
            found[key] = named.union(*by_interface)
        elif arm_id.type == _ZONE:
            found[key] = named | {arm_id.name.lower()}
    return found


def zone_names(there: Estate) -> frozenset[str]:
    """Return the names of the zones that there are."""
    return frozenset(each.name.lower() for each in there.ids.values() if each.type == _ZONE)
