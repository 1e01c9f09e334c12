"""How people point to a record without its name: as one of several, or as the first of them."""

from __future__ import annotations

import random

from envfactory.task.grounding.mention import Extreme
from envfactory.task.meanings.meaning import EntityMeaning
from envfactory.task.meanings.spoken import is_money
from envfactory.task.meanings.words import load_words, plural, with_article
from envfactory.task.phrasing.phrases import load_phrases


def someone_of(entity: EntityMeaning, rng: random.Random, *, alone: bool) -> str:
    """Return words that leave open which record of a kind is meant: a certain task.

    Args:
        entity: The kind of record.
        rng: Decides among wordings.
        alone: Whether nothing is said of what it belongs to, which would follow.
    """
    names = ["some.any"]
    if alone:
        names.append("some.alone")
        if entity.head in load_words().mine:
            names.append("some.mine")
    lines = [line for name in names for (line,) in load_phrases().common[name]]
    noun = entity.noun
    return rng.choice(lines).format(noun=noun, many=plural(noun), one=with_article(noun))


def superlative(entity: EntityMeaning, extreme: Extreme, rng: random.Random, *, alone: bool) -> str:
    """Return a record as the first or last of its kind: the cheapest product.

    Args:
        entity: Its kind.
        extreme: What it has most or least of.
        rng: Decides among wordings.
        alone: Whether nothing else is said of it.
    """
    field_ = entity.fields[extreme.field]
    timed = field_.shape.kind in ("date", "datetime")
    if is_money(field_.name) and field_.label.endswith(("price", "cost")):
        return f"the {'most expensive' if extreme.most else 'cheapest'} {entity.noun}"
    if field_.label == "due date":
        return f"the {entity.noun} that is due {'last' if extreme.most else 'first'}"
    if field_.label == "creation date":
        return f"the {'newest' if extreme.most else 'oldest'} {entity.noun}"
    most, least = ("latest", "earliest") if timed else ("highest", "lowest")
    best = most if extreme.most else least
    forms = [f"with the {best} {field_.label}", f"that has the {best} {field_.label}"]
    forms.append(f"whose {field_.label} is {best}")
    return f"the {entity.noun} {rng.choice(forms) if alone else forms[0]}"
