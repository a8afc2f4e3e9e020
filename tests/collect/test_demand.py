"""What is left unread touches no verdict: every rule says of every layout what it says when all is read."""

from __future__ import annotations

import json
from functools import cache

import pytest

from scanner.collect.azure.arm.demand import EVERYTHING
from scanner.collect.azure.resource_graph import bulk
from scanner.evidence import MissingEvidence
from scanner.graph import Graph
from scanner.graph.settings import Scope, Settings
from scanner.graph.unread import LEFT_UNREAD
from scanner.model.arm import ArmId
from scanner.model.machine_learning import Workspace
from scanner.model.monitoring import LogWorkspace
from scanner.model.private_link import ZoneGroup
from scanner.model.services import Registry, StorageAccount
from scanner.scan.judging import judge
from scanner.simulator import Estate
from tests.bench.estates import renamed
from tests.bench.tenant import subscriptions, tenant
from tests.bench.ways import ONE_WORKSPACE, networks, solutions
from tests.cases import Resource
from tests.soundness.layouts import LAYOUTS, layout_text
from tests.soundness.worlds import RULES, World, home_of
from tests.verdicts import with_reasons

from .support import Run, collect, fixture, with_more, without_scopes_named

_ESTATE = fixture("reference")
_GUID = "11111111-1111-4111-8111-111111111111"
_HOME = f"/subscriptions/{_GUID}/resourceGroups/rg-else/providers"
_GROUP: Resource = {
    "id": _HOME.removesuffix("/providers"),
    "name": "rg-else",
    "type": "Microsoft.Resources/resourceGroups",
    "properties": {},
}
_ESTATE_WORKSPACE = next(
    str(each["id"]) for each in _ESTATE.resources if str(each["id"]).endswith("/workspaces/mlw-reference")
)
_ZONE = f"{_HOME}/Microsoft.Network/privateDnsZones/corp.example"
_ENDPOINT = f"{_HOME}/Microsoft.Network/privateEndpoints/pe-else"


def _resource(arm_id: str, properties: Resource) -> Resource:
    namespace, *parts = arm_id.rpartition("/providers/")[2].split("/")
    return {"id": arm_id, "name": parts[-1], "type": "/".join([namespace, *parts[::2]]), "properties": properties}


def _with_strangers() -> Estate:
    """Return the reference beside a zone and an endpoint that are nothing to it."""
    account = f"{_HOME}/Microsoft.Storage/storageAccounts/stelse"
    asks = {"properties": {"privateLinkServiceId": account, "groupIds": ["blob"]}}
    return with_more(
        _ESTATE,
        _GROUP,
        _resource(_ZONE, {"numberOfRecordSets": 1}),
        _resource(f"{_ZONE}/A/host", {"ttl": 300, "aRecords": [{"ipv4Address": "10.9.9.9"}]}),
        _resource(f"{_ZONE}/virtualNetworkLinks/l", {"virtualNetwork": {"id": f"{_HOME}/x"}}),
        _resource(account, {}),
        _resource(_ENDPOINT, {"privateLinkServiceConnections": [asks]}),
        _resource(f"{_ENDPOINT}/privateDnsZoneGroups/default", {"privateDnsZoneConfigs": []}),
    )


@cache
def _strangers(via: str) -> Run:
    return collect(_with_strangers(), via=via)


def _told(run: Run, scope: Scope = EVERYTHING) -> list[object]:
    return with_reasons(judge(run.collected, tuple(RULES.values()), Settings(scope=scope)).results)


def _workspaces_of(layout: str) -> list[str]:
    """Return the names of a layout's workspaces, if there are several."""
    named = [str(each["name"]) for each in json.loads(layout_text(layout)) if each["type"] == Workspace.TYPE]
    return named if len(named) > 1 else []


_VIEWS = [*((each, "arm") for each in LAYOUTS), ("reference", "graph"), ("network-team", "graph"), ("article", "graph")]


def _collected(layout: str, via: str = "arm", scope: Scope = EVERYTHING, *, reads_all: bool = False) -> Run:
    estate = Estate(layout, tuple(json.loads(layout_text(layout))))
    return collect(estate, subscriptions=sorted(home_of(World(layout))), via=via, scope=scope, reads_all=reads_all)


@cache
def _all_of(layout: str, via: str = "arm") -> Run:
    """Read all of a layout, whatever is judged of it."""
    return _collected(layout, via, reads_all=True)


@pytest.mark.parametrize(("layout", "via"), _VIEWS)
def test_no_verdict_is_touched_by_what_is_left_unread(layout: str, via: str) -> None:
    run = _collected(layout, via)

    assert LEFT_UNREAD not in str(_told(run))
    assert _told(run) == _told(_all_of(layout, via))


@pytest.mark.parametrize("via", ["arm", "graph"])
def test_what_no_solution_can_depend_on_is_not_asked_for(via: str) -> None:
    run = _strangers(via)

    assert run.asked_for(f"{_ENDPOINT}/privateDnsZoneGroups") == []
    assert run.asked_for(f"{_ZONE}/ALL") == []
    assert f"{_ZONE}/a/host".lower() not in run.resources
    assert {_ZONE.lower(), _ENDPOINT.lower()} <= run.resources.keys()


@pytest.mark.parametrize("via", ["arm", "graph"])
def test_what_was_left_unread_is_unknown_and_never_absent(via: str) -> None:
    run = _strangers(via)
    graph = Graph(run.collected.resources, run.gaps, None, run.collected.coverage)

    found = graph.children(ZoneGroup, ArmId(_ENDPOINT))

    assert isinstance(found.missing, MissingEvidence)
    assert (
        found.missing.why
        == f"Microsoft.Network/privateEndpoints/privateDnsZoneGroups in {_ENDPOINT} are not known: {LEFT_UNREAD}"
    )


def test_all_is_read_where_that_is_asked_for() -> None:
    run = collect(_with_strangers(), reads_all=True)

    assert len(run.asked_for(f"{_ENDPOINT}/privateDnsZoneGroups")) == 1
    assert f"{_ZONE}/a/host".lower() in run.resources


_OTHER = "22222222-2222-4222-8222-222222222222"
_BESIDE = f"/subscriptions/{_OTHER}/resourceGroups/rg-else/providers"
_SERVICES = {
    "Microsoft.Storage/storageAccounts": StorageAccount,
    "Microsoft.ContainerRegistry/registries": Registry,
    "Microsoft.OperationalInsights/workspaces": LogWorkspace,
}
"""What is listed in a subscription where a workspace uses one."""


def _beside_a_subscription_without_workspaces(*more: Resource) -> Estate:
    own = {"subscriptionId": _OTHER, "displayName": "else", "state": "Enabled"}
    services = [_resource(f"{_BESIDE}/{kind}/else01", {}) for kind in _SERVICES]
    return with_more(_ESTATE, _resource_of_tenant(_OTHER) | own, *services, *more)


def _resource_of_tenant(guid: str) -> Resource:
    return {"id": f"/subscriptions/{guid}", "name": guid, "type": "Microsoft.Resources/subscriptions"}


@pytest.mark.parametrize("via", ["arm", "graph"])
def test_services_are_listed_where_a_workspace_uses_one_and_unknown_elsewhere(via: str) -> None:
    run = collect(_beside_a_subscription_without_workspaces(), via=via)
    graph = Graph(run.collected.resources, run.gaps, None, run.collected.coverage)

    for kind, model in _SERVICES.items():
        assert run.asked_for(f"{_OTHER}/providers/{kind}") == []
        assert len(run.asked_for(f"{_GUID}/providers/{kind}")) == 1
        missing = graph.all(model, ArmId(f"/subscriptions/{_OTHER}")).missing
        assert isinstance(missing, MissingEvidence)
        assert LEFT_UNREAD in missing.why
        assert graph.all(model, ArmId(f"/subscriptions/{_GUID}")).missing is None


def test_an_account_that_is_named_without_its_id_may_be_in_any_subscription() -> None:
    store = f"{_ESTATE_WORKSPACE}/datastores/by-name"
    named = _resource(store, {"datastoreType": "AzureBlob", "accountName": "else01", "containerName": "c"})

    run = collect(_beside_a_subscription_without_workspaces(named), via="graph")

    assert f"{_BESIDE}/Microsoft.Storage/storageAccounts/else01".lower() in run.resources
    assert run.asked_for(f"{_OTHER}/providers/Microsoft.ContainerRegistry/registries") == []


def test_node_pools_come_with_their_cluster_and_are_missed_where_it_does_not_show_them() -> None:
    bare = f"{_HOME}/Microsoft.ContainerService/managedClusters/aks-bare"
    run = collect(with_more(_ESTATE, _GROUP, _resource(bare, {})))

    assert [each for each in run.requests if "agentpools" in each.path.lower()] == []
    assert len(run.of_type("Microsoft.ContainerService/managedClusters/agentPools")) == 2
    (gap,) = run.gaps
    assert (gap.kind, gap.scope) == ("Microsoft.ContainerService/managedClusters/agentPools", bare)


def test_one_workspace_of_many_costs_little_and_is_judged_alike() -> None:
    text = json.dumps([each for each in map(dict, _ESTATE.resources) if "subscriptionId" not in each])
    others = [each for number in (1, 2) for each in json.loads(renamed(text, number, _GUID))]
    mine = Scope(workspaces=("*/resourcegroups/rg-ml/*/mlw-reference",))
    estate = with_more(_ESTATE, *{each["id"]: each for each in others}.values())

    every, one = collect(estate, via="graph"), collect(estate, via="graph", scope=mine)

    assert one.asked_for("/mlw-managed/datastores") == []
    assert len(one.requests) < len(every.requests) * 0.7
    assert _told(one, mine) == _told(every, mine)


_OF_SEVERAL = [(layout, name) for layout in LAYOUTS for name in _workspaces_of(layout)]


@pytest.mark.parametrize(("layout", "workspace"), _OF_SEVERAL)
def test_one_workspace_is_judged_as_it_is_where_all_is_read(layout: str, workspace: str) -> None:
    """A registry that others use too has endpoints of theirs: whose they are, the rules of their networks tell."""
    mine = Scope(workspaces=(workspace,))

    one, every = _collected(layout, scope=mine), _all_of(layout)

    assert len(one.requests) < len(every.requests)
    assert _told(one, mine) == _told(every, mine)


def test_one_workspace_of_twenty_is_read_with_what_is_around_it() -> None:
    (guid,) = subscriptions(1)
    many = Estate("Ten solutions.", (*solutions(guid, 10), *networks(guid, 300)))
    alone = Estate("One of them.", tuple(solutions(guid, 1)))

    of_many, of_one = (collect(each, subscriptions=[guid], via="graph", scope=ONE_WORKSPACE) for each in (many, alone))

    assert of_many.gaps == ()
    assert len(of_many.requests) - len(of_one.requests) <= 40


def test_a_tenant_costs_what_its_solutions_do() -> None:
    estate = Estate("A tenant.", tuple(tenant(12, 500)))

    run = collect(estate, subscriptions=subscriptions(12), via="auto")

    assert run.gaps == ()
    assert run.collected.requests <= 130


def _layout_with(layout: str, old: str, new: str) -> Estate:
    text = layout_text(layout)
    assert old in text
    return Estate(layout, tuple(json.loads(text.replace(old, new))))


def _letting_in_a_subnet() -> Estate:
    """Return the managed networks with an account that lets in a subnet of nobody's, by service endpoint."""
    subnet = {"id": f"{_BESIDE}/Microsoft.Network/virtualNetworks/else/subnets/s", "action": "Allow"}
    resources = [dict(each) for each in json.loads(layout_text("managed-network"))]
    account = next(each for each in resources if str(each["id"]).endswith("storageAccounts/sthubassist"))
    acls = {"defaultAction": "Deny", "virtualNetworkRules": [subnet]}
    account["properties"] = {**account["properties"], "publicNetworkAccess": "Enabled", "networkAcls": acls}
    return Estate("managed-network", tuple(resources))


_STRANGER = f"/subscriptions/{_OTHER}"
_LETTING_IN = {
    "a subscription": _layout_with(
        "managed-network",
        '"subscriptions": [{"id": "/subscriptions/55555555-5555-4555-8555-555555555555"}]',
        f'"subscriptions": [{{"id": "{_STRANGER}"}}]',
    ),
    "a subnet": _letting_in_a_subnet(),
}


@pytest.mark.parametrize(("whom", "workspace"), [("a subscription", "mlw-claims"), ("a subnet", "hub-assist")])
def test_whose_is_what_data_lets_in_is_known_of_one_workspace(whom: str, workspace: str) -> None:
    """Whoever has data in an account may be why it lets somebody in."""
    estate, mine = _LETTING_IN[whom], Scope(workspaces=(workspace,))
    home = sorted(home_of(World("managed-network")))

    one = collect(estate, subscriptions=home, via="arm", scope=mine)
    every = collect(estate, subscriptions=home, via="arm", scope=mine, reads_all=True)

    assert "foreign subnet" in str(_told(every, mine)) or _OTHER in str(_told(every, mine))
    assert _told(one, mine) == _told(every, mine)


@pytest.mark.parametrize("via", ["arm", "graph"])
def test_what_private_link_scopes_hold_is_listed_where_something_does_not_name_its_own(via: str) -> None:
    silent = without_scopes_named(_ESTATE)

    named, listed = (collect(each, via=via) for each in (_ESTATE, silent))

    assert named.asked_for("/scopedResources") == []
    assert len(listed.asked_for("/scopedResources")) == 1
    assert LEFT_UNREAD not in str(_told(listed))
    assert _told(listed) == _told(collect(silent, via=via, reads_all=True))


@pytest.mark.parametrize("layout", ["reference", "managed-network"])
def test_of_many_subscriptions_the_graph_first_tells_what_is_needed(
    layout: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = _collected(layout, "graph")
    monkeypatch.setattr(bulk, "MOST_SUBSCRIPTIONS", 0)
    staged = _collected(layout, "graph")

    assert len(staged.asked_for("Microsoft.ResourceGraph/resources")) > len(
        at_once.asked_for("Microsoft.ResourceGraph/resources")
    )
    assert sorted(each.path for each in staged.requests if "ResourceGraph" not in each.path) == sorted(
        each.path for each in at_once.requests if "ResourceGraph" not in each.path
    )
    assert staged.resources == at_once.resources
    assert _told(staged) == _told(at_once)
