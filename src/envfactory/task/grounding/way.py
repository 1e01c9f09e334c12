"""`Way`: the calls made so far on a fork of the world, and why the search went no further."""

from __future__ import annotations

from dataclasses import dataclass

from envfactory.environment import World, WorldState, diff
from envfactory.errors import EnvironmentFault
from envfactory.graph import ToolGraph
from envfactory.records import Json
from envfactory.task.grounding.askable import askable, countable
from envfactory.task.grounding.call import Arguments, Call, lasting
from envfactory.task.grounding.dropped import Dropped
from envfactory.task.grounding.mention import Mention
from envfactory.task.grounding.progress import Progress
from envfactory.task.grounding.records import Records
from envfactory.task.meanings.meaning import Glossary, ToolMeaning
from envfactory.task.meanings.spoken import Speaker


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the way to go back to."""

    calls: int
    state: WorldState
    records: Records


class Way:
    """Makes calls one after the other, and goes back where they lead nowhere.

    Attributes:
        calls: Those that were made; others watch the list.
        records: What the world holds after them.
        progress: What they have named and changed.
        speaker: Says values at the moment of the world.
        left: How many more may be tried.
    """

    def __init__(
        self,
        graph: ToolGraph,
        glossary: Glossary,
        world: World,
        records: Records,
        speaker: Speaker,
        left: int,
    ) -> None:
        self._graph, self._glossary, self._world = graph, glossary, world
        self.speaker = speaker
        self.calls: list[Call] = []
        self.records, self.left = records, left
        self.progress = Progress(self.calls, glossary)
        self._deepest, self._reason, self._detail = -1, "no value fits", ""

    def mark(self) -> Mark:
        """Return the present place."""
        return Mark(len(self.calls), self._world.snapshot(), self.records)

    def back(self, mark: Mark, *, keeping: int | None = None) -> None:
        """Go back to a place; the first `keeping` calls stay on record, which changed nothing."""
        del self.calls[mark.calls if keeping is None else keeping :]
        self._world.restore(mark.state)
        self.records = mark.records

    def fail(self, number: int, reason: str, detail: str) -> None:
        """Note why a step cannot be taken; of the furthest step, the last reason counts."""
        if number >= self._deepest:
            self._deepest, self._reason, self._detail = number, reason, detail

    @property
    def stuck(self) -> int:
        """The furthest step that could not be taken; below 0 where none was tried."""
        return self._deepest

    def dropped(self) -> Dropped:
        """Return why there is no way."""
        if self.left <= 0 and self._deepest < 0:
            return Dropped("search gave up", self._detail)
        return Dropped(self._reason, self._detail)

    def peek(self, tool: str) -> Json:
        """Return what a tool that takes nothing and changes nothing would return; None if refused.

        What it does change is undone.
        """
        mark = self._world.snapshot()
        try:
            result = self._world.call(tool, {})
        except EnvironmentFault:
            return None
        finally:
            self._world.restore(mark)
        return result.value if result.ok else None

    def execute(
        self, meaning: ToolMeaning, arguments: Arguments, wanted: bool, number: int
    ) -> Call | None:
        """Make one call; None where it is refused or of no use.

        Args:
            meaning: The tool.
            arguments: What it is given.
            wanted: Whether the user asks for it, where there is anything to ask for.
            number: The step that it is made for, to which a failure is put down.
        """
        self.left -= 1
        before, mark = self.records, self._world.snapshot()
        try:
            result = self._world.call(meaning.tool, arguments.values)
        except EnvironmentFault as fault:
            self.fail(number, "environment fault", str(fault))
            return None
        if not result.ok:
            problem = result.error.message if result.error else ""
            self.fail(number, "call refused", f"{meaning.tool}: {problem}")
            return None
        changed = diff(mark, self._world.snapshot())
        changes = lasting(changed)
        node = self._graph.tool(meaning.tool)
        if not changes and node.changes_state and meaning.kind not in ("list", "get"):
            self.fail(number, "changes nothing", meaning.tool)
            return None
        if changed:
            self.records = self.records.after(changed, self._glossary.keys)
        if not changes and meaning.kind == "list" and not _holds_records(result.value):
            self.fail(number, "finds nothing", meaning.tool)
            return None
        return Call(
            meaning=meaning,
            arguments=arguments.values,
            leaves=arguments.leaves,
            value=result.value,
            changes=changes,
            before=before,
            after=self.records,
            wanted=wanted and (bool(changes) or self._is_asked(meaning, arguments, result.value)),
            about=_about(meaning, arguments) if meaning.kind == "get" else None,
        )

    def _is_asked(self, meaning: ToolMeaning, arguments: Arguments, value: Json) -> bool:
        """Say whether a result holds what somebody would ask for and does not know already."""
        entity = self._glossary.entity(meaning.environment, meaning.table)
        if entity is None or meaning.kind == "list":
            return entity is not None and countable(value)
        about = _about(meaning, arguments)
        if about is None or not isinstance(value, dict):
            return False
        done = self.progress.changed_fields(entity, about.key)
        return bool(askable(entity, value, about, self.speaker, done))


def _about(meaning: ToolMeaning, arguments: Arguments) -> Mention | None:
    """Return the record that a call works on."""
    leaf = arguments.leaves.get(f"/{meaning.key}")
    return leaf.mention if leaf is not None else None


def _holds_records(value: Json) -> bool:
    """Return whether a list (or a page with a list) has members."""
    if isinstance(value, dict):
        return any(isinstance(part, list) and part for part in value.values())
    return bool(value)
