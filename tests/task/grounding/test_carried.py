"""Records that are found by a link, and inputs that take what another record holds."""

from pathlib import Path

import pytest

from envfactory.chain import Binding, Chain, FromStep, FromUser, Limits, Step
from envfactory.compiler import compile_environment
from envfactory.environment import Package
from envfactory.pipeline import graph_of
from envfactory.source import read_source
from envfactory.spec import infer
from envfactory.task import Task, TaskMaker

BLOGGER = Path(__file__).parents[3] / "examples" / "apis" / "blogger.json"


@pytest.fixture(scope="module")
def maker(tmp_path_factory: pytest.TempPathFactory) -> TaskMaker:
    folder = tmp_path_factory.mktemp("blogger")
    package = Package.load(compile_environment(infer(read_source(BLOGGER)), folder, seed=1))
    packages = {"blogger": package}
    return TaskMaker(graph_of(packages), packages)


def chain(maker: TaskMaker, *steps: Step) -> Chain:
    return Chain.of(steps, maker.graph, sampler="hand", seed=0, limits=Limits())


def by_link() -> Step:
    source = Binding(input="/url", source=FromUser(slot=0))
    return Step(tool="blogger__get_blog_by_url", bindings=(source,), goal=False)


def test_a_record_is_found_by_the_link_that_the_user_pastes(maker: TaskMaker) -> None:
    page = Step(
        tool="blogger__create_page",
        bindings=(Binding(input="/blog_id", source=FromStep(step=0, path="/id")),),
        goal=True,
    )
    made = [maker.make(chain(maker, by_link(), page), seed) for seed in range(6)]
    tasks = [task for task in made if isinstance(task, Task)]
    assert tasks
    for task in tasks:
        (get, *_) = task.turns[0].calls
        assert get.tool == "blogger__get_blog_by_url"
        assert str(get.arguments["url"]) in task.turns[0].request
        assert get.origins["/url"].kind == "user"
        assert get.value["id"] not in task.turns[0].request  # type: ignore[call-overload, index]
