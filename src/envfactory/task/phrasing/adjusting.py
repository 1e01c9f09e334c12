"""`Adjusting`: what the user asks for where a number of a record is to grow, shrink or move."""

from __future__ import annotations

from envfactory.task.grounding.amount import amount_path
from envfactory.task.grounding.call import Call, pointer_of
from envfactory.task.grounding.mention import Mention
from envfactory.task.meanings.meaning import Adjustment, EntityMeaning
from envfactory.task.meanings.spoken import is_money
from envfactory.task.meanings.words import is_many, singular
from envfactory.task.phrasing.clause import Clause, Wording, named_in, said_in

_MONEY = frozenset({"balance", "funds", "budget", "savings"})
"""Last words of what money is kept in is called, beside those of prices and the like."""


class Adjusting:
    """Words calls that make a number of a record grow or shrink."""

    def __init__(self, words: Wording) -> None:
        self._words = words

    def clause(self, call: Call, number: int, entity: EntityMeaning, subject: Mention) -> Clause:
        """Return the clause for a call that adjusts a record; see `Clauses.act`."""
        adjustment = call.meaning.adjustment
        assert adjustment is not None
        label = entity.fields[adjustment.field].label
        into = _into(call, adjustment)
        act = "move" if into is not None else "take" if adjustment.takes else "add"
        it = self._words.it(subject)
        words = {} if into is None else {"into": self._words.discourse.refer(into, pronoun=False)}
        amount = amount_path(call.meaning)
        told = [(p, leaf) for p, leaf in said_in(call) if p == amount]
        rest = [(p, leaf) for p, leaf in said_in(call) if p != amount]
        if not told:
            words["one"] = singular(label)
            name = f"adjust.{act}_one"
        elif self._words.saying.kind(number, amount) == "withheld":
            asked = self._words.saying.withhold(call, number, *told[0])
            self._words.details.withheld.append(asked)
            sort = _sort(adjustment, label)
            words["done"] = _counted(asked.words, label) if sort == "many" else asked.words
            words["amount"] = {"many": f"some {label}", "money": "some money"}.get(sort, "")
            name = f"adjust.{act}_{sort}" if words["amount"] else f"adjust.{act}_open"
        else:
            sort, value = _sort(adjustment, label), self._words.saying.say(call, number, *told[0])
            words["amount"] = _counted(value, label) if sort == "many" else value
            words["done"] = words["amount"]
            name = f"adjust.{act}_{sort}"
        tail = self._words.details.following(call, number, rest)
        return self._words.filled(name, tail=tail, it=it, label=label, **words)


def _into(call: Call, adjustment: Adjustment) -> Mention | None:
    """Return the record that gets what another one loses."""
    named = (leaf.mention for p, leaf in named_in(call) if p == pointer_of(adjustment.into or ""))
    return next(named, None)


def _sort(adjustment: Adjustment, label: str) -> str:
    """Return how the number is spoken of: as money, as so many of something, or by its label."""
    if is_money(adjustment.field) or label.rpartition(" ")[2] in _MONEY:
        return "money"
    return "many" if is_many(label) else "any"


def _counted(amount: str, label: str) -> str:
    """Return so many of something: `5 points`."""
    return f"{amount} {singular(label) if amount in ('1', 'one') else label}"
