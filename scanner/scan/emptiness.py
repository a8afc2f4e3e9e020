"""Nothing judged is not success: whether a scan judged no workspace, or read nothing of what was named, and why."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.collect.collected import Collected, any_below
from scanner.errors import one_line
from scanner.graph import Graph
from scanner.graph.settings import Scope
from scanner.model.arm import ArmId
from scanner.model.machine_learning import Workspace
from scanner.system.counting import counted

_SHOWN = 5


def why_not_judged(graph: Graph, collected: Collected, judged: int, named: tuple[str, ...]) -> str:
    """Return one line that says what was not judged and what to look at, "" where all that was asked for was.

    `collected` is what was read, `judged` counts workspaces, and `named` are the subscriptions (GUIDs) that the user
    named, not those found for them.
    """
    keys = collected.keys
    unread = [each for each in named if not any_below(keys, each) and _is_unread(each, graph)]
    said = [*([_why_none(graph, collected)] if not judged else []), *([_nothing_of(unread)] if unread else [])]
    return "; ".join(said)


def _nothing_of(subscriptions: list[str]) -> str:
    shown = ", ".join(subscriptions[:_SHOWN])
    more = f" and {len(subscriptions) - _SHOWN} more" if len(subscriptions) > _SHOWN else ""
    return f"nothing was read of subscription {shown}{more}: check its id and the rights there"


_CODE = frozenset({"terraform", "template"})


def _why_none(graph: Graph, collected: Collected) -> str:
    if graph.seen(Workspace):
        return _no_workspace(graph)
    if collected.source in _CODE:
        return _NONE_IN_CODE
    gone = _workspaces_in(collected.before) if collected.before is not None else []
    return _all_gone(gone) if gone else _no_workspace(graph)


def _workspaces_in(before: Collected) -> list[str]:
    """Return the names of the workspaces that there were before a plan, sorted."""
    ids = (ArmId(str(each["id"])) for each in before.resources)
    return sorted(each.name for each in ids if each.type == Workspace.TYPE.lower())


def _all_gone(names: list[str]) -> str:
    shown = ", ".join(map(one_line, names[:_SHOWN]))
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    every = counted(len(names), "workspace that there is", "workspaces that there are")
    which = "the" if len(names) == 1 else "all"
    return f"no workspace is left to judge: the plan deletes {which} {every}, {shown}{more}"


_NONE_IN_CODE = (
    "no workspace was judged: this code declares none; name what does declare it beside it, or judge a plan with "
    "the estate that it changes, by --snapshot FILE or --subscription ID"
)


def _no_workspace(graph: Graph) -> str:
    count = len(graph.settings.scope.subscriptions)
    where = counted(count, "subscription")
    return f"no workspace was judged in {where}; {', '.join(_to_check(graph))}"


def _to_check(graph: Graph) -> Iterator[str]:
    """Yield what may be the reason, the likeliest first."""
    missing = graph.all(Workspace).missing
    if missing is not None:
        yield f"the listing of workspaces is not complete: {missing.why}"
    elsewhere = len(graph.seen(Workspace))
    if elsewhere:
        options = _options_that_narrow(graph.settings.scope)
        yield f"{counted(elsewhere, 'workspace was', 'workspaces were')} read elsewhere; check {options}"
    elif missing is None:
        yield f"check the subscriptions, and that {Workspace.TYPE}/read is held on the whole of them"


def _options_that_narrow(scope: Scope) -> str:
    given = {
        "--resource-group": bool(scope.resource_groups),
        "--workspace": bool(scope.workspaces),
        "--context-subscription": bool(scope.context),
    }
    return ", ".join([*(option for option, said in given.items() if said), "the subscriptions"])


def _is_unread(subscription: str, graph: Graph) -> bool:
    """Tell whether a subscription without rows was not even listed. One that was, and is empty, was read."""
    return graph.all(Workspace, within=ArmId(f"/subscriptions/{subscription}")).missing is not None
