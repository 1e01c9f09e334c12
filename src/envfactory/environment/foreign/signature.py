"""`FunctionTool`: a function of a foreign module as a tool with schemas, checked on both sides."""

from __future__ import annotations

import inspect
import json
import typing
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import docstring_parser
from jsonschema_rs import Draft202012Validator
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PydanticUserError,
    TypeAdapter,
    ValidationError,
    create_model,
)
from pydantic.errors import PydanticSchemaGenerationError
from pydantic_core import PydanticSerializationError

from envfactory.environment.foreign.server import Context, Registered
from envfactory.environment.tool import JsonSchema, ToolSpec
from envfactory.errors import EnvironmentFault, InputError, one_line
from envfactory.records import Json

_Signature = tuple[dict[str, Any], dict[str, inspect.Parameter]]


class FunctionTool:
    """A function that a module offers as a tool; `spec` is what callers are told of it."""

    def __init__(self, registered: Registered, where: str) -> None:
        """Read the signature and the docstring.

        Raises:
            InputError: If a parameter or the result is of a type that has no JSON Schema.
        """
        self.name = registered.name
        function = registered.function
        try:
            hints, parameters = _signature(function)
            prose, described = _documentation(registered.description)
            self._context = next((n for n, h in hints.items() if _is_context(h)), None)
            named = {n: p for n, p in parameters.items() if n != self._context}
            self._arguments = _arguments_model(self.name, named, hints, described)
            returns = hints.get("return", Any)
            self._result: TypeAdapter[Any] = TypeAdapter(
                returns, config=None if _has_config(returns) else _CONFIG
            )
            self.spec = ToolSpec(
                name=self.name,
                description=prose,
                input_schema=_clean(self._arguments.model_json_schema(by_alias=True)),
                output_schema=_clean(self._result.json_schema(mode="serialization")),
            )
        except (
            PydanticUserError,
            PydanticSchemaGenerationError,
            NameError,
            TypeError,
            ValueError,
        ) as error:
            raise InputError(f"{where}: tool {self.name}", one_line(str(error), 300)) from error
        self._validator = Draft202012Validator(self.spec.input_schema)

    def arguments(self, given: Mapping[str, Json]) -> dict[str, Any] | str:
        """Return the arguments as the function takes them, or what is wrong with them."""
        for problem in self._validator.iter_errors(given):
            place = ".".join(str(part) for part in problem.instance_path)
            return one_line(f"{place}: {problem.message}".removeprefix(": "), 300)
        try:
            model = self._arguments.model_validate_json(json.dumps(given))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = ".".join(str(part) for part in first["loc"])
            return one_line(f"{place}: {first['msg']}", 300)
        fields = type(model).model_fields
        values = {field.alias or name: getattr(model, name) for name, field in fields.items()}
        if self._context is not None:
            values[self._context] = Context()
        return values

    def result(self, value: object) -> Json:
        """Return what the function returned as a JSON value of its own.

        Raises:
            EnvironmentFault: If it is not what its annotation declares, or has no form in JSON.
        """
        try:
            checked = self._result.validate_python(value)
            plain: Json = self._result.dump_python(checked, mode="json")
            json.dumps(plain, allow_nan=False)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(str(part) for part in first["loc"])
            problem = f"{place}: {first['msg']}".removeprefix(": ")
            raise EnvironmentFault(
                self.name,
                f"returned a {type(value).__name__} that its annotation does not allow: {problem}",
            ) from error
        except (PydanticSerializationError, ValueError, TypeError, RecursionError) as error:
            raise EnvironmentFault(self.name, f"returned what JSON cannot say: {error}") from error
        return plain


_CONFIG = ConfigDict(arbitrary_types_allowed=True)


def _signature(function: Callable[..., Any]) -> _Signature:
    target = function if inspect.isroutine(function) else type(function).__call__
    hints = typing.get_type_hints(inspect.unwrap(target), include_extras=True)
    parameters = dict(inspect.signature(function).parameters)
    for name, parameter in parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise TypeError(f"*{name} has no schema; name every parameter")
    return hints, parameters


def _arguments_model(
    tool: str,
    parameters: Mapping[str, inspect.Parameter],
    hints: Mapping[str, Any],
    described: Mapping[str, str],
) -> type[BaseModel]:
    """Return a model of the arguments; its fields are numbered, since a name may be anything."""
    fields: dict[str, Any] = {}
    for number, (name, parameter) in enumerate(parameters.items()):
        hint = hints.get(name, Any)
        told = Field(alias=name, description=described.get(name))
        if parameter.default is parameter.empty:
            fields[f"p{number}"] = (Annotated[hint, told], ...)
        else:
            fields[f"p{number}"] = (Annotated[hint, told], parameter.default)
    config = ConfigDict(
        extra="forbid",
        arbitrary_types_allowed=True,
        allow_inf_nan=False,
        protected_namespaces=(),
    )
    return create_model(f"{tool}_arguments", __config__=config, **fields)


def _is_context(hint: Any) -> bool:
    """Whether a parameter is the SDK's context, which the caller does not give."""
    candidates = (hint, *typing.get_args(hint))
    return any(isinstance(c, type) and issubclass(c, Context) for c in candidates)


def _has_config(hint: Any) -> bool:
    """Whether pydantic refuses a configuration beside this type, as it has one of its own."""
    return isinstance(hint, type) and (
        issubclass(hint, BaseModel)
        or hasattr(hint, "__dataclass_fields__")
        or typing.is_typeddict(hint)
    )


def _documentation(text: str) -> tuple[str, dict[str, str]]:
    """Return what a docstring says of the tool, and of each parameter, whatever its style."""
    try:
        parsed = docstring_parser.parse(inspect.cleandoc(text))
    except docstring_parser.ParseError:
        return " ".join(text.split()), {}
    parts = (parsed.short_description, parsed.long_description)
    prose = " ".join(" ".join(part.split()) for part in parts if part)
    described = {p.arg_name: " ".join((p.description or "").split()) for p in parsed.params}
    return prose or " ".join(text.split()), {k: v for k, v in described.items() if v}


def _clean(schema: Any) -> JsonSchema:
    """Return a schema without the titles that repeat names."""
    cleaned: JsonSchema = _without_titles(schema)
    return cleaned


def _without_titles(value: Any, *, names: bool = False) -> Any:
    if isinstance(value, list):
        return [_without_titles(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _without_titles(item, names=key in ("properties", "$defs") and not names)
        for key, item in value.items()
        if names or key != "title" or not isinstance(item, str)
    }
