"""The folder of failures is the user's: nothing else in it is written, changed or removed."""

from __future__ import annotations

from pathlib import Path

from envfactory.verify.failures import keep_failures

ONE, OTHER = f"{'a' * 16}/{'1' * 16}", f"{'b' * 16}/{'2' * 16}"


def held(folder: Path) -> dict[str, bytes]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def test_entries_replace_those_before(tmp_path: Path) -> None:
    keep_failures(tmp_path / "shop", {ONE: b"x"})
    keep_failures(tmp_path / "shop", {OTHER: b"y"})
    assert held(tmp_path) == {f"shop/{OTHER}": b"y"}


def test_what_is_no_entry_stays_as_it_is(tmp_path: Path) -> None:
    own = {"thesis.txt": b"mine", "notes/a.txt": b"mine", "a" * 16: b"mine"}
    for name, data in own.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    keep_failures(tmp_path, {})
    assert held(tmp_path) == own


def test_what_is_no_entry_is_not_written(tmp_path: Path) -> None:
    names = ("conftest.py", "../up", f"{ONE}.py", f"x/{ONE}", f"{ONE}/{ONE}", f"{ONE}\n")
    keep_failures(tmp_path / "shop", dict.fromkeys(names, b"import os"))
    assert held(tmp_path) == {}
