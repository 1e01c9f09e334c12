"""Writing: what operations change that the plain rules of resources do not tell.

Each rule knows one way in which APIs change records, and has a module of its own. The first that
can state what an operation does makes the tool.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from envfactory.spec.model import Omission
from envfactory.spec.operations.seen import Seen
from envfactory.spec.records.draft import Draft
from envfactory.spec.records.inputs import Meaningless
from envfactory.spec.records.made import Made, Workshop
from envfactory.spec.shapes.origin import Moved
from envfactory.spec.writes.adjustment import make_adjustment
from envfactory.spec.writes.bare import make_bare_write
from envfactory.spec.writes.collection import make_batch_change, make_collection_write
from envfactory.spec.writes.ensured import make_ensured
from envfactory.spec.writes.given import make_given
from envfactory.spec.writes.lifecycle import Transition
from envfactory.spec.writes.membership import make_membership
from envfactory.spec.writes.part import make_copy, make_known_action, make_part, make_transition
from envfactory.spec.writes.receipt import make_submission
from envfactory.spec.writes.said import OTHER_KIND, says_other
from envfactory.spec.writes.single import make_single
from envfactory.spec.writes.submission import Submission, unkept
from envfactory.spec.writes.tagging import is_tagging, make_tagging
from envfactory.spec.writes.upload import make_upload

Rule = Callable[[Workshop, Seen, list[Omission]], Made | None]
"""Makes the tool of an operation, or returns None where the rule is not about it."""


class Writer:
    """Makes tools of operations that the plain rules found no meaning for.

    Args:
        shop: What the rules share.
        submissions: What operations leave behind, by 'METHOD /path'.
        transitions: Where actions lead that no field tells of, by 'METHOD /path'.
        singles: What operations change that there is only once, by 'METHOD /path'.
        adjustments: What operations do to a number of a record, by 'METHOD /path'.
    """

    def __init__(
        self,
        shop: Workshop,
        submissions: Mapping[str, Submission],
        transitions: Mapping[str, Transition],
        singles: Mapping[str, Draft],
        adjustments: Mapping[str, Moved],
    ) -> None:
        self._shop = shop
        self._submissions, self._transitions = submissions, transitions
        self._singles, self._adjustments = singles, adjustments
        self._rules: tuple[Rule, ...] = (
            make_tagging,
            self._adjust,
            self._act,
            self._set_single,
            make_known_action,
            make_copy,
            make_part,
            make_membership,
            make_upload,
            make_collection_write,
            make_batch_change,
            make_ensured,
            make_bare_write,
            make_given,
        )

    def knows(self, seen: Seen) -> bool:
        """Tell whether what an operation does was concluded before any tool was made."""
        return (
            seen.where in self._submissions
            or seen.where in self._transitions
            or seen.where in self._adjustments
            or is_tagging(seen)
        )

    def make(self, seen: Seen, reason: str, omit: list[Omission]) -> Made:
        """Return the tool for an operation that the plain rules left out for `reason`.

        Raises:
            Meaningless: If no rule is about it.
        """
        submission = self._submissions.get(seen.where)
        if submission is not None:
            if says_other(self._shop, seen, submission.noun):
                raise Meaningless(OTHER_KIND)
            made = _tried(self._submit, self._shop, seen, omit)
            if made is not None:
                return made
        for rule in self._rules:
            made = _tried(rule, self._shop, seen, omit)
            if made is not None:
                return made
        raise Meaningless(unkept(seen) or reason)

    def _submit(self, shop: Workshop, seen: Seen, omit: list[Omission]) -> Made | None:
        return make_submission(shop, seen, self._submissions[seen.where], omit)

    def _set_single(self, shop: Workshop, seen: Seen, omit: list[Omission]) -> Made | None:
        draft = self._singles.get(seen.where)
        return None if draft is None else make_single(shop, seen, draft, omit)

    def _adjust(self, shop: Workshop, seen: Seen, omit: list[Omission]) -> Made | None:
        moved = self._adjustments.get(seen.where)
        return None if moved is None else make_adjustment(shop, seen, moved, omit)

    def _act(self, shop: Workshop, seen: Seen, omit: list[Omission]) -> Made | None:
        transition = self._transitions.get(seen.where)
        return None if transition is None else make_transition(shop, seen, transition, omit)


def _tried(rule: Rule, shop: Workshop, seen: Seen, omit: list[Omission]) -> Made | None:
    noted: list[Omission] = []
    try:
        made = rule(shop, seen, noted)
    except Meaningless:
        return None
    if made is not None:
        omit += noted
    return made
