"""The laws, on an environment that was compiled, and on the same code with faults in it."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from envfactory.compiler import compile_environment
from envfactory.environment import Package
from envfactory.source import read_source
from envfactory.spec import infer
from envfactory.verify import THOROUGH, Subject, verify
from envfactory.verify.checks.behaviour import Behaviour
from envfactory.verify.checks.coverage import Coverage
from envfactory.verify.checks.mutation import Mutation
from envfactory.verify.laws import LAWS, Judge
from envfactory.verify.mutants import breed
from envfactory.verify.mutants.operators import OPERATORS

API = Path(__file__).parents[2] / "examples" / "apis" / "google-tasks.json"


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compile_environment(infer(read_source(API)), tmp_path_factory.mktemp("compiled"), 1)


@pytest.fixture
def faulty(compiled: Path, tmp_path: Path) -> Callable[[str, str], Path]:
    """Return a copy of the package with a piece of code exchanged."""

    def make(before: str, after: str) -> Path:
        folder = tmp_path / "faulty"
        shutil.copytree(compiled, folder)
        code = folder / "environment.py"
        source = code.read_text()
        assert before in source
        code.write_text(source.replace(before, after))
        return folder

    return make


def test_compiled_code_keeps_every_law(compiled: Path) -> None:
    with Subject(compiled) as subject:
        found = Behaviour().run(subject)
    assert found.outcome == "passed", found.findings
    assert found.tried["laws"] > 20
    assert found.tried["calls"] > 200


@pytest.mark.parametrize(
    ("before", "after", "law"),
    [
        ("self.task_lists.delete(", "self.task_lists.get(", "delete"),
        ("self.tasks.insert(", "self.tasks.all() and self.tasks.insert(", None),
        ("updated=self.now()", "updated=self.now().replace(year=2001)", "update"),
        ("return self.task_lists.update(", "self.task_lists.update(", None),
        ("title=title", "title=title.upper()", "create"),
    ],
    ids=["delete", "same", "clock", "result", "value"],
)
def test_a_fault_breaks_the_law_that_forbids_it(
    before: str, after: str, law: str | None, faulty: Callable[[str, str], Path]
) -> None:
    with Subject(faulty(before, after)) as subject:
        found = Behaviour().run(subject)
    laws = {finding.expected for finding in found.findings}
    if law is not None:
        assert law in laws
        finding = next(f for f in found.findings if f.expected == law)
        assert finding.calls, "it says how to see it"


def test_records_that_do_not_belong_together_are_refused(tmp_path: Path) -> None:
    whole = infer(read_source(API.with_name("twilio-chat.json")))
    tools = tuple(tool for tool in whole.tools if tool.name == "create_member")
    spec = whole.model_copy(update={"tools": tools})
    path = compile_environment(spec, tmp_path, 1)
    session = Package.load(path).start()
    scenario = session.to_scenario()
    channel = scenario["channels"][0]
    services = [service["sid"] for service in scenario["services"]]
    other = next(sid for sid in services if sid != channel["service_sid"])
    arguments = {"channel_sid": channel["sid"], "identity": "ada", "service_sid": other}
    judge = Judge(spec, LAWS)
    assert judge.call(session.fork(), "create_member", arguments).outcome.kind == "not_found"

    code = path / "environment.py"
    (careless,) = (
        mutant
        for mutant in breed(code.read_text(), random.Random(1), 10_000)[0]
        if (mutant.operator, mutant.method) == ("validation skipped", "create_member")
    )
    code.write_text(careless.source)
    judgement = judge.call(Package.load(path).start(), "create_member", arguments)
    assert [law.id for law, _ in judgement.problems] == ["owners agree"]


def test_a_record_that_is_alone_is_not_mistaken_for_the_first_of_many() -> None:
    source = """
class Server(Record):
    server_id: Annotated[str, Key()]

class Servers(Environment):
    servers: Table[Server]
    others: Table[Server]

    @tool
    def rename(self, name: str) -> Server:
        server = self.servers.only()
        self.others.update(server.server_id, name=name)
        return self.servers.update(server.server_id, name=name)
"""
    mutants, _ = breed(source, random.Random(1), 100)
    misdirected = [m.after for m in mutants if m.operator == "write misdirected"]
    assert misdirected == ["self.others.update(self.others.all()[0].server_id, name=name)"]


def test_nearly_all_seeded_faults_are_caught_and_the_others_are_shown(compiled: Path) -> None:
    with Subject(compiled) as subject:
        found = Mutation().run(subject)
    tried = found.tried
    assert found.outcome == "passed"
    assert tried["tried"] - tried["caught"] == len(found.findings) + found.left_out
    assert tried["caught"] >= 0.9 * tried["tried"]
    assert all("->" in f.message or "left out" in f.message for f in found.findings)


def test_without_laws_most_seeded_faults_go_unnoticed(compiled: Path) -> None:
    with Subject(compiled) as subject:
        assert Mutation(laws=()).run(subject).outcome == "failed"


def test_the_package_is_as_it_was_after_the_trials(compiled: Path) -> None:
    with Subject(compiled) as subject:
        Mutation(most=20).run(subject)
        assert Behaviour().run(subject).outcome == "passed"


def test_mutants_are_the_same_for_the_same_seed_and_fair_to_every_operator(
    compiled: Path,
) -> None:
    source = (compiled / "environment.py").read_text()
    everything, there_are = breed(source, random.Random(1), 10_000)
    some, _ = breed(source, random.Random(1), 24)
    again, _ = breed(source, random.Random(1), 24)
    assert len(everything) == there_are
    assert some == again
    assert {m.operator for m in some} == {m.operator for m in everything}
    assert {m.operator for m in everything} <= set(OPERATORS)
    for mutant in everything:
        assert mutant.source != source
        compile(mutant.source, "environment.py", "exec")


def test_code_that_no_call_gets_to_is_found(faulty: Callable[[str, str], Path]) -> None:
    more = "\n    @tool\n    def never(self, number: Annotated[int, 'Any number']) -> int:\n"
    more += "        'Return a number.'\n" + "".join(
        f"        if number == {10**9 + at}:\n            number += 1\n" for at in range(40)
    )
    folder = faulty("\n    @tool\n    def list_task_lists", "XX")
    code = folder / "environment.py"
    code.write_text(
        code.read_text().replace(
            "XX", more + "        return number\n\n    @tool\n    def list_task_lists"
        )
    )
    with Subject(folder) as subject:
        found = Coverage().run(subject)
    assert found.outcome == "failed"
    assert any("no call of never" in finding.message for finding in found.findings)


@pytest.mark.slow
def test_a_compiled_example_is_strong(compiled: Path) -> None:
    certificate = verify(compiled, checks=THOROUGH)
    assert certificate.level == "strong", certificate.results
    assert certificate.verified
    assert verify(compiled).level == "verified"
