"""`bare_wish`: what is asked of a tool of which nothing but its name and schema is known."""

from __future__ import annotations

from envfactory.task.grounding.call import Call, Leaf
from envfactory.task.grounding.plain import Deed
from envfactory.task.meanings.words import with_article
from envfactory.task.phrasing.details import Details
from envfactory.task.phrasing.saying import Saying

_CALLED = frozenset({"name", "title"})


def bare_wish(call: Call, number: int, deed: Deed, saying: Saying, details: Details) -> str:
    """Return a wish in words: `create an entity called ‘Juniper Labs’ with the type partner`.

    Args:
        call: What is asked for.
        number: Its place in the task.
        deed: What its tool does.
        saying: Says values.
        details: Words what is told besides a name.
    """
    said = {
        leaf.slot.label: (pointer, leaf)
        for pointer, leaf in call.leaves.items()
        if leaf.kind == "said" and leaf.slot is not None
    }

    def plain(label: str) -> tuple[str, Leaf] | None:
        """Take out what is said in full."""
        pair = said.get(label)
        if pair is None or saying.kind(number, pair[0]) != "explicit":
            return None
        return said.pop(label)

    named = next(
        (pair for label in sorted(said) if label in _CALLED and (pair := plain(label))), None
    )
    what = with_article(deed.noun) if deed.makes or named is None else f"the {deed.noun}"
    do = f"{deed.verb} {what}"
    if named is not None:
        called = " called" if deed.makes else ""
        do += f"{called} {saying.say(call, number, *named)}"
    for way in ("from", "to"):
        pair = plain(way)
        do += f" {way} {saying.say(call, number, *pair)}" if pair is not None else ""
    return do + details.following(call, number, list(said.values()))
