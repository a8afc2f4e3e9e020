"""What of a scan a reader asked to see."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.engine import Result, Severity, Verdict

BY_CAUSE, BY_RULE, BY_WORKSPACE, BY_SEVERITY = "cause", "rule", "workspace", "severity"


@dataclass(frozen=True, slots=True)
class View:
    """How the text report shows a scan; it decides nothing.

    `whole` is every result under its control, passes too. `only` is a verdict, `least` the least severity; None is any.
    `group_by` is one of `config.choices.GROUPS`, `top` how many groups are shown; None is as many as find room.
    """

    whole: bool = False
    only: Verdict | None = None
    least: Severity | None = None
    group_by: str = BY_SEVERITY
    top: int | None = None

    def shows(self, result: Result) -> bool:
        """Tell whether a result is to be shown. A failure counts as it was weighed, anything else as its rule."""
        if self.only is not None and (result.verdict is not self.only or result.is_waived):
            return False
        return self.least is None or result.severity.rank >= self.least.rank

    @property
    def narrows(self) -> str:
        """The options that leave something out, as the command line spells them; "" where none does."""
        said = [f"--only {self.only}" if self.only else "", f"--min-severity {self.least}" if self.least else ""]
        return " ".join(filter(None, said))


DEFAULT = View()
