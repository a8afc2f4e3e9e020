"""
Every outbound rule of the managed network is active, and private endpoints cover what the workspace stands on.

## Why
A rule that is Inactive or Failed opens nothing: jobs cannot reach what it was made for. Without a private-endpoint
rule, computes in the managed network reach storage, key vault and registry over the internet, or not at all.

## Passes
Every rule is Active, and private-endpoint rules exist for the storage account (blob and file), the key vault and, once
the workspace has one, the registry. A project is judged by its hub's network.

## Fails
A rule is in another state, or one of these private-endpoint rules is missing. A network that was never provisioned has
no rule in force; that counts as low, since managed-network-provisioned reports its cause.

## Fix
az ml workspace outbound-rule set --workspace-name WORKSPACE --resource-group GROUP --rule NAME
    --type private_endpoint --service-resource-id RESOURCE_ID --subresource-target blob

    resource "azurerm_machine_learning_workspace_network_outbound_rule_private_endpoint" "blob" {
      service_resource_id = azurerm_storage_account.example.id
      sub_resource_target = "blob"
    }

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-managed-network
- article: Virtual network
- mcsb: NS-2
"""

from functools import partial

from scanner.checks.selectors import managed_network_workspaces
from scanner.checks.services import inherited, outbound_rules
from scanner.domain.outbound_rules import is_active, is_endpoint_for, state_of
from scanner.engine import Notes, Problem, Severity, rule
from scanner.engine.change import NoEdit
from scanner.estate.solution import Solution
from scanner.evidence import exists, flat, known, readable
from scanner.graph import Graph
from scanner.model.machine_learning import ManagedNetworkStatus


@rule(
    id="managed-network-outbound-rules-active",
    control="Virtual network",
    severity=Severity.MEDIUM,
    each=managed_network_workspaces,
    changes=NoEdit(
        "Azure makes and removes these rules: make the one that lacks again with `az ml workspace outbound-rule set`"
    ),
)
def check(solution: Solution, _: Graph) -> Notes:
    """Judge each rule's state, and what has no rule at all."""
    yield from inherited(solution)
    network = solution.managed_network
    if network and known(network.status) is ManagedNetworkStatus.INACTIVE:
        yield Problem("no outbound rule is in force: the managed network is Inactive", severity=Severity.LOW)
    else:
        yield from flat((_states, _coverage), lambda judge: judge(solution))


def _states(solution: Solution) -> Notes:
    for each in readable(outbound_rules(solution), lambda each: None if is_active(each) else each):
        yield Problem(f"outbound rule {each.name} is {state_of(each)}", (each.id,))


def _coverage(solution: Solution) -> Notes:
    workspace = solution.network_workspace
    storage, vault, registry = workspace.storage_account, workspace.key_vault, workspace.container_registry
    for reference, group in ((storage, "blob"), (storage, "file"), (vault, "vault"), (registry, "registry")):
        service = known(reference)
        if service and not exists(outbound_rules(solution), partial(is_endpoint_for, service=service, group=group)):
            yield Problem(f"no private-endpoint rule for {group} of {service.name}", (service,))
