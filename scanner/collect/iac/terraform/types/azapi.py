"""What is declared by azapi: any resource of ARM, its body as ARM has it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from scanner.collect.iac.terraform.block import Block, given
from scanner.collect.iac.terraform.references import Target
from scanner.collect.iac.terraform.registry import IDS, Into, Piece, join
from scanner.collect.iac.terraform.rows import identity, location
from scanner.creation.estate import Row, is_unknown, unknown
from scanner.creation.spelling import as_azure_writes
from scanner.creation.states import without_states
from scanner.evidence import UNKNOWN_KEY
from scanner.model.arm import ArmId

_ID_TYPES = {
    "storageaccount": "microsoft.storage/storageaccounts",
    "keyvault": "microsoft.keyvault/vaults",
    "containerregistry": "microsoft.containerregistry/registries",
    "applicationinsights": "microsoft.insights/components",
    "hubresourceid": "microsoft.machinelearningservices/workspaces",
    "subnet": "microsoft.network/virtualnetworks/subnets",
    "networksecuritygroup": "microsoft.network/networksecuritygroups",
    "routetable": "microsoft.network/routetables",
    "natgateway": "microsoft.network/natgateways",
    "remotevirtualnetwork": "microsoft.network/virtualnetworks",
    "virtualnetwork": "microsoft.network/virtualnetworks",
    "privatednszoneid": "microsoft.network/privatednszones",
    "publicipaddress": "microsoft.network/publicipaddresses",
}
"""What type of resource a property of a body names: its references are listed together, not by property."""

_READS = frozenset({"GET", "HEAD"})
_SETS = frozenset({"PUT", "PATCH"})
_HARMLESS = re.compile(r"(?:list|get|check|validate|diagnose|regenerate|resync)(?:[A-Z]\w*)?|start|stop|restart")
"""Actions that set nothing a rule reads, by their names."""


@join("azapi_resource")
def resource(block: Block) -> Iterator[Piece]:
    """Map a resource: its body, with what the block says beside it."""
    kind = _kind(block)
    if not kind:
        return
    arm_id = azapi_id(block)
    body = _body(block)
    tags = block.get("tags")
    beside = {
        "location": location(block),
        "tags": tags if isinstance(tags, dict) else None,
        "identity": identity(block),
    }
    declared = {
        **_enveloped(body),
        **given(beside),
        "id": arm_id,
        "type": kind,
        "name": ArmId(arm_id).name,
    }
    yield without_states(declared)


@join("azapi_update_resource")
def update(block: Block) -> Iterator[Piece]:
    """Merge a body over the resource that it is about."""
    yield Into(_target(block), (), _enveloped(_body(block)), merge=True, arm=_kind(block))


@join("azapi_resource_action")
def act(block: Block) -> Iterator[Piece]:
    """Leave open what a request sets: it is sent once, and others may set the same before and after.

    What an action does that has a name of its own is in its name alone: it may be anything, unless that says that it
    reads, or starts and stops. Source: terraform-provider-azapi, docs/resources/resource_action.md (2025).
    """
    if block.text("when") != "destroy":
        yield from sent(block)


def sent(block: Block) -> Iterator[Piece]:
    """Yield what the request of a block may set, whenever it is sent."""
    method, name = block.text("method").upper() or "POST", block.text("action").strip("/")
    if method in _READS or (method == "POST" and _HARMLESS.fullmatch(name)):
        return
    why = f"{block.address()} sends a request that may set it, and whether that stays is not in the code"
    target, arm = _target(block), _kind(block)
    path = name.split("/")
    if method == "PUT" and isinstance(target, str) and len(path) == 2:  # noqa: PLR2004 - type and name of a child
        yield {"id": f"{target}/{name}", "type": f"{arm}/{path[0]}", "name": path[1], "properties": unknown(why)}
        return
    said = _enveloped(_body(block)) if method in _SETS and not name else {"properties": unknown(why)}
    yield Into(target, (), said, merge=True, arm=arm, perhaps=why)


def _target(block: Block) -> Any:  # noqa: ANN401 - JSON
    """Return the id of the resource that a block is about, `$unknown` where that is not known."""
    for attribute in ("resource_id", "parent_id"):
        found = block.id(attribute)
        if is_unknown(found) or (found is not None and attribute == "resource_id"):
            return found
    return azapi_id(block)


def _kind(block: Block) -> str:
    return block.text("type").partition("@")[0]


def _enveloped(body: Any) -> Row:  # noqa: ANN401 - JSON
    return {"properties": body} if is_unknown(body) else body


def azapi_id(block: Block) -> str:
    """Return the id of what a block declares: below its parent, which for a group is the subscription."""
    kind = _kind(block)
    known = block.instance.known_id
    if known.startswith("/"):
        return known
    name = block.text("name") or block.world.name_of(block.instance) or block.instance.address
    parent = block.id("parent_id")
    if not isinstance(parent, str):
        parent = block.world.group_of(block)
    if kind.lower() == "microsoft.resources/resourcegroups":
        return f"{'/'.join(parent.split('/', 3)[:3])}/resourceGroups/{name}"
    outer, _, last = kind.rpartition("/")
    if ArmId(parent).type == outer.lower():
        return f"{parent}/{last}/{name}"
    return f"{parent}/providers/{kind}/{name}"


def _body(block: Block) -> Any:  # noqa: ANN401 - JSON
    """Return a body with what is not known before apply; until version 2 it is a text.

    What is merged into it in secret, no plan or state shows.
    """
    if block.is_set("sensitive_body") or block.is_set("sensitive_body_version"):
        return block.why("sensitive_body", "is merged into the body and is shown nowhere")
    value = block.get("body")
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return block.why("body", "is no JSON")
    found = value if isinstance(value, dict) else {}
    if is_unknown(value):
        return value
    return as_azure_writes(_resolved(found, _picker(block)), _kind(block))


def _picker(block: Block) -> Callable[[str], Any]:
    """Return what finds, of the references of a body, the one of the type that a property names."""
    targets = [each for each in block.found("body") if isinstance(each, Target)]
    ids = [found for each in targets if (found := block.world.id_in(each))]

    def pick(name: str) -> Any:  # noqa: ANN401 - JSON
        wanted = _ID_TYPES.get(name.lower())
        found = list(dict.fromkeys(each for each in ids if ArmId(each).type == wanted))
        return found[0] if len(found) == 1 else None

    return pick


def _resolved(value: Any, pick: Callable[[str], Any], name: str = "") -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        if UNKNOWN_KEY in value:
            return pick(name) or value
        return {key: _resolved(each, pick, name if key == "id" else key) for key, each in value.items()}
    if isinstance(value, list):
        return [_resolved(each, pick, name) for each in value]
    return value


IDS["azapi_resource"] = azapi_id
