"""What `mlsec-scan doctor` found, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from shlex import quote
from typing import Any

from scanner.collect.azure.checkup import Checkup, Held
from scanner.collect.azure.role import actions_by_rule
from scanner.report.json_text import json_text, utc
from scanner.system.counting import counted
from scanner.system.plain import plain

_ROLE = "mlsec-scan reader"
_FEW = 3
_MOST = 10

Reads = Mapping[str, Iterable[str]]
"""The resource types that each rule reads, by rule id."""


def as_json(found: Checkup, reads: Reads) -> str:
    """Return {cloud, sign_in, horizon, resource_graph, subscriptions, next, stopped}."""
    identity = found.identity
    return json_text(
        {
            "cloud": {
                "name": found.cloud.name,
                "endpoint": found.cloud.endpoint,
                "authority": found.cloud.authority if found.cloud.signed else None,
                "proxy": found.proxy or None,
                "ca_bundle": found.authority_file or None,
            },
            "sign_in": {
                "credential": identity.credential or None,
                "tenant": identity.tenant or None,
                "object_id": identity.object_id or None,
                "application": identity.application or None,
                "user": identity.user or None,
                "expires": utc(identity.expires) if identity.expires is not None else None,
            },
            "horizon": {"subscriptions": list(found.horizon), "why_not": found.horizon_why or None},
            "resource_graph": {"answers": not found.graph and not found.stopped, "why_not": found.graph or None},
            "subscriptions": [_held_object(each, reads) for each in found.rights],
            "next": list(_next(found)),
            "stopped": found.stopped or None,
        }
    )


def _held_object(held: Held, reads: Reads) -> dict[str, Any]:
    unknown = unknown_without(held.missing, reads)
    return {
        "subscription": held.subscription,
        "name": held.name or None,
        "state": held.state or None,
        "why_not": held.why or None,
        "missing": [{"permission": action, "unknown": unknown[action]} for action in held.missing],
    }


def unknown_without(missing: Iterable[str], reads: Reads) -> dict[str, list[str]]:
    """Return by missing permission the ids of the rules that need it, sorted."""
    by_rule = actions_by_rule(reads)
    return {action: sorted(rule for rule, needed in by_rule.items() if action in needed) for action in missing}


# Text


def as_text(found: Checkup, reads: Reads) -> str:
    """Return what was found, what stays unknown without what is missing, and what to do about it."""
    parts = (_cloud(found), _sign_in(found), _sees(found), _rights(found, reads))
    lines = [*(line for part in parts for line in part)]
    steps = [*_next(found)]
    told = ["", "Next", *(f"  {each}" for each in steps)] if steps else []
    return "\n".join(plain(line) for line in [*lines, *told]) + "\n"


def _cloud(found: Checkup) -> Iterator[str]:
    yield f"cloud          {found.cloud.name}, {found.cloud.endpoint}{'' if found.stopped else ', which answers'}"
    yield f"proxy          {found.proxy or 'none'}"
    if found.authority_file:
        yield f"certificates   {found.authority_file} (REQUESTS_CA_BUNDLE)"


def _sign_in(found: Checkup) -> Iterator[str]:
    identity = found.identity
    if not found.cloud.signed:
        yield "sign-in        none: no credential is sent to a loopback address"
    elif identity.expires is not None:
        yield f"sign-in        {identity.credential or 'credential not told'}, until {utc(identity.expires)}"
        yield f"tenant         {identity.tenant or 'not told'}"
        who = ((identity.user, "user"), (identity.application, "application"), (identity.object_id, "object"))
        yield f"identity       {', '.join(f'{what} {each}' for each, what in who if each) or 'not told'}"
    if found.stopped:
        yield f"stopped        {found.stopped}"


def _sees(found: Checkup) -> Iterator[str]:
    if found.stopped:
        return
    count = len(found.horizon)
    seen = counted(count, "subscription")
    yield f"horizon        {f'not told: {found.horizon_why}' if found.horizon_why else f'{seen} seen by this identity'}"
    yield f"resource graph {f'does not answer: {found.graph}' if found.graph else 'answers'}"


def _rights(found: Checkup, reads: Reads) -> Iterator[str]:
    for held in found.rights:
        state = f", {held.state}" if held.state and held.state != "Enabled" else ""
        yield ""
        yield f"subscription {held.subscription}{f' ({held.name})' if held.name else ''}{state}"
        yield f"  {_standing(held)}"
        for action, rules in [*unknown_without(held.missing, reads).items()][:_MOST]:
            yield f"    {action}: {_unknown(rules)}"
        if len(held.missing) > _MOST:
            yield f"    and {len(held.missing) - _MOST} more; --format json has them all"


def _standing(held: Held) -> str:
    if held.why:
        return f"what is held here could not be read: {held.why}"
    count = len(held.missing)
    if not count:
        return "every permission that a scan needs is held"
    return f"{counted(count, 'permission is', 'permissions are')} missing on the whole of it"


def _unknown(rules: list[str]) -> str:
    if not rules:
        return "what it shows is not known to be whole"
    more = f" and {len(rules) - _FEW} more" if len(rules) > _FEW else ""
    return f"may stay unknown without it: {', '.join(rules[:_FEW])}{more}"


# What to do


def _next(found: Checkup) -> Iterator[str]:
    """Yield what to type; nothing where nothing is missing. A role is made once and assigned in each subscription."""
    lacking = [each.subscription for each in found.rights if each.missing or each.why]
    if not lacking:
        return
    who = found.identity.object_id or "OBJECT_ID"
    scopes = " ".join(f"--subscription {each}" for each in lacking)
    yield f"mlsec-scan permissions {scopes} > role.json"
    yield "az role definition create --role-definition @role.json"
    for each in lacking:
        yield f'az role assignment create --assignee {quote(who)} --role "{_ROLE}" --scope /subscriptions/{each}'
    yield "or assign the built-in role Reader there, which holds all of it and more"
