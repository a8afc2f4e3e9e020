"""From what code declares to what will be there: every part of Azure's own, in the order in which one needs another."""

from __future__ import annotations

from scanner.creation.addresses import choose, stand_in
from scanner.creation.endpoints import connect
from scanner.creation.estate import Estate
from scanner.creation.folding import fold
from scanner.creation.identities import give_identities, give_user_identities
from scanner.creation.node_pools import give_pools
from scanner.creation.numbering import number
from scanner.creation.records import write_records
from scanner.creation.roles import add_definitions
from scanner.creation.states import settle
from scanner.evidence import Gap


def complete(estate: Estate, cloud: str = "public") -> list[Gap]:
    """Fill in what Azure adds. Returns gaps for what cannot be told by a value of a row."""
    fold(estate)
    give_pools(estate)
    number(estate)
    give_identities(estate)
    give_user_identities(estate)
    add_definitions(estate)
    settle(estate)
    connect(estate, cloud)
    gaps = write_records(estate, cloud)
    choose(estate)
    stand_in(estate)
    return gaps
