"""
A network security perimeter around storage, vault or logs is enforced, and lets in nobody but the team.

## Why
A perimeter is drawn to close public endpoints, and a new association begins in the mode Learning (the portal calls it
Transition), which closes nothing: whatever the service's own firewall lets in goes on coming in. An access rule opens
the perimeter again, in every mode.

## Passes
The association is enforced. Each inbound range is in `[agents] allowed_ip_ranges`, each subscription that is let in is
the solution's own, and no outbound rule names `*`.

## Fails
The mode is not Enforced, an inbound rule lets in a range or a subscription that is not yours, or an outbound rule lets
data out to every name. What the mode Audit does is undocumented: it is unknown.

## Fix
az network perimeter association update --name ASSOCIATION --perimeter-name PERIMETER --resource-group GROUP
    --access-mode Enforced

    resource "azurerm_network_security_perimeter_association" "example" {
      access_mode = "Enforced"
    }

## See
- https://learn.microsoft.com/azure/private-link/network-security-perimeter-concepts
- https://learn.microsoft.com/azure/private-link/network-security-perimeter-transition
- mcsb: NS-2
"""

from scanner.changes.monitoring import enforces_perimeters
from scanner.checks.public_access import perimeter_enforced, perimeter_members
from scanner.engine import Severity, rule

check = rule(
    id="security-perimeter-enforced",
    control="Public network access",
    severity=Severity.HIGH,
    each=perimeter_members,
    changes=enforces_perimeters,
)(perimeter_enforced)
