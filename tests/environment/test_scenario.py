"""Scenarios: loading says exactly what is wrong, and takes nothing it was given."""

import copy
import json

import pytest
from shop import Shop

from envfactory.environment import ScenarioError

GOOD = {
    "now": "2026-03-02T09:00:00Z",
    "seed": 3,
    "currency": "EUR",
    "users": [
        {"user_id": "usr_2", "name": "Bo", "email": "b@x", "invited_by": "usr_1"},
        {
            "user_id": "usr_1",
            "name": "Ada",
            "email": "a@x",
            "addresses": [{"street": "1", "city": "X"}],
        },
    ],
    "products": [{"sku": "A", "title": "Tea", "price": 3, "stock": 1}],
    "orders": [
        {
            "order_id": 7,
            "user_id": "usr_1",
            "lines": [{"sku": "A"}],
            "placed_at": "2026-03-01T00:00:00+01:00",
        }
    ],
}


def test_a_scenario_is_read_never_kept():
    given = copy.deepcopy(GOOD)
    shop = Shop.from_scenario(given)
    before = shop.state_hash
    given["users"][1]["addresses"][0]["city"] = "Y"
    given["users"].clear()
    saved = shop.to_scenario()
    saved["users"][0]["addresses"].append("spoiled")
    saved["users"].clear()
    assert shop.state_hash == before
    assert shop.users.get("usr_1").addresses[0].city == "X"


def test_loading_what_was_saved_is_the_same_state():
    shop = Shop.from_scenario(GOOD)
    saved = shop.to_scenario()
    assert json.loads(json.dumps(saved)) == saved
    again = Shop.from_scenario(saved)
    assert again.state_hash == shop.state_hash
    assert again.to_scenario() == saved
    assert saved["serials"] == {"users": 2, "orders": 7}


def test_the_order_of_records_in_a_file_does_not_matter():
    turned = {**GOOD, "users": GOOD["users"][::-1]}
    assert Shop.from_scenario(turned).state_hash == Shop.from_scenario(GOOD).state_hash


def changed(**parts):
    return {**GOOD, **parts}


def user(**fields):
    return changed(users=[{**GOOD["users"][1], **fields}], orders=[])


@pytest.mark.parametrize(
    ("scenario", "message"),
    [
        ([], "a scenario is a JSON object"),
        (changed(user=[]), "did you mean 'users'"),
        (changed(users={}), "a table is a list of records"),
        (changed(users=None), "a table is a list of records"),
        (user(name=5), "scenario/users/0/name"),
        (user(name=""), "at least 1 character"),
        (user(colour="red"), "scenario/users/0/colour"),
        (user(user_id=""), "keys have 1 to 1024"),
        (user(addresses=[{"street": "1"}]), "scenario/users/0/addresses/0/city"),
        (user(tier="iron"), "'basic' or 'gold'"),
        (user(invited_by="usr_9"), "users has no 'usr_9'"),
        (user(born="2026-13-01"), "scenario/users/0/born"),
        (changed(users=[GOOD["users"][1]] * 2), "occurs twice"),
        (
            changed(users=[GOOD["users"][1], {**GOOD["users"][1], "user_id": "usr_3"}]),
            "email 'a@x' occurs twice",
        ),
        (changed(products=[]), "scenario/orders/7/lines"),
        (changed(now="yesterday"), "scenario/now"),
        (changed(seed=-1), "scenario/seed"),
        (changed(seed=1 << 64), "scenario/seed"),
        (changed(seed=1.5), "scenario/seed"),
        (changed(currency=3), "scenario/currency"),
        (changed(revenue=float("nan")), "scenario/revenue"),
        (changed(users=[{"user_id": object()}]), "is not JSON"),
        (changed(serials={"users": "many"}), "scenario/serials/users"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(scenario, message):
    with pytest.raises(ScenarioError) as error:
        Shop.from_scenario(scenario)
    assert message in str(error.value)
    assert "\n" not in str(error.value)
    assert error.value.exit_code == 2
