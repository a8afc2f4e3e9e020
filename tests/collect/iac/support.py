"""Plans as files and as graphs, and code for the rows of an estate."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from scanner.collect.collected import Collected, Silent
from scanner.collect.iac.terraform_source import TerraformSource
from scanner.graph import Graph
from scanner.graph.settings import Settings
from tests.cases import FIXTURES, Resource, changed
from tests.collect.iac.plan_json import Declared, plan, raw_state, state
from tests.collect.iac.written import Writer

SUBSCRIPTION = "11111111-1111-4111-8111-111111111111"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
NETWORK = f"{GROUP}/providers/Microsoft.Network"


def raw_estate(name: str) -> list[Resource]:
    """Return the rows of an estate as Azure has them, secrets and all."""
    told = json.loads((FIXTURES / f"{name}.json").read_text())
    if "base" in told:
        return changed(raw_estate(told["base"]), told)
    found: list[Resource] = told["resources"]
    return found


def plan_of(rows: list[Resource]) -> dict[str, Any]:
    """Return the plan that creates an estate."""
    return plan(Writer(rows).declared())


def state_of(rows: list[Resource]) -> dict[str, Any]:
    """Return the state of an estate, as `terraform show -json` prints it."""
    return state(Writer(rows).declared())


def raw_state_of(rows: list[Resource]) -> dict[str, Any]:
    """Return the state of an estate as Terraform keeps it."""
    return raw_state(Writer(rows).declared())


def collected(folder: Path, *documents: dict[str, Any], kind: str = "plans") -> Collected:
    """Write plans or states and read them."""
    paths = []
    for place, each in enumerate(documents):
        path = folder / f"{kind}-{place}.json"
        path.write_text(json.dumps(each))
        paths.append(path)
    source = TerraformSource(plans=tuple(paths)) if kind == "plans" else TerraformSource(states=tuple(paths))
    return source.collect(Silent())


def graph_in(found: Collected) -> Graph:
    """Return the graph of what was read."""
    return Graph(found.resources, found.gaps, Settings(cloud=found.cloud), found.coverage)


def rows_in(found: Collected) -> dict[str, Any]:
    """Index what was read by the tail of its id, after the provider."""
    return {str(each["id"]).rpartition("/providers/")[2]: each for each in found.resources}


def made(kind: str, label: str, **attributes: Any) -> Declared:  # noqa: ANN401 - JSON
    """Return a block in the group and subscription of these tests."""
    in_group = {} if kind.endswith("_association") or kind in _NOT_IN_A_GROUP else {"resource_group_name": "rg"}
    return Declared(kind, label, {"name": label, **in_group, **attributes}, subscription=SUBSCRIPTION)


_NOT_IN_A_GROUP = {"azapi_resource", "azurerm_role_assignment"}


def planned(folder: Path, blocks: Iterable[Declared]) -> Collected:
    """Return what a plan of some blocks comes to."""
    return collected(folder, plan(list(blocks)))
