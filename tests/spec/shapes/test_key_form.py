from __future__ import annotations

import random
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.environment.template import read_template
from envfactory.spec.shapes.key_form import key_form
from envfactory.spec.shapes.schema import Schemas

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def form_of(schema, noun=("work", "order")):
    return key_form([Schemas({}).shape({"type": "string", **schema})], noun)


@pytest.mark.parametrize(
    ("example", "template"),
    [
        ("ORD-1042", "ORD-{n}"),
        ("WO00012", "WO{n:05}"),
        ("PA00000000", "PA{n:08}"),
        ("fld_000000000000000001", "fld_{n:018}"),
        ("INV-2026-0042", "INV-2026-{n:04}"),
        ("P18784", "P{n}"),
        ("179469", "{n}"),
        ("vha_688", "vha_{n}"),
        ("4944856743", "4{digits:9}"),
        ("60a75c0e94c8cb95a6d0e02e", "{hex:24}"),
        ("9A3F10BC", "{HEX:8}"),
        ("usr_8f3k2m", "usr_{base36:6}"),
        ("org_qXJX8D9I5VCQjCOH", "org_{base62:16}"),
        ("app_1srOrx2ZWZBpBUvZwXKQmoEYga2", "app_{base62:27}"),
        ("cus-jXkQbTrvWz", "cus-{base62:10}"),
        ("QJxMvgPebu0e", "{base62:12}"),
        ("f06086080568", "{hex:12}"),
        ("5S1DAG", "{BASE36:6}"),
        ("12345-999999", "{digits:5}-{digits:6}"),
        ("01HV8Z3QJX4T5B6C7D8E9F0G1H", "{ulid}"),
        ("usr_9a1773c9-0889-40b6-be89-f6504443ac1b", "usr_{uuid}"),
    ],
)
def test_examples_tell_what_keys_look_like(example, template):
    form = form_of({"example": example})
    assert form.template == template
    assert form.style == ("serial" if "{n" in template else "token")
    assert form_of({"description": f"The ID, e.g. `{example}`."}).template == template


@pytest.mark.parametrize(
    "example",
    [
        "string",
        "name",
        "exampleAS2Id",
        "covid19Vaccine",
        "nodes",
        "a b 1",
        "UAH",
        "1 €",
        "afd6",
        "a:2021-12-03-21-56-40",
    ],
)
def test_words_and_what_is_no_identifier_tell_nothing(example):
    assert form_of({"example": example}) is None


@pytest.mark.parametrize(
    "pattern",
    [
        "^NO[0-9a-fA-F]{32}$",
        "^[A-Z]{3}-[0-9]{4}$",
        "^ord_[a-z0-9]{8}$",
        r"^\d{1,10}x[A-Z0-9]{6}$",
        "^[a-zA-Z0-9]{1,22}$",
    ],
)
@given(seed=st.integers(0, 1000))
def test_patterns_are_kept(pattern, seed):
    template = read_template(form_of({"pattern": pattern}).template)
    drawn = template.numbered(seed) if template.counts else template.draw(random.Random(seed), NOW)
    assert re.search(pattern, drawn)


@pytest.mark.parametrize(
    ("schema", "style", "template"),
    [
        ({"format": "uuid"}, "uuid", ""),
        ({"example": "9a1773c9-0889-40b6-be89-f6504443ac1b"}, "uuid", ""),
        ({"description": "UUID of the rule."}, "uuid", ""),
        ({"minLength": 36, "maxLength": 36}, "uuid", ""),
        ({"description": "The Mongo ID of the group"}, "token", "{hex:24}"),
        ({"description": "Usually 16 alphanumeric characters."}, "token", "{base36:16}"),
        ({"minLength": 11, "maxLength": 11}, "token", "{base36:11}"),
    ],
)
def test_formats_words_and_lengths(schema, style, template):
    form = form_of(schema)
    assert (form.style, form.template) == (style, template)


def test_a_form_that_is_too_long_is_not_taken():
    assert form_of({"example": "60a75c0e94c8cb95a6d0e02e", "maxLength": 10}) is None


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_whatever_is_told_gives_a_template_that_can_be_read(example, pattern, description):
    form = form_of({"example": example, "pattern": pattern, "description": description})
    assert form is None or form.style == "uuid" or read_template(form.template)


@given(st.text("abzAZ0189_-:{}", min_size=1, max_size=40))
def test_whatever_looks_like_an_identifier_gives_a_template_that_can_be_read(example):
    form = form_of({"example": example})
    assert form is None or form.style == "uuid" or read_template(form.template)
