"""Tasks of all shapes, made once."""

from __future__ import annotations

import pytest

from envfactory.chain import sample_chains
from envfactory.task import Task
from envfactory.task.category.bench import Bench
from envfactory.task.shapes import ShapeMaker


@pytest.fixture(scope="session")
def settings(errands, compiled) -> list[object]:
    return [errands, *compiled.values()]


@pytest.fixture(scope="session")
def shaped(settings) -> list[tuple[Task, Bench]]:
    made = []
    for setting in settings:
        maker = ShapeMaker(setting.maker(), setting.packages, share=1.0)
        bench = Bench(setting.packages, setting.glossary)
        for number, chain in enumerate(sample_chains(setting.sampler(), 3, 12)):
            task = maker.make(chain, number)
            if task is not None:
                made.append((task, bench))
    return made
