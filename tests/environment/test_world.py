"""Worlds: several environments in one session."""

import pytest
from shop import Shop

from envfactory.environment import Environment, World, diff, tool
from envfactory.errors import DefinitionError, EnvironmentFault


class Bell(Environment):
    """A bell that counts."""

    rung: int = 0

    @tool
    def ring(self) -> int:
        """Ring once."""
        self.rung = self.rung + 1
        return self.rung

    @tool
    def crack(self) -> int:
        """Break."""
        raise RuntimeError("cracked")


@pytest.fixture
def world():
    user = {"user_id": "usr_1", "name": "Ada", "email": "a@x"}
    return World({"shop": Shop.from_scenario({"users": [user]}), "bell": Bell()})


def test_tools_are_named_after_their_environment(world):
    names = [spec.name for spec in world.tools()]
    assert "shop__get_user" in names
    assert names[-2:] == ["bell__ring", "bell__crack"]
    assert world.call("shop__get_user", {"user_id": "usr_1"}).value["name"] == "Ada"
    assert world.call("bell__ring").value == 1


@pytest.mark.parametrize("name", ["ring", "house__ring", "", "__ring", "bell__", "bell_ring"])
def test_unknown_names_are_typed_refusals(world, name):
    assert world.call(name).error.code == "unknown_tool"


def test_forks_snapshots_and_differences_cover_all_environments(world):
    mark, start = world.snapshot(), world.state_hash
    twin = world.fork()
    twin.call("bell__ring")
    twin.call("shop__update_user", {"user_id": "usr_1", "name": "Grace"})
    assert world.state_hash == start
    changes = diff(mark, twin.snapshot())
    assert [(c.environment, c.table, c.after) for c in changes] == [
        ("shop", "users", "Grace"),
        ("bell", "rung", 1),
    ]
    twin.restore(mark)
    assert twin.state_hash == start
    assert twin.to_scenario() == world.to_scenario()


def test_faults_name_the_tool_in_full(world):
    with pytest.raises(EnvironmentFault, match="bell__crack: RuntimeError: cracked"):
        world.call("bell__crack")


def test_what_does_not_belong_is_refused(world):
    other = World({"bell": Bell()})
    with pytest.raises(TypeError, match="cannot restore"):
        other.restore(world.snapshot())
    with pytest.raises(ValueError, match="different worlds"):
        diff(world.snapshot(), other.snapshot())
    with pytest.raises(ValueError, match="cannot compare"):
        diff(world.snapshot(), Bell().snapshot())
    for name in ("", "a__b", "a-b", "1a"):
        with pytest.raises(DefinitionError, match="cannot name"):
            World({name: Bell()})
