"""Rules and verdicts: what a rule is, how packs are loaded, and the loop that judges, in one process or several.

It may import the graph and what lies below. What rules need of it is named here; whatever handles rules or results
imports it, from checks to the command line.
"""

from scanner.engine.evaluate import evaluate
from scanner.engine.result import Result
from scanner.engine.rule import Rule, Selector, Subject, Undecided, rule
from scanner.engine.severity import Severity
from scanner.engine.verdict import Doubt, Hop, Note, Notes, Problem, Verdict

__all__ = [
    "Doubt",
    "Hop",
    "Note",
    "Notes",
    "Problem",
    "Result",
    "Rule",
    "Selector",
    "Severity",
    "Subject",
    "Undecided",
    "Verdict",
    "evaluate",
    "rule",
]
