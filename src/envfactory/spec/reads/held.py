"""Held: the tools that put records into the user's cart, show what is in it, and take it out."""

from __future__ import annotations

from envfactory.spec.model import (
    Behaviour,
    CreateRecord,
    DeleteRecord,
    DeleteRecords,
    FieldSpec,
    ListRecords,
    Match,
    Omission,
    Reference,
    Result,
    UpdateRecord,
)
from envfactory.spec.operations.seen import Seen
from envfactory.spec.reads.ordered import make_order
from envfactory.spec.records.draft import Draft
from envfactory.spec.records.inputs import Call
from envfactory.spec.records.made import Made, Workshop
from envfactory.spec.shapes.origin import Held
from envfactory.spec.words.name import words
from envfactory.spec.words.prose import article

CONFLICT = "What is in it already is refused"


def make_held(shop: Workshop, seen: Seen, omit: list[Omission]) -> Made | None:
    """Return the tool that works on what the user holds, or None where an operation does not."""
    held = seen.origin.held if seen.origin is not None else None
    draft = next((d for d in shop.drafts if held is not None and d.noun == held.noun), None)
    if held is not None and held.deed == "order":
        return make_order(shop, seen, draft, omit)
    if held is None or draft is None:
        return None
    told_by = next((name for name in map(draft.names.get, _told(shop, seen, held)) if name), None)
    if told_by is not None:
        _tell_apart(draft, told_by)
    call = Call(seen, draft, omit)
    behaviour = _behaviour(shop, call, held, told_by)
    if behaviour is None:
        return None
    shape = {"list": "list", "delete": "none", "delete_many": "none"}.get(behaviour.kind, "record")
    result = Result.model_validate(
        {"shape": shape, "table": None if shape == "none" else draft.table}
    )
    what = " ".join(held.what)
    names = [f"{held.deed}_{'_'.join(held.what)}"]
    made = shop.made(call, names, f"{held.deed.capitalize()} {article(what)}.", behaviour, result)
    if held.deed == "add":
        made.description = f"{made.description.rstrip('.')}. {CONFLICT}."
    return made


def _told(shop: Workshop, seen: Seen, held: Held) -> list[tuple[str, ...]]:
    """Return the words of the inputs that tell things in a holding apart."""
    tools = (one.origin for draft in shop.drafts for one in draft.kind.seen)
    same = [held, *(o.held for o in tools if o is not None and o.held is not None)]
    return [words(one.key) for one in same if one.what == held.what and one.key]


def _tell_apart(draft: Draft, name: str) -> None:
    """Let no record be in a holding twice, and leave it with the record that it stands for."""
    target = draft.fields[name].reference
    kept = Reference(table=target.table, on_delete="cascade") if target is not None else None
    draft.replace(name, unique=True, optional=False, reference=kept)


def _behaviour(shop: Workshop, call: Call, held: Held, told_by: str | None) -> Behaviour | None:
    table = call.draft.table
    if held.deed == "view":
        return ListRecords(table=table)
    if held.deed == "clear":
        return DeleteRecords(table=table)
    if told_by is None:
        return None
    if held.deed == "add":
        assigns = shop.inputs.assigned(call, set(), creating=True)
        return CreateRecord(table=table, assigns=tuple(assigns))
    scope = (Match(parameter=_named(call, held, call.draft.fields[told_by]), field=told_by),)
    if held.deed == "remove":
        return DeleteRecord(table=table, by="scope", scope=scope)
    assigns = shop.inputs.assigned(call, {told_by}, creating=False)
    if not any(assign.source == "parameter" for assign in assigns):
        return None
    return UpdateRecord(table=table, by="scope", scope=scope, assigns=tuple(assigns))


def _named(call: Call, held: Held, field: FieldSpec) -> str:
    return call.add_for_field(held.key, field, True)
