"""How fast sampled chains become tasks, how many do, and whether an adversary wins one.

    python benchmarks/tasks.py             # about a minute
    python benchmarks/tasks.py --json

Every API in `examples/apis` is compiled, one graph is made of all, chains are drawn from it, and
tasks made of them: grounded, phrased, proven, audited, and held against one another. Times are
processor time of one process, what is learnt about an environment once left out. Baselines: to
ground alone; and an audit that loads the scenario and plays the whole solution for each thing that
is tried. The tasks that stand are audited again with another seed. The bars: 15 tasks a second,
at least half of the chains, and no adversary that wins.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from envfactory.audit import Auditor, Replays
from envfactory.chain import Chain
from envfactory.compiler import compile_environment
from envfactory.environment import Package
from envfactory.pipeline import draw_chains, graph_of, make_sampler
from envfactory.pipeline.shelf import Shelf
from envfactory.pipeline.trajectories import PlayGold
from envfactory.reward import score
from envfactory.source import read_source
from envfactory.spec import infer
from envfactory.task import Dropped, Task, TaskMaker
from envfactory.task import make as making
from envfactory.task.difficulty import graded

APIS = Path(__file__).parent.parent / "examples" / "apis"
CHAINS, WARM, SEED, OTHER_SEED = 300, 40, 5, 77
STAGES = {"ground": "grounded", "arrange": "arranged", "convey": "phrased and proven"}
"""Functions of the maker that are timed, and what they are called; the rest is checked and written.
"""
RATE, SHARE = 15.0, 0.5


@dataclass
class Clock:
    """Processor time by stage, in seconds."""

    spent: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    @contextmanager
    def on(self, stage: str) -> Iterator[None]:
        """Count the time that passes here."""
        start = time.process_time()
        try:
            yield
        finally:
            self.spent[stage] += time.process_time() - start

    def timed(self, stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function whose time is counted."""

        def watched(*given: Any, **named: Any) -> Any:
            with self.on(stage):
                return work(*given, **named)

        return watched


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of the chains; rates are per second of processor time."""

    chains: int
    tasks: int
    share: float
    tasks_per_s: float
    stages: dict[str, float]
    ratio_to_grounding_alone: float
    audit_ratio_to_whole_re_execution: float
    won_before: int
    won_after: int
    tried_after: int
    scores_per_s: float
    score_ratio_to_playing: float
    dropped: dict[str, int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and end with 1 if a bar is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(list(compiled(Path(folder))))
    if given.json:
        sys.stdout.write(json.dumps(asdict(figures), indent=2) + "\n")
    else:
        show(figures)
    return 1 if figures.tasks_per_s < RATE or figures.share < SHARE or figures.won_after else 0


def compiled(folder: Path) -> Iterator[Package]:
    """Compile the examples."""
    for path in sorted(APIS.glob("*.json")):
        yield Package.load(compile_environment(infer(read_source(path)), folder, seed=1))


def measure(packages: Sequence[Package]) -> Figures:
    """Make tasks of chains through all environments."""
    named = {package.manifest.name: package for package in packages}
    shelf = {package.identity: package for package in packages}
    graph = graph_of(named)
    maker, auditor = TaskMaker(graph, named), Auditor(shelf, SEED)
    drawn, _ = draw_chains(make_sampler(graph), SEED, WARM + CHAINS)
    for chain in drawn[:WARM]:
        made = maker.make(chain, SEED)
        if isinstance(made, Task):
            auditor.audit(made)
    clock, chains = Clock(), drawn[WARM:]
    stood, dropped = worked(chains, maker, auditor, clock)
    again = Auditor(shelf, OTHER_SEED)
    after = [again.audit(task) for task in stood]
    records = [audit.task.robustness for audit in after if audit.task.robustness is not None]
    whole = {name: clock.spent[name] for name in ("made", "audited", "held apart")}
    stages = {name: clock.spent[name] for name in STAGES.values()}
    stages["checked"] = whole["made"] - sum(stages.values())
    stages |= {"audited": whole["audited"], "held apart": whole["held apart"]}
    seconds = sum(whole.values())
    return Figures(
        chains=len(chains),
        tasks=len(stood),
        share=round(len(stood) / len(chains), 3),
        tasks_per_s=round(len(stood) / seconds, 1),
        stages={name: round(spent / seconds, 3) for name, spent in stages.items()},
        ratio_to_grounding_alone=round(seconds / clock.spent["grounded"], 2),
        audit_ratio_to_whole_re_execution=round(
            re_executed(stood, shelf) / clock.spent["audited"], 1
        ),
        won_before=sum(n for reason, n in dropped.items() if reason.startswith("an adversary")),
        won_after=sum(a.passed for r in records for a in r.attempts if a.expected == "fail"),
        tried_after=sum(a.tried for r in records for a in r.attempts if a.expected == "fail"),
        **scored(stood, shelf),
        dropped=dict(sorted(dropped.items(), key=lambda pair: (-pair[1], pair[0]))),
    )


def worked(
    chains: Sequence[Chain], maker: TaskMaker, auditor: Auditor, clock: Clock
) -> tuple[list[Task], Counter[str]]:
    """Return the tasks that stand, and why the others do not."""
    stood: list[Task] = []
    dropped: Counter[str] = Counter()
    replays = Replays()
    with ExitStack() as stack:
        for name, stage in STAGES.items():
            watched = clock.timed(stage, getattr(making, name))
            stack.enter_context(patch.object(making, name, watched))
        for chain in chains:
            with clock.on("made"):
                made = maker.make(chain, SEED)
            if isinstance(made, Dropped):
                dropped[made.reason] += 1
                continue
            with clock.on("audited"):
                audit = auditor.audit(graded(made))
            if audit.weakness is None:
                with clock.on("held apart"):
                    audit = replays.audit(audit.task)
            if audit.weakness is None:
                stood.append(audit.task)
            else:
                dropped[audit.weakness] += 1
    return stood, dropped


def re_executed(tasks: Sequence[Task], shelf: Mapping[str, Package]) -> float:
    """Return the seconds that an audit takes that starts from the scenario each time.

    Measured once a task, and taken as often as there are things to try.
    """
    seconds = 0.0
    for task in tasks:
        start = time.process_time()
        sessions = {ref.name: shelf[ref.identity].start(ref.scenario) for ref in task.environments}
        for turn in task.turns:
            for call in turn.calls:
                environment, _, tool = call.tool.partition("__")
                sessions[environment].call(tool, call.arguments)
        once = time.process_time() - start
        assert task.robustness is not None
        seconds += once * sum(attempt.tried for attempt in task.robustness.attempts)
    return seconds


def scored(tasks: Sequence[Task], shelf: Mapping[str, Package], rounds: int = 5) -> dict[str, Any]:
    """Score the solutions, played as episodes."""
    play = PlayGold(Shelf.of(shelf.values()), SEED)
    start = time.process_time()
    played = [(task, play(task).kept[0]) for task in tasks]
    playing = time.process_time() - start
    start = time.process_time()
    for _ in range(rounds):
        for task, trajectory in played:
            score(task, trajectory)
    scoring = (time.process_time() - start) / rounds
    return {
        "scores_per_s": round(len(tasks) / scoring),
        "score_ratio_to_playing": round(playing / scoring, 1),
    }


def show(figures: Figures) -> None:
    """Print the figures."""
    stages = ", ".join(f"{name} {share:.0%}" for name, share in figures.stages.items())
    lines = [
        f"{figures.tasks} tasks of {figures.chains} chains ({figures.share:.0%}), "
        f"{figures.tasks_per_s} tasks/s: {stages}",
        f"{figures.ratio_to_grounding_alone}x the time of grounding alone; the audit is "
        f"{figures.audit_ratio_to_whole_re_execution}x as fast as one by whole re-execution",
        f"tasks that an adversary won: {figures.won_before} dropped; of the others, with another "
        f"seed, {figures.won_after} of {figures.tried_after} attempts succeed",
        f"{figures.scores_per_s} scores/s, {figures.score_ratio_to_playing}x the rate of playing",
        *(f"{count:5} chains dropped: {reason}" for reason, count in figures.dropped.items()),
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
