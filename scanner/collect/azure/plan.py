"""What a live scan is told: where to look, which way, and how patiently."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.collect.azure.session.cloud import Cloud
from scanner.collect.azure.session.limits import Limits
from scanner.graph.settings import Scope

_LIMITS = Limits()
_EVERYTHING = Scope()


@dataclass(frozen=True, slots=True)
class LivePlan:
    """What to collect and how.

    `timeout` bounds the whole collection, in seconds. `backoff` is the first pause after a fault, in seconds, and
    `read_seconds` how long an answer may stall. `pace`: see Session. `via` is "arm", "graph" (Azure Resource Graph, and
    ARM for what that lacks) or "auto". The subscriptions below `management_groups`, or with `everything` all that the
    caller can see, take the place of `subscriptions`. With `neighbours`, subscriptions that something connects to them
    are read for context, although nobody named them. `limits` is what is borne of one listing. With `reads_all` nothing
    is left unread. `networks` are names and ids of virtual networks that count as a solution's whatever is seen;
    `scope` says which workspaces are judged: what belongs to others alone is left unread.
    """

    cloud: Cloud
    subscriptions: tuple[str, ...]
    context: tuple[str, ...] = ()
    concurrency: int = 32
    timeout: float | None = None
    retries: int = 8
    backoff: float = 0.8
    read_seconds: float = 60.0
    pace: float | None = None
    label: str = "live"
    via: str = "arm"
    management_groups: tuple[str, ...] = ()
    everything: bool = False
    neighbours: bool = True
    limits: Limits = _LIMITS
    reads_all: bool = False
    networks: tuple[str, ...] = ()
    scope: Scope = _EVERYTHING
