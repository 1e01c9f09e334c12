"""The stages one by one, from files to files, for looking at what lies between or changing it.

Unlike `run`, they keep no journal: a stage that was stopped starts again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from envfactory.chain import Chain
from envfactory.compiler import compile_environment
from envfactory.dataset import ExportSummary
from envfactory.dataset import export as write_dataset
from envfactory.errors import DefinitionError, OutputError
from envfactory.events import Listener, ignore
from envfactory.executor import Executor, Unit
from envfactory.pipeline import environments, sources, tasks, trajectories
from envfactory.pipeline.drop import Drop, Produced, refused
from envfactory.pipeline.library import find_packages, load_packages
from envfactory.pipeline.settings import Sources
from envfactory.pipeline.shelf import Shelf
from envfactory.pipeline.sources import SpecEntry, Understand, named_apart, passed_over, refuse
from envfactory.pipeline.stage import Result, work_through
from envfactory.pipeline.tasks import MakeTask
from envfactory.pipeline.trajectories import PlayGold
from envfactory.records import read_lines, write_lines
from envfactory.task import Task
from envfactory.task.category import Mix
from envfactory.task.convey import NATURAL, Implicitness
from envfactory.task.shapes import SHARE
from envfactory.task.surface import PersonaMix
from envfactory.trajectory import Trajectory
from envfactory.verify import CHECKS, EFFORT, THOROUGH, Certificate, Confined, WarmReplays


@dataclass(frozen=True, slots=True)
class Built:
    """Packages that were written, and what was left out."""

    entries: tuple[SpecEntry, ...]
    drops: tuple[Drop, ...]


@dataclass(frozen=True, slots=True)
class _Write:
    """Writes the package of one specification."""

    folder: Path
    seed: int

    def __call__(self, entry: SpecEntry) -> Produced[SpecEntry]:
        try:
            compile_environment(entry.spec, self.folder, self.seed)
        except DefinitionError as error:
            drop = refused(environments.STAGE, entry.spec.name, "code refused", error)
            return Produced(drops=(drop,))
        return Produced((entry,))


@dataclass(frozen=True)
class _Certify:
    """Verifies one package and writes its certificate."""

    seed: int
    thorough: bool
    effort: int
    trust: bool
    hunt: int
    failures: Path | None

    @cached_property
    def _replays(self) -> WarmReplays:
        """Processes that stay for the packages that follow; each worker has its own."""
        return WarmReplays()

    def __call__(self, path: Path) -> Produced[Certificate]:
        confined, hunt = Confined(trust=self.trust), None
        if self.hunt:
            hunt = confined.hunt(path, examples=self.hunt, seed=self.seed, failures=self.failures)
        certificate = confined.verify(
            path,
            seed=self.seed,
            checks=THOROUGH if self.thorough else CHECKS,
            replays=self._replays,
            effort=self.effort,
            hunt=hunt,
        )
        certificate.save(path)
        return Produced((certificate,))


def build(
    given: Sequence[str | Path],
    folder: Path,
    *,
    seed: int,
    executor: Executor,
    listener: Listener = ignore,
    allow_network: bool = False,
) -> Built:
    """Write an environment package for each source; see `Sources.find` for what may be given.

    Raises:
        InputError: If no source can be used.
        OutputError: If the folder cannot be written.
    """
    found = Sources.find(given, allow_network=allow_network)
    read = work_through(
        sources.STAGE,
        [Unit(file.label, (file, found.places[file.label])) for file in found.files],
        Understand(),
        executor=executor,
        listener=listener,
    )
    if not read.kept:
        refuse(found, read.drops)
    entries, doubles = named_apart(read.kept, found.files)
    written = work_through(
        environments.STAGE,
        [Unit(entry.spec.name, entry) for entry in entries],
        _Write(folder, seed),
        executor=executor,
        listener=listener,
    )
    drops = (*passed_over(found), *read.drops, *doubles, *written.drops)
    return Built(written.kept, drops)


def certify(
    given: Sequence[Path],
    *,
    seed: int,
    executor: Executor,
    listener: Listener = ignore,
    thorough: bool = False,
    effort: int = EFFORT,
    trust: bool = False,
    hunt: int = 0,
    failures: Path | None = None,
) -> list[tuple[Path, Certificate]]:
    """Verify packages, and write each one's certificate.

    Code that this version of the compiler has written runs here, any other in the sandbox.

    Args:
        given: Packages, or folders of packages.
        seed: Decides what is tried.
        executor: Does the work.
        listener: Is told how far it is.
        thorough: Whether faults are seeded, and coverage is measured.
        effort: How much is tried of what could go on for ever; see `envfactory.verify.EFFORT`.
        trust: Whether all code runs here, whoever wrote it.
        hunt: How many sequences Hypothesis tries before; see `Confined.hunt`.
        failures: A folder that keeps what failed, for hunts to come.

    Raises:
        InputError: If a path is no package, or holds a server and nothing is trusted.
        OutputError: If a certificate cannot be written.
    """
    paths = find_packages(given)
    result = work_through(
        "verify",
        [Unit(str(path), path) for path in paths],
        _Certify(seed, thorough, effort, trust, hunt, failures),
        executor=executor,
        listener=listener,
    )
    if result.drops:
        raise OutputError(result.drops[0].item, result.drops[0].detail)
    return list(zip(paths, result.kept, strict=True))


def make_tasks(
    chains: Path,
    graph: Path,
    packages: Sequence[Path],
    out: Path,
    *,
    seed: int,
    wanted: int | None,
    mix: Mix | None = None,
    personas: PersonaMix | None = None,
    implicitness: Implicitness = NATURAL,
    shapes: float = SHARE,
    strata: int = 1,
    trust: bool = False,
    executor: Executor,
    listener: Listener = ignore,
) -> Result[Task]:
    """Make tasks from a file of chains, base tasks alone unless `mix` says more, and write them.

    Code that is not known runs in the sandbox, unless `trust` says that all may run here.

    With several `strata` and a number that is wanted, more are made, and chosen so that each
    stratum of predicted difficulty gives as many as the others.

    Raises:
        InputError: If an input cannot be read.
        OutputError: If the tasks cannot be written.
    """
    shelf = Shelf.of(load_packages(packages, trust=trust).values())
    result = tasks.make_mix(
        list(read_lines(chains, Chain)),
        mix or Mix(),
        MakeTask(shelf, graph, seed, personas, implicitness, shapes),
        executor=executor,
        listener=listener,
        wanted=wanted if wanted is None or strata < 2 else wanted * tasks.TO_CHOOSE_FROM,
        sieve=tasks.HeldApart(),
    )
    if wanted is not None and strata > 1:
        result = tasks.choose(result, wanted, strata, seed)
    write_lines(out, result.kept)
    return result


def play_gold(
    made: Path,
    packages: Sequence[Path],
    out: Path,
    *,
    seed: int,
    trust: bool = False,
    executor: Executor,
    listener: Listener = ignore,
) -> Result[Trajectory]:
    """Play the gold solutions of a file of tasks, and write the trajectories.

    Code that is not known runs in the sandbox, unless `trust` says that all may run here.

    Raises:
        InputError: If an input cannot be read.
        OutputError: If the trajectories cannot be written.
    """
    shelf = Shelf.of(load_packages(packages, trust=trust).values())
    result = work_through(
        trajectories.STAGE,
        [Unit(task.id, task) for task in read_lines(made, Task)],
        PlayGold(shelf, seed),
        executor=executor,
        listener=listener,
    )
    write_lines(out, result.kept)
    return result


def export_dataset(
    made: Path,
    played: Path,
    packages: Sequence[Path],
    out: Path,
    *,
    name: str,
    trust: bool = False,
    listener: Listener = ignore,
) -> ExportSummary:
    """Write the dataset of a file of tasks and a file of their trajectories.

    Code that is not known runs in the sandbox, unless `trust` says that all may run here.

    Raises:
        InputError: If an input cannot be read.
        OutputError: If the dataset cannot be written.
    """
    return write_dataset(
        read_lines(made, Task),
        read_lines(played, Trajectory),
        Shelf.of(load_packages(packages, trust=trust).values()),
        (),
        out,
        name=name,
        listen=listener,
    )
