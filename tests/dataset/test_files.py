"""Tables on disk: one schema whatever the rows hold, the same bytes, all or nothing."""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envfactory.dataset.alpaca import AlpacaRow
from envfactory.dataset.files import ROW_GROUP, TableWriter, Unwritable, schema_of
from envfactory.dataset.rl import RlRow
from envfactory.dataset.sft import SftRow
from envfactory.records import Json, Stored


class Row(Stored):
    id: str
    number: int = 0
    bag: dict[str, Json] = {}
    bags: tuple[dict[str, Json], ...] = ()


def test_the_columns_are_fixed():
    text, texts = pa.string(), pa.list_(pa.string())
    sft = schema_of(SftRow)
    assert [field.name for field in sft] == [
        "id", "task", "policy", "category", "environments", "messages", "tools",
    ]  # fmt: skip
    assert sft.field("messages").type == pa.list_(pa.json_(text))
    assert sft.field("tools").type == text
    assert schema_of(AlpacaRow).field("history").type == pa.list_(texts)
    rl = schema_of(RlRow)
    assert rl.field("difficulty").type.field("implicitness").type == pa.float64()
    assert rl.field("requests").type == texts


def test_a_type_without_a_column_is_refused():
    class Odd(Stored):
        anything: object

    with pytest.raises(TypeError, match="no column"):
        schema_of(Odd)


numbers = st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
bags = st.dictionaries(st.text(), values, max_size=3)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.builds(Row, id=st.text(), bag=bags, bags=st.lists(bags).map(tuple)), max_size=5))
def test_both_files_hold_what_was_written(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("rows")
    with TableWriter(folder, "rows", Row) as table:
        for row in rows:
            table.add(row)
    text = (folder / "rows.jsonl").read_text()
    assert [Row.model_validate_json(line) for line in text.splitlines()] == rows
    read = pq.read_table(folder / "rows.parquet").to_pylist()
    decoded = [
        {**row, "bag": json.loads(row["bag"]), "bags": [json.loads(bag) for bag in row["bags"]]}
        for row in read
    ]
    assert [Row.model_validate(row) for row in decoded] == rows


def test_more_than_one_row_group(tmp_path):
    with TableWriter(tmp_path, "rows", Row) as table:
        for number in range(2 * ROW_GROUP + 1):
            table.add(Row(id=str(number), number=number))
    assert pq.read_metadata(tmp_path / "rows.parquet").num_row_groups == 3
    read = pq.read_table(tmp_path / "rows.parquet")["number"].to_pylist()
    assert read == list(range(2 * ROW_GROUP + 1))
    assert [info.rows for info in table.files] == [2 * ROW_GROUP + 1] * 2


def test_a_value_of_over_64_bits_is_refused_and_the_rest_goes_on(tmp_path):
    with TableWriter(tmp_path, "rows", Row) as table:
        with pytest.raises(Unwritable):
            table.add(Row(id="big", bag={"n": 2**64}))
        table.add(Row(id="small"))
    assert table.rows == 1
    assert pq.read_table(tmp_path / "rows.parquet")["id"].to_pylist() == ["small"]


def test_an_exception_leaves_the_old_files(tmp_path):
    with TableWriter(tmp_path, "rows", Row) as table:
        table.add(Row(id="old"))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def fail() -> None:
        with TableWriter(tmp_path, "rows", Row) as table:
            table.add(Row(id="new"))
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
