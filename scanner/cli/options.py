"""The options of a scan, and how those of a file come in where the command line says nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from scanner.cli.azure_profile import default_in
from scanner.cli.scopes import require_group_names
from scanner.cli.subscription_files import subscriptions_in
from scanner.collect.azure.session.cloud import cloud_of
from scanner.config.defaults import KEYS
from scanner.config.file import Config
from scanner.config.show import BUILT_IN, COMMAND_LINE
from scanner.errors import UsageError, one_line

_WHERE = {"subscription", "management_group", "all_subscriptions"}
_OF_AZURE = _WHERE | {"context_subscription", "no_neighbours", "cloud", "save_snapshot", "via", "fresh"}
_OF_AN_ESTATE = _OF_AZURE | {"resource_group", "workspace"}


@dataclass(frozen=True, slots=True)
class Options:
    """The command line of a scan, as click hands it over; `given` names the options that it said itself."""

    subscription: tuple[str, ...]
    management_group: tuple[str, ...]
    all_subscriptions: bool
    snapshot: Path | None
    plan: tuple[Path, ...]
    state: tuple[Path, ...]
    template: tuple[Path, ...]
    parameters: tuple[Path, ...]
    source: tuple[str, ...]
    accept_edited: bool
    demo: bool
    context_subscription: tuple[str, ...]
    no_neighbours: bool
    resource_group: tuple[str, ...]
    workspace: tuple[str, ...]
    cloud: str
    profile: str
    rule: tuple[str, ...]
    skip_rule: tuple[str, ...]
    control: tuple[str, ...]
    rules: tuple[Path, ...]
    config: Path | None
    no_config: bool
    policy: Path | None
    format: str
    output: Path | None
    report: tuple[str, ...]
    framework: tuple[str, ...]
    framework_file: tuple[Path, ...]
    whole: bool
    only: str | None
    min_severity: str | None
    group_by: str
    top: int | None
    baseline: Path | None
    fail_on: str
    gate: str
    allow_unknown: bool
    allow_empty: bool
    save_snapshot: Path | None
    history: str | None
    evidence: tuple[Path, ...]
    via: str
    fresh: bool
    concurrency: int
    processes: int | None
    dask_scheduler: str
    timeout: float | None
    answer_mib: int
    quiet: bool
    verbose: bool
    given: frozenset[str] = frozenset()

    @property
    def is_live(self) -> bool:
        """Whether Azure itself is read: every other source names itself by an option of its own."""
        return not self.demo and self.snapshot is None and (not self.names_code or self.names_azure)

    @property
    def names_azure(self) -> bool:
        """Whether the options say where to read in Azure."""
        return bool(self.subscription or self.management_group or self.all_subscriptions)

    @property
    def names_code(self) -> bool:
        """Whether the options name code: what it will deploy is judged."""
        return bool(self.plan or self.state or self.template)

    @property
    def is_beside(self) -> bool:
        """Whether a plan is applied to what is there, or state stands beside it."""
        return bool(self.plan or self.state) and (self.snapshot is not None or self.names_azure)


def effective(options: Options, config: Config) -> Options:
    """Fill in what the file says of options that the command line left open."""
    return replace(options, **{key: getattr(config.defaults, key) for key in from_file(options, config)})


def from_file(options: Options, config: Config) -> Iterator[str]:
    """Yield the options that the file decides: it says something, and it is not about another source."""
    silenced = set[str]() if options.is_live else _silenced(options)
    # One way to say where to scan takes the place of another.
    silenced = silenced | (_WHERE if options.given & _WHERE else set())
    for key in KEYS:
        if getattr(config.defaults, key) is not None and key not in options.given and key not in silenced:
            yield key


def _silenced(options: Options) -> set[str]:
    """Return the options that a file says of Azure, and that are not about another source. Code has a cloud too."""
    if options.demo:
        return _OF_AN_ESTATE
    return _OF_AZURE - {"cloud", "save_snapshot"} if options.names_code else _OF_AZURE


def origin_of(key: str, options: Options, config: Config) -> str:
    """Return where an option was said: the command line, the file by its name, or nowhere: built-in."""
    if key in options.given:
        return COMMAND_LINE
    return str(config.file) if key in {*from_file(options, config)} else BUILT_IN


def _require_said(options: Options) -> None:
    """Raise UsageError for an empty name of a workspace or group: it would judge everything."""
    for option, names in (("--workspace", options.workspace), ("--resource-group", options.resource_group)):
        if any(not each.strip() for each in names):
            raise UsageError(f"{option} is given an empty name; leave it out to judge everything")


def settled(options: Options, config: Config) -> Options:
    """Return what the command line and the file come to, subscriptions named in files among them."""
    options = effective(options, config)
    _require_said(options)
    return replace(
        options,
        subscription=subscriptions_in(options.subscription),
        context_subscription=subscriptions_in(options.context_subscription),
    )


def with_default(options: Options) -> tuple[Options, str]:
    """Return the options, and where they name no source the Azure CLI's default subscription with one line about it.

    Raises UsageError for a profile that is damaged.
    """
    is_named = options.management_group or options.all_subscriptions or not options.is_live
    found = None if options.subscription or is_named else default_in(options.cloud)
    if found is None:
        return options, ""
    named = f"subscription {one_line(found.name)} ({one_line(found.id)})"
    said = f"scanning {named}, the Azure CLI's default; --subscription names another"
    return replace(options, subscription=subscriptions_in((found.id,))), said


def require_one_source(options: Options) -> None:
    """Raise UsageError unless the options name one source and fit together."""
    _require_source_fits(options)
    where = [bool(options.subscription), bool(options.management_group), options.all_subscriptions]
    there = [*where, options.snapshot is not None]
    code = [bool(options.plan or options.state), bool(options.template)]
    if options.is_beside:
        _require_beside(options, there)
    elif sum([*there, *code, options.demo]) != 1:
        raise UsageError(
            "name one source: --subscription ID, --management-group NAME, --all-subscriptions, --snapshot FILE, "
            "--plan FILE, --state FILE, --template FILE or --demo, or sign in with `az login`, whose default is taken; "
            "see mlsec-scan --help"
        )
    if options.parameters and not options.template:
        raise UsageError("--parameters are those of a template; name it with --template")
    if options.demo and options.context_subscription:
        raise UsageError("--demo has no other subscriptions; leave --context-subscription out")
    if options.snapshot and options.save_snapshot:
        raise UsageError("--snapshot is a snapshot already; leave --save-snapshot out")
    if options.dask_scheduler and options.fresh:
        raise UsageError("--fresh reads from this machine; leave it out with --dask-scheduler")
    require_group_names(options.management_group)
    cloud_of(options.cloud)  # also where another source leaves it unused: a slip is told


def _require_beside(options: Options, there: list[bool]) -> None:
    """Raise UsageError for what does not go with code that stands beside what is there."""
    if sum(there) != 1 or options.template or options.demo:
        raise UsageError(
            "a plan is applied to one estate, and state told beside one: --plan or --state FILE with --snapshot FILE, "
            "or with --subscription ID"
        )
    if options.dask_scheduler:
        raise UsageError("plans and state are read on this machine; leave --dask-scheduler out")


def _require_source_fits(options: Options) -> None:
    """Raise UsageError for --source without what it is the source of."""
    count = len(options.plan) + len(options.state)
    if options.source and not count:
        what = "a template tells its lines itself; leave --source out" if options.template else "add --plan or --state"
        raise UsageError(f"--source is where the code of a plan or state lies: {what}")
    if len(options.source) not in {0, 1, count}:
        raise UsageError("name one --source for all plans and states, or one for each: first those of the plans")
