"""A rule's page, taken apart: what its file says under each heading, for everything that shows a part of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scanner.engine import Rule, Subject

_HEADING = "## "
_LINK = re.compile(r"^- (https://\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading without its hashes, and the text below it with its own indentation."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """What holds when the rule passes, as one sentence without its full stop, and the sections in their order."""

    title: str
    sections: tuple[Section, ...]

    def says(self, heading: str) -> str:
        """Return what stands under a heading, "" where the page does not have it."""
        return next((each.text for each in self.sections if each.heading == heading), "")

    @property
    def why(self) -> str:
        """What the rule is for, on one line."""
        return self.one_line("Why")

    def one_line(self, heading: str) -> str:
        """Return what stands under a heading, on one line."""
        return " ".join(self.says(heading).split())

    @property
    def fix(self) -> str:
        """How to make it pass: commands and Terraform as written."""
        return self.says("Fix")

    @property
    def links(self) -> tuple[str, ...]:
        """The pages that the rule refers to, the most important first."""
        return tuple(_LINK.findall(self.says("See")))

    @property
    def sources(self) -> tuple[str, ...]:
        """What the rule stands on, links and others, each on one line as the page has it."""
        _, *found = re.split(r"^- ", f"\n{self.says('See')}", flags=re.MULTILINE)
        return tuple(" ".join(each.split()) for each in found)


def read_page(rule: Rule[Subject]) -> Page:
    """Take a rule's page apart; a rule without one has no sections, and its id for a title."""
    return Page(rule.title or rule.id, tuple(_sections(rule.page)))


def _sections(page: str) -> Iterator[Section]:
    _, *found = re.split(rf"^{_HEADING}", page, flags=re.MULTILINE)
    for each in found:
        heading, _, text = each.partition("\n")
        yield Section(heading.strip(), text.strip("\n"))
