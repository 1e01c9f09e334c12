"""Collections: writes on the path of a collection, which say in another place which records.

`DELETE /tasks?id=7` and `PUT /aliases` with the id in the body change one record, `DELETE
/baskets/{name}/requests` and `DELETE /items?status=done` those that match, `DELETE /tracks?ids=1,2`
those that are listed, and `POST /orders` with a list makes several at once.
"""

from __future__ import annotations

from dataclasses import replace

from envfactory.spec.model import (
    Assign,
    CreateRecord,
    CreateRecords,
    DeleteRecord,
    DeleteRecords,
    FieldSpec,
    ListOf,
    Match,
    Nested,
    ObjectSpec,
    Omission,
    Reference,
    Result,
    UpdateRecord,
    UpdateRecords,
)
from envfactory.spec.operations.seen import Seen
from envfactory.spec.reads.listing import ListInputs
from envfactory.spec.records.draft import Draft
from envfactory.spec.records.inputs import Call, Input, Meaningless
from envfactory.spec.records.made import Made, Workshop
from envfactory.spec.records.parameter import is_presentation, is_transport
from envfactory.spec.words.credential import is_credential
from envfactory.spec.words.name import pascal, word_set, words
from envfactory.spec.words.prose import article
from envfactory.spec.writes.submission import unkept

_MUST_SAY = "callers must say what the source lets them leave out"
_UPSERT = "creates the record where there is none"
_MAKING = word_set("create add new insert register upsert save set")
_SOME = word_set(
    "certain specified given selected by matching multiple some list several these following"
)
_ALL = word_set("all every clear empty reset purge clean")


def make_collection_write(shop: Workshop, seen: Seen, omit: list[Omission]) -> Made | None:
    """Return the tool of a write on a collection, if it says which records it is about."""
    method = seen.operation.method
    draft = _owner(shop, seen)
    if draft is None or seen.route.on_item or seen.route.verb not in ("", "create", "delete"):
        return None
    call = Call(seen, draft, omit)
    if method == "delete" or (seen.route.verb == "delete" and method == "post"):
        return _delete(shop, call)
    if method in ("put", "patch") and (seen.request is None or seen.request.kind != "records"):
        return _update(shop, call)
    if method == "post" and seen.request is not None and not unkept(seen):
        many = seen.request.kind == "records"
        return _create_many(shop, call) if many else _create_one(shop, call)
    return None


def _owner(shop: Workshop, seen: Seen) -> Draft | None:
    """Return the entity whose collection a path ends in."""
    route = seen.route
    if not route.steps:
        return None
    found = shop.owners.get(route.nouns)
    if found is not None:
        return found if found.kind.is_named(route.nouns[-1]) else None
    named = [draft for draft in shop.drafts if draft.noun == route.nouns[-1]]
    rooted = all(not step.parameters for step in route.steps)
    return named[0] if len(named) == 1 and rooted else None


# ---------------------------------------------------------------------------- one record
def _update(shop: Workshop, call: Call) -> Made:
    draft, seen = call.draft, call.seen
    upserts = bool(_said(seen) & _MAKING)
    if shop.inputs.key_input(call) is None:
        return _set_one(shop, call)
    scope, key = shop.inputs.scope(call, of_list=True), shop.inputs.key(call)
    taken = {draft.key, *(match.field for match in scope if match.field)}
    _leave_out_selectors(shop, call)
    assigns = shop.inputs.assigned(call, taken, creating=False)
    if not any(assign.source == "parameter" for assign in assigns):
        raise Meaningless("nothing to change is described")
    or_create = upserts and draft.choice.style == "natural"
    behaviour = UpdateRecord(
        table=draft.table, key=key, scope=scope, assigns=tuple(assigns), or_create=or_create
    )
    names = shop.verb_names("set" if or_create else "update", call)
    label = f"Change {article(draft.label)}."
    result = shop.record_or_none(seen, draft)
    return shop.made(call, names, label, behaviour, result, (_UPSERT,) if or_create else ())


def _leave_out_selectors(shop: Workshop, call: Call) -> None:
    """Leave out what a query says beside a body, after the key: which record, and not what of it.

    Raises:
        Meaningless: If callers must say it.
    """
    body = call.seen.request
    if body is None or body.kind != "record" or not body.shape.properties:
        return
    used = {one.source_name for one in call.parameters}
    beside = [one for one in shop.inputs.all(call) if not one.in_body and one.name not in used]
    for one in beside:
        if one.required and not is_transport(one.name, "query"):
            raise Meaningless("required parameter has no meaning")
        call.leave_out(one.name, "implied by the record's key")
    names = {one.name for one in beside}
    kept = tuple(p for p in call.seen.operation.parameters if p.name not in names)
    operation = call.seen.operation.model_copy(update={"parameters": kept})
    call.seen = replace(call.seen, operation=operation)


def _set_one(shop: Workshop, call: Call) -> Made:
    """Make a tool that sets the one record which there is below a path."""
    draft, seen = call.draft, call.seen
    several = any(other.kind in ("list", "create") for other in draft.kind.seen)
    if several or seen.operation.method != "put":
        raise Meaningless("changes many records at once")
    scope = shop.inputs.scope(call, of_list=True)
    fields = tuple(match.field for match in scope if match.field)
    if not fields or (draft.identity and draft.identity != fields):
        raise Meaningless("names no record")
    assigns = shop.inputs.assigned(call, {draft.key, *fields}, creating=False)
    if not any(assign.source == "parameter" for assign in assigns):
        raise Meaningless("nothing to change is described")
    draft.identity = fields
    behaviour = UpdateRecord(
        table=draft.table, by="scope", scope=scope, assigns=tuple(assigns), or_create=True
    )
    label = f"Set {article(draft.label)}."
    result = shop.record_or_none(seen, draft)
    return shop.made(call, shop.verb_names("set", call), label, behaviour, result, (_UPSERT,))


def _create_one(shop: Workshop, call: Call) -> Made:
    """Make a tool that creates the record which callers send, whatever list answers it."""
    draft, seen = call.draft, call.seen
    if seen.response.kind in ("record", "records") and not shop.is_of(seen, draft):
        raise Meaningless("answers with another kind of record")
    assigns = _placed(shop, call)
    assigns += shop.inputs.assigned(call, {a.field for a in assigns}, creating=True)
    if not any(assign.source == "parameter" for assign in assigns):
        raise Meaningless("nothing to store is described")
    behaviour = CreateRecord(table=draft.table, assigns=tuple(assigns))
    result = Result(shape="record", table=draft.table)
    label = f"Create {article(draft.label)}."
    return shop.made(call, shop.verb_names("create", call), label, behaviour, result)


def _placed(shop: Workshop, call: Call) -> list[Assign]:
    return [
        Assign(field=match.field, source="parameter", parameter=match.parameter)
        for match in shop.inputs.scope(call, of_list=True)
        if match.field is not None
    ]


def _said(seen: Seen) -> set[str]:
    return set(words(seen.operation.summary[:80] or seen.operation.description[:80])[:6])


# ---------------------------------------------------------------------------- several records
def _delete(shop: Workshop, call: Call) -> Made:
    draft = call.draft
    plural = " ".join(shop.nouns.plural_words(draft.noun))
    table = "_".join(shop.nouns.plural_words(draft.noun))
    scope = shop.inputs.scope(call, of_list=True)
    key = _key(shop, call)
    if key is not None:
        shop.inputs.drop_rest(call)
        one = DeleteRecord(table=draft.table, key=key, scope=scope)
        names = shop.verb_names("delete", call)
        label = f"Delete {article(draft.label)}."
        return shop.made(call, names, label, one, shop.record_or_none(call.seen, draft))
    listed = _list_of_keys(shop, call)
    if listed is not None:
        keys = _add_keys(call, listed)
        shop.inputs.drop_rest(call)
        several = DeleteRecords(table=draft.table, keys=keys, matches=scope)
        label = f"Delete several {plural}."
        return shop.made(call, [f"delete_{table}"], label, several, Result(shape="count"))
    return _clear(shop, call, scope, plural, table)


def _key(shop: Workshop, call: Call) -> str | None:
    """Add the input that names the one record, if there is one; it may tell another field."""
    named = shop.inputs.key_input(call)
    given = {one.name: one for one in shop.inputs.all(call)}
    if named is None or shop.schemas.shape(given[named].schema).kind == "array":
        return None
    try:
        return shop.inputs.key(call)
    except Meaningless:
        return None


def _clear(shop: Workshop, call: Call, scope: tuple[Match, ...], plural: str, table: str) -> Made:
    """Make a tool that deletes all records below a path, or those that filters tell."""
    inputs = ListInputs(call.draft, shop.schemas, shop.nouns, scope)
    given = shop.inputs.all(call)
    for one in given:
        if inputs.take(one.name, one.schema, one.description, call, required=one.required):
            continue
        proof = is_credential(one.name) and call.seen.operation.method == "post"
        if not proof and (one.required or (one.in_body and not _is_form(one))):
            raise Meaningless("changes many records at once")
        call.leave_out(one.name, "names no field")
    filters = len(inputs.matches) > len(scope)
    if call.seen.request is not None or not _is_of_all(shop, call):
        return _delete_by(shop, call, inputs.matches[len(scope) :], scope)
    behaviour = DeleteRecords(table=call.draft.table, matches=tuple(inputs.matches))
    parent = shop.parent_noun(call.seen)
    names = [f"delete_{table}" if filters else f"clear_{table}"]
    if parent:
        names.append(f"clear_{parent}_{table}")
    label = f"Delete {'the ' + plural + ' that match' if filters else 'all ' + plural}."
    return shop.made(call, names, label, behaviour, Result(shape="count"))


def _is_of_all(shop: Workshop, call: Call) -> bool:
    """Tell whether an operation speaks of all records, and not of one of them."""
    parts = words(call.seen.operation.summary[:120] or call.seen.operation.description[:120])
    noun = call.draft.noun[-1]
    if set(parts) & _ALL:
        return True
    if shop.nouns.plural(noun) in parts:
        return not {*parts, *words(call.seen.operation.description[:120])} & _SOME
    segment = words(call.seen.route.steps[-1].segment)[-1]
    return not parts and shop.nouns.is_plural(segment)


def _delete_by(shop: Workshop, call: Call, asked: list[Match], scope: tuple[Match, ...]) -> Made:
    """Make a tool that deletes the one record for which what callers must say holds."""
    posted = call.seen.operation.method == "post"
    if posted:
        call.parameters = [p.model_copy(update={"required": True}) for p in call.parameters]
    required = {p.name for p in call.parameters if p.required}
    if (call.seen.request is not None and not (posted and call.draft.choice.inferred)) or not asked:
        raise Meaningless("names no record")
    if any(match.parameter not in required or match.op != "eq" for match in asked):
        raise Meaningless("names no record")
    behaviour = DeleteRecord(table=call.draft.table, by="scope", scope=(*scope, *asked))
    fields = "_and_".join(match.field for match in asked if match.field)
    names = [f"delete_{'_'.join(call.draft.noun)}_by_{fields}"]
    if posted:
        names.insert(0, f"delete_{'_'.join(call.draft.noun)}")
    label = f"Delete {article(call.draft.label)}."
    result = shop.record_or_none(call.seen, call.draft)
    return shop.made(call, names, label, behaviour, result, (_MUST_SAY,) if posted else ())


def _is_form(one: Input) -> bool:
    return is_presentation(one.name) or is_transport(one.name, "query")


def _list_of_keys(shop: Workshop, call: Call) -> Input | None:
    """Return the input that lists keys of records, if there is one."""
    noun = call.draft.noun
    plural = shop.nouns.plural_words(noun)
    own = call.draft.choice.slot.words
    key = (*own[:-1], shop.nouns.plural(own[-1]))
    wanted = {("ids",), (*noun, "ids"), (*noun[-1:], "ids"), plural, key, (*noun, *key), ("keys",)}
    wanted |= {own, (*noun, *own), (*noun, "id")}  # one name for what may be given several times
    for one in shop.inputs.all(call):
        shape = shop.schemas.shape(one.schema)
        plain = shop.schemas.shape(shape.item or {}).kind in ("string", "integer", "any")
        if words(one.name) in wanted and shape.kind == "array" and plain:
            return one
    return None


def _add_keys(call: Call, listed: Input) -> str:
    draft = call.draft
    return call.add(
        listed.name,
        f"{'_'.join(draft.noun)}_ids",
        ListOf(item=draft.key_type(), min_items=1),
        f"Identifiers of the records, each {article(draft.label)}.",
        required=True,
        reference=Reference(table=draft.table),
    )


def make_batch_change(shop: Workshop, seen: Seen, omit: list[Omission]) -> Made | None:
    """Return the tool that changes the records whose keys a list in the body holds."""
    draft = _owner(shop, seen)
    if draft is None or seen.operation.method not in ("put", "patch", "post"):
        return None
    if seen.route.on_item or seen.route.verb not in ("", "update"):
        return None
    call = Call(seen, draft, omit)
    listed = _list_of_keys(shop, call)
    if listed is None:
        return None
    scope = shop.inputs.scope(call, of_list=True)
    keys = _add_keys(call, listed)
    assigns = shop.inputs.assigned(call, {draft.key}, creating=False)
    if not any(assign.source == "parameter" for assign in assigns):
        raise Meaningless("nothing to change is described")
    behaviour = UpdateRecords(table=draft.table, keys=keys, matches=scope, assigns=tuple(assigns))
    plural = shop.nouns.plural_words(draft.noun)
    label = f"Change several {' '.join(plural)}."
    return shop.made(call, [f"update_{'_'.join(plural)}"], label, behaviour, Result(shape="count"))


def _create_many(shop: Workshop, call: Call) -> Made:
    """Make a tool that creates a record for every object of a list."""
    draft, seen = call.draft, call.seen
    assert seen.request is not None
    shape = seen.request.shape
    placed = _placed(shop, call)
    taken = {assign.field for assign in placed}
    fields: list[FieldSpec] = []
    for name, schema in shape.properties.items():
        known = draft.names.get(words(name))
        usable = (
            known is not None and known not in taken and not shop.schemas.shape(schema).read_only
        )
        if known is None or not usable or draft.fields[known].role in ("created_at", "updated_at"):
            continue
        if known == draft.key and draft.choice.style != "natural":
            continue
        taken.add(known)
        needed = name in shape.required or known == draft.key
        fields.append(_item_field(draft.fields[known], needed))
    if not fields:
        raise Meaningless("takes many records at once")
    item = shop.types.names.take(pascal(("new", *draft.noun)))
    shop.types.objects.append(
        ObjectSpec(
            name=item,
            description=f"What {article(draft.label)} is made from.",
            fields=tuple(fields),
        )
    )
    plural = shop.nouns.plural_words(draft.noun)
    items = call.add(
        "_".join(seen.request.wrapper[-1:]) or "_".join(plural),
        "_".join(plural),
        ListOf(item=Nested(name=item), min_items=1),
        f"The {' '.join(plural)} to create.",
        required=True,
    )
    shop.inputs.drop_rest(call)
    clock = [
        Assign(field=field.name, source="now")
        for field in draft.fields.values()
        if field.role in ("created_at", "updated_at")
    ]
    behaviour = CreateRecords(
        table=draft.table,
        items=items,
        fields=tuple(field.name for field in fields),
        assigns=(*placed, *clock),
    )
    label = f"Create several {' '.join(plural)}."
    result = Result(shape="list", table=draft.table)
    made = shop.made(call, [f"create_{'_'.join(plural)}"], label, behaviour, result)
    return replace(made, gives=frozenset(field.name for field in fields if not field.optional))


def _item_field(field: FieldSpec, needed: bool) -> FieldSpec:
    optional = not needed and not field.has_default
    return field.model_copy(
        update={"role": "data", "optional": optional, "unique": False, "read_only": False}
    )
