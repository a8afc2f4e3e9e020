"""What each Terraform type is in ARM, a file a service: a function a type, which says what it is and where it lies.

It imports `terraform`'s blocks and registry; importing this package fills the registry.
"""

from scanner.collect.iac.terraform.types import (
    azapi,
    containers,
    data,
    entrances,
    filters,
    firewall_rules,
    firewalls,
    interfaces,
    kubernetes,
    machine_learning,
    machines,
    managers,
    monitoring,
    names,
    network,
    perimeters,
    private_link,
    roles,
    services,
    virtual_wan,
)

__all__ = [
    "azapi",
    "containers",
    "data",
    "entrances",
    "filters",
    "firewall_rules",
    "firewalls",
    "interfaces",
    "kubernetes",
    "machine_learning",
    "machines",
    "managers",
    "monitoring",
    "names",
    "network",
    "perimeters",
    "private_link",
    "roles",
    "services",
    "virtual_wan",
]
