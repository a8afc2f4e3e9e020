"""The answers of a probe as JUnit XML: one suite, a test case for each name and port."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from scanner.probe.shapes import Answer, Outcome, Result
from scanner.report.probe_text import details, place_of, where
from scanner.system.plain import plain


def as_probe_junit(result: Result) -> str:
    """Return the answers as an XML document in UTF-8: what differs fails, what settled nothing is skipped."""
    counts = {
        "tests": str(len(result.answers)),
        "failures": str(sum(each.is_difference for each in result.answers)),
        "errors": "0",
        "skipped": str(sum(each.outcome is Outcome.OPEN for each in result.answers)),
        "time": f"{sum(each.took for each in result.answers) / 1000:.3f}",
    }
    root = ET.Element("testsuites", {"name": "mlsec-scan probe", **counts})
    timestamp = result.started.removesuffix("Z")
    suite = ET.SubElement(
        root, "testsuite", {"name": f"probe from {place_of(result)}", **counts, "timestamp": plain(timestamp)}
    )
    suite.extend(_case(each, result) for each in result.answers)
    if result.notes:
        ET.SubElement(suite, "system-out").text = "\n".join(map(plain, result.notes))
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document.decode() + "\n"


def _case(answer: Answer, result: Result) -> ET.Element:
    name = f"{where(answer.name, answer.port)}: {plain(answer.group)}"
    attributes = {"name": name, "classname": place_of(result), "time": f"{answer.took / 1000:.3f}"}
    case = ET.Element("testcase", attributes)
    message = f"model: {answer.expect}; probe: {answer.kind}"
    text = "\n".join([plain(answer.says), *details(answer)])
    if answer.is_difference:
        ET.SubElement(case, "failure", {"message": message, "type": answer.kind}).text = text
    elif answer.outcome is Outcome.OPEN:
        ET.SubElement(case, "skipped", {"message": f"{message}: {plain(answer.says)}"})
    else:
        ET.SubElement(case, "system-out").text = f"{message}\n{text}"
    return case
