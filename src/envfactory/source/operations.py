"""One operation of an OpenAPI document: its parameters, its body and its first success."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, get_args

from envfactory.records import Json
from envfactory.source.description import (
    Body,
    Hints,
    JsonSchema,
    Location,
    Method,
    Operation,
    Parameter,
)
from envfactory.source.document import kind_of
from envfactory.source.notes import Budget, Notes
from envfactory.source.reference import References, Unreadable, escape
from envfactory.source.schemas import SchemaTable
from envfactory.source.yaml_core import weight_of_text

MAX_NAME: Final = 256
"""Longest name of a parameter, in characters."""

MAX_PATH: Final = 2000
"""Longest path template, in characters."""

_LOCATIONS: Final[tuple[Location, ...]] = get_args(Location)
_IGNORED_HEADERS: Final = frozenset({"accept", "content-type", "authorization"})
_PLACEHOLDER: Final = re.compile(r"\{([^{}]+)\}")
_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
_SUCCESS: Final = re.compile(r"2(\d\d|XX)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Draft:
    """An operation, and the named schemas that it needs."""

    operation: Operation
    where: str
    uses: dict[str, None] = field(default_factory=dict)


class OperationReader:
    """Reads the operations of one document."""

    def __init__(
        self, references: References, schemas: SchemaTable, notes: Notes, budget: Budget
    ) -> None:
        self._references, self._schemas = references, schemas
        self._notes, self._budget = notes, budget

    def read(
        self,
        identifier: str,
        method: Method,
        path: str,
        node: Json,
        shared: Json,
        where: str,
        hints: Hints | None = None,
    ) -> Draft:
        """Read the operation at `node`; `shared` are the parameters of its path.

        Raises:
            Unreadable: If a part without which the operation makes no sense cannot be read.
            InputError: If the whole document produces too much.
        """
        if not isinstance(node, dict):
            raise Unreadable(where, "malformed operation", kind_of(node), "write an object")
        if len(path) > MAX_PATH:
            raise Unreadable(where, "path too long", f"{len(path)} characters")
        uses: dict[str, None] = {}
        parameters = self._parameters(node, path, shared, where, uses)
        request = self._request(node, shared, where, uses)
        response, status = self._response(node.get("responses"), f"{where}/responses", uses)
        tags = node.get("tags")
        operation = Operation(
            id=identifier,
            method=method,
            path=path,
            summary=self._text(node.get("summary")),
            description=self._text(node.get("description")),
            tags=tuple(tag for tag in tags if isinstance(tag, str))
            if isinstance(tags, list)
            else (),
            deprecated=node.get("deprecated") is True,
            parameters=parameters,
            request=request,
            response=response,
            status=status,
            hints=hints or Hints(),
        )
        return Draft(operation, where, uses)

    # -------------------------------------------------------------------------- parameters
    def _parameters(
        self, node: dict[str, Json], path: str, shared: Json, where: str, uses: dict[str, None]
    ) -> tuple[Parameter, ...]:
        item = where.rpartition("/")[0]
        found: dict[tuple[str, str], Parameter] = {}
        for declared, place in ((shared, item), (node.get("parameters"), where)):
            if declared is None:
                continue
            if not isinstance(declared, list):
                raise Unreadable(
                    f"{place}/parameters", "malformed parameters", kind_of(declared), "write a list"
                )
            own: dict[tuple[str, str], Parameter] = {}
            for index, part in enumerate(declared):
                parameter = self._parameter(part, f"{place}/parameters/{index}", uses)
                if parameter is not None:
                    own.setdefault((parameter.location, parameter.name), parameter)
            found |= own
        return self._match_path(found, path, where)

    def _match_path(
        self, found: dict[tuple[str, str], Parameter], path: str, where: str
    ) -> tuple[Parameter, ...]:
        """Make the path parameters those of the path template."""
        placeholders = dict.fromkeys(_PLACEHOLDER.findall(path))
        for location, name in list(found):
            if location == "path" and name not in placeholders:
                self._notes.add(where, "parameter is not in the path", name)
                del found[location, name]
        missing = [name for name in placeholders if ("path", name) not in found]
        for name in missing:
            self._notes.add(where, "path parameter is not declared", name)
        implied = [
            Parameter(name=name, location="path", required=True, schema={"type": "string"})
            for name in missing
        ]
        return (*implied, *found.values())

    def _parameter(self, node: Json, where: str, uses: dict[str, None]) -> Parameter | None:
        """Read one parameter; None where the specification says to ignore it."""
        node, where = self._references.follow(node, where)
        if not isinstance(node, dict):
            raise Unreadable(where, "malformed parameter", kind_of(node), "write an object")
        name, location = node.get("name"), node.get("in")
        if not isinstance(name, str) or not name:
            raise Unreadable(where, "malformed parameter", "it has no name", "name it")
        if len(name) > MAX_NAME:
            raise Unreadable(where, "name too long", f"{len(name)} characters")
        if location not in _LOCATIONS:
            raise Unreadable(
                where, "malformed parameter", f"'in' is {str(location)[:40]!r}",
                f"use one of {', '.join(_LOCATIONS)}",
            )  # fmt: skip
        if location == "header" and name.lower() in _IGNORED_HEADERS:
            return None
        self._budget.spend(weight_of_text(name))
        schema, holder, place = self._parameter_schema(node, where, uses)
        return Parameter(
            name=name,
            location=location,
            required=node.get("required") is True or location == "path",
            description=self._text(node.get("description")),
            schema=schema,
            example=self._example(node, where) or self._example(holder, place),
        )

    def _parameter_schema(
        self, node: dict[str, Json], where: str, uses: dict[str, None]
    ) -> tuple[JsonSchema, dict[str, Json], str]:
        """Return the schema of a parameter, and the object that holds it."""
        content = node.get("content")
        if "schema" not in node and isinstance(content, dict):
            for media_type, media in content.items():
                if isinstance(media, dict):
                    node, where = media, f"{where}/content/{escape(media_type)}"
                    break
        schema = node.get("schema")
        if schema is None:
            return {}, node, where
        return self._schemas.inline(schema, f"{where}/schema", uses), node, where

    # -------------------------------------------------------------------------- bodies
    def _request(
        self, operation: dict[str, Json], shared: Json, where: str, uses: dict[str, None]
    ) -> Body | None:
        if operation.get("requestBody") is None:
            return None
        node, where = self._references.follow(operation["requestBody"], f"{where}/requestBody")
        if not isinstance(node, dict):
            raise Unreadable(where, "malformed request body", kind_of(node), "write an object")
        content = self._content(node, where)
        chosen = choose_media(content, forms=True)
        required = node.get("required") is True
        if chosen is None and required:
            raise Unreadable(
                where, "request body is neither JSON nor a form", ", ".join(content)[:200]
            )
        if chosen is None:
            self._notes.add(where, "request body is neither JSON nor a form", ", ".join(content))
            return None
        return self._body(node, content, chosen, where, uses, required)

    def _response(
        self, node: Json, where: str, uses: dict[str, None]
    ) -> tuple[Body | None, int | None]:
        """Return the body of the first success with a JSON body, and the status of a success."""
        if node is None:
            return None, None
        if not isinstance(node, dict):
            raise Unreadable(where, "malformed responses", kind_of(node), "write an object")
        codes = sorted(code for code in node if _SUCCESS.fullmatch(code))
        if not codes and "default" in node:
            codes = ["default"]
        offered: list[str] = []
        for code in codes:
            part, place = self._references.follow(node[code], f"{where}/{code}")
            if not isinstance(part, dict):
                raise Unreadable(place, "malformed response", kind_of(part), "write an object")
            content = self._content(part, place)
            chosen = choose_media(content, forms=False)
            if chosen is not None:
                return self._body(part, content, chosen, place, uses, False), _status(code)
            offered.extend(content)
        if offered:
            self._notes.add(where, "response is not JSON", ", ".join(offered))
        return None, _status(codes[0]) if codes else None

    def _content(self, node: dict[str, Json], where: str) -> dict[str, Json]:
        content = node.get("content")
        if content is None:
            return {}
        if not isinstance(content, dict):
            raise Unreadable(
                f"{where}/content", "malformed content", kind_of(content), "write an object"
            )
        return content

    def _body(
        self,
        node: dict[str, Json],
        content: dict[str, Json],
        media_type: str,
        where: str,
        uses: dict[str, None],
        required: bool,
    ) -> Body:
        place = f"{where}/content/{escape(media_type)}"
        media = content[media_type]
        if media is None:
            media = {}
        if not isinstance(media, dict):
            raise Unreadable(place, "malformed content", kind_of(media), "write an object")
        schema = media.get("schema")
        return Body(
            media_type=media_type,
            schema={} if schema is None else self._schemas.inline(schema, f"{place}/schema", uses),
            required=required,
            description=self._text(node.get("description")),
            example=self._example(media, place),
        )

    # -------------------------------------------------------------------------- small parts
    def _example(self, node: dict[str, Json], where: str) -> Json:
        """Return the example of a parameter or media type; None where there is none to read."""
        try:
            value = node.get("example")
            examples = node.get("examples")
            if value is None and isinstance(examples, dict):
                for part in examples.values():
                    part, _ = self._references.follow(part, where)
                    if isinstance(part, dict) and part.get("value") is not None:
                        value = part["value"]
                        break
            value, _ = self._references.follow(value, where)
            self._budget.spend_value(value, where)
        except Unreadable as error:
            self._notes.leave_out(error, f"{where}/examples")
            return None
        return value

    def _text(self, value: Json) -> str:
        if not isinstance(value, str):
            return ""
        self._budget.spend(weight_of_text(value))
        return value


def _status(code: str) -> int | None:
    return int(code) if code.isdigit() else None


def choose_media(content: dict[str, Json], *, forms: bool) -> str | None:
    """Return the media type to read: JSON before what may be JSON, before `forms` if wanted."""

    def rank(media_type: str) -> int | None:
        bare = media_type.partition(";")[0].strip().lower()
        if bare == "application/json":
            return 0
        if bare.endswith("+json") or bare == "text/json":
            return 1
        if bare in ("*/*", "application/*"):
            return 2
        if forms and bare in _FORMS:
            return 3 + _FORMS.index(bare)
        return None

    ranked = [(r, media_type) for media_type in content if (r := rank(media_type)) is not None]
    return min(ranked, key=lambda pair: pair[0])[1] if ranked else None
