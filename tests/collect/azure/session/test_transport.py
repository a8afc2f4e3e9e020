"""Requests are made ready once: what is left out of their way would have changed nothing."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from urllib3 import HTTPHeaderDict, HTTPResponse

from scanner.collect.azure.session.body import Reader
from scanner.collect.azure.session.transport import PREPARED, direct_connections, host_in

ARM = "https://management.azure.com"
_PARTS = [
    *("/", "//", "subscriptions", "Microsoft.Network", ".", "..", "a-b_c~(1)", "?", "api-version=2024-05-01", "&"),
    *("$filter=", "%20", "%27", "%2F", "%41", "%7e", "%7E", "%2d", "%zz", "%", " ", "#", "ü", "[", "\\", "|", "'"),
    *('"', "<", "@", ":", "*"),
]
_HOSTS = [
    ARM,
    f"{ARM}:443",
    "http://127.0.0.1:8080",
    "https://MANAGEMENT.azure.com",
    "https://ü.example",
    "https://u:p@h",
]


def _prepared(url: str) -> str:
    request = requests.PreparedRequest()
    request.prepare_url(url, {})
    return str(request.url)


@given(st.sampled_from(_HOSTS), st.lists(st.sampled_from(_PARTS), max_size=8))
def test_a_url_that_is_not_prepared_is_one_that_would_stay_as_it_is(host: str, parts: list[str]) -> None:
    url = f"{host}/{''.join(parts)}"

    assert not PREPARED.fullmatch(url) or _prepared(url) == url


@pytest.mark.parametrize(
    "path",
    [
        "/subscriptions/s/resourceGroups/rg(1)/providers/Microsoft.Network/privateEndpoints?api-version=2024-05-01",
        "/subscriptions/s/providers/Microsoft.Authorization/roleAssignments?$filter=assignedTo('x')&api-version=1",
        "/a/b?%24skiptoken=eyJ%3D%3D&x=a%20b",
    ],
)
def test_urls_as_azure_core_makes_them_are_not_prepared_again(path: str) -> None:
    assert PREPARED.fullmatch(f"{ARM}{path}")
    assert host_in(f"{ARM}{path}") == ARM


@pytest.mark.parametrize(
    ("url", "proxies", "first_line"),
    [
        (f"{ARM}/a?b=c", {"https": "http://proxy:3128"}, "/a?b=c"),
        ("http://127.0.0.1:1/a?b=c", {}, "/a?b=c"),
        ("http://arm.example/a?b=c", {"http": "http://proxy:3128"}, "http://arm.example/a?b=c"),
        (f"{ARM}//a", {}, "//a"),
        (f"{ARM}/a#b", {}, "/a"),
    ],
)
def test_the_first_line_of_a_request_is_as_requests_makes_it(
    url: str, proxies: dict[str, str], first_line: str
) -> None:
    request = requests.PreparedRequest()
    request.prepare_url(url, {})
    adapter = _session(trust=True).get_adapter(url)
    assert isinstance(adapter, requests.adapters.HTTPAdapter)

    assert adapter.request_url(request, proxies) == first_line
    assert requests.adapters.HTTPAdapter().request_url(request, proxies) == first_line


def _session(*, trust: bool) -> requests.Session:
    return direct_connections(1, Reader(), behind_proxy=trust, agent="mlsec-scan")


def test_where_a_host_is_reached_is_found_out_once_and_by_the_proxy_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    session = _session(trust=True)
    adapter, request = session.get_adapter(ARM), requests.Request("GET", f"{ARM}/a").prepare()
    assert isinstance(adapter, requests.adapters.HTTPAdapter)
    settings = session.merge_environment_settings(ARM, {}, None, None, None)

    first: Any = adapter.get_connection_with_tls_context(request, settings["verify"], settings["proxies"])

    assert str(first.proxy) == "http://proxy.example:3128"
    assert adapter.get_connection_with_tls_context(request, settings["verify"], settings["proxies"]) is first


def test_an_answer_has_its_status_headers_and_body_and_no_cookies() -> None:
    adapter, request = _session(trust=False).get_adapter(ARM), requests.Request("GET", f"{ARM}/a").prepare()
    assert isinstance(adapter, requests.adapters.HTTPAdapter)
    headers = HTTPHeaderDict([("X-Two", "a"), ("x-two", "b"), ("Set-Cookie", "c=d")])
    raw = HTTPResponse(headers=headers, status=403, reason="Forbidden")

    answer = adapter.build_response(request, raw)

    assert (answer.status_code, answer.reason, answer.url) == (403, "Forbidden", f"{ARM}/a")
    assert answer.headers["X-Two"] == "a, b"
    assert not answer.cookies
