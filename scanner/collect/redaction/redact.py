"""Secrets out, before anything is stored: what ARM returns in clear text and nobody who reads a report should see.

A Reader sees virtual machine extension settings, and teams put Azure DevOps tokens there (facts §0.1). They are looked
at here for an agent and for an exposed token, and only what was found is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import msgspec

from scanner.collect.redaction.data import without_credentials
from scanner.collect.redaction.plain import EXTENSION_LISTS, HEADER, LONGEST_TEXT, PATH, is_plain
from scanner.collect.redaction.secrets import (
    SHORTEST,
    Decoded,
    exposed_in,
    holds_variables,
    names_secret,
    shows_secret,
)
from scanner.collect.redaction.vault import REDACTED, VAULT
from scanner.evidence import UNKNOWN_KEY
from scanner.model.arm import Json, id_in

_AGENT_PUBLISHER = "microsoft.visualstudio.services"
_AGENT_WORDS = re.compile(
    r"vsts-agent|pipelines-agent|dev\.azure\.com|\.visualstudio\.com|config\.(?:sh|cmd)\b.{0,300}--url", re.IGNORECASE
)
# Where GitHub tells to get its runner, and how to register it:
# https://docs.github.com/en/actions/how-tos/manage-runners/self-hosted-runners/add-runners (2026), from memory.
_RUNNER_WORDS = re.compile(r"github\.com/actions/runner(?![\w-])|actions-runner-(?:linux|win|osx)-", re.IGNORECASE)
_REGISTERED = re.compile(r"config\.(?:sh|cmd)\b.{0,300}--url[ =]+[\"']?https://github\.com/", re.IGNORECASE)
_RETIRED_HOSTS = ("vstsagentpackage.azureedge.net",)
"""Where agents came from until download.agent.dev.azure.com took its place in 2025 (facts §9, from memory)."""
_EXTENSION_TYPES = frozenset(
    {"microsoft.compute/virtualmachines/extensions", "microsoft.compute/virtualmachinescalesets/extensions"}
)
_TOO_LONG = {UNKNOWN_KEY: "the text is longer than any of Azure's and was not looked at"}
_TOO_LARGE = {UNKNOWN_KEY: "the extension's settings hold more than was looked at"}


def redact(resource: Json) -> Json:
    """Return the resource as text can hold it and without secrets; of extension settings only `settingsSummary` stays.

    `settingsSummary` is {"agent": "scale-set" | "deployment-target" | "script" | "runner" | None, "exposes": [what]};
    either is unknown where the settings were too large to be looked through and nothing was found. A runner is
    GitHub's, the others are of Azure Pipelines. "retiredHosts" lists the hosts that agents can no longer be downloaded
    from, where any is named.
    """
    cleaned = _looked_through(resource)
    # There is mostly nothing to look for on loopback, where nobody signs in.
    if VAULT.is_empty or not VAULT.shows(_written_out(cleaned)):
        return cleaned
    found = _without_ours(cleaned)
    assert isinstance(found, dict)  # noqa: S101 - a dict in gives a dict out
    return found


def _looked_through(resource: Json) -> dict[str, object]:
    """Return the resource without what looks like a secret; itself, if there is nothing to take out."""
    kind = id_in(str(resource.get("id", ""))).type
    whole = dict(resource)
    shown = without_credentials(kind, whole)
    if shown is whole and kind not in _EXTENSION_TYPES and is_plain(shown):
        return shown
    cleaned = _clean(shown, "extensions" if kind in _EXTENSION_TYPES else "")
    assert isinstance(cleaned, dict)  # noqa: S101 - a dict in gives a dict out
    return cleaned


def _written_out(value: object) -> bytes:
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        # Unpaired surrogates in a name: spelled out there by now, but not in what is under it.
        return repr(value).encode("utf-8", "backslashreplace")


def _without_ours(value: object) -> object:
    """Take out the credentials in hand, which an endpoint may have sent back."""
    match value:
        case str():
            return VAULT.scrubbed(value)
        case dict():
            return {VAULT.scrubbed(str(key)): _without_ours(item) for key, item in value.items()}
        case list():
            return [_without_ours(item) for item in value]
        case _:
            return value


# Extension settings


def _summarised(extension: dict[str, Any]) -> dict[str, Any]:
    properties = extension.get("properties")
    if not isinstance(properties, dict) or properties.get("settings") is None:
        return extension
    kept = {key: value for key, value in properties.items() if key not in {"settings", "protectedSettings"}}
    return extension | {"properties": kept | {"settingsSummary": _summary(properties)}}


def _summary(properties: dict[str, Any]) -> dict[str, object]:
    settings = properties["settings"]
    texts, is_cut = _texts(settings)
    agent, exposes = _agent(properties, settings, texts), exposed_in(texts)
    retired = [host for host in _RETIRED_HOSTS if any(host in text.lower() for text in texts)]
    return ({"retiredHosts": retired} if retired else {}) | {
        "agent": _TOO_LARGE if is_cut and agent is None else agent,
        "exposes": _TOO_LARGE if is_cut and not exposes else exposes,
    }


def _agent(properties: dict[str, Any], settings: object, texts: list[str]) -> str | None:
    if str(properties.get("publisher", "")).lower() == _AGENT_PUBLISHER:
        is_target = (
            isinstance(settings, dict) and not settings.get("isPipelinesAgent") and "DeploymentGroup" in settings
        )
        return "deployment-target" if is_target else "scale-set"
    if any(pattern.search(text) for pattern in (_RUNNER_WORDS, _REGISTERED) for text in texts):
        return "runner"
    return "script" if any(_AGENT_WORDS.search(text) for text in texts) else None


def _texts(settings: object) -> tuple[list[str], bool]:
    """Return every text in settings and what it says encoded, and whether that is not all."""
    found, is_cut = [], False
    for text in _written(settings):
        inside = Decoded(text)
        found += [text, *inside]
        is_cut = is_cut or inside.is_cut
    return found, is_cut


def _written(value: object, name: str = "") -> Iterator[str]:
    """Yield every text in a value, alone and with the name that it stands under."""
    match value:
        case dict():
            for key, item in value.items():
                yield from _written(item, str(key))
        case list():
            for item in value:
                yield from _written(item)
        case str():
            yield from (f"{name}={value}", value) if name else (value,)


# Anything else


def _clean(value: object, name: str = "") -> object:
    """Replace values by the name they stand under and by what they look like."""
    if isinstance(value, str):
        return _clean_text(value, name)
    if not isinstance(value, dict | list):
        return value
    if value and names_secret(name):
        return REDACTED
    return _clean_object(value, name) if isinstance(value, dict) else [_clean(item, name) for item in value]


def _clean_text(value: str, name: str) -> object:
    if value and names_secret(name):
        return REDACTED
    if len(value) > LONGEST_TEXT:
        return _TOO_LONG
    if len(value) >= SHORTEST and not PATH.fullmatch(value) and shows_secret(value):
        return REDACTED
    return value if value.isascii() else _paired(value)


def _clean_object(value: dict[str, Any], name: str) -> dict[str, object]:
    if holds_variables(name):
        return dict.fromkeys(value, REDACTED)
    shown = _summarised(value) if name in EXTENSION_LISTS else value
    if "value" in shown and names_secret(str(shown.get("name", ""))):
        shown = shown | {"value": REDACTED}
    if HEADER in shown:
        shown = shown | {HEADER: REDACTED}
    return {_clean_key(key): _clean(item, key) for key, item in shown.items()}


@lru_cache(4096)
def _clean_key(key: str) -> str:
    return REDACTED if shows_secret(key) else _paired(key)


def _paired(text: str) -> str:
    """Spell out unpaired surrogates: JSON can hold them in a name, and neither a URL nor a file can."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()
