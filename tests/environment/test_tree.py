"""The persistent map against a dict, in long histories of edits."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envfactory.environment.tree import WIDTH, SortedMap, differences


class Value:
    """A value with a digest, told apart by identity."""

    def __init__(self, digest):
        self.digest = digest


edits = st.lists(
    st.tuples(st.booleans(), st.integers(0, 400), st.integers(0, 9)), min_size=1, max_size=600
)


def apply(tree, model, history):
    for removes, key, digest in history:
        if removes and key in model:
            tree, model = tree.remove(key), {k: v for k, v in model.items() if k != key}
        elif not removes:
            value = Value(digest)
            tree, model = tree.set(key, value), {**model, key: value}
    return tree, model


@settings(max_examples=60, deadline=None)
@given(edits, edits)
def test_a_map_is_a_sorted_dict_and_keeps_every_version(first, second):
    old, old_model = apply(SortedMap(), {}, first)
    new, new_model = apply(old, old_model, second)
    for tree, model in ((old, old_model), (new, new_model)):
        assert list(tree.items()) == sorted(model.items(), key=lambda item: item[0])
        assert list(tree.values()) == [model[key] for key in sorted(model)]
        assert len(tree) == len(model)
        assert tree.total == sum(value.digest for value in model.values())
        assert all(tree.get(key) is model.get(key) for key in range(401))


@settings(max_examples=60, deadline=None)
@given(edits, edits)
def test_differences_are_exactly_what_changed(first, second):
    old, old_model = apply(SortedMap(), {}, first)
    new, new_model = apply(old, old_model, second)
    expected = [
        (key, old_model.get(key), new_model.get(key))
        for key in sorted({**old_model, **new_model})
        if old_model.get(key) is not new_model.get(key)
    ]
    assert list(differences(old, new)) == expected
    assert list(differences(old, old)) == []


@settings(max_examples=60, deadline=None)
@given(st.sets(st.integers(0, 5000), max_size=700), st.integers(-1, 5001), st.integers(-1, 5001))
def test_a_map_built_at_once_equals_one_built_by_insertion(keys, low, high):
    built = SortedMap.build((key, Value(key)) for key in sorted(keys))
    inserted = SortedMap()
    for key in sorted(keys, key=str):
        inserted = inserted.set(key, Value(key))
    assert [k for k, _ in built.items()] == [k for k, _ in inserted.items()] == sorted(keys)
    assert built.total == inserted.total
    between = [key for key in sorted(keys) if low <= key < high]
    assert built.keys_between(low, high) == inserted.keys_between(low, high) == between


def test_a_key_that_is_not_there_cannot_be_removed():
    with pytest.raises(KeyError):
        SortedMap.build([(1, Value(1))]).remove(2)


def test_emptying_a_large_map_leaves_no_sparse_nodes_behind():
    tree = SortedMap.build((key, Value(1)) for key in range(10_000))
    for key in range(10_000):
        if key % 100:
            tree = tree.remove(key)
    assert [k for k, _ in tree.items()] == list(range(0, 10_000, 100))
    depth, node = 0, tree._root
    while hasattr(node, "children"):
        depth, node = depth + 1, node.children[0]
    assert depth <= 1
    assert tree.total == 100


def test_differences_skip_what_two_versions_share():
    class Counted(Value):
        seen = 0

        def __eq__(self, other):
            raise AssertionError("entries are compared by identity")

        __hash__ = None

    tree = SortedMap.build((key, Counted(1)) for key in range(WIDTH**2))
    changed = tree.set(77, Counted(2))
    assert [key for key, _, _ in differences(tree, changed)] == [77]
    assert all(a < b for a, b in pairwise(k for k, _ in changed.items()))
