"""What tools offer has to be usable, and what agents see is measured."""

from collections.abc import Callable
from pathlib import Path

from envfactory.verify import CheckResult, Subject

Write = Callable[..., Path]
Check = Callable[[str, Path], CheckResult]

FIND = """
@tool
def find_notes(
    self,
    mood: Annotated[Literal["calm", "loud", "never"] | None, "How they sound"] = None,
    limit: Annotated[int, Field(ge=1), "How many"] = 10,
    cursor: Annotated[str | None, "The cursor of the page before"] = None,
) -> dict[str, str | None]:
    '''Find notes.'''
    {body}
    if cursor is not None and cursor != "note_2":
        raise InvalidArgument("no such cursor")
    return {{"first": self.notes.all()[0].note_id, "cursor": "note_2" if limit == 1 else None}}
"""
HEAD = "from typing import Literal\nfrom envfactory.environment import InvalidArgument"


def test_what_can_be_used_is_found_also_cursors(write: Write, check: Check) -> None:
    found = check("usage", write(FIND.format(body=""), head=HEAD))
    assert found.outcome == "passed", found.findings
    assert found.tried["choices used"] == found.tried["choices"] == 3
    assert found.tried["optional parameters used"] == found.tried["optional parameters"] == 4
    assert found.tried["refusals used"] == found.tried["refusals"] == 1, "finishing twice"


def test_a_choice_that_never_succeeds_is_named(write: Write, check: Check) -> None:
    body = "if mood == 'never': raise InvalidArgument('no')"
    found = check("usage", write(FIND.format(body=body), head=HEAD))
    assert [f.message for f in found.findings] == ["no call with mood=never succeeded"]


def test_too_much_that_cannot_be_used_fails(write: Write, check: Check) -> None:
    body = "if mood or cursor: raise InvalidArgument('no')"
    found = check("usage", write(FIND.format(body=body), head=HEAD))
    assert found.outcome == "failed"
    assert len(found.findings) == 5


def test_a_refusal_that_is_declared_and_never_met_is_named(write: Write, check: Check) -> None:
    path = write(
        """
        @tool
        def count_notes(self) -> int:
            '''Count notes.

            Raises:
                PermissionDenied: If it rains.
            '''
            return len(self.notes)
        """
    )
    (finding,) = check("usage", path).findings
    assert "permission_denied, which the tool declares" in finding.message


def test_the_laws_judge_what_usage_found(write: Write) -> None:
    with Subject(write(FIND.format(body=""), head=HEAD)) as subject:
        assert subject.usage.episodes
        assert all(episode in subject.judged for episode in subject.usage.episodes)
        made = [(e.scenario, [s.arguments for s in e.steps]) for e in subject.usage.episodes]
    with Subject(subject.path) as again:
        assert made == [
            (e.scenario, [s.arguments for s in e.steps]) for e in again.usage.episodes
        ], "the same for the same seed"


# ------------------------------------------------------------------------------ names and sizes
TWINS = """
@tool
def finish_a_note(self, note_id: Annotated[str, Ref("notes"), "Which note"]) -> Note:
    '''Return a note.'''
    return self.notes.get(note_id)

@tool
def get_Note(self, note_id: Annotated[str, Ref("notes"), "Which"], loud: Annotated[bool, "Say"]) -> int:
    '''Something else.'''
    return 1
"""  # noqa: E501


def test_tools_that_look_alike_are_found(write: Write, check: Check) -> None:
    assert check("names", write()).passed
    found = check("names", write(TWINS))
    assert found.outcome == "failed"
    assert {f.place for f in found.findings} == {"tool finish_a_note", "tool get_Note"}


def test_results_that_crowd_out_a_conversation_are_noted(write: Write, check: Check) -> None:
    clean = check("agent_view", write())
    assert clean.passed
    assert clean.severity == "note"
    assert clean.details[0].counts["parameters"] == 1
    huge = """
    @tool
    def read_all(self) -> str:
        '''Return everything.'''
        return "word " * 5_000
    """
    (finding,) = check("agent_view", write(huge)).findings
    assert finding.place == "tool read_all"
    assert "25002 characters" in finding.message
