"""Private endpoints that name the service behind them by its alias."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import requests

from scanner.simulator import Estate, Simulator, read_estate

from .support import NET, RG, SUB, arm, get, subscription

if TYPE_CHECKING:
    from pathlib import Path

# `name.guid.region.azure.privatelinkservice`: https://learn.microsoft.com/azure/private-link/private-link-service-overview
# ARM gives it back in place of an id: the Terraform provider tells the two apart by the ending of what it has read.
# https://github.com/hashicorp/terraform-provider-azurerm/blob/main/internal/services/network/private_endpoint_resource.go
ALIAS = "Partner-Service.5f7ea6b9-0c1f-4a2b-9f0e-7d7c2a1b3c4d.westeurope.azure.privatelinkservice"
ENDPOINT = f"{NET}/privateEndpoints/partner"
CONNECTION = {"name": "partner", "properties": {"privateLinkServiceId": ALIAS, "groupIds": []}}
KIND = "Microsoft.Network/privateEndpoints"
RESOURCES = (subscription(SUB, "ml"), arm(RG, "Microsoft.Resources/resourceGroups"))


@pytest.mark.parametrize("where", ["privateLinkServiceConnections", "manualPrivateLinkServiceConnections"])
def test_an_alias_is_served_as_it_is(tmp_path: Path, where: str) -> None:
    path = tmp_path / "estate.json"
    rows = [*RESOURCES, arm(ENDPOINT, KIND, **{where: [CONNECTION]})]
    path.write_text(json.dumps({"about": "An endpoint.", "resources": rows}))
    with Simulator(read_estate(path)) as simulator:
        item, (row,) = get(simulator, ENDPOINT).json, get(simulator, f"{SUB}/providers/{KIND}").json["value"]

    assert item["properties"][where] == row["properties"][where] == [CONNECTION]


def test_resource_graph_serves_an_alias_as_it_is() -> None:
    estate = Estate("An endpoint.", (*RESOURCES, arm(ENDPOINT, KIND, privateLinkServiceConnections=[CONNECTION])))
    query = f"resources | where type in~ ('{KIND.lower()}') | project properties"
    with Simulator(estate) as simulator:
        url = f"{simulator.url}/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01"
        (row,) = requests.post(url, json={"query": query, "subscriptions": [SUB.split("/")[2]]}, timeout=5).json()[
            "data"
        ]

    assert row["properties"]["privateLinkServiceConnections"] == [CONNECTION]
