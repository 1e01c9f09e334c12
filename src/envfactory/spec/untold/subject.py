"""Subjects: the kinds of records that tools with names and no addresses speak of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from envfactory.source.description import ApiDescription, JsonSchema, Operation
from envfactory.spec.records.parameter import is_listing
from envfactory.spec.records.slot import is_natural
from envfactory.spec.shapes.schema import Schemas, Shape
from envfactory.spec.untold.kept import is_about_output
from envfactory.spec.untold.record_type import RecordTypes
from envfactory.spec.untold.toolname import Doing, Server, ToolName, read_name, server_prefix
from envfactory.spec.words.name import Nouns, word_set, words

_VIEWS = word_set(
    "info information detail details data metadata content contents profile record description"
)
"""Last words of a noun that only say how much of a record is returned."""
_PARTS = word_set("text outline summary html markdown profile status image photo icon code avatar")
"""Last words of a noun that name one field of a record, where there are such records."""
_BOOKED = {"book": "booking", "reserve": "reservation", "order": "order", "rent": "rental"}
"""Verbs that make something else of a record than another one of its kind."""
_NO_KIND = word_set(
    "text content contents code change data value result thing information detail line something "
    "placeholder input output anything everything"
)
"""Nouns that name no kind of record."""
KEYS = word_set("id uuid guid sid number no key slug code path index idx identifier")
"""Last words of inputs that identify one record."""
NAMES = word_set("name title url uri symbol ticker username login email handle filename")
"""Last words of inputs by which people know one record."""
SINGLE = ("string", "integer", "number", "any")
"""Kinds of inputs that can name one record."""


@dataclass(frozen=True)
class Reading:
    """One tool, read: what its name says and what it takes.

    Attributes:
        part: The field of the record that it is after, where the name tells one.
        state: The words that select some of the records, as "overdue" does.
        sets: The inputs that give fields their values, with the name of each field.
        reason: Why its types say that no rule states what it does, or ''.
    """

    operation: Operation
    name: ToolName
    inputs: dict[str, Shape]
    schemas: dict[str, JsonSchema]
    required: frozenset[str]
    part: str = ""
    state: tuple[str, ...] = ()
    sets: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""

    @property
    def doing(self) -> Doing:
        """What the tool does."""
        return self.name.doing


@dataclass
class Subject:
    """A kind of record that tools speak of.

    Attributes:
        key: The input that identifies one such record, where tools have one.
        looked_up: Records have no key of their own; the inputs tell them apart together.
    """

    noun: tuple[str, ...]
    readings: list[Reading] = field(default_factory=list)
    key: str = ""
    looked_up: bool = False

    def does(self, *kinds: Doing) -> bool:
        """Tell whether a tool does one of these things to such records."""
        return any(reading.doing in kinds for reading in self.readings)


class Subjects:
    """Reads the called operations of one description, and groups them by what they are about.

    Args:
        description: What the source says.
        schemas: Reads schemas.
        nouns: Singular and plural.
    """

    def __init__(self, description: ApiDescription, schemas: Schemas, nouns: Nouns) -> None:
        self._schemas, self._nouns = schemas, nouns
        called = [one for one in description.operations if one.method == "call"]
        own = {word for word in words(description.name) if word not in ("mcp", "server")}
        prefix = server_prefix([one.id for one in called])
        bare = [read_name(o.id, "", nouns, Server(prefix)).noun for o in called]
        alone = {noun[0] for noun in bare if len(noun) == 1}
        server = Server(prefix, frozenset(own - alone))
        exact = description.provenance.format == "python sketch"
        self.types = RecordTypes(description.schemas, schemas, nouns, exact=exact)
        self._given = frozenset(
            name
            for one in called
            for name in schemas.shape(one.request.schema_ if one.request else {}).properties
        )
        self.readings = [self._read(one, server) for one in called]
        self.subjects: dict[tuple[str, ...], Subject] = {}
        self._group()

    def _read(self, operation: Operation, server: Server) -> Reading:
        name = read_name(operation.id, operation.description, self._nouns, server)
        if operation.hints.read_only and name.doing in ("create", "upsert", "update"):
            name = replace(name, doing="get")
        shape = self._schemas.shape(operation.request.schema_ if operation.request else {})
        inputs, schemas = {}, {}
        for given, schema in shape.properties.items():
            inner = self._schemas.shape(schema)
            if words(given) and not is_about_output(words(given)):
                inputs[given], schemas[given] = inner, _typed(schema, inner)
        required = shape.required & frozenset(inputs)
        told = self.types.read(operation, name, required, inputs)
        sets = told.sets or _renewed(told.name, inputs, self._given)
        said = self._booked(told.name, inputs)
        return Reading(
            operation, said, inputs, schemas, required, "", told.state, sets, told.reason
        )

    def _booked(self, name: ToolName, inputs: Mapping[str, Shape]) -> ToolName:
        """Read `book_class(class_id)`: what is made is no class that has a key, but a booking."""
        made = _BOOKED.get(name.verb[0]) if name.verb else None
        keys = {(*name.noun, last) for last in KEYS}
        if name.doing != "create" or made is None or not keys & set(map(words, inputs)):
            return name
        return replace(name, noun=(made,), plural=False)

    # ---------------------------------------------------------------------- subjects
    def _group(self) -> None:
        nouns = {_trimmed(reading.name.noun) for reading in self.readings if reading.name.noun}
        made = {r.name.noun for r in self.readings if r.doing == "create" and r.name.noun}
        for index, reading in enumerate(self.readings):
            other = self._answers_with(reading, made)
            if other:
                reading = replace(reading, name=replace(reading.name, noun=other))
                self.readings[index] = reading
            noun = _trimmed(reading.name.noun)
            if len(noun) > 1 and noun[:-1] in nouns:
                if noun[-1] in _PARTS and reading.doing == "get" and not reading.name.plural:
                    self.readings[index] = reading = replace(reading, part=noun[-1])
                    noun = noun[:-1]
                elif reading.doing == "act":
                    noun = noun[:-1]
            nameless = len(noun) == 1 and noun[0] in _NO_KIND
            if noun and not nameless and reading.doing not in ("compute", "outside", ""):
                self.subjects.setdefault(noun, Subject(noun)).readings.append(reading)
        self._unite()
        for subject in self.subjects.values():
            subject.key = self._key_of(subject)
            own = {r.doing for r in subject.readings if r.doing != "count"}
            alone = own <= {"get"} and not any(r.name.plural for r in subject.readings)
            if alone and not (subject.key and tells_one(words(subject.key), subject.noun)):
                subject.looked_up, subject.key = True, ""

    def _answers_with(self, reading: Reading, made: set[tuple[str, ...]]) -> tuple[str, ...]:
        """Return what `search_nodes` finds where it answers with a list called `entities`.

        Only what other tools create is meant, and only where the tool's own noun is no such thing.
        """
        response, own = reading.operation.response, reading.name.noun
        several = reading.doing in ("list", "search", "get") and reading.name.plural
        if response is None or not several or own in made:
            return ()
        shape = self._schemas.shape(response.schema_)
        lists = [
            self._nouns.singular_words(words(name))
            for name, schema in shape.properties.items()
            if self._schemas.shape(schema).kind == "array"
        ]
        return next((noun for noun in lists if noun in made), ()) if own not in lists else ()

    def _unite(self) -> None:
        """Let `memory project` and `project` be one kind where they never do the same thing."""
        for noun in sorted(self.subjects, key=len, reverse=True):
            for start in range(1, len(noun)):
                shorter = self.subjects.get(noun[start:])
                if shorter is None or noun[:start] in self.subjects:
                    continue
                longer = self.subjects[noun]
                if not {r.doing for r in longer.readings} & {r.doing for r in shorter.readings}:
                    shorter.readings += longer.readings
                    shorter.readings.sort(key=self.readings.index)
                    del self.subjects[noun]
                break

    def _key_of(self, subject: Subject) -> str:
        """Return the input that most tools name one record by."""
        found = Counter(
            key
            for reading in subject.readings
            if reading.doing in ("get", "update", "upsert", "delete", "act", "relate")
            and not (reading.doing == "get" and reading.name.plural)
            and (key := self.key_input(reading, subject.noun))
            and not is_listing(words(key))
        )
        own = [name for name in found if words(name) in ((*subject.noun, "id"), ("id",))]
        return max(own or found, key=lambda name: found[name], default="")

    def key_input(self, reading: Reading, noun: tuple[str, ...]) -> str:
        """Return the input of one tool that names a record, or ''."""
        single = [n for n, shape in reading.inputs.items() if shape.kind in SINGLE]
        by_words = {words(name): name for name in reversed(single)}
        wanted = [(*noun, "id"), ("id",), (*noun[-1:], "id")]
        wanted += [(*own, last) for own in (noun, noun[-1:]) for last in sorted(KEYS | NAMES)]
        wanted += [noun, noun[-1:], ("identifier",), ("path",), ("slug",), ("name",)]
        if reading.name.by:
            wanted.insert(0, reading.name.by)
        for parts in wanted:
            if parts in by_words and by_words[parts] in reading.required:
                return by_words[parts]
        if (
            single
            and reading.name.by[-1:] == ("id",)
            and list(reading.inputs) == single == [*reading.required]
        ):
            return single[0]  # `get_recipe_by_id(query)`
        asked = [name for name in single if name in reading.required]
        asked = [name for name in asked if not is_listing(words(name))]
        if not asked:
            optional = (by_words[parts] for parts in wanted if parts in by_words)
            return next((name for name in optional if words(name)[-1] in KEYS), "")
        asked = [name for name in asked if not self._names_other(words(name), noun)]
        own = [name for name in asked if words(name)[: len(noun)] == noun]
        return own[0] if own else asked[0] if len(asked) == 1 else ""

    def _names_other(self, parts: tuple[str, ...], noun: tuple[str, ...]) -> bool:
        """Tell whether an input such as `queue_url` names a record of another kind."""
        if parts[-1] not in KEYS | NAMES:
            return False
        return parts[:-1] != noun and parts[:-1] in self.subjects


def tells_one(parts: tuple[str, ...], noun: tuple[str, ...]) -> bool:
    """Tell whether an input of that name identifies one record, and does not only select some."""
    return is_natural(parts) or parts[-1] in KEYS | NAMES or parts == noun


def _renewed(name: ToolName, inputs: Mapping[str, Shape], given: frozenset[str]) -> dict[str, str]:
    """Return the inputs of a change that give a field its new value: `new_name` is `name`.

    Args:
        name: What the tool does.
        inputs: What it takes.
        given: What any tool takes: `to_column` is `column` where others know a column.
    """
    if name.doing not in ("update", "act", "relate"):
        return {}
    found: dict[str, str] = {}
    for one in inputs:
        first, rest = words(one)[:1], "_".join(words(one)[1:])
        if (
            rest
            and rest not in inputs
            and (first == ("new",) or (first == ("to",) and rest in given))
        ):
            found[one] = rest
    return found


def _trimmed(noun: tuple[str, ...]) -> tuple[str, ...]:
    """Return a noun without the words that only say how much of a record is meant."""
    while len(noun) > 1 and noun[-1] in _VIEWS:
        noun = noun[:-1]
    return noun


def _typed(schema: JsonSchema, shape: Shape) -> JsonSchema:
    """Return the schema of an input; where it says no type the value is taken for a text."""
    if shape.kind == "any" and schema.get("type") != "object":
        return {"type": "string", "description": shape.description}
    return schema
