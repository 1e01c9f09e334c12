"""Listed: tools that return many records, and what narrows and orders them."""

from __future__ import annotations

from dataclasses import dataclass

from envfactory.spec.model import ListRecords, Match, Order, Result, Through
from envfactory.spec.reads.listing import ListInputs
from envfactory.spec.reads.nearby import NEARBY, find_near, said_near
from envfactory.spec.records.inputs import Call, Meaningless
from envfactory.spec.records.made import Made, Workshop
from envfactory.spec.records.newest import told_order
from envfactory.spec.records.pages import told_pages
from envfactory.spec.records.parameter import is_direction, is_presentation, is_transport
from envfactory.spec.words.name import snake


@dataclass(frozen=True)
class Selected:
    """What an operation itself says of the records that it lists.

    Attributes:
        matches: Conditions that no caller can change.
        through: The list of keys that the records come from.
        order: The order that its name promises.
        at_most: How many records there are at most, where the operation says so.
        words: What to call the selection: "latest" makes `list_latest_orders`.
        inferred: Phrases for `ToolDesign.inferred`.
        scoped: Whether parameters in the path narrow the records; else others use them.
    """

    matches: tuple[Match, ...] = ()
    through: Through | None = None
    order: Order | None = None
    at_most: int | None = None
    words: tuple[str, ...] = ()
    inferred: tuple[str, ...] = ()
    scoped: bool = True


def make_list(shop: Workshop, call: Call, selected: Selected | None = None) -> Made:
    """Return the tool that lists records of the call's entity.

    Raises:
        Meaningless: If an input that callers must give is about no field.
    """
    chosen = selected or Selected()
    seen, draft = call.seen, call.draft
    scope = shop.inputs.scope(call, of_list=True) if chosen.scoped else ()
    directed = any(is_direction(one.name) for one in shop.inputs.all(call))
    inputs = ListInputs(draft, shop.schemas, shop.nouns, (*chosen.matches, *scope), directed)
    near, used = find_near(shop, call) or (None, frozenset[str]())
    _take_all(shop, call, inputs, used)
    paging = told_pages(seen.operation, inputs.paging())
    cursor = paging is not None and paging.style == "cursor"
    paged = seen.response.paged or cursor
    sorting = inputs.sorting()
    if near is not None and (cursor or sorting or chosen.order):
        raise Meaningless(NEARBY)
    told = told_order(seen.operation, draft) if sorting is None else None
    behaviour = ListRecords(
        table=draft.table,
        matches=tuple(inputs.matches),
        through=chosen.through,
        paging=paging,
        sorting=sorting,
        order=chosen.order or (told if near is None else None),
        near=near,
        at_most=chosen.at_most if paging is None else None,
    )
    plural = "_".join(shop.nouns.plural_words(draft.noun))
    result = Result(shape="page" if paged else "list", table=draft.table)
    if selected is not None:
        label = "_".join(dict.fromkeys((*chosen.words, *plural.split("_"))))
        names = [f"list_{label}"]
    else:
        names = _names(shop, call, "_".join(shop.nouns.plural_words(shop.noun_of(call))), inputs)
    fallback = f"List {plural.replace('_', ' ')}."
    made = shop.made(call, names, fallback, behaviour, result, chosen.inferred)
    if near is not None:
        made.description = said_near(made.description)
    return made


def _take_all(shop: Workshop, call: Call, inputs: ListInputs, used: frozenset[str]) -> None:
    """Give every input its place, but those that are used already, or leave it out."""
    searched = call.seen.kind == "search"
    for one in sorted(shop.inputs.all(call), key=lambda one: is_direction(one.name)):
        sought = searched and one.required
        if one.required and len(shop.schemas.shape(one.schema).choices) == 1:
            call.leave_out(one.name, "instruction, not data")  # nobody can say anything else
            continue
        if one.name in used or inputs.take(
            one.name, one.schema, one.description, call, one.required, sought
        ):
            continue
        said = one.description or shop.schemas.shape(one.schema).description
        if is_transport(one.name, "query") or is_presentation(one.name, said):
            call.leave_out(one.name, "transport")
        elif one.required:
            inputs.matches.append(shop.inputs.imply(call, one))
        else:
            call.leave_out(one.name, "names no field")
    for tail in shop.inputs.tail(call):
        if not inputs.take(tail.name, tail.schema, tail.description, call, True, searched):
            inputs.matches.append(shop.inputs.imply(call, tail))


def _names(shop: Workshop, call: Call, plural: str, inputs: ListInputs) -> list[str]:
    seen = call.seen
    verb = "search" if seen.kind == "search" and inputs.matches else "list"
    names = [f"{verb}_{plural}"]
    parent = shop.parent_noun(seen)
    if parent:
        doubled = plural.startswith(f"{parent}_")
        longer = f"{verb}_{plural}_of_{parent}" if doubled else f"{verb}_{parent}_{plural}"
        own = shop.noun_of(call) != call.draft.noun  # members are always those of something
        names.insert(0 if own else 1, longer)
    if len(seen.route.steps[-1].parameters) == 1:
        suffix = snake(seen.route.steps[-1].parameters[-1])
        names.insert(0, f"{verb}_{plural}_by_{suffix}")
    words_after = seen.route.verb_words
    if "by" in words_after:
        suffix = "_".join(words_after[words_after.index("by") :])
        names.insert(0, f"list_{plural}_{suffix}")
    elif verb == "search":
        names.append(f"find_{plural}")
    narrowed = [match.parameter for match in inputs.matches if match.parameter and match.field]
    if narrowed:
        names.append(f"{verb}_{plural}_by_{'_and_'.join(narrowed[:2])}")
    return names
