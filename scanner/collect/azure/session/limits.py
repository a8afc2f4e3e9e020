"""How much an endpoint may ask of a scan before one listing is given up, whatever time there is."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.system.reading import MIB


@dataclass(frozen=True, slots=True)
class Limits:
    """What is borne of one listing; what exceeds it becomes a gap.

    `answer_bytes` is the size of an answer, on the wire and after decompression; `error_bytes` that of one that is no
    success, of which nothing is kept beyond. `pages` are those of a list, `refusals` the answers 429 and 503 to one
    request. `stall_seconds` is how long a listing may go without a whole answer.
    """

    answer_bytes: int = 64 * MIB
    error_bytes: int = MIB
    pages: int = 10_000
    refusals: int = 100
    stall_seconds: float = 300.0
