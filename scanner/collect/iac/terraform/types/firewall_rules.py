"""What lets packets through an Azure Firewall: rules of policies and of firewalls without one, and IP groups."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.collect.iac.terraform.block import Block, given
from scanner.collect.iac.terraform.registry import Into, Piece, below, in_group, join, kind
from scanner.collect.iac.terraform.rows import row, tuple_of
from scanner.creation.estate import Row, is_unknown

FIREWALL = "Microsoft.Network/azureFirewalls"
POLICY = "Microsoft.Network/firewallPolicies"
GROUP = "Microsoft.Network/ipGroups"

_NETWORK = {
    "sourceAddresses": "source_addresses",
    "destinationAddresses": "destination_addresses",
    "destinationFqdns": "destination_fqdns",
    "destinationPorts": "destination_ports",
}
_APPLICATION = {
    "sourceAddresses": "source_addresses",
    "destinationAddresses": "destination_addresses",
    "targetUrls": "destination_urls",
    "webCategories": "web_categories",
}


@kind("azurerm_ip_group", GROUP, in_group)
def ip_group(block: Block) -> Iterator[Piece]:
    """Map a group of addresses."""
    yield row(block, {"ipAddresses": block.get("cidrs") or []})


@join("azurerm_ip_group_cidr")
def ip_group_cidr(block: Block) -> Iterator[Piece]:
    """Put an address that is declared apart into its group."""
    target = block.id("ip_group_id", GROUP)
    yield Into(target, ("properties", "ipAddresses"), block.get("cidr"), append=True, arm=GROUP)


@kind(
    "azurerm_firewall_policy_rule_collection_group",
    f"{POLICY}/ruleCollectionGroups",
    below("firewall_policy_id", POLICY),
)
def rule_collection_group(block: Block) -> Iterator[Piece]:
    """Map a group of collections; the provider declares those of each kind by themselves."""
    listed = [
        _collections(block, "network_rule_collection", _network_rule),
        _collections(block, "application_rule_collection", _application_rule),
        _collections(block, "nat_rule_collection", _nat_rule),
    ]
    unknown = next((each for each in listed if is_unknown(each)), None)
    every = [each for found in listed if isinstance(found, list) for each in found]
    yield row(block, {"priority": block.get("priority"), "ruleCollections": unknown or every})


def _collections(block: Block, name: str, rule: object) -> object:
    return tuple_of(block, name, lambda each: _collection(each, rule))


def _collection(block: Block, rule: object) -> Row:
    action = block.get("action")
    return {
        "name": block.get("name"),
        "priority": block.get("priority"),
        "action": {"type": action.upper() if isinstance(action, str) and action.lower() == "dnat" else action},
        "rules": tuple_of(block, "rule", rule) if callable(rule) else [],
    }


def _network_rule(block: Block) -> Row:
    return {
        "name": block.get("name"),
        "ruleType": "NetworkRule",
        "ipProtocols": block.get("protocols"),
        **_network(block),
    }


def _nat_rule(block: Block) -> Row:
    public = block.get("destination_address")
    return {
        "name": block.get("name"),
        "ruleType": "NatRule",
        "ipProtocols": block.get("protocols"),
        **_network(block),
        "destinationAddresses": [public] if public is not None else [],
        **_translated(block),
    }


def _translated(block: Block) -> Row:
    """Return where a rule sends packets; the provider has its port as a number."""
    port = block.get("translated_port")
    return given(
        {
            "translatedAddress": block.ip("translated_address"),
            "translatedFqdn": block.get("translated_fqdn"),
            "translatedPort": str(port) if isinstance(port, int) else port,
        }
    )


def _network(block: Block) -> Row:
    return {**block.pick(_NETWORK), **_groups(block)}


def _groups(block: Block) -> Row:
    return given(
        {
            "sourceIpGroups": block.ids("source_ip_groups", GROUP),
            "destinationIpGroups": block.ids("destination_ip_groups", GROUP),
        }
    )


def _application_rule(block: Block) -> Row:
    names = block.get("destination_fqdns")
    tags = block.get("destination_fqdn_tags")
    return given(
        {
            "name": block.get("name"),
            "ruleType": "ApplicationRule",
            "protocols": tuple_of(block, "protocols", _service),
            "targetFqdns": names,
            "fqdnTags": tags,
            **block.pick(_APPLICATION),
            **_groups(block),
        }
    )


def _service(block: Block) -> Row:
    return given({"protocolType": block.get("type"), "port": block.get("port")})


# Firewalls without a policy


@join("azurerm_firewall_network_rule_collection")
def classic_network_rules(block: Block) -> Iterator[Piece]:
    """Put a collection of network rules into its firewall."""
    yield _classic(block, "networkRuleCollections", _classic_network_rule)


@join("azurerm_firewall_application_rule_collection")
def classic_application_rules(block: Block) -> Iterator[Piece]:
    """Put a collection of application rules into its firewall."""
    yield _classic(block, "applicationRuleCollections", _classic_application_rule)


@join("azurerm_firewall_nat_rule_collection")
def classic_nat_rules(block: Block) -> Iterator[Piece]:
    """Put a collection of rules of address translation into its firewall."""
    yield _classic(block, "natRuleCollections", _classic_nat_rule)


def _classic(block: Block, place: str, rule: object) -> Into:
    target = block.world.parent_by_name(block, "azure_firewall_name", "azurerm_firewall")
    inside = {
        "priority": block.get("priority"),
        "action": {"type": block.get("action")},
        "rules": tuple_of(block, "rule", rule) if callable(rule) else [],
    }
    return Into(target, ("properties", place), {"name": block.get("name"), "properties": inside}, append=True)


def _classic_network_rule(block: Block) -> Row:
    return {"name": block.get("name"), "protocols": block.get("protocols"), **_network(block)}


def _classic_nat_rule(block: Block) -> Row:
    return {**_classic_network_rule(block), **_translated(block)}


def _classic_application_rule(block: Block) -> Row:
    return given(
        {
            "name": block.get("name"),
            "sourceAddresses": block.get("source_addresses"),
            "targetFqdns": block.get("target_fqdns"),
            "fqdnTags": block.get("fqdn_tags"),
            "protocols": tuple_of(block, "protocol", _service),
            **_groups(block),
        }
    )
