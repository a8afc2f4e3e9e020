"""A broken estate on loopback, in a network namespace of its own, and probe files about it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scanner.probe.sealed import digest_of, sealed
from scanner.probe.shapes import PLAN_SCHEMA, Expect, Place, Plan, Target
from tests.probe import broken
from tests.probe.certificates import authority, issued, written

_UNSHARED = ["unshare", "--map-root-user", "--net", "--mount"]
SUBSCRIPTION = "11111111-1111-4111-8111-111111111111"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers"
NETWORK = f"{GROUP}/Microsoft.Network/virtualNetworks/vnet-agents"
SUBNET = f"{NETWORK}/subnets/snet-agents"

DROPPING = "10.1.0.9"
BLOB = "blob.core.windows.net"
SERVED = {
    # What stands behind a name, and what becomes of it: name → (DNS, kind).
    "stgood": (["10.1.0.4"], "reached"),
    "stslow": (["10.1.0.11"], "reached"),
    "stwrong": (["10.1.0.4"], "wrong address"),
    "ststale": (["10.1.0.200"], "stale address"),
    "stnone": (None, "no such name"),
    "stsix": (["10.1.0.27", "2603:1020::5"], "public address"),
    "stpublic": (["20.60.1.4"], "public address"),
    "strefused": (["10.1.0.6"], "refused"),
    "stdropped": ([DROPPING], "dropped"),
    "stproxy": (["10.1.0.7"], "TLS intercepted"),
    "sttrustedproxy": (["10.1.0.8"], "TLS intercepted"),
    "stother": (["10.1.0.10"], "certificate of another name"),
    "stexpired": (["10.1.0.12"], "no TLS"),
    "stmetadata": (["169.254.169.254"], "address of no service"),
    "stloop": (["127.0.0.1"], "address of no service"),
    "stsilent": ("silent", "no answer from DNS"),
    "stroute": (["10.77.0.4"], "no route"),
}
NETWORKS = {
    # What a network between the probe and a public service does: name → (address, kind).
    "stsilence": ("20.60.3.1", "inconclusive"),
    "strejected": ("20.60.3.2", "inconclusive"),
    "streset": ("20.60.3.3", "no TLS"),
    "sttrickle": ("20.60.1.7", "inconclusive"),
    "stlate": ("20.60.1.8", "no TLS"),
    "stread": ("20.60.1.9", "TLS intercepted"),
    "stnamed": ("20.60.1.10", "certificate of another name"),
}
STATUSES = (302, 400, 404, 407, 409, 429, 500, 503)
"""Answers that say nothing of the networks that a service lets in."""

HERE = ("10.1.0.4", "10.1.0.5", "10.1.0.6", "10.1.0.7", "10.1.0.8", "10.1.0.10", "10.1.0.11", "10.1.0.12")
OWN = {
    # The address of each endpoint, where DNS tells another or none.
    "stwrong": "10.1.0.20",
    "ststale": "10.1.0.21",
    "stnone": "10.1.0.22",
    "stpublic": "10.1.0.23",
    "stmetadata": "10.1.0.24",
    "stloop": "10.1.0.25",
    "stsilent": "10.1.0.26",
}


def target(name: str, expect: Expect = Expect.REACHED, port: int = 443, group: str = "blob") -> Target:
    told = SERVED.get(name, (["10.1.0.5"], ""))[0] if group == "blob" else ["10.1.0.5"]
    address = OWN.get(name) or (told[0] if isinstance(told, list) else "")
    suffix = BLOB if group == "blob" else "file.core.windows.net"
    service = f"{GROUP}/Microsoft.Storage/storageAccounts/{name}"
    return Target(f"{name}.{suffix}", port, service, group, expect, (address,))


def plan(
    targets: list[Target], outside: tuple[Target, ...] = (), prefix: str = "10.1.0.0/24", network: str = NETWORK
) -> Plan:
    places = (Place(network, f"{network}/subnets/snet-agents", (prefix,), tuple(targets)),)
    said = digest_of([places, outside])
    return Plan(PLAN_SCHEMA, "public", (), "2026-11-29T12:00:00Z", said, places, outside)


def saved(folder: Path, content: Plan, name: str = "probe.json") -> Path:
    path = folder / name
    path.write_text(json.dumps(sealed(content)))
    return path


@dataclass
class Lab:
    """The estate as it runs: commands see no other network."""

    process: subprocess.Popen[str]
    trusted: Path

    def probe(self, *arguments: str, isolated: bool = False) -> subprocess.CompletedProcess[str]:
        """Run the probe there; `isolated` in a namespace without any network."""
        return self.run(*(_UNSHARED if isolated else []), sys.executable, "-m", "scanner", "probe", *arguments)

    def run(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command there, with a proxy in its environment that nothing may ask."""
        env = {"PATH": os.environ["PATH"], "SSL_CERT_FILE": str(self.trusted), "HTTPS_PROXY": "http://10.1.0.6:1"}
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"command": command, "env": env | variables}) + "\n")
        self.process.stdin.flush()
        return subprocess.CompletedProcess(command, *json.loads(self.process.stdout.readline()))


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    tried = subprocess.run([*_UNSHARED, "true"], check=False) if _may_unshare() else None  # noqa: S603 - as above
    if tried is None or tried.returncode:
        pytest.skip("this machine lends no network namespace")
    folder = tmp_path_factory.mktemp("lab")
    azure, contoso, strange = authority("Microsoft Corporation"), authority("Contoso Proxy"), authority("Mallory")
    trusted = written(folder, "trusted.pem", azure.pem + contoso.pem)
    certificates = {
        "10.1.0.4": issued(azure, f"stgood.{BLOB}", f"stwrong.{BLOB}"),
        "10.1.0.11": issued(azure, f"stslow.{BLOB}"),
        "10.1.0.7": issued(strange, f"stproxy.{BLOB}"),
        "10.1.0.8": issued(contoso, f"sttrustedproxy.{BLOB}"),
        "10.1.0.10": issued(azure, f"stelse.{BLOB}"),
        "10.1.0.12": issued(azure, f"stexpired.{BLOB}", days=-3),
        "20.60.1.4": issued(azure, f"*.{BLOB}", "*.vault.azure.net", "*.azurecr.io"),
    }
    good = issued(azure, *broken.names())
    certificates |= dict.fromkeys(broken.answering(), good)
    certificates[broken.PROXIED] = issued(contoso, *broken.names())
    tls: dict[str, dict[str, Any]] = {
        address: {"certificate": str(written(folder, f"{address}.pem", content))}
        for address, content in certificates.items()
    }
    tls["10.1.0.11"]["after"] = 2.2
    public = tls["20.60.1.4"] | {"status": 403, "code": "AuthorizationFailure"}
    tls["20.60.1.4"] = public
    tls["20.60.1.5"] = public | {"status": 401, "code": "NoAuthenticationInformation"}
    tls["20.60.1.6"] = public | {"status": 401, "code": ""}
    tls["20.60.1.7"] = public | {"trickling": True}
    tls["20.60.1.8"] = {"certificate": str(written(folder, "late.pem", issued(azure, f"*.{BLOB}", days=-3)))}
    tls["20.60.1.9"] = {"certificate": str(written(folder, "read.pem", issued(contoso, f"*.{BLOB}")))} | {"status": 403}
    tls["20.60.1.10"] = {"certificate": str(written(folder, "else.pem", issued(azure, f"stelse.{BLOB}")))}
    tls |= {f"20.60.2.{place}": public | {"status": status} for place, status in enumerate(STATUSES)}
    names: dict[str, Any] = broken.names() | {f"{name}.{BLOB}": told for name, (told, _) in SERVED.items()}
    names |= {f"stgood.{BLOB}": f"stgood.privatelink.{BLOB}", f"stgood.privatelink.{BLOB}": ["10.1.0.4"]}
    names |= {"stgood.file.core.windows.net": ["10.1.0.5"], f"stclosed.{BLOB}": ["20.60.1.4"]}
    names |= {f"{name}.{BLOB}": [address] for name, (address, _) in NETWORKS.items()}
    names |= {f"st{status}.{BLOB}": [f"20.60.2.{place}"] for place, status in enumerate(STATUSES)}
    names |= {f"stopen.{BLOB}": ["20.60.1.5"], "kv.vault.azure.net": ["20.60.1.6"], "cr.azurecr.io": ["20.60.1.6"]}
    interface = {"ipv4": {"subnet": [{"address": "10.1.0.0", "prefix": "24"}]}, "macAddress": "00"}
    told = {
        "folder": str(folder),
        "names": names,
        "tls": tls,
        "open": [("10.1.0.5", 445), (broken.OPEN, 445), (NETWORKS["streset"][0], 443)],
    }
    told |= {"addresses": [*HERE, *broken.answering(), broken.PROXIED, broken.REFUSING, broken.OPEN]}
    told |= {"dropping": [DROPPING, broken.DROPPING, NETWORKS["stsilence"][0]]}
    process = subprocess.Popen(  # noqa: S603 - from this file
        [*_UNSHARED, sys.executable, "-m", "tests.probe.lab"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(
        json.dumps(
            told | {"metadata": {"network": {"interface": [interface]}, "compute": {"subscriptionId": SUBSCRIPTION}}}
        )
        + "\n"
    )
    process.stdin.flush()
    assert process.stdout.readline() == "ready\n"
    yield Lab(process, trusted)
    process.stdin.close()
    process.wait(timeout=20)
    process.stdout.close()


def _may_unshare() -> bool:
    return sys.platform == "linux" and shutil.which("unshare") is not None and shutil.which("ip") is not None
