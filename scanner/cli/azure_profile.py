"""The Azure CLI's profile: which subscriptions somebody signed in to, what they are called, and the default one.

`az login` writes azureProfile.json, UTF-8 behind a byte order mark, into AZURE_CONFIG_DIR or ~/.azure:
{subscriptions: [{id, name, isDefault, environmentName, …}]}. learn.microsoft.com/cli/azure/azure-cli-configuration,
and github.com/Azure/azure-cli, azure/cli/core/_profile.py, from memory. It holds no token.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from scanner.errors import UsageError, one_line
from scanner.system.counting import counted
from scanner.system.near import meant, near
from scanner.system.reading import MIB, read_bounded

_NAME = "azureProfile.json"
_ENVIRONMENTS = {"AzureCloud": "public", "AzureUSGovernment": "usgov", "AzureChinaCloud": "china"}


class _Row(msgspec.Struct, rename="camel"):
    id: str
    name: str
    is_default: bool = False
    environment_name: str = "AzureCloud"


class _File(msgspec.Struct):
    subscriptions: tuple[_Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription of the profile; `cloud` is as --cloud spells it, "" for one that has no name there."""

    id: str
    name: str
    is_default: bool
    cloud: str


def profile() -> tuple[Subscription, ...]:
    """Return the subscriptions of the profile, none where there is none. Raises UsageError for one that is damaged."""
    path = _path()
    if path is None:
        return ()
    try:
        content = read_bounded(path, MIB, pipes=False)
        rows = msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"), type=_File).subscriptions
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError as error:
        raise UsageError(f"the Azure CLI's profile {path} cannot be read: {error.strerror or error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(
            f"the Azure CLI's profile {path} is damaged: {one_line(error)}; `az login` writes it"
        ) from error
    return tuple(Subscription(each.id, each.name, each.is_default, _cloud(each)) for each in rows)


def _path() -> Path | None:
    """Return where the profile is, None where nobody has a home."""
    folder = os.environ.get("AZURE_CONFIG_DIR")
    try:
        return Path(folder) / _NAME if folder else Path.home() / ".azure" / _NAME
    except RuntimeError:
        return None


def _cloud(row: _Row) -> str:
    return _ENVIRONMENTS.get(row.environment_name, "")


def default_in(cloud: str) -> Subscription | None:
    """Return the default subscription if it is of a cloud (as --cloud spells it). Raises UsageError."""
    return next((each for each in profile() if each.is_default and each.cloud == cloud.lower()), None)


def id_of(name: str) -> str:
    """Return the id of a subscription by its name in the profile. Raises UsageError for none, or several."""
    known = profile()
    found = sorted({each.id for each in known if each.name.lower() == name.lower()})
    if len(found) > 1:
        raise UsageError(
            f"{counted(len(found), 'subscription')} are called {one_line(name)!r}: {', '.join(found)}; give the id"
        )
    if not found:
        raise UsageError(f"{one_line(name)!r} is not a subscription id, {_nor(name, (each.name for each in known))}")
    return found[0]


def _nor(name: str, known: Iterable[str]) -> str:
    """Say why a text is no name either."""
    spelled = {each.lower(): one_line(each) for each in known}
    if not spelled:
        return "and there is no profile of the Azure CLI that has names; `az account list` shows ids"
    hint = meant([spelled[each] for each in near(name.lower(), spelled)]) or "`az account list` shows them"
    return f"nor a name in the Azure CLI's profile; {hint}"
