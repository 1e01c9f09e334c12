"""Called operations: tools that have a name and no address, given the address that REST has.

`create_issue(owner, repo, title)` is `POST /issues`, `get_issue(owner, repo, number)` is
`GET /{owner}/{repo}/issues/{number}`, `list_issues` is `GET /issues` with filters. From there on
the rules for addresses read them. What a name does not say is left as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from envfactory.source.description import ApiDescription, Body, JsonSchema, Operation, Parameter
from envfactory.spec.name import Nouns, word_set, words
from envfactory.spec.parameter import bound, is_listing, is_presentation, is_transport, unwrapped
from envfactory.spec.schema import Schemas, Shape
from envfactory.spec.slot import is_instruction, is_natural, is_secret
from envfactory.spec.toolname import Doing, Server, ToolName, read_name, server_prefix

_VIEWS = word_set(
    "info information detail details data metadata content contents profile record description"
)
"""Last words of a noun that only say how much of a record is returned."""
_PARTS = word_set("text outline summary html markdown profile status image photo icon code avatar")
"""Last words of a noun that name one field of a record, where there are such records."""
_NO_KIND = word_set(
    "text content contents code change data value result thing information detail line something "
    "placeholder input output anything everything"
)
"""Nouns that name no kind of record."""
_KEYS = word_set("id uuid guid sid number no key slug code path index idx identifier")
_NAMES = word_set("name title url uri symbol ticker username login email handle filename")
_OUTPUT = word_set(
    "timeout timeout_ms output_path output_dir output_format output_filename max_length tokens "
    "depth headers verbose dry_run compatibility no_param format lang language encoding raw"
)
_STEPS = word_set(
    "edits operation operations old_string new_string find_text replace_text mode find replace "
    "changes patch diff command commands script expected_replacements"
)
"""Inputs that say how to change something, and not what to keep."""
_PATTERNS = word_set("pattern regex glob regexp expression selector file_pattern")
_NEARNESS = word_set(
    "proximity radius distance near nearby within bbox bounds bounding_box polygon square geo "
    "coordinates lat_lng latlng"
)
"""Last words of filters that measure a distance: no field has such a value."""
_EXCEPT = word_set("not exclude excluded except without")
_WAYS = word_set("set create use allow make enable")
"""First words of switches that say how to do something."""
_COMPUTES = "computes, keeps no record"
_OUTSIDE = "works on something that is no record"
_NOT_SAID = "neither name nor inputs tell what is kept"
_NO_KEY = "names no record"
_UNSAID_CHANGE = "changes content by a rule left unsaid"
_SELECTION = "lists a selection that no field states"
_BY_PATTERN = "searches by a pattern"


@dataclass(frozen=True)
class Reading:
    """One tool, read: what its name says and what it takes.

    Attributes:
        part: The field of the record that it is after, where the name tells one.
    """

    operation: Operation
    name: ToolName
    inputs: dict[str, Shape]
    schemas: dict[str, JsonSchema]
    required: frozenset[str]
    part: str = ""

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


@dataclass(frozen=True)
class Addressed:
    """A tool with an address, or the reason for which it has none.

    Attributes:
        operation: The operation as REST would have it; the tool itself where there is a reason.
        noun: What it is about.
        many: It answers with a list.
        nothing: It answers with nothing.
    """

    operation: Operation
    noun: tuple[str, ...] = ()
    many: bool = False
    nothing: bool = False
    reason: str = ""


class Caller:
    """Reads the called operations of one description, and gives them addresses.

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
        self.readings = [self._read(one, server) for one in called]
        self.subjects: dict[tuple[str, ...], Subject] = {}
        self._group()
        self._addresses = [self._address(reading) for reading in self.readings]

    def _read(self, operation: Operation, server: Server) -> Reading:
        name = read_name(operation.id, operation.description, self._nouns, server)
        if operation.hints.read_only and name.doing in ("create", "upsert", "update"):
            name = replace(name, doing="get")
        shape = self._schemas.shape(operation.request.schema_ if operation.request else {})
        inputs, schemas = {}, {}
        for given, schema in shape.properties.items():
            inner = self._schemas.shape(schema)
            if words(given) and "_".join(words(given)) not in _OUTPUT:
                inputs[given], schemas[given] = inner, _typed(schema, inner)
        return Reading(operation, name, inputs, schemas, shape.required & frozenset(inputs))

    # ---------------------------------------------------------------------- subjects
    def _group(self) -> None:
        nouns = {_trimmed(reading.name.noun) for reading in self.readings if reading.name.noun}
        for index, reading in enumerate(self.readings):
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
            own = {r.doing for r in subject.readings}
            alone = own <= {"get"} and not any(r.name.plural for r in subject.readings)
            if alone and not (subject.key and _tells_one(words(subject.key), subject.noun)):
                subject.looked_up, subject.key = True, ""

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
            and (key := self._key_input(reading, subject.noun))
        )
        return found.most_common(1)[0][0] if found else ""

    def _key_input(self, reading: Reading, noun: tuple[str, ...]) -> str:
        """Return the input of one tool that names a record, or ''."""
        single = [n for n, shape in reading.inputs.items() if shape.kind in _SINGLE]
        by_words = {words(name): name for name in reversed(single)}
        wanted = [(*noun, "id"), ("id",), (*noun[-1:], "id")]
        wanted += [(*own, last) for own in (noun, noun[-1:]) for last in sorted(_KEYS | _NAMES)]
        wanted += [noun, noun[-1:], ("identifier",), ("path",), ("slug",), ("name",)]
        if reading.name.by:
            wanted.insert(0, reading.name.by)
        for parts in wanted:
            if parts in by_words and by_words[parts] in reading.required:
                return by_words[parts]
        asked = [name for name in single if name in reading.required]
        asked = [name for name in asked if not is_listing(words(name))]
        if not asked:
            optional = (by_words[parts] for parts in wanted if parts in by_words)
            return next((name for name in optional if words(name)[-1] in _KEYS), "")
        own = [name for name in asked if words(name)[: len(noun)] == noun]
        return own[0] if own else asked[0] if len(asked) == 1 else ""

    # ---------------------------------------------------------------------- addresses
    def address(self, reading: Reading) -> Addressed:
        """Return a tool with an address, or with the reason for which it has none."""
        return self._addresses[self.readings.index(reading)]

    def understood(self, subject: Subject) -> list[Reading]:
        """Return the tools of a subject that have an address."""
        return [reading for reading in subject.readings if not self.address(reading).reason]

    def telling(self, subject: Subject) -> list[Reading]:
        """Return the tools whose inputs tell the fields of a subject: all that make or read one."""
        return [
            reading
            for reading in subject.readings
            if self.address(reading).reason in ("", _NO_KEY)
            and (not self.address(reading).reason or reading.doing in ("create", "upsert"))
        ]

    def _address(self, reading: Reading) -> Addressed:
        subject = self._subject(reading)
        reason = self._reason(reading, subject)
        if reason or subject is None:
            return Addressed(reading.operation, reason=reason or _NOT_SAID)
        match reading.doing:
            case "list" | "search":
                return self._listing(reading, subject)
            case "get":
                return self._reading(reading, subject)
            case "create":
                return self._creating(reading, subject)
            case "act" | "relate":
                if not reading.name.verb:
                    return Addressed(reading.operation, reason=_NOT_SAID)
                verb = "-".join(reading.name.verb)
                return self._on_item(reading, subject, "post", f"/{verb}")
            case "delete":
                return self._on_item(reading, subject, "delete")
            case "upsert":
                return self._on_item(reading, subject, "put")
        return self._on_item(reading, subject, "patch")

    def _subject(self, reading: Reading) -> Subject | None:
        for subject in self.subjects.values():
            if any(reading is one for one in subject.readings):
                return subject
        return None

    def _reason(self, reading: Reading, subject: Subject | None) -> str:
        if reading.doing == "compute":
            return _COMPUTES
        if reading.doing == "outside":
            return _OUTSIDE
        if subject is None or not reading.doing:
            return _NOT_SAID
        steps = {name for name in reading.required if "_".join(words(name)) in _STEPS}
        if steps and reading.doing in ("update", "upsert", "create"):
            return _UNSAID_CHANGE
        if any("_".join(words(name)) in _PATTERNS for name in reading.required):
            return _BY_PATTERN
        if not subject.does("get", "list", "search", "create", "upsert"):
            return _NOT_SAID
        return ""

    def _listing(self, reading: Reading, subject: Subject) -> Addressed:
        """Address a list: its inputs are filters, paging and the like.

        A list of what belongs to one record lies below that record.
        """
        if subject.key in reading.required and not _is_several(reading.inputs[subject.key]):
            return Addressed(reading.operation, reason=_SELECTION)
        plain = reading.doing != "list" or reading.name.plural
        if not plain and any(self._is_own(name, subject, reading) for name in reading.inputs):
            return Addressed(reading.operation, reason=_SELECTION)
        path = ""
        taken: dict[str, str] = {}
        for name in sorted(reading.required, key=list(reading.inputs).index):
            owner = self._owner_of(words(name), subject)
            if owner is not None and not taken and reading.inputs[name].kind in _SINGLE:
                path, taken = f"/{self._segment(owner)}/{{{name}}}", {name: name}
        path = f"{path}/{self._segment(subject)}"
        operation = self._asked(reading, path, "get", taken, query=True)
        return Addressed(operation, subject.noun, many=True)

    def _is_own(self, name: str, subject: Subject, reading: Reading) -> bool:
        """Tell whether an input of `list_directory` names the one whose content is listed."""
        parts = words(name)
        if parts[-1] not in _KEYS | _NAMES:
            return False
        return name in reading.required or parts[0] in (subject.noun[-1][:3], *subject.noun)

    def _owner_of(self, parts: tuple[str, ...], subject: Subject) -> Subject | None:
        """Return the kind of record that an input of a list names one of, if that is another."""
        for owner in self.subjects.values():
            if owner is subject or owner.looked_up or not owner.key:
                continue
            prefixed = subject.noun[: len(owner.noun)] == owner.noun
            own = {(*owner.noun, last) for last in _KEYS | _NAMES} | {owner.noun}
            if prefixed:
                own |= {words(owner.key), ("id",)}
            alike = [s for s in self.subjects.values() if words(s.key) == words(owner.key)]
            if parts in own or (len(alike) == 1 and parts == words(owner.key) != ("id",)):
                return owner
        return None

    def _reading(self, reading: Reading, subject: Subject) -> Addressed:
        key = self._key_input(reading, subject.noun) if subject.key else ""
        own = key and (words(key) == ("id",) or words(key)[: len(subject.noun)] == subject.noun)
        ranged = any(bound(unwrapped(name))[0] for name in reading.required)
        if (reading.name.plural and not own) or (subject.looked_up and ranged):
            return self._listing(reading, subject)
        if subject.looked_up:
            if not reading.required:
                return Addressed(reading.operation, reason=_NO_KEY)
            path = f"/{self._segment(subject, plural=False)}"
            return Addressed(self._asked(reading, path, "get", {}, query=True), subject.noun)
        return self._on_item(reading, subject, "get")

    def _creating(self, reading: Reading, subject: Subject) -> Addressed:
        if not reading.inputs:
            return Addressed(reading.operation, reason=_NOT_SAID)
        if any(_is_batch(name, shape, reading.name) for name, shape in reading.inputs.items()):
            return Addressed(reading.operation, reason="takes many records at once")
        owner = self.subjects.get(reading.name.owner)
        place = self._place(reading, owner) if owner is not None and owner is not subject else None
        path, taken = place or ("", {})
        path = f"{path}/{self._segment(subject)}"
        operation = self._asked(reading, path, "post", taken, key=subject.key)
        return Addressed(operation, subject.noun)

    def _on_item(
        self, reading: Reading, subject: Subject, method: str, behind: str = ""
    ) -> Addressed:
        """Address a tool that works on one record."""
        key = self._key_input(reading, subject.noun)
        if not key:
            return Addressed(reading.operation, reason=_NO_KEY)
        taken = {key: key}
        path = ""
        for name in sorted(reading.required - {key}, key=list(reading.inputs).index):
            if reading.inputs[name].kind in _SINGLE and self._is_scope(name, reading, subject):
                taken[name] = name
                owner = self._owner(words(name))
                path += f"/{owner}/{{{name}}}" if owner else f"/{{{name}}}"
        path = f"{path}/{self._segment(subject)}/{{{key}}}{behind}"
        operation = self._asked(reading, path, method, taken)
        return Addressed(operation, subject.noun, nothing=method == "delete")

    def _is_scope(self, name: str, reading: Reading, subject: Subject) -> bool:
        """Tell whether a required input says where the record lies, and is no data for it."""
        if reading.doing in ("get", "delete"):
            return True
        others = [r for r in subject.readings if r is not reading and r.doing != "create"]
        return any(name in other.required for other in others if other.doing != reading.doing)

    def _place(self, reading: Reading, owner: Subject) -> tuple[str, dict[str, str]] | None:
        """Return the path of the record that something is added to."""
        wanted = {(*owner.noun, "id"), (*owner.noun[-1:], "id"), owner.noun, words(owner.key)}
        for name in reading.inputs:
            if words(name) in wanted and name in reading.required:
                return f"/{self._segment(owner)}/{{{name}}}", {name: name}
        return None

    def _owner(self, parts: tuple[str, ...]) -> str:
        """Return the segment of the records that an input such as `repo_id` names one of."""
        for subject in self.subjects.values():
            own = {(*subject.noun, last) for last in _KEYS | _NAMES} | {subject.noun}
            if parts in own and subject.key and not subject.looked_up:
                return self._segment(subject)
        return ""

    def _segment(self, subject: Subject, plural: bool = True) -> str:
        return "-".join(self._nouns.plural_words(subject.noun) if plural else subject.noun)

    def _asked(
        self,
        reading: Reading,
        path: str,
        method: str,
        taken: dict[str, str],
        query: bool = False,
        key: str = "",
    ) -> Operation:
        """Return the operation with its inputs in the path, in the query, or in the body."""
        beside = {name: one for name, one in reading.schemas.items() if name not in taken}
        if method == "post" and "id" in beside and key not in ("", "id"):
            del beside["id"]
        parameters = [
            Parameter(
                name=name,
                location="path" if name in taken else "query",
                required=name in taken or name in reading.required,
                description=reading.inputs[name].description,
                schema=reading.schemas[name],
            )
            for name in (*taken, *(beside if query or method in ("get", "delete") else ()))
        ]
        body: Body | None = None
        if beside and not query and method in ("post", "put", "patch"):
            kept = {
                name: one
                for name, one in beside.items()
                if name in reading.required or is_data(words(name), reading.inputs[name])
            }
            schema: JsonSchema = {"type": "object", "properties": dict(kept)}
            schema["required"] = [name for name in kept if name in reading.required]
            body = Body(media_type="application/json", schema=schema, required=True)
        changed = {"method": method, "path": path, "parameters": tuple(parameters), "request": body}
        return reading.operation.model_copy(update=changed)


_SINGLE = ("string", "integer", "number", "any")


def _tells_one(parts: tuple[str, ...], noun: tuple[str, ...]) -> bool:
    """Tell whether an input of that name identifies one record, and does not only select some."""
    return is_natural(parts) or parts[-1] in _KEYS | _NAMES or parts == noun


def _trimmed(noun: tuple[str, ...]) -> tuple[str, ...]:
    """Return a noun without the words that only say how much of a record is meant."""
    while len(noun) > 1 and noun[-1] in _VIEWS:
        noun = noun[:-1]
    return noun


def _is_batch(name: str, shape: Shape, said: ToolName) -> bool:
    """Tell whether an input holds the records that a tool makes several of."""
    return shape.kind == "array" and said.plural and words(name)[-1:] != ("ids",)


def _is_several(shape: Shape) -> bool:
    return shape.kind == "array"


def _typed(schema: JsonSchema, shape: Shape) -> JsonSchema:
    """Return the schema of an input; where it says no type the value is taken for a text."""
    if shape.kind == "any" and schema.get("type") != "object":
        return {"type": "string", "description": shape.description}
    return schema


def is_data(parts: Sequence[str], shape: Shape) -> bool:
    """Tell whether an input is something to keep, and not about how to ask or to answer."""
    name = "_".join(parts)
    if not parts or name in _OUTPUT | _STEPS | _PATTERNS or is_secret(tuple(parts)):
        return False
    if parts[-1] in _NEARNESS or parts[0] in _EXCEPT or name in ("all", "contains"):
        return False
    if is_instruction(tuple(parts), shape) or (shape.kind == "boolean" and parts[0] in _WAYS):
        return False
    return not (is_listing(tuple(parts)) or is_transport(name, "query") or is_presentation(name))


def is_filter(parts: Sequence[str], shape: Shape) -> bool:
    """Tell whether an input of a list narrows it by a field of the records."""
    return is_data(parts, shape) and shape.kind not in ("map", "object")
