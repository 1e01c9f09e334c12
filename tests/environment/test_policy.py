"""House rules: what is written is read back, and what is no rule is refused in one line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from envfactory.environment import Package
from envfactory.environment.policy import (
    MAX_SIZE,
    Instead,
    PolicyRule,
    covers,
    read_policy,
    write_policy,
)
from envfactory.errors import InputError

TEXT = st.text(
    st.characters(min_codepoint=32, exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1
)
PRINTABLE = TEXT.filter(str.isprintable).map(lambda text: text[:200])
INSTEAD = st.builds(
    Instead,
    tool=st.none() | st.just("update_order"),
    arguments=st.dictionaries(st.sampled_from("ab"), PRINTABLE | st.integers(-9, 9)),
    text=PRINTABLE,
)
RULES = st.builds(
    PolicyRule,
    text=PRINTABLE,
    action=st.sampled_from(["create", "change", "delete"]),
    table=st.just("orders"),
    field=st.just("status"),
    test=st.just("is"),
    value=PRINTABLE | st.booleans() | st.integers(-(2**40), 2**40) | st.floats(-1e9, 1e9),
    instead=st.none() | INSTEAD,
)


@given(rules=st.lists(RULES, max_size=5), title=st.text(max_size=30))
@example(
    rules=[
        PolicyRule(text=" ", action="create", table="orders", field="status", test="is", value=True)
    ],
    title="",
)
def test_what_is_written_is_read_back(
    tmp_path_factory, rules: list[PolicyRule], title: str
) -> None:
    path = tmp_path_factory.mktemp("policy", numbered=True) / "policy.md"
    path.write_text(write_policy(title.replace("\ud800", ""), tuple(rules)), "utf-8", newline="")
    policy = read_policy(path)
    assert policy.rules == tuple(rules)
    assert all(f"- {rule.text}" in policy.text for rule in rules)
    assert "[[rules]]" not in policy.text


def test_a_policy_without_data_is_text(tmp_path: Path) -> None:
    path = tmp_path / "policy.md"
    path.write_text("Never sell more than five teapots at once.\n")
    assert (read_policy(path).text, read_policy(path).rules) == (path.read_text(), ())


RULE = """[[rules]]
text = "No."
action = "delete"
table = "users"
field = "name"
test = "is"
value = "Ada"
"""


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"+++\nrules = []\n", "has no second one"),
        (b"+++\nrules = [\n+++\n", "no TOML"),
        (b"+++\nrules = " + b"[" * 5000 + b"\n+++\n", "no TOML"),
        (b"+++\nrules = 3\n+++\n", "rules: "),
        (b"+++\n+++\n", "rules: Field required"),
        (b"+++\nschema_version = 9\nrules = []\n+++\n", "schema_version: "),
        (b"+++\n" + RULE.replace('"is"', '"about"').encode() + b"+++\n", "rules.0.test"),
        (b"+++\n" + RULE.replace('"is"', '"above"').encode() + b"+++\n", "with a number"),
        (b"+++\n" + RULE.replace('"Ada"', "nan").encode() + b"+++\n", "rules.0.value"),
        (b"+++\n" + RULE.replace('"No."', '"No\\nway."').encode() + b"+++\n", "one line"),
        (b"+++\n" + (RULE * 201).encode() + b"+++\n", "at most 200"),
        (b"+++\n" + RULE.encode() + b"surprise = 1\n+++\n", "rules.0.surprise"),
        (b"\xff\xfe", "not UTF-8"),
        (b"x" * (MAX_SIZE + 1), "longer than"),
    ],
)
def test_what_is_no_policy_is_refused(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "policy.md"
    path.write_bytes(content)
    with pytest.raises(InputError) as error:
        read_policy(path)
    assert problem in str(error.value)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 600


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (('"users"', '"userz"'), "rules.0: there is no table 'userz'"),
        (('"name"', '"nickname"'), "rules.0: users have no field 'nickname'"),
        (("value = ", 'instead = { tool = "hide", text = "hide it" }\nvalue = '), "no tool 'hide'"),
    ],
)
def test_rules_speak_of_what_there_is(
    tmp_path: Path, change: tuple[str, str], problem: str
) -> None:
    folder = tmp_path / "shop"
    (folder / "scenarios").mkdir(parents=True)
    (folder / "environment.toml").write_text('name = "shop"\ntitle = "A shop"\n')
    shutil.copy(Path(__file__).parent / "shop.py", folder / "environment.py")
    (folder / "policy.md").write_text(f"+++\n{RULE}+++\n\nBe kind.\n")
    package = Package.load(folder)
    assert (package.policy, len(package.rules)) == ("Be kind.\n", 1)
    (folder / "policy.md").write_text(f"+++\n{RULE.replace(*change)}+++\n")
    with pytest.raises(InputError) as error:
        Package.load(folder)
    assert problem in str(error.value)


@pytest.mark.parametrize(
    ("test", "value", "held", "covered"),
    [
        ("is", "paid", "paid", True),
        ("is", "paid", "open", False),
        ("is", 1, True, False),
        ("above", 100, 100.5, True),
        ("above", 100, 100, False),
        ("above", 100, True, False),
        ("above", 100, None, False),
        ("older", 30, "2026-01-01", True),
        ("older", 30, "2026-02-28T09:00:00Z", False),
        ("older", 30, "soon", False),
        ("within", 7, "2026-03-05T09:00:00+02:00", True),
        ("within", 7, "2026-03-01", False),
        ("within", 7, "2026-03-20", False),
        ("not_mine", "me", "usr_2", True),
        ("not_mine", "me", "usr_1", False),
        ("not_mine", "me", None, False),
    ],
)
def test_a_rule_covers_records_by_what_they_hold_now(test, value, held, covered: bool) -> None:
    rule = PolicyRule(text="-", action="change", table="t", field="f", test=test, value=value)
    state = {"now": "2026-03-02T09:00:00Z", "me": "usr_1"}
    assert covers(rule, {"f": held}, state) is covered
