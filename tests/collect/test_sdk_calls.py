"""What the SDKs send to Azure itself: recorded answers over https, with a credential that is not one."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import responses
from azure.core.credentials import AccessToken
from azure.core.exceptions import AzureError, HttpResponseError
from azure.core.paging import ItemPaged
from requests import PreparedRequest

from scanner.collect.azure.arm.listings import LISTINGS
from scanner.collect.azure.arm.pages import Refused, Take, read_by_sdk, read_item, read_raw
from scanner.collect.azure.arm.tables.listing import RESOURCE_GROUP, SUBSCRIPTION, Arm, Listing, Query, Sdk
from scanner.collect.azure.session.cloud import cloud_of
from scanner.collect.azure.session.credential import SharedCredential
from scanner.collect.azure.session.deadline import Deadline
from scanner.collect.azure.session.session import Session
from scanner.collect.azure.session.wire import WireError
from scanner.model.arm import ArmId, Json

AZURE = "https://management.azure.com"
HOME = "/subscriptions/11111111-1111-4111-8111-111111111111"
GROUP = f"{HOME}/resourceGroups/rg"
JSON_TYPE = {"Content-Type": "application/json"}

SDK_ROWS = {f"{row.type} {row.api_version}": row for row in LISTINGS if isinstance(row.source, Sdk)}
RAW_ROWS = {row.type: row for row in LISTINGS if isinstance(row.source, Arm) and not row.type.endswith("Assignments")}
NETWORKS = next(row for row in LISTINGS if row.type == "Microsoft.Network/virtualNetworks")
EXTENSIONS = next(row for row in LISTINGS if row.type == "Microsoft.Compute/virtualMachines/extensions")

Answer = tuple[int, dict[str, str], str]


class Tokens:
    """Hands out a token that would be recognised anywhere."""

    def get_token(self, *_: str, **__: object) -> AccessToken:
        """Return it, good for an hour."""
        return AccessToken("planted-token", int(time.time()) + 3600)


@pytest.fixture
def session() -> Session:
    """Open a session with the public cloud that tries everything once."""
    return Session(cloud_of("public"), SharedCredential(Tokens()), Deadline(None), concurrency=2, retries=0)


@pytest.fixture
def azure() -> Iterator[responses.RequestsMock]:
    """Answer in Azure's place; what is asked of another host is answered too, and noted."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as recorded:
        yield recorded


def answer(recorded: responses.RequestsMock, reply: Callable[[PreparedRequest], Answer]) -> None:
    for method in ("GET", "POST", "PUT", "DELETE"):
        recorded.add_callback(method, re.compile(".*"), callback=reply)


def sent(recorded: responses.RequestsMock) -> list[PreparedRequest]:
    return [call.request for call in recorded.calls]


def page(rows: list[Json], link: str | None = None) -> Answer:
    return 200, JSON_TYPE, json.dumps({"value": rows, **({"nextLink": link} if link else {})})


def two_pages(request: PreparedRequest) -> Answer:
    """Answer with one row, named after the page, and a link from the first page to the second."""
    url = str(request.url)
    base = url.partition("?")[0]
    arm_id = base.removeprefix(AZURE)
    row = {"name": "row", "type": "of/some", "properties": {"not": {"in": ["any", "model"]}}}
    if "skipToken" in url:
        return page([row | {"id": f"{arm_id}/second"}])
    version = parse_qs(urlsplit(url).query)["api-version"][0]
    return page([row | {"id": f"{arm_id}/first"}], f"{base}?api-version={version}&$skipToken=more")


def link_to(url: str) -> Callable[[PreparedRequest], Answer]:
    return lambda request: page([{"id": f"{HOME}/first"}], None if "more" in str(request.url) else url)


def delegated(service: str) -> Json:
    return {"subnets": [{"properties": {"delegations": [{"properties": {"serviceName": service}}]}}]}


REGISTRY = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/of-workspaces"
NAMING: dict[str, Json] = {
    "Microsoft.Sql/servers": {"category": "AzureSqlDb"},
    "Microsoft.DocumentDB/databaseAccounts": {"category": "CosmosDb"},
    "Microsoft.Databricks/workspaces": {"category": "Databricks"},
    "Microsoft.Search/searchServices": {"category": "CognitiveSearch"},
    "Microsoft.CognitiveServices/accounts": {"category": "AIServices"},
    "Microsoft.ContainerRegistry/registries/replications": {"containerRegistry": REGISTRY},
    "Microsoft.ContainerInstance/containerGroups": delegated("Microsoft.ContainerInstance/containerGroups"),
    "Microsoft.App/managedEnvironments": delegated("Microsoft.App/environments"),
    "Microsoft.App/jobs": delegated("Microsoft.App/environments"),
    "GitHub.Network/networkSettings": delegated("GitHub.Network/networkSettings"),
}
"""What a connection, workspace or network says of what is listed because of it."""


def parent_of(row: Listing) -> ArmId:
    if row.parent in {SUBSCRIPTION, RESOURCE_GROUP}:
        return ArmId({SUBSCRIPTION: HOME, RESOURCE_GROUP: GROUP}[row.parent])
    namespace, *types = row.parent.split("/")
    return ArmId("/".join([GROUP, "providers", namespace, *(f"{kind}/of-{kind}" for kind in types)]))


def read(session: Session, row: Listing, take: Take) -> None:
    """Read one listing to its end, as the collector does."""
    parent = parent_of(row)
    match row.source:
        case Sdk() as operation:
            read_by_sdk(session, row, operation, parent, take)
        case Arm(queries=queries):
            (query,) = queries({"id": str(parent), "properties": NAMING.get(row.type, {})})
            read_raw(session, row, query, take)


def path_of(row: Listing) -> str:
    parent = str(parent_of(row))
    if row.type == RESOURCE_GROUP:
        return f"{parent}/resourcegroups"
    if row.is_asked_for:
        return f"{REGISTRY}/replications" if row.type.endswith("/replications") else f"{HOME}/providers/{row.type}"
    collection = row.type.removeprefix(f"{row.parent}/")
    return f"{parent}/{collection if collection != row.type else f'providers/{collection}'}"


@pytest.mark.parametrize("name", [*SDK_ROWS, *RAW_ROWS])
def test_each_listing_reads_every_page_in_its_pinned_version(
    session: Session, azure: responses.RequestsMock, name: str
) -> None:
    row = (SDK_ROWS | RAW_ROWS)[name]
    answer(azure, two_pages)
    rows: list[Json] = []
    read(session, row, rows.extend)
    urls = [urlsplit(str(request.url)) for request in sent(azure)]

    assert [parse_qs(url.query)["api-version"] for url in urls] == [[row.api_version]] * 2
    assert {url.path.lower() for url in urls} == {path_of(row).lower()}
    assert [str(each["id"]).rpartition("/")[2] for each in rows] == ["first", "second"]
    assert {json.dumps(each["properties"]) for each in rows} == {'{"not": {"in": ["any", "model"]}}'}


@pytest.mark.parametrize("name", SDK_ROWS)
def test_the_sdk_builds_no_model(
    session: Session, azure: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    built: list[object] = []
    step = ItemPaged.__next__

    def watched(pages: ItemPaged[object]) -> object:
        built.append(step(pages))
        return built[-1]

    monkeypatch.setattr(ItemPaged, "__next__", watched)
    answer(azure, two_pages)
    rows: list[Json] = []
    read(session, SDK_ROWS[name], rows.extend)

    assert (len(rows), built) == (2, [])


# The token


@pytest.mark.parametrize("row", [NETWORKS, EXTENSIONS], ids=["sdk", "raw"])
def test_the_token_goes_to_the_management_host(session: Session, azure: responses.RequestsMock, row: Listing) -> None:
    answer(azure, two_pages)
    read(session, row, lambda _: None)

    assert {urlsplit(str(request.url)).netloc for request in sent(azure)} == {"management.azure.com"}
    assert [request.headers["Authorization"] for request in sent(azure)] == ["Bearer planted-token"] * 2


ELSEWHERE = [
    "https://evil.example/subscriptions?more",
    "https://management.azure.com.evil.example/?more",
    "https://management.azure.com@evil.example/?more",
    "https://management.azure.com:443@evil.example/?more",
    "https://management.azure.com:8443/?more",
    "http://management.azure.com/?more",
    "//evil.example/?more",
    "/subscriptions?more",
    "https://[/?more",
    "ftp://management.azure.com/?more",
]


@pytest.mark.parametrize("link", ELSEWHERE)
@pytest.mark.parametrize("row", [NETWORKS, EXTENSIONS], ids=["sdk", "raw"])
def test_a_next_page_elsewhere_is_refused_and_gets_no_token(
    session: Session, azure: responses.RequestsMock, row: Listing, link: str
) -> None:
    answer(azure, link_to(link))

    with pytest.raises(WireError, match="another host"):
        read(session, row, lambda _: None)
    assert [urlsplit(str(request.url)).hostname for request in sent(azure)] == ["management.azure.com"]


@pytest.mark.parametrize("host", ["management.azure.com:443", "MANAGEMENT.AZURE.COM"])
@pytest.mark.parametrize("row", [NETWORKS, EXTENSIONS], ids=["sdk", "raw"])
def test_a_next_page_may_spell_the_same_host_otherwise(
    session: Session, azure: responses.RequestsMock, row: Listing, host: str
) -> None:
    answer(azure, link_to(f"https://{host}{HOME}/x?api-version={row.api_version}&$skipToken=more"))
    rows: list[Json] = []
    read(session, row, rows.extend)

    assert len(rows) == 2


@pytest.mark.parametrize("row", [NETWORKS, EXTENSIONS], ids=["sdk", "raw"])
def test_a_redirect_is_not_followed(session: Session, azure: responses.RequestsMock, row: Listing) -> None:
    answer(azure, lambda _: (302, {"Location": "https://evil.example/"}, ""))

    with pytest.raises((HttpResponseError, Refused)):
        read(session, row, lambda _: None)
    assert len(azure.calls) == 1


def test_netrc_does_not_replace_the_token(
    session: Session,
    azure: responses.RequestsMock,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("default login someone password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    answer(azure, two_pages)
    read(session, NETWORKS, lambda _: None)

    assert {request.headers["Authorization"] for request in sent(azure)} == {"Bearer planted-token"}


# Nothing is written

UNREGISTERED = {
    "error": {
        "code": "MissingSubscriptionRegistration",
        "message": "The subscription is not registered to use namespace 'Microsoft.Network'.",
    }
}


@pytest.mark.parametrize("name", SDK_ROWS)
def test_no_provider_is_registered(session: Session, azure: responses.RequestsMock, name: str) -> None:
    answer(azure, lambda _: (409, JSON_TYPE, json.dumps(UNREGISTERED)))

    with pytest.raises(HttpResponseError) as caught:
        read(session, SDK_ROWS[name], lambda _: None)
    assert [request.method for request in sent(azure)] == ["GET"]
    assert caught.value.status_code == 409


def test_anything_but_a_get_is_refused_before_it_is_sent(session: Session, azure: responses.RequestsMock) -> None:
    answer(azure, two_pages)
    client = session.client("network", NETWORKS.api_version, HOME.rpartition("/")[2])

    with pytest.raises(WireError, match="refused to send PUT"):
        client.virtual_networks.begin_create_or_update("rg", "vnet", {})
    assert len(azure.calls) == 0


# Raw requests


def test_a_filter_is_sent_and_its_next_page_is_taken_as_it_is(session: Session, azure: responses.RequestsMock) -> None:
    answer(azure, link_to(f"{AZURE}{HOME}/roles?api-version=2000-01-01&$skipToken=more"))
    query = Query(f"{HOME}/roles", "assignedTo('someone')")
    read_raw(session, EXTENSIONS, query, lambda _: None)
    first, second = (parse_qs(urlsplit(str(request.url)).query) for request in sent(azure))

    assert first == {"api-version": [EXTENSIONS.api_version], "$filter": ["assignedTo('someone')"]}
    assert second == {"api-version": ["2000-01-01"], "$skipToken": ["more"]}


def test_an_item_has_the_id_by_which_it_was_asked_for(session: Session, azure: responses.RequestsMock) -> None:
    answer(azure, lambda _: (200, JSON_TYPE, json.dumps({"id": "/SUBSCRIPTIONS/x", "name": "x"})))
    rows: list[Json] = []
    read_item(session, ArmId(HOME), "2022-12-01", rows.extend)

    assert rows == [{"id": HOME, "name": "x"}]


def test_a_refusal_carries_what_azure_said(session: Session, azure: responses.RequestsMock) -> None:
    answer(azure, lambda _: (403, JSON_TYPE, json.dumps({"error": {"code": "AuthorizationFailed", "message": "no"}})))

    with pytest.raises(Refused) as caught:
        read(session, EXTENSIONS, lambda _: None)
    assert (caught.value.failure.status, caught.value.failure.why) == (403, "HTTP 403 AuthorizationFailed")


def test_requests_are_counted_with_their_repeats(azure: responses.RequestsMock) -> None:
    again = Session(
        cloud_of("public"), SharedCredential(Tokens()), Deadline(None), concurrency=1, retries=2, backoff=0.001
    )
    answer(azure, lambda _: (500, JSON_TYPE, "{}"))

    with pytest.raises(AzureError):
        read(again, NETWORKS, lambda _: None)
    assert again.traffic.requests == len(azure.calls) == 3
