"""Where a deployment puts its resources: a subscription and a resource group, and the ids that follow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

SUBSCRIPTION = "7e3a1d52-0f0e-5c1b-9d0e-0e7b1c6a5d10"
"""Stands for the subscription that a template will be deployed to, which it does not say."""

GROUP = "rg~deployment"
"""Stands for the resource group that a template will be deployed to."""

_SUFFIXES = {
    "public": {
        "storage": "core.windows.net",
        "keyvaultDns": ".vault.azure.net",
        "acrLoginServer": ".azurecr.io",
        "sqlServerHostname": ".database.windows.net",
    },
    "usgov": {
        "storage": "core.usgovcloudapi.net",
        "keyvaultDns": ".vault.usgovcloudapi.net",
        "acrLoginServer": ".azurecr.us",
        "sqlServerHostname": ".database.usgovcloudapi.net",
    },
    "china": {
        "storage": "core.chinacloudapi.cn",
        "keyvaultDns": ".vault.azure.cn",
        "acrLoginServer": ".azurecr.cn",
        "sqlServerHostname": ".database.chinacloudapi.cn",
    },
}
_NAMES = {"public": "AzureCloud", "usgov": "AzureUSGovernment", "china": "AzureChinaCloud"}
_MANAGERS = {
    "public": "https://management.azure.com/",
    "usgov": "https://management.usgovcloudapi.net/",
    "china": "https://management.chinacloudapi.cn/",
}


@dataclass(frozen=True, slots=True)
class Frame:
    """A subscription, a resource group ("" for a deployment to the subscription itself), and the cloud."""

    subscription: str = SUBSCRIPTION
    group: str = GROUP
    cloud: str = "public"

    def at(self, subscription: Any, group: Any) -> Frame:  # noqa: ANN401 - JSON
        """Return the frame of a nested deployment that says another one."""
        return replace(
            self,
            subscription=subscription if isinstance(subscription, str) else self.subscription,
            group=group if isinstance(group, str) else self.group,
        )

    @property
    def id(self) -> str:
        """The id of the group, or of the subscription."""
        base = f"/subscriptions/{self.subscription}"
        return f"{base}/resourceGroups/{self.group}" if self.group else base

    @property
    def environment(self) -> dict[str, Any]:
        """What `environment()` returns, as far as templates ask for it."""
        return {
            "name": _NAMES.get(self.cloud, self.cloud),
            "resourceManager": _MANAGERS.get(self.cloud, ""),
            "suffixes": _SUFFIXES.get(self.cloud, {}),
        }


def resource_id(base: str, kind: str, names: list[str]) -> str:
    """Return the id of a resource below a scope: names are as many as the type has segments after its namespace."""
    if kind.lower() == "microsoft.resources/resourcegroups":
        return f"{'/'.join(base.split('/', 3)[:3])}/resourceGroups/{names[0]}"
    namespace, *types = kind.split("/")
    pairs = "/".join(f"{one}/{name}" for one, name in zip(types, names, strict=True))
    return f"{base}/providers/{namespace}/{pairs}"
