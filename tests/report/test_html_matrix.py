"""The private-path matrix: who reaches what, and where it breaks."""

from __future__ import annotations

from dataclasses import replace

from scanner.engine import Doubt, Hop, Note, Problem, Result, Severity, Verdict
from scanner.model.arm import ArmId
from scanner.report.html.build import pictures
from scanner.report.html.homes import homes
from scanner.report.html.matrix import COLUMNS, Part, Reach, Row, matrix, unlisted
from scanner.scan.outcome import Scan, SolutionSummary
from tests.report.estates import demo, reference
from tests.report.sample import GROUP, Thing, rule, sample, vnet

RULE = rule("private-path-from-aml-vnet", Severity.HIGH, "End to end")
ML = vnet("vnet-ml")
HOPS = (Hop(ML, "resolves", ok=True), Hop(vnet("vnet-hub"), "drops it", ok=False))


def _of(scan: Scan) -> tuple[Part, ...]:
    return matrix(scan.results, homes(scan, pictures(scan)))


def _words(row: Row) -> list[str]:
    return [cell.reach.value for cell in row.cells]


def _solution(workspace: str, *vnets: ArmId, account: str = "stml") -> SolutionSummary:
    below = f"{GROUP}/providers"
    return SolutionSummary(
        f"{below}/Microsoft.MachineLearningServices/workspaces/{workspace}",
        "customer-vnet",
        tuple(map(str, vnets)),
        (),
        (f"{below}/Microsoft.Storage/storageAccounts/{account}",),
        (f"{below}/Microsoft.KeyVault/vaults/kvml",),
        (),
    )


def _judged(*reasons: Problem | Doubt | Note, solutions: tuple[SolutionSummary, ...] = ()) -> tuple[Part, ...]:
    result = Result(
        RULE,
        Verdict.FAIL,
        Thing(ML),
        tuple(each for each in reasons if isinstance(each, Problem)),
        tuple(each for each in reasons if isinstance(each, Doubt)),
        tuple(each for each in reasons if isinstance(each, Note)),
    )
    return _of(replace(sample(), solutions=solutions or (_solution("mlw", ML),), results=(result,)))


def test_reference_reaches_every_service_from_everywhere() -> None:
    parts = _of(reference())
    cells = [cell for part in parts for row in part.rows for cell in row.cells]

    assert len(parts) == 2
    assert {cell.reach for cell in cells} == {Reach.REACHED}
    assert len(cells) == 2 * 2 * len(COLUMNS)


def test_cell_holds_the_hops_up_to_where_the_path_breaks() -> None:
    (part, _) = _of(demo())
    (build,) = [row for row in part.rows if row.vnet.name == "vnet-forecast-build"]
    way = build.cells[COLUMNS.index("blob")].worst

    assert _words(build)[:4] == ["broken"] * 4
    assert way is not None
    assert [hop.ok for hop in way.hops] == [True, True, False]
    assert way.hops[-1].at.name == "build-to-ml"


def test_row_names_the_roles_of_its_network() -> None:
    (part, _) = _of(demo())

    assert [(row.vnet.name, row.roles) for row in part.rows] == [
        ("vnet-forecast-ml", "AML VNet"),
        ("vnet-forecast-access", "access VNet"),
        ("vnet-forecast-build", "access VNet"),
    ]


def test_network_that_no_rule_judged_is_not_judged() -> None:
    scan = replace(demo(), results=tuple(each for each in demo().results if each.rule.control != "End to end"))
    words = [word for part in _of(scan) for row in part.rows for word in _words(row)]

    assert set(words) == {"not judged"}


def test_reasons_go_to_the_service_that_they_name() -> None:
    ((row,),) = [
        part.rows
        for part in _judged(
            Problem("no private path to blob of stml: it has no approved endpoint", path=HOPS),
            Doubt("whether snet reaches vault of kvml: the route table could not be read"),
            Note("mlw is reached from snet", path=HOPS[:1]),
            Note("file of stml is reached by the managed network alone"),
        )
    ]

    assert _words(row) == ["reached", "broken", "reached", "unknown", "not judged"]


def test_worst_of_several_reasons_decides_a_cell() -> None:
    broken, fine = Problem("b does not reach blob of stml: x", path=HOPS), Note("blob of stml is reached from a")
    ((row,),) = [part.rows for part in _judged(fine, broken)]

    assert row.cells[1].reach is Reach.BROKEN
    assert row.cells[1].worst == row.cells[1].ways[0]
    assert [way.says for way in row.cells[1].ways] == [broken.message, fine.message]


def test_reason_about_one_solution_says_nothing_of_another_in_the_same_network() -> None:
    solutions = (_solution("mlw", ML), _solution("mlw-two", ML, account="sttwo"))
    one, two = _judged(
        Problem("snet does not reach mlw-two: x", path=HOPS),
        Doubt("whether snet reaches blob of sttwo: y"),
        Note("mlw is reached from snet", path=HOPS[:1]),
        solutions=solutions,
    )

    assert [_words(row) for row in one.rows] == [["reached", *["not judged"] * 4]]
    assert [_words(row) for row in two.rows] == [["broken", "unknown", *["not judged"] * 3]]


def test_doubt_about_the_whole_network_is_in_every_cell_without_a_word_of_its_own() -> None:
    ((row,),) = [part.rows for part in _judged(Doubt("the subnets could not be read"), Note("mlw is reached from s"))]

    assert _words(row) == ["reached", *["unknown"] * 4]


def test_remark_about_the_whole_network_stands_beside_it() -> None:
    ((row,),) = [part.rows for part in _judged(Note("vnet-ml has a Bastion host alone: nobody works from it"))]

    assert row.remarks == ("vnet-ml has a Bastion host alone: nobody works from it",)
    assert set(_words(row)) == {"not judged"}


def test_path_with_a_hop_that_is_not_known_is_unknown() -> None:
    ((row,),) = [part.rows for part in _judged(Note("mlw is reached from s", path=(Hop(ML, "perhaps", ok=None),)))]

    assert row.cells[0].reach is Reach.UNKNOWN


def test_networks_that_could_not_be_listed_are_told_of() -> None:
    assert unlisted(sample().results) == ("virtual networks could not be listed",)
