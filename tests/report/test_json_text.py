"""What is written item by item is what would be written at once."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from scanner.report.json_text import json_text, streamed

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(["##vso[task]", "a\nb"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), _VALUES, max_size=4), st.lists(_VALUES, max_size=4))
def test_items_that_are_made_one_by_one_are_written_as_a_list_is(
    report: dict[str, object], items: list[object]
) -> None:
    written = streamed({**report, "results": iter(items)})

    assert written == json_text({**report, "results": items})
    assert json.loads(written) == {**report, "results": items}
    assert streamed(report) == json_text(report)
