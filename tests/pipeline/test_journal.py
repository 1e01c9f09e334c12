import errno
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envfactory.errors import OutputError
from envfactory.pipeline.drop import Drop, Produced
from envfactory.pipeline.journal import Journal
from envfactory.records import Stored


class Number(Stored):
    value: int
    text: str = ""


def produced(value: int, text: str = "") -> Produced[Number]:
    drop = Drop(stage="s", item=str(value), reason="odd")
    return Produced((Number(value=value, text=text),), (drop,) if value % 2 else ())


def written(path: Path, count: int) -> None:
    with Journal(path, Number) as journal:
        for value in range(count):
            journal.add(f"unit {value}", produced(value))


def test_a_journal_remembers_what_was_finished(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "journal.jsonl"
    written(path, 3)
    assert Journal(path, Number).finished == {f"unit {n}": produced(n) for n in range(3)}
    assert path.read_bytes().count(b"\n") == 3


def test_nothing_is_written_before_something_is_finished(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.jsonl", Number) as journal:
        assert journal.finished == {}
    assert list(tmp_path.iterdir()) == []


@settings(max_examples=40)
@given(cut=st.data(), texts=st.lists(st.text(), min_size=1, max_size=4))
def test_wherever_a_journal_was_cut_off_whole_lines_count_and_it_can_go_on(
    cut: st.DataObject, texts: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("cut") / "journal.jsonl"
    with Journal(path, Number) as journal:
        for number, text in enumerate(texts):
            journal.add(f"unit {number}", produced(number, text))
    whole = path.read_bytes()
    length = cut.draw(st.integers(0, len(whole)))
    path.write_bytes(whole[:length])
    with Journal(path, Number) as journal:
        assert len(journal.finished) == whole[:length].count(b"\n")
        for number in range(len(journal.finished), len(texts)):
            journal.add(f"unit {number}", produced(number, texts[number]))
    assert path.read_bytes() == whole


def test_a_spoiled_line_ends_what_counts(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    written(path, 3)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + b"\0" * 20 + b"\n" + lines[2])
    assert list(Journal(path, Number).finished) == ["unit 0"]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_a_note_is_on_disk_when_it_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def fail(_: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", fail)
    with Journal(tmp_path / "journal.jsonl", Number) as journal:
        with pytest.raises(OutputError, match=os.strerror(code)):
            journal.add("unit 0", produced(0))
        assert journal.finished == {}


def test_a_journal_that_is_a_folder_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="Is a directory"):
        Journal(tmp_path, Number)
