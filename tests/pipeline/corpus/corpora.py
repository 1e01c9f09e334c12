"""Tiny corpora for tests, with sources that misbehave while they are read or made."""

import json
import os
import signal
import subprocess
import sys
import time
from multiprocessing import get_context
from pathlib import Path

import faker  # noqa: F401 - takes long: workers import it before a source's time begins
import inflect  # noqa: F401 - the same

import envfactory.pipeline.corpus.making as making
import envfactory.pipeline.corpus.reading as reading
import envfactory.pipeline.environments as environments
from envfactory.pipeline.corpus import CorpusBuilt, CorpusSettings, CorpusSources, build_corpus
from tests.pipeline.apis import api

_CONTEXT = get_context("forkserver")
_CONTEXT.set_forkserver_preload(["envfactory.pipeline.corpus", "inflect"])


def write(folder: Path, name: str, document: object) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(document if isinstance(document, str) else json.dumps(document))


def corpus(folder: Path) -> Path:
    """Write a corpus of sources that are good, bad, too small, twice there, and of one name."""
    write(folder, "books.org/1/api.json", api("Book shelf", "book"))
    write(folder, "books.org/2/api.json", api("Book shelf", "book", 5))
    write(folder, "dogs.com/api.json", api("Kennel", "dog", 6))
    write(folder, "twin.com/api.json", api("Kennel", "dog", 6))
    write(folder, "small.com/api.json", api("Small", "cup", 2))
    write(folder, "broken.com/api.json", {**api("Broken", "it"), "paths": "none"})
    write(folder, "readme.md", "# APIs of all kinds")
    empty = {"200": {"description": "ok"}}
    vague = {f"/x{n}/compute": {"get": {"responses": empty}} for n in range(4)}
    write(folder, "vague.com/api.json", {**api("Vague", "it"), "paths": vague})
    return folder


class Misbehaving:
    """Does what is to be done, but not with the sources whose text or name says otherwise.

    Reads as `read_source`, makes as `compile_environment`; where it misbehaves, it hangs with a
    child process, crashes, eats memory or raises what nobody expects.
    """

    def __init__(self, real):
        self.real = real

    def __call__(self, given, *rest):
        name = getattr(given, "label", given.name)
        if "hang" in name:
            subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
            time.sleep(600)
        if "crash" in name:
            os.kill(os.getpid(), signal.SIGSEGV)
        if "greedy" in name:
            bytearray(2 << 30)
        if "fault" in name:
            raise KeyError("nobody thought of that")
        return self.real(given, *rest)


class Spoilt(reading.Read):
    """The first stage, in whose workers sources misbehave; see `Misbehaving`."""

    def __call__(self, given):
        if not isinstance(reading.read_source, Misbehaving):
            reading.read_source = Misbehaving(reading.read_source)
        return super().__call__(given)


class SpoiltLater(making.Make):
    """The second stage, in whose workers sources misbehave; see `Misbehaving`."""

    def __call__(self, given):
        if not isinstance(environments.compile_environment, Misbehaving):
            environments.compile_environment = Misbehaving(environments.compile_environment)
        return super().__call__(given)


def build(
    folder: Path, out: Path, *, workers: int = 2, fresh: bool = False, **asked
) -> CorpusBuilt:
    given = CorpusSources.find([folder])
    settings = CorpusSettings(sources=given.sources, **asked)
    return build_corpus(given, settings, out, workers=workers, fresh=fresh)


def build_until(folder: Path, out: Path, write_number: int) -> bool:
    """Build, in a process that is killed when it writes to disk for that time; whether it ended."""
    process = _CONTEXT.Process(target=_doomed, args=(folder, out, write_number))
    process.start()
    process.join(100)
    assert process.exitcode in (0, -signal.SIGKILL), process.exitcode
    return process.exitcode == 0


def _doomed(folder: Path, out: Path, write_number: int) -> None:
    written = 0
    to_disk = os.fsync

    def fsync(file: int) -> None:
        nonlocal written
        written += 1
        if written == write_number:
            os.kill(os.getpid(), signal.SIGKILL)
        to_disk(file)

    os.fsync = fsync
    build(folder, out, workers=1)  # each start of a worker takes longer than all that it does


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a build but its lock."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "lock"
    }
