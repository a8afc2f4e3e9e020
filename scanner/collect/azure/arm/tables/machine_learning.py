"""Azure Machine Learning."""

from __future__ import annotations

from scanner.collect.azure.arm.tables.listing import WORKSPACE, Listing, Need, Sdk, below

_ML = "2024-10-01"
_ML_WHY = "oldest stable with managed network, serverless settings and outbound rules; the SDK's own is 2020-08-01"
_ML_PREVIEW = "2024-10-01-preview"


def _ml(child: str, need: Need = Need.JUDGED) -> Listing:
    parent, _, collection = f"{WORKSPACE}/{child}".rpartition("/")
    return Listing(f"{WORKSPACE}/{child}", below(collection), _ML, _ML_WHY, parent, need=need)


ROWS: tuple[Listing, ...] = (
    Listing(WORKSPACE, Sdk("ml", "workspaces.list_by_subscription"), _ML, _ML_WHY),
    Listing(
        WORKSPACE,
        Sdk("ml", "workspaces.list_by_subscription"),
        _ML_PREVIEW,
        "the selected addresses of a workspace are in preview versions only (facts §1)",
        fields=("properties.networkAcls", "properties.ipAllowlist"),
        need=Need.HOLDS_OPEN_WORKSPACE,
    ),
    Listing(
        f"{WORKSPACE}/computes",
        Sdk("ml", "machine_learning_compute.list_by_workspace", ("resource_group_name", "workspace_name")),
        _ML,
        _ML_WHY,
        WORKSPACE,
    ),
    _ml("onlineEndpoints"),
    _ml("onlineEndpoints/deployments"),
    _ml("batchEndpoints"),
    _ml("batchEndpoints/deployments"),
    _ml("outboundRules", Need.MANAGES_NETWORK),
    # Neither list shows what they sign in with; that takes a POST, which is never made.
    _ml("datastores", Need.HOLDS_DATA),
    _ml("connections", Need.HOLDS_DATA),
)
