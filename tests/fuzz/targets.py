"""The fuzz targets by name: each takes any bytes, and raises for what must not happen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from tests.fuzz import answers, decoding, files, judging, network, probes

Target: TypeAlias = Callable[[bytes], None]

TARGETS: Mapping[str, Target] = {
    each.__name__.replace("_", "-"): each
    for each in (
        answers.endpoints,
        answers.pages,
        answers.refusals,
        decoding.arm_id,
        decoding.decoder,
        decoding.redaction,
        decoding.references,
        files.config,
        files.earlier_report,
        files.framework,
        files.snapshot_bytes,
        files.snapshot_lines,
        judging.reports,
        judging.verdicts,
        network.address_terms,
        network.names,
        network.security_groups,
        network.tags,
        probes.probe_answers,
        probes.probe_file,
    )
}
