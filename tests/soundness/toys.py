"""Rules made to be caught, or not: small ones that judge storage accounts, each with one habit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias, cast

from scanner.engine import Notes, Problem, Rule, Selector, Severity, Subject, Undecided
from scanner.evidence import Unknown, known
from scanner.graph import Graph
from scanner.model.entrances import BastionHost
from scanner.model.exposure import PublicNetworkAccess
from scanner.model.services import StorageAccount

Toy: TypeAlias = Rule[Subject]

_OPEN = "open to the internet"
_NO_BASTION = "there is no Bastion"


def _toy(
    name: str,
    each: Selector[StorageAccount],
    check: Callable[[StorageAccount, Graph], Notes],
) -> Toy:
    # A rule over its own kind of subject, as packs are handed on.
    return cast("Toy", Rule(name, "Public network access", Severity.LOW, each, check))


def _accounts(graph: Graph) -> Iterable[StorageAccount | Undecided[StorageAccount]]:
    """Yield what was read, then tell what may be missing."""
    accounts = graph.all(StorageAccount)
    yield from accounts.found
    if accounts.missing is not None:
        yield Undecided(None, accounts.missing)


def _read_accounts(graph: Graph) -> Iterable[StorageAccount]:
    """Yield what was read, as if there were no more."""
    return graph.seen(StorageAccount)


def _all_or_none(graph: Graph) -> Iterable[StorageAccount]:
    """Yield nothing where something may be missing."""
    return graph.all(StorageAccount).whole()


def _is_closed(account: StorageAccount, _: Graph) -> Notes:
    if known(account.public_network_access) is not PublicNetworkAccess.DISABLED:
        yield Problem(_OPEN, (account.id,))


def _is_not_known_open(account: StorageAccount, _: Graph) -> Notes:
    access = account.public_network_access
    if not isinstance(access, Unknown) and access is not PublicNetworkAccess.DISABLED:
        yield Problem(_OPEN, (account.id,))


def _has_bastion(_: StorageAccount, graph: Graph) -> Notes:
    if not graph.all(BastionHost).exists():
        yield Problem(_NO_BASTION)


def _has_read_bastion(_: StorageAccount, graph: Graph) -> Notes:
    if not graph.seen(BastionHost):
        yield Problem(_NO_BASTION)


def _has_bastion_or_passes(_: StorageAccount, graph: Graph) -> Notes:
    bastions = graph.all(BastionHost)
    if not bastions.found and bastions.missing is None:
        yield Problem(_NO_BASTION)


SOUND = (
    _toy("tells-what-it-lacks", _accounts, _is_closed),
    _toy("asks-for-absence", _accounts, _has_bastion),
    _toy("asks-for-all", _all_or_none, _is_closed),
)
"""The last one is sound, and yet loses failures that it has seen."""

UNSOUND = (
    (_toy("believes-its-list", _read_accounts, _is_closed), {"fail → nothing", "fail → n/a"}),
    (_toy("passes-what-is-unknown", _accounts, _is_not_known_open), {"fail → pass"}),
    (_toy("believes-absence", _accounts, _has_read_bastion), {"pass → fail"}),
    (_toy("passes-for-want-of-proof", _accounts, _has_bastion_or_passes), {"fail → pass"}),
)
"""Each with what it gives away."""
