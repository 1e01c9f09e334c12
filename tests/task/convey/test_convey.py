"""Tasks at several levels of implicitness: what they claim is executed again from them alone."""

import re
from collections import Counter
from statistics import mean

import pytest

from envfactory.chain import sample_chains
from envfactory.environment import World
from envfactory.task import Task, TaskMaker
from envfactory.task.convey import ConveyReport, Implicitness, outcomes, unproven
from envfactory.task.convey.proof import left_by, rows_found

LEVELS = (0.0, 0.5, 1.0)
CHAINS = 16


@pytest.fixture(scope="module")
def made(errands, compiled) -> dict[float, list[tuple[Task, World]]]:
    """Tasks by target, each with its world in the initial state."""
    found: dict[float, list[tuple[Task, World]]] = {level: [] for level in LEVELS}
    for setting in (errands, *compiled.values()):
        chains = list(sample_chains(setting.sampler(), 3, CHAINS))
        for level in LEVELS:
            wanted = Implicitness(level, level)
            maker = TaskMaker(setting.graph, setting.packages, implicitness=wanted)
            for number, chain in enumerate(chains):
                task = maker.make(chain, number)
                if isinstance(task, Task):
                    worlds = {
                        e.name: setting.packages[e.name].start(e.scenario)
                        for e in task.environments
                    }
                    found[level].append((task, World(worlds)))
    return found


def every(made):
    return [pair for group in made.values() for pair in group]


def conveyed(made):
    """Yield what is conveyed with its task, its turn and the world at the start of the turn."""
    for task, start in every(made):
        world = start.fork()
        for turn in task.turns:
            yield from ((each, task, turn, world) for each in turn.conveyed)
            for call in turn.calls:
                world.call(call.tool, call.arguments)


def test_every_proof_holds_when_it_is_executed_again(made) -> None:
    for task, start in every(made):
        assert list(unproven(task, start.fork)) == []


def test_what_is_not_explicit_has_a_proof_and_all_kinds_occur(made) -> None:
    kinds = Counter(each.kind for each, *_ in conveyed(made))
    assert set(kinds) >= {"explicit", "description", "reference", "constraint", "withheld"}
    for each, *_ in conveyed(made):
        assert (each.proof is None) == (each.kind == "explicit")


def test_a_twin_of_the_record_breaks_the_proof(made) -> None:
    """A record that is the same but for its key is left as well: nothing tells them apart."""
    broken = 0
    for each, task, _, world in conveyed(made):
        proof = each.proof
        if proof is None or not proof.calls or each.kind == "withheld":
            continue
        rows = rows_found(world, proof.calls, proof.path)
        (left,) = left_by(rows, proof.criteria)
        assert left_by([*rows, {**left}], proof.criteria) == [left, left]
        assert proof.among == len(rows)
        gold = [call for turn in task.turns for call in turn.calls]
        assert len(outcomes(proof, world, gold)) == 1
        broken += 1
    assert broken > 10


def test_a_proof_with_less_to_select_by_is_told_from_one_that_holds(made) -> None:
    """Dropping criteria leaves several records wherever there were several to choose from."""
    vague = 0
    for each, _, _, world in conveyed(made):
        proof = each.proof
        if proof is None or not proof.calls or proof.among < 2:
            continue
        assert len(left_by(rows_found(world, proof.calls, proof.path), ())) == proof.among
        vague += 1
    assert vague > 5


def test_tampering_with_a_proof_is_found(made) -> None:
    tampered = 0
    for task, start in every(made):
        for number, turn in enumerate(task.turns):
            for place, each in enumerate(turn.conveyed):
                if each.proof is None or not each.proof.criteria:
                    continue
                criteria = (each.proof.criteria[0].model_copy(update={"value": "no such thing"}),)
                proof = each.proof.model_copy(update={"criteria": criteria})
                if criteria[0].test != "is":
                    continue
                changed = list(turn.conveyed)
                changed[place] = each.model_copy(update={"proof": proof})
                turns = list(task.turns)
                turns[number] = turn.model_copy(update={"conveyed": tuple(changed)})
                bad = task.model_copy(update={"turns": tuple(turns)})
                assert [found for found, _ in unproven(bad, start.fork)] == [changed[place]]
                tampered += 1
    assert tampered > 5


def test_the_level_is_hit_on_average(made) -> None:
    report = {level: ConveyReport.of(task for task, _ in made[level]) for level in LEVELS}
    assert report[0.0].reached == 0
    assert report[0.5].reached == pytest.approx(0.5, abs=0.05)
    assert report[1.0].reached > 0.75
    assert [report[level].target for level in LEVELS] == list(LEVELS)


def test_the_report_counts_what_tasks_say(made) -> None:
    tasks = [task for task, _ in every(made)]
    report = ConveyReport.of(tasks)
    assert report.kinds == dict(sorted(Counter(e.kind for e, *_ in conveyed(made)).items()))
    levels = [task.difficulty.implicitness for task in tasks if task.calibration.values]
    assert report.reached == pytest.approx(mean(levels), abs=1e-3)
    assert report.proofs >= report.failed
    assert ConveyReport.of([]).tasks == 0


def test_nothing_withheld_is_said_and_all_of_it_can_be_asked_for(made) -> None:
    withheld = 0
    for each, task, turn, _ in conveyed(made):
        if each.kind != "withheld":
            continue
        asked = {ask.about: ask.text for ask in turn.asks}
        (known,) = [
            known
            for known in task.user.knows
            if known.withheld and (known.call, known.path) == (each.call, each.path)
        ]
        assert re.match(r"^(What|Which) .*\?$", asked[known.about])
        assert len([k for k in task.user.knows if k.about == known.about]) == 1
        assert not (len(known.said) > 12 and known.said in turn.request), turn.request
        withheld += 1
    assert withheld > 10


def test_explicit_tasks_ask_nothing_and_say_everything(made) -> None:
    for task, _ in made[0.0]:
        assert not any(turn.asks for turn in task.turns)
        assert not any(known.withheld for known in task.user.knows)
        assert {each.kind for turn in task.turns for each in turn.conveyed} <= {"explicit"}
