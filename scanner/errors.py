"""What can go wrong that a user can act on: one exception a cause, each with the advice in its message."""

from __future__ import annotations


class ScanError(Exception):
    """The base of all errors that are shown as one line. `exit_code` is the process's."""

    exit_code = 2


class UsageError(ScanError):
    """An option, name or path does not fit."""


class RulePackError(ScanError):
    """A rule file cannot be used."""


class SnapshotError(ScanError):
    """A snapshot cannot be read."""


class CodeError(ScanError):
    """A plan, a state or a template cannot be read."""


class ReportError(ScanError):
    """A JSON report of an earlier scan cannot be read."""


class ProbeError(ScanError):
    """A probe file, or the answers to one, cannot be used."""


class HistoryError(ScanError):
    """The database of earlier runs cannot be used."""


class OutputError(ScanError):
    """A report or snapshot cannot be written."""


class CommentError(ScanError):
    """A comment cannot be made on a pull request."""

    exit_code = 4


class NothingScanned(ScanError):  # noqa: N818 - it names the outcome
    """Nothing could be read at all: sign-in, network, or no such subscription."""

    exit_code = 4


class SignInFailed(NothingScanned):
    """No credential could be had, or Azure refused it."""


class PipeClosed(Exception):  # noqa: N818 - it names what happened
    """Whoever read our output has gone; nothing is wrong with the scan."""


def one_line(error: object) -> str:
    """Put an error's text on one line, without control characters."""
    return " ".join("".join(char if char.isprintable() else " " for char in str(error)).split())
