"""What a probe file and the answers to it are made of, as JSON has them; every time is UTC, every duration in ms."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

PLAN_SCHEMA = "mlsec-scan-probe/1"
RESULT_SCHEMA = "mlsec-scan-probe-result/1"

OUTSIDE = "outside"
"""What a place is called that lies in none of the networks: the internet, an office, a laptop."""

MOST_PLACES = 2_000
MOST_TARGETS = 20_000
"""Of a place. A subnet that 3,000 workspaces are reached from has fewer."""

DNS_ALONE = 0
"""The port of a target of which the name alone is asked: no client connects to what a wildcard stands for."""

Line: TypeAlias = Annotated[str, Meta(max_length=2_000)]
Short: TypeAlias = Annotated[str, Meta(max_length=253)]


class Expect(StrEnum):
    """What the model says of a target: from inside whether it is reached privately, from outside whether it refuses."""

    REACHED = "reached"
    BROKEN = "broken"
    REFUSED = "refused"
    ANSWERS = "answers"
    UNKNOWN = "unknown"


class Kind(StrEnum):
    """What became of a target; all but REACHED are ways not to reach it, or from outside what it did."""

    REACHED = "reached"
    NO_SUCH_NAME = "no such name"
    NO_DNS = "no answer from DNS"
    PUBLIC = "public address"
    PRIVATE = "private address"
    WRONG = "wrong address"
    STALE = "stale address"
    BARRED = "address of no service"
    REFUSED = "refused"
    DROPPED = "dropped"
    UNREACHABLE = "no route"
    INTERCEPTED = "TLS intercepted"
    OTHER_NAME = "certificate of another name"
    NO_TLS = "no TLS"
    ANSWERS = "answers"
    INCONCLUSIVE = "inconclusive"


class Outcome(StrEnum):
    """What model and probe come to together."""

    AGREED = "agreed"
    DIFFERS = "differs"
    SETTLED = "settled"
    OPEN = "open"


class Target(Struct, frozen=True, omit_defaults=True):
    """A name and a port (0: the name alone), whose service it is, and what the model says of it.

    `addresses` are those of the approved endpoints under that name, none where they are not known. `alias` is the name
    that public DNS leads on to.
    """

    name: Short
    port: Annotated[int, Meta(ge=0, le=65_535)]
    service: Line
    group: Short
    expect: Expect
    addresses: tuple[Short, ...] = ()
    alias: Short = ""
    says: Line = ""


class Place(Struct, frozen=True):
    """A subnet that somebody works in: its network and itself as ARM ids, its ranges, and what is asked there."""

    network: Line
    subnet: Line
    prefixes: tuple[Short, ...]
    targets: Annotated[tuple[Target, ...], Meta(max_length=MOST_TARGETS)]


class Plan(Struct, frozen=True):
    """A probe file. `predictions` is the digest of what is tried from each place and from outside, of whatever day.

    `unread` says why there may be more places or names.
    """

    schema: str
    cloud: Short
    subscriptions: tuple[Short, ...]
    scanned: Short
    predictions: Short
    places: Annotated[tuple[Place, ...], Meta(max_length=MOST_PLACES)]
    outside: Annotated[tuple[Target, ...], Meta(max_length=MOST_TARGETS)]
    unread: tuple[Line, ...] = ()
    sha256: Short = ""


class Certificate(Struct, frozen=True):
    """The certificate that was shown: names that it is for, who issued it, and its last day (ISO 8601)."""

    names: tuple[str, ...]
    issuer: str
    until: str


class Answer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was found of one target.

    `good` tells whether it is as a closed estate wants it: reached from inside, refused from outside; None where that
    cannot be told. `chain` are the names that DNS led through and `server` who told, where dnspython is there; `status`
    is of HTTP.
    """

    name: Short
    port: int
    service: Line
    group: Short
    expect: Expect
    outcome: Outcome
    kind: Kind
    good: bool | None
    says: Line
    addresses: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    server: str = ""
    certificate: Certificate | None = None
    status: int | None = None
    took: int = 0

    @property
    def is_difference(self) -> bool:
        """Whether it is other than the model says, or a doubt that was settled for the worse."""
        return self.outcome is Outcome.DIFFERS or (self.outcome is Outcome.SETTLED and not self.good)


class Stand(Struct, frozen=True):
    """Where the probe stood: a subnet of the file or `outside`; "metadata" or "option" told so."""

    network: Line
    subnet: Line
    by: Short


class Result(Struct, frozen=True):
    """The answers to a probe file, which `plan` names by its digest and `predictions` by what it predicts."""

    schema: str
    version: Short
    plan: Short
    predictions: Short
    stand: Stand
    started: Short
    finished: Short
    answers: Annotated[tuple[Answer, ...], Meta(max_length=MOST_TARGETS)]
    notes: tuple[Line, ...] = ()
    sha256: Short = ""


_MODEL = {
    Expect.REACHED: True,
    Expect.REFUSED: True,
    Expect.BROKEN: False,
    Expect.ANSWERS: False,
    Expect.UNKNOWN: None,
}


def model_of(expect: Expect) -> bool | None:
    """Tell whether the model says that it is as a closed estate wants it; None where it does not know."""
    return _MODEL[expect]


def outcome_of(expect: Expect, kind: Kind, good: bool | None) -> Outcome:  # noqa: FBT001 - it is what was found
    """Compare what the model says with what was found; None is that nothing certain was.

    What this machine may be to blame for speaks against a model that says otherwise, and for none.
    """
    said = _MODEL[expect]
    if good is None or (kind in OF_THE_MACHINE and not said):
        return Outcome.OPEN
    if said is None:
        return Outcome.SETTLED
    return Outcome.AGREED if said is good else Outcome.DIFFERS


OF_THE_MACHINE = frozenset({Kind.NO_DNS, Kind.UNREACHABLE})
"""What becomes of every target where a machine has no network, no server for names or no route."""

_FROM_OUTSIDE = {Kind.REFUSED: True, Kind.ANSWERS: False}


def good_inside(kind: Kind) -> bool:
    """Tell whether a target is as a closed estate wants it, by what became of it from inside."""
    return kind is Kind.REACHED


def good_outside(kind: Kind) -> bool | None:
    """Tell whether a service refuses, by what became of it from outside; None where that is not settled."""
    return _FROM_OUTSIDE.get(kind)
