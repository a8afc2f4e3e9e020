"""Waivers that stand above blocks of code: each is one for every resource that its block comes to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from scanner.collect.lines import Lines
from scanner.engine.waivers import Waiver
from scanner.model.place import Place


@dataclass(frozen=True, slots=True)
class BlockWaiver:
    """A waiver and the place of the block below it; the waiver's subject is that place until ids are known."""

    waiver: Waiver
    block: Place


def of_instances(waivers: Iterable[BlockWaiver], lines: Lines | None) -> Iterator[Waiver]:
    """Yield the waivers with the ids of what their blocks declare; as they are where a block declares nothing."""
    for each in waivers:
        ids = lines.ids_at(each.block) if lines is not None else ()
        yield from (replace(each.waiver, subject=found) for found in ids)
        if not ids:
            yield each.waiver
