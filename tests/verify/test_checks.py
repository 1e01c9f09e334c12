"""Every check fails on an environment with its defect, and passes on the clean twin."""

from pathlib import Path

import pytest

from envfactory.verify import CHECKS, CheckResult, verify

COUNTER = "\n\nCOUNT = itertools.count()\nSEEN: list = []\nHANDED: dict = {}\n"

DEFECTS = {
    "an undescribed parameter": (
        "descriptions",
        '''
        @tool
        def rename_list(self, list_id: Annotated[str, Ref("lists"), "Which"], title: str) -> List:
            """Give a list another title."""
            return self.lists.update(list_id, title=title)
        ''',
    ),
    "an undescribed tool": (
        "descriptions",
        """
        @tool
        def count_notes(self) -> int:
            return len(self.notes)
        """,
    ),
    "a tool that never succeeds": (
        "reachability",
        '''
        @tool
        def archive(self, list_id: Annotated[str, Ref("lists"), "Which"]) -> None:
            """Archive a list."""
            if self.notes.count() < 1000:
                raise Conflict("there are too few notes")
        ''',
    ),
    "a body that reads what is not there": (
        "faults",
        '''
        @tool
        def first_word(self, note_id: Annotated[str, Ref("notes"), "Which"]) -> str:
            """Return the first tag of a note."""
            return self.notes.get(note_id).tags[0]
        ''',
    ),
    "a body that cannot take an empty text": (
        "faults",
        '''
        @tool
        def initial(self, text: Annotated[str, "Any text"]) -> str:
            """Return the first letter."""
            return text[0]
        ''',
    ),
    "a session that writes before it validates": (
        "atomicity",
        """
        def call(self, name, arguments=None):
            given = arguments if isinstance(arguments, dict) else {}
            result = super().call(name, arguments)
            if not result.ok and given.get("text") == "":
                self._enter(self._state.with_seed(self._state.setting.seed + 1))
            if not result.ok and name == "finish_note":
                self._enter(self._state.with_seed(self._state.setting.seed + 1))
            return result
        """,
    ),
    "a session that takes anything": (
        "schemas",
        """
        def call(self, name, arguments=None):
            if name == "get_note" and isinstance(arguments, dict):
                arguments = {k: v for k, v in arguments.items() if k == "note_id"}
            return super().call(name, arguments)
        """,
    ),
    "a session that returns what it does not declare": (
        "schemas",
        """
        def call(self, name, arguments=None):
            result = super().call(name, arguments)
            return ToolResult({"note": result.value}) if result.ok else result
        """,
    ),
    "a hidden counter, saved and loaded": (
        "persistence",
        '''
        @tool
        def ticket(self) -> int:
            """Draw a number."""
            return next(COUNT)
        ''',
    ),
    "a session that forgets a table when it is saved": (
        "references",
        """
        def to_scenario(self):
            return {**super().to_scenario(), "lists": []}
        """,
    ),
    "a list that all sessions share": (
        "isolation",
        '''
        @tool
        def remember(self, text: Annotated[str, "What to remember"]) -> int:
            """Remember a text and say how many there are."""
            SEEN.append(text)
            return len(SEEN)
        ''',
    ),
    "a value that is handed out twice": (
        "aliasing",
        """
        def call(self, name, arguments=None):
            result = super().call(name, arguments)
            if name == "get_note" and result.ok:
                return ToolResult(HANDED.setdefault(result.value["note_id"], result.value))
            return result
        """,
    ),
    "a scenario that stays connected": (
        "aliasing",
        """
        def to_scenario(self):
            return HANDED.setdefault(self.state_hash, super().to_scenario())
        """,
    ),
    "the order of a set": (
        "determinism",
        '''
        @tool
        def words(self) -> list[str]:
            """Return all words."""
            return list({word for note in self.notes for word in note.text.split()} | {"x", "y"})
        ''',
    ),
    "the hash of a text": (
        "determinism",
        '''
        @tool
        def digest(self, text: Annotated[str, "Any text"]) -> int:
            """Return a number for a text."""
            return hash(text)
        ''',
    ),
    "the time zone of the machine": (
        "determinism",
        '''
        @tool
        def clock(self) -> str:
            """Return the time of day."""
            return self.now().astimezone().strftime("%H:%M")
        ''',
    ),
}


FOREIGN = [
    "outside",
    "surroundings",
    "round-trip",
    "writes",
    "chance",
    "leftovers",
    "handed-out",
    "sharing",
]


@pytest.mark.parametrize("name", [check.id for check in CHECKS])
def test_the_clean_twin_passes(name: str, write, check) -> None:
    result = check(name, write())
    # Nothing was written down that behaviour could be compared with, and the code is our own.
    if name in ("behaviour", *FOREIGN):
        assert result.outcome == "not_applicable"
        return
    assert result.outcome == "passed", result.findings
    assert sum(result.tried.values()) > 0


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_is_found(defect: str, write, check) -> None:
    name, code = DEFECTS[defect]
    result: CheckResult = check(name, write(code, head=COUNTER))
    assert result.outcome == "failed"
    assert result.findings[0].message


def test_a_record_that_changes_whenever_it_is_loaded(write, check) -> None:
    path = write(
        head="",
        replace=(
            "    done: bool = False\n",
            "    done: bool = False\n\n"
            '    @field_validator("text")\n'
            "    @classmethod\n"
            "    def _stop(cls, text: str) -> str:\n"
            '        return text + "."\n\n',
        ),
    )
    result = check("persistence", path)
    assert result.outcome == "failed"
    assert "another hash" in result.findings[0].message


def test_a_record_that_saves_more_than_it_loads(write, check) -> None:
    path = write(
        replace=(
            "    tags: list[str] = []\n",
            "    tags: list[str] = []\n\n"
            "    @pydantic.computed_field\n"
            "    @property\n"
            "    def length(self) -> int:\n"
            "        return len(self.text)\n",
        ),
    )
    source = path / "environment.py"
    source.write_text("import pydantic\n" + source.read_text())
    result = check("persistence", path)
    assert result.outcome == "failed"
    assert "cannot be loaded" in result.findings[0].message


@pytest.mark.parametrize(
    ("scenarios", "message"),
    [
        ({}, "ships none"),
        ({"base": "{"}, "not JSON"),
        ({"base": {"notes": [{"note_id": "note_1", "list_id": "list_9", "text": ""}]}}, "list_9"),
        ({"base": {"lists": [{"list_id": "list_1", "title": ""}]}}, "title"),
    ],
)
def test_scenarios_that_do_not_load(scenarios, message: str, write, check, tmp_path: Path) -> None:
    result = check("scenarios", write(scenarios=scenarios))
    assert result.outcome == "failed"
    assert message in result.findings[0].message
    assert str(tmp_path) not in result.findings[0].message


def test_findings_hold_the_shortest_sequence(write, check) -> None:
    """It takes a finished note of one's own: two calls before the one that breaks."""
    code = '''
    @tool
    def praise(self, note_id: Annotated[str, Ref("notes"), "Which"]) -> str:
        """Praise finished work of today."""
        note = self.notes.get(note_id)
        if note.done and len(self.notes) > 3:
            raise RuntimeError("unexpected")
        raise Conflict("nothing to praise")
    '''
    (finding,) = [f for f in check("faults", write(code)).findings if f.place == "tool praise"]
    assert [call.tool for call in finding.calls] == ["add_note", "praise"]
    assert finding.scenario == "base"
    assert "RuntimeError" in str(finding.actual)


def test_a_tool_that_needs_others_first_is_reached(write, check) -> None:
    code = '''
    @tool
    def celebrate(self, note_id: Annotated[str, Ref("notes"), "Which"]) -> Note:
        """Celebrate a note that was added and finished."""
        note = self.notes.get(note_id)
        if note_id in ("note_1", "note_2", "note_3") or not note.done:
            raise Conflict("only finished new notes")
        return note
    '''
    result = check("reachability", write(code))
    assert result.outcome == "passed"
    (found,) = [e for e in result.evidence if e.place == "tool celebrate"]
    made = [call.tool for call in found.calls]
    assert {"add_note", "finish_note"} < set(made)
    assert made[-1] == "celebrate"
    assert found.tries > 1


def test_a_broken_scenario_schema_is_named(write, check) -> None:
    code = '''
    Odd = Annotated[str, Field(json_schema_extra={"minLength": "many"}), "Some text"]

    @tool
    def odd(self, text: Odd) -> str:
        """Return a text."""
        return text
    '''
    result = check("schemas", write(code))
    assert result.outcome == "failed"
    assert "no JSON Schema" in result.findings[0].message


def test_the_shop_is_verified(shop: Path) -> None:
    certificate = verify(shop)
    assert certificate.level == "verified", [r for r in certificate.results if not r.passed]
    assert all(result.clear for result in certificate.results)
