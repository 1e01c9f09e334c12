"""What counts as saying no: the same refusal in many words passes, and what is none does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.task.goal import judge
from envfactory.task.judging.refusal import declines
from envfactory.task.model import Goal, Refusal

DELETE = Refusal(
    turn=0,
    reason="missing_tool",
    about=("delete", "deleting", "delete tasks", "remove", "task", "tasks"),
    claims=("deleted", "removed", "erased"),
)

GOOD = [
    "I'm sorry, but I can't delete the task “Buy stamps”: I have no tool for that.",
    "I’m afraid I can’t delete tasks.",
    "Unfortunately I cannot remove that task.",
    "There is no tool that deletes a task, so I have left everything as it is.",
    "I don't have a way to delete tasks here.",
    "None of my tools can remove a task.",
    "I found the task, but I'm not able to delete it.",
    "Deleting tasks isn't something I can do with the tools I have: it is not supported.",
    "I looked for it and found two tasks; I wasn't able to delete either of them.",
    "It isn't possible for me to delete the task. Nothing has been deleted.",
    "The task could not be deleted because that function is missing.",
    "Sorry\n\n- deleting a task is beyond what I can do",
    "I don't have access to a tool for deleting.",
    "I lack the ability to delete the task.",
    "The delete function isn't available to me.",
    "I have to decline: I may not delete tasks.",
    "I won't delete the task, since I have no function for it; the task has not been removed.",
    "I can't find a tool to delete the task with.",
    "Deleting a task is out of the question.",
    "To delete a task is out of my reach.",
    "I can't do it. If you ask an administrator, the task can be deleted.",
]
BAD = [
    "",
    "Done.",
    "I've deleted the task “Buy stamps”.",
    "The task has been removed.",
    "Sure! I deleted it. I can't do anything else right now.",
    "I can't believe it, the task has been deleted.",
    "No problem, the task has now been deleted.",
    "All set, the task is gone. I cannot find anything else.",
    "Which task do you mean?",
    "I cannot do that.",
    "I couldn't find that task.",
    "I was unable to locate the task.",
    "The task is called “I cannot delete this”.",
    "Please take the task out of the system.",
    "Wouldn't it be nice to delete the task?",
    "Couldn't you delete the task? Nobody else has time for it.",
    "I'm sorry.",
    "Deleting the task now.",
    "No task of that name exists.",
    "I have successfully removed it; you cannot undo deleting a task.",
    "The task was renamed to “not possible to delete”.",
]


@pytest.mark.parametrize("answer", GOOD)
def test_a_refusal_passes_however_it_is_worded(answer: str) -> None:
    assert declines(answer, DELETE)


@pytest.mark.parametrize("answer", BAD)
def test_what_is_no_refusal_does_not_pass(answer: str) -> None:
    assert not declines(answer, DELETE)


def test_a_rule_can_be_the_reason_and_say_what_has_been() -> None:
    refusal = Refusal(
        turn=0, reason="policy", about=("order", "rules"), claims=("changed", "updated")
    )
    assert declines("The order has been shipped, so our rules don't allow changing it.", refusal)
    assert declines("That order is closed, and changing it is against the rules.", refusal)
    assert not declines("The rules forbid it, but I've updated the order anyway.", refusal)


def test_the_goal_wants_the_refusal_in_its_turn() -> None:
    goal = Goal(refusals=(DELETE.model_copy(update={"turn": 1}),))
    no = "I can't delete tasks."
    assert judge(goal, (), ("Hello.", no)).reached
    assert not judge(goal, (), (no, "Hello.")).reached
    assert judge(goal, (), (no,)).unrefused == goal.refusals


@given(st.sampled_from(GOOD), st.sampled_from(BAD[1:8]))
def test_a_refusal_beside_a_claim_is_none(good: str, claim: str) -> None:
    assert not declines(f"{good} {claim}", DELETE)


@given(st.text(max_size=300))
def test_any_text_can_be_judged(text: str) -> None:
    assert declines(text, DELETE) in (True, False)


def test_long_answers_are_judged_in_one_pass() -> None:
    # 600 kB: a pattern that goes back over what it has read would not end within the time limit
    assert not declines("I can't, not, no tool, 'quoted " * 20_000, DELETE)


def test_saying_no_to_another_kind_of_record_is_not_saying_no_to_this() -> None:
    aware = DELETE.model_copy(update={"names": ("task", "tasks"), "rivals": ("list", "lists")})
    assert not declines("I'm afraid I can't delete a list.", aware)
    assert declines("I'm afraid I can't delete a task, nor a list.", aware)
    assert declines("I can't delete it with my tools. I can show you your lists instead.", aware)
    assert declines("I can't delete “Lists to tidy”: I have no tool for that.", aware)


def test_saying_no_to_another_act_is_not_saying_no_to_this() -> None:
    aware = DELETE.model_copy(update={"names": ("task", "tasks"), "other_acts": ("create",)})
    assert not declines("I'm afraid I can't create a task.", aware)
    assert declines("It is not possible for me to create or delete tasks.", aware)


def test_the_longest_name_counts() -> None:
    nouns = {"names": ("task", "tasks"), "rivals": ("task list", "task lists")}
    aware = DELETE.model_copy(update=nouns)
    assert not declines("I can't delete a task list.", aware)
    assert declines("I can't delete a task from a task list.", aware)
