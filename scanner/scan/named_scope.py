"""Workspaces and resource groups that the user named: one that nothing read answers to is a mistake, not an absence."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scanner.errors import NothingScanned, one_line
from scanner.estate.solution import solutions
from scanner.graph import Graph
from scanner.graph.settings import is_group_of, is_named
from scanner.model.arm import ArmId
from scanner.model.machine_learning import Workspace
from scanner.system.near import meant, near

_MOST = 5
_MOST_NEAR = 3
_WORKSPACE = "workspace"


def require_named_scope(graph: Graph) -> None:
    """Raise NothingScanned for the first name that no judged workspace fits, where all workspaces were listed."""
    judged = solutions(graph)
    if judged.missing is not None:
        return
    found = [each.id for each in judged.found]
    for what, name, fits in _named(graph):
        if not any(fits(name, each) for each in found):
            said = f"{what} {one_line(name)} was not found"
            near = "; ".join(_near(name, what, graph))
            raise NothingScanned(f"no workspace to judge: {said}; {near or 'check the name and the subscription'}")


def _named(graph: Graph) -> Iterator[tuple[str, str, Callable[[str, ArmId], bool]]]:
    scope = graph.settings.scope
    yield from ((_WORKSPACE, each, is_named) for each in scope.workspaces)
    yield from (("resource group", each, is_group_of) for each in scope.resource_groups)


def _near(name: str, what: str, graph: Graph) -> Iterator[str]:
    """Yield the names that may have been meant: the nearest, else those that there are."""
    ids = [each.id for each in graph.seen(Workspace)]
    names = [each.name if what == _WORKSPACE else each.resource_group for each in ids]
    spelled = {each.lower(): one_line(each) for each in names}
    said = meant([spelled[each] for each in near(ArmId(name).name.lower(), spelled, _MOST_NEAR)])
    if said:
        yield said
    elif spelled:
        more = f" and {len(spelled) - _MOST} more" if len(spelled) > _MOST else ""
        yield f"there are {', '.join(sorted(spelled.values())[:_MOST])}{more}"
