"""`Record`: the frozen pydantic model that rows of a table, and values inside rows, are made of."""

from __future__ import annotations

import enum
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from types import NoneType
from typing import Any, ForwardRef, NoReturn, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from envfactory.environment.frozen import FrozenDict, FrozenList, freeze
from envfactory.environment.marks import Key, Ref
from envfactory.environment.truth import model_without_truth
from envfactory.errors import DefinitionError

PLAIN = (str, int, float, bool, types.NoneType, date, datetime, time, timedelta, Decimal, UUID)
"""Types whose values are single and immutable, and a string, number, boolean or null as JSON."""


_NATIVE = (str, int, float, bool, types.NoneType)


class Record(BaseModel):
    """Base of the records of an environment: immutable to any depth, closed to unknown fields.

    Fields are annotated with scalars, enums, dates and times, `Literal`, `X | None`, `list[X]`,
    `tuple[X, ...]`, `dict[str, X]`, other records and `pydantic.JsonValue`. A field is described
    by `Field(description=...)` or by a plain string inside `Annotated`.

    Raises:
        DefinitionError: When a subclass is defined with a type that cannot be supported.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        validate_default=True,
        ser_json_timedelta="iso8601",
    )

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[BaseModel], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Check the field types, and freeze lists and dicts once a record is validated."""
        for name, field in cls.model_fields.items():
            check_type(field.annotation, f"{cls.__name__}.{name}")
        schema = model_without_truth(handler(source))
        loose = tuple(name for name, f in cls.model_fields.items() if needs_freezing(f.annotation))
        if not loose:
            return schema
        return core_schema.no_info_after_validator_function(partial(_settle, loose), schema)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Describe every field, and name the class so that an environment can name the table."""
        json_schema = handler(schema)
        described_schema = handler.resolve_ref_schema(json_schema)
        for name, field in cls.model_fields.items():
            described = described_schema.get("properties", {}).get(name)
            text = describe(name, (field.annotation, *field.metadata))
            if described is not None and text:
                described.setdefault("description", text)
        described_schema["x-record"] = record_name(cls)
        return json_schema

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy with some fields changed; unlike pydantic's, the copy is validated.

        Raises:
            ValidationError: If the changed fields do not fit.
        """
        return type(self).model_validate({**self.__dict__, **(update or {})})

    @classmethod
    def model_construct(  # type: ignore[override]  # the plugin knows the fields, we take any
        cls, _fields_set: set[str] | None = None, **values: Any
    ) -> Self:
        """Return a record; unlike pydantic's, it is validated, so that every record is valid.

        Raises:
            ValidationError: If the fields do not fit.
        """
        return cls.model_validate(values)

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise TypeError(
            f"{type(self).__name__} records cannot be changed in place; "
            f"use the table: update(key, {name}=...)"
        )

    def __delattr__(self, name: str) -> NoReturn:
        raise TypeError(f"{type(self).__name__} records cannot be changed in place")


def record_name(kind: type[Record]) -> str:
    """Return a name that tells a record class from every other one."""
    return f"{kind.__module__}.{kind.__qualname__}"


def adapter(annotation: Any) -> TypeAdapter[Any]:
    """Return what validates values of a type, NaN and infinity refused at any depth."""
    bare = annotation
    while typing.get_origin(bare) is typing.Annotated:
        bare = typing.get_args(bare)[0]
    if isinstance(bare, type) and issubclass(bare, Record):
        return TypeAdapter(annotation)  # records bring their own configuration
    return TypeAdapter(
        annotation, config=ConfigDict(allow_inf_nan=False, ser_json_timedelta="iso8601")
    )


def describe(name: str, annotated: tuple[Any, ...]) -> str:
    """Return the description that an annotation carries, or one made from its marks and name."""
    notes = [note for part in annotated for note in _notes(part)]
    for note in notes:
        if isinstance(note, str):
            return note
        if isinstance(note, FieldInfo) and note.description:
            return note.description
    for note in notes:
        if isinstance(note, Ref):
            return f"Identifier of a record in {note.table}."
        if isinstance(note, Key):
            return "Identifier of the record."
    return ""


def _notes(part: Any) -> Iterator[Any]:
    """Yield the metadata in an annotation, outermost first, and bare metadata itself."""
    if typing.get_origin(part) is typing.Annotated:
        inner, *metadata = typing.get_args(part)
        yield from metadata
        yield from _notes(inner)
    elif isinstance(part, str | Ref | Key | FieldInfo):
        yield part
    else:
        for arm in typing.get_args(part) if typing.get_origin(part) is not typing.Literal else ():
            yield from _notes(arm)


_STILL = frozenset({str, int, float, bool, NoneType, FrozenList, FrozenDict})
"""What needs no freezing, as is found out sooner by looking here: most values of most records."""


def _settle(loose: tuple[str, ...], record: Record) -> Record:
    fields = record.__dict__
    for name in loose:
        if type(fields[name]) in _STILL:
            continue
        try:
            fields[name] = freeze(fields[name])
        except OverflowError as error:
            raise ValueError(f"{name}: {error}") from error
    return record


def is_native(kind: type[Record]) -> bool:
    """Return whether every field's Python value is its JSON value, so that no work is needed."""
    return all(_is_native(info.annotation) for info in kind.model_fields.values())


def _is_native(annotation: Any) -> bool:
    origin, arms = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _is_native(arms[0])
    if origin is typing.Literal:
        return all(type(arm) in _NATIVE for arm in arms)
    if origin in (typing.Union, types.UnionType):
        return all(_is_native(arm) for arm in arms)
    return annotation in _NATIVE


def needs_freezing(annotation: Any) -> bool:
    """Return whether values of that type may hold a list, a dict or a time."""
    if annotation is datetime or annotation is Any:
        return True
    origin = typing.get_origin(annotation)
    if origin in (list, dict):
        return True
    if origin is None:
        return not (
            isinstance(annotation, type) and issubclass(annotation, (*PLAIN, enum.Enum, Record))
        )
    if origin is typing.Literal:
        return False
    return any(needs_freezing(arm) for arm in typing.get_args(annotation) if arm is not Ellipsis)


def check_type(annotation: Any, where: str) -> None:
    """Refuse types that cannot be a record's field or a tool's parameter or result.

    Raises:
        DefinitionError: With the place and the fix.
    """
    origin, arms = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        check_type(arms[0], where)
    elif origin is typing.Literal or isinstance(annotation, ForwardRef | str):
        return
    elif origin in (typing.Union, types.UnionType, list, tuple):
        for arm in arms:
            if arm is not Ellipsis:
                check_type(arm, where)
    elif origin is dict:
        if arms[0] is not str and not _is_text(arms[0]):
            raise DefinitionError(f"{where}: keys of a JSON object are strings; use dict[str, ...]")
        check_type(arms[1], where)
    elif isinstance(annotation, type):
        _check_class(annotation, where)
    elif annotation is Any:
        raise DefinitionError(f"{where}: Any says nothing; use pydantic.JsonValue")
    elif origin in (set, frozenset):
        raise DefinitionError(f"{where}: sets have no stable order; use list[...]")
    elif hasattr(annotation, "__supertype__"):
        check_type(annotation.__supertype__, where)
    elif not hasattr(annotation, "__value__"):  # a named alias, JsonValue among them
        raise DefinitionError(
            f"{where}: {annotation!r} cannot be stored as JSON; use scalars, enums, dates, "
            "lists, dict[str, ...], records or pydantic.JsonValue"
        )


def _is_text(annotation: Any) -> bool:
    """Whether JSON object keys of that type are plain strings."""
    if typing.get_origin(annotation) is typing.Annotated:
        return _is_text(typing.get_args(annotation)[0])
    if typing.get_origin(annotation) is typing.Literal:
        return all(isinstance(arm, str) for arm in typing.get_args(annotation))
    return isinstance(annotation, type) and issubclass(annotation, str)


_REFUSED: tuple[tuple[Callable[[type], bool], str], ...] = (
    (lambda t: t in (list, tuple), "say what it holds: list[str], or list[pydantic.JsonValue]"),
    (lambda t: t is dict, "say what it holds: dict[str, float], or dict[str, pydantic.JsonValue]"),
    (lambda t: t in (set, frozenset), "sets have no stable order; use list[...]"),
    (lambda t: t in (bytes, bytearray), "JSON has no bytes; use str (base64 where it is binary)"),
    (lambda t: t is object, "object says nothing; use pydantic.JsonValue"),
    (lambda t: issubclass(t, BaseModel), "derive it from Record, so that it is immutable"),
    (lambda t: hasattr(t, "__dataclass_fields__"), "make it a Record, so that it is immutable"),
    (lambda t: typing.is_typeddict(t), "make it a Record, so that it is immutable"),
)


def _check_class(kind: type, where: str) -> None:
    foreign = hasattr(kind, "__get_pydantic_core_schema__") and not issubclass(kind, BaseModel)
    if foreign or issubclass(kind, (*PLAIN, enum.Enum, Record)):
        return
    for refused, fix in _REFUSED:
        if refused(kind):
            raise DefinitionError(f"{where}: {kind.__name__} cannot be used; {fix}")
    raise DefinitionError(
        f"{where}: {kind.__name__} cannot be stored as JSON; use scalars, enums, dates, lists, "
        "dict[str, ...], records or pydantic.JsonValue"
    )
