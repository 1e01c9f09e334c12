"""Inputs: what callers give to an operation, and the fields that each input is about."""

from __future__ import annotations

from envfactory.source.description import Parameter
from envfactory.spec.model import (
    Assign,
    FieldSpec,
    ListOf,
    Match,
    Reference,
    Scalar,
)
from envfactory.spec.operations.seen import Seen
from envfactory.spec.records.call import Call as Call
from envfactory.spec.records.call import Input as Input
from envfactory.spec.records.call import Meaningless as Meaningless
from envfactory.spec.records.draft import Draft
from envfactory.spec.records.implied import IMPLIED, Implied, is_no_value
from envfactory.spec.records.link import Linker
from envfactory.spec.records.parameter import is_presentation, is_transport
from envfactory.spec.records.slot import is_instruction, is_secret
from envfactory.spec.shapes.route import picks
from envfactory.spec.shapes.schema import Schemas
from envfactory.spec.shapes.value import describe
from envfactory.spec.words.authority import is_set_by_caller
from envfactory.spec.words.name import identifier, word_set, words
from envfactory.spec.words.prose import plain, sentence

_DISTINCT = word_set(
    "url uri name username login email slug code handle number symbol sku isbn barcode ean upc "
    "gtin domain hostname host key tag uuid guid id path title phone alias nickname permalink "
    "identifier reference ref imei vin iban iata icao subdomain address serial external_id"
)
"""Last words of the names of fields by which one record can be told from all others."""
_LOOK_UP = "looks records up by another field"
_IDENTIFIERS = word_set("id ids uuid key guid identifier sid number no")


def _is_clocked(target: FieldSpec, creating: bool) -> bool:
    """Tell whether the clock sets a field whenever a record is made, or changed."""
    return target.role == "updated_at" or (creating and target.role == "created_at")


class InputReader:
    """Reads the inputs of operations.

    Args:
        schemas: Reads schemas.
        linker: Finds the entities that inputs refer to.
        common: Path parameters that most operations carry: they say whose account it is.
    """

    def __init__(self, schemas: Schemas, linker: Linker, common: frozenset[str]) -> None:
        self._schemas, self._common = schemas, common
        self.implied = Implied(schemas, linker)

    def all(self, call: Call) -> list[Input]:
        """Return query parameters and body properties, in that order."""
        found: list[Input] = []
        for parameter in call.seen.operation.parameters:
            if parameter.location != "query" and not _is_behind_path(parameter, call.seen):
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

    def scope(self, call: Call, of_list: bool = False) -> tuple[Match, ...]:
        """Add the path parameters before the record's own; return what they narrow."""
        seen, draft, steps = call.seen, call.draft, call.seen.route.steps
        matches: list[Match] = []
        link = draft.links.get(seen.route.nouns)
        before = [*seen.route.context, *(p for step in steps[:-1] for p in step.parameters)]
        own = steps[-1].parameters
        before += own if of_list else own[:-1]
        for name in dict.fromkeys(before):
            target = self._scope_field(call, name, link)
            if draft.choice.inferred and target == draft.key:
                target = None
            elif of_list and target == draft.key and name not in own:
                raise Meaningless("required parameter has no meaning")
            elif target is None and of_list and name in own and name not in self._common:
                if (listing := seen.kind in ("list", "search")) and is_no_value(draft, name):
                    raise Meaningless("lists a selection that no field states")
                if not listing and self._is_key(draft, words(name)):
                    target = draft.key
            if any(match.field == target for match in matches):
                call.leave_out(name, "given by the path")
            elif target is not None and (target != draft.key or of_list):
                found = draft.fields[target]
                if isinstance(found.type, ListOf) and not of_list:
                    raise Meaningless("acts on a relation between records")
                made = self._scope_parameter(call, name, found)
                listed = isinstance(found.type, ListOf)
                matches.append(
                    Match(parameter=made, field=target, op="contains" if listed else "eq")
                )
            elif name in self._common or (is_transport(name, "path") and not picks(steps, name)):
                call.leave_out(name, "transport")
            elif not of_list:
                call.leave_out(name, "implied by the record's key")
            elif link is not None:
                call.leave_out(name, "implied by the parent")
            else:
                qualifier = next((step.noun for step in steps[:-1] if name in step.parameters), ())
                matches.append(self.imply(call, self._in_path(call, name), qualifier))
        return tuple(matches)

    def imply(self, call: Call, one: Input, qualifier: tuple[str, ...] = ()) -> Match:
        """Narrow a list by a field that a required input implies.

        Raises:
            Meaningless: If no field can be concluded from the input.
        """
        match = self.implied.match(call, one.name, self.implied.shape(one), qualifier)
        if match is None:
            raise Meaningless("required parameter has no meaning")
        if IMPLIED not in call.inferred:
            call.inferred.append(IMPLIED)
        return match

    def tail(self, call: Call) -> list[Input]:
        """Return the path parameters behind the verb of a path."""
        return [self._in_path(call, name) for name in call.seen.route.tail]

    def in_path(self, call: Call) -> list[Input]:
        """Return the path parameters, but those that say whose account it is."""
        route = call.seen.route
        names = [*route.context, *(p for step in route.steps for p in step.parameters), *route.tail]
        return [self._in_path(call, name) for name in names if name not in self._common]

    def _in_path(self, call: Call, name: str) -> Input:
        for one in call.seen.operation.parameters:
            if one.name == name and one.location == "path":
                return Input(name, one.schema_ or {"type": "string"}, True, one.description)
        return Input(name, {"type": "string"}, True, "")

    def _scope_field(self, call: Call, name: str, link: str | None) -> str | None:
        """Return the field that a path parameter before the record's own is about."""
        draft, steps = call.draft, call.seen.route.steps
        parts = words(name)
        for step in steps[:-1]:
            if name not in step.parameters:
                continue
            if step is steps[-2] and name == step.parameters[-1]:
                if link is not None:
                    return link
                if not draft.kind.is_named(steps[-1].noun):
                    return None
            if len(parts) == 1 and parts != step.noun:
                parts = (*step.noun, *parts)
        return draft.names.get(parts)

    def _scope_parameter(self, call: Call, source_name: str, target: FieldSpec) -> str:
        type_ = target.type.item if isinstance(target.type, ListOf) else target.type
        name = target.name
        if call.seen.origin is not None and call.seen.origin.name:
            name = identifier(source_name, "_".join(call.draft.noun))
        elif isinstance(target.type, ListOf):
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

    def key(self, call: Call) -> str:
        """Add the parameter that names the record."""
        draft = call.draft
        source_name = self._item_input(call) or self.key_input(call)
        if source_name is None:
            raise Meaningless("names no record")
        if not self._is_key(draft, words(source_name)):
            raise Meaningless(_LOOK_UP)
        return self.named(call, draft, source_name)

    def look_up(self, call: Call) -> tuple[str, str] | None:
        """Add the parameter that names a record by another field than its key, if one does.

        Returns:
            The parameter and the field.
        """
        source_name = self._item_input(call) or self._only_asked(call)
        if source_name is None or self._is_key(call.draft, words(source_name)):
            return None
        target = self._distinct_field(call, words(source_name))
        if target is None:
            raise Meaningless(_LOOK_UP)
        if target.role == "key":
            return self.named(call, call.draft, source_name), target.name
        text = self._said(call.seen, source_name) or target.description
        made = call.add(source_name, target.name, target.type, text, required=True)
        return made, target.name

    def _item_input(self, call: Call) -> str | None:
        """Return the path parameter that picks the record."""
        route = call.seen.route
        if route.tail:
            return route.tail[-1]
        return route.steps[-1].parameters[-1] if route.on_item else None

    def _only_asked(self, call: Call) -> str | None:
        """Return the one query parameter that callers must give, where it is not the key."""
        asked = [one for one in self.all(call) if one.required and not one.in_body]
        asked = [one for one in asked if not is_transport(one.name, "query")] or asked
        return asked[0].name if len(asked) == 1 and self.key_input(call) is None else None

    def _distinct_field(self, call: Call, parts: tuple[str, ...]) -> FieldSpec | None:
        """Return the field that tells records apart and that a parameter is about."""
        draft, by = call.draft, call.seen.route.verb_words
        wanted = [parts]
        if parts[: len(draft.noun)] == draft.noun:
            wanted.append(parts[len(draft.noun) :])
        if "by" in by:
            wanted.append(by[by.index("by") + 1 :])
        for named in wanted:
            name = draft.names.get(named)
            called = call.seen.route.steps[-1].noun == named
            if name is None or not (called or set(named[-1:]) & _DISTINCT):
                continue
            found = draft.fields[name]
            plain_type = isinstance(found.type, Scalar) and not found.type.choices
            if plain_type and found.reference is None and not found.has_default:
                return found
        return None

    def named(self, call: Call, draft: Draft, source_name: str) -> str:
        """Add a parameter that carries the key of a record of `draft`."""
        text = self._said(call.seen, source_name) or describe("", ("id",), draft.noun)
        return call.add(
            source_name,
            self._key_name(draft, source_name, call.seen),
            draft.key_type(),
            text,
            required=True,
            reference=Reference(table=draft.table),
        )

    def _key_name(self, draft: Draft, source_name: str, seen: Seen) -> str:
        parts = words(source_name)
        noun = "_".join(draft.noun)
        if seen.origin is not None and seen.origin.name:
            return identifier(source_name, noun)
        if "_".join((*draft.noun, "id")) in draft.fields and draft.key == "id":
            return "id"
        if "".join(parts) in ("".join(draft.noun), "".join(draft.kind.homes[0][-1])):
            parts = (*draft.noun, "id")
        elif len(parts) < 2 and not "".join(parts).startswith(draft.noun[-1]):
            parts = (*draft.noun, *parts)
        return identifier("_".join(parts), noun)

    def _is_key(self, draft: Draft, parts: tuple[str, ...]) -> bool:
        """Tell whether a path parameter carries the key and not another field of the record."""
        if draft.choice.inferred:
            return parts == draft.choice.slot.words
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

    def key_input(self, call: Call) -> str | None:
        """Return the query parameter or body property that names the record."""
        draft = call.draft
        own = draft.choice.slot.words
        for wanted in (own, (*draft.noun, *own), (*draft.noun, "id"), ("id",), draft.noun):
            for one in self.all(call):
                if words(one.name) == wanted:
                    return one.name
        return None

    def assigned(
        self, call: Call, taken: set[str], creating: bool, only: str | None = None
    ) -> list[Assign]:
        """Add the parameters that set fields, and return what they and the clock set."""
        seen, draft = call.seen, call.draft
        assigns: list[Assign] = []
        used = {p.source_name for p in call.parameters}
        for one in self.all(call):
            parts = words(one.name)
            name = draft.names.get(parts) or draft.names.get((one.name,))
            if one.name in used:
                continue
            if self._is_about_answer(call, one):
                call.leave_out(one.name, "instruction, not data")
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
            dated = draft.fields[name].role in ("created_at", "updated_at")
            if dated and not one.required and not is_set_by_caller(one.description):
                self._reject(call, one, "set by the service")
                continue
            if only is not None and name != only:
                call.leave_out(one.name, "names no field")
                continue
            taken.add(name)
            target = draft.fields[name]
            partial = not creating and (seen.kind != "replace")
            loose = seen.operation.method == "patch" and not (seen.origin and seen.origin.name)
            required = one.required and not (partial and loose)
            made = call.add_for_field(one, target, required or (creating and name == draft.key))
            or_now = _is_clocked(target, creating) and not call.parameters[-1].required
            assigns.append(Assign(field=name, source="parameter", parameter=made, or_now=or_now))
        for target in draft.fields.values():
            if _is_clocked(target, creating) and target.name not in taken:
                assigns.append(Assign(field=target.name, source="now"))
        return assigns

    def _is_about_answer(self, call: Call, one: Input) -> bool:
        """Tell whether a query beside a body says what to answer with, and not what to store."""
        request = call.seen.request
        if one.in_body or one.required or request is None or request.kind != "record":
            return False
        said = one.description.lower()
        told = any(word in said for word in ("return", "result", "response"))
        return told or self._schemas.shape(one.schema).kind == "boolean"

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

    def drop_rest(self, call: Call) -> None:
        """Leave out the inputs of an operation that only needs its key."""
        used = {p.source_name for p in call.parameters}
        for one in self.all(call):
            if one.name in used or one.in_body:
                continue
            if is_transport(one.name, "query") or is_presentation(one.name):
                call.leave_out(one.name, "transport")
            elif one.required and call.seen.operation.method == "get":
                raise Meaningless("required parameter has no meaning")
            else:
                call.leave_out(one.name, "names no field")


def _is_behind_path(parameter: Parameter, seen: Seen) -> bool:
    """Tell whether a path template carries the parameter in its query, as in `/near?at={at}`."""
    path, mark, query = seen.operation.path.partition("?")
    written = f"{{{parameter.name}}}"
    return bool(mark) and parameter.location == "path" and written in query and written not in path
