"""Look-ups by a unique field, and moments that the clock sets where nobody else does."""

from __future__ import annotations

from pathlib import Path

import pytest

from envfactory.compiler.code.codegen import write_code
from envfactory.compiler.data.populate import populate
from envfactory.environment import Environment
from envfactory.environment.package import execute
from envfactory.source.description import Provenance
from envfactory.spec import model as m

TEXT, MOMENT = m.Scalar(type="string"), m.Scalar(type="datetime")


@pytest.fixture
def members() -> m.EnvironmentSpec:
    """A club whose members are known by their user names."""
    member = m.EntitySpec(
        name="Member",
        table="members",
        key="id",
        key_prefix="mem",
        fields=(
            m.FieldSpec(name="id", source_name="id", type=TEXT, role="key"),
            m.FieldSpec(
                name="username", source_name="username", type=TEXT, optional=True, unique=True
            ),
            m.FieldSpec(name="joined", source_name="joined", type=MOMENT, role="created_at"),
        ),
    )
    username = m.ParameterSpec(name="username", source_name="username", type=TEXT, required=True)
    joined = m.ParameterSpec(name="joined", source_name="joined", type=MOMENT)
    result = m.Result(shape="record", table="members")
    return m.EnvironmentSpec(
        name="club",
        class_name="Club",
        title="Club",
        description="A club.",
        domain="other",
        entities=(member,),
        tools=(
            m.ToolDesign(
                name="get_member_by_username",
                description="Get a member by user name.",
                operation="GET /members/{username}",
                parameters=(username,),
                behaviour=m.GetRecord(table="members", key="username", field="username"),
                result=result,
            ),
            m.ToolDesign(
                name="create_member",
                description="Create a member.",
                operation="POST /members",
                parameters=(username, joined),
                behaviour=m.CreateRecord(
                    table="members",
                    assigns=(
                        m.Assign(field="username", source="parameter", parameter="username"),
                        m.Assign(
                            field="joined", source="parameter", parameter="joined", or_now=True
                        ),
                    ),
                ),
                result=result,
            ),
        ),
        provenance=Provenance(format="openapi 3.0.1", location="club.json", sha256="0" * 64),
    )


def environment(spec: m.EnvironmentSpec) -> type[Environment]:
    return execute(write_code(spec).encode(), spec.name, Path("environment.py"))


def test_a_record_is_found_by_its_unique_field(members: m.EnvironmentSpec) -> None:
    club = environment(members)()
    made = club.call("create_member", {"username": "ada"})
    assert club.call("get_member_by_username", {"username": "ada"}).value == made.value
    missing = club.call("get_member_by_username", {"username": "bob"})
    assert missing.error.code == "not_found"
    assert "no member with username bob" in missing.error.message
    assert club.call("create_member", {"username": "ada"}).error.code == "conflict"


def test_the_clock_stands_in_for_a_moment_that_is_not_given(members: m.EnvironmentSpec) -> None:
    club = environment(members)()
    now = club.call("create_member", {"username": "ada"}).value["joined"]
    moment = "2020-01-02T03:04:05Z"
    told = club.call("create_member", {"username": "bob", "joined": moment})
    assert told.value["joined"] == moment != now


def test_every_record_can_be_looked_up(members: m.EnvironmentSpec) -> None:
    scenario = populate(members, seed=3, size="large")
    names = [row["username"] for row in scenario["members"]]
    assert None not in names
    assert len(set(names)) == len(names)
    club = environment(members).from_scenario(scenario)
    assert all(club.call("get_member_by_username", {"username": name}).ok for name in names)
