"""Again: what was done in the turn before is to be done to other records of the same kind.

"Do the same for every ticket whose priority is low": the act and its value are those of the turn
before, which is the proof of it, and nobody says them again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from envfactory.graph.path import escape
from envfactory.task.model import Conveyed, Proof
from envfactory.task.phrasing.phrase import kind_of_record
from envfactory.task.shapes.act import Act, held
from envfactory.task.shapes.condition import described, named, proof_of
from envfactory.task.shapes.each import each_of, selections
from envfactory.task.shapes.place import Place, done_to, looks, owner_told
from envfactory.task.shapes.sketch import Sketch
from envfactory.task.shapes.view import Shown, View
from envfactory.task.shapes.wording import load_templates
from envfactory.task.surface import Piece

_TRIES = 4
_ONE = 0.5
"""How often the same is done to one record rather than to several."""


def again(place: Place, before: Sketch, calls: int) -> Iterator[Sketch]:
    """Yield plans that do to other records what a sketch did to some.

    Args:
        place: Where, after that was done.
        before: What was done in the turn before.
        calls: How many calls were made up to then; the last of them did it.
    """
    act = before.act
    if act is None or before.entity is None:
        return
    asked = place.rng.choice(load_templates().again)
    for view in place.views_of(before.entity):
        if place.rng.random() < _ONE:
            for shown in place.rng.sample(view.shown, min(_TRIES, len(view.shown))):
                sketch = _to_one(view, shown, act, asked, place)
                if sketch is not None:
                    yield _referring(sketch, act, calls)
        for common, chosen in islice(selections(view, place), _TRIES):
            sketch = each_of(view, common, chosen, act, place, asked)
            if sketch is not None:
                yield _referring(sketch, act, calls)


def _to_one(view: View, shown: Shown, act: Act, asked: str, place: Place) -> Sketch | None:
    """Return the plan that does it to one record that is told by its name or by what it is like."""
    mention = named(view, shown, place) or described(view, shown, place)
    call = done_to(act, view, shown)
    if mention is None or call is None or held(act, shown.row):
        return None
    before = looks(view)
    if not place.works((*before, call)):
        return None
    discourse = place.discourse(view.entity)
    it = discourse.refer(mention, pronoun=False)
    do, number = asked.format(it=it), len(before)
    key = Conveyed(
        call=number,
        path=f"/{escape(act.tool.key or '')}",
        kind="explicit" if mention.title is not None else "description",
        text=it,
        proof=None if mention.title is not None else proof_of(view, mention, it),
    )
    titles = [m.title for m in (mention, mention.parent) if m is not None and m.title]
    others = [each for each in view.shown if each is not shown and not held(act, each.row)]
    wrong = [other for each in others[:1] if (other := done_to(act, view, each)) is not None]
    return Sketch(
        shape="calls",
        piece=Piece(
            do,
            topic=act.tool.kind,
            tool=act.tool.short,
            kind=kind_of_record(view.entity),
            many=True,
        ),
        kept=(*titles, it),
        intent=f"{act.clause(it, place.rng)[0]}, as before",
        answer=act.clause(it, place.rng)[1],
        calls=(*before, call),
        conveyed=(*owner_told(view, discourse.words_for(view.parent)), key),
        wrong=tuple((*before, each) for each in wrong),
        act=act,
        entity=view.entity,
    )


def _referring(sketch: Sketch, act: Act, calls: int) -> Sketch:
    """Return a sketch whose value is that of the last call before, and not said again."""
    if act.slot is None:
        return sketch
    told = [each for each in sketch.conveyed if each.path != act.slot.pointer]
    numbers = [n for n, call in enumerate(sketch.calls) if call.tool == act.tool.tool]
    proof = Proof(
        earlier=calls - 1, place=f"/arguments{act.slot.pointer}", selection="the same as before"
    )
    same = [
        Conveyed(call=n, path=act.slot.pointer, kind="reference", text="same", proof=proof)
        for n in numbers
    ]
    return replace(sketch, conveyed=(*told, *same))
