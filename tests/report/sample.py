"""A scan in which every kind of result occurs once, for golden files; and scans of hostile or many results."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import ClassVar

from scanner.engine import Doubt, Hop, Note, Notes, Problem, Result, Rule, Severity, Subject, Verdict
from scanner.engine.waivers import Waiver, WaiverState, WaiverUse
from scanner.evidence import Gap
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.scan.outcome import Header, Scan, SolutionSummary

SUBSCRIPTION = "11111111-1111-4111-8111-111111111111"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-ML"
GAP = Gap("Microsoft.Network/virtualNetworks", GROUP, "Azure answered 403", 403, "Microsoft.Network/x/read")

PAGE = """
{title}.

## Why
The data lies there, and whoever reaches it
can read it.

## Passes
Access is Disabled.

## Fails
Access is Enabled.

## Fix
az storage account update --name NAME --public-network-access Disabled

    resource "azurerm_storage_account" "example" {{
      public_network_access_enabled = false
    }}

## See
- https://learn.microsoft.com/azure/storage/common/storage-network-security
- https://example.org/second
- article: Public network access
"""


@dataclass(frozen=True, slots=True)
class Thing:
    """A subject of any kind."""

    TYPE: ClassVar[str] = "Microsoft.Storage/storageAccounts"

    id: ArmId

    @property
    def name(self) -> str:
        """The last segment of the id."""
        return self.id.name


def account(name: str) -> Thing:
    return Thing(ArmId(f"{GROUP}/providers/Microsoft.Storage/storageAccounts/{name}"))


def vnet(name: str) -> ArmId:
    return ArmId(f"{GROUP}/providers/Microsoft.Network/virtualNetworks/{name}")


def rule(
    rule_id: str, severity: Severity = Severity.HIGH, control: str = "Public network access", page: str = PAGE
) -> Rule[Subject]:
    title = rule_id.replace("-", " ").capitalize()
    return Rule(rule_id, control, severity, lambda _: (), _nothing, page.format(title=title).strip() + "\n")


def _nothing(_subject: Subject, _graph: Graph) -> Notes:
    yield from ()


HEADER = Header(
    source="snapshot",
    cloud="public",
    profile="current",
    subscriptions=(SUBSCRIPTION,),
    context_subscriptions=(),
    started=datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
    finished=datetime(2026, 11, 23, 8, 0, 5, tzinfo=UTC),
    requests=42,
    tool_version="1.2.3",
)

ACTIVE = WaiverUse(Waiver("storage-closed", "*/stwaived", "migrated in January", date(2027, 1, 31)), WaiverState.ACTIVE)
EXPIRED = WaiverUse(Waiver("storage-closed", "*/stexpired", "until the move", date(2026, 10, 1)), WaiverState.EXPIRED)
UNUSED = WaiverUse(Waiver("agents-private", "*/old", "was deleted", date(2027, 3, 1)), WaiverState.UNUSED)

PATH = (
    Hop(vnet("vnet-ml/subnets/snet-compute"), "from snet-compute", ok=True),
    Hop(vnet("vnet-ml"), "resolves to 20.60.1.4, which is public", ok=False),
    Hop(vnet("vnet-access"), "not looked at", ok=None),
)

OPEN = Problem("public network access is Enabled", (vnet("vnet-ml"),))


def sample() -> Scan:
    """Return one scan with a pass, fail, unknown, n/a, waived, expired and known failure, gap, path and note."""
    closed, path = rule("storage-closed"), rule("private-path", Severity.CRITICAL, "End to end")
    agents = rule("agents-private", Severity.MEDIUM, "Azure Pipelines agents")
    slow = Problem("the old setting is in use", severity=Severity.LOW)
    return Scan(
        HEADER,
        (SolutionSummary(f"{GROUP}/providers/x/workspaces/mlw", "customer-vnet", (str(vnet("v")),), (), (), (), ()),),
        (
            Result(closed, Verdict.FAIL, account("stopen"), (OPEN, slow)),
            Result(closed, Verdict.FAIL, account("stknown"), (OPEN,), seen_before=True),
            Result(closed, Verdict.FAIL, account("stwaived"), (OPEN,), waiver=ACTIVE),
            Result(closed, Verdict.FAIL, account("stexpired"), (OPEN,), waiver=EXPIRED),
            Result(closed, Verdict.UNKNOWN, account("sthidden"), doubts=(Doubt("the firewall could not be read"),)),
            Result(closed, Verdict.PASS, account("stclosed")),
            Result(closed, Verdict.PASS, account("stperimeter"), notes=(Note("behind a security perimeter"),)),
            Result(agents, Verdict.NOT_APPLICABLE),
            Result(path, Verdict.FAIL, account("stfar"), (Problem("no private path to blob", path=PATH),)),
            Result(path, Verdict.PASS, account("stnear"), notes=(Note("the path", path=PATH[:1]),)),
            Result(path, Verdict.UNKNOWN, doubts=(Doubt("virtual networks could not be listed", gap=GAP),)),
        ),
        (GAP,),
        (ACTIVE, EXPIRED, UNUSED),
    )


HOSTILE = (
    "\x1b[31mred\x1b[0m\x07",
    "two\r\nlines",
    "end]]><script>alert(1)</script>",
    "</details></summary><img src=x onerror=alert(1)>",
    '=cmd|"/c calc"!A1',
    "\uff1dcmd()",
    "\t=1+1",
    "ok;=HYPERLINK(1)",
    "::set-output name=x::y",
    "and ::set-env name=PATH::/evil",
    "##vso[task.setvariable variable=x]y",
    "##[set-output name=x]y",
    "\u202egnp.exe\u2066",
    "| pipe `tick` **bold** [link](https://evil.example) ![i](x)",
    "@octocat fixes #1 GH-2 https://evil.example www.evil.example",
    "## heading",
    "lone \ud800 surrogate \ufffe \x00",
    "..",
    "n" * 10_000,
)
"""Names that somebody may give to a resource, so that a report does something."""


def hostile(name: str) -> Scan:
    """Return the sample with one name wherever a name or a message can be."""
    thing = Thing(ArmId(f"{GROUP}/providers/Microsoft.Storage/storageAccounts/{name}"))
    use = WaiverUse(Waiver("storage-closed", name, name, date(2027, 1, 31)), WaiverState.ACTIVE)
    problem = Problem(name, (ArmId(f"/{name}"),), path=(Hop(thing.id, name, ok=False),))
    scan = sample()
    failed, *rest = scan.results
    return replace(
        scan,
        results=(
            replace(failed, subject=thing, problems=(problem,)),
            replace(failed, subject=thing, problems=(problem,), waiver=use),
            Result(failed.rule, Verdict.UNKNOWN, thing, doubts=(Doubt(name),)),
            Result(failed.rule, Verdict.PASS, thing, notes=(Note(name),)),
            *rest,
        ),
        gaps=(Gap("Microsoft.Network/virtualNetworks", f"/{name}", name),),
        waivers=(use, replace(use, state=WaiverState.EXPIRED), replace(use, state=WaiverState.UNUSED)),
    )


def huge(count: int, message: str = "public network access is Enabled") -> Scan:
    """Return a scan of so many failures, unknowns, passes and gaps each, of rising severity."""
    rules = [rule(f"rule-{severity}", severity) for severity in Severity]
    results = []
    for number in range(count):
        each, thing = rules[number * len(rules) // count], account(f"st{number}")
        results += [
            Result(each, Verdict.FAIL, thing, (Problem(f"{message} {number}"),)),
            Result(each, Verdict.UNKNOWN, thing, doubts=(Doubt(message),)),
            Result(each, Verdict.PASS, thing),
        ]
    gaps = tuple(Gap("Microsoft.Network/virtualNetworks", f"{GROUP}/{n}", message) for n in range(count))
    return replace(sample(), results=tuple(results), gaps=gaps)
