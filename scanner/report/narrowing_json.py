"""How a scan was narrowed, as JSON and SARIF have it."""

from __future__ import annotations

from typing import Any

from scanner.scan.narrowing import Choice, File, Narrowing


def narrowing_object(narrowed: Narrowing) -> dict[str, Any]:
    """Return {rules: {run, of, left_out}, severities, scope, gate, configuration, policy}; see the JSON schema."""
    return {
        "rules": {
            "run": narrowed.run,
            "of": narrowed.of,
            "left_out": [{"rule": each.rule, "by": each.option, "from": each.origin} for each in narrowed.left_out],
        },
        "severities": [
            {"rule": each.rule, "usual": each.usual.value, "severity": each.severity.value}
            for each in narrowed.severities
        ],
        "scope": _choices(narrowed.scope),
        "gate": _choices(narrowed.gate),
        "configuration": _file(narrowed.configuration),
        "policy": _file(narrowed.policy),
    }


def _choices(choices: tuple[Choice, ...]) -> dict[str, Any]:
    return {each.option.removeprefix("--").replace("-", "_"): _choice(each) for each in choices}


def _choice(choice: Choice) -> dict[str, Any]:
    return {"value": choice.value, "from": choice.origin}


def _file(file: File | None) -> dict[str, str] | None:
    return {"file": file.name, "sha256": file.sha256} if file is not None else None
