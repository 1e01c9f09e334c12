"""Environments: the cursor on a state, single values, clock, chance, and inheritance."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Annotated, ClassVar

import pytest
from pydantic import Field
from shop import Shop

from envfactory.environment import Environment, InvalidArgument, Record, Table, diff, tool
from envfactory.errors import DefinitionError

SCENARIO = {
    "seed": 11,
    "now": "2026-03-02T09:00:00Z",
    "users": [{"user_id": "usr_1", "name": "Ada Byron", "email": "ada@example.com"}],
    "products": [{"sku": "A", "title": "Tea", "price": 3.5, "stock": 5}],
}


@pytest.fixture
def shop():
    return Shop.from_scenario(SCENARIO)


def test_a_fork_goes_its_own_way(shop):
    twin = shop.fork()
    twin.call("update_user", {"user_id": "usr_1", "name": "Grace"})
    assert shop.users.get("usr_1").name == "Ada Byron"
    assert twin.users.get("usr_1").name == "Grace"
    assert type(twin) is Shop


def test_restore_goes_back_and_forth(shop):
    start = shop.snapshot()
    shop.call("delete_user", {"user_id": "usr_1"})
    end = shop.snapshot()
    shop.restore(start)
    assert "usr_1" in shop.users
    shop.restore(end)
    assert "usr_1" not in shop.users
    with pytest.raises(TypeError, match="cannot restore"):
        shop.restore("yesterday")


def test_a_mark_of_another_class_is_refused(shop):
    class Other(Environment):
        """Another one."""

    with pytest.raises(TypeError, match="cannot restore"):
        Other().restore(shop.snapshot())
    with pytest.raises(ValueError, match="cannot compare"):
        diff(shop.snapshot(), Other().snapshot())


def test_diff_names_table_key_field_before_and_after(shop):
    mark = shop.snapshot()
    shop.call("place_order", {"user_id": "usr_1", "lines": [{"sku": "A", "quantity": 2}]})
    shop.call("set_currency", {"currency": "usd"})
    shop.call("wait", {"hours": 2})
    shop.call("draw_winner")
    changes = {
        (c.kind, c.table, c.key, c.field): (c.before, c.after) for c in diff(mark, shop.snapshot())
    }
    assert changes["update", "products", "A", "stock"] == (5, 3)
    assert changes["insert", "orders", 1, None][1]["lines"] == [{"sku": "A", "quantity": 2}]
    assert changes["value", "currency", None, None] == ("EUR", "USD")
    assert changes["value", "revenue", None, None] == (0.0, 7.0)
    assert changes["value", "now", None, None][1] == "2026-03-02T11:00:00Z"
    assert ("value", "seed", None, None) in changes
    assert len(changes) == 6
    back = {(c.kind, c.table): c.before for c in diff(shop.snapshot(), mark)}
    assert back["delete", "orders"]["order_id"] == 1


def test_a_failing_call_leaves_nothing_behind_even_halfway(shop):
    before = shop.snapshot()
    result = shop.call(
        "place_order",
        {"user_id": "usr_1", "lines": [{"sku": "A", "quantity": 3}, {"sku": "A", "quantity": 3}]},
    )
    assert result.error.code == "failed_precondition"
    assert shop.snapshot() is before


def test_an_interrupt_inside_a_body_leaves_the_state_as_it_was():
    class Slow(Environment):
        """Gets interrupted."""

        count: int = 0

        @tool
        def work(self) -> None:
            """Count, then be stopped from outside."""
            self.count = self.count + 1
            raise KeyboardInterrupt

    slow = Slow()
    with pytest.raises(KeyboardInterrupt):
        slow.call("work")
    assert slow.count == 0


def test_single_values_are_validated_and_frozen():
    class Holder(Environment):
        """Holds values."""

        limit: Annotated[int, Field(ge=0)] = 3
        names: list[str] = ["a"]
        RATE: ClassVar[float] = 0.2

    holder, other = Holder(), Holder()
    with pytest.raises(InvalidArgument, match="limit"):
        holder.limit = -1
    with pytest.raises(TypeError, match="changed in place"):
        holder.names.append("b")
    holder.names = [*holder.names, "b"]
    assert (holder.names, other.names) == (["a", "b"], ["a"])
    assert Holder.from_scenario(holder.to_scenario()).state_hash == holder.state_hash
    with pytest.raises(TypeError, match="not part of the state"):
        holder.cache = 1
    with pytest.raises(TypeError, match="not part of the state"):
        holder.RATE = 1


def test_the_clock_moves_only_forward(shop):
    assert shop.now().isoformat() == "2026-03-02T09:00:00+00:00"
    shop.advance(timedelta(minutes=1))
    assert shop.now().minute == 1
    with pytest.raises(ValueError, match="does not go back"):
        shop.advance(timedelta(minutes=-1))


def test_chance_comes_from_the_state(shop):
    draws = [shop.random().random() for _ in range(3)]
    again = Shop.from_scenario(SCENARIO)
    assert [again.random().random() for _ in range(3)] == draws
    assert len(set(draws)) == 3


def test_a_subclass_inherits_tables_values_and_tools():
    class Bigger(Shop):
        """A shop with a motto."""

        motto: str = "buy"
        currency: str = "CHF"

        @tool
        def get_motto(self) -> str:
            """Return the motto."""
            return self.motto

    bigger = Bigger.from_scenario(SCENARIO)
    assert bigger.call("get_motto").value == "buy"
    assert bigger.currency == "CHF"
    assert bigger.call("get_user", {"user_id": "usr_1"}).ok
    assert len(Bigger.tools()) == len(Shop.tools()) + 1
    assert Shop().currency == "EUR"


@pytest.mark.parametrize(
    ("body", "fix"),
    [
        ({"__init__": lambda self: None}, "use from_scenario"),
        ({"cache": {}}, "sessions would share this dict"),
        ({"__annotations__": {"now": str}, "now": ""}, "the kernel's own"),
        ({"__annotations__": {"seed": int}, "seed": 1}, "the kernel's own"),
        ({"__annotations__": {"limit": int}}, "needs a default"),
        ({"__annotations__": {"limit": int}, "limit": "x"}, "default does not fit"),
        ({"__annotations__": {"limit": set[str]}, "limit": ()}, "use list"),
        ({"__annotations__": {"limit": "Nowhere"}, "limit": ()}, "define it above"),
        ({"__annotations__": {"rows": Table}}, "Table[Order]"),
        ({"__annotations__": {"rows": Table[Record]}}, "0 keys"),
    ],
)
def test_what_cannot_be_supported_fails_when_the_class_is_defined(body, fix):
    with pytest.raises(DefinitionError) as error:
        type("Bad", (Environment,), body)
    assert fix in str(error.value)


def test_ten_thousand_forks_do_not_disturb_each_other(shop):
    forks = [shop.fork() for _ in range(10_000)]
    for number, fork in enumerate(forks):
        fork.call("update_user", {"user_id": "usr_1", "name": f"Person {number}"})
    assert [f.users.get("usr_1").name for f in forks] == [f"Person {n}" for n in range(10_000)]
    assert shop.users.get("usr_1").name == "Ada Byron"


PROGRAM = """
import json, sys
sys.path.insert(0, sys.argv[1])
from shop import Shop
shop = Shop.from_scenario(json.loads(sys.argv[2]))
calls = [
    ("create_user", {"name": "Bo", "email": "bo@x", "preferences": {"b": 1, "a": [2]}}),
    ("watch", {"user_id": "usr_1", "sku": "A"}),
    ("place_order", {"user_id": "usr_2", "lines": [{"sku": "A"}]}),
    ("draw_winner", {}), ("draw_winner", {}), ("delete_user", {"user_id": "usr_1"}),
]
for name, arguments in calls:
    print(json.dumps(shop.call(name, arguments).to_json()), shop.state_hash)
print(json.dumps(shop.to_scenario()))
"""


def test_the_same_calls_give_the_same_bytes_in_any_process():
    import json

    outputs = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM, str(Path(__file__).parent), json.dumps(SCENARIO)],
            env={"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C", "PATH": ""},
            capture_output=True,
            check=True,
        ).stdout
        for seed, zone in (("0", "UTC"), ("1", "Asia/Tokyo"), ("12345", "America/New_York"))
    }
    assert len(outputs) == 1
    assert b"bo@x" in outputs.pop()
