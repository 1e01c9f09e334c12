"""Questions about several records keep what narrows them beside their noun."""

import random
import re

import pytest

from envfactory.task.phrasing.phrases import load_phrases
from envfactory.task.phrasing.question import _BESIDE, _CLAUSE, _PARTICIPLE, _whole

NAMES = ("ask.which", "ask.count")
TONES = ("plain", "polite", "terse", "chatty", "formal")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("tone", TONES)
def test_a_clause_stands_beside_the_noun(name: str, tone: str) -> None:
    for seed in range(100):
        line = load_phrases().choose(name, random.Random(seed), tone, fits=_whole)
        for asked in line[:2]:
            said = asked.format(plural="reports", where=" whose date is 3 May")
            assert re.search(r"reports(?: are there| there are| do we have| we have)? whose", said)


def test_no_verb_comes_between_things_and_a_clause_about_them() -> None:
    assert not _whole(("which {plural} are currently held{where}", "{plural}{where}", ""))
    assert _whole(("which {plural} are there{where}", "the list of {plural}{where}", ""))
    assert _BESIDE.search("{plural}{where}")


@pytest.mark.parametrize(
    ("where", "clause"),
    [
        (" whose date is 3 May", True),
        (" starting between 3 May and 5 May", True),
        (" on the list ‘Errands’", False),
        (" for Ann Lee", False),
    ],
)
def test_only_clauses_have_to_stand_there(where: str, clause: bool) -> None:
    assert bool(_CLAUSE.match(where)) == clause


def test_several_things_are_told_by_when_they_begin_without_a_verb_for_one() -> None:
    assert _PARTICIPLE.fullmatch("starting {on}")
    assert not _PARTICIPLE.fullmatch("that starts {on}")
