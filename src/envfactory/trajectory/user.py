"""`InformedUser`: somebody who wants a task done, and knows what `Task.user` says.

Rules, no model. The user says the requests one after the other; tells what is asked for and known,
in any order and several things at once; does not invent; corrects what is misunderstood; gives
permission for what was asked for and for nothing else; uses their own tools when told to; and
loses patience with an agent that asks in circles.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from envfactory.environment import ToolSpec
from envfactory.records import Json
from envfactory.task.answering import contains
from envfactory.task.model import Knowledge, Task
from envfactory.task.words import spaced
from envfactory.trajectory.hearing import Heard, chosen, hear, named_by, stems
from envfactory.trajectory.roles import Act, Request, RequestedCall, UserSimulator
from envfactory.trajectory.scripted import ScriptedUser

PATIENCE = 3
"""Messages in a turn that bring nothing new before the user goes on to something else."""


class InformedUser:
    """Answers from what the task says that the user knows."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._tools: dict[str, ToolSpec] = {}
        self._act: Act | None = None
        self._start(0)

    def equip(self, tools: Sequence[ToolSpec], act: Act) -> None:
        """Take the tools that only the user may use."""
        self._tools = {tool.name: tool for tool in tools}
        self._act = act

    def open(self) -> Request:
        """Say the request of the first turn."""
        self._start(0)
        return Request(self._task.turns[0].request, 0)

    def reply(self, answer: str) -> Request | None:
        """Answer the agent, or say what comes next; None when there is nothing more."""
        heard = hear(answer)
        said = self._done(heard) or self._told(heard) or self._permitted(heard)
        if said and self._left > 0:
            return Request(said, self._turn)
        if any(each.purpose == "asks" for each in heard) and self._left > 0:
            self._left -= 1
            return Request(self._ignorant(heard), self._turn)
        return self._next()

    def _start(self, turn: int) -> None:
        self._turn, self._left = turn, PATIENCE
        self._known_by_agent: set[str] = set()

    def _next(self) -> Request | None:
        if self._turn + 1 >= len(self._task.turns):
            return None
        self._start(self._turn + 1)
        return Request(self._task.turns[self._turn].request, self._turn)

    @property
    def _knowledge(self) -> list[Knowledge]:
        """What matters now: what belongs to this turn, and to those before."""
        known = [each for each in self._task.user.knows if each.turn <= self._turn]
        return sorted(known, key=lambda each: (each.turn != self._turn, not each.withheld))

    # ------------------------------------------------------------------ telling
    def _told(self, heard: Sequence[Heard]) -> str:
        """Tell what is asked for and known; nothing where none of it is."""
        wanted: dict[str, Knowledge] = {}
        for each in heard:
            if each.purpose in ("asks", "confirms"):
                wanted.update((known.about, known) for known in self._meant(each))
        if not wanted:
            return ""
        if wanted.keys() <= self._known_by_agent:
            self._left -= 1
        self._known_by_agent |= wanted.keys()
        return " ".join(_statement(known) for known in wanted.values())

    def _meant(self, heard: Heard) -> list[Knowledge]:
        """Return what a sentence asks for, or gets wrong."""
        known = self._knowledge
        scores = [named_by(heard, each.about) for each in known]
        found = [known[place] for place in chosen(scores)]
        now = [each for each in found if each.turn == self._turn]
        withheld = [each for each in now if each.withheld]
        if heard.purpose == "confirms":
            return [each for each in withheld or now if not _is_said(heard.text, each)]
        if withheld or now or found:
            return withheld or now or found
        offered = [each for each in known if each.withheld and _is_said(heard.text, each)]
        return offered[:1]

    def _ignorant(self, heard: Sequence[Heard]) -> str:
        """Say that what is asked for is not known, or that nothing in particular was asked for."""
        if any(each.vague for each in heard):
            return "What exactly do you need to know?"
        return "I don't know that, sorry."

    # ------------------------------------------------------------------ permitting
    def _permitted(self, heard: Sequence[Heard]) -> str:
        """Give permission for what the request is about, and refuse whatever else is offered."""
        confirms = [each for each in heard if each.purpose == "confirms"]
        if not confirms:
            return ""
        wish = stems(self._task.turns[self._turn].request)
        for known in self._knowledge:
            if known.turn == self._turn:
                wish |= stems(known.about) | stems(known.said)
        if not any(not each.stems - _PERMISSION or each.stems & wish for each in confirms):
            return ""
        self._left -= 1
        return "Yes, please do what I asked for."

    # ------------------------------------------------------------------ doing
    def _done(self, heard: Sequence[Heard]) -> str:
        """Use the user's own tools where the agent says to, and say what came of it."""
        told = []
        for each in heard:
            if self._act is None or each.purpose == "tells":
                continue
            tool = self._named_tool(each)
            if tool is not None:
                told.append(self._used(tool, each))
        return " ".join(told)

    def _named_tool(self, heard: Heard) -> ToolSpec | None:
        """Return the user's tool that a sentence is about: all words of its name are in it."""
        found = []
        for tool in self._tools.values():
            words = stems(spaced(tool.name.rpartition("__")[2]))
            if words and words <= heard.stems:
                found.append((len(words), tool.name))
        return self._tools[max(found)[1]] if found else None

    def _used(self, tool: ToolSpec, heard: Heard) -> str:
        assert self._act is not None
        arguments: dict[str, Json] = {}
        properties = tool.input_schema.get("properties")
        given = tool.input_schema.get("required")
        required = given if isinstance(given, list) else []
        for name, schema in (properties if isinstance(properties, dict) else {}).items():
            if name not in required and not _mentions(heard, name):
                continue
            value = self._value(name, schema if isinstance(schema, dict) else {}, heard)
            if value is not None:
                arguments[name] = value
            elif name in required:
                self._left -= 1
                return f"What should I use for the {spaced(name)}?"
        result = self._act(RequestedCall(tool.name, arguments))
        if not result.ok:
            self._left -= 1
            return f"It did not work: {result.error.message if result.error else 'no reason given'}"
        plain = isinstance(result.value, str | int | float) and result.value != ""
        return f"Done. It says: {result.value}" if plain else "Done."

    def _value(self, name: str, schema: dict[str, Json], heard: Heard) -> Json:
        """Return the value of an argument: said by the agent, or known to the user."""
        options = schema.get("enum")
        for option in options if isinstance(options, list) else ():
            if contains(heard.text, (str(option), spaced(str(option)))):
                return option
        label = re.escape(spaced(name)).replace(r"\ ", r"[\s_]+")
        for pattern in (rf"\b{label}\b[^.?!]*?{_QUOTED}", _QUOTED, rf"\b{label}\b{_BARE}"):
            found = re.search(pattern, heard.text, re.IGNORECASE)
            if found is not None:
                return _typed(next(group for group in found.groups() if group), schema)
        for known in self._knowledge:
            if stems(name) and stems(name) <= stems(known.about):
                return known.value
        return None


def user_for(task: Task) -> UserSimulator:
    """Return the user that episodes of a task have where nothing else is asked for.

    A task of which nothing is withheld and nothing left to the user needs no understanding: its
    requests follow one another whatever the agent says.
    """
    asked = any(turn.asks for turn in task.turns) or any(k.withheld for k in task.user.knows)
    if asked or task.category in ("missing_information", "dual_control"):
        return InformedUser(task)
    return ScriptedUser(task)


_QUOTED = r"(?:[`\"“‘]([^`\"”’]+)[`\"”’]|(?<!\w)'([^']+)'(?!\w))"
_BARE = r"\s*(?:to|is|as|=|:)\s*([^\s,;!?]*[^\s,;.!?])"
_PERMISSION = stems(
    "yes no confirm go ahead proceed continue ok okay right correct fine sure do it"
)


def _mentions(heard: Heard, name: str) -> bool:
    """Return whether a sentence says the name of an argument."""
    label = re.escape(spaced(name)).replace(r"\ ", r"[\s_]+")
    return re.search(rf"\b{label}\b", heard.text, re.IGNORECASE) is not None


def _typed(text: str, schema: dict[str, Json]) -> Json:
    """Return a text as the type that a schema asks for, as it is where it is no such thing."""
    kind = schema.get("type")
    try:
        if kind == "integer":
            return int(text)
        if kind == "number":
            return float(text)
    except ValueError:
        return text
    if kind == "boolean":
        return text.casefold() in ("true", "yes", "on")
    return text


def _is_said(text: str, known: Knowledge) -> bool:
    return contains(text, (known.said, str(known.value)))


def _statement(known: Knowledge) -> str:
    """Return how the user tells a thing."""
    about = re.sub(r"\s*\(request \d+\)$", "", known.about)
    if about.startswith("which "):
        return f"I mean {known.said}."
    label = about.partition(" of the ")[0]
    many = label.endswith("s") and not label.endswith(("ss", "us", "is"))
    end = "" if known.said.endswith((".", "!", "?")) else "."
    return f"The {about} {'are' if many else 'is'} {known.said}{end}"
