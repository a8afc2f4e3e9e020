"""Roles named in mlsec.toml: what stands for no virtual network is refused, with the nearest that was read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scanner.collect.collected import Collected
from scanner.errors import UsageError
from scanner.evidence import Gap
from scanner.graph.settings import Settings
from scanner.scan.judging import judge
from tests.cases import Resource, estate

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
OURS = "/subscriptions/11111111-1111-4111-8111-111111111111"
HUB = "/subscriptions/99999999-9999-4999-8999-999999999999"
NETWORKS = "providers/Microsoft.Network/virtualNetworks"
ACCESS = f"{OURS}/resourceGroups/rg-ml-access/{NETWORKS}/vnet-access"
FAR = f"{HUB}/resourceGroups/rg-hub/{NETWORKS}/vnet-hub"
DENIED = Gap("Microsoft.Network/virtualNetworks", OURS, "HTTP 403", 403, "Microsoft.Network/virtualNetworks/read")


def accepted(
    *names: str, aml: tuple[str, ...] = (), also: tuple[Resource, ...] = (), gaps: tuple[Gap, ...] = ()
) -> None:
    collected = Collected((*estate("reference"), *also), gaps, "snapshot", "public", (OURS[15:],), (), NOW, NOW)
    judge(collected, (), Settings(aml_vnets=aml, access_vnets=names))


def link_to(vnet: str) -> Resource:
    zone = f"{OURS}/resourceGroups/rg/providers/Microsoft.Network/privateDnsZones/x"
    return {"id": f"{zone}/virtualNetworkLinks/l", "properties": {"virtualNetwork": {"id": vnet}}}


@pytest.mark.parametrize(
    "name", ["vnet-access", "VNET-Access", ACCESS, ACCESS.upper().replace("/SUBSCRIPTIONS", "/Subscriptions")]
)
def test_virtual_network_that_was_read_is_taken_in_any_spelling(name: str) -> None:
    accepted(name)


def test_name_that_nothing_answers_to_is_refused_with_the_nearest() -> None:
    with pytest.raises(
        UsageError, match=r"access_vnets: there is no virtual network called 'vnet-acess'; did you mean vnet-access[?]$"
    ):
        accepted("vnet-access", "vnet-acess")


def test_each_role_is_looked_at() -> None:
    with pytest.raises(UsageError, match=r"\[roles\] aml_vnets: .* 'vnet-mll'; did you mean vnet-ml[?]$"):
        accepted(aml=("vnet-mll",))


def test_name_like_no_other_is_refused_without_a_guess() -> None:
    with pytest.raises(UsageError, match=r"called 'somewhere'$"):
        accepted("somewhere")


def test_id_is_refused_with_the_id_of_the_nearest_name() -> None:
    with pytest.raises(UsageError, match=f"there is no virtual network {ACCESS}s; did you mean {ACCESS}[?]$"):
        accepted(f"{ACCESS}s")


def test_id_of_something_else_is_refused() -> None:
    with pytest.raises(UsageError, match="/subnets/snet-x is no virtual network's id"):
        accepted(f"{ACCESS}/subnets/snet-x")


@pytest.mark.parametrize("name", ["vnet-acess", f"{ACCESS}s"])
def test_refusal_says_that_not_all_were_listed(name: str) -> None:
    with pytest.raises(
        UsageError, match=r"did you mean .*vnet-access[?]; not all virtual networks were listed: .*HTTP 403"
    ):
        accepted(name, gaps=(DENIED,))


def test_id_in_a_subscription_that_was_not_read_is_taken_if_something_refers_to_it() -> None:
    accepted(FAR, also=(link_to(FAR.upper().replace("/SUBSCRIPTIONS", "/subscriptions")),))


def test_id_in_a_subscription_that_was_not_read_is_taken_if_something_refers_into_it() -> None:
    accepted(FAR, also=(link_to(f"{FAR}/subnets/snet-in-it"),))


@pytest.mark.parametrize("other", [f"{FAR}2", FAR[:-1]])
def test_id_in_a_subscription_that_was_not_read_is_refused_if_only_another_is_referred_to(other: str) -> None:
    with pytest.raises(UsageError, match=f"virtual network {FAR};.* nothing that was read refers to it"):
        accepted(FAR, also=(link_to(other),))


def test_id_that_is_known_not_to_exist_is_refused_although_something_refers_to_it() -> None:
    with pytest.raises(UsageError, match=f"there is no virtual network {ACCESS}s"):
        accepted(f"{ACCESS}s", also=(link_to(f"{ACCESS}s"),))


def test_hostile_name_stays_on_one_line() -> None:
    with pytest.raises(UsageError) as caught:
        accepted("vnet\n\x1b[31m")

    assert str(caught.value).isprintable()
