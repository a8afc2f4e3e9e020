"""Writing a waiver into mlsec.toml: the rest of the file stays as it is, comments too."""

from __future__ import annotations

from dataclasses import dataclass
from glob import escape
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table

from scanner.config.file import Config, config_of
from scanner.config.toml import LARGEST, parsed
from scanner.engine.waivers import Waiver
from scanner.errors import UsageError, one_line
from scanner.system.reading import read_bounded


@dataclass(frozen=True, slots=True)
class Waived:
    """The file with a waiver in it: its text, what that comes to, and whether one of the same place was renewed."""

    text: str
    config: Config
    renewed: bool


_PAIR = " ↔ "
"""Between the AML VNet and the access VNet in the name of a pair; its id has the second below the first."""


def glob_of_name(subject: str) -> str:
    """Return the glob that a subject's name, as reports print it, stands for; an id or a glob is returned as it is.

    A child is printed with what it lies in, "mlw-churn/ci-ann"; between them stands the type in an id.
    """
    subject = subject.strip()
    if subject[:1] in {"", *"/*?["}:
        return subject
    if subject.lower().startswith("subscriptions/"):
        return f"/{subject}"
    if _PAIR in subject:
        aml, _, access = subject.partition(_PAIR)
        return f"*/{escape(aml)}/accessVnets*[:/]{escape(access)}"
    return "*/" + "/*/".join(map(escape, subject.split("/")))


def with_waiver(path: Path, waiver: Waiver) -> Waived:
    """Return the file, or a new one, with a waiver added, or the one for the same rule and subject renewed.

    Raises UsageError for a file that is not in order before or after.
    """
    content = _content(path)
    before = config_of(path, *parsed(content, path))
    whole = content.decode("utf-8-sig")
    try:
        renewed = _renewed(whole, waiver)
    except (TOMLKitError, RecursionError) as error:
        raise UsageError(f"{path} cannot be written into: {one_line(error)}") from error
    text = _with_another(whole, waiver) if renewed is None else renewed
    after = _checked(text, path)
    count = len(before.waivers) + (renewed is None)
    if after is None or len(after.waivers) != count or not any(_is_same(each, waiver) for each in after.waivers):
        raise UsageError(f"{path} cannot be written into: add the [[waiver]] by hand")
    return Waived(text, after, renewed is not None)


def _checked(text: str, path: Path) -> Config | None:
    """Return what the file would come to, None where that is nothing: its waivers may be no tables."""
    try:
        return config_of(path, *parsed(text.encode(), path))
    except UsageError:
        return None


def _content(path: Path) -> bytes:
    try:
        return read_bounded(path, LARGEST)
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from error


def _renewed(text: str, waiver: Waiver) -> str | None:
    """Return the file with the last waiver for the same renewed in its place, None where there is none."""
    document = tomlkit.parse(text)
    waivers = document.get("waiver")
    same = [each for each in waivers.body if _is_for(each, waiver)] if isinstance(waivers, AoT) else []
    if not same:
        return None
    same[-1]["reason"] = waiver.reason
    same[-1]["expires"] = waiver.expires
    return tomlkit.dumps(document)


def _with_another(text: str, waiver: Waiver) -> str:
    """Return the file with another table at its end: what stands above, and what is said of it, stays together."""
    table = tomlkit.table()
    for key, value in (("rule", waiver.rule), ("subject", waiver.subject), ("reason", waiver.reason)):
        table.add(key, value)
    table.add("expires", waiver.expires)
    above = f"{text.rstrip()}\n\n" if text.strip() else ""
    return f"{above}[[waiver]]\n{table.as_string()}"


def _is_for(table: Table, waiver: Waiver) -> bool:
    return _place(str(table.get("rule")), str(table.get("subject"))) == _place(waiver.rule, waiver.subject)


def _is_same(one: Waiver, other: Waiver) -> bool:
    is_said = (one.reason, one.expires) == (other.reason, other.expires)
    return is_said and _place(one.rule, one.subject) == _place(other.rule, other.subject)


def _place(rule: str, subject: str) -> tuple[str, str]:
    """Return what two waivers for the same have in common, however it is spelled."""
    return rule.strip().lower(), subject.strip().lower().rstrip("/")
