"""`ApiDescription`: what a source says about an API, in one shape whatever the source was.

A reader (one module per kind of source) ends here and nothing after it knows the format it read.
Schemas stay JSON Schema: named ones lie in `ApiDescription.schemas`, and every `$ref` in the
description has the form `#/schemas/<name>`, so cycles are plain data.
"""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from envfactory.records import Json, Stored

JsonSchema = dict[str, Json]
"""A JSON Schema (2020-12) as data; references have the form `#/schemas/<name>`."""

Method = Literal["get", "put", "post", "delete", "patch", "head", "options", "trace", "call"]
"""How an operation is asked for; `call` is for tools that have a name and no address."""
Location = Literal["path", "query", "header", "cookie"]


class Provenance(Stored):
    """Where a description came from and what its licence allows."""

    format: str = Field(description="What was read, for example 'openapi 3.0.1'.")
    location: str = Field(description="File name or address as given, without machine paths.")
    sha256: str = Field(description="Content hash of the bytes that were read.")
    licence: str | None = Field(default=None, description="The licence as the source states it.")
    licence_url: str | None = None
    origin: str | None = Field(default=None, description="Where the source says it comes from.")


class Parameter(Stored):
    """One named input of an operation that is not its body."""

    model_config = ConfigDict(serialize_by_alias=True)

    name: str
    location: Location
    required: bool = False
    description: str = ""
    schema_: JsonSchema = Field(alias="schema", default_factory=dict)
    example: Json = None


class Body(Stored):
    """A request or response body."""

    model_config = ConfigDict(serialize_by_alias=True)

    media_type: str
    schema_: JsonSchema = Field(alias="schema", default_factory=dict)
    required: bool = False
    description: str = ""
    example: Json = None


class Hints(Stored):
    """What the source says of an operation's effect, as MCP's annotations do; None: nothing."""

    read_only: bool | None = None
    destructive: bool | None = None
    idempotent: bool | None = None


class Operation(Stored):
    """One thing the API can be asked to do.

    A tool that has only a name has the method `call` and the path `/<its name>`; all its inputs
    are properties of `request`.
    """

    id: str = Field(description="Unique in the description; the source's own where it is unique.")
    method: Method
    path: str = Field(description="Path template, for example '/orders/{orderId}'.")
    summary: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    deprecated: bool = False
    parameters: tuple[Parameter, ...] = ()
    request: Body | None = None
    response: Body | None = Field(default=None, description="The body of the first success.")
    status: int | None = Field(default=None, description="The status of the first success.")
    hints: Hints = Hints()
    refusals: tuple[str, ...] = Field(
        default=(), description="When it fails, in the source's words: one text for each error."
    )


class Skipped(Stored):
    """A part of the source that could not be read, and why."""

    where: str = Field(description="JSON pointer of the part, as '#/paths/~1orders/get'.")
    reason: str = Field(description="Short stable phrase that counts group by.")
    detail: str = ""


class ApiDescription(Stored):
    """A whole API: its operations, its named schemas, and where they came from."""

    schema_version: Literal[1] = 1
    name: str = Field(description="Short name from the source, for example 'petstore'.")
    title: str
    version: str = ""
    description: str = ""
    tags: dict[str, str] = Field(default_factory=dict, description="Tag to its description.")
    operations: tuple[Operation, ...]
    schemas: dict[str, JsonSchema] = Field(default_factory=dict)
    provenance: Provenance
    skipped: tuple[Skipped, ...] = ()
