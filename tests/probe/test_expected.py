"""What a scan predicts for a probe: from which subnets, by which names, and what is not known stays unknown."""

from __future__ import annotations

from typing import Any

from scanner.probe.expected.plan import plan_of
from scanner.probe.expected.predicted import _either
from scanner.probe.expected.prediction import Prediction
from scanner.probe.shapes import Expect, Plan, Target
from tests.cases import changed, estate
from tests.probe.broken import demo_plan
from tests.report.estates import reference, scan_of
from tests.report.sample import HEADER


def _plan(changes: dict[str, Any] | None = None) -> Plan:
    scan = scan_of(changed(estate("reference"), changes)) if changes else reference()
    assert scan.graph is not None
    return plan_of(scan.graph, HEADER.started)


def _from(plan: Plan, subnet: str) -> dict[str, Target]:
    (place,) = (each for each in plan.places if each.subnet.endswith(f"/{subnet}"))
    return {each.name: each for each in place.targets}


def test_compliant_estate_is_reached_from_everywhere_and_refuses_outside() -> None:
    plan = _plan()
    subnets = {each.subnet.rpartition("/")[2] for each in plan.places}

    assert subnets == {"snet-agents", "snet-jump", "snet-compute", "snet-serverless", "snet-aks"}
    assert {each.expect for place in plan.places for each in place.targets} == {Expect.REACHED}
    assert {each.expect for each in plan.outside} == {Expect.REFUSED}
    assert plan.unread == ("the names of Azure Monitor, which ampls-ml serves, are not asked for",)


def test_agents_in_containers_and_hosted_runners_have_a_place() -> None:
    scan = scan_of(estate("managed-network"))
    assert scan.graph is not None
    places = {each.subnet.rpartition("/")[2] for each in plan_of(scan.graph, HEADER.started).places}

    assert places == {"snet-containers", "snet-jobs", "snet-runners", "snet-pool", "snet-jump"}


def test_outside_asks_for_all_that_has_a_public_name_over_https() -> None:
    demo, named = {each.name: each for each in demo_plan().outside}, {each.name: each for each in _plan().outside}
    inference = {name: each.expect for name, each in demo.items() if ".inference." in name}
    region = "swedencentral.inference.ml.azure.com"

    assert {each.port for each in (*demo.values(), *named.values())} == {443}
    assert named["stmlreference.file.core.windows.net"].expect is Expect.REFUSED
    assert inference == {f"oe-load-forecast.{region}": Expect.ANSWERS, f"oe-load-internal.{region}": Expect.REFUSED}
    assert demo[f"oe-load-forecast.{region}"].service.endswith("/onlineEndpoints/oe-load-forecast")
    assert named["ci-notebooks.westeurope.instances.azureml.ms"].expect is Expect.REFUSED
    assert "oe-churn.westeurope.inference.ml.azure.com" in named


def test_names_are_concrete_and_ports_are_those_of_the_service() -> None:
    agents, jump = _from(_plan(), "snet-agents"), _from(demo_plan(), "snet-jump")
    instance = agents["ci-notebooks.westeurope.instances.azureml.ms"]
    made_up = [each for name, each in jump.items() if name.startswith("mlsec-probe.")]

    assert not [name for name in (*agents, *jump) if "*" in name]
    assert agents["stmlreference.file.core.windows.net"].port == 445
    assert agents["stmlreference.blob.core.windows.net"].addresses == ("10.10.1.10",)
    assert agents["oe-churn.westeurope.inference.ml.azure.com"].alias.endswith(".privatelink.api.azureml.ms")
    assert agents["stmllake.dfs.core.windows.net"].port == 443
    assert (instance.port, instance.addresses) == (0, ("10.10.1.4",))
    assert "ci-notebooks.westeurope.instances.azureml.ms" not in _from(_plan(), "snet-compute")
    assert [(each.port, each.expect) for each in made_up] == [(0, Expect.REACHED)]


def test_what_is_broken_or_not_known_is_predicted_so() -> None:
    jump = _from(demo_plan(), "snet-jump")

    assert jump["kv-forecast-ml.vault.azure.net"].expect is Expect.BROKEN
    assert jump["crforecast.azurecr.io"].expect is Expect.UNKNOWN
    assert "could not be read" in jump["crforecast.azurecr.io"].says


def test_predictions_are_named_alike_whenever_they_were_made() -> None:
    scan = reference()
    assert scan.graph is not None
    later = plan_of(scan.graph, HEADER.finished)

    assert _plan().predictions == later.predictions
    assert demo_plan().predictions != later.predictions


def _predicted(expect: Expect, says: str = "") -> Prediction:
    return Prediction(Target("st.blob.core.windows.net", 443, "/st", "blob", expect, says=says))


def test_of_two_predictions_only_what_holds_by_both_is_said() -> None:
    reached, broken = _predicted(Expect.REACHED), _predicted(Expect.BROKEN)
    unknown = _predicted(Expect.UNKNOWN, "the zone was not read")

    assert _either(reached, reached) == reached
    assert _either(reached, unknown) == _either(unknown, reached) == unknown
    assert _either(reached, broken).target.expect is Expect.UNKNOWN
