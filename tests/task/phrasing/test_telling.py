import re
from random import Random

import pytest

from envfactory.task.meanings.meaning import EntityMeaning
from envfactory.task.meanings.shape import Shape
from envfactory.task.phrasing.telling import (
    Telling,
    adjunct,
    following,
    is_adjective,
    measure,
    quality,
    speech,
)

MANY = range(40)


def entity(noun: str, *, person: bool = False) -> EntityMeaning:
    return EntityMeaning("shop", noun, noun, "id", Shape("object"), {}, person=person)


@pytest.mark.parametrize(
    ("noun", "person", "says"),
    [("comment", False, True), ("support ticket", False, True), ("department", False, False)],
)
def test_only_some_kinds_of_records_say_things(noun: str, person: bool, says: bool) -> None:
    for seed in MANY:
        told = speech(entity(noun, person=person), "description", "‘A’", Random(seed))
        text = following([told], Random(seed))
        assert bool(re.search(r" that (says|reads)| saying| words| it says", text)) == says
        assert text.endswith("‘A’")


def test_notes_say_in_the_plural() -> None:
    told = {following([speech(entity("task"), "notes", "‘A’", Random(n))], Random(n)) for n in MANY}
    assert told == {" with ‘A’ in the notes", " that has ‘A’ in the notes", " whose notes say ‘A’"}


def test_details_of_one_kind_are_joined() -> None:
    tellings = [measure("birthday", "3 May"), quality("grade", "senior", Random(0))]
    held = {quality("grade", "senior", Random(seed)).held for seed in MANY}
    assert held == {"the grade senior", "senior as its grade", "grade senior"}
    told = {following(tellings, Random(seed)) for seed in MANY}
    assert told == {
        f" with a birthday of 3 May and {tellings[1].held}",
        " whose birthday is 3 May and grade is senior",
        " where the birthday is 3 May and the grade is senior",
        f" that has a birthday of 3 May and {tellings[1].held}",
        " (birthday 3 May, grade senior)",
    }
    assert following([Telling("due on Friday"), tellings[0]], Random(1)).startswith(
        " due on Friday "
    )


def test_people_are_no_places() -> None:
    telling = quality("grade", "senior", Random(2))
    told = {following([telling], Random(seed), person=True) for seed in MANY}
    assert " who has" in " ".join(told)
    assert not any("where" in text or "that has" in text or " its " in text for text in told)


def test_a_detail_may_go_without_what_it_is_called() -> None:
    def said(label: str, value: str, *, day: bool) -> set[str]:
        found = (adjunct(label, value, Random(seed), day=day) for seed in range(30))
        return {telling.text for telling in found if telling is not None}

    assert said("date of birth", "3 May 1990", day=True) == {"born on 3 May 1990"}
    assert said("purchase date", "tomorrow", day=True) == {"bought tomorrow"}
    assert said("country", "Peru", day=False) == {"in Peru", "based in Peru"}
    assert said("shoe size", "42", day=False) == set()
    assert said("date of birth", "unknown", day=False) == set()


def test_only_words_that_stand_before_a_noun_do() -> None:
    assert is_adjective("status", "archived")
    assert is_adjective("type", "private")
    assert is_adjective("type", "raw")
    assert not is_adjective("type", "half day")
    assert not is_adjective("size", "large")
    assert not is_adjective("status", "in progress")


def test_nobody_expires() -> None:
    def said(*, person: bool) -> set[str]:
        found = (
            adjunct("expiration time", "3 May", Random(seed), day=True, person=person)
            for seed in range(30)
        )
        return {telling.text for telling in found if telling is not None}

    assert not said(person=True)
    assert "that runs out on 3 May" in said(person=False)
