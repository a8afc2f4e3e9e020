"""What we know, what we do not, and why: the vocabulary that keeps "could not see" from becoming a pass."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Generic, NoReturn, ParamSpec, TypeAlias, TypeGuard, TypeVar

from msgspec import Struct

T = TypeVar("T")
R = TypeVar("R")
P = ParamSpec("P")

UNKNOWN_KEY = "$unknown"
"""In ARM JSON `{"$unknown": "why"}` stands for a value that its source could not supply; snapshots keep it so."""


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """A listing or item that could not be read.

    `kind` is an ARM resource type, `scope` the ARM id below which it was asked for (for a single item, the item's own
    id; "" is wherever the identity sees something), `status` the HTTP status if there was an answer, `permission` the
    action that would have been needed. `gone` tells a single item of which Azure said that it does not exist.
    """

    kind: str
    scope: str
    why: str
    status: int | None = None
    permission: str | None = None
    gone: bool = False

    def __str__(self) -> str:
        return self.told()

    def told(self, about_scope: str = "") -> str:
        """Say what could not be read and what would let it be; `about_scope` is said of the scope."""
        where = f" in {self.scope}{about_scope}" if self.scope else ""
        need = f"; needs {self.permission}" if self.permission and self.status in {401, 403} else ""
        return f"{self.kind}{where} could not be read: {self.why}{need}"


class MissingEvidence(Exception):  # noqa: N818 - it is a finding about evidence, not a fault of the program
    """Something that a judgement needs could not be seen. The engine turns it into a doubt.

    `involves` holds the ARM ids that the sentence speaks of, `gap` is what was not read, where that is why.
    """

    def __init__(self, why: str, involves: tuple[str, ...] = (), gap: Gap | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.involves = involves
        self.gap = gap

    def kept(self) -> MissingEvidence:
        """Return it without where it was raised, to be kept: else it and the frame that keeps it hold each other."""
        return self.with_traceback(None)

    def anew(self) -> MissingEvidence:
        """Return the same without the traceback of where it was raised before."""
        return MissingEvidence(self.why, self.involves, self.gap)


class Unknown:
    """A value that the source could not supply. Testing, comparing, iterating or printing it raises MissingEvidence.

    `gap` is what was not read, where that is why.
    """

    __slots__ = ("gap", "why")

    def __init__(self, why: str, gap: Gap | None = None) -> None:
        self.why = why
        self.gap = gap

    def __repr__(self) -> str:
        return f"Unknown({self.why!r})"

    def _refuse(self, *_: object) -> NoReturn:
        raise MissingEvidence(self.why, gap=self.gap)

    __bool__ = __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __hash__ = __iter__ = __len__ = __contains__ = __getitem__ = __str__ = __format__ = _refuse


Maybe: TypeAlias = T | Unknown
"""A field that some source may be unable to supply. Read it with `known`, or compare it and let it raise."""


def known(value: T | Unknown, about: str = "") -> T:
    """Return the value, or raise MissingEvidence with the reason why it is not known.

    `about` names the resource that the value is of, where it is not the one being judged.
    """
    if isinstance(value, Unknown):
        raise MissingEvidence(f"{about}: {value.why}" if about else value.why, gap=value.gap)
    return value


_NO_OBJECTS = frozenset({str, bool, int, float, list, tuple, type(None)})


def is_object(value: object) -> TypeGuard[Mapping[str, object]]:
    """Tell whether a piece of ARM JSON is an object. It nearly always has a type of which that is known."""
    kind = type(value)
    return kind is dict or (kind not in _NO_OBJECTS and isinstance(value, Mapping))


def unknown_in(value: object) -> Unknown | None:
    """Return the Unknown that a piece of ARM JSON spells as `{"$unknown": why}`, else None."""
    if is_object(value) and UNKNOWN_KEY in value:
        return Unknown(str(value[UNKNOWN_KEY]))
    return None


class Seen(Struct, Generic[T], frozen=True):
    """A collection that may be incomplete: what was found, in order, and why there may be more; None if it is whole.

    It is no iterable: what goes item by item says what becomes of the rest.
    """

    found: tuple[T, ...] = ()
    missing: MissingEvidence | None = None

    @classmethod
    def of(cls, items: Iterable[T]) -> Seen[T]:
        """Return what an iterable yields; MissingEvidence that it raises is why there may be more."""
        found, missing = gathered(items)
        return cls(tuple(found), missing)

    def whole(self) -> tuple[T, ...]:
        """Return every item. Raises MissingEvidence where there may be more."""
        raise_any(self.missing)
        return self.found

    def __or__(self, other: Seen[T]) -> Seen[T]:
        """Return the items of both, each once."""
        return Seen((*self.found, *other.found), self.missing or other.missing).each_once()

    def each_once(self) -> Seen[T]:
        """Return the items, each at its first place."""
        return Seen(tuple(dict.fromkeys(self.found)), self.missing)

    def where(self, test: Callable[[T], bool]) -> Seen[T]:
        """Return the items that pass a test; those of which it cannot be told may be among what is missing."""
        found, missing = matching(self.found, test)
        return Seen(tuple(found), missing or self.missing)

    def map(self, read: Callable[[T], R | None]) -> Seen[R]:
        """Return what can be read of each item, None left out."""
        found, missing = [], None
        for item in self.found:
            try:
                value = read(item)
            except MissingEvidence as problem:
                missing = missing or problem.kept()
                continue
            if value is not None:
                found.append(value)
        return Seen(tuple(found), missing or self.missing)

    def flat(self, find: Callable[[T], Seen[R]]) -> Seen[R]:
        """Return what is found of each item, in order."""
        return each_of(self.found, find, self.missing)

    def exists(self, test: Callable[[T], bool] | None = None) -> bool:
        """Tell whether an item passes a test, or is there. Raises MissingEvidence where only unseen ones may."""
        passing = self if test is None else self.where(test)
        if not passing.found:
            raise_any(passing.missing)
        return bool(passing.found)


Some: TypeAlias = Iterable[T] | Seen[T]
"""What the functions below take: any iterable, one that ends with MissingEvidence among them, or a Seen."""


def _each(items: Some[T]) -> Iterable[T]:
    """Return what yields the items, then raises MissingEvidence where there may be more."""
    return _all_of(items) if isinstance(items, Seen) else items


def _all_of(items: Seen[T]) -> Iterator[T]:
    yield from items.found
    raise_any(items.missing)


def seeing(find: Callable[P, Iterator[T]]) -> Callable[P, Seen[T]]:
    """Make a function return what it yields as a Seen; MissingEvidence that it ends with is why there may be more."""

    @wraps(find)
    def found(*arguments: P.args, **named: P.kwargs) -> Seen[T]:
        return Seen.of(find(*arguments, **named))

    return found


def matching(items: Some[T], test: Callable[[T], bool]) -> tuple[list[T], MissingEvidence | None]:
    """Return the items that pass a test and, if that could not be told of some or not all were listed, the reason."""
    every, unlisted = (items.found, items.missing) if isinstance(items, Seen) else gathered(items)
    found, missing = [], None
    for item in every:
        try:
            if test(item):
                found.append(item)
        except MissingEvidence as problem:
            missing = missing or problem.kept()
    return found, missing or unlisted


def gathered(items: Some[T]) -> tuple[list[T], MissingEvidence | None]:
    """Return the items and, if not all were listed, the reason."""
    if isinstance(items, Seen):
        return list(items.found), items.missing
    if isinstance(items, (tuple, list)):
        return list(items), None
    found: list[T] = []
    try:
        for item in items:
            found.append(item)  # noqa: PERF402 - what came before the evidence ran out counts
    except MissingEvidence as problem:
        return found, problem.kept()
    return found, None


def readable(items: Some[T], read: Callable[[T], R | None]) -> Iterator[R]:
    """Yield what can be read of several items, None left out, then raise MissingEvidence if something could not be."""
    missing = None
    try:
        for item in _each(items):
            try:
                found = read(item)
            except MissingEvidence as problem:
                missing = missing or problem.kept()
                continue
            if found is not None:
                yield found
    except MissingEvidence as problem:
        missing = missing or problem.kept()
    raise_any(missing)


def flat(items: Some[T], find: Callable[[T], Some[R]]) -> Iterator[R]:
    """Yield what is found of each of several items, then raise MissingEvidence if something could not be seen."""
    missing = None
    try:
        for item in _each(items):
            try:
                yield from _each(find(item))
            except MissingEvidence as problem:
                missing = missing or problem.kept()
    except MissingEvidence as problem:
        missing = missing or problem.kept()
    raise_any(missing)


def exists(items: Some[T], test: Callable[[T], bool]) -> bool:
    """Tell whether an item passes a test; raise MissingEvidence where none was seen to and one may."""
    found, missing = matching(items, test)
    if not found:
        raise_any(missing)
    return bool(found)


def first(found: Iterable[T | None]) -> T | None:
    """Return the first that there is, such as the first of several reasons."""
    return next((each for each in found if each is not None), None)


def raise_any(*missing: MissingEvidence | None) -> None:
    """Raise the first of several reasons why evidence is missing, if there is one.

    A reason may have been kept and raised before: it is raised anew, without the traceback of then.
    """
    for each in missing:
        if each is not None:
            raise each.anew()


def each_of(items: Iterable[T], find: Callable[[T], Seen[R]], missing: MissingEvidence | None = None) -> Seen[R]:
    """Return what is found of each of several items; what cannot be found of one leaves the others."""
    found: list[R] = []
    for item in items:
        try:
            part = find(item)
        except MissingEvidence as problem:
            missing = missing or problem.kept()
            continue
        found += part.found
        missing = missing or part.missing
    return Seen(tuple(found), missing)
