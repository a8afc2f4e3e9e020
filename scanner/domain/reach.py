"""A private path: from a name to the service behind it, station by station, as far as it goes.

Pure: what was resolved, routed and decided elsewhere is put in order here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from scanner.domain.dns import Outcome, Resolution
from scanner.domain.journey import Step, outcome
from scanner.domain.nsg import Decision
from scanner.model.arm import ArmId
from scanner.model.network_security import Access

_LEADS_ON = {Outcome.PRIVATE: True, Outcome.PUBLIC: False, Outcome.NO_SUCH_NAME: False, Outcome.UNKNOWN: None}


class Path(Struct, frozen=True):
    """The steps of a private path up to the end, or to the first that breaks it."""

    steps: tuple[Step, ...]

    @property
    def leads_there(self) -> bool | None:
        """Whether the path holds; None where a step is not known and none is seen to break."""
        return outcome(self.steps)

    @property
    def weakest(self) -> Step:
        """The step that decides: the first that breaks, else the first that is not known, else the last."""
        ranked = [step for ok in (False, None) for step in self.steps if step.ok is ok]
        return ranked[0] if ranked else self.steps[-1]


def path_of(steps: Iterable[Step]) -> Path:
    """Take steps up to and with the first that breaks; what would come after it is not asked for."""
    taken = []
    for step in steps:
        taken.append(step)
        if step.ok is False:
            break
    return Path(tuple(taken))


def name_steps(fqdn: str, found: Resolution, vnet: ArmId) -> Iterator[Step]:
    """Yield how a name resolves: the stations of the query, and what comes of it at the last."""
    for each in found.steps[:-1]:
        yield Step(each.at, each.says, ok=True)
    leads_on = _LEADS_ON[found.outcome]
    if not found.steps:
        yield Step(vnet, f"{fqdn}: {found.why}", leads_on, found.gap)
        return
    last = found.steps[-1]
    yield Step(last.at, f"{fqdn}: {last.says if leads_on else found.why}", leads_on, found.gap)


def filter_step(at: ArmId, decision: Decision, what: str) -> Step:
    """Say what network security groups decide about a flow, and by which rule; at a security admin rule, if by one."""
    at = at if decision.admin is None else decision.admin.group
    if decision.access is None:
        return Step(at, f"{what}: {decision.why}", ok=None)
    by = ", ".join(map(str, decision.by)) or "no network security group"
    verb = "allowed" if decision.access is Access.ALLOW else "denied"
    return Step(
        at, f"{what} {verb} by {by}" if decision.by else f"{what}: {by} stands in the way", _OPEN[decision.access]
    )


_OPEN = {Access.ALLOW: True, Access.DENY: False}
