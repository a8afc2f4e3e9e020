"""A plan as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from scanner.engine import Result
from scanner.engine.change import described
from scanner.fix.plan import Cost, Plan, Step
from scanner.fix.remarks import why_none

SCHEMA = "mlsec-scan-plan/1"


def as_plan_json(plan: Plan) -> str:
    """Return a plan as indented JSON: `steps` in their order, `refused` changes, and what is `remaining`."""
    told = {
        "schema": SCHEMA,
        "steps": [_step(each) for each in plan.steps],
        "refused": [{"change": each.change.id, "says": each.change.says, "why": each.why} for each in plan.refused],
        "remaining": [_result(each) | {"why": why_none(each)} for each in plan.remaining],
        "waived": _results(plan.waived),
        "unknown": _results(plan.unknown),
    }
    return json.dumps(told, indent=2, default=str) + "\n"


def _step(step: Step) -> dict[str, Any]:
    return {
        "id": step.change.id,
        "says": step.change.says,
        "stage": step.change.stage.name.lower(),
        "involves": str(step.change.at),
        "edits": [described(each) for each in step.change.edits],
        "choices": [{"name": each.name, "value": each.value, "why": each.why} for each in step.change.choices],
        "clears": _results(step.does.clears),
        "eases": _results(step.does.eases),
        "cost": _cost(step.cost) if step.cost is not None else None,
        "cuts": [{"subnet": str(at), "workspace": name, "service": what} for at, name, what in step.cuts],
    }


def _cost(cost: Cost) -> dict[str, Any]:
    return {
        "monthly": str(round(cost.monthly, 2)),
        "currency": cost.currency,
        "at_least": cost.at_least,
        "by_traffic": cost.by_traffic,
        "prices": cost.prices,
    }


def _results(results: Iterable[Result]) -> list[dict[str, str]]:
    return [_result(each) for each in results]


def _result(result: Result) -> dict[str, str]:
    subject = str(result.subject.id) if result.subject is not None else ""
    return {"rule": result.rule.id, "subject": subject, "fingerprint": result.fingerprint}
