"""Rule cases: an estate, what is changed in it, and the graph that comes of it.

An estate in fixtures/variants/ is itself written so: as a `base` and what is changed in that.

A case is JSON: `base` names an estate in fixtures/ (default "reference"); `patch` maps the tail of an ARM id to a JSON
merge patch (RFC 7396: null deletes a key; `subnets[snet-compute]` is the item of that name in a list); `remove` lists
tails whose resources go, with their children; `add` lists resources; `gaps` and `settings` are what the scan could not
read and was told. A tail must fit exactly one resource.
"""

from __future__ import annotations

import json
from copy import deepcopy
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from scanner.collect.redaction.redact import redact
from scanner.engine import Result, Rule, Subject, Verdict, evaluate
from scanner.evidence import Gap
from scanner.graph import Graph
from scanner.graph.settings import Profile, Scope, Settings
from scanner.report.text import as_lines

FIXTURES = Path(__file__).parent.parent / "fixtures"
CASES = FIXTURES / "rules"
VERDICTS = {"pass": Verdict.PASS, "fail": Verdict.FAIL, "unknown": Verdict.UNKNOWN, "na": Verdict.NOT_APPLICABLE}

Resource = dict[str, Any]
KEYS = {"about", "base", "patch", "remove", "add", "gaps", "settings"}


class BadCase(Exception):  # noqa: N818 - it names the case, not an error of the scanner
    """A case file does not mean what it says."""


@cache
def _estate_text(name: str) -> str:
    told = json.loads((FIXTURES / f"{name}.json").read_text())
    if "base" in told:
        return json.dumps(changed(estate(told["base"]), told))
    return json.dumps([redact(each) for each in told["resources"]])


def estate(name: str) -> list[Resource]:
    """Return the resources of an estate as a collector hands them over, fresh, so that a test may change them."""
    found: list[Resource] = json.loads(_estate_text(name))
    return found


def graph_of(case: dict[str, Any]) -> Graph:
    """Build the graph that a case describes."""
    if unknown := case.keys() - KEYS:
        raise BadCase(f"unknown keys {sorted(unknown)}")
    resources = changed(estate(case.get("base", "reference")), case)
    gaps = [Gap(**gap) for gap in case.get("gaps", [])]
    return Graph(resources, gaps, settings_of(case.get("settings", {})))


def changed(resources: list[Resource], case: dict[str, Any]) -> list[Resource]:
    """Apply a case's removals, patches and additions."""
    for tail in case.get("remove", []):
        gone = _the_one(resources, tail)["id"].lower()
        resources = [each for each in resources if not f"{each['id'].lower()}/".startswith(f"{gone}/")]
    for tail, patch in case.get("patch", {}).items():
        resource = _the_one(resources, tail)
        merged = redact(merge(resource, patch))
        resource.clear()
        resource.update(merged)
    return [*resources, *(dict(redact(each)) for each in deepcopy(case.get("add", [])))]


def _the_one(resources: list[Resource], tail: str) -> Resource:
    found = [each for each in resources if f"/{each['id']}".lower().endswith(f"/{tail.lower()}")]
    if len(found) != 1:
        raise BadCase(f"{tail!r} fits {len(found)} resources: {[each['id'] for each in found]}")
    return found[0]


def merge(target: Any, patch: Any) -> Any:  # noqa: ANN401 - JSON
    """Apply a JSON merge patch."""
    if not isinstance(patch, dict):
        return deepcopy(patch)
    patch = _with_items(target if isinstance(target, dict) else {}, patch)
    kept = {key: value for key, value in (target if isinstance(target, dict) else {}).items() if key not in patch}
    return kept | {
        key: merge(target.get(key) if isinstance(target, dict) else None, value)
        for key, value in patch.items()
        if value is not None
    }


def _with_items(target: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    """Spell out keys like `subnets[snet-compute]`: the whole list, with the item of that name patched or removed."""
    spelled: dict[str, Any] = {}
    for key, change in patch.items():
        name, bracket, item = key.partition("[")
        if bracket:
            spelled[name] = _list_with(spelled.get(name, target.get(name)), item.removesuffix("]"), change)
        else:
            spelled[key] = change
    return spelled


def _list_with(items: Any, name: str, change: Any) -> list[Any]:  # noqa: ANN401 - JSON
    ids = [each.get("name") or each["id"].rpartition("/")[2] for each in items or ()]
    places = [at for at, each in enumerate(ids) if each == name]
    if len(places) != 1:
        raise BadCase(f"{name!r} fits {len(places)} items")
    (at,) = places
    return [*items[:at], *([] if change is None else [merge(items[at], change)]), *items[at + 1 :]]


def settings_of(given: dict[str, Any]) -> Settings:
    """Build settings from a case's words."""
    return Settings(
        profile=Profile(given.get("profile", "current")),
        cloud=given.get("cloud", "public"),
        scope=Scope(workspaces=tuple(filter(None, [given.get("workspace", "")]))),
        allowed_ip_ranges=tuple(ip_network(each) for each in given.get("allowed_ip_ranges", [])),
        aml_vnets=tuple(given.get("aml_vnets", [])),
        access_vnets=tuple(given.get("access_vnets", [])),
        trusted_subscriptions=tuple(given.get("trusted_subscriptions", [])),
    )


def judge(rule: Rule[Subject], case: dict[str, Any]) -> tuple[Result, ...]:
    """Judge one case by one rule."""
    return evaluate([rule], graph_of(case))


def worst(results: tuple[Result, ...]) -> Verdict:
    """Return what the case as a whole comes to: a fail outweighs an unknown, that a pass, that n/a."""
    order = [Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS, Verdict.NOT_APPLICABLE]
    return min((result.verdict for result in results), key=order.index)


def text_of(results: tuple[Result, ...]) -> str:
    """Return what a user would read of the results."""
    return "".join(f"{line}\n" for result in results for line in as_lines(result, width=110))
