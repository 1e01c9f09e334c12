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
from envfactory.task.judging.answering import contains
from envfactory.task.meanings.words import spaced
from envfactory.task.model import Task
from envfactory.task.user import Knowledge
from envfactory.trajectory.hearing import Heard, chosen, hear, named_by, stems
from envfactory.trajectory.instruction import Side, understand
from envfactory.trajectory.roles import Act, Request, RequestedCall, See, UserSimulator
from envfactory.trajectory.scripted import ScriptedUser

PATIENCE = 3
"""Messages in a turn that bring nothing new before the user goes on to something else."""


class InformedUser:
    """Answers from what the task says that the user knows."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._tools: dict[str, ToolSpec] = {}
        self._act: Act | None = None
        self._see: See | None = None
        self._start(0)

    def equip(self, tools: Sequence[ToolSpec], act: Act, see: See) -> None:
        """Take the tools that only the user may use, and a look at what there is."""
        self._tools = {tool.name: tool for tool in tools}
        self._act, self._see = act, see

    def open(self) -> Request:
        """Say the request of the first turn."""
        self._start(0)
        return Request(self._task.turns[0].request, 0)

    def reply(self, answer: str) -> Request | None:
        """Answer the agent, or say what comes next; None when there is nothing more."""
        heard = hear(answer)
        said = (
            self._done(heard) or self._agreed(heard) or self._told(heard) or self._permitted(heard)
        )
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
    def _agreed(self, heard: Sequence[Heard]) -> str:
        """Say yes or no where something else is offered than what was asked for."""
        if not any(each.purpose in ("asks", "confirms") for each in heard):
            return ""
        whole = " ".join(each.text for each in heard)
        for consent in self._task.user.consents:
            if consent.turn == self._turn and contains(whole, (*consent.words, *_IN_PLACE)):
                self._left -= 1
                return consent.said
        return ""

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
        told: list[tuple[ToolSpec, list[str]]] = []
        for each in heard:
            tool = None if each.purpose == "tells" else self._named_tool(each)
            if tool is not None and (not told or told[-1][0] != tool):
                told.append((tool, [each.text]))
            elif told:
                told[-1][1].append(each.text)  # what follows says more of the same
        return " ".join(self._used(tool, " ".join(texts)) for tool, texts in told)

    def _named_tool(self, heard: Heard) -> ToolSpec | None:
        """Return the user's tool that a sentence is about: all words of its name are in it."""
        found = []
        for tool in self._tools.values():
            words = stems(spaced(tool.name.rpartition("__")[2]))
            if words and words <= heard.stems:
                found.append((len(words), tool.name))
        return self._tools[max(found)[1]] if found else None

    def _used(self, tool: ToolSpec, text: str) -> str:
        assert self._act is not None
        assert self._see is not None
        told = [each for each in self._task.handovers if each.tool == tool.name]
        known_by = {name: fields for each in told for name, fields in each.known_by.items()}
        calls = {each.call for each in told}
        knows = [k for k in self._knowledge if k.path is None or k.call in calls]
        understood = understand(text, Side(tool, self._see(), known_by, knows))
        if isinstance(understood, str):
            self._left -= 1
            return understood
        result = self._act(RequestedCall(tool.name, understood))
        if not result.ok:
            self._left -= 1
            return f"It did not work: {result.error.message if result.error else 'no reason given'}"
        plain = isinstance(result.value, str | int | float) and result.value != ""
        return f"Done. It says: {result.value}" if plain else "Done."


def user_for(task: Task) -> UserSimulator:
    """Return the user that episodes of a task have where nothing else is asked for.

    A task of which nothing is withheld and nothing left to the user needs no understanding: its
    requests follow one another whatever the agent says.
    """
    asked = any(turn.asks for turn in task.turns) or any(k.withheld for k in task.user.knows)
    if asked or task.user.consents or task.category in ("missing_information", "dual_control"):
        return InformedUser(task)
    return ScriptedUser(task)


_IN_PLACE = ("instead", "alternative", "alternatively")
_PERMISSION = stems(
    "yes no confirm go ahead proceed continue ok okay right correct fine sure do it"
)


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
