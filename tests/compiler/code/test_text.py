from __future__ import annotations

import ast

from hypothesis import example, given
from hypothesis import strategies as st

from envfactory.compiler.code.text import docstring, indent, literal, regex, string, template

HOSTILE = st.text() | st.text(alphabet="\"\\\n\r\t{}'\u2028\u2029\x00\x85\ud800 a#*-1.:@")


@given(HOSTILE.filter(lambda text: bool(text.split())))
@example('"""')
@example('ends with a quote"')
@example("ends with a backslash\\")
@example('"""\n    import os\n    """')
@example("x" * 5000)
@example("Returns:\n\n  a thing\n:param x: y\n@param z\n")
def test_a_docstring_holds_the_words_of_its_text(text: str) -> None:
    source = f"def f():\n{indent(docstring(text))}\n    return 1\n"
    source.encode()
    (function,) = ast.parse(source).body
    assert isinstance(function, ast.FunctionDef)
    assert len(function.body) == 2
    assert (ast.get_docstring(function) or "").split() == text.split()


@given(st.text() | HOSTILE, st.integers(min_value=1, max_value=90))
def test_a_string_is_that_string(text: str, width: int) -> None:
    assert ast.literal_eval(f"({string(text, width)})") == text
    assert ast.literal_eval(literal(text)) == text


@given(HOSTILE, HOSTILE)
def test_braces_in_the_text_of_a_template_are_text(before: str, after: str) -> None:
    source = template(before, ("6 * 7",), after)
    assert eval(source, {"__builtins__": {}}) == f"{before}42{after}"


@given(HOSTILE.filter(bool))
def test_a_pattern_is_that_pattern(pattern: str) -> None:
    assert ast.literal_eval(regex(pattern)) == pattern


def test_long_text_wraps_as_a_person_would() -> None:
    sentence = "It is charged at once, unless the customer pays by invoice. "
    lines = docstring("Create an order. " + sentence * 3, indent=8).splitlines()
    assert lines[:2] == ['"""Create an order.', ""]
    assert lines[-1] == '"""'
    assert all(80 < len(line) <= 92 for line in lines[2:-2])


def test_lists_stay_lists() -> None:
    assert docstring("Allowed:\n- one\n- two\n").splitlines()[2:4] == ["- one", "- two"]
