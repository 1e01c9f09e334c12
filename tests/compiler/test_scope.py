"""What a path says of who owns what holds in the code that is written from it."""

from pathlib import Path

import pytest

from envfactory.compiler import compile_environment
from envfactory.environment import Package
from envfactory.source import read_source
from envfactory.spec import infer

APIS = Path(__file__).parents[2] / "examples" / "apis"


@pytest.fixture(scope="module")
def chat(tmp_path_factory):
    spec = infer(read_source(APIS / "twilio-chat.json"))
    return Package.load(compile_environment(spec, tmp_path_factory.mktemp("chat"), 1)).start(
        "small"
    )


def test_nothing_is_created_for_an_owner_of_another_owner(chat):
    session = chat.fork()
    channel = session.channels.all()[0]
    other = session.services.find(lambda service: service.sid != channel.service_sid)
    message = {"channel_sid": channel.sid, "body": "Hello"}
    before = session.state_hash
    refused = session.call("create_message", {**message, "service_sid": other.sid})
    assert refused.error.code == "not_found"
    assert channel.sid in refused.error.message
    assert other.sid in refused.error.message
    assert session.state_hash == before
    assert session.call("create_message", {**message, "service_sid": channel.service_sid}).ok
