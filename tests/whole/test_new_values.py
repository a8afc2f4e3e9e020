"""What Azure calls something next year: a value that nobody knows yet is unknown wherever a verdict hangs on it.

Every enum that a model reads is found by its reader, so that a new one is looked at by itself; a text that a model
reads stands in OPEN, or is an enum.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from zlib import crc32

import pytest

from scanner.engine import Rule, Subject, evaluate
from scanner.evidence import MissingEvidence, known
from scanner.graph import Graph
from scanner.model.fields import decode, text
from scanner.model.firewall import AzureFirewall
from scanner.model.machine_learning import IdentityKind, Workspace
from scanner.model.routing import GatewayConnection, LinkStatus
from tests.cases import Resource, estate
from tests.damaged import damaged
from tests.verdicts import Judged, by_subject
from tests.whole.new_values import MADE_UP, EnumField, enum_fields, leaves, moved, undecided, with_value

Rules = tuple[Rule[Subject], ...]

ESTATES = (
    "reference",
    "article",
    "demo",
    "managed-network",
    "landing-zone",
    "single-vnet",
    "gateway-transit",
    "virtual-wan",
    "hub-spoke-firewall-dns",
    "hub-spoke-onprem-dns",
    "hub-spoke-private-resolver",
)

DAMAGED = ("reference", "virtual-wan")
"""Layouts of which every damage is tried together: most rules fail there."""

FOUND: set[tuple[str, str]] = set()
"""What the walk has found and is not mended yet, by rule and path; what is no longer found is to be taken out."""

OPEN = {
    "properties.principalId": "a GUID",
    "properties.assignedTo.*": "GUIDs",
    "properties.condition": "an expression, of which only the existence counts",
    "properties.roleName": "a name",
    "properties.permissions.*.actions.*": "operations, with wildcards",
    "properties.permissions.*.notActions.*": "operations, with wildcards",
    "properties.permissions.*.dataActions.*": "operations, with wildcards",
    "properties.permissions.*.notDataActions.*": "operations, with wildcards",
    "properties.delegations.*.properties.serviceName": "a service; any other than the known ones is another one",
    "properties.serviceEndpoints.*.service": "a service; any other than the known ones is another one",
    "properties.localSubnetNames.*": "names",
    "properties.remoteSubnetNames.*": "names",
    "properties.privateLinkConnectionProperties.fqdns.*": "names",
    "properties.cnameRecord.cname": "a name",
    "properties.domainName": "a name",
    "tags.*": "the user's own",
    "name": "a name",
    "location": "a region",
    "identity.principalId": "a GUID",
    "identity.userAssignedIdentities.*.principalId": "a GUID",
    "properties.imageBuildCompute": "a name",
    "properties.compute": "a name or id",
    "properties.accountName": "a name",
    "properties.subscriptionId": "a GUID",
    "properties.resourceGroup": "a name",
    "properties.target": "an address",
    "properties.category": "one of a hundred; any other than the known ones is named and not judged",
    "properties.properties.vmSize": "a size; one that is not known is not judged",
    "properties.destination.subresourceTarget": "a group, which each service names as it likes",
    "properties.groupIds.*": "a group, which each service names as it likes",
    "properties.service": "a service; any other than the known ones is another one",
    "properties.serviceResources.*": "ids and aliases",
    "properties.networkAcls.resourceAccessRules.*.resourceId": "ids, with wildcards",
    "properties.networkRuleSet.resourceAccessRules.*.resourceId": "ids, with wildcards",
    "properties.fullyQualifiedDomainNames.*": "names",
    "targetFqdns.*": "names, with wildcards",
    "destinationFqdns.*": "names",
    "targetUrls.*": "addresses, of which the host counts",
    "fqdnTags.*": "names of lists that Microsoft keeps; what is in them is not known",
    "webCategories.*": "names of lists that Microsoft keeps; each lets somebody out",
    "properties.serviceTags.*": "a tag, and each lets somebody in",
    "properties.denyAssignmentName": "a name",
    "properties.principals.*.id": "a GUID",
    "properties.excludePrincipals.*.id": "a GUID",
    "properties.permissions.*.condition": "an expression, of which only the existence counts",
    "properties.template.containers.*.image": "an image; any other than the known ones is not an agent's",
    "properties.containers.*.properties.image": "an image; any other than the known ones is not an agent's",
    "properties.configuration.eventTriggerConfig.scale.rules.*.type": "one of seventy scalers; any other runs no agent",
    "properties.workspaceId": "a GUID",
    "properties.properties.applications.*.endpointUri": "an address, of which the host counts",
    "properties.networkManagerScopeAccesses.*": "features, of which the known ones are looked for",
    "properties.networkManagerScopes.managementGroups.*": "ids",
    "properties.networkManagerScopes.subscriptions.*": "ids",
    "properties.commitTimestamp": "a time",
    "translatedFqdn": "a name",
    "tenantId": "an id",
    "sku.name": "a SKU, which tells a price",
    "sku.tier": "a SKU, which tells a price",
    "sku.family": "a SKU, which tells a price",
    "properties.sku.name": "a SKU, which tells a price",
    "properties.sku.tier": "a SKU, which tells a price",
    "properties.managedNetwork.firewallSku": "a SKU, which tells a price",
    "properties.hardwareProfile.vmSize": "a size, which tells a price",
    "properties.storageProfile.osDisk.osType": "a system, which tells a price",
    "properties.virtualMachineProfile.storageProfile.osDisk.osType": "a system, which tells a price",
    "properties.fabricProfile.sku.name": "a size, which tells a price",
    "properties.publicIPAllocationMethod": "how an address is given, which tells a price",
    "properties.publicIPAddressVersion": "a version, which tells a price",
}
"""The ends of the paths at which a model reads free text, and what stands there."""


@pytest.fixture(scope="module")
def rules(pack: dict[str, Rule[Subject]]) -> Rules:
    return tuple(pack.values())


def judged(resources: list[Resource], rules: Rules) -> Judged:
    return by_subject(evaluate(rules, Graph(resources)))


def new(findings: list[tuple[EnumField, str]]) -> list[str]:
    return [
        f"{field}: {each}" for field, each in findings if (each.partition(":")[0], ".".join(field.path)) not in FOUND
    ]


@pytest.mark.parametrize("name", ESTATES)
def test_value_that_nobody_knows_makes_no_verdict_better_and_no_failure(
    name: str, rules: Rules, every_pair: bool
) -> None:
    resources = _estates(damages=False)[name]
    before = judged(resources, rules)
    most = len(ESTATES) if every_pair else 2
    mine = [field for field in enum_fields() if name in _homes(field, most, damages=False)]
    changed = [(field, with_value(resources, field, MADE_UP)) for field in mine]
    findings = [
        (field, each) for field, now in changed if now is not None for each in moved(before, judged(now, rules))
    ]

    assert new(findings) == []


@pytest.mark.parametrize("name", DAMAGED)
def test_value_that_nobody_knows_is_unknown_where_known_ones_differ(name: str, rules: Rules) -> None:
    resources = _estates(damages=True)[name]
    before = judged(resources, rules)
    mine = [field for field in enum_fields() if name in _homes(field, 1, damages=True)]
    findings = [(field, each) for field in mine for each in _findings(resources, field, before, rules)]

    assert new(findings) == []


@cache
def _estates(*, damages: bool) -> Mapping[str, list[Resource]]:
    return (
        {each: json.loads(damaged(each)) for each in DAMAGED} if damages else {each: estate(each) for each in ESTATES}
    )


@cache
def _homes(field: EnumField, most: int, *, damages: bool) -> list[str]:
    """Return so many estates at most in which a field is tried, of those that have it; fields take turns."""
    estates = _estates(damages=damages)
    having = [name for name, resources in estates.items() if with_value(resources, field, MADE_UP) is not None]
    turn = crc32(str(field).encode()) % len(having) if having else 0
    return [*having[turn:], *having[:turn]][:most]


def _findings(resources: list[Resource], field: EnumField, before: Judged, rules: Rules) -> list[str]:
    now = with_value(resources, field, MADE_UP)
    if now is None:
        return []
    after = judged(now, rules)
    by_value = {each: judged(with_value(resources, field, each) or resources, rules) for each in field.known}
    return [*moved(before, after), *undecided(by_value, after)]


def test_text_that_a_model_reads_is_an_enum_or_open() -> None:
    texts = {".".join(path) for (_, path), read in leaves().items() if read is text}
    unheard_of = {each for each in texts if not any(f".{each}".endswith(f".{end}") for end in OPEN)}

    assert unheard_of == set()


def test_walk_reaches_values_in_lists_parts_and_texts_of_several() -> None:
    paths = {".".join(each.path) for each in enum_fields()}

    assert {
        "kind",
        "identity.type",
        "properties.managedNetwork.status.status",
        "properties.securityRules.*.properties.access",
        "properties.virtualNetworkPeerings.*.properties.peeringState",
    } <= paths


# What a doubt says, and what Azure writes in several ways


def workspace(identity: str) -> Workspace:
    return decode(Workspace, {"id": "/x", "identity": {"type": identity}})


@pytest.mark.parametrize("spelled", ["SystemAssigned,UserAssigned", "systemassigned, userassigned"])
def test_identities_are_read_from_one_text(spelled: str) -> None:
    assert known(workspace(spelled).identities) == (IdentityKind.SYSTEM, IdentityKind.USER)


def test_empty_text_where_one_is_needed_is_none() -> None:
    with pytest.raises(MissingEvidence, match=r"identity\.type is not there"):
        known(workspace("").identities)


@pytest.mark.parametrize("spelled", [MADE_UP, f"SystemAssigned, {MADE_UP}"])
def test_doubt_names_the_field_and_the_value(spelled: str) -> None:
    with pytest.raises(MissingEvidence, match=f"identity.type: '{spelled.rpartition(' ')[2]}' is not a value"):
        known(workspace(spelled).identities)


@pytest.mark.parametrize("properties", [{}, {"connectionStatus": None}, {"connectionStatus": ""}])
def test_status_that_listings_leave_out_is_no_unknown_one(properties: dict[str, object]) -> None:
    link = decode(GatewayConnection, {"id": "/x", "properties": properties})

    assert known(link.status) is LinkStatus.UNSET


@pytest.mark.parametrize(
    ("said", "proxy"), [("true", True), ("TRUE", True), ("false", False), (True, True), (None, False)]
)
def test_switch_of_a_firewall_without_a_policy_is_read(said: object, proxy: bool) -> None:
    assert _classic(said) is proxy


def test_switch_of_a_firewall_without_a_policy_is_not_guessed() -> None:
    with pytest.raises(MissingEvidence, match=f"'{MADE_UP}' is neither true nor false"):
        _classic(MADE_UP)


def _classic(said: object) -> object:
    settings = {"Network.DNS.EnableProxy": said}
    firewall = decode(AzureFirewall, {"id": "/x", "properties": {"additionalProperties": settings}})
    found = known(firewall.classic_dns)
    return known(found.proxy) if found is not None else None
