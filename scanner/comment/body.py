"""What a comment says: the mark by which it is found again, which nobody sees, then as much of a report as fits."""

from __future__ import annotations

from urllib.parse import quote

_CUT = "\n*The rest is left out here; the other reports have it.*"


def mark_of(name: str) -> str:
    """Return the mark of the comment with a name: an HTML comment, which rendered Markdown does not show."""
    return f"<!-- mlsec-scan:{quote(name, safe='').replace('-', '%2D')} -->"


def body_of(report: str, name: str, longest: int) -> str:
    """Return the mark and a report's first whole lines, `longest` characters at most as UTF-16 counts them."""
    body = f"{mark_of(name)}\n{report}"
    if _length(body) <= longest:
        return body
    kept, room = list[str](), longest - _length(_CUT)
    for line in body.splitlines():
        room -= _length(line) + 1
        if room < 0:
            break
        kept.append(line)
    return "\n".join(kept) + _CUT


def _length(text: str) -> int:
    return len(text) + sum(ord(char) > 0xFFFF for char in text)  # noqa: PLR2004 - beyond it a character counts twice
