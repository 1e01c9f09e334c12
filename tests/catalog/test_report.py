from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.catalog import CorpusReport, Spread, markdown
from envfactory.errors import InputError


def test_a_report_is_read_as_it_was_written(report: dict, tmp_path: Path) -> None:
    found = CorpusReport(**report)
    (tmp_path / "report.json").write_bytes(found.to_bytes())
    assert CorpusReport.load(tmp_path) == found
    (tmp_path / "report.json").write_bytes(found.to_bytes()[:-20])
    with pytest.raises(InputError, match="is no report of a corpus build"):
        CorpusReport.load(tmp_path)
    with pytest.raises(InputError, match="No such file"):
        CorpusReport.load(tmp_path / "nowhere")


def test_the_figures_are_those_of_the_bars(report: dict) -> None:
    figures = dict(CorpusReport(**report).figures())
    assert figures == {
        "sources": "12 of 12 providers",
        "crashed": "0",
        "took too long": "1",
        "took too much memory": "0",
        "left out without a reason": "0",
        "verified environments": "9 of 12 (75.0%)",
        "… with 4 tools or more": "8 of 12 (66.7%)",
        "… operations covered in those, median": "70%",
        "… with a write tool, of the sources that have writes": "7 of 8 (87.5%)",
        "different APIs among the verified": "9",
        "tools": "80, 30 of them write",
    }


def test_the_page_for_people_has_every_part(report: dict) -> None:
    page = markdown(CorpusReport(**report))
    assert "| cannot be read | 2 | `a\\|b.json` |" in page
    assert "A random sample of 12" in page
    assert "| health | 9 |" in page
    assert "all verified environments | – |" in page
    assert "Nothing." in page


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_quartiles_are_in_order_and_within(numbers: list[float]) -> None:
    spread = Spread.of(numbers)
    assert spread is not None
    assert round(min(numbers), 4) <= spread.low <= spread.median <= spread.high
    assert spread.high <= round(max(numbers), 4)
    assert Spread.of([]) is None
    assert Spread.of([1, 2, 3, 4]) == Spread(median=2.5, low=1.75, high=3.25, count=4)
