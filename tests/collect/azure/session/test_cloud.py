from __future__ import annotations

import pytest
from azure.core import AzureClouds
from azure.identity import AzureAuthorityHosts
from azure.mgmt.core.tools import get_arm_endpoints

from scanner.collect.azure.session.cloud import cloud_of
from scanner.errors import UsageError

NAMED = [
    ("public", "https://management.azure.com", "login.microsoftonline.com"),
    ("usgov", "https://management.usgovcloudapi.net", "login.microsoftonline.us"),
    ("china", "https://management.chinacloudapi.cn", "login.chinacloudapi.cn"),
]


@pytest.mark.parametrize(("name", "endpoint", "authority"), NAMED)
@pytest.mark.parametrize("spelled", [str.lower, str.upper])
def test_a_cloud_has_a_name(name: str, endpoint: str, authority: str, spelled: type[str]) -> None:
    cloud = cloud_of(spelled(name))

    assert (cloud.name, cloud.endpoint, cloud.authority, cloud.signed) == (name, endpoint, authority, True)
    assert cloud.scope == f"{endpoint}/.default"


@pytest.mark.parametrize(
    ("name", "setting", "authority"),
    [
        ("public", AzureClouds.AZURE_PUBLIC_CLOUD, AzureAuthorityHosts.AZURE_PUBLIC_CLOUD),
        ("usgov", AzureClouds.AZURE_US_GOVERNMENT, AzureAuthorityHosts.AZURE_GOVERNMENT),
        ("china", AzureClouds.AZURE_CHINA_CLOUD, AzureAuthorityHosts.AZURE_CHINA),
    ],
)
def test_a_cloud_is_where_the_sdks_know_it(name: str, setting: AzureClouds, authority: str) -> None:
    assert f"{cloud_of(name).endpoint}/" == get_arm_endpoints(setting)["resource_manager"]
    assert cloud_of(name).authority == authority


@pytest.mark.parametrize(("name", "endpoint", "_"), NAMED)
@pytest.mark.parametrize("spelled", ["{}", "{}/", "{}:443"])
def test_the_url_of_a_known_endpoint_is_that_cloud(name: str, endpoint: str, _: str, spelled: str) -> None:
    assert cloud_of(spelled.format(endpoint)) == cloud_of(name)


@pytest.mark.parametrize("url", ["https://management.local.azurestack.example", "https://proxy:8443", "HTTPS://a.b/"])
def test_an_https_url_is_signed(url: str) -> None:
    cloud = cloud_of(url)

    assert cloud.signed
    assert cloud.name == "public"
    assert cloud.endpoint.lower() == url.lower().rstrip("/")


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "127.9.9.9", "localhost:1", "LOCALHOST", "[::1]:8080"])
def test_http_is_for_loopback_and_never_signed(host: str) -> None:
    cloud = cloud_of(f"http://{host}")

    assert not cloud.signed
    assert cloud.endpoint == f"http://{host}"


@pytest.mark.parametrize(
    "host",
    ["management.azure.com", "10.0.0.1", "0.0.0.0", "127.0.0.1.evil.example", "localhost.evil.example", "[::2]"],  # noqa: S104 - an address to refuse
)
def test_http_to_anywhere_else_is_refused(host: str) -> None:
    with pytest.raises(UsageError, match="not encrypted"):
        cloud_of(f"http://{host}")


@pytest.mark.parametrize(
    "url",
    [
        "https://user@management.azure.com",
        "https://user:secret@management.azure.com",
        "http://127.0.0.1@evil.example",
        "https://management.azure.com/subscriptions",
        "https://management.azure.com?api-version=1",
    ],
)
def test_a_url_with_more_than_host_and_port_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="alone") as caught:
        cloud_of(url)

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["", "germany", "management.azure.com", "ftp://127.0.0.1", "https://", "https://[", "http://127.0.0.1:99999"],
)
def test_what_is_neither_a_name_nor_a_url_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="public, usgov, china"):
        cloud_of(text)


OWN = [
    "https://management.azure.com/subscriptions",
    "https://management.azure.com:443/subscriptions",
    "https://Management.Azure.com/",
]
OTHER = [
    "http://management.azure.com/",
    "https://management.azure.com:444/",
    "https://management.azure.com./",
    "https://management.azure.com:443:443/",
    "https://someone@management.azure.com/",
    "https://management.azure.com@evil.example/",
    "https://management.azure.com\\@evil.example/",
    "https://evil.example/management.azure.com",
    "https://[",
    "/subscriptions",
    "",
]


@pytest.mark.parametrize("url", OWN)
def test_a_url_at_the_endpoint_is_its_own(url: str) -> None:
    assert cloud_of("public").owns(url)


@pytest.mark.parametrize("url", OTHER)
def test_any_other_url_is_not(url: str) -> None:
    assert not cloud_of("public").owns(url)


def test_loopback_endpoints_differ_by_port() -> None:
    cloud = cloud_of("http://127.0.0.1:8080")

    assert cloud.owns("http://127.0.0.1:8080/subscriptions")
    assert not cloud.owns("http://127.0.0.1:8081/subscriptions")
