"""Api-versions: which a type speaks, what they leave out, and what a provider says of them."""

from __future__ import annotations

import pytest

from scanner.simulator import OFFERED, Estate, Field, Simulator
from scanner.simulator.fields import PREVIEW_ONLY

from .support import AUTH, ESTATE, NET, REGISTRY, RG, SUB, WORKSPACE, Got, arm, get, subscription

NETWORKS = "Microsoft.Network/virtualNetworks"
VERSIONS = {
    "microsoft.network/virtualNetworks": ("2023-09-01", "2024-05-01"),
    "Microsoft.Network/virtualNetworks/subnets": ("2024-05-01",),
    "Microsoft.Authorization/roleAssignments": ("2022-04-01",),
    "Microsoft.Resources/subscriptions": ("2022-12-01",),
}
PLACED = Estate(
    "One network with a location.",
    (
        subscription(SUB, "ml"),
        arm(RG, "Microsoft.Resources/resourceGroups"),
        {**arm(f"{NET}/virtualNetworks/hub", NETWORKS), "location": "westeurope"},
    ),
)


def asked(path: str, version: str, estate: Estate = PLACED) -> Got:
    with Simulator(estate, versions=VERSIONS) as simulator:
        return get(simulator, path, f"api-version={version}")


@pytest.mark.parametrize("version", ["2023-09-01", "2024-05-01"])
def test_a_type_speaks_the_versions_that_it_has(version: str) -> None:
    assert asked(f"{NET}/virtualNetworks/hub", version).status == 200


@pytest.mark.parametrize("path", [f"{SUB}/providers/{NETWORKS}", f"{NET}/virtualNetworks"])
def test_a_list_of_another_version_finds_no_such_type(path: str) -> None:
    answer = asked(path, "2026-03-01")

    assert (answer.status, answer.code) == (404, "InvalidResourceType")
    assert answer.message == (
        "The resource type 'virtualNetworks' could not be found in the namespace 'Microsoft.Network' "
        "for api version '2026-03-01'. The supported api-versions are '2023-09-01,2024-05-01'."
    )


def test_an_item_whose_location_is_known_finds_no_provider_there() -> None:
    answer = asked(f"{NET}/virtualNetworks/hub", "2026-03-01")

    assert (answer.status, answer.code) == (400, "NoRegisteredProviderFound")
    assert answer.message == (
        "No registered resource provider found for location 'westeurope' and API version '2026-03-01' for type "
        "'virtualNetworks'. The supported api-versions are '2023-09-01, 2024-05-01'. "
        "The supported locations are 'westeurope'."
    )


def test_children_of_a_resource_whose_location_is_known_find_no_provider_there() -> None:
    answer = asked(f"{NET}/virtualNetworks/hub/subnets", "2023-09-01")

    assert (answer.status, answer.code) == (400, "NoRegisteredProviderFound")
    assert "for type 'virtualNetworks/subnets'" in answer.message


@pytest.mark.parametrize(
    "path",
    [f"{NET}/virtualNetworks/none", f"{NET}/virtualNetworks/hub{AUTH}/roleAssignments", f"{RG}{AUTH}/roleAssignments"],
)
def test_where_no_location_is_known_there_is_no_such_type(path: str) -> None:
    answer = asked(path, "2026-03-01")

    assert (answer.status, answer.code) == (404, "InvalidResourceType")


def test_an_item_without_a_location_is_of_no_such_type() -> None:
    assert asked(f"{NET}/virtualNetworks/hub", "2026-03-01", ESTATE).code == "InvalidResourceType"


def test_subscriptions_list_their_versions_in_their_own_words() -> None:
    answer = asked("/subscriptions", "2026-03-01")

    assert (answer.status, answer.code) == (400, "InvalidApiVersionParameter")
    assert answer.message.endswith("The supported versions are '2022-12-01'.")


def test_a_type_of_which_nothing_is_said_speaks_every_version() -> None:
    assert asked(RG, "1999-01-01").status == 200


def provider(path: str, unregistered: frozenset[str] = frozenset(), not_offered: frozenset[str] = frozenset()) -> Got:
    with Simulator(PLACED, versions=VERSIONS, unregistered=unregistered, not_offered=not_offered) as simulator:
        return get(simulator, path, "api-version=2021-04-01")


def test_a_provider_tells_its_types_versions_and_locations() -> None:
    answer = provider(f"{SUB}/providers/microsoft.network")

    assert answer.json == {
        "id": f"{SUB}/providers/Microsoft.Network",
        "namespace": "Microsoft.Network",
        "registrationPolicy": "RegistrationRequired",
        "registrationState": "Registered",
        "resourceTypes": [
            {
                "resourceType": "virtualNetworks",
                "locations": ["westeurope"],
                "apiVersions": ["2024-05-01", "2023-09-01"],
            },
            {"resourceType": "virtualNetworks/subnets", "locations": [], "apiVersions": ["2024-05-01"]},
        ],
    }


def test_a_type_that_is_not_offered_is_none_of_a_providers() -> None:
    answer = provider(f"{SUB}/providers/Microsoft.Network", not_offered=frozenset({NETWORKS.upper()}))

    assert [each["resourceType"] for each in answer.json["resourceTypes"]] == ["virtualNetworks/subnets"]


@pytest.mark.parametrize("namespace", ["Microsoft.Network", "Microsoft.Quantum"])
def test_a_provider_can_be_told_of_without_being_registered(namespace: str) -> None:
    answer = provider(
        f"{SUB}/providers/{namespace}", unregistered=frozenset({"Microsoft.Network", "Microsoft.Quantum"})
    )

    assert (answer.status, answer.json["registrationState"]) == (200, "NotRegistered")


def test_an_unknown_provider_is_an_invalid_namespace() -> None:
    answer = provider(f"{SUB}/providers/Microsoft.None")

    assert (answer.status, answer.code) == (404, "InvalidResourceNamespace")


def test_a_provider_needs_the_action_on_providers() -> None:
    with Simulator(ESTATE, granted=frozenset({"Microsoft.Network/*"})) as simulator:
        answer = get(simulator, f"{SUB}/providers/Microsoft.Network")

    assert "'Microsoft.Resources/subscriptions/providers/read'" in answer.message


SUBNET = {"id": f"{NET}/virtualNetworks/hub/subnets/a", "name": "a"}
OPEN = {**SUBNET, "properties": {"defaultOutboundAccess": False, "serviceEndpoints": [{"networkIdentifier": {}}]}}
RICH = Estate(
    "Resources with properties of many ages.",
    (
        subscription(SUB, "ml"),
        arm(RG, "Microsoft.Resources/resourceGroups"),
        arm(f"{NET}/virtualNetworks/hub", NETWORKS, subnets=[OPEN], defaultPublicNatGateway={"id": "nat"}),
        arm(f"{NET}/natGateways/nat", "Microsoft.Network/natGateways", sourceVirtualNetwork={"id": "hub"}),
        {
            **arm(WORKSPACE, "Microsoft.MachineLearningServices/workspaces", managedNetwork={}, ipAllowlist=[]),
            "kind": "Hub",
        },
        arm(REGISTRY, "Microsoft.ContainerRegistry/registries", roleAssignmentMode="LegacyRegistryPermissions"),
    ),
)
HUB = f"{NET}/virtualNetworks/hub"
AGES = [
    (f"{HUB}/subnets/a", "2023-04-01", "2023-05-01", "defaultOutboundAccess"),
    (HUB, "2023-04-01", "2023-05-01", "defaultOutboundAccess"),
    (HUB, "2023-11-01", "2024-01-01", "networkIdentifier"),
    (HUB, "2024-05-01", "2024-07-01", "defaultPublicNatGateway"),
    (f"{NET}/natGateways", "2024-05-01", "2024-07-01", "sourceVirtualNetwork"),
    (WORKSPACE, "2020-08-01", "2023-04-01", "managedNetwork"),
    (WORKSPACE, "2020-08-01", "2023-04-01", '"kind":'),
    (WORKSPACE, "2025-06-01", "2024-07-01-preview", "ipAllowlist"),
    (WORKSPACE, "2023-10-01-preview", "2024-01-01-preview", "ipAllowlist"),
    (REGISTRY, "2025-04-01", "2025-11-01", "roleAssignmentMode"),
]


@pytest.mark.parametrize(("path", "without", "with_it", "name"), AGES)
def test_an_older_version_leaves_out_what_it_lacks(path: str, without: str, with_it: str, name: str) -> None:
    with Simulator(RICH, versions={}) as simulator:
        older, newer = (get(simulator, path, f"api-version={each}") for each in (without, with_it))

    assert (older.status, name.encode() in older.body) == (200, False)
    assert name.encode() in newer.body


def test_nothing_else_is_left_out() -> None:
    with Simulator(RICH) as simulator:
        network = get(simulator, HUB, "api-version=2020-03-01").json

    assert network["properties"] == {"subnets": [{**SUBNET, "properties": {"serviceEndpoints": [{}]}}]}


def test_with_the_short_table_a_version_leaves_out_nothing_but_preview_properties() -> None:
    with Simulator(RICH, fields=PREVIEW_ONLY) as simulator:
        network = get(simulator, HUB, "api-version=2020-03-01").json

    assert network["properties"]["subnets"] == [OPEN]


@pytest.mark.parametrize(("version", "has"), [("2024-01-01", True), ("2023-12-31", False)])
def test_a_test_can_bring_a_field_of_its_own(version: str, *, has: bool) -> None:
    field = Field(NETWORKS.lower(), "properties.subnets", "2024-01-01")
    with Simulator(RICH, fields=[field], versions={}) as simulator:
        row = get(simulator, f"{SUB}/providers/{NETWORKS}", f"api-version={version}").json["value"][0]

    assert ("subnets" in row["properties"]) is has


@pytest.mark.parametrize("properties", ["text", None, {"subnets": "text"}, {"subnets": ["text", {"properties": 7}]}])
def test_what_has_another_shape_is_left_as_it_is(properties: object) -> None:
    odd = {**arm(HUB, NETWORKS), "properties": properties}
    with Simulator(Estate("Odd.", (*RICH.resources[:2], odd))) as simulator:
        assert get(simulator, HUB, "api-version=2020-03-01").json["properties"] == properties


def test_by_default_a_type_speaks_the_versions_of_the_public_cloud() -> None:
    listed = f"{SUB}/providers/{NETWORKS}"
    with Simulator(ESTATE) as simulator:
        spoken, invented = (get(simulator, listed, f"api-version={each}") for each in ("2024-05-01", "2024-05-02"))

    assert spoken.status == 200
    assert (invented.status, invented.code) == (404, "InvalidResourceType")
    assert ",2024-03-01,2024-05-01,2024-07-01," in invented.message


@pytest.mark.parametrize("kind", sorted(OFFERED))
def test_versions_are_dates_in_order_and_each_is_named_once(kind: str) -> None:
    assert list(OFFERED[kind]) == sorted(set(OFFERED[kind]))
    assert all(len(each.removesuffix("-preview")) == len("2024-01-01") for each in OFFERED[kind])
