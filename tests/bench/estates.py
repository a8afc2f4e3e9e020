"""Large estates: many copies of the reference's solutions, and what else a company keeps in its subscriptions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import count, islice

from scanner.model.arm import ArmId
from tests.cases import FIXTURES, Resource

_COPIES_A_SUBSCRIPTION = 5
_BULK_A_GROUP = 50
SUBSCRIPTION = "11111111-1111-4111-8111-111111111111"
_TENANT = "99999999-9999-4999-8999-999999999999"
_ROLE = re.compile(r"roleDefinitions/([0-9a-f-]{36})")
"""Built-in roles, which are the same everywhere."""
_GUID = re.compile(r"\b([0-9a-f]{8})(-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b")
_OCTETS = re.compile(r"\b10\.(10|20)\.")


def estate_of(size: int) -> list[Resource]:
    """Return an estate of about `size` resources: half of them solutions, half what lies around them."""
    solutions = list(_solutions(size // 2))
    subscriptions = sorted({ArmId(each["id"]).subscription for each in solutions})
    return [*solutions, *islice(bulk(subscriptions), size - len(solutions))]


# Copies of the reference


def _solutions(size: int) -> Iterator[Resource]:
    text = json.dumps(json.loads((FIXTURES / "reference.json").read_text())["resources"])
    made: set[str] = set()
    for copy in count():
        for resource in json.loads(renamed(text, copy)):
            if resource["id"] not in made:
                made.add(resource["id"])
                yield resource
        if len(made) >= size:
            return


def renamed(text: str, copy: int, subscription: str = "") -> str:
    """Give a copy its own groups, identities and addresses, and a subscription: the one named, or one for a few."""
    kept = {guid: guid for guid in _ROLE.findall(text)} | ({SUBSCRIPTION: subscription} if subscription else {})
    text = _GUID.sub(lambda guid: kept.get(guid[0]) or _guid(guid[0], copy), text)
    text = text.replace("rg-ml", f"rg-{copy:04}-ml")
    network = copy % 100 * 2
    return _OCTETS.sub(lambda octets: f"10.{network + (octets[1] == '20')}.", text)


def _guid(guid: str, copy: int) -> str:
    if guid == _TENANT:
        return guid
    number = copy // _COPIES_A_SUBSCRIPTION if guid == SUBSCRIPTION else copy
    return f"{int(guid[:8], 16) ^ number:08x}{guid[8:]}"


# What lies around them


def bulk(subscriptions: list[str]) -> Iterator[Resource]:
    """Yield groups of machines with their interfaces, security groups and zones, without end."""
    for number in count():
        group = f"/subscriptions/{subscriptions[number % len(subscriptions)]}/resourceGroups/rg-bulk-{number:05}"
        yield _arm(group, "Microsoft.Resources/resourceGroups", {"provisioningState": "Succeeded"})
        yield from islice(_workload(f"{group}/providers"), _BULK_A_GROUP)


def _workload(below: str) -> Iterator[Resource]:
    for number in count():
        yield _security_group(f"{below}/Microsoft.Network/networkSecurityGroups/nsg-{number:03}")
        nic = f"{below}/Microsoft.Network/networkInterfaces/nic-{number:03}"
        machine = f"{below}/Microsoft.Compute/virtualMachines/vm-{number:03}"
        yield _interface(nic, machine, number)
        yield _arm(machine, "Microsoft.Compute/virtualMachines", _machine(nic))
        yield from _zone(f"{below}/Microsoft.Network/privateDnsZones/app{number:03}.corp.example")


def _arm(arm_id: str, kind: str, properties: Mapping[str, object]) -> Resource:
    name = arm_id.rpartition("/")[2]
    return {"id": arm_id, "type": kind, "name": name, "location": "westeurope", "properties": properties}


def _security_group(arm_id: str) -> Resource:
    rules = [
        _arm(f"{arm_id}/securityRules/rule-{number:02}", "Microsoft.Network/networkSecurityGroups/securityRules", rule)
        for number, rule in enumerate(_security_rules())
    ]
    kind = "Microsoft.Network/networkSecurityGroups"
    return _arm(arm_id, kind, {"securityRules": rules, "defaultSecurityRules": []})


def _security_rules() -> Iterator[dict[str, object]]:
    for number in range(20):
        yield {
            "protocol": "Tcp",
            "sourcePortRange": "*",
            "destinationPortRanges": [str(8000 + number), "9000-9100"],
            "sourceAddressPrefix": "VirtualNetwork",
            "destinationAddressPrefix": f"10.200.{number}.0/24",
            "access": "Allow",
            "priority": 100 + number,
            "direction": "Inbound",
        }


def _interface(arm_id: str, machine: str, number: int) -> Resource:
    subnet = f"{arm_id.partition('/networkInterfaces/')[0]}/virtualNetworks/vnet-gone/subnets/default"
    address = {"privateIPAddress": f"10.201.0.{number % 250 + 4}", "subnet": {"id": subnet}, "primary": True}
    configuration = {"name": "ipconfig1", "id": f"{arm_id}/ipConfigurations/ipconfig1", "properties": address}
    properties = {"ipConfigurations": [configuration], "virtualMachine": {"id": machine}}
    return _arm(arm_id, "Microsoft.Network/networkInterfaces", properties)


def _machine(nic: str) -> dict[str, object]:
    return {
        "hardwareProfile": {"vmSize": "Standard_D4s_v5"},
        "storageProfile": {"osDisk": {"osType": "Linux", "name": "disk", "createOption": "FromImage"}},
        "networkProfile": {"networkInterfaces": [{"id": nic, "properties": {"primary": True}}]},
    }


def _zone(arm_id: str) -> Iterator[Resource]:
    kind = "Microsoft.Network/privateDnsZones"
    yield _arm(arm_id, kind, {"numberOfRecordSets": 12})
    for number in range(12):
        record = {"ttl": 300, "aRecords": [{"ipv4Address": f"10.202.0.{number + 4}"}]}
        yield _arm(f"{arm_id}/A/host-{number:02}", f"{kind}/A", record)
