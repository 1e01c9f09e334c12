"""`Witness`: an agent that sees requests and results only, and what it could not know.

A solution is sound only if these tell the agent every argument: which record is meant, by an
object that carries the record's own key with all that the user says of it; and every other value,
by the user's words or by the very record that it is passed on for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from envfactory.graph import values_at
from envfactory.graph.path import escape
from envfactory.records import Json
from envfactory.task.grounding.arrange import Plan
from envfactory.task.grounding.call import Call
from envfactory.task.grounding.mention import Mention
from envfactory.task.grounding.sources import Sources
from envfactory.task.meanings.spoken import speaker_at
from envfactory.task.model import Fact
from envfactory.task.phrasing.manner import RecordId, record_id
from envfactory.task.phrasing.phrase import Worded
from envfactory.task.phrasing.saying import argument

_INSIDE = frozenset({"get", "update", "delete", "action", "relate", "adjust"})
"""Kinds of tools whose record tells what it belongs to."""


class Witness:
    """Follows a conversation turn by turn."""

    def __init__(
        self, plan: Plan, calls: Sequence[Call], turns: Sequence[Worded], sources: Sources
    ) -> None:
        """Watch a solution.

        Args:
            plan: The solution.
            calls: Its calls with what executing them gave.
            turns: Its words.
            sources: Reads results.
        """
        self._plan, self._calls, self._turns, self._sources = plan, calls, turns, sources

    # ------------------------------------------------------------------ records
    def unrecognised(self) -> str | None:
        """Return the first argument or fact about a record that nobody could recognise.

        Quadratic in the calls, linear in the records that their results hold.
        """
        heard: dict[RecordId, list[Mention]] = {}
        for number, turn in enumerate(self._turns):
            # What a turn points out anew must be recognised by these words, not by older ones.
            heard.update({record_id(mention): [] for mention in turn.mentions})
            for mention in turn.mentions:
                heard[record_id(mention)].append(mention)
            met = dict.fromkeys(map(record_id, turn.mentions), False)
            for place in self._plan.turns[number]:
                problem = self._unknown(place, heard, met)
                if problem is not None:
                    return problem
            for fact in turn.facts:
                if not self._holds(fact):
                    return f"call {fact.call}{fact.path} is not {fact.value!r} of the record"
        return None

    def _unknown(
        self, place: int, heard: Mapping[RecordId, Sequence[Mention]], met: dict[RecordId, bool]
    ) -> str | None:
        """Return what of a call is about an unknown record; note which ones are met."""
        call = self._calls[place]
        self._meet(place, heard, met)
        for pointer, leaf in call.leaves.items():
            if leaf.mention is None or leaf.kind == "said":
                continue
            value = argument(call, pointer)
            known = value == leaf.mention.key
            if leaf.field:
                known = self._sources.find(self._calls, place, leaf, value) is not None
            if leaf.kind == "named":
                known = known and self._knows(leaf.mention, place, heard, met)
            if not known:
                return f"{call.meaning.tool}{pointer}: {_named(leaf.mention)}"
        self._meet(place + 1, heard, met)
        if call.about is not None and not self._knows(call.about, place + 1, heard, met):
            return f"{call.meaning.tool}: {_named(call.about)}"
        return None

    def _meet(
        self, before: int, heard: Mapping[RecordId, Sequence[Mention]], met: dict[RecordId, bool]
    ) -> None:
        """Note which records of a turn can be told by now; they stay known when they change."""
        for identity, known in met.items():
            met[identity] = known or self._tells(heard[identity], before)

    def _knows(
        self,
        mention: Mention,
        before: int,
        heard: Mapping[RecordId, Sequence[Mention]],
        met: Mapping[RecordId, bool],
    ) -> bool:
        """Say whether what was said of a record tells it, or it is one that was dealt with."""
        identity = record_id(mention)
        if identity in met:
            return met[identity]
        return self._dealt_with(mention, before) or self._tells(heard.get(identity, ()), before)

    def _tells(self, said: Sequence[Mention], before: int) -> bool:
        return any(self._sources.recognises(self._calls, before, words) for words in said)

    def _dealt_with(self, mention: Mention, before: int) -> bool:
        """Say whether a call before made the record and shows its key, or was given its key."""
        identity = record_id(mention)
        for call in self._calls[:before]:
            named = (leaf.mention for leaf in call.leaves.values() if leaf.kind == "named")
            if any(other is not None and record_id(other) == identity for other in named):
                return True
            made = any(
                change.kind == "insert"
                and (change.environment, change.table, change.key) == identity
                for change in call.changes
            )
            if made and mention.key in self._sources.shown((call,), mention.entity):
                return True
        return False

    def _holds(self, fact: Fact) -> bool:
        """Say whether a result holds a fact, and where it is about a record, in that record."""
        call = self._calls[fact.call]
        held = next((value for _, value in values_at(call.value, fact.path)), None)
        if held != fact.value and not (isinstance(held, list) and len(held) == fact.value):
            return False
        if call.about is None:
            return True
        place = fact.path.rpartition("/")[0]
        row = next((value for _, value in values_at(call.value, place)), None)
        return isinstance(row, dict) and row.get(call.about.entity.key) == call.about.key

    # ------------------------------------------------------------------ values
    def unsupplied(self) -> str | None:
        """Return the first value of a call that neither the user's words nor results give."""
        start = self._calls[0].before
        speaker = speaker_at(start.now(name) for name in start.environments)
        for number, turn in enumerate(self._turns):
            proven = {(said.call, said.pointer): said for said in turn.said}
            for place in self._plan.turns[number]:
                call = self._calls[place]
                spoken = [mention for other, mention in turn.spoken if other == place]
                unsaid = _unsaid(call, spoken) if call.is_act else None
                if unsaid is not None:
                    return f"{call.meaning.tool}{unsaid}"
                for pointer, value in _scalars(dict(call.arguments)):
                    leaf = call.leaves.get(pointer)
                    if leaf is None:
                        return f"{call.meaning.tool}{pointer}"
                    if leaf.kind != "said":
                        continue
                    said = proven.get((place, pointer))
                    if said is None or said.shown not in turn.request or leaf.slot is None:
                        return f"{call.meaning.tool}{pointer}"
                    if not speaker.reads(said.form, value, leaf.slot.shape, said.currency):
                        return f"{call.meaning.tool}{pointer}: {said.form!r}"
        return None


def _unsaid(call: Call, spoken: Sequence[Mention]) -> str | None:
    """Return the argument that names a record which the request for the call says nothing of.

    What a record belongs to need not be said, nor need the owners of what is said.
    """
    told = {record_id(mention) for mention in spoken}
    named = {p: leaf.mention for p, leaf in call.leaves.items() if leaf.kind == "named"}
    for pointer, mention in named.items():
        parameter = pointer[1:]
        inside = call.meaning.kind in _INSIDE and parameter in call.meaning.scope
        if inside and parameter not in call.meaning.sets:
            continue
        if mention is None or record_id(mention) in told:
            continue
        if not any(_owns(call, mention, other) for other in (*spoken, *named.values())):
            return f"{pointer}: {_named(mention)}"
    return None


def _owns(call: Call, owner: Mention, mention: Mention | None) -> bool:
    """Say whether a record belongs to another."""
    if mention is None or mention.entity.parent is None:
        return False
    field = mention.entity.fields[mention.entity.parent]
    row = call.before.get(mention.entity, mention.key) or call.after.get(
        mention.entity, mention.key
    )
    return (
        row is not None
        and field.reference == owner.entity.table
        and mention.entity.environment == owner.entity.environment
        and row.get(field.name) == owner.key
    )


def _scalars(value: Json, path: str = "") -> Iterator[tuple[str, Json]]:
    """Yield the single values inside arguments, with their pointers."""
    if isinstance(value, dict) and value:
        for name, part in value.items():
            yield from _scalars(part, f"{path}/{escape(name)}")
    elif isinstance(value, list) and value:
        for place, part in enumerate(value):
            yield from _scalars(part, f"{path}/{place}")
    elif path:
        yield path, value


def _named(mention: Mention) -> str:
    return f"{mention.entity.noun} {mention.title or mention.key!r}"
