"""`envfactory verify`: what it shows, and the exit codes of putting certificates to the test."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from envfactory.cli import main

Command = Callable[..., tuple[int, str, str]]

HEAD = '''
from typing import Annotated

from envfactory.environment import Environment, Key, Record, Table, tool


class Note(Record):
    """A note."""

    note_id: Annotated[str, Key("note")]
    text: str


class Notes(Environment):
    """Notes."""

    notes: Table[Note]

    @tool
    def get_note(self, note_id: Annotated[str, "Which note"]) -> Note:
        """Return a note."""
        return self.notes.get(note_id)

    @tool
    def share_out(self, people: Annotated[int, "Among how many"]) -> int:
        """Return how many notes each person gets."""
        return len(self.notes) // people
'''


@pytest.fixture
def envfactory(capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command in this process; returns exit code, stdout and stderr."""

    def call(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as caught:
            main([str(argument) for argument in arguments])
        output = capsys.readouterr()
        return caught.value.code, output.out, output.err

    return call


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package with a tool that breaks."""
    folder = tmp_path / "notes"
    (folder / "scenarios").mkdir(parents=True)
    (folder / "environment.py").write_text(HEAD)
    (folder / "environment.toml").write_text('name = "notes"\ntitle = "Notes"\n')
    scenario = {"notes": [{"note_id": "note_1", "text": "Buy tea"}]}
    (folder / "scenarios" / "base.json").write_text(json.dumps(scenario))
    return folder


def test_what_is_found_is_shown_with_the_command_that_shows_it_again(
    envfactory: Command, package: Path, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    code, output, _ = envfactory("verify", package, "--quick", "--html", page, "--workers", 1)
    assert code == 1
    assert "2 of 2" in output
    assert f"envfactory verify {package} --replay faults.1" in output
    assert "share_out" in page.read_text()
    assert output.endswith(f"\nPage:  {page}\n")

    code, output, _ = envfactory("verify", package, "--replay", "faults.1")
    assert code == 0
    assert "share_out(people=0)" in output
    assert "ZeroDivisionError" in output
    assert "the same as in the certificate" in output

    code, output, _ = envfactory("verify", package, "--replay", "faults.1", "--json")
    assert json.loads(output)["same"] is True


def test_a_certificate_is_put_to_the_test(envfactory: Command, package: Path) -> None:
    code = package / "environment.py"
    code.write_text(HEAD.replace("// people", "+ people"))
    assert envfactory("verify", package, "--quick", "--workers", 1)[0] == 0
    status, output, _ = envfactory("verify", package, "--check", "--all")
    assert (status, "confirmed" in output) == (0, True)

    certificate = package / "certificate.json"
    told = certificate.read_text()
    certificate.write_text(told.replace('"level": "verified"', '"level": "strong"'))
    status, output, _ = envfactory("verify", package, "--check")
    assert (status, "contradicted" in output) == (1, True)

    certificate.write_text(told)
    code.write_text(HEAD)
    status, output, _ = envfactory("verify", package, "--check", "--json")
    assert status == 3
    (found,) = json.loads(output)
    assert found["verdict"] == "void"
    assert found["reasons"]


def test_effort_is_on_the_certificate(envfactory: Command, package: Path) -> None:
    output = envfactory("verify", package, "--seconds", 5, "--json", "--workers", 1)[1]
    (certificate,) = json.loads(output)
    assert certificate["effort"] == 5
    assert certificate["results"][-1]["id"] == "mutants"


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--all"], "add --check"),
        (["--check", "--replay", "faults.1"], "use one of them"),
        (["--check"], "run envfactory verify"),
        (["--replay", "faults.1"], "run envfactory verify"),
    ],
)
def test_options_that_cannot_be_used(
    options: list[str], problem: str, envfactory: Command, package: Path
) -> None:
    code, _, errors = envfactory("verify", package, *options)
    assert code == 2
    assert problem in errors


# ------------------------------------------------------------------------------ repair
SORTLESS = HEAD.replace(
    "len(self.notes) // people", "len(list({note.text for note in self.notes}))"
)


def test_repair_shows_what_it_would_do_and_does_it(envfactory: Command, package: Path) -> None:
    code = package / "environment.py"
    code.write_text(SORTLESS)
    status, output, _ = envfactory("repair", package, "--dry-run")
    assert status == 0
    assert "+        return len(list(sorted(" in output
    assert "notes: failed -> verified" in output
    assert "nothing was written" in output
    assert code.read_text() == SORTLESS
    assert envfactory("repair", package)[0] == 0
    assert "sorted" in code.read_text()
    assert envfactory("verify", package, "--check")[0] == 0
    assert "nothing to mend" in envfactory("repair", package)[1]


def test_repair_says_what_is_left(envfactory: Command, package: Path) -> None:
    status, output, _ = envfactory("repair", package, "--json")
    assert status == 1
    found = json.loads(output)
    assert (found["before"], found["after"], found["diff"]) == ("failed", "failed", "")
    assert [left["id"] for left in found["left"]] == ["faults.1"]
    status, _, errors = envfactory("repair", package / "missing")
    assert status == 2
    assert "environment.py" in errors
