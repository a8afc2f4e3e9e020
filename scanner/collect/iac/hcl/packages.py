"""The packages that lines of Terraform code need: an extra of ours, since plans are judged without them."""

from __future__ import annotations

from importlib.util import find_spec

from scanner.errors import CodeError


def require_packages() -> None:
    """Raise CodeError with the command that installs what is missing."""
    missing = [each for each in ("tree_sitter", "tree_sitter_hcl") if find_spec(each) is None]
    if missing:
        names = " and ".join(each.replace("_", "-") for each in missing)
        raise CodeError(f"--source needs {names}: in a checkout, pip install '.[iac]'")
