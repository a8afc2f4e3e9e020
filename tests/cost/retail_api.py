"""The Retail Prices API on a loopback socket, from its documentation and not from what reads it.

https://learn.microsoft.com/rest/api/cost-management/retail-prices/azure-retail-prices, read 2026-11-29: `$filter` with
`eq` and `and`, compared with case as of 2023-01-01-preview; `currencyCode='EUR'`; `BillingCurrency`, `Items`,
`NextPageLink` and `Count` around the fields of each item; pages follow each other by `$skip`.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

_TERM = re.compile(r"(\w+) eq '((?:[^']|'')*)'")


def item(service: str, meter: str, price: float, unit: str, region: str = "", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return an item of the API with every field that it documents."""
    return {
        "currencyCode": "USD",
        "tierMinimumUnits": 0.0,
        "retailPrice": price,
        "unitPrice": price,
        "armRegionName": region,
        "location": region,
        "effectiveStartDate": "2025-06-01T00:00:00Z",
        "meterId": "000a794b-bdb0-58be-a0cd-0c3a0f222923",
        "meterName": meter,
        "productId": "DZH318Z0BQPS",
        "skuId": "DZH318Z0BQPS/00TG",
        "productName": service,
        "skuName": meter.split(maxsplit=1)[0],
        "serviceName": service,
        "serviceId": "DZH313Z7MMC8",
        "serviceFamily": "Networking",
        "unitOfMeasure": unit,
        "type": "Consumption",
        "isPrimaryMeterRegion": True,
        "armSkuName": "",
        **more,
    }


@dataclass
class Api:
    """What it sells, how it misbehaves, and what it was asked. `rates` are of currencies, for a dollar."""

    items: list[dict[str, Any]]
    page: int = 100
    rates: dict[str, float] = field(default_factory=lambda: {"USD": 1.0, "EUR": 0.5})
    fails: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    body: bytes | None = None
    drips: float = 0.0
    next_host: str = ""
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def answer(self, url: str, host: str) -> dict[str, Any]:
        """Return one page."""
        query = parse_qs(urlsplit(url).query)
        currency = query.get("currencyCode", ["'USD'"])[0].strip("'")
        wanted = [(key, value.replace("''", "'")) for key, value in _TERM.findall(query.get("$filter", [""])[0])]
        names = {"priceType": "type"}
        found = [each for each in self.items if all(each[names.get(key, key)] == value for key, value in wanted)]
        start = int(query.get("$skip", ["0"])[0])
        shown = [self._priced(each, currency) for each in found[start : start + self.page]]
        link = None
        if start + self.page < len(found):
            more = {key: values[0] for key, values in query.items()} | {"$skip": str(start + self.page)}
            link = f"http://{self.next_host or host}/api/retail/prices?{urlencode(more)}"
        return {"BillingCurrency": currency, "CustomerEntityId": "Default", "CustomerEntityType": "Retail",
                "Items": shown, "NextPageLink": link, "Count": len(shown)}  # fmt: skip

    def _priced(self, each: dict[str, Any], currency: str) -> dict[str, Any]:
        price = each["retailPrice"] * self.rates[currency]
        return {**each, "currencyCode": currency, "retailPrice": price, "unitPrice": price}


@contextmanager
def served(api: Api) -> Iterator[str]:
    """Serve the API and yield its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            api.asked.append(self.path)
            api.headers.append({key.lower(): value for key, value in self.headers.items()})
            status, headers = api.fails.pop(0) if api.fails else (200, {})
            body = api.body
            if body is None:
                body = json.dumps(api.answer(self.path, self.headers["Host"])).encode()
            self.send_response(status)
            for key, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(key, value)
            self.end_headers()
            self._send(body)

        def _send(self, body: bytes) -> None:
            try:
                for start in range(0, len(body), 20 if api.drips else len(body) or 1):
                    self.wfile.write(body[start : start + (20 if api.drips else len(body))])
                    self.wfile.flush()
                    time.sleep(api.drips)
            except OSError:
                return

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api/retail/prices"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
