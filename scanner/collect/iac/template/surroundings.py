"""Functions of template expressions that ask what the template deploys, and where it is deployed to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from scanner.collect.iac.template.frames import resource_id
from scanner.collect.iac.template.functions import CannotTell
from scanner.collect.iac.template.scope import Scope
from scanner.collect.iac.template.values import NotKnown

Json = Any
_AT_DEPLOYMENT = "is made when the template is deployed"


def _resource_id(scope: Scope, values: list[Json]) -> Json:
    """Return an id in the group of the deployment; ids of a subscription and names of groups may stand before."""
    place = next((each for each, value in enumerate(values) if "/" in str(value)), None)
    if place is None:
        raise CannotTell("resourceId names no type")
    frame = scope.frame.at(values[place - 2] if place > 1 else None, values[place - 1] if place > 0 else None)
    return _named(frame.id, values[place:])


def _named(base: str, values: list[Json]) -> str:
    kind, *names = map(str, values)
    # ARM takes a type that ends with a slash: some hundred of Microsoft's quickstart templates have one.
    kind = kind.strip("/")
    if len(names) != kind.count("/"):
        raise CannotTell(f"the names of {kind} are not as many as its parts")
    return resource_id(base, kind, names)


def _subscription_id(scope: Scope, values: list[Json]) -> Json:
    given = "/" not in str(values[0])
    subscription = values[0] if given else scope.frame.subscription
    return _named(f"/subscriptions/{subscription}", values[1 if given else 0 :])


def _group(scope: Scope, _values: list[Json]) -> Json:
    frame = scope.frame
    return {
        "id": frame.id,
        "name": frame.group,
        "location": NotKnown("the region of the resource group is not in the template"),
    }


def _reference(scope: Scope, values: list[Json]) -> Json:
    full = len(values) > 2 and str(values[2]).lower() == "full"  # noqa: PLR2004 - the third argument
    return scope.resources.reference(str(values[0]), scope, full=full)


def _later(what: str) -> Callable[[Scope, list[Json]], Json]:
    return lambda _scope, _values: NotKnown(f"{what} {_AT_DEPLOYMENT}")


SURROUNDINGS: Mapping[str, Callable[[Scope, list[Json]], Json]] = {
    "resourceid": _resource_id,
    "subscriptionresourceid": _subscription_id,
    "tenantresourceid": lambda _scope, values: _named("", values),
    "extensionresourceid": lambda _scope, values: _named(str(values[0]), values[1:]),
    "resourcegroup": _group,
    "subscription": lambda scope, _values: {
        "id": f"/subscriptions/{scope.frame.subscription}",
        "subscriptionId": scope.frame.subscription,
        "tenantId": NotKnown("the tenant is not in the template"),
    },
    "deployment": lambda scope, _values: {"name": scope.deployment},
    "environment": lambda scope, _values: scope.frame.environment,
    "reference": _reference,
    "newguid": _later("a new GUID"),
    "utcnow": _later("the present time"),
}
"""By name in lower case."""
