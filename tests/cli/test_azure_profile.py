"""The Azure CLI's profile: the default subscription, and subscriptions by name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanner.simulator import Simulator
from tests.cli.test_cli import SUBSCRIPTION, assert_one_line_error, mlsec, reference  # noqa: F401 - a fixture

OTHER = "99999999-9999-4999-8999-999999999999"
BOM = b"\xef\xbb\xbf"


def row(guid: str, name: str, **more: object) -> dict[str, object]:
    user = {"name": "ada@example.org", "type": "user"}
    return {"id": guid, "name": name, "state": "Enabled", "user": user, "environmentName": "AzureCloud", **more}


def profile(folder: Path, *rows: dict[str, object], bom: bytes = BOM) -> dict[str, str]:
    """Write a profile as `az login` does; return the variable that says where."""
    content = json.dumps({"installationId": "x", "subscriptions": rows}).encode()
    (folder / "azureProfile.json").write_bytes(bom + content)
    return {"AZURE_CONFIG_DIR": str(folder)}


@pytest.mark.parametrize("bom", [BOM, b""])
def test_default_subscription_is_scanned_where_none_is_named(reference: Simulator, tmp_path: Path, bom: bytes) -> None:  # noqa: F811
    rows = (row(OTHER, "other"), row(SUBSCRIPTION, "ML platform", isDefault=True))
    variables = profile(tmp_path, *rows, bom=bom)
    # Loopback is taken for the public cloud, and so is what the profile calls AzureCloud.
    named = mlsec("--subscription", SUBSCRIPTION, "--cloud", reference.url)
    done = mlsec("--cloud", "public", "--rule", "nothing", cwd=None, **variables)

    assert named.returncode == 0
    assert_one_line_error(done, 2, "there is no rule 'nothing'")
    assert done.stderr.startswith(f"scanning subscription ML platform ({SUBSCRIPTION}), the Azure CLI's default; ")


def test_quiet_scan_takes_it_without_a_word(tmp_path: Path) -> None:
    variables = profile(tmp_path, row(SUBSCRIPTION, "ML", isDefault=True))

    assert "scanning" not in mlsec("--quiet", "--rule", "nothing", cwd=None, **variables).stderr


@pytest.mark.parametrize(
    "rows",
    [(), (row(SUBSCRIPTION, "ML"),), (row(SUBSCRIPTION, "ML", isDefault=True, environmentName="AzureUSGovernment"),)],
    ids=["empty", "no default", "another cloud"],
)
def test_without_a_default_of_the_cloud_a_source_must_be_named(
    tmp_path: Path, rows: tuple[dict[str, object], ...]
) -> None:
    assert_one_line_error(mlsec(cwd=None, **profile(tmp_path, *rows)), 2, "name one source", "az login")


@pytest.mark.parametrize("source", [("--demo",), ("--all-subscriptions", "--cloud", "http://127.0.0.1:9")])
def test_source_that_is_named_needs_no_default(tmp_path: Path, source: tuple[str, ...]) -> None:
    variables = profile(tmp_path, row(SUBSCRIPTION, "ML", isDefault=True))

    assert (
        "the Azure CLI's default" not in mlsec(*source, "--rule", "registry-admin-user", cwd=None, **variables).stderr
    )


def test_subscription_is_found_by_its_name(reference: Simulator, tmp_path: Path) -> None:  # noqa: F811
    variables = profile(tmp_path, row(OTHER, "other"), row(SUBSCRIPTION, "ML Platform"))
    done = mlsec("--subscription", "ml platform", "--cloud", reference.url, "--format", "json", cwd=None, **variables)
    role = json.loads(mlsec("permissions", "--subscription", "ML Platform", cwd=None, **variables).stdout)

    assert json.loads(done.stdout)["scan"]["subscriptions"] == [SUBSCRIPTION]
    assert role["AssignableScopes"] == [f"/subscriptions/{SUBSCRIPTION}"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ML Platfrom", ["nor a name in the Azure CLI's profile; did you mean ML Platform?"]),
        ("zzz", ["nor a name in the Azure CLI's profile; `az account list` shows them"]),
        ("twice", ["2 subscriptions are called 'twice'", SUBSCRIPTION, OTHER]),
    ],
)
def test_name_that_says_nothing_is_told(tmp_path: Path, name: str, words: list[str]) -> None:
    rows = (row(SUBSCRIPTION, "twice"), row(OTHER, "Twice"), row(SUBSCRIPTION, "ML Platform"))

    assert_one_line_error(mlsec("--subscription", name, cwd=None, **profile(tmp_path, *rows)), 2, *words)


def test_name_without_a_profile_is_told() -> None:
    assert_one_line_error(
        mlsec("--subscription", "ML"), 2, "'ML' is not a subscription id", "no profile of the Azure CLI"
    )


@pytest.mark.parametrize(
    "content",
    [b"{", b"[]", b"\xff\xfe", b'{"subscriptions": [{"id": 7}]}', b'{"subscriptions": {}}', b"[" * 100_000],
    ids=["cut", "a list", "utf-16", "no id", "no list", "nested"],
)
def test_damaged_profile_is_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "azureProfile.json").write_bytes(content)

    assert_one_line_error(mlsec(AZURE_CONFIG_DIR=str(tmp_path)), 2, "azureProfile.json is damaged", "az login")
    assert mlsec("--demo", "--rule", "registry-admin-user", AZURE_CONFIG_DIR=str(tmp_path)).returncode == 1


def test_default_that_is_no_id_is_refused(tmp_path: Path) -> None:
    variables = profile(tmp_path, row("../../evil\x1b[31m", "ML", isDefault=True))
    done = mlsec(cwd=None, **variables)

    assert_one_line_error(done, 2, "is not a subscription id")
    assert "\x1b" not in done.stderr
