"""Controls stay with results that other processes judged."""

from __future__ import annotations

from scanner.engine.evaluate import evaluate
from scanner.engine.pack import built_in_pack, load_packs
from scanner.engine.processes import evaluate_in_processes
from scanner.frameworks.framework import mapped
from scanner.frameworks.shipped import shipped
from scanner.graph import Graph
from scanner.graph.settings import Settings
from tests.cases import estate


def test_results_of_several_processes_name_the_same_controls() -> None:
    rules = mapped(load_packs([built_in_pack()]), shipped(["mcsb-v1", "soc-2"]))
    graph = Graph(tuple(estate("article")), (), Settings())
    one, several = evaluate(rules, graph), evaluate_in_processes(rules, graph, processes=2)

    assert [each.rule.mappings for each in several] == [each.rule.mappings for each in one]
    assert {len(each.rule.mappings) for each in several} > {0}
