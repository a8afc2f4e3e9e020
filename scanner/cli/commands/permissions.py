"""`mlsec-scan permissions`."""

from __future__ import annotations

import click

from scanner.cli import help as help_
from scanner.system.streams import to_stdout


@click.command("permissions", epilog=help_.PERMISSIONS)
@click.option("--subscription", multiple=True, metavar="ID", help="Where the role may be assigned; repeatable.")
@click.option("--management-group", multiple=True, metavar="NAME", help="The same, for all below it; repeatable.")
def command(subscription: tuple[str, ...], management_group: tuple[str, ...]) -> None:
    """Show the least-privilege custom role. It is JSON, as `az role definition create` takes it."""
    from scanner.cli.scopes import require_group_names  # noqa: PLC0415
    from scanner.cli.subscription_files import subscriptions_in  # noqa: PLC0415
    from scanner.collect.azure.role import as_role_definition  # noqa: PLC0415 - help must not wait for imports

    require_group_names(management_group)
    to_stdout(as_role_definition(subscriptions_in(subscription), management_group), exact=True)
