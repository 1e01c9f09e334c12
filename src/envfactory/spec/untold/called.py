"""Called operations: tools that have a name and no address, given the address that REST has.

`create_issue(owner, repo, title)` is `POST /issues`, `get_issue(owner, repo, number)` is
`GET /{owner}/{repo}/issues/{number}`, `list_issues` is `GET /issues` with filters. From there on
the rules for addresses read them. What a name does not say is left as it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from envfactory.source.description import ApiDescription, Body, JsonSchema, Operation, Parameter
from envfactory.spec.records.parameter import bound, unwrapped
from envfactory.spec.shapes.schema import Schemas, Shape
from envfactory.spec.untold.kept import is_data, is_pattern, is_step
from envfactory.spec.untold.subject import KEYS, NAMES, SINGLE, Reading, Subject, Subjects
from envfactory.spec.untold.toolname import ToolName
from envfactory.spec.words.name import Nouns, words

_COMPUTES = "computes, keeps no record"
_OUTSIDE = "works on something that is no record"
NOT_SAID = "neither name nor inputs tell what is kept"
"""Why a tool is left out of which nothing says what it does."""
_NO_KEY = "names no record"
_UNSAID_CHANGE = "changes content by a rule left unsaid"
_SELECTION = "lists a selection that no field states"
_MANY = "takes many records at once"
_EMPTYING = (("purge",), ("clear",), ("empty",))
_BY_PATTERN = "searches by a pattern"


@dataclass(frozen=True)
class Addressed:
    """A tool with an address, or the reason for which it has none.

    Attributes:
        operation: The operation as REST would have it; the tool itself where there is a reason.
        noun: What it is about.
        many: It answers with a list.
        nothing: It answers with nothing.
        counted: It answers with how many there are.
    """

    operation: Operation
    noun: tuple[str, ...] = ()
    many: bool = False
    nothing: bool = False
    counted: bool = False
    reason: str = ""


class Caller:
    """Reads the called operations of one description, and gives them addresses.

    Args:
        description: What the source says.
        schemas: Reads schemas.
        nouns: Singular and plural.
    """

    def __init__(self, description: ApiDescription, schemas: Schemas, nouns: Nouns) -> None:
        self._nouns, self._schemas = nouns, schemas
        found = Subjects(description, schemas, nouns)
        self.readings, self.subjects, self._key_input = (
            found.readings,
            found.subjects,
            found.key_input,
        )
        self._addresses = [self._address(reading) for reading in self.readings]

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
            return Addressed(reading.operation, reason=reason or NOT_SAID)
        match reading.doing:
            case "list" | "search":
                return self._listing(reading, subject)
            case "get":
                return self._reading(reading, subject)
            case "count":
                path = f"/{self._selected(reading, subject)}/count"
                asked = self._asked(reading, path, "get", {}, query=True)
                return Addressed(asked, subject.noun, counted=True)
            case "create":
                return self._creating(reading, subject)
            case "act" | "relate":
                if not reading.name.verb:
                    return Addressed(reading.operation, reason=NOT_SAID)
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
        if reading.reason:
            return reading.reason
        if reading.doing == "compute":
            return _COMPUTES
        if reading.doing == "outside":
            return _OUTSIDE
        if subject is None or not reading.doing:
            return NOT_SAID
        if reading.name.noun[-1] in ("batch", "bulk"):
            return _MANY
        if reading.name.verb[:1] in _EMPTYING and not reading.name.plural:
            return NOT_SAID  # what is in it goes, and not the record
        steps = {name for name in reading.required if is_step(words(name))}
        if steps and reading.doing in ("update", "upsert", "create"):
            return _UNSAID_CHANGE
        if any(is_pattern(words(name)) for name in reading.required):
            return _BY_PATTERN
        if not subject.does("get", "list", "search", "create", "upsert"):
            return _COMPUTES if reading.doing == "count" else NOT_SAID
        if reading.doing == "count" and subject.looked_up:
            return _COMPUTES
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
            if owner is not None and not taken and reading.inputs[name].kind in SINGLE:
                path, taken = f"/{self._segment(owner)}/{{{name}}}", {name: name}
        path = f"{path}/{self._selected(reading, subject)}"
        operation = self._asked(reading, path, "get", taken, query=True)
        return Addressed(operation, subject.noun, many=True)

    def _is_own(self, name: str, subject: Subject, reading: Reading) -> bool:
        """Tell whether an input of `list_directory` names the one whose content is listed."""
        parts = words(name)
        if parts[-1] not in KEYS | NAMES:
            return False
        return name in reading.required or parts[0] in (subject.noun[-1][:3], *subject.noun)

    def _owner_of(self, parts: tuple[str, ...], subject: Subject) -> Subject | None:
        """Return the kind of record that an input of a list names one of, if that is another."""
        for owner in self.subjects.values():
            if owner is subject or owner.looked_up or not owner.key:
                continue
            prefixed = subject.noun[: len(owner.noun)] == owner.noun
            own = {(*owner.noun, last) for last in KEYS | NAMES} | {owner.noun}
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
            return Addressed(reading.operation, reason=NOT_SAID)
        batch = [n for n, shape in reading.inputs.items() if _is_batch(n, shape, reading.name)]
        if batch:
            return self._creating_several(reading, subject, batch)
        owner = self.subjects.get(reading.name.owner)
        place = self._place(reading, owner) if owner is not None and owner is not subject else None
        path, taken = place or ("", {})
        path = f"{path}/{self._segment(subject)}"
        operation = self._asked(reading, path, "post", taken, key=subject.key)
        return Addressed(operation, subject.noun)

    def _creating_several(self, reading: Reading, subject: Subject, batch: list[str]) -> Addressed:
        """Address a tool that takes a list of records and nothing else that it needs."""
        items = [self._schemas.shape(reading.inputs[name].item or {}) for name in batch]
        if set(batch) != reading.required or any(not item.properties for item in items):
            return Addressed(reading.operation, reason=_MANY)
        operation = self._asked(reading, f"/{self._segment(subject)}", "post", {})
        return Addressed(operation, subject.noun, many=True)

    def _on_item(
        self, reading: Reading, subject: Subject, method: str, behind: str = ""
    ) -> Addressed:
        """Address a tool that works on one record."""
        key = subject.key if subject.key in reading.inputs else ""
        key = key or self._key_input(reading, subject.noun)
        if not key and method == "delete" and self._names_several(reading, subject):
            path = f"/{self._segment(subject)}"
            return Addressed(self._asked(reading, path, method, {}), subject.noun, nothing=True)
        if not key:
            return Addressed(reading.operation, reason=_NO_KEY)
        taken = {key: key}
        path = ""
        asked = reading.required - {key, *reading.sets}
        for name in sorted(asked, key=list(reading.inputs).index):
            if reading.inputs[name].kind in SINGLE and self._is_scope(name, reading, subject):
                taken[name] = name
                owner = self._owner(words(name))
                path += f"/{owner}/{{{name}}}" if owner else f"/{{{name}}}"
        path = f"{path}/{self._segment(subject)}/{{{key}}}{behind}"
        operation = self._asked(reading, path, method, taken)
        return Addressed(operation, subject.noun, nothing=method == "delete")

    def _names_several(self, reading: Reading, subject: Subject) -> bool:
        """Tell whether all that a tool takes is a list that names records."""
        if len(reading.inputs) != 1 or not reading.required or not reading.name.plural:
            return False
        (name,) = reading.inputs
        shape = reading.inputs[name]
        last = self._nouns.singular(words(name)[-1])
        named = words(name)[:-1] in ((), subject.noun) and last in KEYS | NAMES
        item = self._schemas.shape(shape.item or {})
        return named and shape.kind == "array" and item.kind in SINGLE

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
            own = {(*subject.noun, last) for last in KEYS | NAMES} | {subject.noun}
            if parts in own and subject.key and not subject.looked_up:
                return self._segment(subject)
        return ""

    def _selected(self, reading: Reading, subject: Subject) -> str:
        """Return the segments of records of which a tool means those in one state."""
        state = "-".join(reading.state)
        return f"{self._segment(subject)}/{state}" if state else self._segment(subject)

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
        if reading.doing == "search":
            beside = {name: _sought(reading, name, one) for name, one in beside.items()}
        if method == "post" and "id" in beside and key not in ("", "id"):
            del beside["id"]
        parameters = [
            Parameter(
                name=name,
                location="path" if name in taken else "query",
                required=name in taken or name in reading.required,
                description=str(beside.get(name, {}).get("description", ""))
                or reading.inputs[name].description,
                schema=beside.get(name, reading.schemas[name]),
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
            fields = {name: reading.sets.get(name, name) for name in kept}
            schema: JsonSchema = {
                "type": "object",
                "properties": {fields[name]: one for name, one in kept.items()},
                "required": [fields[name] for name in kept if name in reading.required],
            }
            body = Body(media_type="application/json", schema=schema, required=True)
        changed = {"method": method, "path": path, "parameters": tuple(parameters), "request": body}
        return reading.operation.model_copy(update=changed)


def _is_batch(name: str, shape: Shape, said: ToolName) -> bool:
    """Tell whether an input holds the records that a tool makes several of."""
    return shape.kind == "array" and said.plural and words(name)[-1:] != ("ids",)


def _sought(reading: Reading, name: str, schema: JsonSchema) -> JsonSchema:
    """Return the schema of an input of a search: who searches by a name knows a part of it."""
    shape = reading.inputs[name]
    named = words(name)[-1] in ("name", "title") and shape.kind == "string"
    if not named or shape.choices or shape.description:
        return schema
    return {**schema, "description": f"Text that the {' '.join(words(name))} contains."}


def _is_several(shape: Shape) -> bool:
    return shape.kind == "array"
