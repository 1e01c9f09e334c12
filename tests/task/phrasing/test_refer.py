import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from envfactory.task.grounding.mention import Extreme, Property, describe
from envfactory.task.judging.answering import contains
from envfactory.task.meanings.shape import Shape
from envfactory.task.meanings.spoken import Speaker, speaker_at
from envfactory.task.phrasing.manner import Manner, Manners
from envfactory.task.phrasing.possession import yours
from envfactory.task.phrasing.refer import Discourse, preposition, record_id
from envfactory.task.surface.polish import its, tidy

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def mention_of(errands, key: str):
    records = errands.records("home")
    entity = errands.glossary.entities["errands", "todos"]
    return describe(entity, records.get(entity, key), records, errands.glossary, Speaker(NOW))


@pytest.mark.parametrize("seed", range(20))
def test_a_record_is_named_in_full_first(errands, seed: int) -> None:
    discourse = Discourse(random.Random(seed), Speaker(NOW))
    text = discourse.refer(mention_of(errands, "todo_6"))
    assert contains(text, ["Call Maya"])
    assert contains(text, ["About the boat."])
    assert "todo_6" not in text


@pytest.mark.parametrize("seed", range(20))
def test_it_is_only_said_of_what_was_just_talked_about(errands, seed: int) -> None:
    discourse = Discourse(random.Random(seed), Speaker(NOW))
    one, other = mention_of(errands, "todo_1"), mention_of(errands, "todo_2")
    discourse.refer(one)
    discourse.focus = record_id(one)
    assert discourse.refer(one) in ("it", "that todo")
    discourse.refer(other)
    discourse.focus = record_id(other)
    assert contains(discourse.refer(one), ["Book dentist"])


@pytest.mark.parametrize("seed", range(10))
def test_owners_are_named_where_the_agent_needs_them(errands, seed: int) -> None:
    mention = mention_of(errands, "todo_1")
    owner = describe(
        errands.glossary.entities["errands", "todo_lists"],
        {"list_id": "list_1", "name": "Errands"},
        errands.records("home"),
        errands.glossary,
        Speaker(NOW),
    )
    discourse = Discourse(random.Random(seed), Speaker(NOW))
    discourse.owner = lambda m: owner if m is mention else None
    assert not contains(discourse.in_full(mention), ["Errands"])
    discourse.needed = {record_id(owner)}
    assert contains(discourse.refer(mention), ["Errands"])
    assert record_id(owner) in discourse.known


def test_quotation_marks_are_chosen_so_that_the_text_stays_whole() -> None:
    discourse = Discourse(random.Random(0), Speaker(NOW))
    for text in ("Tom's", 'a "b"', "‘c’", "plain"):
        assert text in discourse.quoted(text)
        marks = discourse.quoted(text).replace(text, "")
        assert not set(marks) & set(text)


def test_small_repairs() -> None:
    assert its("move the due date of it to noon") == "move its due date to noon"
    assert yours("I've renamed my “Errands” list") == "I've renamed your “Errands” list"
    assert yours("I've renamed my way") == "I've renamed my way"
    assert tidy("Set it to ‘Done.’.") == "Set it to ‘Done.’"


def test_where_clocks_differ_days_are_said_in_full() -> None:
    speaker = speaker_at([NOW, NOW.replace(day=5)])
    forms = speaker.forms("2026-03-03", Shape("text"))
    assert all("2026" in form for form in forms)
    assert speaker_at([NOW, NOW]).forms("2026-03-03", Shape("text"))[0] == "tomorrow"


@pytest.mark.parametrize("seed", range(10))
def test_what_is_told_only_when_asked_for_is_not_named_in_the_same_turn(errands, seed: int) -> None:
    mention = mention_of(errands, "todo_1")
    manners = Manners(records={(0, record_id(mention)): Manner("withheld")})
    discourse = Discourse(random.Random(seed), Speaker(NOW), manners=manners)
    texts = [discourse.refer(mention), discourse.refer(mention, pronoun=False)]
    assert not contains(" ".join(texts), ["Book dentist"])


def test_one_person_types_one_kind_of_quotation_marks(errands) -> None:
    mention = mention_of(errands, "todo_1")
    texts = [
        Discourse(random.Random(seed), Speaker(NOW), quotes="“”").in_full(mention)
        for seed in range(10)
    ]
    assert all("“Book dentist”" in text for text in texts)


def test_the_last_word_of_a_noun_will_do_where_no_other_noun_ends_like_that(errands) -> None:
    mention = mention_of(errands, "todo_1")
    entity = replace(mention.entity, noun="household todo")
    mention = replace(mention, entity=entity)

    def said(**more: frozenset[str]) -> set[bool]:
        return {
            "household" in Discourse(random.Random(seed), Speaker(NOW), **more).in_full(mention)
            for seed in range(40)
        }

    assert said() == {True}
    assert said(short=frozenset(["household todo"])) == {True, False}


def test_what_else_is_told_of_the_first_of_its_kind_stands_beside_the_noun(errands) -> None:
    mention = mention_of(errands, "todo_1")
    first = replace(
        mention,
        title=None,
        extreme=Extreme("title", most=True),
        properties=(Property("notes", "About the tent."),),
    )
    for seed in range(20):
        text = Discourse(random.Random(seed), Speaker(NOW)).in_full(first)
        assert text.index("tent") < text.index("highest"), text


def test_where_the_kind_was_just_said_a_reference_is_the_new_one(errands) -> None:
    mention = mention_of(errands, "todo_1")
    discourse = Discourse(random.Random(0), Speaker(NOW), turn=1)
    discourse.known[record_id(mention)] = 0
    discourse.manners = Manners(records={(1, record_id(mention)): Manner("reference")})
    assert discourse.refer(mention, pronoun=False, kind_said=True) == "the one from before"


def test_things_are_in_a_list_and_for_somebody(errands) -> None:
    kind = replace(errands.glossary.entities["errands", "todos"], noun="shelf")
    assert preposition(kind) == "in"
    assert preposition(replace(kind, noun="owner", person=True)) == "for"
    assert preposition(replace(kind, noun="list")) == "on"
