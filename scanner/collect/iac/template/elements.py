"""The elements of a template under the names that ARM documents for them: authors write them in any case."""

from __future__ import annotations

from typing import Any

from scanner.collect.positioned_json import JsonObject
from scanner.errors import CodeError

Json = Any

_OF_A_TEMPLATE = ("languageVersion", "parameters", "variables", "resources", "outputs")
_OF_A_RESOURCE = (
    *("type", "name", "apiVersion", "condition", "copy", "properties", "resources", "scope", "existing"),
    *("subscriptionId", "resourceGroup", "location", "tags", "kind", "sku", "identity", "zones"),
)
_OF_A_DEPLOYMENT = ("template", "templateLink", "parameters", "parametersLink", "expressionEvaluationOptions")
_OF_A_LOOP = ("name", "count")


def name_elements(template: Json) -> None:
    """Name the elements of a template, of its resources and of what is nested in them, in place.

    Raises CodeError where one stands there twice, in different cases: which of them counts is not documented.
    """
    if not isinstance(template, dict):
        return
    _name(template, _OF_A_TEMPLATE)
    _name_resources(template.get("resources"))


def _name_resources(listed: Json) -> None:
    for each in listed.values() if isinstance(listed, dict) else listed if isinstance(listed, list) else ():
        if isinstance(each, dict):
            _name(each, _OF_A_RESOURCE)
            _name(each.get("copy"), _OF_A_LOOP)
            _name_resources(each.get("resources"))
            if str(each.get("type", "")).partition("@")[0].lower() == "microsoft.resources/deployments":
                _name(each.get("properties"), _OF_A_DEPLOYMENT)
                name_elements((each.get("properties") or {}).get("template"))


def _name(value: Json, names: tuple[str, ...]) -> None:
    if not isinstance(value, dict):
        return
    known = {each.lower(): each for each in names}
    for key in [each for each in value if known.get(each.lower(), each) != each]:
        name = known[key.lower()]
        if name in value:
            raise CodeError(f"the template has {name} and {key} in one place, and which of them counts is not known")
        value[name] = value.pop(key)
        if isinstance(value, JsonObject):
            value.places[name] = value.places.pop(key, value.start)
