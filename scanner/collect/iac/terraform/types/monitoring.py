"""Azure Monitor: Log Analytics workspaces."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.collect.iac.terraform.block import Block
from scanner.collect.iac.terraform.registry import Piece, in_group, kind
from scanner.collect.iac.terraform.rows import row

LOGS = "Microsoft.OperationalInsights/workspaces"


@kind("azurerm_log_analytics_workspace", LOGS, in_group)
def log_workspace(block: Block) -> Iterator[Piece]:
    """Map a workspace, which both switches leave open unless the code closes them."""
    yield row(
        block,
        {
            "publicNetworkAccessForIngestion": block.switch("internet_ingestion_enabled"),
            "publicNetworkAccessForQuery": block.switch("internet_query_enabled"),
        },
    )
