"""The pages that --help prints: options under headings, examples below; kept to 80 columns by click."""

from __future__ import annotations

import click

from scanner.cli.declared import SECTIONS

SCAN = """\b
Examples:
  mlsec-scan --demo
  mlsec-scan --subscription ID --report sarif=mlsec.sarif
  mlsec-scan --management-group NAME --via graph --fresh
  mlsec-scan --subscription ID --save-snapshot estate.jsonl.gz
  mlsec-scan --snapshot estate.jsonl.gz --rule compute-no-public-ip
  mlsec-scan --subscription ID --baseline last.json --fail-on high

\b
Exit codes:
  0  nothing failed at or above --fail-on
  1  something did; what is waived or in the baseline does not count
  2  usage, configuration or rule-pack error, or a history or output that
     cannot be used
  3  nothing failed, but something is unknown (0 with --allow-unknown), or no
     workspace was judged, or nothing read of a subscription (0 with
     --allow-empty)
  4  nothing could be scanned: sign-in, network, no such subscription

\b
Files:
  ./mlsec.toml  defaults of the options, waivers, severities, roles

`mlsec-scan COMMAND --help` tells of each command."""

RULES = """\b
Examples:
  mlsec-scan rules
  mlsec-scan rules --format json --rules our-rules"""

FRAMEWORKS = """JSON has every mapping of a rule to a control with its reason, where ids and
mappings come from, and the rules that no control asks for. Of CIS, ISO, PCI and
AICPA it has ids alone, as their terms want it.

\b
Examples:
  mlsec-scan frameworks
  mlsec-scan --demo --framework mcsb --report csv-controls=controls.csv
  mlsec-scan --demo --framework nist-800-53-r5 --framework-file ours.toml"""

EXPLAIN = """\b
Example:
  mlsec-scan explain storage-blob-private-endpoint"""

PERMISSIONS = """\b
Example:
  mlsec-scan permissions --subscription ID > role.json
  az role definition create --role-definition @role.json
  mlsec-scan permissions --by-rule"""

DIFF = """A snapshot is judged as a scan with these options would judge it; others of a
scan are taken as well, before `diff` or behind it.

\b
Examples:
  mlsec-scan diff last-week.json today.json
  mlsec-scan diff before.jsonl.gz after.jsonl.gz --format markdown
  mlsec-scan diff report.json estate.jsonl.gz --profile article

Exit codes: 0 nothing new fails; 1 something does; 2 a file or an option is wrong."""

CAUSES = """Other options of a scan are taken as well, before `causes` or behind it.

\b
Examples:
  mlsec-scan causes --snapshot estate.jsonl.gz
  mlsec-scan causes --demo --format json"""

FIX = """A plan is verified on what was read: each step is made on the graph and
judged again, nothing is proposed that breaks something, and what makes a way
comes before what closes another. Other options of a scan are taken as well,
before `fix` or behind it.

\b
Examples:
  mlsec-scan fix --demo --all
  mlsec-scan fix --snapshot estate.jsonl.gz --cause fault-6f350615
  mlsec-scan fix --subscription ID --rule key-vault-private-endpoint
      --format terraform --output fix.tf"""

PROBE = """Needs no rights in Azure and none of its packages. Names are resolved by the
system; an answer of another address than the endpoint's own is not connected to.
It refuses to guess where it stands. What it writes as JSON a scan takes with
--evidence.

\b
Examples:
  mlsec-scan --subscription ID --report probe=probe.json
  mlsec-scan probe probe.json
  mlsec-scan probe probe.json --as vnet-agents --report json=seen.json
  mlsec-scan probe probe.json --as outside
  mlsec-scan --subscription ID --evidence seen.json

Exit codes: 0 as the model says; 1 something differs, or a doubt was settled for the worse; 2 the file or an option
is wrong, or where it stands is not known; 3 no answer settles anything."""

COST = """Prices come from the public Retail Prices API, are kept for a week in your cache
folder, and from a dated table where it does not answer; each report says which,
and of what day.

\b
Examples:
  mlsec-scan cost --demo --offline
  mlsec-scan cost --snapshot estate.jsonl.gz --currency EUR --gb 500
  mlsec-scan cost --plan plan.json --region westeurope --format html
      --output cost.html

Exit codes: 0 costs were told, whatever is not known of them; 2 an option, a file or the output is wrong; 4 nothing
could be read."""

COMMENT = """In GitHub Actions and Azure Pipelines, whose variables say where. The token is
GITHUB_TOKEN or SYSTEM_ACCESSTOKEN of the environment. Of a report that is longer
than a comment may be, the first lines are kept.

\b
Examples:
  mlsec-scan --demo --report markdown=mlsec.md
  mlsec-scan comment mlsec.md
  mlsec-scan comment mlsec.md --name production

Exit codes: 0 done, or no pull request to comment on; 2 usage; 4 refused, or not
reached."""

CONFIG = """Every option of a scan is taken, before `config` or behind it, and comes in as
in a scan; --format, which is that of this command, before it alone.

\b
Examples:
  mlsec-scan config
  mlsec-scan config --fail-on high --format json
  mlsec-scan config --check mlsec.toml"""

HISTORY = """A scan with --history keeps its run. Runs of the same subscriptions, resource group, workspace, cloud and
profile follow each other.

\b
Examples:
  mlsec-scan --subscription ID --history mlsec.db
  mlsec-scan history mlsec.db
  mlsec-scan history mlsec.db --subject mlw-churn --format json
  mlsec-scan history postgresql://mlsec@db.example/mlsec"""

TREND = """\b
Examples:
  mlsec-scan trend mlsec.db
  mlsec-scan trend mlsec.db --last 12 --format json"""

DOCTOR = """Without a subscription it looks at the Azure CLI's default, or at all that you
see. Other options of a scan are taken as well, before `doctor` or behind it.

\b
Examples:
  mlsec-scan doctor
  mlsec-scan doctor --subscription ID --format json

Exit codes: 0 a scan lacks nothing; 3 something would be unknown; 4 nothing can be scanned."""

WAIVE = """Other options of a scan are taken as well, before `waive` or behind it.

\b
Examples:
  mlsec-scan waive registry-admin-user crlab --reason "a lab"
  mlsec-scan waive compute-ssh-disabled mlw-lab/ci-ann --reason "a lab"
  mlsec-scan waive compute-in-vnet ID --reason TEXT --days 9 --config x.toml"""

INIT = """Other options of a scan are taken as well, before `init` or behind it.

\b
Examples:
  mlsec-scan init --subscription ID
  mlsec-scan init --snapshot estate.jsonl.gz --output prod.toml"""

SCHEMA = """\b
Examples:
  mlsec-scan schema > mlsec-scan-1.schema.json
  mlsec-scan schema cost > mlsec-scan-cost-1.schema.json"""

PIPELINE = """\b
Example:
  mlsec-scan pipeline azure > mlsec-scan.yml
  mlsec-scan pipeline azure-plan > mlsec-plan.yml
  mlsec-scan pipeline azure-probe > mlsec-probe.yml"""


class Sectioned(click.Group):
    """A group that lists its options under headings."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write a part for each heading, then the commands."""
        left = {each.name: record for each in self.get_params(ctx) if (record := each.get_help_record(ctx)) is not None}
        for section in SECTIONS:
            with formatter.section(section.heading):
                formatter.write_dl([left.pop(each.name) for each in section.options if each.name in left])
        with formatter.section("Help"):
            formatter.write_dl(list(left.values()))
        self.format_commands(ctx, formatter)
