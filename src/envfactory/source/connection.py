"""`Connection`: a live MCP server, asked one thing at a time, with a limit on every wait.

The client of the `mcp` package is asynchronous; it lives in a thread of its own, so that all else
stays plain code. What goes wrong between here and the server is an `InfrastructureError`, never an
answer: a process that cannot be reached has said nothing about the tool.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import tempfile
import threading
from collections.abc import Coroutine, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as WaitedTooLong
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TextIO, TypeVar

from envfactory.errors import EnvironmentFault, InfrastructureError, InputError, one_line
from envfactory.records import Json
from envfactory.source.server import Reply, ServerAddress, ServerInfo, ServerTool

if TYPE_CHECKING:
    from mcp import Client

T = TypeVar("T")

START_SECONDS = 30.0
"""How long a server may take to answer its first message; most need less than one second."""
CALL_SECONDS = 60.0
CLOSE_SECONDS = 10.0
MAX_PAGES = 200
MAX_TOOLS = 5_000
"""Longer lists of tools are refused: no agent is shown so many, and a list may have no end."""

_INVALID_PARAMS = -32602
_CONNECTION_CLOSED = -32000
_REQUEST_TIMEOUT = -32001


class Connection:
    """A connection to one server; close it, or use it as a context manager."""

    def __init__(self, address: ServerAddress, seconds: float = START_SECONDS) -> None:
        """Start or reach the server and greet it.

        Raises:
            InputError: If the command cannot be started, or the package `mcp` is not installed.
            InfrastructureError: If the server does not answer as an MCP server does, in time.
        """
        _require_client(address)
        self.address = address
        self._files = contextlib.ExitStack()
        self._errors: TextIO = self._files.enter_context(
            tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115
        )
        self._said = ""
        self._ready: Future[None] = Future()
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._client: Client | None = None
        self._serving: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._work, name=f"mcp {address}"[:60], daemon=True)
        self._thread.start()
        try:
            self._ready.result(seconds)
        except (TimeoutError, WaitedTooLong):
            said = self._last_words()
            self.close()
            raise InfrastructureError(
                str(address), f"no greeting within {seconds:g} s{said}"
            ) from None
        except FileNotFoundError as error:
            self.close()
            raise InputError(
                str(address), f"no program {error.filename!r}", "install it, or give its full path"
            ) from error
        except PermissionError as error:
            self.close()
            raise InputError(str(address), "the program may not be executed") from error
        except Exception as error:
            said = self._last_words()
            self.close()
            raise InfrastructureError(
                str(address), f"is no MCP server that answers: {_reason(error)}{said}"
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def alive(self) -> bool:
        """Whether calls can still be made."""
        return self._thread.is_alive() and self._client is not None

    def info(self) -> ServerInfo:
        """Return what the server says of itself."""
        client = self._connected()
        about = client.server_info
        return ServerInfo(
            name=(about.name if about else "") or "server",
            title=(about.title if about else "") or "",
            version=(about.version if about else "") or "",
            instructions=client.instructions or "",
            protocol=client.protocol_version,
        )

    def tools(self, seconds: float = START_SECONDS) -> tuple[ServerTool, ...]:
        """Return all tools, page by page.

        Raises:
            InfrastructureError: If the server does not answer in time, or its list has no end.
        """
        from mcp import MCPError

        try:
            return self._wait(self._list(), seconds, "tools/list")
        except (MCPError, RuntimeError, ValueError) as error:
            raise InfrastructureError(
                str(self.address), f"tools/list: is no list of tools: {_reason(error)}"
            ) from error

    def call(
        self, tool: str, arguments: Mapping[str, object], seconds: float = CALL_SECONDS
    ) -> Reply:
        """Call a tool.

        Raises:
            EnvironmentFault: If the answer is not what the tool declares, or the server broke.
            InfrastructureError: If there is no answer in time, or the server is gone.
        """
        from mcp import MCPError

        client = self._connected()
        try:
            result = self._wait(client.call_tool(tool, dict(arguments)), seconds, tool)
        except MCPError as error:
            if error.code in (_CONNECTION_CLOSED, _REQUEST_TIMEOUT):
                self.close()
                raise InfrastructureError(
                    str(self.address), f"{tool}: {error.message}{self._last_words()}"
                ) from error
            if error.code == _INVALID_PARAMS:
                return Reply(error=error.message, code=error.code)
            raise EnvironmentFault(tool, error.message) from error
        except (RuntimeError, ValueError) as error:
            raise EnvironmentFault(tool, _reason(error)) from error
        text = "\n".join(c.text for c in result.content if c.type == "text")
        if result.is_error:
            return Reply(error=one_line(text) or "refused without a reason")
        if result.structured_content is not None:
            return Reply(value=_finite(tool, result.structured_content))
        return Reply(value=_plain([c.model_dump(mode="json") for c in result.content]))

    def close(self) -> None:
        """End the connection, and the process that was started. May be called twice."""
        if self._thread.is_alive():
            with contextlib.suppress(RuntimeError):  # the loop has just ended
                self._loop.call_soon_threadsafe(self._end)
            self._thread.join(CLOSE_SECONDS)
        self._client = None
        self._last_words()
        self._files.close()

    # ------------------------------------------------------------------ in the thread
    def _work(self) -> None:
        _be_quiet()
        try:
            self._loop.run_until_complete(self._serve())
        except BaseException as error:
            if not self._ready.done():
                self._ready.set_exception(error)
        finally:
            self._client = None
            self._loop.close()

    async def _serve(self) -> None:
        self._serving = asyncio.current_task()
        try:
            async with contextlib.AsyncExitStack() as stack:
                self._client = await stack.enter_async_context(self._make_client())
                self._ready.set_result(None)
                await self._stop.wait()
        except* Exception as group:
            if not self._ready.done():
                self._ready.set_exception(_first(group))

    def _make_client(self) -> Client:
        from mcp import Client, StdioServerParameters, stdio_client

        if self.address.url:
            return Client(self.address.url, cache=None)
        program, *arguments = self.address.command
        parameters = StdioServerParameters(
            command=program,
            args=arguments,
            env=dict(self.address.environment),
            cwd=self.address.folder,
            encoding_error_handler="replace",
        )
        return Client(stdio_client(parameters, errlog=self._errors), cache=None)

    def _end(self) -> None:
        self._stop.set()
        if not self._ready.done() and self._serving is not None:
            self._serving.cancel()

    async def _list(self) -> tuple[ServerTool, ...]:
        client = self._connected()
        found: list[ServerTool] = []
        cursor: str | None = None
        seen: set[str | None] = {None}
        for _ in range(MAX_PAGES):
            page = await client.list_tools(cursor=cursor)
            found += [_tool(tool) for tool in page.tools]
            cursor = page.next_cursor
            if not cursor:
                return tuple(found)
            if cursor in seen or len(found) > MAX_TOOLS:
                break
            seen.add(cursor)
        raise InfrastructureError(
            str(self.address), f"its list of tools has no end ({len(found)} tools so far)"
        )

    # ------------------------------------------------------------------ from outside
    def _connected(self) -> Client:
        if self._client is None:
            raise InfrastructureError(str(self.address), f"the server is gone{self._last_words()}")
        return self._client

    def _wait(self, work: Coroutine[Any, Any, T], seconds: float, what: str) -> T:
        from mcp import MCPError

        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(seconds)
        except (TimeoutError, WaitedTooLong):
            future.cancel()
            raise InfrastructureError(
                str(self.address), f"{what}: no answer within {seconds:g} s"
            ) from None
        except (MCPError, InfrastructureError, RuntimeError, ValueError):
            raise
        except Exception as error:
            raise InfrastructureError(str(self.address), f"{what}: {_reason(error)}") from error

    def _last_words(self) -> str:
        """Return the last line that the server wrote to its error output."""
        if not self._errors.closed:
            self._errors.seek(0)
            lines = self._errors.read(100_000).strip().splitlines()
            self._said = f"; its last words: {one_line(lines[-1], 200)}" if lines else ""
        return self._said


def _require_client(address: ServerAddress) -> None:
    """Make sure that there is a client to connect with.

    Raises:
        InputError: If the package that has it is not installed.
    """
    try:
        import mcp  # noqa: F401
    except ImportError as error:
        raise InputError(
            str(address), "needs the package mcp to be reached", "pip install 'envfactory[mcp]'"
        ) from error


def _tool(tool: Any) -> ServerTool:
    hints = tool.annotations
    return ServerTool(
        name=tool.name,
        title=tool.title or (hints.title if hints else None) or "",
        description=tool.description or "",
        input_schema=dict(tool.input_schema),
        output_schema=None if tool.output_schema is None else dict(tool.output_schema),
        read_only=hints.read_only_hint if hints else None,
        destructive=hints.destructive_hint if hints else None,
        idempotent=hints.idempotent_hint if hints else None,
    )


def _plain(content: list[dict[str, Json]]) -> Json:
    """Return the JSON that a single text holds, else the text, else the parts as they are."""
    from pydantic_core import from_json

    if not content:
        return None
    if len(content) > 1 or content[0].get("type") != "text":
        return [part["text"] if part.get("type") == "text" else part for part in content]
    text = str(content[0]["text"])
    if text[:1] not in ("{", "["):
        return text
    try:
        value: Json = from_json(text, allow_inf_nan=False)
    except ValueError:
        return text
    return value


def _finite(tool: str, value: Json) -> Json:
    """Return a value that has a form in JSON.

    Raises:
        EnvironmentFault: If it has none: the client reads `NaN`, which no state can hold.
    """
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        raise EnvironmentFault(tool, "answers with a number that JSON does not have") from None
    return value


def _first(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _reason(error: BaseException) -> str:
    return one_line(str(error) or type(error).__name__, 300)


def _be_quiet() -> None:
    """Keep the client's remarks about unreadable lines off the screen, unless logging is set up."""
    logger = logging.getLogger("mcp")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
