"""Searches look in every open text: in keys that people give, and in lists of texts."""

import orjson

from envfactory.compiler import compile_environment
from envfactory.environment import Package
from envfactory.source import read_source
from envfactory.spec import infer

TEXT = {"type": "string"}
ENTITY = {
    "type": "object",
    "properties": {
        "name": TEXT,
        "kind": TEXT,
        "observations": {"type": "array", "items": TEXT},
    },
    "required": ["name", "kind", "observations"],
}
ENTITIES = {"type": "object", "properties": {"entities": {"type": "array", "items": ENTITY}}}
TOOLS = [
    {
        "name": "create_entities",
        "description": "Create entities.",
        "inputSchema": {**ENTITIES, "required": ["entities"]},
        "outputSchema": {**ENTITIES, "required": ["entities"]},
    },
    {
        "name": "search_entities",
        "description": "Search entities by names, kinds and observations.",
        "inputSchema": {"type": "object", "properties": {"query": TEXT}, "required": ["query"]},
        "outputSchema": {**ENTITIES, "required": ["entities"]},
    },
    {
        "name": "delete_entities",
        "description": "Delete entities.",
        "inputSchema": {
            "type": "object",
            "properties": {"names": {"type": "array", "items": TEXT}},
            "required": ["names"],
        },
    },
]


def test_keys_that_people_give_and_lists_are_searched(tmp_path):
    (tmp_path / "tools.json").write_bytes(orjson.dumps({"tools": TOOLS}))
    spec = infer(read_source(tmp_path / "tools.json"))
    session = Package.load(compile_environment(spec, tmp_path / "out", 0)).environment()
    made = [
        {"name": "Ada", "kind": "person", "observations": ["writes programs", "likes Turin"]},
        {"name": "Engine", "kind": "machine", "observations": []},
    ]
    outcome = session.call("create_entities", {"entities": made})
    assert outcome.ok, outcome.error
    for query, found in {"ada": ["Ada"], "TURIN": ["Ada"], "mach": ["Engine"], "zz": []}.items():
        value = session.call("search_entities", {"query": query}).value
        rows = value if isinstance(value, list) else value["items"]
        assert [row["name"] for row in rows] == found
