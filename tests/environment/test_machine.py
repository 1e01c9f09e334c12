"""Whatever is called in whatever order, the kernel's invariants hold.

A Hypothesis state machine drives the shop with valid, invalid and adversarial calls, forks,
snapshots, restores and save/loads, and compares it with what must always be true.
"""

import json
import math

import jsonschema
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule
from hypothesis_jsonschema import from_schema
from shop import Shop

from envfactory.environment import diff
from envfactory.errors import EnvironmentFault

SPECS = {spec.name: spec for spec in Shop.tools()}
CALLABLE = sorted(set(SPECS) - {"break_halfway"})

adversarial = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["usr_1", "A", "\ud800", "x" * 5000, "'; DROP TABLE users; --", 10**40]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def same_json(value):
    """Return the JSON text of a value; NaN would not survive it."""
    return json.dumps(value, sort_keys=True, allow_nan=False)


class ShopMachine(RuleBasedStateMachine):
    """The shop, its forks and its marks."""

    marks = Bundle("marks")

    @initialize(seed=st.integers(0, 2**64 - 1))
    def start(self, seed):
        users = [
            {"user_id": f"usr_{i}", "name": f"Person {i}", "email": f"{i}@example.com"}
            for i in range(1, 4)
        ]
        products = [
            {"sku": sku, "title": sku.lower(), "price": 2.5, "stock": 20} for sku in ("A", "B")
        ]
        self.shop = Shop.from_scenario({"seed": seed, "users": users, "products": products})
        self.twin = self.shop.fork()
        self.twin_hash = self.twin.state_hash

    def attempt(self, name, arguments):
        before, before_hash = self.shop.snapshot(), self.shop.state_hash
        result = self.shop.call(name, arguments)
        if not result.ok:
            assert self.shop.snapshot() is before
            assert self.shop.state_hash == before_hash
            assert result.error.message
            return result
        jsonschema.validate(arguments, SPECS[name].input_schema)
        jsonschema.validate(result.value, SPECS[name].output_schema)
        changes = diff(before, self.shop.snapshot())
        assert bool(changes) == (self.shop.state_hash != before_hash)
        same_json(result.value)
        spoil(result.value)
        return result

    @rule(name=st.sampled_from(CALLABLE), data=st.data())
    def call_by_schema(self, name, data):
        self.attempt(name, data.draw(from_schema(SPECS[name].input_schema)))

    @rule(name=st.sampled_from(CALLABLE), data=st.data())
    def call_adversarially(self, name, data):
        keys = st.sampled_from([*SPECS[name].input_schema["properties"], "surplus"])
        arguments = data.draw(st.dictionaries(keys, adversarial) | adversarial)
        if not isinstance(arguments, dict):
            assert self.shop.call(name, arguments).ok is (
                arguments is None and "required" not in SPECS[name].input_schema
            )
        elif all(jsonable(value) for value in arguments.values()):
            self.attempt(name, arguments)
        else:
            before = self.shop.snapshot()
            assert not self.shop.call(name, arguments).ok
            assert self.shop.snapshot() is before

    @rule(user=st.sampled_from(["usr_1", "usr_2", "usr_3", "usr_4"]), data=st.data())
    def call_usefully(self, user, data):
        name, arguments = data.draw(
            st.sampled_from(
                [
                    ("place_order", {"user_id": user, "lines": [{"sku": "A", "quantity": 2}]}),
                    ("place_order", {"user_id": user, "lines": [{"sku": "B"}, {"sku": "A"}]}),
                    ("watch", {"user_id": user, "sku": "B"}),
                    ("delete_user", {"user_id": user}),
                    ("delete_product", {"sku": "B"}),
                    ("cancel_order", {"order_id": 1}),
                    ("create_user", {"name": "N", "email": f"{user}@new", "invited_by": user}),
                    ("update_user", {"user_id": user, "email": "1@example.com"}),
                    ("draw_winner", {}),
                    ("wait", {"hours": 3}),
                ]
            )
        )
        self.attempt(name, arguments)

    @rule()
    def fault(self):
        before = self.shop.snapshot()
        if self.shop.call("get_user", {"user_id": "usr_1"}).ok:
            with pytest.raises(EnvironmentFault, match="disk on fire"):
                self.shop.call("break_halfway", {"user_id": "usr_1"})
        assert self.shop.snapshot() is before

    @rule(target=marks)
    def snapshot(self):
        return self.shop.snapshot(), self.shop.state_hash, same_json(self.shop.to_scenario())

    @rule(mark=marks)
    def restore(self, mark):
        state, state_hash, scenario = mark
        self.shop.restore(state)
        assert self.shop.state_hash == state_hash
        assert same_json(self.shop.to_scenario()) == scenario

    @rule()
    def fork(self):
        self.twin = self.shop.fork()
        self.twin_hash = self.twin.state_hash

    @rule()
    def save_and_load(self):
        scenario = self.shop.to_scenario()
        loaded = Shop.from_scenario(json.loads(json.dumps(scenario)))
        assert loaded.state_hash == self.shop.state_hash
        assert same_json(loaded.to_scenario()) == same_json(scenario)
        for name, arguments in (("draw_winner", {}), ("create_user", {"name": "Z", "email": "z"})):
            mine, theirs = (
                self.shop.fork().call(name, arguments),
                loaded.fork().call(name, arguments),
            )
            assert mine == theirs
        spoil(scenario)
        self.shop = loaded

    @invariant()
    def forks_are_independent(self):
        assert self.twin.state_hash == self.twin_hash

    @invariant()
    def references_are_intact_and_values_unique(self):
        shop = self.shop
        for order in shop.orders:
            assert order.user_id in shop.users
            assert all(line.sku in shop.products for line in order.lines)
        for user in shop.users:
            assert user.invited_by is None or user.invited_by in shop.users
        for watch in shop.watches:
            assert watch.user_id in shop.users
            assert all(sku in shop.products for sku in watch.skus)
        emails = [user.email for user in shop.users]
        assert len(emails) == len(set(emails))

    @invariant()
    def indexes_agree_with_scans(self):
        for user in self.shop.users:
            scanned = self.shop.orders.filter(lambda o, u=user: o.user_id == u.user_id)
            assert self.shop.orders.filter(user_id=user.user_id) == scanned
            assert self.shop.users.find(email=user.email) == user

    @invariant()
    def the_hash_depends_on_the_content_alone(self):
        assert Shop.from_scenario(self.shop.to_scenario()).state_hash == self.shop.state_hash


def jsonable(value):
    """Whether a Python value is one that JSON can hold."""
    try:
        json.dumps(value).encode()
        return "\\ud" not in json.dumps(value) and not has_nan(value)
    except (TypeError, ValueError):
        return False


def has_nan(value):
    """Whether NaN or infinity is anywhere inside."""
    if isinstance(value, float):
        return not math.isfinite(value)
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(has_nan(item) for item in items)


def spoil(value):
    """Change a JSON value in place wherever that is possible."""
    if isinstance(value, dict):
        for item in value.values():
            spoil(item)
        value.clear()
        value["spoiled"] = True
    elif isinstance(value, list):
        for item in value:
            spoil(item)
        value.append("spoiled")


ShopMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
test_invariants_hold_whatever_happens = ShopMachine.TestCase
