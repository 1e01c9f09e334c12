import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.environment import Change
from envfactory.task import Fact, Goal, Identifier, StateChange, contains, judge, recorded

IDENTIFIERS = (
    Identifier(environment="e", table="lists", path="/id", names="lists", generated=True),
    Identifier(environment="e", table="tasks", path="/id", names="tasks", generated=True),
    Identifier(environment="e", table="tasks", path="/list_id", names="lists"),
    Identifier(environment="e", table="tasks", path="/parent", names="tasks"),
    Identifier(environment="e", table="tasks", path="/tags/*", names="tags"),
    Identifier(environment="e", table="tags", path="/id", names="tags", generated=True),
    Identifier(environment="e", table="codes", path="/code", names="codes"),
)


def insert(table: str, key: str, **fields: Any) -> StateChange:
    name = "code" if table == "codes" else "id"
    return StateChange(
        environment="e", kind="insert", table=table, key=key, after={name: key, **fields}
    )


def update(table: str, key: str, field: str, before: Any, after: Any) -> StateChange:
    return StateChange(
        environment="e",
        kind="update",
        table=table,
        key=key,
        field=field,
        before=before,
        after=after,
    )


def delete(table: str, key: str, **fields: Any) -> StateChange:
    return StateChange(
        environment="e", kind="delete", table=table, key=key, before={"id": key, **fields}
    )


def reached(expected: list[StateChange], actual: list[StateChange]) -> bool:
    return judge(Goal(changes=tuple(expected), identifiers=IDENTIFIERS), actual, []).reached


def test_the_same_changes_reach_the_goal_in_any_order() -> None:
    changes = [
        insert("tasks", "t9", title="A", list_id="l1"),
        update("tasks", "t1", "title", "X", "Y"),
        delete("tasks", "t2", title="B"),
    ]
    assert reached(changes, changes)
    assert reached(changes, changes[::-1])


def test_independent_records_may_be_made_in_another_order() -> None:
    one = [insert("tasks", "t8", title="A"), insert("tasks", "t9", title="B")]
    other = [insert("tasks", "t8", title="B"), insert("tasks", "t9", title="A")]
    assert reached(one, other)


def test_generated_keys_may_differ_and_are_followed() -> None:
    one = [insert("lists", "l8", name="N"), insert("tasks", "t8", title="A", list_id="l8")]
    other = [insert("lists", "l11", name="N"), insert("tasks", "t20", title="A", list_id="l11")]
    astray = [insert("lists", "l11", name="N"), insert("tasks", "t20", title="A", list_id="l1")]
    assert reached(one, other)
    assert not reached(one, astray)


def test_alike_records_are_told_apart_by_what_refers_to_them() -> None:
    twins = [insert("lists", "l8", name="N"), insert("lists", "l9", name="N")]
    one = [
        *twins,
        insert("tasks", "t1", title="A", list_id="l8"),
        update("tasks", "t0", "list_id", "l1", "l9"),
    ]
    swapped = [
        *twins,
        insert("tasks", "t1", title="A", list_id="l9"),
        update("tasks", "t0", "list_id", "l1", "l8"),
    ]
    merged = [
        *twins,
        insert("tasks", "t1", title="A", list_id="l8"),
        update("tasks", "t0", "list_id", "l1", "l8"),
    ]
    assert reached(one, swapped)
    assert not reached(one, merged)


def test_a_key_that_the_caller_names_counts() -> None:
    assert reached([insert("codes", "SPRING")], [insert("codes", "SPRING")])
    assert not reached([insert("codes", "SPRING")], [insert("codes", "SUMMER")])


def test_old_records_are_not_interchangeable() -> None:
    assert not reached([delete("tasks", "t1", title="A")], [delete("tasks", "t2", title="A")])
    assert not reached(
        [update("tasks", "t1", "title", "A", "B")], [update("tasks", "t2", "title", "A", "B")]
    )


def test_references_in_a_list_have_no_order() -> None:
    one = [insert("tags", "g8", n=1), insert("tasks", "t1", tags=["g1", "g8"])]
    other = [insert("tags", "g9", n=1), insert("tasks", "t1", tags=["g9", "g1"])]
    assert reached(one, other)
    assert reached(
        [update("tasks", "t1", "tags", [], ["g1", "g2"])],
        [update("tasks", "t1", "tags", [], ["g2", "g1"])],
    )
    assert not reached([insert("tasks", "t1", tags=["g1"])], [insert("tasks", "t1", tags=["g2"])])


@pytest.mark.parametrize(
    "actual",
    [
        [],
        [insert("tasks", "t8", title="A")],
        [insert("tasks", "t8", title="A"), insert("tasks", "t9", title="C")],
        [insert("tasks", "t8", title="A")] * 2,
        [insert("tasks", f"t{n}", title=t) for n, t in enumerate("ABB")],
        [insert("tasks", "t8", title="A"), insert("tasks", "t9", title="B"), delete("tasks", "t1")],
    ],
    ids=["nothing", "missing", "wrong value", "twice the same", "one too many", "extra damage"],
)
def test_anything_else_misses_the_goal(actual: list[StateChange]) -> None:
    expected = [insert("tasks", "t8", title="A"), insert("tasks", "t9", title="B")]
    verdict = judge(Goal(changes=tuple(expected), identifiers=IDENTIFIERS), actual, [])
    assert not verdict.reached
    assert verdict.missing or verdict.extra


def test_the_verdict_says_what_is_missing_and_what_is_extra() -> None:
    expected = (update("tasks", "t1", "title", "A", "B"),)
    verdict = judge(Goal(changes=expected), [update("tasks", "t1", "title", "A", "C")], [])
    assert verdict.missing == expected
    assert [change.after for change in verdict.extra] == ["C"]


@st.composite
def made_records(draw: st.DrawFn) -> list[StateChange]:
    lists = [insert("lists", f"l{n}", name=draw(st.sampled_from("NM"))) for n in range(3)]
    keys = [f"l{n}" for n in range(3)] + ["old"]
    tasks = [
        insert(
            "tasks",
            f"t{n}",
            title=draw(st.sampled_from("AB")),
            list_id=draw(st.sampled_from(keys)),
            parent=draw(st.sampled_from([None, *(f"t{m}" for m in range(n))])),
        )
        for n in range(draw(st.integers(1, 4)))
    ]
    return [*lists, *tasks]


@given(made_records(), st.randoms(use_true_random=False))
def test_any_renaming_and_order_of_made_records_is_the_same(
    changes: list[StateChange], rng: random.Random
) -> None:
    names = {("lists", c.key): f"L{c.key}" for c in changes if c.table == "lists"}
    names |= {("tasks", c.key): f"T{c.key}" for c in changes if c.table == "tasks"}
    keys = list(names.values())
    rng.shuffle(keys)
    names = dict(zip(names, keys, strict=True))

    def renamed(change: StateChange) -> StateChange:
        content: dict[str, Any] = dict(change.after)  # type: ignore[arg-type]
        content["id"] = names[change.table, change.key]
        for field, table in (("list_id", "lists"), ("parent", "tasks")):
            if field in content:
                content[field] = names.get((table, content[field]), content[field])
        return change.model_copy(update={"key": content["id"], "after": content})

    other = [renamed(change) for change in changes]
    rng.shuffle(other)
    assert reached(changes, other)


@given(made_records(), st.data())
def test_one_other_value_is_never_the_same(changes: list[StateChange], data: st.DataObject) -> None:
    place = data.draw(st.sampled_from([n for n, c in enumerate(changes) if c.table == "tasks"]))
    change = changes[place]
    wrong = change.model_copy(update={"after": {**change.after, "title": "C"}})  # type: ignore[dict-item]
    assert not reached(changes, [*changes[:place], wrong, *changes[place + 1 :]])
    assert not reached(changes, changes[:place] + changes[place + 1 :])


def test_facts_are_looked_for_in_the_answer_of_their_turn() -> None:
    fact = Fact(turn=1, call=0, path="/due", value="x", forms=("12 March", "March 12"))
    goal = Goal(facts=(fact,))
    assert judge(goal, [], ["", "It is due on march  12."]).reached
    assert not judge(goal, [], ["It is due on March 12.", ""]).reached
    assert not judge(goal, [], ["It is due on March 12."]).reached
    assert not judge(goal, [], ["", "It is due on March 120."]).reached


@pytest.mark.parametrize(
    ("answer", "form", "found"),
    [
        ("There are 3 tasks", "3", True),
        ("There are 13 tasks", "3", False),
        ("It costs 3.50", "3", False),
        ("It costs €1,250.00 in all", "€1250.00", True),
        ("It costs 1250", "1,250", True),
        ("1,3 or 13", "3", False),
        ("It ends at 15:30.", "15:30", True),
        ("It ends at 15:30.", "30", False),
        ("The “Big Shop”", "the 'big shop'", False),
        ("The ‘Big Shop’", "the 'big shop'", True),
        ("Anna  Lee\nis the owner", "anna lee", True),
        ("Annabel", "Anna", False),
        ("anything", "", False),
    ],
)
def test_forms_are_found_as_whole_words(answer: str, form: str, found: bool) -> None:
    assert contains(answer, [form]) is found


def test_clock_and_seed_are_not_recorded() -> None:
    changes = [
        Change("value", "now", None, None, "a", "b"),
        Change("value", "seed", None, None, 1, 2),
        Change("value", "currency", None, None, "EUR", "USD"),
    ]
    assert [change.table for change in recorded(changes, "shop")] == ["currency"]
    assert recorded(changes, "shop")[0].environment == "shop"
