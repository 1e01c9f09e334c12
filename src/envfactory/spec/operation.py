"""Operations: what each one does to records, stated as a tool."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from envfactory.spec.model import (
    ActOnRecord,
    Assign,
    CreateRecord,
    DeleteRecord,
    GetRecord,
    Match,
    Omission,
    RelateRecords,
    Result,
    UpdateRecord,
)
from envfactory.spec.operations.seen import Seen
from envfactory.spec.reads.listed import make_list
from envfactory.spec.records.action import Target, find_target
from envfactory.spec.records.draft import Draft, Path
from envfactory.spec.records.inputs import Call, Meaningless
from envfactory.spec.records.made import Made, Workshop
from envfactory.spec.records.relation import Relation, joins, key_property
from envfactory.spec.words.name import snake, words
from envfactory.spec.words.prose import article
from envfactory.spec.writes.bare import may_be_given
from envfactory.spec.writes.replacing import ensures, replaces
from envfactory.spec.writes.retired import retired
from envfactory.spec.writes.said import OTHER_KIND, says_other

_CHANGES = frozenset({"create", "update", "replace", "delete"})


class ToolMaker:
    """Makes tools from operations, given the entities of the API.

    Args:
        shop: What the rules share.
        relations: The paths that relate records of two entities.
    """

    def __init__(self, shop: Workshop, relations: dict[Path, Relation]) -> None:
        self._shop, self._relations = shop, relations
        self._owners, self._inputs = shop.owners, shop.inputs
        self._linker, self._schemas, self._nouns = shop.linker, shop.schemas, shop.nouns

    def make(self, seen: Seen, omit: list[Omission]) -> Made:
        """Return the tool for an operation.

        Raises:
            Meaningless: If the rules cannot say what the operation does.
        """
        if seen.operation.method in ("head", "options", "trace"):
            raise Meaningless("no effect of its own")
        _check_media(seen)
        draft = self._owners.get(seen.route.nouns)
        makers: dict[str, Callable[[Call], Made]] = {
            "list": self._list,
            "search": self._list,
            "get": self._get,
            "create": self._create,
            "update": self._update,
            "replace": self._update,
            "delete": self._delete,
        }
        relation = self._relations.get(seen.route.nouns)
        if relation is not None and joins(seen, relation.member):
            return self._relate(Call(seen, relation.holder, omit), relation)
        if draft is not None and seen.kind in makers:
            if not draft.kind.is_named(seen.route.steps[-1].noun) and seen.kind in _CHANGES:
                raise Meaningless("acts on a relation between records")
            return makers[seen.kind](Call(seen, draft, omit))
        if not seen.kind and seen.operation.method == "get" and seen.response.kind == "record":
            owner = draft or self._linker.by_component(seen.response.shape.name)
            if owner is not None and self._is_asked_for(seen, owner):
                return self._get(Call(seen, owner, omit))
        if draft is None and len(seen.route.steps) > 1 and not seen.route.on_item:
            owner = self._owners.get(seen.route.nouns[:-1])
            if owner is not None and seen.route.steps[-2].parameters:
                return self._part(Call(seen, owner, omit))
        raise Meaningless(_why(seen, draft))

    # ---------------------------------------------------------------------- kinds of operations
    def _list(self, call: Call) -> Made:
        seen, draft = call.seen, call.draft
        if _is_selection(seen, draft):
            raise Meaningless("lists a selection that no field states")
        return make_list(self._shop, call)

    def _get(self, call: Call) -> Made:
        scope = self._inputs.scope(call)
        found = None if scope else self._inputs.look_up(call)
        key, field = found or (self._inputs.key(call), None)
        self._inputs.drop_rest(call)
        names = self._shop.verb_names("get", call)
        if field == call.draft.key:
            field = None
        if field is not None:
            call.draft.replace(field, unique=True)
            names.insert(0, f"{names[0]}_by_{field}")
        behaviour = GetRecord(table=call.draft.table, key=key, field=field, scope=scope)
        result = Result(shape="record", table=call.draft.table)
        return self._shop.made(call, names, f"Get one {call.draft.label}.", behaviour, result)

    def _create(self, call: Call) -> Made:
        seen, draft = call.seen, call.draft
        if seen.request is not None and seen.request.kind == "records":
            raise Meaningless("takes many records at once")
        if seen.response.kind == "records" and seen.route.verb != "create":
            raise Meaningless("answers with a list")
        if seen.response.kind == "record" and not self._shop.is_of(seen, draft):
            raise Meaningless(OTHER_KIND)
        if _is_only_made(draft) and says_other(self._shop, seen, draft.noun):
            raise Meaningless(OTHER_KIND)
        assigns = [
            Assign(field=match.field, source="parameter", parameter=match.parameter)
            for match in self._inputs.scope(call, of_list=True)
            if match.field is not None
        ]
        assigns += self._inputs.assigned(call, {a.field for a in assigns}, creating=True)
        placed = {one.name for one in seen.operation.parameters if one.location == "path"}
        bare = all(one.source_name in placed for one in call.parameters)
        below = all(one.reference is not None for one in call.parameters)
        open_ = below and seen.request is None and may_be_given(draft)
        if bare and (not call.parameters or open_):
            raise Meaningless("nothing to store is described")
        behaviour = CreateRecord(table=draft.table, assigns=tuple(assigns))
        result = Result(shape="record", table=draft.table)
        names = self._shop.verb_names("create", call)
        return self._shop.made(call, names, f"Create {article(draft.label)}.", behaviour, result)

    def _update(self, call: Call) -> Made:
        seen, draft = call.seen, call.draft
        if seen.request is not None and seen.request.kind == "records":
            raise Meaningless("takes many records at once")
        scope = self._inputs.scope(call)
        key = self._inputs.key(call)
        assigns = self._inputs.assigned(call, {draft.key}, creating=False)
        if not any(assign.source == "parameter" for assign in assigns):
            raise Meaningless("nothing to change is described")
        replacing = seen.kind == "replace" and replaces(call, key)
        or_create = ensures(call)
        behaviour = UpdateRecord(
            table=draft.table,
            key=key,
            scope=scope,
            assigns=tuple(assigns),
            replace=replacing,
            or_create=or_create,
        )
        names = self._shop.verb_names("set" if or_create else "update", call)
        if seen.operation.method == "put":
            names.insert(1, f"{'replace' if replacing else 'set'}_{'_'.join(draft.noun)}")
        return self._shop.made(
            call,
            names,
            f"Change {article(draft.label)}.",
            behaviour,
            self._shop.record_or_none(seen, draft),
        )

    def _delete(self, call: Call) -> Made:
        scope = self._inputs.scope(call)
        key = self._inputs.key(call)
        state = retired(call.seen, call.draft)
        if state is not None:
            return self._action(call, call.seen, state, key, scope)
        self._inputs.drop_rest(call)
        behaviour = DeleteRecord(table=call.draft.table, key=key, scope=scope)
        names = self._shop.verb_names("delete", call)
        result = self._shop.record_or_none(call.seen, call.draft)
        return self._shop.made(
            call, names, f"Delete {article(call.draft.label)}.", behaviour, result
        )

    def _relate(self, call: Call, relation: Relation) -> Made:
        """Make a tool that lets a record join another one, or leave it."""
        seen = call.seen
        steps = seen.route.steps
        owner = self._inputs.named(call, relation.owner, steps[-2].parameters[-1])
        if seen.route.on_item:
            member = self._inputs.named(call, relation.member, steps[-1].parameters[-1])
        else:
            found = key_property(seen, relation.member)
            member = self._inputs.named(call, relation.member, found or "id")
        for step in steps[:-2]:
            for name in step.parameters:
                call.leave_out(name, "implied by the record's key")
        self._inputs.drop_rest(call)
        adding = seen.operation.method != "delete"
        holds = relation.holder is relation.owner
        behaviour = RelateRecords(
            table=relation.holder.table,
            key=owner if holds else member,
            field=relation.field,
            member=member if holds else owner,
            change="add" if adding else "remove",
        )
        segment = "_".join(steps[-1].noun)
        verb = "add" if adding else "remove"
        names = [f"{verb}_{'_'.join(relation.owner.noun)}_{segment}"]
        label = (
            f"{verb.capitalize()} {article(' '.join(steps[-1].noun))} "
            f"{'to' if adding else 'from'} {article(relation.owner.label)}."
        )
        result = self._shop.record_or_none(seen, relation.holder)
        return self._shop.made(call, names, label, behaviour, result)

    def _part(self, call: Call) -> Made:
        """Make a tool for a path that ends in a word behind a record: an action or a field."""
        seen, draft = call.seen, call.draft
        if seen.operation.method == "get":
            raise Meaningless("reads something that is not a record")
        steps = seen.route.steps
        tail = steps[-1]
        inner = replace(seen, route=replace(seen.route, steps=steps[:-1]))
        call.seen = inner
        scope = self._inputs.scope(call)
        key = self._inputs.key(call)
        target = find_target(words(tail.segment), seen.operation.method, draft)
        if target is not None:
            return self._action(call, seen, target, key, scope)
        named = draft.names.get(words(tail.segment))
        if named is None or seen.operation.method == "delete":
            raise Meaningless("changes nothing that the records hold")
        assigns = self._inputs.assigned(call, {draft.key}, creating=False, only=named)
        if not any(assign.source == "parameter" for assign in assigns):
            raise Meaningless("nothing to change is described")
        call.parameters = [p.model_copy(update={"required": True}) for p in call.parameters]
        call.seen = seen
        behaviour = UpdateRecord(table=draft.table, key=key, scope=scope, assigns=tuple(assigns))
        noun = "_".join(draft.noun)
        names = [f"set_{noun}_{snake(tail.segment)}"]
        label = f"Set the {' '.join(words(tail.segment))} of {article(draft.label)}."
        return self._shop.made(
            call, names, label, behaviour, self._shop.record_or_none(seen, draft)
        )

    def _action(
        self, call: Call, seen: Seen, target: Target, key: str, scope: tuple[Match, ...]
    ) -> Made:
        draft = call.draft
        assigns = self._inputs.assigned(call, {draft.key, target.field}, creating=False)
        call.seen = seen
        behaviour = ActOnRecord(
            table=draft.table,
            key=key,
            scope=scope,
            field=target.field,
            target=target.value,
            assigns=tuple(assigns),
        )
        noun = "_".join(draft.noun)
        verb = "_".join(target.verb)
        names = [f"{verb}_{noun}"]
        label = f"{' '.join(target.verb).capitalize()} {article(draft.label)}."
        return self._shop.made(
            call, names, label, behaviour, self._shop.record_or_none(seen, draft)
        )

    # ---------------------------------------------------------------------- results and names
    def _is_asked_for(self, seen: Seen, draft: Draft) -> bool:
        """Tell whether a path without a key answers with the one record that a query names."""
        nouns = seen.route.nouns
        if not nouns or not draft.kind.is_named(nouns[-1]) or not self._shop.is_of(seen, draft):
            return False
        asked = [p.name for p in seen.operation.parameters if p.required and p.location == "query"]
        read = any(other.kind == "get" and other.route.on_item for other in draft.kind.seen)
        if len(asked) != 1:
            return False
        return not read or draft.names.get(words(asked[0]), draft.key) != draft.key


def _is_only_made(draft: Draft) -> bool:
    """Tell whether nothing reads or changes the records of a kind."""
    return all(other.kind == "create" for other in draft.kind.seen)


def _is_selection(seen: Seen, draft: Draft) -> bool:
    """Tell whether a path such as `/articles/latest` picks records by a rule left unsaid."""
    nouns = seen.route.nouns
    if nouns in draft.links:
        return False
    if not draft.kind.is_named(nouns[-1]):
        return True
    if len(nouns) < 2 or seen.route.steps[-2].parameters:
        return False
    return any(
        other.kind == "list" and len(other.route.nouns) < len(nouns) and other is not seen
        for other in draft.kind.seen
    )


def _check_media(seen: Seen) -> None:
    response = seen.operation.response
    if response is not None and seen.response.kind in ("none", "other"):
        media = response.media_type.lower()
        if media.startswith(("image/", "audio/", "video/", "application/pdf", "application/zip")):
            raise Meaningless("answers with a file")


def _why(seen: Seen, draft: Draft | None) -> str:
    if not seen.route.steps:
        return "path names no kind of record"
    if seen.kind:
        if seen.response.kind in ("record", "records"):
            return "its records have no key or cannot be read"
        return "no record is described"
    if draft is not None and seen.operation.method in ("put", "patch", "delete"):
        return "changes many records at once"
    if seen.operation.method == "get":
        return "reads something that is not a record"
    return "no rule for this operation"
