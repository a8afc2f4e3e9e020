"""Secrets out, before anything is stored: what ARM returns in clear text and nobody who reads a report should see.

A Reader sees virtual machine extension settings, and teams put Azure DevOps tokens there (facts §0.1). They are looked
at here for an agent and for an exposed token, and only what was found is kept.
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator
from typing import Any

from scanner.model.arm import ArmId, Json

REDACTED = "[redacted]"

_SECRET_NAMES = frozenset(
    {
        "accesskey",
        "accountkey",
        "adminpassword",
        "apikey",
        "authorizationkey",
        "certificatepassword",
        "clientsecret",
        "connectionstring",
        "credentials",
        "customdata",
        "instrumentationkey",
        "password",
        "primarykey",
        "privatekey",
        "protectedsettings",
        "radiusserversecret",
        "sastoken",
        "secondarykey",
        "secret",
        "servicekey",
        "sharedkey",
        "storageaccountkey",
        "token",
        "userdata",
    }
)

_TOKENS = {
    # 84 characters with AZDO near the end since 2024; 52 of base 32 before (facts §9).
    "an Azure DevOps token": re.compile(
        r"(?<![A-Za-z0-9])(?:[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}|[a-z2-7]{52})(?![A-Za-z0-9])"
    ),
    "a storage account key": re.compile(r"AccountKey=[A-Za-z0-9+/]{20,}={0,2}|(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{86}=="),
    "a shared access signature": re.compile(r"[?&;\"' ]sig=[A-Za-z0-9%+/]{20,}={0,2}"),
    "a bearer token": re.compile(r"eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*"),
    "a connection string": re.compile(r"(?:InstrumentationKey|SharedAccessKey)=[A-Za-z0-9+/=-]{8,}"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a token in a variable": re.compile(
        r"(?i)(?:\bPAT|_PAT|_TOKEN|_SECRET|PASSWORD|--token|AZP_TOKEN)[\"']?\s*[=: ]\s*[\"']?[^\s\"'$%]{8,}"
    ),
}


def _scoped(pattern: re.Pattern[str]) -> str:
    """Write a pattern so that it can stand in a larger one with its own flag."""
    text = pattern.pattern
    return f"(?i:{text.removeprefix('(?i)')})" if text.startswith("(?i)") else text


_AGENT_PUBLISHER = "microsoft.visualstudio.services"
_AGENT_WORDS = re.compile(
    r"vsts-agent|pipelines-agent|dev\.azure\.com|\.visualstudio\.com|config\.(?:sh|cmd)\b.*--url", re.IGNORECASE
)
_EXTENSION_TYPES = frozenset(
    {"microsoft.compute/virtualmachines/extensions", "microsoft.compute/virtualmachinescalesets/extensions"}
)
# Where else extensions stand: in the profile of a scale set, and in what a GET of one machine embeds.
_EXTENSION_LISTS = frozenset({"extensions", "resources"})


def redact(resource: Json) -> Json:
    """Return the resource without secrets; of extension settings only `settingsSummary` stays.

    `settingsSummary` is {"agent": "scale-set" | "deployment-target" | "script" | None, "exposes": [what, …]}.
    """
    is_extension = ArmId(str(resource.get("id", ""))).type in _EXTENSION_TYPES
    cleaned = _clean(dict(resource), "extensions" if is_extension else "")
    assert isinstance(cleaned, dict)  # noqa: S101 - a dict in gives a dict out
    return cleaned


def _summarised(extension: dict[str, Any]) -> dict[str, Any]:
    properties = extension.get("properties")
    if not isinstance(properties, dict) or properties.get("settings") is None:
        return extension
    settings = properties["settings"]
    texts = list(_texts(settings))
    summary = {
        "agent": _agent(properties, settings, texts),
        "exposes": sorted(what for what, pattern in _TOKENS.items() if any(pattern.search(text) for text in texts)),
    }
    kept = {key: value for key, value in properties.items() if key not in {"settings", "protectedSettings"}}
    return extension | {"properties": kept | {"settingsSummary": summary}}


def _agent(properties: dict[str, Any], settings: object, texts: list[str]) -> str | None:
    if str(properties.get("publisher", "")).lower() == _AGENT_PUBLISHER:
        is_target = (
            isinstance(settings, dict) and not settings.get("isPipelinesAgent") and "DeploymentGroup" in settings
        )
        return "deployment-target" if is_target else "scale-set"
    return "script" if any(_AGENT_WORDS.search(text) for text in texts) else None


def _texts(value: object) -> Iterator[str]:
    """Yield every text in a value, and what it says in base 64, since scripts are passed that way."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(f"{key}={item}" if isinstance(item, str) else item)
            yield from _texts(item) if isinstance(item, str) else ()
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value
        yield from _decoded(value)


def _decoded(text: str) -> Iterator[str]:
    for word in re.findall(r"[A-Za-z0-9+/]{40,}={0,2}", text):
        try:
            # PowerShell takes its encoded commands in UTF-16: the same letters with zeros between.
            yield b64decode(word, validate=True).decode("utf-8").replace("\0", "")
        except (Base64Error, UnicodeDecodeError):
            continue


def _clean(value: object, name: str = "") -> object:
    """Replace values by the name they stand under and by what they look like."""
    if value and name.lower() in _SECRET_NAMES and isinstance(value, (str, dict, list)):
        return REDACTED
    if isinstance(value, dict):
        shown = _summarised(value) if name in _EXTENSION_LISTS else value
        return {key: _clean(item, key) for key, item in shown.items()}
    if isinstance(value, list):
        return [_clean(item, name) for item in value]
    return REDACTED if isinstance(value, str) and _looks_secret(f"{name}={value}", value) else value


def _looks_secret(named: str, value: str) -> bool:
    """Look for a secret in a text and its name; ARM ids, most of all texts, are too regular to hold one."""
    return len(named) >= _SHORTEST and not value.startswith("/") and _ANY_TOKEN.search(named) is not None


_SHORTEST = 20
_ANY_TOKEN = re.compile("|".join(f"(?:{_scoped(pattern)})" for pattern in _TOKENS.values()))
