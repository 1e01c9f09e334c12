"""Keys that are resource names of AWS look like such, where a pattern tells of which service."""

import pytest

from envfactory.environment.template import read_template
from envfactory.spec.shapes.arn_form import arn_form
from envfactory.spec.shapes.schema import Shape

NOUN = ("event", "bus")


@pytest.mark.parametrize(
    ("pattern", "form"),
    [
        (
            r"arn:aws:events:[a-z]{2}-[a-z]+-\d:\d{12}:event-bus/[a-z0-9]+",
            "arn:aws:events:us-east-1:123456789012:event-bus/{n:04}",
        ),
        (
            r"^arn:aws[-a-z]*:(events)::[0-9]{12}:bus:[0-9A-Z]{10}$",
            "arn:aws:events::123456789012:bus:{BASE36:10}",
        ),
        (
            r"arn:aws:events:[a-z0-9-]+:\d{12}:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
            "arn:aws:events:us-east-1:123456789012:{uuid}",
        ),
    ],
)
def test_a_pattern_tells_the_form(pattern, form):
    found = arn_form([Shape("string", pattern=pattern)], NOUN)
    assert found is not None
    assert found.template == form
    assert read_template(form)


@pytest.mark.parametrize(
    "shape",
    [
        Shape("string"),
        Shape("string", pattern="arn:.*"),
        Shape("string", pattern="arn:aws:events:.*", max_length=20),
        Shape("string", pattern="arn:aws:events:(?!x).*"),
        Shape("integer"),
    ],
)
def test_where_nothing_tells_there_is_no_form(shape):
    assert arn_form([shape], NOUN) is None
