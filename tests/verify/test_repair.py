"""Repair: seeded faults are mended by rules, and nothing is believed that the checks refute."""

import random
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from envfactory.compiler import compile_environment
from envfactory.source import read_source
from envfactory.spec import infer
from envfactory.verify import verify
from envfactory.verify.mutants import breed
from envfactory.verify.repair import (
    ByRules,
    Feedback,
    Proposal,
    feedback_of,
    offline_writers,
    repair,
)

Write = Callable[..., Path]
API = Path(__file__).parents[2] / "examples" / "apis" / "google-tasks.json"


@dataclass
class Saying:
    """A writer with fixed answers, which remembers what it was told."""

    answers: Iterable[str]
    told: tuple[Feedback, ...] = ()

    def propose(self, source: str, feedback: Feedback) -> Iterable[Proposal]:
        self.told = (*self.told, feedback)
        return [Proposal(answer, "an answer") for answer in self.answers]


def of(path: Path) -> str:
    return (path / "environment.py").read_text()


# ------------------------------------------------------------------------------ feedback
def test_feedback_says_what_is_needed_to_mend(write: Write) -> None:
    path = write(
        """
        @tool
        def divide(self, number: Annotated[int, "By what"]) -> int:
            '''Divide a hundred.'''
            return 100 // number
        """
    )
    (feedback,) = feedback_of(verify(path), of(path))
    assert (feedback.check, feedback.tool, feedback.severity) == ("faults", "divide", "must")
    assert feedback.calls[-1].arguments == {"number": 0}
    assert feedback.expected == "a value or a typed refusal"
    assert any("100 // number" in line for _, line in feedback.lines)


# ------------------------------------------------------------------------------ the loop
BROKEN = """
@tool
def divide(self, number: Annotated[int, "By what"]) -> int:
    '''Divide a hundred.'''
    return 100 // number
"""


def test_what_mends_is_kept_and_the_folder_stays_as_it_is(write: Write) -> None:
    path = write(BROKEN)
    source = of(path)
    mended = source.replace("return 100 // number", "return 100 // number if number else 0")
    found = repair(path, Saying([mended]))
    assert found.changed
    assert (found.before.level, found.after.level) == ("failed", "verified")
    assert not found.left
    assert of(path) == source
    found.save(path)
    assert of(path) == mended
    assert verify(path) == found.after


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("100 // number", "99 // number", "EnvironmentFault|breaks|ZeroDivision"),
        ("return 100 // number", "while True: pass", "sandbox"),
        ("return 100 // number", "return open('/etc/passwd').read()", "static rule"),
        ("return 100 // number", "return 'text'", "sandbox|breaks"),
        ("return self.notes.get(note_id)", "return self.notes.all()[0].text", "sandbox|breaks"),
        ("return 100 // number", "return (", "static rule"),
    ],
    ids=["no", "endless", "file", "type", "elsewhere", "syntax"],
)
def test_what_does_not_mend_or_breaks_is_not_kept(
    before: str, after: str, reason: str, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("envfactory.verify.repair.loop.CALL_SECONDS", 0.5)
    path = write(BROKEN)
    found = repair(path, Saying([of(path).replace(before, after)]))
    assert not found.changed
    assert found.source == of(path)
    assert found.after == found.before
    (attempt,) = found.attempts
    assert any(word in attempt.reason for word in reason.split("|")), attempt.reason
    assert [feedback.check for feedback in found.left] == ["faults"]


def test_a_fix_that_breaks_something_else_is_not_kept(write: Write) -> None:
    path = write(BROKEN)
    mended = of(path).replace("return 100 // number", "return 100 // number if number else 0")
    worse = mended.replace("self.lists.delete(list_id)", "self.lists.get(list_id).nothing")
    found = repair(path, Saying([worse, mended]))
    assert [attempt.kept for attempt in found.attempts] == [False, True]
    assert "breaks faults: tool delete_list" in found.attempts[0].reason


def test_a_sound_package_asks_nobody(write: Write) -> None:
    writer = Saying([])
    found = repair(write(), writer)
    assert not writer.told
    assert not found.attempts


def test_tries_are_bounded(write: Write) -> None:
    path = write(BROKEN)
    endless = [of(path) + f"# {number}\n" for number in range(9)]
    assert len(repair(path, Saying(endless), tries=3).attempts) == 3


# ------------------------------------------------------------------------------ rules
FAULTS = {
    "set order": """
        @tool
        def words(self) -> list[str]:
            '''Return all tags.'''
            return list({tag for note in self.notes.all() for tag in note.tags})
        """,
    "set by name": """
        @tool
        def words(self) -> str:
            '''Return all tags.'''
            found = {tag for note in self.notes.all() for tag in note.tags}
            return ",".join(found)
        """,
    "default": """
        @tool
        def echo(self, words: Annotated[list[str], "What to say"] = []) -> list[str]:
            '''Say it.'''
            return words
        """,
    "clock": """
        @tool
        def moment(self) -> str:
            '''Return the time.'''
            return datetime.now().isoformat()
        """,
    "not found": """
        @tool
        def find_text(self, text: Annotated[str, "What it says"]) -> Note:
            '''Find a note by its text.'''
            note = self.notes.find(text=text)
            title = self.lists.get(note.list_id).title
            return note
        """,
    "descriptions": """
        @tool
        def shout(self, text: str, note_id: Annotated[str, Ref("notes")], size: int = 2) -> str:
            return text.upper()
        """,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_rules_mend_what_rules_can(fault: str, write: Write) -> None:
    head = "from datetime import datetime" if fault == "clock" else ""
    path = write(FAULTS[fault], head=head)
    found = repair(path, ByRules())
    assert found.changed, (found.attempts, found.left)
    assert found.after.level == "verified", found.left
    assert not found.left, found.left


def test_what_no_rule_knows_is_left_and_said(write: Write) -> None:
    found = repair(write(BROKEN), ByRules())
    assert not found.changed
    assert [feedback.tool for feedback in found.left] == ["divide"]


# ------------------------------------------------------------------------------ from the spec
@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compile_environment(infer(read_source(API)), tmp_path_factory.mktemp("compiled"), 1)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(3))
def test_seeded_faults_are_mended_from_the_specification(
    number: int, compiled: Path, tmp_path: Path
) -> None:
    mutants, _ = breed(of(compiled), random.Random(11), 3)
    folder = tmp_path / "faulty"
    shutil.copytree(compiled, folder)
    (folder / "environment.py").write_text(mutants[number].source)
    found = repair(folder, offline_writers(folder))
    assert found.before.level == "failed", mutants[number].operator
    assert found.after.level == "verified", found.left
    assert not found.left
    assert found.attempts[-1].kept
