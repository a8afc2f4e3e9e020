"""Routes for service tags: which one all of a tag's addresses take, and which may take some of them."""

from __future__ import annotations

import pytest

from scanner.domain.tag_routes import perhaps_exempt, route_for
from scanner.model.fields import part
from scanner.model.network_security import ServiceTag
from scanner.model.routing import UserRoute

BATCH = ServiceTag("BatchNodeManagement.westeurope")


def _routes(*prefixes: str, hop: str = "Internet") -> list[UserRoute]:
    given = [{"name": each, "properties": {"addressPrefix": each, "nextHopType": hop}} for each in prefixes]
    return [part(UserRoute)(each) for each in given]


@pytest.mark.parametrize(
    ("prefixes", "taken"),
    [
        (["BatchNodeManagement.WestEurope", "BatchNodeManagement"], "BatchNodeManagement.WestEurope"),
        (["AzureCloud.westeurope", "BatchNodeManagement"], "BatchNodeManagement"),
        (["AzureCloud", "azurecloud.westeurope"], "azurecloud.westeurope"),
        (["AzureCloud.northeurope", "AzureMachineLearning", "0.0.0.0/0"], None),
        ([], None),
    ],
)
def test_the_narrowest_tag_that_holds_another_is_the_route_for_it(prefixes: list[str], taken: str | None) -> None:
    found = route_for(BATCH, _routes(*prefixes))

    assert (None if found is None else found.name) == taken


def test_public_ranges_and_parts_of_a_tag_may_hold_some_of_it() -> None:
    internet = _routes("20.0.0.0/8", "10.0.0.0/8", "AzureMachineLearning.westeurope", "Storage")
    elsewhere = _routes("52.0.0.0/8", hop="None")

    found = perhaps_exempt(ServiceTag("AzureMachineLearning"), [*internet, *elsewhere])

    assert [each.name for each in found] == ["20.0.0.0/8", "AzureMachineLearning.westeurope"]
