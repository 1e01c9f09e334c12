"""Bare writes: operations that plainly make or change a record, with a body nobody described.

What callers give is then what the record shows of itself, apart from what the service sets.
"""

from __future__ import annotations

from envfactory.spec.model import (
    Assign,
    CreateRecord,
    FieldSpec,
    Nested,
    Omission,
    Result,
    Scalar,
    UpdateRecord,
)
from envfactory.spec.operations.seen import Seen
from envfactory.spec.records.draft import Draft
from envfactory.spec.records.inputs import Call
from envfactory.spec.records.made import Made, Workshop
from envfactory.spec.words.authority import is_life_moment
from envfactory.spec.words.name import word_set, words
from envfactory.spec.words.prose import article

UNDESCRIBED_BODY = "callers give what the record shows"
"""What a tool says that takes a body which nobody described."""
_SERVED = word_set(
    "id ids uuid guid etag version count total url uri href link links self revision hash "
    "result results response answer success"
)
_KEPT_BOOK = word_set("statistics stats statistic counts totals history metrics")
_MAX_GIVEN = 12


def make_bare_write(shop: Workshop, seen: Seen, omit: list[Omission]) -> Made | None:
    """Return the tool of a creation or a change whose body is not described."""
    draft = shop.owners.get(seen.route.nouns)
    if draft is None or draft.inferred or seen.kind not in ("create", "update", "replace"):
        return None
    if not draft.kind.is_named(seen.route.nouns[-1]) or not _is_bare(shop, seen):
        return None
    if seen.response.kind == "record" and not shop.is_of(seen, draft):
        return None
    creating = seen.kind == "create"
    wanted = ("post",) if creating else ("put", "patch")
    if seen.operation.method not in wanted or len(seen.route.verb_words) > 1:
        return None
    call = Call(seen, draft, omit)
    matches = shop.inputs.scope(call, of_list=creating)
    taken = {match.field for match in matches}
    key = None if creating else shop.inputs.key(call)
    given = [field for field in _given(draft) if field.name not in taken]
    if creating and given and draft.choice.style == "natural" and draft.key not in taken:
        given.insert(0, draft.fields[draft.key])
    if not given:
        return None
    assigns = [_assign(call, draft, field, creating) for field in given]
    clocked = ("created_at", "updated_at") if creating else ("updated_at",)
    assigns += [
        Assign(field=field.name, source="now")
        for field in draft.fields.values()
        if field.role in clocked
    ]
    if key is None:
        assigns += [
            Assign(field=match.field, source="parameter", parameter=match.parameter)
            for match in matches
            if match.field is not None
        ]
        return shop.made(
            call,
            shop.verb_names("create", call),
            f"Create {article(draft.label)}.",
            CreateRecord(table=draft.table, assigns=tuple(assigns)),
            Result(shape="record", table=draft.table),
            (UNDESCRIBED_BODY,),
        )
    return shop.made(
        call,
        shop.verb_names("update", call),
        f"Change {article(draft.label)}.",
        UpdateRecord(table=draft.table, key=key, scope=matches, assigns=tuple(assigns)),
        shop.record_or_none(seen, draft),
        (UNDESCRIBED_BODY,),
    )


def _is_bare(shop: Workshop, seen: Seen) -> bool:
    """Tell whether a source leaves open what callers send."""
    body = seen.operation.request
    if any(
        parameter.location == "query" and parameter.required
        for parameter in seen.operation.parameters
    ):
        return False
    if body is None:
        return True
    return shop.schemas.shape(body.schema_).kind in ("any", "map")


def may_be_given(draft: Draft) -> bool:
    """Tell whether records show what callers may well give, where nothing says what they send."""
    return bool(_given(draft))


def _given(draft: Draft) -> list[FieldSpec]:
    """Return the fields that callers may well give, what a person knows a record by first."""
    found = [
        field
        for field in draft.fields.values()
        if field.role in ("title", "data")
        and not field.read_only
        and not field.inferred
        and isinstance(field.type, Scalar | Nested)
        and (field.reference is not None or words(field.source_name)[-1:][0] not in _SERVED)
        and not _is_outcome(field)
        and not _is_history(words(field.source_name))
    ]
    found.sort(key=lambda field: field.role != "title")
    return found[:_MAX_GIVEN]


def _is_outcome(field: FieldSpec) -> bool:
    """Tell whether a field says how a call went, as a number does that is called a status."""
    numbered = isinstance(field.type, Scalar) and field.type.type in ("integer", "boolean")
    return numbered and words(field.source_name) in (("status",), ("code",), ("success",), ("ok",))


def _is_history(parts: tuple[str, ...]) -> bool:
    """Tell whether a field says what has become of a record: `created_at`, `sentBy`, `stats`."""
    done = len(parts) > 1 and parts[-1] in ("at", "by", "on") and parts[-2].endswith(("ed", "sent"))
    return done or is_life_moment(parts) or parts[-1] in _KEPT_BOOK


def _assign(call: Call, draft: Draft, field: FieldSpec, creating: bool) -> Assign:
    needed = creating and field.name in (draft.title, draft.key)
    made = call.add_for_field(field.source_name, field, needed)
    return Assign(field=field.name, source="parameter", parameter=made)
