"""What each Terraform type is in ARM, a file a service: a function a type, which says what it is and where it lies.

It imports `terraform`'s blocks and registry; importing this package fills the registry.
"""

from scanner.collect.iac.terraform.types import (
    azapi,
    data,
    entrances,
    filters,
    firewalls,
    interfaces,
    kubernetes,
    machine_learning,
    machines,
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
    "data",
    "entrances",
    "filters",
    "firewalls",
    "interfaces",
    "kubernetes",
    "machine_learning",
    "machines",
    "names",
    "network",
    "perimeters",
    "private_link",
    "roles",
    "services",
    "virtual_wan",
]
