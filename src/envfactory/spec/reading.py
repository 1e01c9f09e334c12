"""Reading: what operations answer with that the plain rules of resources do not tell."""

from __future__ import annotations

from envfactory.spec.model import Omission
from envfactory.spec.operations.seen import Seen
from envfactory.spec.reads.answer import make_look_up
from envfactory.spec.reads.composite import make_composite
from envfactory.spec.reads.counting import make_count
from envfactory.spec.reads.held import make_held
from envfactory.spec.reads.lookup import find_look_up
from envfactory.spec.reads.persona import make_mine
from envfactory.spec.reads.selection import make_selection
from envfactory.spec.records.draft import Draft
from envfactory.spec.records.inputs import Meaningless
from envfactory.spec.records.made import Made, Workshop


class Reader:
    """Makes tools of reads that the plain rules found no meaning for.

    Args:
        shop: What the rules share.
        answers: The entities of look-ups.
        persona: The entity of the person who asks, if there is one.
        common: Path parameters that most operations carry.
    """

    def __init__(
        self, shop: Workshop, answers: list[Draft], persona: Draft | None, common: frozenset[str]
    ) -> None:
        self._shop, self._persona, self._common = shop, persona, common
        self._answers = {seen.where: draft for draft in answers for seen in draft.kind.seen}

    def make(self, seen: Seen, reason: str, omit: list[Omission]) -> Made:
        """Return the tool for a read that the plain rules left out for `reason`.

        Raises:
            Meaningless: If no rule is about it.
        """
        draft = self._answers.get(seen.where)
        if draft is not None:
            return make_look_up(self._shop, seen, draft, omit)
        noted: list[Omission] = []
        made = (
            make_count(self._shop, seen, noted)
            or make_selection(self._shop, seen, noted)
            or make_composite(self._shop, seen, noted)
        )
        if made is not None:
            omit += noted
            return made
        find_look_up(seen, self._shop.schemas, self._common)
        raise Meaningless(reason)

    def mine(self, seen: Seen, omit: list[Omission]) -> Made | None:
        """Return the tool for what is of the person who asks, or None where nothing is."""
        held = make_held(self._shop, seen, omit)
        if held is not None or self._persona is None:
            return held
        noted: list[Omission] = []
        try:
            made = make_mine(self._shop, self._persona, seen, noted)
        except Meaningless:
            return None
        if made is not None:
            omit += noted
        return made
