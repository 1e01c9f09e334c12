"""Submissions: what operations leave behind that no other operation tells of."""

from __future__ import annotations

from dataclasses import replace

from envfactory.spec.operations.seen import read_operations
from envfactory.spec.shapes.route import Step
from envfactory.spec.shapes.schema import Schemas
from envfactory.spec.words.name import Nouns
from envfactory.spec.writes.submission import find_submission


def test_a_segment_without_words_is_no_collection(api):
    """AWS puts names of targets and patterns into paths; some are made of signs alone."""
    nouns, schemas = Nouns(), Schemas({})
    taken = {"type": "object", "properties": {"name": {"type": "string"}}}
    (seen,) = read_operations(
        api.describe(api.operation("POST /widgets", {"type": "object"}, taken)), schemas, nouns
    )
    assert find_submission(seen, schemas, nouns) is not None
    route = replace(seen.route, steps=(Step("-", ("widget",)),))
    found = find_submission(replace(seen, route=route), schemas, nouns)
    assert found is None or found.noun == ("widget",)
