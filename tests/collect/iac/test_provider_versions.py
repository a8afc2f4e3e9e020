"""What versions of the azurerm provider send where the code sets nothing, told by the shape of the plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.collect.iac.plan_json import COMPUTED
from tests.collect.iac.support import made, planned, rows_in

OF_3_24 = {"public_access_behind_virtual_network_enabled": None}
OF_3_25 = {**OF_3_24, "v1_legacy_mode_enabled": False}
OF_4 = {"v1_legacy_mode_enabled": False}


@pytest.mark.parametrize(
    ("shape", "access", "action", "sent"),
    [
        (OF_3_25, COMPUTED, "create", "Disabled"),
        (OF_3_24, COMPUTED, "create", None),
        (OF_3_25, COMPUTED, "update", None),
        (OF_4, True, "create", "Enabled"),
        (OF_3_25, False, "create", "Disabled"),
    ],
)
def test_public_access_of_a_workspace_that_the_code_leaves_open(
    shape: dict[str, Any], access: object, action: str, sent: str | None, tmp_path: Path
) -> None:
    block = made("azurerm_machine_learning_workspace", "mlw", public_network_access_enabled=access, **shape)
    block.action = action
    row = rows_in(planned(tmp_path, [block]))["Microsoft.MachineLearningServices/workspaces/mlw"]

    found = row["properties"]["publicNetworkAccess"]
    assert (found if isinstance(found, str) else None) == sent
