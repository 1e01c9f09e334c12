"""MCP servers: how to reach one, and what it says of itself, of its tools and of a call."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from envfactory.errors import InputError
from envfactory.records import Json


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """How to reach an MCP server: a command that is started, or a URL.

    Attributes:
        command: The program and its arguments, for a server over standard input and output.
        url: The address of a server over streamable HTTP.
        environment: Variables for the command, beside the few that every program is given.
        folder: Where the command runs.
    """

    command: tuple[str, ...] = ()
    url: str = ""
    environment: tuple[tuple[str, str], ...] = ()
    folder: str | None = None

    @classmethod
    def of_command(cls, text: str) -> ServerAddress:
        """Split a command as a shell would.

        Raises:
            InputError: If it is empty, or a quotation mark is missing.
        """
        try:
            command = tuple(shlex.split(text))
        except ValueError as error:
            raise InputError(f"--mcp {text!r}", str(error), "close the quotation") from error
        if not command:
            raise InputError("--mcp", "the command is empty", "give a program and its arguments")
        return cls(command=command)

    @classmethod
    def of_url(cls, text: str) -> ServerAddress:
        """Take the URL of a server.

        Raises:
            InputError: If it is no http or https address.
        """
        if not text.startswith(("http://", "https://")):
            raise InputError(f"--mcp-url {text}", "is no http address", "give the full URL")
        return cls(url=text)

    def __str__(self) -> str:
        return self.url or shlex.join(self.command)


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """What a server says of itself."""

    name: str
    title: str
    version: str
    instructions: str
    protocol: str


@dataclass(frozen=True, slots=True)
class ServerTool:
    """A tool as its server lists it."""

    name: str
    title: str
    description: str
    input_schema: dict[str, Json]
    output_schema: dict[str, Json] | None
    read_only: bool | None
    destructive: bool | None
    idempotent: bool | None


@dataclass(frozen=True, slots=True)
class Reply:
    """What a call came to.

    Attributes:
        value: The structured content, or else what the text says (as JSON where it is JSON).
        error: Why the server refused the call, or None.
        code: The server's own number for the refusal, where it gave one.
    """

    value: Json = None
    error: str | None = None
    code: int | None = None
