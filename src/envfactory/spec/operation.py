"""Operations: what each one does to records, stated as a tool."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from envfactory.source.description import JsonSchema
from envfactory.spec.action import Target, find_target
from envfactory.spec.entity import Draft, Linker
from envfactory.spec.listing import ListInputs
from envfactory.spec.model import (
    ActOnRecord,
    Assign,
    Behaviour,
    CreateRecord,
    DeleteRecord,
    FieldSpec,
    GetRecord,
    ListOf,
    ListRecords,
    Match,
    Omission,
    ParameterSpec,
    Reference,
    Result,
    Scalar,
    UpdateRecord,
    ValueType,
)
from envfactory.spec.name import Names, Nouns, identifier, snake, word_set, words
from envfactory.spec.parameter import is_presentation, is_transport
from envfactory.spec.prose import fold, plain, sentence
from envfactory.spec.resource import Seen
from envfactory.spec.schema import Schemas
from envfactory.spec.slot import is_instruction, is_secret
from envfactory.spec.value import describe

_IDENTIFIERS = word_set("id ids uuid key guid identifier sid number no")


class Meaningless(Exception):
    """An operation has no meaning that the rules can state; the text is the stable reason."""


@dataclass
class Made:
    """A tool before it has its name: candidates for it, the best first."""

    seen: Seen
    draft: Draft
    names: tuple[str, ...]
    description: str
    parameters: list[ParameterSpec]
    behaviour: Behaviour
    result: Result


@dataclass(frozen=True)
class Input:
    """A query parameter or a property of a request body."""

    name: str
    schema: JsonSchema
    required: bool
    description: str
    in_body: bool = False


@dataclass
class Call:
    """The inputs of one tool while it is being made."""

    seen: Seen
    draft: Draft
    omit: list[Omission]
    parameters: list[ParameterSpec] = field(default_factory=list)
    names: Names = field(default_factory=Names)

    def add(
        self,
        source_name: str,
        name: str,
        type_: ValueType,
        text: str,
        required: bool,
        reference: Reference | None = None,
    ) -> str:
        """Add a parameter and return its identifier."""
        given = self.names.take(name)
        self.parameters.append(
            ParameterSpec(
                name=given,
                source_name=fold(source_name)[:200],
                type=type_,
                description=text,
                required=required,
                reference=reference,
            )
        )
        return given

    def add_for_field(self, source: Input | str, target: FieldSpec, required: bool) -> str:
        """Add a parameter that carries a value of `target`."""
        name = source if isinstance(source, str) else source.name
        said = "" if isinstance(source, str) else sentence(plain(source.description))
        return self.add(
            name, target.name, target.type, said or target.description, required, target.reference
        )

    def leave_out(self, name: str, reason: str) -> None:
        """Note that a parameter is not part of the tool."""
        self.omit.append(
            Omission(
                subject="parameter", where=f"{self.seen.where} {fold(name)[:200]}", reason=reason
            )
        )


class ToolMaker:
    """Makes tools from operations, given the entities of the API.

    Args:
        drafts: The entities.
        linker: Finds entities by noun or schema.
        schemas: Reads schemas.
        nouns: Singular and plural.
        common: Path parameters that most operations carry: they say whose account it is.
    """

    def __init__(
        self,
        drafts: list[Draft],
        linker: Linker,
        schemas: Schemas,
        nouns: Nouns,
        common: frozenset[str],
    ) -> None:
        self._owners = {home: draft for draft in drafts for home in draft.kind.homes}
        self._linker, self._schemas, self._nouns, self._common = linker, schemas, nouns, common

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
        if draft is not None and seen.kind in makers:
            return makers[seen.kind](Call(seen, draft, omit))
        if draft is None and len(seen.route.steps) > 1 and not seen.route.on_item:
            owner = self._owners.get(seen.route.nouns[:-1])
            if owner is not None and seen.route.steps[-2].parameters:
                return self._part(Call(seen, owner, omit))
        raise Meaningless(_why(seen, draft))

    # ---------------------------------------------------------------------- kinds of operations
    def _list(self, call: Call) -> Made:
        seen, draft = call.seen, call.draft
        matches = self._scope(call, of_list=True)
        inputs = ListInputs(draft, self._schemas, self._nouns)
        for parameter in self._inputs(call):
            if inputs.take(parameter.name, parameter.schema, parameter.description, call):
                continue
            if is_transport(parameter.name, "query") or is_presentation(parameter.name):
                call.leave_out(parameter.name, "transport")
            elif parameter.required:
                raise Meaningless("required parameter has no meaning")
            else:
                call.leave_out(parameter.name, "names no field")
        for tail in seen.route.tail:
            if not inputs.take(tail, {"type": "string"}, "", call, required=True):
                raise Meaningless("required parameter has no meaning")
        paging = inputs.paging()
        cursor = paging is not None and paging.style == "cursor"
        paged = seen.response.paged or cursor
        behaviour = ListRecords(
            table=draft.table,
            matches=(*matches, *inputs.matches),
            paging=paging,
            sorting=inputs.sorting(),
        )
        searching = seen.kind == "search" or any(m.op == "search" for m in inputs.matches)
        verb = "search" if seen.kind == "search" and searching else "list"
        plural = "_".join(self._nouns.plural_words(draft.noun))
        names = [f"{verb}_{plural}"]
        parent = self._parent_noun(seen)
        if parent:
            names.append(f"{verb}_{parent}_{plural}")
        if seen.route.on_item:
            suffix = snake(seen.route.steps[-1].parameters[-1])
            names.insert(0, f"{verb}_{plural}_by_{suffix}")
        words_after = seen.route.verb_words
        if "by" in words_after:
            suffix = "_".join(words_after[words_after.index("by") :])
            names.insert(0, f"list_{plural}_{suffix}")
        elif inputs.matches and seen.kind == "search":
            names.append(f"find_{plural}")
        result = Result(shape="page" if paged else "list", table=draft.table)
        return self._made(call, names, f"List {plural.replace('_', ' ')}.", behaviour, result)

    def _get(self, call: Call) -> Made:
        scope = self._scope(call)
        key = self._key(call)
        self._drop_rest(call)
        names = self._verb_names("get", call)
        behaviour = GetRecord(table=call.draft.table, key=key, scope=scope)
        result = Result(shape="record", table=call.draft.table)
        return self._made(call, names, f"Get one {call.draft.label}.", behaviour, result)

    def _create(self, call: Call) -> Made:
        seen, draft = call.seen, call.draft
        if seen.request is not None and seen.request.kind == "records":
            raise Meaningless("takes many records at once")
        if seen.response.kind == "records" and seen.route.verb != "create":
            raise Meaningless("answers with a list")
        if seen.response.kind == "record" and not self._is_of(seen, draft):
            raise Meaningless("answers with another kind of record")
        assigns = [
            Assign(field=match.field, source="parameter", parameter=match.parameter)
            for match in self._scope(call, of_list=True)
            if match.field is not None
        ]
        assigns += self._assigned(call, {a.field for a in assigns}, creating=True)
        if not any(assign.source == "parameter" for assign in assigns):
            raise Meaningless("nothing to store is described")
        behaviour = CreateRecord(table=draft.table, assigns=tuple(assigns))
        result = Result(shape="record", table=draft.table)
        names = self._verb_names("create", call)
        return self._made(call, names, f"Create {_a(draft.label)}.", behaviour, result)

    def _update(self, call: Call) -> Made:
        seen, draft = call.seen, call.draft
        if seen.request is not None and seen.request.kind == "records":
            raise Meaningless("takes many records at once")
        scope = self._scope(call)
        key = self._key(call)
        assigns = self._assigned(call, {draft.key}, creating=False)
        if not any(assign.source == "parameter" for assign in assigns):
            raise Meaningless("nothing to change is described")
        required = {p.name for p in call.parameters if p.required and p.name != key}
        replacing = seen.kind == "replace" and bool(required)
        behaviour = UpdateRecord(
            table=draft.table, key=key, scope=scope, assigns=tuple(assigns), replace=replacing
        )
        names = self._verb_names("update", call)
        if seen.operation.method == "put":
            names.insert(1, f"replace_{'_'.join(draft.noun)}")
        return self._made(
            call, names, f"Change {_a(draft.label)}.", behaviour, self._record_or_none(seen, draft)
        )

    def _delete(self, call: Call) -> Made:
        scope = self._scope(call)
        key = self._key(call)
        self._drop_rest(call)
        behaviour = DeleteRecord(table=call.draft.table, key=key, scope=scope)
        names = self._verb_names("delete", call)
        result = self._record_or_none(call.seen, call.draft)
        return self._made(call, names, f"Delete {_a(call.draft.label)}.", behaviour, result)

    def _part(self, call: Call) -> Made:
        """Make a tool for a path that ends in a word behind a record: an action or a field."""
        seen, draft = call.seen, call.draft
        if seen.operation.method == "get":
            raise Meaningless("reads something that is not a record")
        steps = seen.route.steps
        tail = steps[-1]
        inner = replace(seen, route=replace(seen.route, steps=steps[:-1]))
        call.seen = inner
        scope = self._scope(call)
        key = self._key(call)
        target = find_target(words(tail.segment), seen.operation.method, draft)
        if target is not None:
            return self._action(call, seen, target, key, scope)
        named = draft.names.get(words(tail.segment))
        if named is None or seen.operation.method == "delete":
            raise Meaningless("changes nothing that the records hold")
        assigns = self._assigned(call, {draft.key}, creating=False, only=named)
        if not any(assign.source == "parameter" for assign in assigns):
            raise Meaningless("nothing to change is described")
        call.parameters = [p.model_copy(update={"required": True}) for p in call.parameters]
        call.seen = seen
        behaviour = UpdateRecord(table=draft.table, key=key, scope=scope, assigns=tuple(assigns))
        noun = "_".join(draft.noun)
        names = [f"set_{noun}_{snake(tail.segment)}"]
        label = f"Set the {' '.join(words(tail.segment))} of {_a(draft.label)}."
        return self._made(call, names, label, behaviour, self._record_or_none(seen, draft))

    def _action(
        self, call: Call, seen: Seen, target: Target, key: str, scope: tuple[Match, ...]
    ) -> Made:
        draft = call.draft
        assigns = self._assigned(call, {draft.key, target.field}, creating=False)
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
        label = f"{' '.join(target.verb).capitalize()} {_a(draft.label)}."
        return self._made(call, names, label, behaviour, self._record_or_none(seen, draft))

    # ---------------------------------------------------------------------- inputs
    def _inputs(self, call: Call) -> list[Input]:
        """Return query parameters and body properties, in that order."""
        found: list[Input] = []
        for parameter in call.seen.operation.parameters:
            if parameter.location != "query":
                continue
            shape = self._schemas.shape(parameter.schema_)
            if shape.kind != "object":
                one = Input(
                    parameter.name, parameter.schema_, parameter.required, parameter.description
                )
                found.append(one)
            for name, schema in shape.properties.items():
                needed = parameter.required and name in shape.required
                text = self._schemas.shape(schema).description
                found.append(Input(f"{parameter.name}[{name}]", schema, needed, text))
        request = call.seen.request
        if request is not None and request.kind == "record":
            for name, schema in request.shape.properties.items():
                shape = self._schemas.shape(schema)
                if not shape.read_only:
                    required = name in request.shape.required
                    found.append(Input(name, schema, required, shape.description, in_body=True))
        return found

    def _scope(self, call: Call, of_list: bool = False) -> tuple[Match, ...]:
        """Add the path parameters before the record's own; return what they narrow."""
        seen, draft = call.seen, call.draft
        steps = seen.route.steps
        matches: list[Match] = []
        link = draft.links.get(seen.route.nouns)
        before = [*seen.route.context]
        for step in steps[:-1]:
            before += step.parameters
        own = steps[-1].parameters
        before += own if of_list else own[:-1]
        parent = steps[-2].parameters[-1] if len(steps) > 1 and steps[-2].parameters else None
        for name in dict.fromkeys(before):
            parts = words(name)
            target = link if name == parent and link else draft.names.get(parts)
            if target is None and len(parts) == 1 and name == parent and parts[0] == "id":
                target = draft.names.get((*steps[-2].noun, "id"))
            if name == parent and link is None and not draft.kind.is_named(steps[-1].noun):
                target = None
            if target is None and of_list and name in own and self._is_key(draft, parts):
                target = draft.key
            if target is not None and (target != draft.key or of_list):
                found = draft.fields[target]
                made = self._scope_parameter(call, name, found)
                listed = isinstance(found.type, ListOf)
                matches.append(
                    Match(parameter=made, field=target, op="contains" if listed else "eq")
                )
            elif is_transport(name, "path") or name in self._common:
                call.leave_out(name, "transport")
            elif not of_list:
                call.leave_out(name, "implied by the record's key")
            elif link is not None:
                call.leave_out(name, "implied by the parent")
            else:
                raise Meaningless("required parameter has no meaning")
        return tuple(matches)

    def _scope_parameter(self, call: Call, source_name: str, target: FieldSpec) -> str:
        type_ = target.type.item if isinstance(target.type, ListOf) else target.type
        name = target.name
        if isinstance(target.type, ListOf):
            name = identifier(source_name, "item")
            if target.reference is not None and len(words(source_name)) < 2:
                name = target.name.removesuffix("s")
        if isinstance(type_, Scalar):
            type_ = type_.model_copy(update={"pattern": None})
        text = self._said(call.seen, source_name) or target.description
        reference = target.reference
        if target.role == "key":
            reference = Reference(table=call.draft.table)
        return call.add(source_name, name, type_, text, required=True, reference=reference)

    def _said(self, seen: Seen, name: str) -> str:
        for parameter in seen.operation.parameters:
            if parameter.name == name and parameter.location == "path":
                return sentence(plain(parameter.description))
        return ""

    def _key(self, call: Call) -> str:
        """Add the parameter that names the record."""
        seen, draft = call.seen, call.draft
        if seen.route.tail:
            source_name = seen.route.tail[-1]
        elif seen.route.on_item:
            source_name = seen.route.steps[-1].parameters[-1]
        else:
            found = self._key_input(call)
            if found is None:
                raise Meaningless("names no record")
            source_name = found
        if not self._is_key(draft, words(source_name)):
            raise Meaningless("looks records up by another field")
        text = self._said(seen, source_name) or describe("", ("id",), draft.noun)
        return call.add(
            source_name,
            self._key_name(draft, source_name),
            draft.key_type(),
            text,
            required=True,
            reference=Reference(table=draft.table),
        )

    def _key_name(self, draft: Draft, source_name: str) -> str:
        parts = words(source_name)
        noun = "_".join(draft.noun)
        if "_".join((*draft.noun, "id")) in draft.fields and draft.key == "id":
            return "id"
        if "".join(parts) in ("".join(draft.noun), "".join(draft.kind.homes[0][-1])):
            parts = (*draft.noun, "id")
        elif len(parts) < 2:
            parts = (*draft.noun, *parts)
        return identifier("_".join(parts), noun)

    def _is_key(self, draft: Draft, parts: tuple[str, ...]) -> bool:
        """Tell whether a path parameter carries the key and not another field of the record."""
        if draft.names.get(parts) == draft.key or parts == draft.noun or not parts:
            return True
        other = draft.names.get(parts)
        if other is None and parts[: len(draft.noun)] == draft.noun:
            other = draft.names.get(parts[len(draft.noun) :])
        if other is not None:
            return other == draft.key
        used = {words(name) for name in draft.kind.item_parameters[:1]}
        if parts in used or (len(parts) == 1 and parts[0] in _IDENTIFIERS):
            return True
        if parts[-1] not in _IDENTIFIERS:
            return "".join(parts) == "".join(draft.noun)
        return draft.kind.is_named(parts[:-1]) or "".join(parts[:-1]) == "".join(draft.noun)

    def _key_input(self, call: Call) -> str | None:
        """Return the query parameter or body property that names the record."""
        draft = call.draft
        own = draft.choice.slot.words
        for wanted in (own, (*draft.noun, *own), (*draft.noun, "id"), ("id",), draft.noun):
            for one in self._inputs(call):
                if words(one.name) == wanted:
                    return one.name
        return None

    def _assigned(
        self, call: Call, taken: set[str], creating: bool, only: str | None = None
    ) -> list[Assign]:
        """Add the parameters that set fields, and return what they and the clock set."""
        seen, draft = call.seen, call.draft
        assigns: list[Assign] = []
        used = {p.source_name for p in call.parameters}
        for one in self._inputs(call):
            parts = words(one.name)
            name = draft.names.get(parts) or draft.names.get((one.name,))
            if one.name in used:
                continue
            if name is None and parts[: len(draft.noun)] == draft.noun:
                name = draft.names.get(parts[len(draft.noun) :])
            if name is None and only is not None and parts in (("value",), ("new",), ("data",)):
                name = only
            if name is None or (name == draft.key and draft.choice.style != "natural"):
                self._reject(call, one, "set by the service" if name else "")
                continue
            if name in taken:
                call.leave_out(one.name, "given by the path")
                continue
            if only is not None and name != only:
                call.leave_out(one.name, "names no field")
                continue
            taken.add(name)
            target = draft.fields[name]
            partial = not creating and (seen.kind != "replace")
            required = one.required and not (partial and seen.operation.method == "patch")
            made = call.add_for_field(one, target, required or (creating and name == draft.key))
            assigns.append(Assign(field=name, source="parameter", parameter=made))
        for target in draft.fields.values():
            clocked = target.role == "updated_at" or (creating and target.role == "created_at")
            if clocked and target.name not in taken:
                assigns.append(Assign(field=target.name, source="now"))
        return assigns

    def _reject(self, call: Call, one: Input, reason: str) -> None:
        """Leave an input out, or the whole operation where it cannot do without."""
        parts = words(one.name)
        shape = self._schemas.shape(one.schema)
        if reason:
            pass
        elif is_secret(parts):
            reason = "secret"
        elif shape.format in ("binary", "byte"):
            if one.required:
                raise Meaningless("carries a file")
            reason = "binary content"
        elif is_transport(one.name, "query") and not one.in_body:
            reason = "transport"
        elif is_presentation(one.name) or is_instruction(parts, shape):
            reason = "instruction, not data"
        elif one.required and not one.in_body:
            raise Meaningless("required parameter has no meaning")
        else:
            reason = "names no field"
        call.leave_out(one.name, reason)

    def _drop_rest(self, call: Call) -> None:
        """Leave out the inputs of an operation that only needs its key."""
        used = {p.source_name for p in call.parameters}
        for one in self._inputs(call):
            if one.name in used or one.in_body:
                continue
            if is_transport(one.name, "query") or is_presentation(one.name):
                call.leave_out(one.name, "transport")
            elif one.required:
                raise Meaningless("required parameter has no meaning")
            else:
                call.leave_out(one.name, "names no field")

    # ---------------------------------------------------------------------- results and names
    def _is_of(self, seen: Seen, draft: Draft) -> bool:
        """Tell whether an operation returns records of the entity, and not something beside."""
        shape = seen.response.shape
        named = self._linker.by_component(shape.name)
        if named is not None:
            return named is draft
        known = {words(name) for name in shape.properties}
        shared = known & set(draft.names)
        return len(shared) >= max(1, len(known) / 2)

    def _record_or_none(self, seen: Seen, draft: Draft) -> Result:
        if seen.response.kind == "record" and self._is_of(seen, draft):
            return Result(shape="record", table=draft.table)
        return Result(shape="none")

    def _parent_noun(self, seen: Seen) -> str:
        steps = seen.route.steps
        if len(steps) > 1 and steps[-2].parameters:
            return "_".join(steps[-2].noun)
        return ""

    def _verb_names(self, verb: str, call: Call) -> list[str]:
        noun = "_".join(call.draft.noun)
        names = [f"{verb}_{noun}"]
        parent = self._parent_noun(call.seen)
        if parent and not noun.startswith(parent):
            names.append(f"{verb}_{parent}_{noun}")
        return names

    def _made(
        self, call: Call, names: list[str], fallback: str, behaviour: Behaviour, result: Result
    ) -> Made:
        operation = call.seen.operation
        summary = sentence(plain(operation.summary))
        text = sentence(plain(operation.description))
        described = text if len(text) > len(summary) and len(text) >= 20 else summary
        if len(described.split()) < 2:
            described = sentence(fallback)
        source = snake(operation.id)
        candidates = [n for n in (*names, source) if n]
        return Made(
            call.seen,
            call.draft,
            tuple(candidates),
            described,
            call.parameters,
            behaviour,
            result,
        )


def _a(label: str) -> str:
    return f"an {label}" if label[:1] in "aeio" else f"a {label}"


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
            return "its records have no key"
        return "no record is described"
    if draft is not None and seen.operation.method in ("put", "patch", "delete"):
        return "changes many records at once"
    if seen.operation.method == "get":
        return "reads something that is not a record"
    return "no rule for this operation"
