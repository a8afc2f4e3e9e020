"""Under which names of hosts computes call the services behind the tags of `flows`, for firewalls that know names.

Source: FW, that is https://learn.microsoft.com/azure/machine-learning/how-to-access-azureml-behind-firewall
(2026-03-19), "Azure Firewall without service tags". Its table for studio users and the tools of one's own choice is
left out: computes run without.
"""

from __future__ import annotations

from collections.abc import Mapping

from scanner.domain.flows import REGION, Requirement
from scanner.domain.host_names import HostName
from scanner.model.network_security import Protocol

INSTANCE_PORTS = frozenset({5831, 8787, 18881})
"""Ports that compute instances alone use: FW's table of hosts says so, its table of tags does not."""

_IMAGES = ("mcr.microsoft.com", "*.data.mcr.microsoft.com")
_TELEMETRY = (
    "dc.applicationinsights.azure.com",
    "dc.applicationinsights.microsoft.com",
    "dc.services.visualstudio.com",
    "*.in.applicationinsights.azure.com",
)
_BATCH = (f"*.{REGION}.batch.azure.com", f"*.{REGION}.service.batch.azure.com")


def _cloud(  # noqa: PLR0913 - one row of each of the page's tables
    *, sign_in: str, control: str, api: tuple[str, ...], studio: str, storage: str, vault: str, tundra: str
) -> Mapping[str, tuple[str, ...]]:
    return {
        "azureactivedirectory": (sign_in,),
        "azureresourcemanager": (control,),
        "azuremachinelearning": api,
        "azurefrontdoor.frontend": (studio,),
        "storage": tuple(f"*.{each}.core.{storage}" for each in ("blob", "table", "queue")),
        "azurekeyvault": (f"*.{vault}",),
        "microsoftcontainerregistry": _IMAGES,
        "azurefrontdoor.firstparty": _IMAGES,
        "tundra": (f"{REGION}.tundra.{tundra}",),
        "instances": ("*.instances.azureml.ms",),
    }


_NAMES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "public": {
        **_cloud(
            sign_in="login.microsoftonline.com",
            control="management.azure.com",
            api=("*.azureml.ms", "*.azureml.net"),
            studio="ml.azure.com",
            storage="windows.net",
            vault="vault.azure.net",
            tundra="azureml.ms",
        ),
        "batchnodemanagement": _BATCH,
        "azuremonitor": _TELEMETRY,
    },
    # The page names no hosts of Batch for the other clouds, and those of telemetry for the public one alone.
    "usgov": _cloud(
        sign_in="login.microsoftonline.us",
        control="management.usgovcloudapi.net",
        api=("*.ml.azure.us",),
        studio="ml.azure.us",
        storage="usgovcloudapi.net",
        vault="vault.usgovcloudapi.net",
        tundra="azureml.us",
    ),
    "china": _cloud(
        sign_in="login.chinacloudapi.cn",
        control="management.chinacloudapi.cn",
        api=("*.ml.azure.cn", "*.azureml.cn"),
        studio="studio.ml.azure.cn",
        storage="chinacloudapi.cn",
        vault="vault.azure.cn",
        tundra="azureml.cn",
    ),
}


_REGISTRIES = {"public": "azurecr.io", "usgov": "azurecr.us", "china": "azurecr.cn"}


def registry_name(registry: str, cloud: str) -> HostName:
    """Return the name under which a container registry is signed in to and pulled from."""
    return HostName(f"{registry.lower()}.{_REGISTRIES.get(cloud, _REGISTRIES['public'])}")


def names_for(need: Requirement, port: int, region: str, cloud: str) -> tuple[HostName, ...]:
    """Return the names that must all pass where the tags of a requirement do not; empty where none are documented.

    `region` is the computes' as ARM writes it, `cloud` as the command line does.
    """
    table = _NAMES.get(cloud, _NAMES["public"])
    found = table.get(_service(need, port), ())
    return tuple(HostName(each.replace(REGION, region)) for each in found)


def _service(need: Requirement, port: int) -> str:
    if need.protocol is Protocol.UDP:
        return "tundra"
    if port in INSTANCE_PORTS:
        return "instances"
    return need.peers[0].removesuffix(f".{REGION}").lower()
