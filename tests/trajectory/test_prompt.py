"""The system prompt."""

from datetime import timedelta

import pytest
from shop import Shop

from envfactory.environment import World
from envfactory.errors import InputError
from envfactory.task.model import EnvironmentRef
from envfactory.trajectory import Setting, system_prompt


def test_it_says_where_and_when_and_which_rules(package, task):
    setting = Setting.open(task.environments, {package.identity: package})
    assert "shop: An online shop: users, products, orders and wish lists." in setting.system
    assert "It is Monday 2026-03-02, 09:00 UTC." in setting.system
    assert setting.system.endswith("Rules of shop:\nNever sell more than five teapots at once.")


def test_environments_may_live_at_different_times():
    late = Shop()
    late.advance(timedelta(days=1, hours=2))
    text = system_prompt(World({"early": Shop(), "late": late}))
    assert "In early it is" in text
    assert "In late it is" in text


def test_a_package_that_has_changed_is_not_used(package):
    ref = EnvironmentRef(name="shop", identity="sha256:other", scenario="small")
    with pytest.raises(InputError, match="no environment package with identity sha256:other"):
        Setting.open((ref,), {package.identity: package})
