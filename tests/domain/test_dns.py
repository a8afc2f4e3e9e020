"""How names resolve: zones, wildcards, aliases, forwarders and servers, in a small world made by hand."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from ipaddress import IPv4Address

import pytest

from scanner.domain.dns import AZURE_DNS, Outcome, Resolution, resolve
from scanner.domain.dns_view import Forwarder, Inbound, LinkedZone, Opaque, Proxy, Record, Server
from scanner.evidence import MissingEvidence
from scanner.model.arm import ArmId
from scanner.model.fields import Address

SPOKE, HUB, OTHER = (ArmId(f"/vnets/{name}") for name in ("spoke", "hub", "other"))
SERVER, SECOND, ON_PREMISES = (IPv4Address(each) for each in ("10.0.0.4", "10.0.0.5", "192.168.0.4"))
PRIVATE = IPv4Address("10.1.0.4")
ZONE = "privatelink.azurecr.io"
NAME, ALIAS = "cr.azurecr.io", f"cr.{ZONE}"


@dataclass
class World:
    """What exists, by the question that it answers."""

    vnet_servers: dict[ArmId, tuple[Address, ...]] = field(default_factory=dict)
    links: dict[ArmId, tuple[LinkedZone, ...]] = field(default_factory=dict)
    records: dict[ArmId, dict[str, Record]] = field(default_factory=dict)
    rules: dict[ArmId, tuple[Forwarder, ...]] = field(default_factory=dict)
    hosts: dict[Address, Server] = field(default_factory=dict)
    outbounds: dict[str, ArmId] = field(default_factory=lambda: defaultdict(lambda: HUB))
    asked: list[ArmId | None] = field(default_factory=list)
    unread: frozenset[str] = frozenset()

    def servers(self, vnet: ArmId) -> tuple[Address, ...]:
        """Answer for a virtual network."""
        return self.vnet_servers.get(vnet, ())

    def zone(self, vnet: ArmId, name: str) -> LinkedZone | None:
        """Find the zone of this name among a network's."""
        if name in self.unread:
            raise MissingEvidence(f"links of {name} were not read", (f"/zones/{name}",))
        return next((each for each in self.links.get(vnet, ()) if each.name == name), None)

    def names(self, zone: ArmId) -> frozenset[str]:
        """List a zone's names."""
        return frozenset(self.records.get(zone, {}))

    def record(self, zone: ArmId, name: str) -> Record:
        """Read one record."""
        return self.records[zone][name]

    def forwarders(self, vnet: ArmId) -> tuple[Forwarder, ...]:
        """List a network's rules."""
        return self.rules.get(vnet, ())

    def outbound(self, forwarder: Forwarder) -> ArmId:
        """Tell where a rule asks from: one place for each domain."""
        return self.outbounds[forwarder.domain]

    def server(self, address: Address, vnet: ArmId | None) -> Server:
        """Find a server, and note where it was asked from."""
        self.asked.append(vnet)
        return self.hosts.get(address, Opaque(f"{address} was not seen"))


def zone(name: str = ZONE, *, fallback: bool = False, id: str = "") -> LinkedZone:  # noqa: A002 - as in the model
    return LinkedZone(ArmId(f"/zones/{id or name}"), name, fallback)


def a(*addresses: str) -> Record:
    return Record(tuple(map(IPv4Address, addresses or (str(PRIVATE),))))


def private_world(vnet: ArmId = SPOKE) -> World:
    return World(links={vnet: (zone(),)}, records={zone().id: {"cr": a()}})


def ask(world: World, fqdn: str = NAME, alias: str = ALIAS, vnet: ArmId = SPOKE) -> Resolution:
    return resolve(world, vnet, fqdn, alias)


def at(found: Resolution) -> list[str]:
    return [step.at.name for step in found.steps]


def test_linked_zone_answers_for_the_alias() -> None:
    found = ask(private_world())

    assert (found.outcome, found.addresses, found.zone) == (Outcome.PRIVATE, (PRIVATE,), zone().id)
    assert at(found) == [ZONE]


def test_zone_linked_to_another_network_does_not_answer() -> None:
    found = ask(private_world(vnet=HUB))

    assert (found.outcome, found.zone) == (Outcome.PUBLIC, None)
    assert "no private DNS zone for" in found.why


def test_name_without_alias_is_public() -> None:
    assert ask(private_world(), "pypi.org", "").outcome is Outcome.PUBLIC


def test_zones_of_one_name_answer_each_in_its_own_network() -> None:
    world = World(
        links={SPOKE: (zone(id="one"),), HUB: (zone(id="two"),)},
        records={zone(id="one").id: {"cr": a("10.1.0.4")}, zone(id="two").id: {"cr": a("10.2.0.4")}},
    )

    assert ask(world, vnet=SPOKE).addresses == (IPv4Address("10.1.0.4"),)
    assert ask(world, vnet=HUB).addresses == (IPv4Address("10.2.0.4"),)


@pytest.mark.parametrize(
    ("zones", "answer"),
    [
        ({"azurecr.io": {"cr": a("10.0.0.1")}, ZONE: {"cr": a("10.0.0.2")}}, "10.0.0.1"),
        ({"cr.azurecr.io": {"@": a("10.0.0.3")}, "azurecr.io": {"cr": a("10.0.0.1")}}, "10.0.0.3"),
        ({"io": {"*": a("10.0.0.9")}, ZONE: {"cr": a("10.0.0.2")}}, "10.0.0.9"),
        ({"other.example": {"cr": a("10.0.0.9")}, ZONE: {"*": a("10.0.0.2")}}, "10.0.0.2"),
    ],
)
def test_longest_zone_of_the_public_name_comes_first(zones: dict[str, dict[str, Record]], answer: str) -> None:
    world = World(
        links={SPOKE: tuple(map(zone, zones))}, records={zone(name).id: found for name, found in zones.items()}
    )

    assert ask(world).addresses == (IPv4Address(answer),)


def test_zone_without_the_record_says_that_there_is_no_such_name() -> None:
    world = World(links={SPOKE: (zone(),)})
    found = ask(world)

    assert (found.outcome, found.zone, found.addresses) == (Outcome.NO_SUCH_NAME, zone().id, ())


def test_record_without_addresses_is_no_such_name() -> None:
    world = World(links={SPOKE: (zone(),)}, records={zone().id: {"cr": Record()}})

    assert ask(world).outcome is Outcome.NO_SUCH_NAME


def test_zone_without_the_record_falls_back_to_public_dns_if_its_link_does() -> None:
    found = ask(World(links={SPOKE: (zone(fallback=True),)}))

    assert (found.outcome, found.zone) == (Outcome.PUBLIC, zone().id)


def test_only_a_privatelink_zone_falls_back() -> None:
    found = ask(World(links={SPOKE: (zone("azurecr.io", fallback=True),)}))

    assert found.outcome is Outcome.NO_SUCH_NAME


def test_fallback_does_not_matter_while_the_record_is_there() -> None:
    world = World(links={SPOKE: (zone(fallback=True),)}, records={zone().id: {"cr": a()}})

    assert ask(world).outcome is Outcome.PRIVATE


def test_cname_leads_on_to_another_zone() -> None:
    corp = zone("corp.example")
    world = World(
        links={SPOKE: (zone(), corp)},
        records={zone().id: {"cr": Record(target="Registry.corp.example.")}, corp.id: {"registry": a()}},
    )
    found = ask(world)

    assert (found.outcome, found.addresses, found.zone) == (Outcome.PRIVATE, (PRIVATE,), corp.id)
    assert at(found) == [ZONE, "corp.example"]


def test_cname_to_a_public_name_is_unknown() -> None:
    world = World(links={SPOKE: (zone(),)}, records={zone().id: {"cr": Record(target="elsewhere.example")}})
    found = ask(world)

    assert found.outcome is Outcome.UNKNOWN
    assert "elsewhere.example" in found.why


def test_cnames_in_a_circle_are_unknown() -> None:
    records = {"cr": Record(target=f"x.{ZONE}"), "x": Record(target=ALIAS)}
    found = ask(World(links={SPOKE: (zone(),)}, records={zone().id: records}))

    assert found.outcome is Outcome.UNKNOWN
    assert "circle" in found.why


# Servers


def test_azure_dns_by_its_address_is_azure_dns() -> None:
    world = private_world()
    world.vnet_servers[SPOKE] = (AZURE_DNS,)

    assert ask(world).outcome is Outcome.PRIVATE


def test_resolver_answers_from_its_own_network_with_the_way_there() -> None:
    world = private_world(HUB)
    world.vnet_servers[SPOKE] = (SERVER,)
    world.hosts[SERVER] = Inbound(ArmId("/in-hub"), HUB)
    found = ask(world)

    assert (found.outcome, found.addresses) == (Outcome.PRIVATE, (PRIVATE,))
    assert at(found) == ["spoke", "in-hub", ZONE]


def test_own_links_do_not_count_behind_a_resolver() -> None:
    world = private_world(SPOKE)
    world.vnet_servers[SPOKE] = (SERVER,)
    world.hosts[SERVER] = Inbound(ArmId("/in-hub"), HUB)

    assert ask(world).outcome is Outcome.PUBLIC


def test_resolver_does_not_ask_the_servers_of_its_network() -> None:
    world = private_world(HUB)
    world.vnet_servers = {SPOKE: (SERVER,), HUB: (ON_PREMISES,)}
    world.hosts[SERVER] = Inbound(ArmId("/in-hub"), HUB)

    assert ask(world).outcome is Outcome.PRIVATE


def test_firewall_without_servers_asks_azure_dns_in_its_network() -> None:
    world = private_world(HUB)
    world.vnet_servers[SPOKE] = (SERVER,)
    world.hosts[SERVER] = Proxy(ArmId("/afw"), HUB, ())

    assert ask(world).outcome is Outcome.PRIVATE


def test_firewall_asks_its_own_servers_and_no_zones() -> None:
    world = private_world(HUB)
    world.vnet_servers[SPOKE] = (SERVER,)
    world.hosts[SERVER] = Proxy(ArmId("/afw"), HUB, (ON_PREMISES,))
    found = ask(world)

    assert found.outcome is Outcome.UNKNOWN
    assert found.why == "192.168.0.4 was not seen"
    assert at(found) == ["spoke", "afw", "afw"]


def test_firewall_that_asks_a_resolver_answers_from_there() -> None:
    world = private_world(HUB)
    world.vnet_servers[SPOKE] = (SERVER,)
    world.hosts = {SERVER: Proxy(ArmId("/afw"), SPOKE, (SECOND,)), SECOND: Inbound(ArmId("/in-hub"), HUB)}

    assert ask(world).outcome is Outcome.PRIVATE


def test_firewall_in_a_virtual_wan_hub_sees_no_zone() -> None:
    world = private_world(HUB)
    world.vnet_servers[SPOKE] = (SERVER,)
    world.hosts[SERVER] = Proxy(ArmId("/afw"), None, ())
    found = ask(world)

    assert found.outcome is Outcome.PUBLIC
    assert "Virtual WAN" in found.why


def test_servers_that_ask_each_other_are_unknown() -> None:
    world = World(vnet_servers={SPOKE: (SERVER,)})
    world.hosts = {SERVER: Proxy(ArmId("/one"), HUB, (SECOND,)), SECOND: Proxy(ArmId("/two"), HUB, (SERVER,))}
    found = ask(world)

    assert found.outcome is Outcome.UNKNOWN
    assert "circle" in found.why


def test_several_servers_that_agree_are_believed() -> None:
    world = private_world(HUB)
    world.vnet_servers[SPOKE] = (SERVER, SECOND)
    world.hosts = {SERVER: Inbound(ArmId("/in-one"), HUB), SECOND: Inbound(ArmId("/in-two"), HUB)}

    assert ask(world).outcome is Outcome.PRIVATE


@pytest.mark.parametrize("order", [(SERVER, SECOND), (SECOND, SERVER)])
def test_several_servers_that_differ_are_unknown(order: tuple[Address, ...]) -> None:
    world = private_world(HUB)
    world.vnet_servers[SPOKE] = order
    world.hosts = {SERVER: Inbound(ArmId("/in-one"), HUB), SECOND: Inbound(ArmId("/in-two"), SPOKE)}
    found = ask(world)

    assert found.outcome is Outcome.UNKNOWN
    assert "do not answer alike" in found.why


@pytest.mark.parametrize("order", [(SERVER, ON_PREMISES), (ON_PREMISES, SERVER)])
def test_one_unseen_server_among_several_is_unknown(order: tuple[Address, ...]) -> None:
    world = private_world(HUB)
    world.vnet_servers[SPOKE] = order
    world.hosts[SERVER] = Inbound(ArmId("/in-hub"), HUB)

    assert ask(world).outcome is Outcome.UNKNOWN


# Forwarding rules


def forwarder(domain: str, *servers: Address) -> Forwarder:
    return Forwarder(ArmId(f"/rules/{domain or 'all'}"), domain, servers or (ON_PREMISES,))


@pytest.mark.parametrize("domain", ["azurecr.io", "io", ""])
def test_rule_for_the_public_name_comes_before_its_alias(domain: str) -> None:
    world = private_world()
    world.rules[SPOKE] = (forwarder(domain),)
    found = ask(world)

    assert found.outcome is Outcome.UNKNOWN
    assert found.why == "192.168.0.4 was not seen"


def test_zone_of_the_public_name_comes_before_a_rule() -> None:
    public = zone("azurecr.io")
    world = World(links={SPOKE: (public,)}, records={public.id: {"cr": a()}}, rules={SPOKE: (forwarder("azurecr.io"),)})

    assert ask(world).outcome is Outcome.PRIVATE


def test_linked_zone_comes_before_a_rule_for_the_alias() -> None:
    world = private_world()
    world.rules[SPOKE] = (forwarder(ZONE),)

    assert ask(world).outcome is Outcome.PRIVATE


def test_rule_for_the_alias_alone_is_unknown() -> None:
    found = ask(World(rules={SPOKE: (forwarder(ZONE),)}))

    assert found.outcome is Outcome.UNKNOWN
    assert "undocumented" in found.why


def test_longest_rule_is_followed_to_where_its_resolver_asks() -> None:
    world = private_world(HUB)
    world.rules[SPOKE] = (forwarder(""), forwarder("azurecr.io", SERVER))
    world.outbounds["azurecr.io"] = OTHER
    world.hosts[SERVER] = Inbound(ArmId("/in-hub"), HUB)
    found = ask(world)

    assert found.outcome is Outcome.PRIVATE
    assert at(found) == ["azurecr.io", "azurecr.io", "in-hub", ZONE]
    assert world.asked == [OTHER]


def test_rule_for_another_domain_does_not_matter() -> None:
    world = private_world()
    world.rules[SPOKE] = (forwarder("corp.example"),)

    assert ask(world).outcome is Outcome.PRIVATE


def test_rule_that_comes_back_is_a_circle() -> None:
    world = World(rules={HUB: (forwarder("", SERVER),)}, hosts={SERVER: Inbound(ArmId("/in-hub"), HUB)})
    found = ask(world, vnet=HUB)

    assert found.outcome is Outcome.UNKNOWN
    assert "circle" in found.why


# Evidence


def test_unread_links_of_a_fitting_zone_are_unknown_and_named() -> None:
    world = private_world()
    world.unread = frozenset({"azurecr.io"})
    found = ask(world)

    assert (found.outcome, found.involves) == (Outcome.UNKNOWN, (ArmId("/zones/azurecr.io"),))


def test_unread_links_of_another_zone_do_not_matter() -> None:
    world = private_world()
    world.unread = frozenset({"privatelink.vaultcore.azure.net"})

    assert ask(world).outcome is Outcome.PRIVATE


def test_names_compare_without_case() -> None:
    assert ask(private_world(), "CR.AzureCR.io.", f"CR.{ZONE.upper()}").outcome is Outcome.PRIVATE
