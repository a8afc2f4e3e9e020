"""Plans replayed: what they mend, in an order that takes nobody's way."""

from __future__ import annotations

import pytest

from scanner.engine.change import NoEdit
from scanner.fix import versions
from scanner.fix.bench import again
from scanner.fix.effects import made
from scanner.fix.plan import plan
from scanner.fix.reach import reached
from tests.cases import estate
from tests.fix.plans import DAMAGES, damaged, judged, plan_of

ESTATES = ("demo", "article")

UNMENDED = {
    # Security admin rules are their network manager's: who owns the networks cannot change them.
    ("security-admin-rule-opens-management", "compute-nsg-inbound-from-internet-denied"),
    ("security-admin-rule-opens-management", "management-ports-closed-to-internet"),
    ("security-admin-rule-denies-endpoints", "compute-nsg-required-outbound"),
    ("security-admin-rule-denies-endpoints", "datastore-private-path"),
    # What a firewall forwards may be wanted elsewhere: whose rule of translation goes, a person says.
    ("firewall-forwards-ssh", "jump-host-no-public-ip"),
    ("firewall-forwards-ssh", "management-ports-closed-to-internet"),
    # No cluster of the workspace is fit to build images: each is outside the network, or has public addresses.
    ("article", "image-build-compute-set"),
    ("cluster-outside-vnet", "image-build-compute-set"),
    # A scale set's addresses are in its model, which a person rolls out.
    ("agents-with-public-addresses", "agent-no-public-ip"),
    # What a deployment stack denies only whoever owns the stack can permit: no role helps.
    ("workspace-denied-push", "registry-role-for-workspace"),
    # The network sees the other of two zones of one name; which of them is the right one a person says.
    ("zone-twice", "private-dns-zone-linked-to-access-vnet"),
}


@pytest.mark.parametrize("name", [*ESTATES, *DAMAGES])
def test_at_the_end_nothing_remains_that_could_be_mended(name: str) -> None:
    left = {(name, each.rule.id) for each in plan_of(name).remaining if not isinstance(each.rule.changes, NoEdit)}

    assert left <= UNMENDED


@pytest.mark.parametrize("name", [*ESTATES, *DAMAGES])
def test_no_step_takes_a_way_that_was_there(name: str) -> None:
    graph = judged(damaged(name) if name in DAMAGES else estate(name)).graph
    for step in plan_of(name).steps:
        before, graph = reached(graph), made(graph, step.change.edits)
        assert before <= reached(graph), step.change.says


@pytest.mark.parametrize("name", [*ESTATES, "registry-endpoint-removed", "peering-one-sided"])
def test_what_a_step_says_it_does_is_what_judging_anew_finds(name: str) -> None:
    found = judged(damaged(name) if name in DAMAGES else estate(name))
    for step in plan_of(name).steps:
        after = again(found, made(found.graph, step.change.edits))
        gone = {each.fingerprint for each in found.failures} - {each.fingerprint for each in after.failures}
        assert {each.fingerprint for each in step.does.clears} <= gone
        found = after

    assert [each.fingerprint for each in found.failures] == [each.fingerprint for each in plan_of(name).remaining]


@pytest.mark.parametrize("gone", ["virtualNetworks/vnet-forecast-build", "virtualNetworks/vnet-forecast-ml"])
def test_what_could_not_be_read_is_planned_around(gone: str) -> None:
    rows = [each for each in estate("demo") if not each["id"].endswith(gone)]

    assert plan(judged(rows)).steps


def test_what_no_api_version_is_known_for_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(versions._VERSIONS, "microsoft.keyvault")  # noqa: SLF001 - a table of tomorrow's types
    found = plan(judged(damaged("vault-open")))

    assert (found.steps, [each.why for each in found.refused]) == (
        (),
        ["no api-version is known for microsoft.keyvault/vaults"],
    )


def test_compliant_estates_need_no_plan() -> None:
    assert plan_of("reference").steps == ()


def test_the_article_is_mended_but_for_what_only_people_choose() -> None:
    assert sorted({each.rule.id for each in plan_of("article").remaining}) == [
        "agent-secret-not-in-extension-settings",
        "compute-egress-restricted",
        "compute-local-auth-disabled",
        "compute-no-public-ip",
        "image-build-compute-set",
    ]


def test_a_zone_is_linked_together_with_the_others_of_its_endpoint() -> None:
    """One of a workspace's two zones alone would send people to a private name while the other is public."""
    (step,) = [each for each in plan_of("article").steps if "api.azureml.ms" in each.change.says]

    assert step.change.says == "link privatelink.api.azureml.ms and privatelink.notebooks.azure.net to basvnet"


def test_public_access_is_closed_last() -> None:
    stages = [each.change.stage for each in plan_of("demo").steps]

    assert stages == sorted(stages)
