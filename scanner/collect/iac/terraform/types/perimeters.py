"""Network security perimeters."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.collect.iac.terraform.block import Block
from scanner.collect.iac.terraform.registry import Piece, below, in_group, kind
from scanner.collect.iac.terraform.rows import row

PERIMETER = "Microsoft.Network/networkSecurityPerimeters"
PROFILE = f"{PERIMETER}/profiles"


@kind("azurerm_network_security_perimeter", PERIMETER, in_group)
def perimeter(block: Block) -> Iterator[Piece]:
    """Map a perimeter."""
    yield row(block, {})


@kind("azurerm_network_security_perimeter_profile", PROFILE, below("network_security_perimeter_id", PERIMETER))
def profile(block: Block) -> Iterator[Piece]:
    """Map a profile."""
    yield row(block, {})


def _of_profile(block: Block) -> str:
    """Return the perimeter that an association's profile belongs to."""
    found = block.world.parent_by_id(block, "network_security_perimeter_profile_id", PROFILE)
    return found.rpartition("/profiles/")[0] or found


@kind("azurerm_network_security_perimeter_association", f"{PERIMETER}/resourceAssociations", _of_profile)
def association(block: Block) -> Iterator[Piece]:
    """Map a service's membership; whether it could take the rules over shows when it is made."""
    yield row(
        block,
        {
            "privateLinkResource": {"id": block.id("resource_id")},
            "profile": {"id": block.id("network_security_perimeter_profile_id", PROFILE)},
            "accessMode": block.get("access_mode"),
            "hasProvisioningIssues": block.why("id", "tells whether it has provisioning issues once it is made"),
        },
    )


@kind(
    "azurerm_network_security_perimeter_access_rule",
    f"{PROFILE}/accessRules",
    below("network_security_perimeter_profile_id", PROFILE),
)
def access_rule(block: Block) -> Iterator[Piece]:
    """Map a rule of a profile."""
    subscriptions = block.get("subscription_ids")
    yield row(
        block,
        {
            **block.pick(
                {
                    "direction": "direction",
                    "addressPrefixes": "address_prefixes",
                    "serviceTags": "service_tags",
                    "fullyQualifiedDomainNames": "fqdns",
                }
            ),
            "subscriptions": [{"id": each} for each in subscriptions]
            if isinstance(subscriptions, list)
            else subscriptions,
        },
    )
