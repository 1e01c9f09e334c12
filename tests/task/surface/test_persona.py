"""Who asks, drawn by weights."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.cli.options import USUAL_PERSONAS
from envfactory.errors import InputError
from envfactory.task.surface import DEFAULT_PERSONAS, PersonaMix
from envfactory.task.surface.wording import TONES


@given(st.dictionaries(st.sampled_from((*TONES, "engineer")), st.integers(0, 9), min_size=1))
def test_only_kinds_with_a_weight_are_drawn(weights):
    text = ",".join(f"{kind}={weight}" for kind, weight in weights.items())
    if not any(weights.values()):
        with pytest.raises(InputError, match="every weight is 0"):
            PersonaMix.parse(text)
        return
    mix, rng = PersonaMix.parse(text, typos=0.1), random.Random(0)
    for persona in (mix.draw(rng) for _ in range(30)):
        kind = "engineer" if persona.engineer else persona.tone
        assert weights[kind] > 0
        assert persona.typos == (0 if persona.tone == "formal" else 0.1)


def test_weights_decide_how_often():
    mix, rng = PersonaMix.parse("polite=3,terse"), random.Random(1)
    drawn = Counter(mix.draw(rng).tone for _ in range(4000))
    assert 2800 < drawn["polite"] < 3200


@pytest.mark.parametrize(
    ("text", "typos", "problem"),
    [
        ("polit=1", 0, "did you mean polite"),
        ("", 0, "no kind of person"),
        ("plain=-1", 0, "'-1'"),
        ("plain=nan", 0, "'nan'"),
        ("plain=inf", 0, "'inf'"),
        ("plain=1,plain=2", 0, "given twice"),
        ("plain", 1.5, "no share"),
        ("plain", float("nan"), "no share"),
    ],
)
def test_a_mix_that_means_nothing_is_refused(text, typos, problem):
    with pytest.raises(InputError, match=problem):
        PersonaMix.parse(text, typos)


def test_the_usual_people_are_the_same_on_the_command_line():
    assert USUAL_PERSONAS == DEFAULT_PERSONAS == str(PersonaMix.parse())
