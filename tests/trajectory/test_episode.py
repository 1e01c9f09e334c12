"""The loop: what is recorded, whose doing an outcome is, and that no fault becomes text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from envfactory.environment import ToolSpec, World
from envfactory.records import read_lines, write_lines
from envfactory.task.model import Task
from envfactory.trajectory import (
    Attribution,
    Episode,
    GoldPolicy,
    Limits,
    MalformedReply,
    Message,
    Reply,
    Request,
    RequestedCall,
    ScriptedUser,
    StopReason,
    Trajectory,
    Unavailable,
    answers,
    rejudge,
    run_episode,
)

ASK = RequestedCall("shop__get_user", {"user_id": "usr_1"})


class Plays:
    """A policy that replies, or raises, what it is given, one after the other."""

    name = "plays"

    def __init__(self, *replies: Reply | Exception) -> None:
        self._replies = list(replies)

    def act(self, messages: Sequence[Message], tools: Sequence[ToolSpec]) -> Reply:
        reply = self._replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply


class Says:
    """A user that says, or raises, what it is given, one after the other."""

    def __init__(self, *said: Request | Exception | None) -> None:
        self._said = list(said)

    def open(self) -> Request:
        request = self.reply("")
        assert request is not None
        return request

    def reply(self, answer: str) -> Request | None:
        said = self._said.pop(0)
        if isinstance(said, Exception):
            raise said
        return said


@pytest.fixture
def play(task: Task, world: World) -> Callable[..., Trajectory]:
    def run(*replies: Reply | Exception, **options: object) -> Trajectory:
        return run_episode(task, world, Plays(*replies), ScriptedUser(task), **options)

    return run


def end(trajectory: Trajectory) -> tuple[str, str, bool | None]:
    outcome = trajectory.outcome
    return outcome.stop, outcome.attribution, outcome.reached


# ---------------------------------------------------------------------- the ordinary course
def test_gold_reaches_the_goal(task, world):
    trajectory = run_episode(task, world, GoldPolicy(task), ScriptedUser(task), seed=3)
    assert end(trajectory) == ("finished", "policy", True)
    assert [message.role for message in trajectory.messages] == [
        "system", "user", "assistant", "tool", "assistant", "tool", "assistant",
        "user", "assistant", "tool", "assistant",
    ]  # fmt: skip
    assert [step.turn for step in trajectory.steps] == [0, 0, 1]
    assert [step.call_id for step in trajectory.steps] == ["call00001", "call00002", "call00003"]
    assert trajectory.policy == "gold"
    assert trajectory.seed == 3
    assert trajectory.changes == task.goal.changes
    assert trajectory.steps[-1].state_hash == trajectory.final_hash != trajectory.initial_hash


def test_the_world_is_left_as_it_was(task, world):
    before = world.state_hash
    run_episode(task, world, GoldPolicy(task), ScriptedUser(task))
    assert world.state_hash == before


def test_the_same_episode_is_the_same_record(task, world):
    runs = [run_episode(task, world, GoldPolicy(task), ScriptedUser(task)) for _ in range(2)]
    assert runs[0].to_line() == runs[1].to_line()
    other = run_episode(task, world, GoldPolicy(task), ScriptedUser(task), seed=1)
    assert other.id != runs[0].id


def test_a_record_survives_the_disk(task, world, tmp_path):
    trajectory = run_episode(task, world, GoldPolicy(task), ScriptedUser(task))
    write_lines(tmp_path / "t.jsonl", [trajectory])
    (read,) = read_lines(tmp_path / "t.jsonl", Trajectory)
    assert read == trajectory
    assert rejudge(read, task) is True


def test_doing_nothing_does_not_reach_the_goal(play):
    trajectory = play(Reply("Ada Lovelace"), Reply("Done."))
    assert end(trajectory) == ("finished", "policy", False)
    assert trajectory.changes == ()
    assert "missing: " in trajectory.outcome.detail


def test_calls_in_one_message_run_in_order(play, task):
    first, second = task.turns[0].calls
    both = tuple(RequestedCall(call.tool, call.arguments) for call in (first, second))
    cancel = RequestedCall("shop__cancel_order", {"order_id": 1})
    trajectory = play(
        Reply("One moment.", both), Reply(task.turns[0].answer), Reply(calls=(cancel,)), Reply("Ok")
    )
    assert end(trajectory) == ("finished", "policy", True)
    assistant, *results = trajectory.messages[2:5]
    assert [call.id for call in assistant.tool_calls] == [m.tool_call_id for m in results]
    assert answers(trajectory.messages, 2) == (task.turns[0].answer, "Ok")


def test_arguments_may_come_as_json_text(play, task):
    gold = [RequestedCall(c.tool, c.arguments) for c in task.turns[0].calls]
    text = RequestedCall("shop__cancel_order", '{"order_id": 1}')
    said = task.turns[0].answer
    trajectory = play(Reply(calls=tuple(gold)), Reply(said), Reply(calls=(text,)), Reply("Ok"))
    assert trajectory.outcome.reached is True
    assert trajectory.steps[-1].arguments == {"order_id": 1}


def test_a_refusal_is_shown_to_the_agent_and_the_episode_goes_on(play):
    missing = RequestedCall("shop__get_user", {"user_id": "usr_9"})
    unknown = RequestedCall("shop__fly", {})
    reserved = RequestedCall("shop__set_currency", {"currency": "USD"})
    trajectory = play(Reply(calls=(missing, unknown, reserved)), Reply("x"), Reply("y"))
    codes = [step.error_code for step in trajectory.steps]
    assert codes == ["not_found", "unknown_tool", "permission_denied"]
    assert end(trajectory) == ("finished", "policy", False)
    assert '"code":"not_found"' in (trajectory.messages[3].content or "")


def test_the_agent_is_told_of_its_own_tools_only_and_without_annotations(task, world):
    episode = Episode(task, world, ScriptedUser(task), policy="x")
    names = [spec.name for spec in episode.tools]
    assert "shop__get_user" in names
    assert "shop__set_currency" not in names
    assert "x-entity" not in str([spec.input_schema for spec in episode.tools])


def test_the_agent_asking_back_stays_in_the_turn(task, world):
    user = Says(Request("Teapots!", 0), Request("Two, for Ada.", 0), Request("Cancel.", 1), None)
    policy = Plays(Reply("How many?"), Reply("Ada Lovelace has them."), Reply("Cancelled."))
    trajectory = run_episode(task, world, policy, user)
    said = answers(trajectory.messages, 2)
    assert said == ("Ada Lovelace has them.", "Cancelled."), "what was asked is no answer"


def test_usage_adds_up(play):
    trajectory = play(Reply("a", prompt_tokens=7, completion_tokens=1), Reply("b", prompt_tokens=9))
    usage = trajectory.usage
    assert (usage.replies, usage.prompt_tokens, usage.completion_tokens) == (2, 16, 1)


# ---------------------------------------------------------------------- the policy's mistakes
@pytest.mark.parametrize(
    "reply",
    [
        Reply(),
        Reply("  "),
        MalformedReply("no call in sight", "<tool_call>{"),
        Reply(calls=(RequestedCall("shop__get_user", "{"),)),
        Reply(calls=(RequestedCall("shop__get_user", "[1]"),)),
        Reply(calls=(RequestedCall("shop__get_user", '{"user_id": NaN}'),)),
        Reply(calls=(RequestedCall("shop__get_user", {"user_id": float("inf")}),)),
        Reply(calls=(RequestedCall("shop__get_user", {"user_id": "\ud800"}),)),
        Reply(calls=(RequestedCall("shop__get_user", {"\ud800": 1}),)),
        Reply(calls=(RequestedCall("shop__get_user", {"user_id": object()}),)),  # type: ignore[dict-item]
        Reply(calls=(RequestedCall(7, {}),)),  # type: ignore[arg-type]
        Reply("half a \ud83d face"),
        Reply(calls=(RequestedCall("shop__get_user", "[" * 5000 + "]" * 5000),)),
    ],
    ids=lambda reply: repr(reply)[:60],
)
def test_output_that_means_nothing_is_the_policys(play, task, reply, tmp_path):
    trajectory = play(Reply(calls=(ASK,)), reply)
    assert end(trajectory) == (StopReason.malformed, Attribution.policy, False)
    assert trajectory.outcome.detail
    write_lines(tmp_path / "t.jsonl", [trajectory])
    assert list(read_lines(tmp_path / "t.jsonl", Trajectory)) == [trajectory]
    assert rejudge(trajectory, task) is False


def test_malformed_output_is_kept(play):
    trajectory = play(MalformedReply("unreadable", "<tool_call>{"))
    assert trajectory.messages[-1].content == "<tool_call>{"


def test_too_many_calls_are_the_policys(play):
    trajectory = play(*[Reply(calls=(ASK, ASK, ASK))] * 3, limits=Limits(calls=5))
    assert end(trajectory) == ("step_limit", "policy", False)
    assert len(trajectory.steps) == 5


# ---------------------------------------------------------------------- the faults of others
def test_a_broken_tool_is_the_environments_and_never_a_message(play, task):
    broken = RequestedCall("shop__break_halfway", {"user_id": "usr_1"})
    trajectory = play(Reply(calls=(ASK, broken, ASK)))
    assert end(trajectory) == ("environment_fault", "environment", None)
    assert "disk on fire" in trajectory.outcome.detail
    assert len(trajectory.steps) == 1
    assert not any("fire" in (message.content or "") for message in trajectory.messages)
    assert trajectory.changes == ()
    assert rejudge(trajectory, task) is None


@pytest.mark.parametrize(
    ("error", "stop"),
    [
        (TimeoutError("60 s"), "infrastructure"),
        (ConnectionResetError("peer"), "infrastructure"),
        (Unavailable("no model"), "infrastructure"),
        (RuntimeError("bug in the adapter"), "infrastructure"),
    ],
    ids=repr,
)
def test_a_policy_that_cannot_be_asked_is_infrastructure(play, error, stop):
    trajectory = play(Reply(calls=(ASK,)), error)
    assert end(trajectory) == (stop, "infrastructure", None)
    assert str(error) in trajectory.outcome.detail


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ((KeyError("x"),), ("user_fault", "user")),
        ((Request("hi", 0), ValueError("broken")), ("user_fault", "user")),
        ((Request("hi", 0), Request("on", 5)), ("user_fault", "user")),
        ((Request("hi", 1), Request("back", 0)), ("user_fault", "user")),
        ((Request("\ud800", 0),), ("user_fault", "user")),
        ((Request("hi", 0), TimeoutError()), ("infrastructure", "infrastructure")),
        ((Unavailable("no model"),), ("infrastructure", "infrastructure")),
        (tuple(Request("more", 0) for _ in range(9)), ("request_limit", "user")),
    ],
    ids=repr,
)
def test_a_users_failure_is_the_users(task, world, said, expected):
    policy = Plays(*[Reply("yes")] * 9)
    trajectory = run_episode(task, world, policy, Says(*said), limits=Limits(requests=3))
    assert (trajectory.outcome.stop, trajectory.outcome.attribution) == expected
    assert trajectory.outcome.reached is None
    assert trajectory.messages[0].role == "system"


def test_a_judge_that_breaks_is_the_verifiers(task, world, monkeypatch):
    def broken(*arguments: object) -> bool:
        raise ZeroDivisionError("judge")

    monkeypatch.setattr("envfactory.trajectory.episode.judge", broken)
    trajectory = run_episode(task, world, GoldPolicy(task), ScriptedUser(task))
    assert end(trajectory) == ("finished", "verifier", None)
    assert rejudge(trajectory, task) is True, "the record is enough to judge again"


def test_a_tool_that_says_what_cannot_be_written_is_the_environments(play, monkeypatch):
    from envfactory.environment import ToolFailure, ToolResult

    def call(self: World, name: str, arguments: object) -> ToolResult:
        return ToolResult(error=ToolFailure("conflict", "half \ud83d"))

    monkeypatch.setattr(World, "call", call)
    trajectory = play(Reply(calls=(ASK,)))
    assert end(trajectory) == ("environment_fault", "environment", None)


# ---------------------------------------------------------------------- judging again
def test_another_tasks_trajectory_is_not_judged(play, task):
    trajectory = play(Reply("a"), Reply("b"))
    with pytest.raises(ValueError, match="is of task"):
        rejudge(trajectory, task.model_copy(update={"id": "sha256:other"}))


def test_an_ended_episode_takes_no_more(task, world):
    episode = Episode(task, world, Says(KeyError("x")), policy="x")
    assert episode.done
    with pytest.raises(ValueError, match="has ended"):
        episode.submit(Reply("hello"))
    with pytest.raises(ValueError, match="has ended"):
        episode.fail(TimeoutError())


def test_an_unfinished_episode_has_no_record(task, world):
    episode = Episode(task, world, ScriptedUser(task), policy="x")
    with pytest.raises(ValueError, match="has not ended"):
        _ = episode.trajectory


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
replies = st.one_of(
    st.builds(Reply, content=st.none() | st.text(st.characters())),
    st.builds(
        Reply,
        content=st.none() | st.text(),
        calls=st.lists(
            st.builds(
                RequestedCall,
                name=st.sampled_from(
                    [
                        "shop__get_user",
                        "shop__place_order",
                        "shop__break_halfway",
                        "shop__wait",
                        "?",
                    ]
                ),
                arguments=st.dictionaries(st.sampled_from(["user_id", "hours", "x"]), json_values)
                | st.text(max_size=20),
            ),
            max_size=3,
        ).map(tuple),
    ),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(said=st.lists(replies, max_size=8))
def test_whatever_a_policy_says_the_episode_ends_in_a_readable_record(task, world, said):
    trajectory = run_episode(task, world, Plays(*said, TimeoutError("silence")), ScriptedUser(task))
    assert Trajectory.model_validate_json(trajectory.to_line()) == trajectory
    assert trajectory.outcome.attribution is not Attribution.verifier
    assert rejudge(trajectory, task) is trajectory.outcome.reached
    results = [message for message in trajectory.messages if message.role == "tool"]
    assert [m.tool_call_id for m in results] == [step.call_id for step in trajectory.steps]
    assert len({step.call_id for step in trajectory.steps}) == len(trajectory.steps)
