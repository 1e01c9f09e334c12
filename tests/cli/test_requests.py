"""`report` and `curate`, on the command line."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from envfactory.cli.app import app
from envfactory.records import read_lines, write_lines
from envfactory.task import Difficulty, EnvironmentRef, Goal, Task, Turn, User

REQUESTS = (
    "Could you move the meeting called ‘Budget review’ to Friday at noon?",
    "Delete the old playlist named ‘Road trip 2019’, it is no longer needed.",
    "Would you move the meeting called ‘Budget review’ to Friday at noon?",
)


def task(number: int, request: str) -> Task:
    return Task(
        id=f"t{number}",
        seed=0,
        chain="c",
        environments=(EnvironmentRef(name="office", identity="sha256:0", scenario="small"),),
        turns=(Turn(request=request, intent="", calls=(), answer="Done."),),
        goal=Goal(),
        user=User(name="Ada"),
        checks=(),
        difficulty=Difficulty(
            turns=1, calls=1, writes=1, lookups=0, tools_offered=1, implicitness=0
        ),
    )


@pytest.fixture
def tasks(tmp_path: Path) -> Path:
    path = tmp_path / "tasks.jsonl"
    write_lines(path, [task(number, text) for number, text in enumerate(REQUESTS)])
    return path


def test_a_report_holds_requests_against_those_of_a_file(tasks: Path, tmp_path: Path) -> None:
    others = tmp_path / "others.jsonl"
    others.write_text('{"request": "Call move_meeting on mtg_7 now."}\n"Another one."\n')
    result = CliRunner().invoke(
        app, ["report", str(tasks), "--against", str(others), "--no-model", "--json", "-q"]
    )
    assert result.exit_code == 0, result.output
    ours, theirs = json.loads(result.stdout)
    assert (ours["name"], ours["messages"], ours["jargon"]) == ("tasks.jsonl", 3, 0)
    assert (theirs["name"], theirs["jargon"]) == ("others.jsonl", 0.5)
    assert ours["surprise"] is None


def test_curated_tasks_are_apart_and_all_that_is_dropped_is_told(
    tasks: Path, tmp_path: Path
) -> None:
    out, others = tmp_path / "curated", tmp_path / "others.jsonl"
    others.write_text(json.dumps(REQUESTS[1]) + "\n")
    result = CliRunner().invoke(
        app, ["curate", str(tasks), "--out", str(out), "--against", str(others), "--json", "-q"]
    )
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert [each.id for each in read_lines(out / "train.jsonl", Task)] == ["t0"]
    assert (out / "test.jsonl").read_bytes() == b""
    assert [(drop["item"], drop["reason"]) for drop in told["dropped"]] == [
        ("t1", "overlaps with a benchmark"),
        ("t2", "near duplicate"),
    ]
    assert len((out / "dropped.jsonl").read_text().splitlines()) == 2
