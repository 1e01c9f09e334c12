"""Changes: which operations are stated to change what a service keeps, whatever rules make of them.

PUT, PATCH and DELETE are, and a POST is unless its path or its texts plainly say that it only looks
something up, works an answer out, or lets a caller in or out: a translation sent with POST leaves
nothing behind that another call could see. Where a source says itself whether an operation only
reads, that decides.
"""

from __future__ import annotations

from envfactory.source.description import ApiDescription
from envfactory.spec.operations.posted import as_read
from envfactory.spec.operations.seen import Seen, read_operations
from envfactory.spec.operations.twin import twins
from envfactory.spec.shapes.schema import Schemas
from envfactory.spec.stated.agreement import MAKING, READING, says_computed, verbs
from envfactory.spec.stated.asking_only import asks_only
from envfactory.spec.untold.undescribed import answered_with_files, place_of
from envfactory.spec.words.name import Nouns, word_set, words
from envfactory.spec.writes.lifecycle import changes_state
from envfactory.spec.writes.submission import COMPUTES, only_computes, unkept

_CHANGING = frozenset(("put", "patch", "delete"))
_LETTING_IN = word_set(
    "login logon signin logout logoff signout authenticate authentication authorize auth oauth "
    "oauth2 token jwt"
)


def stated_changes(description: ApiDescription) -> tuple[str, ...]:
    """Return the operations that are stated to change something, as 'METHOD /path'.

    Args:
        description: What a source says about an API.
    """
    schemas = Schemas(description.schemas)
    seen = read_operations(description, schemas, Nouns())
    files = answered_with_files(description)
    asking = twins(description.operations, schemas)
    return tuple(
        one.where for one in seen if one.where not in asking and _changes(one, schemas, files)
    )


def _changes(seen: Seen, schemas: Schemas, files: frozenset[str]) -> bool:
    operation = seen.operation
    if operation.hints.read_only is not None:
        return not operation.hints.read_only
    if operation.method in _CHANGING:
        return True
    if operation.method != "post" or place_of(operation) in files:
        return False
    return not _only_answers(seen, schemas)


def _only_answers(seen: Seen, schemas: Schemas) -> bool:
    """Tell whether a POST leaves nothing behind: it looks up, works out, or lets somebody in."""
    reading = seen.kind in ("list", "search") or seen.route.verb in ("list", "search", "get")
    if reading or as_read(seen, schemas) is not None:
        return True
    if says_computed(seen):
        return True
    if set(_last(seen)) & _LETTING_IN:
        return True
    said = verbs(seen)
    if said & (MAKING - {"send"}) or _acts_on_record(seen):
        return False
    if unkept(seen) == COMPUTES or only_computes(seen) or asks_only(seen):
        return True
    return bool(said) and said <= READING


def _acts_on_record(seen: Seen) -> bool:
    """Tell whether a path ends in a verb behind a record that is known to change it."""
    steps = seen.operation.path.rstrip("/").split("/")
    return "{" in "".join(steps[-2:-1]) and changes_state("_".join(_last(seen)))


def _last(seen: Seen) -> tuple[str, ...]:
    """Return the words of the last part of the path that is no parameter."""
    named = [part for part in seen.operation.path.split("/") if part and "{" not in part]
    return words(named[-1]) if named else ()
