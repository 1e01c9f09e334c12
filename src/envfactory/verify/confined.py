"""`Confined`: verification of packages whose code nobody has read, in the sandbox.

Checks and code run together in a process that reaches no network, starts no process, and reads and
writes nothing but Python, the package and a scratch folder (see `envfactory.sandbox`). What comes
out is data: a certificate whose hash, static rules and level are compared with what is read here.

What this does not stop: code that manages to change the checks beside it may lie about itself. For
packages of the kernel's own kind the static rules, which are applied on this side too, leave no
means to do so. For foreign modules they do not apply, and a certificate says as much as the module
let it.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from pydantic import ValidationError

from envfactory.environment.foreign.adapt import adapt_module, put_package
from envfactory.errors import EnvironmentFault, InputError, one_line
from envfactory.records import Json
from envfactory.sandbox.confine import open_borders
from envfactory.sandbox.host import Host
from envfactory.sandbox.limits import Limits
from envfactory.sandbox.session import change_of
from envfactory.verify.cell import FAILURES
from envfactory.verify.certify import stopped, verify
from envfactory.verify.check import Check
from envfactory.verify.checks import CHECKS, GATES
from envfactory.verify.confirm import Confirmation, confirm, inconsistent
from envfactory.verify.failures import keep_failures
from envfactory.verify.model import EFFORT, Call, Certificate, Hunt
from envfactory.verify.observe import observe
from envfactory.verify.replay import Outcome, Replays
from envfactory.verify.retrace import Retrace, Retraced, finding_of, retrace
from envfactory.verify.subject import Subject
from envfactory.verify.trust import is_known_code

CELL = "envfactory.verify.cell"

SECONDS, SECONDS_OF_EFFORT, SECONDS_OF_EXAMPLE = 600.0, 10.0, 5.0
"""How long a package may take, and how much longer for each nominal second of effort, and for each
sequence of a hunt."""

_LIMITS = Limits(load_seconds=120, memory_bytes=4 << 30, output_bytes=1 << 26, file_bytes=1 << 26)


class SandboxWarning(UserWarning):
    """The system lacks a layer of the sandbox, so that it is no border."""


class Confined:
    """Verifies, puts to the test, and adapts what nobody has read; each time in a new process.

    Args:
        trust: Whether everything is trusted, and runs in this process. Without it, only code that
            this version of the compiler has written does.
    """

    def __init__(self, *, trust: bool = False) -> None:
        self._trust = trust

    def trusts(self, path: Path) -> bool:
        """Return whether a package's code may run in this process."""
        return self._trust or is_known_code(path)

    def verify(
        self,
        path: Path,
        *,
        seed: int = 0,
        checks: Sequence[Check] = CHECKS,
        replays: Replays | None = None,
        effort: int = EFFORT,
        hunt: Hunt | None = None,
    ) -> Certificate:
        """Return the certificate of a package; see `certify.verify`.

        A package that breaks a limit, or kills its process, is undecided.

        Raises:
            InputError: If the folder is no package, or a server that nobody has said they trust.
            InfrastructureError: If there is no sandbox to be had.
        """
        if self.trusts(path):
            return verify(path, seed=seed, checks=checks, replays=replays, effort=effort, hunt=hunt)
        with Subject(path, seed, effort=effort) as subject:  # reads, and executes nothing
            _refuse_server(subject)
            seconds = SECONDS + SECONDS_OF_EFFORT * effort
            names: list[Json] = [check.id for check in checks]
            try:
                leads = None if hunt is None else hunt.model_dump_json()
                where = str(path.resolve())
                said = _asked(seconds, [path], "verify", where, seed, effort, names, leads)
                certificate = _certificate(said)
                static = GATES[0].run(subject)
                same = (certificate.identity, certificate.package) == (
                    subject.identity,
                    subject.name,
                )
                known = (certificate.seed, certificate.effort) == (seed, effort)
                if not same or not known or certificate.results[0] != static:
                    raise EnvironmentFault("verify", "the certificate is none of this package")
                if inconsistent(certificate):
                    raise EnvironmentFault("verify", inconsistent(certificate)[0])
            except EnvironmentFault as fault:
                return stopped(subject, checks, fault.problem)
            return certificate

    def hunt(
        self, path: Path, *, examples: int, seed: int = 0, failures: Path | None = None
    ) -> Hunt:
        """Return what Hypothesis finds in so many sequences of calls; always in the sandbox.

        Code that breaks the static rules, and servers, are not called; the hunt says so. One that
        breaks a limit is stopped, and what it has found until then is lost.

        Args:
            path: The package's folder.
            examples: How many sequences to try.
            seed: Where chance comes from.
            failures: A folder that keeps what failed, for hunts to come.

        Raises:
            InputError: If the folder is no package, or Hypothesis is not installed.
            OutputError: If the folder of failures cannot be written.
            InfrastructureError: If there is no sandbox to be had.
        """
        _need_hypothesis()
        with Subject(path, seed) as subject:
            if subject.live:
                return _no_hunt(seed, "a live server, each of whose states is a process")
            if not GATES[0].run(subject).clear:
                return _no_hunt(seed, "the code breaks the static rules")
            kept = None if failures is None else failures / subject.name
        readable = [path, *([kept] if kept is not None and kept.is_dir() else [])]
        before = None if kept is None else str(kept.resolve())
        arguments = (str(path.resolve()), examples, seed, before)
        with _cell(readable) as cell:
            try:
                said = cell.request(SECONDS + SECONDS_OF_EXAMPLE * examples, "hunt", (), *arguments)
                found = Hunt.model_validate_json(said if isinstance(said, str) else "")
            except EnvironmentFault as fault:
                return _no_hunt(seed, fault.problem)
            except ValidationError:
                raise _nonsense("hunt") from None
            if kept is not None:
                keep_failures(kept, _taken(cell.scratch, FAILURES))
        return found

    def confirm(self, path: Path, *, seed: int = 0, everything: bool = False) -> Confirmation:
        """Put a package's certificate to the test; see `confirm.confirm`.

        Raises:
            InputError: If the folder is no package, or holds no certificate.
            EnvironmentFault: If the package breaks a limit.
        """
        if self.trusts(path):
            return confirm(path, seed=seed, everything=everything)
        certificate = Certificate.load(path)
        with Subject(path, certificate.seed) as subject:
            _refuse_server(subject)
        seconds = SECONDS + SECONDS_OF_EFFORT * certificate.effort
        said = _asked(seconds, [path], "confirm", str(path.resolve()), seed, everything)
        match said:
            case ["confirmed" | "contradicted" | "void" as verdict, list(why), list(ids), int(n)]:
                found = tuple(str(reason) for reason in why)
                made = tuple(str(name) for name in ids)
                quick = certificate.quick and verdict != "void"
                return Confirmation(verdict, found, made, n, quick)
        raise _nonsense("confirm")

    def retrace(self, path: Path, certificate: Certificate, name: str) -> Retrace:
        """Make a finding's calls once more; see `retrace.retrace`.

        Raises:
            InputError: If there is no such finding, or the package has changed since.
            EnvironmentFault: If the package breaks a limit.
        """
        if self.trusts(path):
            return retrace(path, certificate, name)
        with Subject(path, certificate.seed) as subject:
            _refuse_server(subject)
        text = certificate.to_bytes().decode()
        said = _asked(SECONDS, [path], "retrace", str(path.resolve()), text, name)
        match said:
            case [list(steps), list(lines)]:
                return Retrace(
                    finding_of(certificate, name),
                    tuple(_step(step) for step in steps),
                    tuple(_line(line) for line in lines),
                )
        raise _nonsense("retrace")

    def adapt(
        self, module: Path, out: Path, *, name: str | None, scenarios: Sequence[Path], seed: int
    ) -> Path:
        """Write the package of a foreign module, with what its tools were seen to return.

        In the sandbox, the module may read what lies beside it.

        Raises:
            InputError: If the module or a scenario is no good.
            OutputError: If the package cannot be written.
            EnvironmentFault: If the module breaks a limit.
        """
        if self._trust:
            path = adapt_module(module, out, name=name, scenarios=scenarios)
            observe(path, seed=seed)
            return path
        if not module.is_file():
            raise InputError(str(module), "no such file", "name a Python module")
        missing = next((path for path in scenarios if not path.is_file()), None)
        if missing is not None:
            raise InputError(str(missing), "no such file", "name a JSON file with a scenario")
        texts: list[Json] = [str(path.resolve()) for path in scenarios]
        readable = [module.resolve().parent, *scenarios]
        arguments = (str(module.resolve()), name, texts, seed)
        with _cell(readable) as cell:
            made = cell.request(SECONDS, "adapt", (), *arguments)
            if not isinstance(made, str):
                raise _nonsense("adapt")
            return put_package(out / Path(made).name, _taken(cell.scratch, made))


def _asked(seconds: float, readable: Sequence[Path], operation: str, *arguments: Json) -> Json:
    with _cell(readable) as cell:
        return cell.request(seconds, operation, (), *arguments)


@contextmanager
def _cell(readable: Sequence[Path]) -> Iterator[Host]:
    """Give a process that has closed its borders, and end it; warns where there are none."""
    cell = Host(_LIMITS, program=CELL, readable=readable)
    try:
        cell.ready()
        for layer in open_borders(cell.layers):
            text = f"the sandbox is no border here: {layer.name} is missing: {layer.detail}"
            warnings.warn(text, SandboxWarning, stacklevel=3)
        yield cell
    finally:
        cell.close()


def _need_hypothesis() -> None:
    missing = [name for name in ("hypothesis", "hypothesis_jsonschema") if not find_spec(name)]
    if missing:
        raise InputError("hunting", f"needs {missing[0]}", "pip install 'envfactory[hunt]'")


def _no_hunt(seed: int, why: str) -> Hunt:
    return Hunt(examples=0, seed=seed, reported=0, stopped=one_line(why, 200))


def _refuse_server(subject: Subject) -> None:
    if subject.live:
        raise InputError(
            str(subject.path),
            "starts or calls a server, which no sandbox holds",
            "look at [server] in its environment.toml, and add --trust if you would run it",
        )


def _certificate(said: Json) -> Certificate:
    try:
        return Certificate.model_validate_json(said if isinstance(said, str) else "")
    except ValidationError:
        raise _nonsense("verify") from None


def _step(said: Json) -> Retraced:
    match said:
        case [dict(call), str(kind), str(text), list(changes), str(state_hash)]:
            try:
                return Retraced(
                    Call.model_validate(call),
                    Outcome(kind, text),
                    tuple(change_of(change) for change in changes),
                    state_hash,
                )
            except ValidationError:
                raise _nonsense("retrace") from None
    raise _nonsense("retrace")


def _line(said: Json) -> tuple[int, str]:
    match said:
        case [int(number), str(text)]:
            return number, text
    raise _nonsense("retrace")


def _nonsense(operation: str) -> EnvironmentFault:
    return EnvironmentFault(operation, "the process in the sandbox answers in another form")


def _taken(scratch: Path, name: str) -> dict[str, bytes]:
    """Return the files of a folder that code nobody has read has written; links are no files."""
    folder = scratch / Path(name).name
    files = [f for f in sorted(folder.rglob("*")) if f.is_file() and not f.is_symlink()]
    within = [f for f in files if f.resolve().is_relative_to(folder)]
    return {f.relative_to(folder).as_posix(): f.read_bytes() for f in within}
