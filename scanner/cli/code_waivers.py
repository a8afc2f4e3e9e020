"""Waivers that stand as comments above blocks of Terraform code, held to what those of mlsec.toml are held to."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache

from scanner.collect.iac.hcl.code import Code
from scanner.collect.iac.hcl.tree import Remark
from scanner.config.names import require_known
from scanner.engine.rule import Rule, Subject
from scanner.engine.waivers import Waiver
from scanner.errors import UsageError, one_line
from scanner.scan.block_waivers import BlockWaiver

_LISTED = "`mlsec-scan rules` lists them"
_FORM = 'mlsec:waive RULE until=YYYY-MM-DD reason="why"'
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@lru_cache(maxsize=1)
def code_of(sources: tuple[str, ...]) -> tuple[Code, ...]:
    """Read the code that --source names, once for one command line. Raises CodeError."""
    return tuple(map(Code, sources))


def waivers_in(code: Iterable[Code]) -> tuple[BlockWaiver, ...]:
    """Return the waivers of all comments. Raises UsageError, with file and line, for one that is not in order."""
    found = dict.fromkeys(remark for each in code for remark in each.remarks)
    return tuple(map(_waiver, found))


def require_waivers(waivers: Iterable[BlockWaiver], rules: Iterable[Rule[Subject]]) -> None:
    """Raise UsageError for a rule that nobody knows."""
    ids = [each.id for each in rules]
    for each in waivers:
        require_known(f"rule in mlsec:waive at {each.waiver.place} called", [each.waiver.rule], ids, _LISTED)


def _waiver(remark: Remark) -> BlockWaiver:
    try:
        command, *words = shlex.split(remark.text)
    except ValueError as error:
        raise _wrong(remark, f"cannot be read: {one_line(error)}; expected {_FORM}") from error
    if command != "mlsec:waive":
        raise _wrong(remark, f"{command} is not known; expected {_FORM}")
    if remark.block is None:
        raise _wrong(remark, "mlsec:waive stands above no block; put it on a line of its own after #, right above one")
    rule, keys = _keys(remark, words)
    return BlockWaiver(
        Waiver(rule.lower(), str(remark.block), keys["reason"].strip(), _day(remark, keys["until"]), remark.place),
        remark.block,
    )


def _keys(remark: Remark, words: list[str]) -> tuple[str, dict[str, str]]:
    """Return the rule, and what is said of the waiver: all of it has to be."""
    rules = [each for each in words if "=" not in each]
    keys = dict(each.split("=", 1) for each in words if "=" in each)
    if len(rules) != 1:
        raise _wrong(remark, f"mlsec:waive names {len(rules) or 'no'} rule{'s' * (len(rules) > 1)}; expected {_FORM}")
    unknown = [each for each in keys if each not in {"until", "reason"}]
    if unknown:
        raise _wrong(remark, f"mlsec:waive {one_line(unknown[0])} is not known; expected {_FORM}")
    missing = [*_missing(keys)]
    if missing:
        raise _wrong(remark, f"mlsec:waive {missing[0]}")
    return rules[0], keys


def _missing(keys: dict[str, str]) -> Iterator[str]:
    if not keys.get("until"):
        yield "until is missing: expected the last day it holds, YYYY-MM-DD"
    if not keys.get("reason", "").strip():
        yield "reason is missing: expected why the failure is accepted"


def _day(remark: Remark, text: str) -> date:
    try:
        found = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None:
        raise _wrong(remark, f"mlsec:waive until: expected a day, YYYY-MM-DD, not {one_line(text)}")
    return found


def _wrong(remark: Remark, what: str) -> UsageError:
    return UsageError(f"{one_line(remark.place)}: {what}")
