"""`ForeignModule`: a Python module in the paper's format, as an environment with isolated sessions.

Such a module keeps one state, in its globals or wherever it likes. It is executed once; each
session has an image of the module's heap (see `heap`), which is put in place before its calls and
taken after them. So a session costs what its own state costs, forks and snapshots share images, and
a call that fails is undone whatever it touched.

    isolated    globals, class attributes, closures, default arguments, attributes of functions,
                objects bound to methods, caches and counters, context variables, the state of
                modules that lie beside it, clock and chance
    not         the state of other installed packages, files, environment variables, threads

Where the heap holds what no image can be taken of (a generator, an open file, a database), which is
looked for when the module and its first scenario are loaded, every session executes the module anew
and goes back to earlier states by replay (see `replayed`).
"""

from __future__ import annotations

import contextlib
import contextvars
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from envfactory.environment.failure import ToolFailure, ToolResult
from envfactory.environment.foreign.asked import plain_arguments
from envfactory.environment.foreign.calling import NOW, attempt, load
from envfactory.environment.foreign.chance import EPOCH, STEP, Chance
from envfactory.environment.foreign.entities import Entities
from envfactory.environment.foreign.heap import Heap, Image, Opaque
from envfactory.environment.foreign.host import Host
from envfactory.environment.foreign.replayed import ReplayedSession, ReplayedState
from envfactory.environment.foreign.settings import ListedTools
from envfactory.environment.foreign.unaided import Unaided
from envfactory.environment.frozen import utc_text
from envfactory.environment.saved import SavedState
from envfactory.environment.scenario import ScenarioError
from envfactory.environment.tool import ToolSpec
from envfactory.errors import EnvironmentFault
from envfactory.records import Json, canonical_json


class ModuleState(SavedState):
    """A state of a module: what it saves, and the heap that it saves it from."""

    def __init__(
        self,
        scenario: Mapping[str, Json],
        now: datetime,
        image: Image,
        context: contextvars.Context,
        owner: ForeignModule,
    ) -> None:
        """Keep a state; it is opaque to everyone but the sessions of its module."""
        super().__init__(scenario)
        self.now, self.image, self.context, self.owner = now, image, context, owner


class ForeignModule:
    """A module in the paper's format; `from_scenario` makes sessions, as a native class does.

    Attributes:
        opaque: What can be reached of which no image can be taken; empty if there is nothing.
    """

    def __init__(
        self,
        path: Path,
        source: bytes,
        examples: tuple[Mapping[str, Json], ...] = (),
        listed: ListedTools | None = None,
        chance: Callable[[], Chance] = Chance,
    ) -> None:
        """Execute the module.

        Args:
            path: Where it lies; modules beside it may be imported.
            source: Its content.
            examples: Scenarios, from which tables and keys are read.
            listed: What was observed of its tools, where somebody has called them.
            chance: Makes the clock and the random numbers of an executed module.

        Raises:
            InputError: If it does not run, or is not in the paper's format.
        """
        self._path, self._source, self._chance = path, source, chance
        self.host = Host(path, source, chance())
        self._entities = Entities.of(examples)
        seen = {} if listed is None else listed.named()
        self._specs = tuple(
            self._entities.marked(seen[name].spec(tool.spec) if name in seen else tool.spec)
            for name, tool in self.host.tools.items()
        )
        self.opaque = ""
        self._present: Image | None = None
        try:
            self._pristine = self._heap(self.host.context).take()
            for example in examples[:1]:
                self._load(example)
        except Opaque as error:
            self.opaque = str(error)
        except ScenarioError:
            pass  # whoever starts a session from it is told

    # ------------------------------------------------------------------ as an environment
    def tools(self) -> tuple[ToolSpec, ...]:
        """Return what callers are told about each tool."""
        return self._specs

    def key_fields(self) -> dict[str, str]:
        """Return the key field of each table that the scenarios show."""
        return dict(self._entities.keys)

    def from_scenario(self, scenario: Mapping[str, Json]) -> ModuleSession | ReplayedSession:
        """Return a session in the state that a scenario describes.

        Raises:
            ScenarioError: If the module does not load it, or cannot save what it loaded.
        """
        if self.opaque:
            return ReplayedSession.begin(self._fresh, self._specs, scenario, self.about)
        try:
            return ModuleSession(self, self._load(scenario))
        except Opaque as error:
            raise ScenarioError("scenario", f"no image can be taken of {error}") from error

    def __call__(self) -> ModuleSession | ReplayedSession:
        """Return a session in the state that the module has without a scenario."""
        if self.opaque:
            return ReplayedSession.begin(self._fresh, self._specs, None, self.about)
        return ModuleSession(self, self._load(None))

    @property
    def about(self) -> str:
        """What agents are told about it: the server's instructions, or the module's docstring."""
        return " ".join((self.host.server.instructions or self.host.module.__doc__ or "").split())

    @contextlib.contextmanager
    def unaided(self, state: SavedState) -> Iterator[Unaided]:
        """Run the module from a state that one of its sessions was in, without what sessions do.

        Raises:
            TypeError: If it is the state of another environment.
        """
        if isinstance(state, ReplayedState):
            instance = self._fresh()
            instance.load(state.start)
            for tool, arguments in state.calls():
                instance.call(tool, arguments)
            yield instance.unaided()
        elif isinstance(state, ModuleState) and state.owner is self:
            with self.host.lock:
                self.enter(state)
                self.host.chance.begin(state.now, lambda: state.hash)
                try:
                    yield Unaided(self.host, self._context)
                finally:
                    self.forget()
        else:
            raise TypeError(f"is no state of {self.host.server.name}: {state!r:.80}")

    # ------------------------------------------------------------------ states
    def apply(self, state: ModuleState, tool: str, values: dict[str, Any], seed: str) -> ToolResult:
        """Call a tool in a state, which has to be entered; the heap is then as the call left it."""
        self.host.chance.begin(state.now, lambda: f"{state.hash} {seed}")
        return attempt(self.host, tool, values, self._context)

    def enter(self, state: ModuleState) -> None:
        """Make the heap what it was in a state."""
        if self._present is not state.image:
            Heap.put(state.image)
            self._present = state.image
        self._context = state.context.copy()

    def leave(self, state: ModuleState) -> ModuleState:
        """Return the state that the heap is in after a call; the same one if nothing changed.

        Raises:
            EnvironmentFault: If it cannot be saved, or no image of it can be taken.
        """
        try:
            heap = self._heap(self._context)
            image = heap.take(state.image)
            if image is state.image and [*self._context.items()] == [*state.context.items()]:
                return state
            following = self._saved(state.now + STEP, image)
            if following.hash != state.hash and not self._shows_only_time(state, following):
                return following
            return ModuleState(
                state.scenario(), state.now, following.image, following.context, self
            )
        except Opaque as error:
            raise EnvironmentFault(
                self.host.server.name, f"no image can be taken of {error}"
            ) from error

    def forget(self) -> None:
        """Take note that the heap is in no known state."""
        self._present = None

    def _shows_only_time(self, before: ModuleState, after: ModuleState) -> bool:
        """Whether two states differ in nothing that is saved but the clock that was added."""
        was, now = before.scenario(), after.scenario()
        if not self.host.uses_clock:
            return False
        return {**was, NOW: None} == {**now, NOW: None} and was.get(NOW) == utc_text(before.now)

    def _saved(self, now: datetime, before: Image | None) -> ModuleState:
        """Return the state that the heap is in, saved by the module itself."""
        saved = self.host.save(self._context)
        image = self._heap(self._context).take(before)
        self._present = image
        if self.host.uses_clock and NOW not in saved:
            saved = {NOW: utc_text(now), **saved}
        return ModuleState(saved, now, image, self._context, self)

    def _load(self, scenario: Mapping[str, Json] | None) -> ModuleState:
        with self.host.lock:
            Heap.put(self._pristine)
            self.forget()
            self._context = self.host.context.copy()
            now = load(self.host, scenario, self._context)
            try:
                return self._saved(now, self._pristine)
            except EnvironmentFault as fault:
                self.forget()
                raise ScenarioError("scenario", f"cannot be saved again: {fault}") from fault

    def _heap(self, context: contextvars.Context) -> Heap:
        modules = tuple(self.host.modules.values())
        # What a call imports for the first time is loaded again by sessions that have not.
        return Heap((self.host.modules, *modules, self.host.server, *context.values()), modules)

    def _fresh(self) -> ModuleInstance:
        return ModuleInstance(Host(self._path, self._source, self._chance()))


class ModuleSession:
    """A session of a module; a cursor on a state, as a native environment is."""

    __slots__ = ("_environment", "_state")

    def __init__(self, environment: ForeignModule, state: ModuleState) -> None:
        """Start in a state."""
        self._environment, self._state = environment, state

    @property
    def about(self) -> str:
        """What agents are told about the environment."""
        return self._environment.about

    def tools(self) -> tuple[ToolSpec, ...]:
        """Return what callers are told about each tool."""
        return self._environment.tools()

    def call(self, name: str, arguments: Mapping[str, object] | None = None) -> ToolResult:
        """Call a tool as one transaction: it succeeds as a whole, or the state stays as it was.

        Raises:
            EnvironmentFault: If the function broke, returned what it does not declare, or left a
                state that cannot be saved.
        """
        environment, before = self._environment, self._state
        given = plain_arguments(environment.tools(), name, arguments)
        if isinstance(given, ToolFailure):
            return ToolResult(error=given)
        values = environment.host.tools[name].arguments(given)
        if isinstance(values, str):
            return ToolResult(error=ToolFailure("invalid_argument", values))
        with environment.host.lock:
            environment.enter(before)
            try:
                seed = f"{name} {canonical_json(given).decode()}"
                result = environment.apply(before, name, values, seed)
                if result.ok:
                    self._state = environment.leave(before)
                else:
                    environment.forget()
            except BaseException:
                environment.forget()
                raise
            return result

    def fork(self) -> ModuleSession:
        """Return an independent session in the same state. O(1)."""
        return ModuleSession(self._environment, self._state)

    def snapshot(self) -> ModuleState:
        """Return the present state. O(1)."""
        return self._state

    def restore(self, mark: ModuleState) -> None:
        """Go to a state that `snapshot` returned. O(1).

        Raises:
            TypeError: If it is the state of another environment.
        """
        if not isinstance(mark, ModuleState) or mark.owner is not self._environment:
            raise TypeError(f"this session cannot restore {mark!r:.80}")
        self._state = mark

    def to_scenario(self) -> dict[str, Json]:
        """Return the state as the module saves it."""
        return self._state.scenario()

    @property
    def state_hash(self) -> str:
        """The content of what the module saves as 64 hexadecimal digits."""
        return self._state.hash


class ModuleInstance:
    """A module executed for one session alone; what it hides from its saved form is replayed."""

    loads_what_it_saves = False

    def __init__(self, host: Host) -> None:
        """Take a host that nobody else uses."""
        self._host = host
        self._context = host.context
        self._now = EPOCH
        self._shown: dict[str, Json] = {}
        self.disturbed = False

    def load(self, scenario: Mapping[str, Json] | None) -> None:
        """Begin with a scenario; see `replayed.Instance`."""
        self._now = load(self._host, scenario, self._context)
        self._shown = self._save()

    def call(self, tool: str, arguments: Mapping[str, Json]) -> ToolResult:
        """Call a tool; see `replayed.Instance`."""
        values = self._host.tools[tool].arguments(arguments)
        self.disturbed = not isinstance(values, str)
        if isinstance(values, str):
            return ToolResult(error=ToolFailure("invalid_argument", values))
        seed = f"{SavedState(self._shown).hash} {tool} {canonical_json(arguments).decode()}"
        self._host.chance.begin(self._now, lambda: seed)
        result = attempt(self._host, tool, values, self._context)
        if result.ok:
            before = self._shown
            if self._save() != before:
                self._now += STEP
            self._shown = self._save()
        return result

    def save(self) -> dict[str, Json]:
        """Return the state as the module saves it."""
        return dict(self._shown)

    def told(self, saved: dict[str, Json]) -> dict[str, Json]:
        """Return all of a saved state; see `replayed.Instance`."""
        return saved

    def unaided(self) -> Unaided:
        """Return the module as it is now, without what sessions do for it."""
        return Unaided(self._host, self._context)

    def close(self) -> None:
        """Leave nothing to be ended."""

    def _save(self) -> dict[str, Json]:
        saved = self._host.save(self._context)
        if self._host.uses_clock and NOW not in saved:
            saved = {NOW: utc_text(self._now), **saved}
        return saved
