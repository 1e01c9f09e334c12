"""Singles: changes of what there is once, as settings, or once for each owner, as a profile.

`GET /settings` reads it, `PUT /settings` changes it; below an owner, `PUT /users/{id}/settings`
creates it where that owner has none yet.
"""

from __future__ import annotations

from collections.abc import Iterable

from envfactory.spec.model import Match, Omission, Reference, Scalar, UpdateRecord
from envfactory.spec.operations.seen import Seen
from envfactory.spec.records.draft import Draft
from envfactory.spec.records.inputs import Call, Meaningless
from envfactory.spec.records.made import Made, Workshop
from envfactory.spec.words.name import word_set
from envfactory.spec.words.prose import article

_UPSERT = "creates the record where there is none"
_MAKING = word_set("create new register insert add")


def find_singles(
    answers: Iterable[Draft], seen: Iterable[Seen], common: frozenset[str] = frozenset()
) -> dict[str, Draft]:
    """Return what operations change that another one reads under the same path.

    Args:
        answers: The entities that are read without a list of them.
        seen: The operations of the API.
        common: Parameters that say in whose name something is asked, and tell no records apart.

    Returns:
        The entity by 'METHOD /path'; it is no fixed data set any more.
    """
    homes = {home: draft for draft in answers for home in draft.kind.homes}
    found: dict[str, Draft] = {}
    for one in seen:
        draft = homes.get(one.route.nouns)
        if draft is not None and _changes(one, draft, common):
            draft.looked_up = False
            found[one.where] = draft
    return found


def _changes(seen: Seen, draft: Draft, common: frozenset[str]) -> bool:
    """Tell whether an operation gives new values to the record that its path names."""
    request, method = seen.request, seen.operation.method
    if request is None or request.kind != "record" or seen.route.verb not in ("", "update"):
        return False
    if method not in ("put", "patch", "post"):
        return False
    if method == "post" and (not draft.singleton or _says(seen) & _MAKING):
        return False
    in_path = {p.name for p in seen.operation.parameters if p.location == "path"}
    if draft.singleton:
        return in_path <= common
    return bool(draft.identity) and set(draft.asked) <= in_path


def _says(seen: Seen) -> set[str]:
    return set(seen.operation.summary.lower().split()[:2])


def make_single(shop: Workshop, seen: Seen, draft: Draft, omit: list[Omission]) -> Made:
    """Return the tool that changes such a record.

    Raises:
        Meaningless: If nothing that callers give is kept in it.
    """
    call = Call(seen, draft, omit)
    scope = tuple(_match(call, name, field) for name, field in draft.asked.items())
    for one in seen.operation.parameters:
        if one.location == "path" and one.name not in draft.asked:
            call.leave_out(one.name, "transport")
    taken = {draft.key, *draft.identity}
    assigns = shop.inputs.assigned(call, taken, creating=False)
    if not any(assign.source == "parameter" for assign in assigns):
        raise Meaningless("nothing to change is described")
    or_create = not draft.singleton and seen.operation.method == "put"
    behaviour = UpdateRecord(
        table=draft.table,
        by="only" if draft.singleton else "scope",
        scope=scope,
        assigns=tuple(assigns),
        or_create=or_create,
    )
    whole = f"the {draft.label}" if draft.singleton else article(draft.label)
    names = shop.verb_names("update", call)
    if seen.operation.method == "put":
        names += shop.verb_names("replace", call)
    return shop.made(
        call,
        names,
        f"Change {whole}.",
        behaviour,
        shop.record_or_none(seen, draft),
        (_UPSERT,) if or_create else (),
    )


def _match(call: Call, name: str, field: str) -> Match:
    target = call.draft.fields[field]
    value = target.type
    if isinstance(value, Scalar):
        value = value.model_copy(update={"pattern": None})
    reference = Reference(table=target.reference.table) if target.reference else None
    made = call.add(name, target.name, value, target.description, True, reference)
    return Match(parameter=made, field=field)
