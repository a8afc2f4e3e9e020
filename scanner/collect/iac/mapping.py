"""From documents to rows: every resource that is known here, mapped, and what is left out told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import scanner.collect.iac.terraform.types  # noqa: F401 - it fills the registry
from scanner.collect.iac.joining import put_into
from scanner.collect.iac.terraform.block import Block
from scanner.collect.iac.terraform.document import Document
from scanner.collect.iac.terraform.instances import Instance
from scanner.collect.iac.terraform.registry import IDS, JOINS, KINDS, Into, Piece
from scanner.collect.iac.terraform.world import World
from scanner.creation.estate import Estate, Row, unknown
from scanner.evidence import Gap
from scanner.model.arm import SUBSCRIPTION_TYPE, ArmId
from scanner.model.resource import kind_of

_MANAGER = "microsoft.network/networkmanagers"
_OF_MANAGERS = (
    "Microsoft.Network/networkGroupMemberships",
    "Microsoft.Network/effectiveSecurityAdminRules",
    "Microsoft.Network/effectiveConnectivityConfigurations",
)
"""What a manager's configurations come to on a network, which shows once they are deployed."""

_ZONE = "azurerm_private_dns_zone"
_DEPLOYMENTS = frozenset(
    {
        "azurerm_resource_group_template_deployment",
        "azurerm_subscription_template_deployment",
        "azurerm_management_group_template_deployment",
        "azurerm_tenant_template_deployment",
        "azurerm_template_deployment",
        "azurerm_resource_deployment_script_azure_cli",
        "azurerm_resource_deployment_script_azure_power_shell",
    }
)
"""What deploys a template or runs a script: anything may be in it."""

_ANYTHING = frozenset({"azapi_resource", "azapi_update_resource", "azapi_resource_action"})
"""What may be of any type."""

_OF_AZURE = ("azurerm_", "azapi_")


@dataclass
class Mapped:
    """Rows of several documents, ids that they name, and what is told of them.

    `unmapped` counts resources of types that are not known here; `collisions` are sentences on two of one id, and
    `contested` says by the id why what has it is not known; `gone`
    are the addresses of what a plan deletes. `gaps` are of zones whose names are not known, which may be any, and of
    what managers bring to networks. `stand_ins` are addresses in the code by the names that stand in for unknown ones.
    """

    estate: Estate = field(default_factory=Estate)
    outside: set[str] = field(default_factory=set)
    unmapped: Counter[str] = field(default_factory=Counter)
    collisions: list[str] = field(default_factory=list)
    contested: dict[str, str] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    stand_ins: dict[str, str] = field(default_factory=dict)


def map_documents(documents: Iterable[Document]) -> Mapped:
    """Map the resources of plans and states into one estate."""
    found = Mapped()
    joins: list[Into] = []
    for document in documents:
        joins += _map(document, found)
    put_into(found.estate, joins)
    for arm_id, why in found.contested.items():
        if (row := found.estate.get(arm_id)) is not None:
            row["properties"] = unknown(why)
    return found


def _map(document: Document, found: Mapped) -> list[Into]:
    world = World(document)
    managed = [each for each in world.instances if each.mode == "managed"]
    for each in managed:
        # Ids first: which of two that have the same one keeps it does not hang on who refers to them.
        if each.type in KINDS or each.type in IDS:
            world.id_of(each)
    joins = [into for each in managed for into in _placed(each, world, found)]
    found.outside |= world.named_outside
    found.outside |= {
        each.known_id for each in world.instances if each.mode == "data" and each.known_id.startswith("/")
    }
    found.collisions += world.collisions
    found.contested |= world.contested()
    found.stand_ins |= world.stand_ins
    found.gone += [each.address for each in world.instances.gone]
    return joins


def _placed(instance: Instance, world: World, found: Mapped) -> Iterator[Into]:
    """Add the rows of an instance to the estate and yield what it adds to others."""
    for piece in _pieces(instance, world, found):
        if isinstance(piece, Into):
            yield piece
        else:
            yield from _astray(piece, instance, world, found)
            _add(piece, instance, found)


def _astray(row: Row, instance: Instance, world: World, found: Mapped) -> Iterator[Into]:
    """Doubt everything that a child may lie in whose parent is known only after apply."""
    parent, kind = ArmId(str(row["id"])).parent, str(row["type"])
    if parent is None or parent.name.lower() not in world.stand_ins or world.is_made(parent):
        return
    why = f"what {instance.address} lies in is known only after apply"
    if kind_of(kind) is not None:
        found.gaps.append(Gap(kind, str(ArmId(str(row["id"])).in_subscription), why))
    yield Into(unknown(why), ("properties", kind.rpartition("/")[2]), row, append=True, arm=kind.rpartition("/")[0])


def pieces_of(instance: Instance, block: Block) -> Iterable[Piece]:
    """Return what a block comes to; nothing of a type that is not known here."""
    kind = KINDS.get(instance.type)
    mapper = kind.map if kind is not None else JOINS.get(instance.type)
    return mapper(block) if mapper is not None else ()


def _pieces(instance: Instance, world: World, found: Mapped) -> Iterable[Piece]:
    if is_unmapped(instance):
        found.unmapped[instance.type] += 1
    found.gaps += hidden_by(instance, world)
    return pieces_of(instance, world.block(instance))


def is_unmapped(instance: Instance) -> bool:
    """Tell whether an instance is of Azure and of a type that is not known here."""
    return instance.type.startswith(_OF_AZURE) and instance.type not in KINDS and instance.type not in JOINS


def hidden_by(instance: Instance, world: World) -> Iterator[Gap]:
    """Yield what a resource hides: its own template may hold anything, and there may be more of what is deferred."""
    kind = KINDS.get(instance.type)
    if instance.type in _DEPLOYMENTS or _deploys(instance):
        what, why = SUBSCRIPTION_TYPE, f"what {instance.address} deploys is not looked at"
    elif instance.is_deferred and (kind is not None or instance.type in _ANYTHING):
        what, why = (kind.arm if kind is not None else SUBSCRIPTION_TYPE), f"{instance.address} is deferred"
    else:
        return
    yield Gap(what, str(ArmId(world.group_of(world.block(instance))).in_subscription), why)


def _deploys(instance: Instance) -> bool:
    """Tell whether a resource of azapi deploys others: a deployment, a stack of them, or a script."""
    named = instance.values.get("type")
    return instance.type == "azapi_resource" and str(named).lower().startswith("microsoft.resources/deployment")


def _add(row: Row, instance: Instance, found: Mapped) -> None:
    if str(row["type"]).lower() == _MANAGER:
        why = f"what {instance.address} brings to networks shows once it is deployed"
        scope = str(ArmId(str(row["id"])).in_subscription)
        found.gaps += [Gap(each, scope, why) for each in _OF_MANAGERS]
    if instance.type == _ZONE and instance.unknown.get("name"):
        scope = str(ArmId(str(row["id"])).in_subscription)
        found.gaps.append(Gap(str(row["type"]), scope, f"the name of {instance.address} is known only after apply"))
    if not found.estate.add(row, fresh=instance.fresh):
        key = ArmId(str(row["id"])).key
        found.collisions.append(f"{instance.address} has the id of another resource, {key}")
        if (held := found.estate.get(key)) is not None and held.get("properties") != row.get("properties"):
            found.contested[key] = f"{instance.address} and another resource of the code have its id"
