import pytest

from envfactory.errors import InputError
from envfactory.graph import Accept, Edge, Evidence


def edge(**scores: float) -> Edge:
    evidence = tuple(Evidence(kind=kind, score=score) for kind, score in scores.items())  # type: ignore[arg-type]
    return Edge(producer="a__x", output="/id", consumer="a__y", input="/id", evidence=evidence)


def test_alternatives_are_read_from_text() -> None:
    accept = Accept.parse("type , semantic>=0.8+executed")
    assert accept.alternatives == ({"type": 0.01}, {"semantic": 0.8, "executed": 0.5})
    assert accept(edge(type=0.7))
    assert accept(edge(semantic=0.9, executed=0.6))
    assert not accept(edge(semantic=0.9))
    assert not accept(edge(semantic=0.7, executed=1.0))


def test_what_was_tried_and_did_not_work_may_be_left_out() -> None:
    tried = edge(type=1.0, executed=0.0)
    assert tried.refuted
    assert Accept.parse("type")(tried)
    assert not Accept.parse("type", refuted=False)(tried)
    assert Accept.parse("type", refuted=False)(edge(type=1.0))
    assert Accept.parse("type", refuted=False)(edge(type=1.0, executed=0.9))


def test_by_default_every_kind_counts() -> None:
    assert all(Accept()(edge(**{kind: 0.5})) for kind in ("type", "semantic", "model", "executed"))
    assert not Accept()(edge(executed=0.4))


@pytest.mark.parametrize("text", ["", "types", "type>=2", "type>0.5", "type+", ",", "type>=-1"])
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is no kind of evidence"):
        Accept.parse(text)
