"""`names_another`: whether a list of references says that it names something else than it does.

A path such as `/forms/{id}/responses`, whose answer is described as a form, leaves a form with
`response_ids` that refer to forms. The name is right and the type is not: nobody who looks for a
form takes the id of a response.
"""

from __future__ import annotations

from envfactory.graph.model import Port
from envfactory.graph.path import ANY, names
from envfactory.graph.words import singular, word_set, words

_IDS = word_set("id ids uuid uuids key keys ref refs sid sids identifier identifiers")
_RELATIONS = word_set(
    "child children parent sibling ancestor descendant related linked dependency blocker blocked "
    "duplicate member sub follower following friend reply report connection alternative similar "
    "variant component part merged split source target previous next successor predecessor clone"
)
"""What a record may be to others of its kind."""


def names_another(port: Port) -> bool:
    """Say whether a record's list of others of its kind is called after another kind."""
    if port.entity is None or port.is_key or port.record != port.entity:
        return False
    if not port.path.endswith(f"/{ANY}"):
        return False
    said = [singular(word) for word in words(names(port.path)[-1]) if word not in _IDS]
    own = {singular(word) for word in words(port.entity)}
    return bool(said) and said[-1] not in own | _RELATIONS
