"""The fidelity of the user that needs no model: what is asked well is told, nothing is made up."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.environment import ToolSpec, World
from envfactory.task.model import Ask, GoldCall, Task
from envfactory.task.user import Knowledge
from envfactory.trajectory import (
    GoldPolicy,
    InformedUser,
    Message,
    Reply,
    RequestedCall,
    ScriptedUser,
    StopReason,
    run_episode,
    user_for,
)
from envfactory.trajectory.user import PATIENCE

KNOWS = (
    Knowledge(about="due date of the task", value="2026-03-12", said="12 March", withheld=True),
    Knowledge(about="title of the task", value="Buy stamps", said="Buy stamps"),
    Knowledge(about="notes of the task", value="Ask for two.", said="Ask for two.", withheld=True),
    Knowledge(about="which list is meant", value="Errands", said="Errands", withheld=True),
    Knowledge(about="email address of the user", value="a@b.example", said="a@b.example", turn=1),
)
REQUESTS = ("Add a task 'Buy stamps' to one of my lists.", "Now tell me about the user.")


@pytest.fixture
def reticent(task: Task) -> Task:
    user = task.user.model_copy(update={"knows": KNOWS})
    turns = [
        turn.model_copy(update={"request": request, "asks": ()})
        for turn, request in zip(task.turns, REQUESTS, strict=True)
    ]
    asks = tuple(Ask(text="", about=each.about) for each in KNOWS if each.withheld)
    turns[0] = turns[0].model_copy(update={"asks": asks})
    return task.model_copy(update={"user": user, "turns": tuple(turns)})


def said(task: Task, *answers: str) -> list[str | None]:
    user = InformedUser(task)
    user.open()
    replies = [user.reply(answer) for answer in answers]
    return [reply.content if reply else None for reply in replies]


# ---------------------------------------------------------------------- who asks well
@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What is the due date of the task?", "The due date of the task is 12 March."),
        ("By which due date should it be done?", "The due date of the task is 12 March."),
        ("Sure! I only need the due date.", "The due date of the task is 12 March."),
        ("Please tell me the due date for the new task.", "The due date of the task is 12 March."),
        ("Could you tell me what notes to add?", "The notes of the task are Ask for two."),
        ("Which list should I add it to?", "I mean Errands."),
        ("On what list do you want it?", "I mean Errands."),
        ("Do you mean the list Garden or Errands?", "I mean Errands."),
        ("What's the **due date**?", "The due date of the task is 12 March."),
        ("What are the due dates?", "The due date of the task is 12 March."),
    ],
)
def test_what_is_asked_for_is_told(reticent: Task, question: str, told: str) -> None:
    assert said(reticent, question) == [told]


@given(st.permutations(["the due date", "the notes", "which list you mean"]))
def test_several_things_are_told_at_once_in_any_order(order: list[str]) -> None:
    task = _task()
    (reply,) = said(task, f"Before I start, please tell me {order[0]}, {order[1]} and {order[2]}.")
    assert reply is not None
    assert all(value in reply for value in ("12 March", "Ask for two.", "Errands"))


def test_what_was_told_is_told_again_and_other_things_after_it(reticent: Task) -> None:
    first, second, again = said(
        reticent, "What is the due date?", "And which list?", "Sorry, what was the due date?"
    )
    assert first == again == "The due date of the task is 12 March."
    assert second == "I mean Errands."


# ---------------------------------------------------------------------- who asks badly
@pytest.mark.parametrize(
    "question",
    [
        "What is the priority of the task?",
        "What is your credit card number?",
        "Which colour should the label have?",
        "Who is your manager?",
    ],
)
def test_nothing_is_made_up(reticent: Task, question: str) -> None:
    assert said(reticent, question) == ["I don't know that, sorry."]


def test_what_belongs_to_a_later_request_is_not_told_before(reticent: Task) -> None:
    question = "What is the email address of the user?"
    assert said(reticent, question) == ["I don't know that, sorry."]
    assert said(reticent, "Done.", question) == [
        REQUESTS[1],
        "The email address of the user is a@b.example.",
    ]


def test_a_question_for_nothing_in_particular_tells_nothing(reticent: Task) -> None:
    (reply,) = said(reticent, "Could you give me more details, please?")
    assert reply == "What exactly do you need to know?"


# ---------------------------------------------------------------------- who never asks
@pytest.mark.parametrize(
    "answer",
    [
        "Done.",
        "I've added the task. Is there anything else I can help you with?",
        "The task is on your list now! Let me know if you need anything else.",
        "I added it. Would you also like a reminder?",
        "All set. How can I help you further?",
        "",
    ],
)
def test_an_answer_is_followed_by_the_next_request_and_the_last_by_nothing(
    reticent: Task, answer: str
) -> None:
    assert said(reticent, answer, answer) == [REQUESTS[1], None]


# ---------------------------------------------------------------------- who asks in circles
@pytest.mark.parametrize(
    "question",
    ["What is the due date?", "What is the priority?", "Can you give me more details?", "Shall I?"],
)
def test_who_asks_in_circles_is_left(reticent: Task, question: str) -> None:
    replies = said(reticent, *[question] * (2 * PATIENCE + 4))
    assert replies.index(REQUESTS[1]) <= PATIENCE + 1
    assert None in replies


@given(st.lists(st.text(max_size=60), max_size=40))
def test_any_agent_comes_to_an_end(answers: list[str]) -> None:
    task = _task()
    circling = [*answers, *["What is the due date?"] * 20]
    assert said(task, *circling)[-1] is None or None in said(task, *circling)


# ---------------------------------------------------------------------- confirming
def test_permission_is_given_for_what_was_asked_for(reticent: Task) -> None:
    assert said(reticent, "Shall I add the task 'Buy stamps'?") == [
        "Yes, please do what I asked for."
    ]
    assert said(reticent, "I will add 'Buy stamps'. Shall I proceed?") == [
        "Yes, please do what I asked for."
    ]
    assert said(reticent, "Do you want me to delete all orders?") == [REQUESTS[1]]


def test_what_is_misunderstood_is_corrected(reticent: Task) -> None:
    assert said(reticent, "Is it right that the due date is 5 May?") == [
        "The due date of the task is 12 March."
    ]
    assert said(reticent, "Shall I put the due date on 12 March?") == [
        "Yes, please do what I asked for."
    ]


# ---------------------------------------------------------------------- doing
class _Guides:
    """Tells the user to do something, and then answers."""

    name = "guides"

    def __init__(self, *words: str) -> None:
        self._words = words

    def act(self, messages: Sequence[Message], tools: Sequence[ToolSpec]) -> Reply:
        said_ = sum(message.role == "assistant" for message in messages)
        return Reply(content=self._words[min(said_, len(self._words) - 1)])


@pytest.mark.parametrize(
    ("words", "currency"),
    [
        ("Please set the currency to 'USD' on your side.", "USD"),
        ("Could you set the currency to “chf”?", "CHF"),
        ("You need to set currency to GBP.", "GBP"),
    ],
)
def test_a_user_uses_their_own_tools_when_told_to(
    reticent: Task, world: World, words: str, currency: str
) -> None:
    trajectory = run_episode(reticent, world, _Guides(words, "Thanks."), InformedUser(reticent))
    assert [(step.actor, step.tool) for step in trajectory.steps] == [
        ("user", "shop__set_currency")
    ]
    assert [(c.table, c.after) for c in trajectory.changes] == [("currency", currency)]
    assert f"Done. It says: {currency}" in [m.content for m in trajectory.messages]
    assert "tool" not in {message.role for message in trajectory.messages}


def test_what_does_not_work_is_told(reticent: Task, world: World) -> None:
    policy = _Guides("Please set the currency to 'dollars'.", "Sorry.")
    trajectory = run_episode(reticent, world, policy, InformedUser(reticent))
    assert not trajectory.steps[0].ok
    replies = [m.content or "" for m in trajectory.messages if m.role == "user"]
    assert any("three letters" in reply for reply in replies)
    assert not trajectory.changes


def test_a_user_does_nothing_that_nobody_told_them_to(reticent: Task, world: World) -> None:
    policy = _Guides("The currency is set by the shop, USD as a rule.")
    trajectory = run_episode(reticent, world, policy, InformedUser(reticent))
    assert not trajectory.steps


def test_a_user_asks_for_what_the_agent_left_out(reticent: Task, world: World) -> None:
    policy = _Guides("Please set the currency.", "Done.")
    trajectory = run_episode(reticent, world, policy, InformedUser(reticent))
    assert "What should I use for the currency?" in [m.content for m in trajectory.messages]


# ---------------------------------------------------------------------- in episodes
def test_the_gold_policy_asks_and_tells_the_user_what_to_do(reticent: Task, world: World) -> None:
    asks = (
        Ask(text="What is the due date of the task?", about="due date of the task"),
        Ask(text="Which list is meant?", about="which list is meant"),
    )
    own = GoldCall(
        tool="shop__set_currency",
        arguments={"currency": "USD"},
        origins={},
        value="USD",
        changes_state=True,
    )
    first = reticent.turns[0]
    first = first.model_copy(update={"asks": asks, "calls": (*first.calls, own)})
    task = reticent.model_copy(update={"turns": (first, reticent.turns[1])})
    trajectory = run_episode(task, world, GoldPolicy(task), InformedUser(task))
    assert trajectory.outcome.stop is StopReason.finished
    assert [message.content for message in trajectory.messages if message.role == "user"] == [
        REQUESTS[0],
        "The due date of the task is 12 March. I mean Errands.",
        "Done. It says: USD",
        REQUESTS[1],
    ]
    assert [step.actor for step in trajectory.steps] == ["agent", "agent", "user", "agent"]


def test_the_user_of_a_task_is_one_that_it_needs(task: Task, reticent: Task) -> None:
    assert isinstance(user_for(task), ScriptedUser)
    assert isinstance(user_for(reticent), InformedUser)


def test_an_agent_cannot_use_the_users_tools(reticent: Task, world: World) -> None:
    class Takes(_Guides):
        def act(self, messages: Sequence[Message], tools: Sequence[ToolSpec]) -> Reply:
            if messages[-1].role == "user":
                return Reply(calls=(RequestedCall("shop__set_currency", {"currency": "USD"}),))
            return Reply(content="Done.")

    trajectory = run_episode(reticent, world, Takes(), InformedUser(reticent))
    assert {step.error_code for step in trajectory.steps} == {"permission_denied"}


def _task() -> Task:
    """Return a task of two turns that only the user is looked at in."""
    from envfactory.task.model import Difficulty, Goal, Turn
    from envfactory.task.user import User

    asks = tuple(Ask(text="", about=each.about) for each in KNOWS if each.withheld)
    return Task(
        id="",
        seed=0,
        chain="",
        environments=(),
        turns=(
            Turn(request=REQUESTS[0], intent="", calls=(), answer="", asks=asks),
            Turn(request=REQUESTS[1], intent="", calls=(), answer=""),
        ),
        goal=Goal(),
        user=User(name="Ada", knows=KNOWS),
        checks=(),
        difficulty=Difficulty(
            turns=2, calls=0, writes=0, lookups=0, tools_offered=0, implicitness=0
        ),
    )
