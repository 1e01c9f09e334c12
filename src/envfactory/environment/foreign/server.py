"""`Server`: stands for FastMCP and MCPServer while a module in the paper's format is loaded.

Such a module needs of the SDK that its functions are taken note of. This class does that and
nothing else, under the import paths and class names of every generation of the SDK, so a module
loads whichever one is installed, or none, at a hundredth of the cost.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Generator
from dataclasses import dataclass
from types import ModuleType
from typing import Any


class SdkToolError(Exception):
    """Stands for the SDK's `ToolError`: a refusal on purpose."""


class SdkResourceError(SdkToolError):
    """Stands for the SDK's `ResourceError`."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A function that a module offers as a tool."""

    name: str
    function: Callable[..., Any]
    description: str


class Nothing:
    """What a call of the context returns; may be awaited or not."""

    def __await__(self) -> Generator[None, None, None]:
        return
        yield


class Context:
    """Stands for the SDK's context: what is logged or reported goes nowhere."""

    def __getattr__(self, name: str) -> Callable[..., Nothing]:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: Nothing()


class Server:
    """Takes note of tools; offers the other decorators of the SDK without effect."""

    def __init__(self, name: str | None = None, *args: Any, **kwargs: Any) -> None:
        self.name = name or "server"
        told = [kwargs.get("instructions"), *args]
        self.instructions = next((text for text in told if isinstance(text, str)), "")
        self.tools: dict[str, Registered] = {}

    def tool(self, given: Any = None, /, **kwargs: Any) -> Any:
        """Register the decorated function; with or without parentheses, arguments or a name."""
        if callable(given):
            return self.add_tool(given, **kwargs)
        if isinstance(given, str):
            kwargs["name"] = given

        def register(function: Callable[..., Any]) -> Any:
            return self.add_tool(function, **kwargs)

        return register

    def add_tool(self, given: Any, name: str | None = None, **kwargs: Any) -> Any:
        """Register a function, or the tool object that a later SDK makes of one."""
        function = getattr(given, "fn", given)
        called = name or getattr(given, "name", None) or function.__name__
        description = kwargs.get("description") or function.__doc__ or ""
        if kwargs.get("enabled", True):
            self.tools.setdefault(called, Registered(called, function, description))
        return given

    def resource(self, *args: Any, **kwargs: Any) -> Any:
        """Leave the decorated function as it is; so do the others."""
        return lambda function: function

    prompt = custom_route = completion = middleware = resource

    def run(self, *args: Any, **kwargs: Any) -> None:
        """Serve nobody."""

    async def run_async(self, *args: Any, **kwargs: Any) -> None:
        """Serve nobody."""

    run_stdio_async = run_sse_async = run_streamable_http_async = run_http_async = run_async


class SdkModule(ModuleType):
    """A module of the SDK: what is stood for, and the rest from what is installed."""

    def __init__(self, name: str, **content: Any) -> None:
        super().__init__(name)
        self.__path__: list[str] = []
        self.__dict__.update(content)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            original = importlib.import_module(self.__name__)
        except ImportError as error:
            raise AttributeError(f"module {self.__name__!r} has no {name!r} here") from error
        return getattr(original, name)


_SERVERS = {"FastMCP": Server, "MCPServer": Server, "Context": Context}
_ERRORS = {"ToolError": SdkToolError, "ResourceError": SdkResourceError}
_CONTENT: dict[str, dict[str, Any]] = {
    "mcp": {},
    "mcp.server": _SERVERS,
    "mcp.server.fastmcp": _SERVERS,
    "mcp.server.fastmcp.server": _SERVERS,
    "mcp.server.fastmcp.exceptions": _ERRORS,
    "mcp.server.mcpserver": _SERVERS,
    "mcp.server.mcpserver.server": _SERVERS,
    "mcp.server.mcpserver.context": _SERVERS,
    "mcp.server.mcpserver.exceptions": _ERRORS,
    "fastmcp": _SERVERS,
    "fastmcp.server": _SERVERS,
    "fastmcp.server.server": _SERVERS,
    "fastmcp.server.context": _SERVERS,
    "fastmcp.exceptions": _ERRORS,
}


def sdk_modules() -> dict[str, ModuleType]:
    """Return stand-ins for the SDK's modules by name, each an attribute of the one above it."""
    found: dict[str, ModuleType] = {}
    for name, content in _CONTENT.items():
        module = SdkModule(name, **content)
        found[name] = module
        above, _, last = name.rpartition(".")
        if above:
            setattr(found[above], last, module)
    return found
