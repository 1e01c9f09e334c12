"""Truth: texts that are true or false are booleans, and no others are."""

from __future__ import annotations

import pytest

from envfactory.spec.shapes.schema import Schemas

SET = "Set this parameter to true to include all resources."


@pytest.mark.parametrize(
    ("schema", "kind", "default"),
    [
        ({"enum": ["true", "false"]}, "boolean", None),
        ({"enum": ["true", "false"], "default": "false"}, "boolean", False),
        ({"default": "false", "description": SET}, "boolean", False),
        ({"default": "false"}, "string", "false"),
        ({"enum": ["true", "false", "auto"]}, "string", None),
        ({"enum": ["Y", "N"]}, "string", None),
        ({"description": SET}, "string", None),
    ],
)
def test_a_text_that_is_true_or_false_is_a_boolean(schema, kind, default):
    shape = Schemas({}).shape({"type": "string", **schema})
    assert (shape.kind, shape.default, shape.has_default) == (kind, default, default is not None)
    assert kind == "string" or shape.choices == ()
