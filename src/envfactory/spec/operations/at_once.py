"""Work that takes time, and is done at once here: changes that answer with how far they are.

Google's APIs answer what creates a key with an operation, which says that it is done and, some
time later, with what. The key is what there is then, and what is read on that path.
"""

from __future__ import annotations

from dataclasses import replace

from envfactory.spec.operations.seen import Seen
from envfactory.spec.shapes.component import clean_component
from envfactory.spec.shapes.payload import Payload
from envfactory.spec.words.name import Nouns, word_set, words

AT_ONCE = "what takes time is done at once"
"""What a tool says whose operation answers with how far the work is."""
_PROGRESS = word_set("done progress target_link target_id operation_type percent_complete response")
_LEAST = 3
"""So many fields that tell how far work is has an answer at least, its name and status included."""
_TOLD = _PROGRESS | word_set("metadata error errors status state name")


def done_at_once(seen: list[Seen], nouns: Nouns) -> list[Seen]:
    """Return operations of which no change answers with how far its work is.

    Args:
        seen: All operations of an API.
        nouns: Singular and plural.
    """
    read = {
        (one.route.nouns, _component(one, nouns)) for one in seen if one.operation.method == "get"
    }
    return [
        replace(one, response=Payload("none", reshaped=AT_ONCE))
        if _is_progress(one, nouns) and (one.route.nouns, _component(one, nouns)) not in read
        else one
        for one in seen
    ]


def _is_progress(seen: Seen, nouns: Nouns) -> bool:
    """Tell whether a change answers with an operation, and is not about operations itself."""
    if seen.operation.method == "get" or seen.response.kind != "record" or not seen.route.steps:
        return False
    called = _component(seen, nouns).split("_")[-1]
    about = any(noun[-1:] == ("operation",) for noun in seen.route.nouns)
    told = {"_".join(words(name)) for name in seen.response.shape.properties}
    return (
        called == "operation"
        and not about
        and bool(told & _PROGRESS)
        and len(told & _TOLD) >= _LEAST
    )


def _component(seen: Seen, nouns: Nouns) -> str:
    return clean_component(seen.response.shape.name, nouns) if seen.response.shape.name else ""
