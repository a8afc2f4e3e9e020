"""With one workspace judged, what others share with it is read as far as a verdict hangs on it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, TypeAlias

import pytest

from scanner.engine.verdict import Verdict
from scanner.graph.settings import Scope, Settings
from scanner.graph.unread import LEFT_UNREAD
from scanner.scan.judging import judge
from scanner.simulator import Estate, Fault, FaultKind, Grant, Rights
from tests.collect.support import Run, collect
from tests.soundness.layouts import layout_text
from tests.soundness.worlds import RULES, World, home_of
from tests.verdicts import with_reasons

_Row: TypeAlias = dict[str, Any]
_Change: TypeAlias = Callable[[list[_Row]], Iterable[_Row]]

_HOME = "/subscriptions/55555555-5555-4555-8555-555555555555/resourceGroups/rg-mlm/providers"
_WORKSPACES = f"{_HOME}/Microsoft.MachineLearningServices/workspaces"
_ACCOUNT, _LAKE = (f"{_HOME}/Microsoft.Storage/storageAccounts/{each}" for each in ("stclaimsml", "stclaimslake"))
_OTHER = "22222222-2222-4222-8222-222222222222"
_NETWORK = f"{_HOME}/Microsoft.Network/virtualNetworks/vnet-other"
_SUBNET = f"{_NETWORK}/subnets/s"
_MINE = Scope(workspaces=("mlw-claims",))
_ENDPOINTS = "Microsoft.Network/privateEndpoints"


def _row(arm_id: str, properties: _Row) -> _Row:
    namespace, *parts = arm_id.rpartition("/providers/")[2].split("/")
    return {"id": arm_id, "name": parts[-1], "type": "/".join([namespace, *parts[::2]]), "properties": properties}


def _of(rows: list[_Row], arm_id: str) -> _Row:
    return next(each["properties"] for each in rows if each["id"] == arm_id)


def _plain(rows: list[_Row], *, managed: bool = False) -> None:
    """Take the perimeter away, endpoints in subscriptions of Microsoft's, and the managed network of the judged."""
    gone = "/networksecurityperimeters" if managed else ("/networksecurityperimeters", "/mlw-claims/outboundrules")
    kept = [each for each in rows if not any(word in each["id"].lower() for word in ([gone] if managed else gone))]
    rows[:] = kept
    for each in rows:
        if "privateEndpointConnections" in each.get("properties", {}):
            each["properties"]["privateEndpointConnections"] = []
    for name in ("hub-assist", "proj-assist-claims"):
        _of(rows, f"{_WORKSPACES}/{name}").pop("containerRegistry", None)
    if not managed:
        _of(rows, f"{_WORKSPACES}/mlw-claims")["managedNetwork"] = {"isolationMode": "Disabled"}


def _connect(service: _Row, subscription: str = "99999999-bbbb-4bbb-8bbb-999999999991") -> None:
    endpoint = f"/subscriptions/{subscription}/resourceGroups/v/providers/{_ENDPOINTS}/pe-q"
    state = {"privateEndpoint": {"id": endpoint}, "privateLinkServiceConnectionState": {"status": "Approved"}}
    service["privateEndpointConnections"] = [{"name": "q", "properties": state}]


def _let_in(service: _Row) -> _Row:
    rules = [{"id": _SUBNET, "action": "Allow"}]
    acls = {"defaultAction": "Deny", "ipRules": [], "virtualNetworkRules": rules}
    service.update({"publicNetworkAccess": "Enabled", "networkAcls": acls})
    held = {"id": _SUBNET, "name": "s", "properties": {"addressPrefix": "10.77.0.0/24"}}
    return _row(_NETWORK, {"addressSpace": {"addressPrefixes": ["10.77.0.0/24"]}, "subnets": [held]})


def _rule(workspace: str, target: str) -> _Row:
    destination = {"serviceResourceId": target, "subresourceTarget": "blob"}
    properties = {"type": "PrivateEndpoint", "status": "Active", "category": "UserDefined", "destination": destination}
    return _row(f"{_WORKSPACES}/{workspace}/outboundRules/pe-q", properties)


def _by_name(rows: list[_Row]) -> None:
    """Have the judged workspace name its lake by the account's name alone."""
    store = _of(rows, f"{_WORKSPACES}/mlw-claims/datastores/lake")
    del store["subscriptionId"], store["resourceGroup"]


def _project_of_a_managed_hub(rows: list[_Row]) -> Iterable[_Row]:
    _plain(rows)
    _connect(_of(rows, _ACCOUNT))
    return ()


def _user_of_an_account_that_lets_in_a_subnet(rows: list[_Row]) -> Iterable[_Row]:
    _plain(rows)
    account = dict(_of(rows, f"{_WORKSPACES}/hub-assist/datastores/workspaceblobstore"), accountName="stclaimsml")
    yield _row(f"{_WORKSPACES}/hub-assist/datastores/x", account)
    yield _let_in(_of(rows, _ACCOUNT))


def _account_by_name_that_lets_in_a_subnet(rows: list[_Row]) -> Iterable[_Row]:
    _plain(rows)
    _by_name(rows)
    return [_let_in(_of(rows, _LAKE))]


def _account_by_name_with_a_strange_endpoint(rows: list[_Row]) -> Iterable[_Row]:
    _plain(rows)
    _by_name(rows)
    _connect(_of(rows, _LAKE))
    store = dict(_of(rows, f"{_WORKSPACES}/mlw-claims/datastores/lake"))
    return [_row(f"{_WORKSPACES}/hub-assist/datastores/x", store), _rule("hub-assist", _LAKE)]


def _database_by_url_with_a_strange_endpoint(rows: list[_Row]) -> Iterable[_Row]:
    _plain(rows)
    _connect(_of(rows, f"{_HOME}/Microsoft.Sql/servers/sql-claims"))
    return ()


def _rule_of_who_uses_nothing_of_it(rows: list[_Row]) -> Iterable[_Row]:
    _plain(rows, managed=True)
    _connect(_of(rows, _ACCOUNT))
    return [_rule("hub-assist", _ACCOUNT)]


def _rules_of_one_name(rows: list[_Row]) -> Iterable[_Row]:
    _plain(rows, managed=True)
    _connect(_of(rows, _ACCOUNT))
    other = _rule("hub-assist", _ACCOUNT)
    del other["properties"]["destination"]["serviceResourceId"]
    return [_rule("mlw-claims", _ACCOUNT), other]


_CHANGES: tuple[_Change, ...] = (
    _project_of_a_managed_hub,
    _user_of_an_account_that_lets_in_a_subnet,
    _account_by_name_that_lets_in_a_subnet,
    _account_by_name_with_a_strange_endpoint,
    _database_by_url_with_a_strange_endpoint,
    _rule_of_who_uses_nothing_of_it,
    _rules_of_one_name,
)


def _estate(change: _Change) -> Estate:
    rows = json.loads(layout_text("managed-network"))
    more = list(change(rows))
    return Estate(change.__name__, (*rows, *more))


@cache
def _subscriptions() -> tuple[str, ...]:
    return tuple(sorted(home_of(World("managed-network"))))


def _told(run: Run) -> list[object]:
    return with_reasons(judge(run.collected, tuple(RULES.values()), Settings(scope=_MINE)).results)


@pytest.mark.parametrize("change", _CHANGES)
def test_what_others_share_is_read(change: _Change) -> None:
    estate = _estate(change)
    one, every = (
        collect(estate, subscriptions=_subscriptions(), scope=_MINE, reads_all=each) for each in (False, True)
    )

    assert len(one.requests) < len(every.requests)
    assert LEFT_UNREAD not in str(_told(one))
    assert _told(one) == _told(every)


def _customers_endpoint_called_as_a_rule(rows: list[_Row]) -> Iterable[_Row]:
    _plain(rows, managed=True)
    account = _of(rows, _ACCOUNT)
    _connect(account, _OTHER)
    there = f"/subscriptions/{_OTHER}/resourceGroups/v"
    subnet = f"{there}/providers/Microsoft.Network/virtualNetworks/evil/subnets/s"
    asks = {"properties": {"privateLinkServiceId": _ACCOUNT, "groupIds": ["blob"]}}
    endpoint = {"subnet": {"id": subnet}, "privateLinkServiceConnections": [asks]}
    yield {"id": f"/subscriptions/{_OTHER}", "type": "Microsoft.Resources/subscriptions", "subscriptionId": _OTHER}
    yield {"id": there, "name": "v", "type": "Microsoft.Resources/resourceGroups", "properties": {}}
    yield _row(f"{there}/providers/{_ENDPOINTS}/pe-q", endpoint)
    yield _rule("mlw-claims", _ACCOUNT)


@pytest.mark.parametrize("reads_all", [False, True])
@pytest.mark.parametrize("lost", [(), (Fault("/subscriptions", FaultKind.SERVER_ERROR),)], ids=["seen", "unseen"])
def test_an_endpoint_in_sight_is_not_taken_for_microsofts_whatever_it_is_called(
    lost: tuple[Fault, ...], reads_all: bool
) -> None:
    estate = _estate(_customers_endpoint_called_as_a_rule)
    run = collect(estate, subscriptions=_subscriptions(), neighbours=False, faults=lost, reads_all=reads_all)
    judged = judge(run.collected, (RULES["foreign-private-endpoint-connections"],), Settings()).results
    verdict = next(each.verdict for each in judged if each.subject and each.subject.id.name == "stclaimsml")

    assert len(run.asked_for("/privateEndpoints/pe-q")) == 1
    assert verdict in {Verdict.FAIL, Verdict.UNKNOWN}


@pytest.mark.parametrize("kind", [_ENDPOINTS, "Microsoft.MachineLearningServices/workspaces/computes"])
def test_what_runs_on_machines_is_read_where_it_is_not_known_whose_networks_they_are_in(kind: str) -> None:
    estate = _estate(lambda _: ())
    rights = Rights([Grant("/", ["*"], [f"{kind}/read"])])
    one, every = (
        collect(estate, subscriptions=_subscriptions(), rights=rights, reads_all=each) for each in (False, True)
    )
    extensions = "Microsoft.Compute/virtualMachines/extensions"

    assert one.of_type(extensions) == every.of_type(extensions) != []
    assert LEFT_UNREAD not in str(_told(one))
