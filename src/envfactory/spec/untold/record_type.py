"""Record types: what a tool says by the type of the record that it answers with.

`borrow_book(book_id, member_id) -> Loan` makes a loan, `return_book(loan_id) -> Loan` changes one,
and `find_member(email) -> Member` finds just one. Names alone tell none of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from envfactory.source.description import Operation
from envfactory.spec.records.action import is_action, participles
from envfactory.spec.records.parameter import bound, is_listing
from envfactory.spec.shapes.component import clean_component
from envfactory.spec.shapes.payload import Envelopes
from envfactory.spec.shapes.schema import Schemas, Shape
from envfactory.spec.untold.toolname import Doing, ToolName
from envfactory.spec.words.name import Nouns, word_set, words

_NEW = word_set("new to updated target next")
"""First words of inputs that only say that a field takes another value: `new_due`."""
_KEYS = word_set("reference ref code number key slug username isbn sku iban login handle")
"""Last words of fields that records without an id are known by."""
_LOOKING = word_set(
    "get fetch read show retrieve view describe load inspect display find search query lookup "
    "list check see browse enumerate"
)
_MAKING: tuple[Doing, ...] = ("", "act", "relate", "create", "upsert", "update", "get")
_CHANGING: tuple[Doing, ...] = ("", "act", "relate", "create", "upsert", "update", "get", "outside")
_LEAVING: tuple[Doing, ...] = ("create", "upsert", "update", "act", "relate")
OTHER_KIND = "answers with another kind of record"
SELECTION = "lists a selection that no field states"
_LISTING: tuple[Doing, ...] = ("get", "list", "search")


@dataclass(frozen=True)
class RecordType:
    """A kind of record that a source defines.

    Attributes:
        noun: What one is called.
        fields: The words of its fields, with the shape of each.
        names: The words of its fields, with the name of each.
        key: The words of the field that identifies it; empty where none does.
    """

    noun: tuple[str, ...]
    fields: Mapping[tuple[str, ...], Shape]
    names: Mapping[tuple[str, ...], str]
    key: tuple[str, ...]

    def keyed_by(self, parts: tuple[str, ...]) -> bool:
        """Tell whether an input of that name carries the key of such a record."""
        return parts in ((*self.noun, "id"), (*self.noun[-1:], "id"), self.noun) or (
            parts == self.key and bool(parts)
        )

    def field(self, parts: tuple[str, ...]) -> tuple[str, ...] | None:
        """Return the field that an input names: `new_due` and `due` are `due`."""
        ways = [parts, (*parts, "id")]
        if parts[:1] and parts[0] in _NEW:
            ways += [parts[1:], (*parts[1:], "id")]
        return next((way for way in ways if way in self.fields and way != self.key), None)

    def state(self, parts: tuple[str, ...]) -> bool:
        """Tell whether a verb, or an adjective, is the name of one of the states of a record."""
        wanted = {"_".join(parts)}
        wanted |= {"_".join((form, *parts[1:])) for form in participles(parts[0])}
        return any(
            "_".join(words(str(choice))) in wanted
            for shape in self.fields.values()
            for choice in shape.choices
        )

    def first_state(self, verb: tuple[str, ...]) -> tuple[str, ...]:
        """Return the state in which records begin that a verb leads out of."""
        for shape in self.fields.values():
            choices = [words(str(choice)) for choice in shape.choices]
            if any("_".join(one) in participles(verb[0]) for one in choices):
                return choices[0] if len(choices[0]) == 1 else ()
        return ()


@dataclass(frozen=True)
class Told:
    """What the name and the types of a tool say together.

    Attributes:
        state: The words that select some of the records, as "overdue" does.
        sets: The inputs that give fields their values, with the name of each field.
        reason: Why the types say that no rule states what the tool does, or ''.
    """

    name: ToolName
    state: tuple[str, ...] = ()
    sets: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""


class RecordTypes:
    """Reads the names of tools in the light of the record types of their source.

    Args:
        named: The schemas that the source names.
        schemas: Reads schemas.
        nouns: Singular and plural.
        exact: Tools answer with just what they are declared to, as Python functions do.
    """

    def __init__(
        self, named: Iterable[str], schemas: Schemas, nouns: Nouns, *, exact: bool = False
    ) -> None:
        self._schemas, self._nouns, self._exact = schemas, nouns, exact
        self._envelopes = Envelopes(schemas, nouns)
        self._types: dict[str, RecordType] = {}
        for name in named:
            made = self._type(name, schemas.shape({"$ref": f"#/schemas/{name}"}))
            if made is not None:
                self._types[name] = made
        for name, kind in self._types.items():
            if not kind.key:
                self._types[name] = replace(kind, key=self._natural_key(kind))

    @property
    def all(self) -> tuple[RecordType, ...]:
        """The record types that the source defines."""
        return tuple(self._types.values())

    def get(self, name: str) -> RecordType | None:
        """Return the record type that a schema of that name defines, if it does."""
        return self._types.get(name)

    def answered(self, operation: Operation) -> RecordType | None:
        """Return the record type of the one record that a tool is declared to answer with."""
        found = self._answered(operation)
        return found[0] if found is not None and not found[1] else None

    def _type(self, name: str, shape: Shape) -> RecordType | None:
        noun = clean_component(name, self._nouns)
        if shape.kind != "object" or not shape.properties or not noun:
            return None
        fields = {words(one): self._schemas.shape(s) for one, s in shape.properties.items()}
        names = {words(one): one for one in shape.properties}
        parts = tuple(noun.split("_"))
        keys = ((*parts, "id"), ("id",), (*parts[-1:], "id"), (*parts, "number"), (*parts, "code"))
        key = next((key for key in keys if key in fields), ())
        return RecordType(parts, fields, names, key)

    def _natural_key(self, kind: RecordType) -> tuple[str, ...]:
        """Return the field that records without an id are known by, and that is no other's key."""
        others = {one.key for one in self._types.values() if one.key}
        others |= {(*one.noun, *one.key) for one in self._types.values() if one.key}
        return next(
            (
                parts
                for parts, shape in kind.fields.items()
                if parts
                and parts[-1] in _KEYS
                and shape.kind in ("string", "integer")
                and parts not in others
            ),
            (),
        )

    def read(
        self, operation: Operation, name: ToolName, required: frozenset[str], inputs: Iterable[str]
    ) -> Told:
        """Return what the name of a tool says, with what its types say beside.

        Args:
            operation: The tool.
            name: What its name alone says.
            required: The inputs that callers must give.
            inputs: All inputs.
        """
        parts = words(operation.id)
        if self._answers_number(operation):
            return self._counted(name, parts)
        found = self._answered(operation)
        if found is None:
            return Told(self._by_key(name, parts, required))
        kind, several = found
        if several:
            return self._listed(name, parts, kind, required, inputs)
        said = self._single(name, parts, kind, required, inputs)
        if said.noun != kind.noun or said.doing not in ("act", "create", "update"):
            other = self._exact and said.doing in _LEAVING
            return Told(said, reason=OTHER_KIND if other else "")
        named = {one: kind.field(words(one)) for one in inputs}
        return Told(said, sets={one: kind.names[f] for one, f in named.items() if f is not None})

    # ---------------------------------------------------------------------- answers
    def _answered(self, operation: Operation) -> tuple[RecordType, bool] | None:
        """Return the record type that a tool is declared to answer with, and whether with many."""
        if operation.response is None:
            return None
        payload = self._envelopes.open(operation.response.schema_)
        kind = self._types.get(payload.shape.name)
        if kind is None or payload.kind not in ("record", "records"):
            return None
        return kind, payload.kind == "records"

    def _answers_number(self, operation: Operation) -> bool:
        if operation.response is None:
            return False
        return self._schemas.shape(operation.response.schema_).kind == "integer"

    def _counted(self, name: ToolName, parts: tuple[str, ...]) -> Told:
        """Read `count_overdue` and `count_overdue_loans`: so many records are in that state."""
        if parts[:1] != ("count",) or len(parts) < 2:
            return Told(name)
        said = self._nouns.singular_words(name.noun)
        for kind in self._types.values():
            before = said[: -len(kind.noun)]
            if said[-len(kind.noun) :] == kind.noun and before and kind.state(before):
                return Told(replace(name, doing="count", noun=kind.noun, plural=True), before)
        kinds = [kind for kind in self._types.values() if said and kind.key and kind.state(said)]
        if name.doing != "count" and len(kinds) == 1:
            return Told(ToolName("count", ("count",), kinds[0].noun, plural=True), said)
        return Told(name)

    def _listed(
        self,
        name: ToolName,
        parts: tuple[str, ...],
        kind: RecordType,
        required: frozenset[str],
        inputs: Iterable[str],
    ) -> Told:
        """Read a tool that answers with many: `list_overdue_loans`, `get_timetable`."""
        noun = self._nouns.singular_words(name.noun)
        own = noun[-len(kind.noun) :] == kind.noun
        if name.doing == "" and own and self._nouns.is_plural(parts[-1]):
            name = replace(name, doing="list")
        if name.doing not in _LISTING:
            return Told(name)
        before = noun[: -len(kind.noun)] if own else ()
        chosen = before if before and kind.state(before) else ()
        owned = any(words(one)[: len(before)] == before for one in inputs)
        unstated = not all(self._narrows(kind, words(one)) for one in required)
        if self._exact and (unstated or (before and not chosen and not owned)):
            return Told(name, reason=SELECTION)
        if noun == kind.noun or (before and not chosen):
            return Told(name)
        if not own and any(noun == other.noun for other in self._types.values()):
            return Told(name)
        return Told(replace(name, noun=kind.noun, plural=True), chosen)

    def _narrows(self, kind: RecordType, parts: tuple[str, ...]) -> bool:
        """Tell whether an input selects by a field, by an owner or by words, or is of the list."""
        owned = any(other.keyed_by(parts) for other in self._types.values())
        known = owned or kind.field(parts) is not None or parts == kind.key
        return known or is_listing(parts) or bound(parts)[0] is not None

    # ---------------------------------------------------------------------- single records
    def _single(
        self,
        name: ToolName,
        parts: tuple[str, ...],
        kind: RecordType,
        required: frozenset[str],
        inputs: Iterable[str],
    ) -> ToolName:
        """Read a tool that answers with one record: it finds, makes or changes it."""
        looking = parts[0] in _LOOKING or name.verb[-1:] in (("search",), ("lookup",))
        if name.doing in _LISTING and looking:
            return replace(name, doing="get", noun=kind.noun, plural=False)
        if any(kind.keyed_by(words(one)) for one in required):
            return self._changed(name, parts, kind, inputs)
        given = [one for one in required if kind.field(words(one)) is not None]
        makes = name.doing in _MAKING and kind.key and given and len(given) == len(required)
        return replace(name, doing="create", noun=kind.noun, plural=False) if makes else name

    def _changed(
        self, name: ToolName, parts: tuple[str, ...], kind: RecordType, inputs: Iterable[str]
    ) -> ToolName:
        """Read a tool that takes the key of the record that it changes."""
        if name.doing not in _CHANGING:
            return name
        verb = self._verb(name, parts, kind)
        if verb:
            return ToolName("act", verb, kind.noun)
        rest = [words(one) for one in inputs if not kind.keyed_by(words(one))]
        if rest and all(kind.field(one) is not None for one in rest):
            return ToolName("update", parts[:1], kind.noun)
        if name.doing == "get":
            return ToolName("", (), name.noun)
        return replace(name, noun=kind.noun) if name.doing == "act" else name

    def _verb(self, name: ToolName, parts: tuple[str, ...], kind: RecordType) -> tuple[str, ...]:
        """Return the verb in which a name begins, where it leads to a state of the record."""
        if name.doing == "act" and kind.state(name.verb):
            return name.verb
        for count in (2, 1):
            verb = parts[:count]
            if verb[0] not in _LOOKING - {"check"} and kind.state(verb):
                return verb
        undone = parts[0].removeprefix("un")
        if undone != parts[0] and kind.state((undone,)):
            return kind.first_state((undone,))
        return ()

    def _by_key(self, name: ToolName, parts: tuple[str, ...], required: frozenset[str]) -> ToolName:
        """Read `return_book(loan_id)` where only the key says what is changed."""
        if name.doing not in _CHANGING:
            return name
        keyed = [
            kind
            for kind in self._types.values()
            if any(words(one) in {(*kind.noun, "id"), kind.key} - {("id",)} for one in required)
        ]
        own = any(name.noun == kind.noun for kind in keyed)
        if own or len(keyed) != 1:
            return name
        if parts[0] in _LOOKING:
            part = name.noun in keyed[0].fields and name.doing == "get"
            return replace(name, noun=keyed[0].noun) if part else name
        verb = self._verb(name, parts, keyed[0])
        if verb and is_action(verb[0]):
            return ToolName("act", verb, keyed[0].noun)
        return name
