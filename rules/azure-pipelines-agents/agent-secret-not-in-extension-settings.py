"""
No extension of a machine shows a secret in its public settings.

## Why
Everybody with the Reader role sees the public settings of an extension. The usual way to install an agent puts the access
token of Azure DevOps there, in base 64 at best, and whoever has it can push code and run pipelines.

## Passes
The public settings hold no token, key or password, and no script that holds one. Protected settings, which Azure never
shows, may.

## Fails
They hold something that looks like a secret. The report says what kind, and never the secret itself.

## Fix
Revoke the token: it has been readable. Then move the script into protected settings, or let Azure DevOps install the
agents of a scale set, which needs no token:

az vm extension set --resource-group GROUP --vm-name VM --publisher Microsoft.Azure.Extensions --name CustomScript
    --protected-settings @script.json

    resource "azurerm_virtual_machine_extension" "example" {
      protected_settings = jsonencode({ script = base64encode(local.script) })
    }

## See
- https://learn.microsoft.com/azure/virtual-machines/extensions/custom-script-linux
- article: Azure Pipelines agents
- psrule: AZR-000332, AZR-000333
"""

from scanner.checks.agents import Extension, extensions
from scanner.engine import Notes, Problem, Severity, rule
from scanner.engine.change import NoEdit
from scanner.evidence import known
from scanner.graph import Graph


@rule(
    id="agent-secret-not-in-extension-settings",
    control="Azure Pipelines agents",
    severity=Severity.CRITICAL,
    each=extensions,
    changes=NoEdit("whoever gave the secret has to revoke it; then give it in protectedSettings"),
)
def check(extension: Extension, _: Graph) -> Notes:
    """Read what the settings were seen to expose before they were dropped."""
    for what in known(known(extension.summary).exposes):
        yield Problem(f"its public settings show {what}", (extension.host,))
