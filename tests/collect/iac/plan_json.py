"""The JSON of a plan, written as `terraform show -json` writes it, from resources whose values may refer to others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

COMPUTED = object()
"""The value of an attribute that the code does not set and Azure decides."""

_NOTHING = object()


@dataclass(frozen=True)
class Later:
    """The value of an attribute that Azure decides, as it is once the resource is there."""

    value: Any


@dataclass(frozen=True)
class Ref:
    """What an attribute refers to: an instance and a path of its attributes, known only after apply.

    `value` is what it is once it is deployed.
    """

    address: str
    path: str = "id"
    value: Any = None

    @property
    def expression(self) -> dict[str, Any]:
        """The expression as a plan lists it: the whole reference, then its prefixes."""
        steps = self.path.split(".") if self.path else []
        return {
            "references": [f"{self.address}.{'.'.join(steps[: count + 1])}" for count in reversed(range(len(steps)))]
            + [self.address]
        }


@dataclass
class Declared:
    """A resource block with one instance."""

    type: str
    label: str
    attributes: dict[str, Any]
    action: str = "create"
    id: str = ""
    subscription: str = ""

    @property
    def address(self) -> str:
        """Its address in the root module."""
        return f"{self.type}.{self.label}"


def _after(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return what of a value is known before apply."""
    match value:
        case Ref() | Later():
            return _NOTHING
        case dict():
            return {key: found for key, each in value.items() if (found := _after(each)) is not _NOTHING}
        case list():
            found = [_after(each) for each in value]
            return _NOTHING if any(each is _NOTHING for each in found) else found
    return _NOTHING if value is COMPUTED else value


def _unknown(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return true in the place of everything that is not known before apply."""
    match value:
        case Ref() | Later():
            return True
        case dict():
            return {key: found for key, each in value.items() if (found := _unknown(each))}
        case list():
            found = [_unknown(each) for each in value]
            return True if any(each is True for each in found) else found if any(found) else False
    return value is COMPUTED


def _expression(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return the expression of a value; nested blocks have one each, lists of values a common one."""
    match value:
        case Ref():
            return value.expression
        case dict():
            return {key: _expression(each) for key, each in value.items() if not _is_computed(each)}
        case [dict(), *_]:
            return [_expression(each) for each in value]
        case list() if any(isinstance(each, Ref) for each in value):
            listed = [each.expression["references"] for each in value if isinstance(each, Ref)]
            return {"references": [name for names in listed for name in names]}
    return {"constant_value": value}


def plan(declared: list[Declared]) -> dict[str, Any]:
    """Return the plan that creates resources, with a provider for each subscription."""
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "resource_changes": [_change(each) for each in declared],
        "configuration": {
            "provider_config": {_provider(each): _configured(each) for each in declared},
            "root_module": {"resources": [_block(each) for each in declared]},
        },
        "complete": True,
        "errored": False,
    }


def _is_computed(value: Any) -> bool:  # noqa: ANN401 - JSON
    return value is COMPUTED or isinstance(value, Later)


def _deployed(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return a value as a state has it, without what this writer does not know."""
    match value:
        case Ref() | Later():
            return value.value
        case dict():
            return {key: _deployed(each) for key, each in value.items() if each is not COMPUTED}
        case list():
            return [_deployed(each) for each in value]
    return value


def state(declared: list[Declared]) -> dict[str, Any]:
    """Return the state once resources are there."""
    resources = [
        {
            "address": each.address,
            "mode": "managed",
            "type": each.type,
            "name": each.label,
            "values": {**_deployed(each.attributes), "id": each.id},
        }
        for each in declared
    ]
    return {"format_version": "1.0", "terraform_version": "1.11.4", "values": {"root_module": {"resources": resources}}}


def raw_state(declared: list[Declared]) -> dict[str, Any]:
    """Return the same as Terraform keeps it in a file."""
    resources = [
        {
            "mode": "managed",
            "type": each.type,
            "name": each.label,
            "provider": 'provider["registry.terraform.io/hashicorp/azurerm"]',
            "instances": [{"schema_version": 0, "attributes": {**_deployed(each.attributes), "id": each.id}}],
        }
        for each in declared
    ]
    return {
        "version": 4,
        "terraform_version": "1.11.4",
        "serial": 3,
        "lineage": "a",
        "outputs": {},
        "resources": resources,
    }


def plan_between(before: list[Declared], after: list[Declared]) -> dict[str, Any]:
    """Return the plan that turns one estate into another, in code and in Azure alike."""
    old, new = {each.address: each for each in before}, {each.address: each for each in after}
    there = old.keys() & new.keys()
    changes = [_difference(old.get(address), new.get(address), there) for address in dict.fromkeys((*old, *new))]
    return {**plan(after), "resource_changes": changes}


def _difference(old: Declared | None, new: Declared | None, there: set[str]) -> dict[str, Any]:
    block = new or old
    assert block is not None
    held = None if old is None else {**_deployed(old.attributes), "id": old.id}
    if new is None:
        change = {"actions": ["delete"], "before": held, "after": None, "after_unknown": {}}
    elif old is None:
        made = _settled(new.attributes, there)
        unknown = {**_unknown(made), "id": True}
        change = {"actions": ["create"], "before": None, "after": _after(made), "after_unknown": unknown}
    else:
        # What Azure decided of what is there stays known.
        changed = _settled(_deployed_but_references(new.attributes), there)
        after = {**_after(changed), "id": old.id}
        actions = ["no-op"] if after == held else ["update"]
        change = {"actions": actions, "before": held, "after": after, "after_unknown": _unknown(changed)}
    return {"address": block.address, "mode": "managed", "type": block.type, "name": block.label, "change": change}


def _settled(value: Any, there: set[str]) -> Any:  # noqa: ANN401 - JSON
    """Return a value with what it refers to where that exists, and references to what is yet to be made."""
    match value:
        case Ref(address=address, value=known):
            return known if address in there else value
        case dict():
            return {key: _settled(each, there) for key, each in value.items()}
        case list():
            return [_settled(each, there) for each in value]
    return value


def _deployed_but_references(value: Any) -> Any:  # noqa: ANN401 - JSON
    match value:
        case Later():
            return value.value
        case dict():
            return {key: _deployed_but_references(each) for key, each in value.items() if each is not COMPUTED}
        case list():
            return [_deployed_but_references(each) for each in value]
    return value


def _provider(each: Declared) -> str:
    return f"azurerm.of_{each.subscription[:8]}" if each.subscription else "azurerm"


def _configured(each: Declared) -> dict[str, Any]:
    expressions = {"subscription_id": {"constant_value": each.subscription}} if each.subscription else {}
    return {"name": "azurerm", "expressions": expressions}


def _change(each: Declared) -> dict[str, Any]:
    return {
        "address": each.address,
        "mode": "managed",
        "type": each.type,
        "name": each.label,
        "provider_name": "registry.terraform.io/hashicorp/azurerm",
        "change": {
            "actions": [each.action],
            "before": None,
            "after": _after(each.attributes),
            "after_unknown": {**_unknown(each.attributes), "id": True},
        },
    }


def _block(each: Declared) -> dict[str, Any]:
    return {
        "address": each.address,
        "mode": "managed",
        "type": each.type,
        "name": each.label,
        "provider_config_key": _provider(each),
        "expressions": _expression(each.attributes),
        "schema_version": 0,
    }
