"""`Host`: one executed module in the paper's format, and calls of its functions.

The module is executed with imports of its own: stand-ins for the SDK and for whatever decides by
clock or chance, and private copies of the modules beside it. Nothing of it stays in `sys.modules`.
"""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import contextvars
import inspect
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic_core import PydanticSerializationError, from_json, to_json

from envfactory.environment.failure import ToolFailure
from envfactory.environment.foreign.asked import plain_arguments
from envfactory.environment.foreign.chance import EPOCH, Chance, stand_ins
from envfactory.environment.foreign.server import Server, sdk_modules
from envfactory.environment.foreign.signature import FunctionTool
from envfactory.errors import EnvFactoryError, EnvironmentFault, InputError, one_line
from envfactory.records import Json

LOAD, SAVE = "load_scenario", "save_scenario"
_CLOCKS = frozenset({"time", "datetime"})
_PREFIX = "envfactory_foreign_"


class Host:
    """One executed module.

    Attributes:
        lock: Held by whoever uses the module; it has one state at a time.
        chance: The clock and the random numbers of its code.
        tools: What it offers, without loading and saving.
        modules: The module, and those beside it that it imported.
        uses_clock: Whether any of them imports a clock.
        saves_now: Whether what it saves has a value called `now`.
    """

    def __init__(self, path: Path, source: bytes, chance: Chance | None = None) -> None:
        """Execute a module.

        Args:
            path: Where the module lies; what lies beside it may be imported.
            source: Its content.
            chance: Where it gets its clock and its random numbers from.

        Raises:
            InputError: If it does not run, offers no server called `mcp`, or cannot be adapted.
        """
        self.lock = threading.RLock()
        self.chance = chance or Chance()
        self.uses_clock = False
        self.modules: dict[str, ModuleType] = {}
        self._path = path
        self._stand_ins = {**stand_ins(self.chance), **sdk_modules()}
        self._builtins = {
            **vars(builtins),
            "__import__": self._import,
            "print": lambda *args, **kwargs: None,
        }
        self.context = contextvars.Context()
        try:
            code = compile(source, str(path), "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            raise InputError(str(path), f"is no Python: {one_line(str(error), 200)}") from error
        self.module = self._execute(path.stem, path, code)
        self.server = self._server()
        self._load = self._function(LOAD)
        self._save = self._function(SAVE)
        with self._named():
            self.tools = {
                name: FunctionTool(registered, str(path))
                for name, registered in self.server.tools.items()
                if name not in (LOAD, SAVE)
            }
        self.saves_now = self._saves_now()
        self._functions = {name: self.server.tools[name].function for name in self.tools}
        if not self.tools:
            raise InputError(str(path), "its server has no tools beside loading and saving")

    @property
    def files(self) -> frozenset[str]:
        """The file names of the environment's own code."""
        return frozenset(str(module.__file__) for module in self.modules.values())

    # ------------------------------------------------------------------ calls
    def values(self, tool: str, arguments: object) -> dict[str, Any] | None:
        """Return arguments as the function of a tool takes them; None if they are not valid."""
        function = self.tools[tool]
        named = arguments if isinstance(arguments, Mapping) else {"": None}
        given = plain_arguments([function.spec], tool, named)
        found = "" if isinstance(given, ToolFailure) else function.arguments(given)
        return None if isinstance(found, str) else found

    def call(self, tool: str, arguments: Mapping[str, Any], context: contextvars.Context) -> Any:
        """Call the function of a tool; whatever it raises comes out."""
        return self._run(self._functions[tool], dict(arguments), context)

    def load(self, scenario: Mapping[str, Json], context: contextvars.Context) -> None:
        """Have the module load a scenario, a copy of it; whatever it raises comes out."""
        copy = from_json(to_json(dict(scenario)))
        first = next(iter(inspect.signature(self._load).parameters), "scenario")
        self._run(self._load, {first: copy}, context)

    def save(self, context: contextvars.Context) -> dict[str, Json]:
        """Have the module save its state.

        Raises:
            EnvironmentFault: If that breaks, or comes to something other than a JSON object.
        """
        try:
            value: Any = self.saved_object(context)
            if not isinstance(value, dict):
                value = value.model_dump(mode="json") if hasattr(value, "model_dump") else value
            saved = from_json(to_json(value, inf_nan_mode="constants"), allow_inf_nan=False)
        except (PydanticSerializationError, ValueError, RecursionError) as error:
            problem = f"the state has no form in JSON: {one_line(str(error), 200)}"
            raise EnvironmentFault(SAVE, problem) from error
        except EnvFactoryError:
            raise
        except Exception as error:
            raise EnvironmentFault(SAVE, f"{type(error).__name__}: {error}") from error
        if not isinstance(saved, dict):
            raise EnvironmentFault(SAVE, f"returned a {type(saved).__name__}, not an object")
        return saved

    def saved_object(self, context: contextvars.Context) -> object:
        """Return the very object that saving returns; whatever it raises comes out."""
        return self._run(self._save, {}, context)

    def _run(
        self, function: Callable[..., Any], arguments: dict[str, Any], context: contextvars.Context
    ) -> Any:
        try:
            value = context.run(function, **arguments)
            return _awaited(value, context) if inspect.isawaitable(value) else value
        except (SystemExit, KeyboardInterrupt) as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            raise EnvironmentFault(self.server.name, "tried to end the process") from error

    # ------------------------------------------------------------------ loading
    def _saves_now(self) -> bool:
        try:
            return "now" in self.save(self.context.copy())
        except EnvironmentFault:
            return False  # some modules cannot save before they have loaded

    def _function(self, name: str) -> Callable[..., Any]:
        registered = self.server.tools.get(name)
        found = registered.function if registered else getattr(self.module, name, None)
        if not callable(found):
            raise InputError(
                str(self._path),
                f"has no {name}",
                f"an environment module has tools {LOAD}(scenario) and {SAVE}()",
            )
        return found

    def _server(self) -> Server:
        named = getattr(self.module, "mcp", None)
        if isinstance(named, Server):
            return named
        servers = [v for v in vars(self.module).values() if isinstance(v, Server)]
        if len({id(server) for server in servers}) != 1:
            raise InputError(
                str(self._path), "defines no server called mcp", "write mcp = FastMCP('name')"
            )
        return servers[0]

    def _execute(self, name: str, path: Path, code: Any) -> ModuleType:
        module = ModuleType(_PREFIX + name.replace(".", "_"))
        module.__file__ = str(path)
        module.__dict__["__builtins__"] = self._builtins
        if path.name == "__init__.py":
            module.__path__ = [str(path.parent)]
            module.__package__ = name
        else:
            module.__package__ = name.rpartition(".")[0]
        self.modules[name] = module
        self.chance.begin(EPOCH, lambda: name)
        try:
            with self._named():
                if len(self.modules) == 1:
                    self.context.run(exec, code, module.__dict__)
                else:  # a module that another one imports, which runs in its context already
                    exec(code, module.__dict__)  # noqa: S102
        except InputError:
            raise
        except (Exception, SystemExit) as error:
            problem = one_line(f"{type(error).__name__}: {error}", 300)
            raise InputError(str(path), f"does not run: {problem}") from error
        return module

    @contextlib.contextmanager
    def _named(self) -> Iterator[None]:
        """Let the modules be found by name, which annotations need, for a moment."""
        for module in self.modules.values():
            sys.modules[module.__name__] = module
        try:
            yield
        finally:
            for module in self.modules.values():
                sys.modules.pop(module.__name__, None)

    def _import(
        self,
        name: str,
        names: Mapping[str, Any] | None = None,
        locals_: Mapping[str, Any] | None = None,
        fromlist: tuple[str, ...] | None = (),
        level: int = 0,
    ) -> ModuleType:
        """Import for the environment's own code; see the module's docstring."""
        if level:
            package = str((names or {}).get("__package__", ""))
            above = package.split(".")[: len(package.split(".")) - level + 1]
            name = ".".join(part for part in (*above, name) if part)
        top = name.partition(".")[0]
        if top in _CLOCKS:
            self.uses_clock = True
        if name in self._stand_ins:
            return self._stand_ins[name if fromlist else top]
        if top not in sys.stdlib_module_names:
            own = self._own(name)
            if own is not None:
                for part in fromlist or ():
                    if not hasattr(own, part) and part != "*":
                        self._own(f"{name}.{part}")
                return own if fromlist else self.modules.get(top, own)
        found = builtins.__import__(name, names, locals_, fromlist or (), 0)
        return found if fromlist or top not in self._stand_ins else self._stand_ins[top]

    def _own(self, name: str) -> ModuleType | None:
        """Return a private copy of a module that lies beside the main one; None if none does."""
        if name in self.modules:
            return self.modules[name]
        folder = self._path.parent.joinpath(*name.split("."))
        file = next(
            (f for f in (folder.with_suffix(".py"), folder / "__init__.py") if f.is_file()), None
        )
        if file is None or file.resolve() == self._path.resolve():
            return None
        above, _, last = name.rpartition(".")
        if above and self._own(above) is None and above not in self.modules:
            return None
        try:
            code = compile(file.read_bytes(), str(file), "exec", dont_inherit=True)
        except (OSError, SyntaxError, ValueError) as error:
            raise InputError(str(file), one_line(str(error), 200)) from error
        module = self._execute(name, file, code)
        if above:
            setattr(self.modules[above], last, module)
        return module


def _awaited(value: Any, context: contextvars.Context) -> Any:
    async def wait() -> Any:
        return await value

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        with asyncio.Runner() as runner:
            return runner.run(wait(), context=context)
    with ThreadPoolExecutor(1) as elsewhere:  # this thread's loop is busy with our caller
        return elsewhere.submit(_awaited, value, context).result()
