"""Tools: methods of an environment that an agent (or a user) can call with JSON arguments."""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, overload

from docstring_parser import google
from pydantic import (
    ConfigDict,
    Field,
    PydanticUserError,
    TypeAdapter,
    ValidationError,
)
from pydantic.errors import PydanticSchemaGenerationError
from pydantic_core import PydanticSerializationError, to_json
from typing_extensions import TypedDict

from envfactory.environment.failure import InvalidArgument
from envfactory.environment.frozen import thaw
from envfactory.environment.record import (
    Record,
    adapter,
    check_type,
    describe,
    is_native,
    needs_freezing,
)
from envfactory.environment.schema import Signature, tool_schemas
from envfactory.environment.truth import without_truth
from envfactory.errors import DefinitionError, EnvironmentFault, one_line
from envfactory.records import Json

Actor = Literal["agent", "user"]
JsonSchema = dict[str, Json]

MAX_ARGUMENT_BYTES = 1_000_000
"""Longest arguments of one call, as JSON; longer ones are refused as invalid."""

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """What a caller is told about a tool.

    Attributes:
        name: Unique in its environment.
        description: The method's docstring, without its sections.
        input_schema: JSON Schema of the arguments object.
        output_schema: JSON Schema of the value of a successful call.
        actor: Who may call it: the agent, or only the user.
    """

    name: str
    description: str
    input_schema: JsonSchema
    output_schema: JsonSchema
    actor: Actor = "agent"


@dataclass(frozen=True, slots=True)
class ToolMark:
    """What `@tool` leaves on a method."""

    actor: Actor


@overload
def tool(method: F) -> F: ...
@overload
def tool(*, actor: Actor = "agent") -> Callable[[F], F]: ...
def tool(method: F | None = None, *, actor: Actor = "agent") -> F | Callable[[F], F]:
    """Make a method callable by the agent, or with `actor="user"` by the user alone."""

    def mark(function: F) -> F:
        function.__envfactory_tool__ = ToolMark(actor)  # type: ignore[attr-defined]
        return function

    return mark if method is None else mark(method)


class Tool:
    """A tool, ready to be called: arguments in, JSON out, checked on both sides."""

    __slots__ = (
        "_arguments",
        "_changeable",
        "_native",
        "_record",
        "_result",
        "method",
        "signature",
        "spec",
    )

    spec: ToolSpec

    def __init__(self, owner: str, method: Callable[..., Any]) -> None:
        where = f"{owner}.{method.__name__}"
        hints = _signature(method, where)
        returns = hints.pop("return")
        defaults = _defaults(method)
        try:
            self._arguments = _arguments_adapter(method, hints, defaults)
            self._result = adapter(returns)
            self.signature = Signature(self._arguments, _dumped(defaults, hints), self._result)
        except (PydanticSchemaGenerationError, PydanticUserError) as error:
            raise DefinitionError(f"{where}: {one_line(str(error), 200)}") from error
        self.method = method
        self._record = returns if _is_record(returns) else None
        item = typing.get_args(returns)[0] if typing.get_origin(returns) is list else returns
        self._native = item if _is_record(item) and is_native(item) else None
        self._changeable = tuple(p for p, hint in hints.items() if needs_freezing(hint))

    def arguments(self, given: object) -> dict[str, Any]:
        """Return the arguments as Python values.

        They are read from their own JSON, so they are copies and exactly what the schema allows.

        Raises:
            InvalidArgument: If they are not what the tool's input schema says.
        """
        if not isinstance(given, dict):
            if not isinstance(given, Mapping):
                raise InvalidArgument(
                    f"arguments must be an object of named values, not {type(given).__name__}"
                )
            given = dict(given)
        try:
            text = to_json(given, inf_nan_mode="constants")
        except (PydanticSerializationError, ValueError, RecursionError) as error:
            raise InvalidArgument(f"arguments are not JSON: {one_line(str(error), 200)}") from error
        if len(text) > MAX_ARGUMENT_BYTES:
            raise InvalidArgument(
                f"arguments are {len(text)} bytes of JSON; at most {MAX_ARGUMENT_BYTES} are allowed"
            )
        try:
            arguments: dict[str, Any] = self._arguments.validator.validate_json(text, strict=True)
            for name in self._changeable:
                if name in arguments:
                    arguments[name] = thaw(arguments[name])
        except ValidationError as error:
            raise InvalidArgument(_explain(error)) from error
        except OverflowError as error:
            raise InvalidArgument(f"a time is out of range: {error}") from error
        return arguments

    def result(self, value: object) -> Json:
        """Return what a body returned as a JSON value of its own.

        Raises:
            EnvironmentFault: If it is not what the method's annotation declares.
        """
        try:
            # A record is valid since it was made; only other values have to be looked at.
            if self._native is not None:
                if type(value) is self._native:
                    return value.__dict__.copy()
                if type(value) is list and {*map(type, value)} <= {self._native}:
                    return [item.__dict__.copy() for item in value]
            known = type(value) is self._record
            checked = value if known else self._result.validator.validate_python(value)
            written: Json = self._result.serializer.to_python(checked, mode="json")
            return written
        except (ValidationError, PydanticSerializationError, ValueError) as error:
            problem = _explain(error) if isinstance(error, ValidationError) else str(error)
            raise EnvironmentFault(
                self.spec.name, f"returned what its annotation does not allow: {problem}"
            ) from error


def _is_record(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Record)


def build_tools(
    owner: str, methods: dict[str, tuple[Callable[..., Any], ToolMark]], tables: dict[str, str]
) -> dict[str, Tool]:
    """Make the tools of an environment from its marked methods.

    Args:
        owner: The environment's name, for messages.
        methods: The methods and their marks, by tool name.
        tables: The table that holds each record class, by the class's full name.

    Raises:
        DefinitionError: If a method cannot be a tool; says what to write instead.
    """
    tools = {name: Tool(owner, method) for name, (method, _) in methods.items()}
    try:
        schemas = tool_schemas({name: tool.signature for name, tool in tools.items()}, tables)
    except PydanticUserError as error:
        raise DefinitionError(f"{owner}: {one_line(str(error), 200)}") from error
    for name, (method, mark) in methods.items():
        description, _ = _documentation(method)
        tools[name].spec = ToolSpec(name, description, *schemas[name], mark.actor)
    return tools


def _signature(method: Callable[..., Any], where: str) -> dict[str, Any]:
    """Return the annotations of a tool's parameters, and of its result under 'return'."""
    if inspect.iscoroutinefunction(method) or inspect.isgeneratorfunction(method):
        raise DefinitionError(f"{where}: a tool is a plain function; remove async or yield")
    if not re.fullmatch(r"[a-zA-Z][a-zA-Z0-9_]{0,63}", method.__name__):
        raise DefinitionError(f"{where}: a tool's name has 1 to 64 letters, digits and _")
    try:
        hints = typing.get_type_hints(method, include_extras=True)
    except NameError as error:
        raise DefinitionError(f"{where}: {error}; define or import it in the module") from error
    first, *parameters = inspect.signature(method).parameters.values()
    if "return" not in hints:
        raise DefinitionError(f"{where}: say what it returns, for example '-> Order' or '-> None'")
    for parameter in parameters:
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise DefinitionError(
                f"{where}: name every parameter; *args and **kwargs have no schema"
            )
        if parameter.kind is parameter.POSITIONAL_ONLY:
            raise DefinitionError(f"{where}: arguments come by name; remove '/'")
        if parameter.name not in hints:
            raise DefinitionError(
                f"{where}: parameter {parameter.name} has no type; write {parameter.name}: str"
            )
    for name, hint in hints.items():
        check_type(hint, f"{where}({name})" if name != "return" else f"{where} -> result")
    hints.pop(first.name, None)
    return hints


def _defaults(method: Callable[..., Any]) -> dict[str, Any]:
    parameters = inspect.signature(method).parameters.values()
    return {p.name: p.default for p in parameters if p.default is not p.empty}


def _arguments_adapter(
    method: Callable[..., Any], hints: dict[str, Any], defaults: dict[str, Any]
) -> TypeAdapter[dict[str, Any]]:
    _, described = _documentation(method)
    fields: dict[str, Any] = {}
    for parameter, hint in hints.items():
        text = describe(parameter, (hint,))
        written = described.get(parameter, "")
        if written and (not text or text.startswith("Identifier of")):
            text = written
        exact = without_truth(hint)
        annotated = typing.Annotated[exact, Field(description=text)] if text else exact
        fields[parameter] = typing.NotRequired[annotated] if parameter in defaults else annotated
    make_typed_dict: Any = TypedDict  # the functional form, with names known only now
    arguments = make_typed_dict(f"{method.__name__}_arguments", fields)
    arguments.__pydantic_config__ = ConfigDict(
        extra="forbid", allow_inf_nan=False, ser_json_timedelta="iso8601"
    )
    return TypeAdapter(arguments)


def _dumped(defaults: dict[str, Any], hints: dict[str, Any]) -> dict[str, Json]:
    return {
        name: adapter(hints[name]).dump_python(value, mode="json")
        for name, value in defaults.items()
    }


def _documentation(method: Callable[..., Any]) -> tuple[str, dict[str, str]]:
    """Return what a docstring says of the tool, and of each parameter in its `Args:` section."""
    text = inspect.getdoc(method) or ""
    if not re.search(r"^Args:$", text, re.MULTILINE):
        prose = re.split(r"\n\n(?:Returns|Raises):\n", text, maxsplit=1)[0]
        return " ".join(prose.split()), {}
    parsed = google.parse(text)
    parts = (parsed.short_description, parsed.long_description)
    prose = " ".join(" ".join(part.split()) for part in parts if part)
    return prose, {p.arg_name: p.description or "" for p in parsed.params}


def _explain(error: ValidationError) -> str:
    """Say what is wrong with each argument, three at most, in words a caller can act on."""
    problems = []
    errors = error.errors(include_url=False, include_context=False)
    for item in errors[:3]:
        place = ".".join(str(part) for part in item["loc"])
        match item["type"]:
            case "missing":
                problems.append(f"{place} is required")
            case "extra_forbidden":
                problems.append(f"{place} is not a parameter of this tool")
            case _:
                got = repr(item["input"])
                got = got if len(got) <= 80 else got[:79] + "…"
                problems.append(f"{place}: {item['msg']}, got {got}".removeprefix(": "))
    if len(errors) > 3:
        problems.append(f"and {len(errors) - 3} more")
    return one_line("; ".join(problems))
