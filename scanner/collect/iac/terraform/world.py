"""One plan or state as a whole: ids of what does not exist yet, what references lead to, and what lies outside."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any, TypeAlias
from uuid import NAMESPACE_URL, uuid5

from scanner.collect.iac.terraform.block import Block, Body
from scanner.collect.iac.terraform.dependencies import needs
from scanner.collect.iac.terraform.document import Document
from scanner.collect.iac.terraform.instances import Instance, Instances
from scanner.collect.iac.terraform.references import Found, Literal, Made, References, Scope, Target
from scanner.collect.iac.terraform.registry import HOLDERS, IDS, KINDS
from scanner.creation.addresses import chosen
from scanner.creation.estate import Row
from scanner.creation.identities import PRINCIPAL_KEY
from scanner.model.arm import ArmId

_GROUP = "azurerm_resource_group"
_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_IN_SUBSCRIPTION = re.compile(r"/subscriptions/([0-9a-fA-F-]{36})(?:/|$)")
_PRINCIPALS = frozenset({"principal_id", "object_id"})

_Who: TypeAlias = tuple[str, str, bool]
"""What tells instances apart, also those that are made to look at one as it was: address, known id, fresh."""


class World:
    """The instances of a document, with the ids that they have or will have."""

    def __init__(self, document: Document, subscription: str = "") -> None:
        self.instances = Instances(document)
        self.is_plan = self.instances.is_plan
        self._document = document
        self._references = References(document, self.instances)
        self._ids: dict[_Who, str] = {}
        self._taken: dict[str, str] = {}
        self._going_up: set[_Who] = set()
        self._subscriptions: dict[str, str] = {}
        self._default_subscription = subscription
        self._by_name: dict[str, Instance] | None = None
        self.collisions: list[str] = []
        self.doubles: dict[str, str] = {}
        self.stand_ins: dict[str, str] = {}
        self.named_outside: set[str] = set()

    # References

    def resolve(self, expression: object, instance: Instance) -> list[Found]:
        """Return what an expression of an instance leads to."""
        for_each = instance.config.for_each_expression if instance.config is not None else None
        return self._references.resolve(expression, Scope(instance.path, instance.key, for_each))

    def needs(self, instance: Instance) -> set[str]:
        """Return the addresses of what an instance is made after."""
        return needs(instance, self.instances, self._references)

    def block(self, instance: Instance) -> Block:
        """Return an instance as mappers read it."""
        config = instance.config
        expressions = config.expressions if config is not None else None
        return Block(self, instance, Body(instance.values, instance.unknown, expressions))

    def as_before(self, instance: Instance) -> Block:
        """Return an instance as it is before the plan is applied."""
        return Block(self, instance, Body(instance.before or {}, {}, None))

    def id_in(self, found: Found) -> str | None:
        """Return the ARM id that a reference leads to, None where it leads to something else."""
        match found:
            case Literal(value=str() as value) if value.startswith("/"):
                self.outside(value)
                return value
            case Target(instance=instance, rest=() | ("id",)):
                return self.id_of(instance)
            case Target(instance=instance, rest=("subnet", *_)) if instance.type == "azurerm_virtual_network":
                return self._inline_subnet(instance)
            case Target(instance=instance, rest=(str() as name,)) if name.endswith("_id"):
                value = self.block(instance).id(name)
                return value if isinstance(value, str) and value.startswith("/") else None
        return None

    def _inline_subnet(self, instance: Instance) -> str | None:
        """Return the id of the one subnet that a network declares in its own block."""
        listed = instance.values.get("subnet")
        names = [each.get("name") for each in listed] if isinstance(listed, list) else []
        return f"{self.id_of(instance)}/subnets/{names[0]}" if len(names) == 1 and names[0] else None

    def is_known(self, found: Target) -> bool:
        """Tell whether the value that a reference leads to is known before apply."""
        return value_at(found.instance.values, found.rest) is not None

    def address_in(self, found: Found) -> str | Row | None:
        """Return the address that a reference leads to: a number, or that which a resource will have."""
        match found:
            case Literal(value=str() as value) if value[:1].isdigit():
                return value
            case Target(instance=instance, rest=rest) if rest and "ip_address" in str(rest[-1]):
                find = HOLDERS.get(instance.type)
                holder = find(self.block(instance), rest) if find is not None else None
                return chosen(holder) if isinstance(holder, str) and holder.startswith("/") else holder
        return None

    def principal_in(self, found: Found) -> Any:  # noqa: ANN401 - JSON
        """Return the object id that a reference leads to, None where it leads to something else."""
        match found:
            case Literal(value=str() as value) if _GUID.fullmatch(value):
                return value
            case Target(instance=instance, rest=rest) if rest and rest[-1] in _PRINCIPALS:
                known = value_at(instance.values, rest)
                if isinstance(known, str):
                    return known
                if rest[0] in ("identity", "principal_id"):
                    return {PRINCIPAL_KEY: self.id_of(instance)}
                part = ".".join(map(str, rest))
                return str(uuid5(NAMESPACE_URL, f"{self.id_of(instance)} {part}".lower()))
        return None

    # Names and ids

    def _made_up(self, address: str) -> str:
        """Return a name for what has none before apply, and keep what it stands for."""
        name = made_up_name(address)
        self.stand_ins[name.lower()] = address
        return name

    def name_of(self, instance: Instance) -> str | None:
        """Return the name of an instance, made up where it is known only after apply; None for what has none."""
        kind = KINDS.get(instance.type)
        attribute = kind.name if kind is not None else "name"
        value = instance.values.get(attribute)
        if isinstance(value, str) and value:
            return value
        if not instance.unknown.get(attribute):
            return None
        block = self.block(instance)
        found = block.found(attribute)
        named = [
            each.instance
            for each in found
            if isinstance(each, Target) and each.rest == ("name",) and each.instance is not instance
        ]
        is_theirs = len(named) == 1 and not any(isinstance(each, Made) for each in found)
        return self.name_of(named[0]) if is_theirs else self._made_up(instance.address)

    def id_of(self, instance: Instance) -> str:
        """Return the ARM id that an instance has or will have. Two of one id get different ones."""
        who = (instance.address, instance.known_id, instance.fresh)
        if who not in self._ids:
            if who in self._going_up:
                return f"/subscriptions/{self._subscription(instance)}/resourceGroups/{self._made_up(instance.address)}"
            self._going_up.add(who)
            self._ids[who] = self._own(instance, self._find_id(instance))
        return self._ids[who]

    def _own(self, instance: Instance, arm_id: str) -> str:
        if instance.mode != "managed" or instance.is_deleted:
            return arm_id
        first = self._taken.setdefault(ArmId(arm_id).key, instance.address)
        if first == instance.address:
            return arm_id
        self.collisions.append(f"{instance.address} has the id of {first}, {arm_id}")
        self.doubles[instance.address] = arm_id
        other = f"{arm_id}~{_digest(instance.address)}"
        self._taken[ArmId(other).key] = instance.address
        return other

    def is_made(self, arm_id: ArmId) -> bool:
        """Tell whether something that the code manages has an id."""
        return arm_id.key in self._taken

    def contested(self) -> dict[str, str]:
        """Return by the id that two resources of the code have why it is not known: which stays hangs on the order."""
        return {
            each: f"{address} and another resource of the code have its id" for address, each in self.doubles.items()
        }

    def _find_id(self, instance: Instance) -> str:
        known = instance.known_id.partition("|")[0]
        if known.startswith("/"):
            return known
        subscription = f"/subscriptions/{self._subscription(instance)}"
        name = self.name_of(instance) or self._made_up(instance.address)
        if instance.type == _GROUP:
            return f"{subscription}/resourceGroups/{name}"
        kind, block = KINDS.get(instance.type), self.block(instance)
        if instance.type in IDS and instance.mode == "managed":
            return IDS[instance.type](block)
        if kind is None:
            return f"{self.group_of(block)}/providers/Terraform.{instance.type}/resources/{name}"
        parent = kind.parent(block)
        if kind.arm.count("/") > 1 and ArmId(parent).type == kind.arm.lower().rpartition("/")[0]:
            return f"{parent}/{kind.arm.rpartition('/')[2]}/{name}"
        return f"{parent}/providers/{kind.arm}/{name}"

    def group_of(self, block: Block) -> str:
        """Return the id of the resource group that an instance names."""
        attribute = "resource_group_name"
        for found in block.found(attribute):
            match found:
                case Target(instance=group, rest=("name",)) if group.type == _GROUP:
                    return self.id_of(group) if group.mode == "managed" else self._data_group(group, block)
                case Target(instance=other, rest=("resource_group_name",)) if other is not block.instance:
                    return self.group_of(self.block(other))
        return self._group_called(block.text(attribute), block)

    def _data_group(self, group: Instance, block: Block) -> str:
        return str(group.values.get("id") or self._group_called(str(group.values.get("name") or ""), block))

    def _group_called(self, name: str, block: Block) -> str:
        if not name:
            name = self._made_up(block.address("resource_group_name"))
        group = self._groups().get(name.lower())
        if group is not None:
            return self.id_of(group)
        return f"/subscriptions/{self._subscription(block.instance)}/resourceGroups/{name}"

    def _groups(self) -> dict[str, Instance]:
        """Return the resource groups of the code by their names in lower case, of several the first."""
        if self._by_name is None:
            found = [each for each in self.instances if each.type == _GROUP and each.mode == "managed"]
            self._by_name = {str(each.values.get("name")).lower(): each for each in reversed(found)}
        return self._by_name

    def parent_by_id(self, block: Block, attribute: str, arm: str) -> str:
        """Return the id of the parent that an attribute names; made up where it is not known."""
        found = block.id(attribute, arm) or block.id(attribute)
        if isinstance(found, str) and found.startswith("/"):
            return found
        name = self._made_up(block.address(attribute))
        return f"/subscriptions/{self._subscription(block.instance)}/resourceGroups/{name}/providers/{arm}/{name}"

    def parent_by_name(self, block: Block, attribute: str, terraform: str) -> str:
        """Return the id of the parent in the same resource group that an attribute names by its name."""
        kind = KINDS[terraform]
        targets = [
            each.instance
            for each in block.found(attribute)
            if isinstance(each, Target) and each.instance.type == terraform and each.rest in ((), ("name",), ("id",))
        ]
        if len({id(each) for each in targets}) == 1:
            return self.id_of(targets[0])
        group, name = self.group_of(block), block.text(attribute)
        if not name:
            return f"{group}/providers/{kind.arm}/{self._made_up(block.address(attribute))}"
        arm_id = f"{group}/providers/{kind.arm}/{name}"
        self.outside(arm_id)
        return arm_id

    def outside(self, arm_id: object) -> None:
        """Note an id that the code names: of what may lie outside of it."""
        if isinstance(arm_id, str) and arm_id.startswith("/subscriptions/"):
            self.named_outside.add(arm_id)

    def declares(self, types: tuple[str, ...]) -> bool:
        """Tell whether the code has a resource of one of some Terraform types."""
        return any(each.mode == "managed" and each.type in types for each in self.instances)

    # Subscriptions

    def provider_of(self, instance: Instance) -> Any:  # noqa: ANN401 - JSON
        """Return how the provider of an instance is configured, None where that is not shown."""
        return self._provider(_provider_key(instance))

    def _provider(self, key: str) -> Any:  # noqa: ANN401 - JSON
        config = self._document.configuration
        return config.provider_config.get(key) if config is not None else None

    def _subscription(self, instance: Instance) -> str:
        key = _provider_key(instance)
        if key not in self._subscriptions:
            self._subscriptions[key] = self._find_subscription(key)
        return self._subscriptions[key]

    def _find_subscription(self, key: str) -> str:
        """Return the GUID of a provider's subscription: as it is written, or as what was read before has it."""
        expression = value_at(self._provider(key), ("expressions", "subscription_id"))
        for found in self._references.resolve(expression, Scope(())):
            if isinstance(found, Literal) and isinstance(found.value, str) and _GUID.fullmatch(found.value):
                return found.value.lower()
        return self._seen_subscription(key) or self._default_subscription or str(uuid5(NAMESPACE_URL, f"tf {key}"))

    def _seen_subscription(self, key: str) -> str:
        """Return the subscription that resources and data of a provider were read from."""

        def of_provider(each: Instance) -> bool:
            return _provider_key(each) == key

        for each in filter(of_provider, self.instances):
            found = _IN_SUBSCRIPTION.match(each.known_id)
            if found is not None:
                return found[1].lower()
            given = each.values.get("subscription_id")
            if each.mode == "data" and isinstance(given, str) and _GUID.fullmatch(given):
                return given.lower()
        return ""


def _provider_key(instance: Instance) -> str:
    return instance.config.provider_config_key if instance.config is not None else ""


def value_at(values: Any, path: tuple[str | int, ...]) -> Any:  # noqa: ANN401 - JSON
    """Return the value at a path, None where there is none."""
    for step in path:
        if isinstance(values, dict):
            values = values.get(str(step))
        elif isinstance(values, list) and isinstance(step, int) and step < len(values):
            values = values[step]
        else:
            return None
    return values


def made_up_name(address: str) -> str:
    """Return a name for what has none before apply; it shows where it stands in the code."""
    return f"tf~{re.sub(r'[^A-Za-z0-9]+', '-', address).strip('-')}-{_digest(address)}"


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:6]
