"""Whether enough is known to let something go: what was unknown before would hide what gets worse."""

from __future__ import annotations

from scanner.cost.candidates import Candidate
from scanner.cost.consumers import answers, questions, require_no_sites
from scanner.engine import Verdict
from scanner.engine.reads import reads_of_rules
from scanner.evidence import MissingEvidence
from scanner.fix.bench import Judgement
from scanner.graph import Graph
from scanner.model.private_link import PrivateEndpoint


def require_decided(candidate: Candidate, judged: Judgement) -> None:
    """Raise MissingEvidence where a rule that reads what would go could not judge something.

    A rule of a pack of one's own may read anything. What takes part in nothing decides no verdict.
    """
    if candidate.is_idle:
        return
    reads, gone = reads_of_rules(), {each.type for each in candidate.gone}
    for each in judged.results.values():
        types = reads.get(each.rule.id)
        if each.verdict is Verdict.UNKNOWN and (types is None or gone & {kind.lower() for kind in types}):
            doubt = next(iter(each.doubts), None)
            subject = f" of {each.subject.name}" if each.subject is not None else ""
            why = f": {doubt.message}" if doubt is not None else ""
            raise MissingEvidence(f"{each.rule.id}{subject} is not known{why}")


def require_names(candidate: Candidate, before: Graph, after: Graph) -> None:
    """Raise MissingEvidence where a network would lose the address of a name, or where that is not known.

    Of services that no judged workspace uses no rule says that.
    """
    endpoints = [each for each in before.seen(PrivateEndpoint) if each.id in candidate.gone]
    if not endpoints:
        return
    require_no_sites(before)
    asked = questions(endpoints, before)
    had, has = answers(asked, before), answers(asked, after)
    for vnet, fqdn, alias in asked:
        if had[vnet, fqdn, alias] and not has[vnet, fqdn, alias]:
            raise MissingEvidence(f"{vnet.name} would have no private address for {fqdn}")
