"""Tasks of other shapes, and what several tests do with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest

from envfactory.chain import sample_chains
from envfactory.task import Task
from envfactory.task.category.bench import Bench, answers_of, calls_of, play
from envfactory.task.goal import judge
from envfactory.task.shapes import ShapeMaker
from envfactory.task.shapes.place import Place
from envfactory.task.shapes.sketch import Sketch


def made_only(shape: Callable[[Place], Iterator[Sketch]], settings) -> list[tuple[Task, Bench]]:
    """Return tasks of one shape and of one turn."""
    made = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("envfactory.task.shapes.make._SHAPES", (shape,))
        for setting in settings:
            maker = ShapeMaker(setting.maker(), setting.packages, share=1.0)
            bench = Bench(setting.packages, setting.glossary)
            for number, chain in enumerate(sample_chains(setting.sampler(), 3, 12)):
                task = maker.make(chain, number)
                if task is not None and len(task.turns) == 1:
                    made.append((task, bench))
    return made


def of(shaped: Sequence[tuple[Task, Bench]], shape: str) -> list[tuple[Task, Bench]]:
    return [(task, bench) for task, bench in shaped if task.shape == shape]


def alone(shaped: Sequence[tuple[Task, Bench]], shape: str) -> list[tuple[Task, Bench]]:
    """Return the tasks of a shape that have one turn."""
    return [(task, bench) for task, bench in of(shaped, shape) if len(task.turns) == 1]


def reaches(task: Task, bench: Bench, numbers: Sequence[int]) -> bool:
    calls = [calls_of(task)[number] for number in numbers]
    played = play(bench.world(task.environments), calls)
    return judge(task.goal, played.changes, answers_of(task)).reached
