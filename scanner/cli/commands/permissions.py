"""`mlsec-scan permissions`."""

from __future__ import annotations

import click

from scanner.cli import help as help_
from scanner.system.streams import to_stdout


@click.command("permissions", epilog=help_.PERMISSIONS)
@click.option("--subscription", multiple=True, metavar="ID", help="Where the role may be assigned; repeatable.")
@click.option("--management-group", multiple=True, metavar="NAME", help="The same, for all below it; repeatable.")
@click.option("--by-rule", is_flag=True, help="Show instead which permissions each rule needs.")
def command(subscription: tuple[str, ...], management_group: tuple[str, ...], *, by_rule: bool) -> None:
    """Show the least-privilege custom role. It is JSON, as `az role definition create` takes it."""
    from scanner.cli.scopes import require_group_names  # noqa: PLC0415
    from scanner.cli.subscription_files import subscriptions_in  # noqa: PLC0415
    from scanner.collect.azure import role  # noqa: PLC0415 - help must not wait for imports
    from scanner.engine.reads import reads_of_rules  # noqa: PLC0415

    require_group_names(management_group)
    if by_rule and (subscription or management_group):
        raise click.UsageError("--by-rule is the same everywhere; leave --subscription and --management-group out.")
    if by_rule:
        to_stdout(role.by_rule_as_json(reads_of_rules()), exact=True)
        return
    to_stdout(role.as_role_definition(subscriptions_in(subscription), management_group), exact=True)
