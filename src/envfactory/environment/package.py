"""Environment packages: a folder that holds one environment and everything about it.

    environment.toml     name, domain, version, licence, where it comes from
    environment.py       the environment class
    scenarios/*.json     initial states
    policy.md            optional: house rules, for people and as data (see `policy`)
    spec.json            optional: what the code was written from
    certificate.json     optional: what verification found; not part of the identity

A package of kind `module` holds a foreign module as its environment.py, with the modules that it
imports beside it, and may say in tools.json what its tools were observed to return; one of kind
`server` says in environment.toml how to reach a live MCP server, and in tools.json, instead of
environment.py, what that server lists.

A package's identity is the hash of every file but the certificate.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from pydantic import Field, ValidationError
from pydantic_core import from_json

from envfactory.environment.environment import Environment
from envfactory.environment.foreign.settings import ListedTools, ServerSettings
from envfactory.environment.policy import Policy, PolicyRule, read_policy
from envfactory.environment.world import Blueprint, Session
from envfactory.errors import EnvFactoryError, InputError, one_line
from envfactory.records import Json, Stored, content_hash

MANIFEST = "environment.toml"
CODE = "environment.py"
SCENARIOS = "scenarios"
POLICY = "policy.md"
SPEC = "spec.json"
CERTIFICATE = "certificate.json"
TOOLS = "tools.json"

Kind = Literal["native", "module", "server"]


class Source(Stored):
    """Where an environment comes from."""

    format: str = Field(description="What it was made from: 'openapi 3.0.1', 'hand-written'…")
    location: str = ""
    sha256: str = ""
    licence: str | None = None
    licence_url: str | None = None
    origin: str | None = None


class Manifest(Stored):
    """What `environment.toml` says."""

    schema_version: Literal[1] = 1
    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")
    title: str
    description: str = ""
    domain: str = "other"
    version: str = "1"
    licence: str | None = None
    source: Source | None = None
    kind: Kind = "native"
    server: ServerSettings | None = Field(default=None, description="For the kind `server`.")


@dataclass(frozen=True, slots=True)
class PackageFiles:
    """The files of an environment package, read and not executed.

    Attributes:
        path: Its folder.
        manifest: What its `environment.toml` says.
        code: The bytes of its `environment.py`; empty for a live server, which has none.
        scenarios: The names of its scenarios, sorted.
    """

    path: Path
    manifest: Manifest
    code: bytes
    scenarios: tuple[str, ...]
    _texts: Mapping[str, bytes] = field(repr=False)

    @classmethod
    def read(cls, path: Path) -> PackageFiles:
        """Read the files.

        Raises:
            InputError: If one is missing or malformed; says which and why.
        """
        manifest = _read_manifest(path / MANIFEST)
        code = b"" if manifest.kind == "server" else _read(path / CODE)
        found = sorted((path / SCENARIOS).glob("*.json"))
        texts = {file.stem: _read(file) for file in found if file.is_file()}
        return cls(path, manifest, code, tuple(texts), texts)

    def scenario(self, name: str) -> dict[str, Json]:
        """Return a scenario as JSON, a new object each time.

        Raises:
            InputError: If there is none of that name, or it is not a JSON object.
        """
        where = f"{self.path / SCENARIOS / name}.json"
        if name not in self._texts:
            raise InputError(where, "no such scenario", f"there are {', '.join(self.scenarios)}")
        try:
            scenario = from_json(self._texts[name])
        except ValueError as error:
            raise InputError(where, f"not JSON: {error}") from error
        if not isinstance(scenario, dict):
            raise InputError(where, f"is a {type(scenario).__name__}", "a scenario is an object")
        return scenario


@dataclass(frozen=True, slots=True)
class Package:
    """An environment package, loaded.

    Attributes:
        path: Its folder.
        manifest: What its `environment.toml` says.
        environment: What makes its sessions: its environment class, or what adapts a foreign one.
        identity: Content hash of all its files but the certificate.
        scenarios: The names of its scenarios, sorted.
        policy: The text of its `policy.md`, without the rules as data, or None.
        rules: The rules of its `policy.md` that are data.
    """

    path: Path
    manifest: Manifest
    environment: Blueprint
    identity: str
    scenarios: tuple[str, ...]
    policy: str | None
    rules: tuple[PolicyRule, ...]
    _files: PackageFiles = field(repr=False)

    @classmethod
    def load(
        cls, path: Path, made_by: Callable[[PackageFiles], Blueprint] | None = None
    ) -> Package:
        """Read a package and execute its `environment.py`, and no other code; start no server.

        Args:
            path: The package's folder.
            made_by: Returns what makes its sessions, where its code is not to be executed here.

        Raises:
            InputError: If a file is missing or malformed, or the code does not define exactly one
                environment, or rules name what it does not have; says which file and why.
        """
        files = PackageFiles.read(path)
        environment = (made_by or _blueprint)(files)
        policy = read_policy(path / POLICY) if (path / POLICY).is_file() else None
        if policy is not None:
            _check_rules(policy, environment, path / POLICY)
        return cls(
            path=path,
            manifest=files.manifest,
            environment=environment,
            identity=identity(path),
            scenarios=files.scenarios,
            policy=None if policy is None else policy.text,
            rules=() if policy is None else policy.rules,
            _files=files,
        )

    def scenario(self, name: str) -> dict[str, Json]:
        """Return a scenario as JSON; see `PackageFiles.scenario`."""
        return self._files.scenario(name)

    def start(self, scenario: str | None = None) -> Session:
        """Return a session in a scenario's state (the first one's by default).

        Raises:
            InputError: If the scenario is missing or does not fit the environment.
        """
        if scenario is None and not self.scenarios:
            return self.environment()
        return self.environment.from_scenario(self.scenario(scenario or self.scenarios[0]))


def load_environment(path: Path | str) -> type[Environment]:
    """Return the environment class of the native package in that folder; see `Package.load`.

    Raises:
        InputError: If it cannot be loaded, or the environment is a foreign one and has no class.
    """
    files = PackageFiles.read(Path(path))
    if files.manifest.kind != "native":
        raise InputError(str(path), "holds a foreign environment", "use Package.load(path).start()")
    return execute(files.code, files.manifest.name, files.path / CODE)


def _blueprint(files: PackageFiles) -> Blueprint:
    """Return what makes sessions of a package, whatever its kind."""
    manifest = files.manifest
    if manifest.kind == "native":
        return execute(files.code, manifest.name, files.path / CODE)
    examples = tuple(files.scenario(name) for name in files.scenarios)
    if manifest.kind == "module":
        from envfactory.environment.foreign.module import ForeignModule

        observed = read_tools(files.path) if (files.path / TOOLS).is_file() else None
        return ForeignModule(files.path / CODE, files.code, examples, observed)
    from envfactory.environment.foreign.remote import ForeignServer

    if manifest.server is None:
        raise InputError(str(files.path / MANIFEST), "has no [server] table", "adapt it again")
    listed = read_tools(files.path)
    return ForeignServer(
        manifest.server, listed.specs(), listed.reads(), examples, manifest.description
    )


def _check_rules(policy: Policy, environment: Blueprint, path: Path) -> None:
    """Refuse rules about tables, fields and tools that an environment does not have.

    Of a foreign environment only the tools are known.
    """
    tools = {tool.name for tool in environment.tools()} if policy.rules else set()
    known: dict[str, frozenset[str]] | None = None
    if isinstance(environment, type) and issubclass(environment, Environment):
        known = {table.name: table.fields for table in environment._layout.tables}
    for number, rule in enumerate(policy.rules):
        place = f"rules.{number}"
        if known is not None and rule.table not in known:
            raise InputError(str(path), f"{place}: there is no table {rule.table!r:.60}")
        if known is not None and rule.field not in known[rule.table]:
            problem = f"{place}: {rule.table} have no field {rule.field!r:.60}"
            raise InputError(str(path), problem)
        if rule.instead is not None and rule.instead.tool not in (None, *tools):
            problem = f"{place}: there is no tool {rule.instead.tool!r:.60}"
            raise InputError(str(path), problem)


def read_tools(path: Path) -> ListedTools:
    """Return what the package of a foreign environment says of its tools.

    Raises:
        InputError: If there is no such file, or it is none.
    """
    try:
        return ListedTools.model_validate_json(_read(path / TOOLS))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise InputError(str(path / TOOLS), f"no list of tools: {first['msg']}") from error


def identity(path: Path) -> str:
    """Return the content hash of a package's files, their names included, without the certificate.

    Raises:
        InputError: If a file cannot be read.
    """
    entries = []
    for file in sorted(path.rglob("*"), key=lambda f: f.relative_to(path).as_posix()):
        name = file.relative_to(path).as_posix()
        if file.is_file() and name != CERTIFICATE and "__pycache__" not in file.parts:
            entries.append(f"{content_hash(_read(file))} {name}\n")
    return content_hash("".join(entries).encode())


def execute(source: bytes, name: str, path: Path) -> type[Environment]:
    """Execute the code of an environment in a module of its own and return its class.

    Nothing is put on the import path, no byte code is written, and the module is not kept.

    Raises:
        InputError: If the code does not run, or defines no environment or several.
    """
    module = ModuleType(f"envfactory_package_{name}")
    module.__file__ = str(path)
    try:
        code = compile(source, str(path), "exec", dont_inherit=True)
        sys.modules[module.__name__] = module  # annotations are looked up there while it runs
        exec(code, module.__dict__)  # noqa: S102
    except EnvFactoryError as error:
        raise InputError(str(path), str(error)) from error
    except Exception as error:
        problem = one_line(f"{type(error).__name__}: {error}", 300)
        raise InputError(str(path), f"does not run: {problem}") from error
    finally:
        sys.modules.pop(module.__name__, None)
    found = [
        item
        for item in vars(module).values()
        if isinstance(item, type)
        and issubclass(item, Environment)
        and item.__module__ == module.__name__
    ]
    leaves = [cls for cls in found if not any(cls is not o and issubclass(o, cls) for o in found)]
    if len(leaves) != 1:
        raise InputError(
            str(path), f"defines {len(leaves)} environments", "a package holds exactly one"
        )
    return leaves[0]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            str(path),
            error.strerror or str(error),
            f"an environment package is a folder with {MANIFEST}, {CODE} and {SCENARIOS}/*.json",
        ) from error


def _read_manifest(path: Path) -> Manifest:
    try:
        content: dict[str, Any] = tomllib.loads(_read(path).decode())
        return Manifest.model_validate(content)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(str(path), f"not TOML: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InputError(str(path), f"{place}: {first['msg']}") from error
