"""Whatever a file holds, it is read or refused in one line, quickly and within bounds."""

import os
import random
import re
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from envfactory.errors import InputError
from envfactory.source import ApiDescription, openapi, read_source
from envfactory.source.document import Document
from envfactory.source.notes import Budget
from envfactory.source.reader import read_from
from tests.source.soundness import ODD_VALUES, check, check_outcome, mutate

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "apis").glob("*.json"))
OTHERS = sorted((Path(__file__).parents[2] / "examples" / "apis").glob("*/*.json"))
MINIMAL = b'{"openapi": "3.0.0", "info": {}, "paths": {"/a": {"get": {"responses": {}}}}}'


def refusal(path: Path, **options: Any) -> InputError:
    """Return how `path` is refused; the message must be one printable line."""
    with pytest.raises(InputError) as caught:
        read_source(path, **options)
    assert str(caught.value).isprintable()
    return caught.value


def parsed(root: Any) -> ApiDescription:
    return openapi.read(Document("d.json", "d.json", "sha256:0", root))


# ---------------------------------------------------------------------------- files
def test_missing_file_and_folder(tmp_path: Path) -> None:
    assert "no such file" in str(refusal(tmp_path / "none.json"))
    assert "is a folder" in str(refusal(tmp_path))
    assert "name too long" in str(refusal(tmp_path / ("x" * 5000)))
    assert "is not a path" in str(refusal(Path("nul\0byte.json")))


def test_pipes_and_devices_are_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert "not a regular file" in str(refusal(pipe))
    assert "not a regular file" in str(refusal(Path("/dev/zero")))


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_unreadable_file(tmp_path: Path) -> None:
    path = tmp_path / "secret.json"
    path.write_bytes(MINIMAL)
    path.chmod(0)
    assert "permission denied" in str(refusal(path))


def test_a_file_over_the_limit_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "big.json"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    with monkeypatch.context() as closed:
        closed.setattr(Path, "open", lambda *_, **__: pytest.fail("it was opened"))
        message = str(refusal(path))
    assert "50.0 MiB" in message
    assert "32.0 MiB" in message
    path.write_bytes(MINIMAL)
    refusal(path, max_bytes=len(MINIMAL) - 1)
    assert read_source(path, max_bytes=len(MINIMAL)).operations


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b" \n\t", "is empty"),
        (b"# only a comment\n", "is empty"),
        (b"null", "is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0", "is not text"),
        (b"PK\x03\x04\0\0", "is not text"),
        (b"\x7fELF" + bytes(range(256)), "is not text"),
        (b"caf\xe9: 1", "is not text"),
        (b"[1, 2]", "holds a list"),
        (b"hello", "holds a text"),
        (b"<html><body>404</body></html>", "holds a text"),
        (b"7", "holds a number"),
        (b"false", "holds a boolean"),
        (b'{"a": 1,\n "b": }', ":2:7: malformed JSON"),
        (b'{"a": 1', "malformed JSON"),
        (b'{"a": 1} trailing', "malformed JSON"),
        (b"[" * 10_000, "malformed JSON"),
        (b'{"a":' * 10_000, "malformed JSON"),
        (b"a: b: c", ":1:5: malformed YAML"),
        (b"a: 1\na: 2", ":2:1: malformed YAML: duplicate key"),
        (b"a: !!python/object/apply:os.system ['true']", "malformed YAML: the tag"),
        (b"a: " + b"[" * 10_000, "malformed YAML"),
        (b"- " * 10_000, "malformed YAML"),
        (b"{}", "no API description"),
        (b'{"hello": 1}', "no API description"),
        (b'{"' + b"k" * 100_000 + b'": 1}', "no API description"),
        (b'{"swagger": "2.0", "paths": {}}', "has no operations"),
        (b'{"swagger": "1.2", "paths": {}}', "Swagger 2.0 can be read"),
        (b'{"paths": {}}', "which version"),
        (b'{"openapi": "4.0.0", "paths": {}}', "version '4.0.0'"),
        (b'{"openapi": "2.0", "paths": {}}', "version '2.0'"),
        (b'{"openapi": "3.10.0", "paths": {}}', "version '3.10.0'"),
        (b'{"openapi": null, "paths": {}}', "version 'None'"),
        (b'{"openapi": ["3.0.0"], "paths": {}}', "version"),
        (b'{"openapi": "3.0.0"}', "has no operations"),
        (b'{"openapi": "3.0.0", "paths": {}}', "has no operations"),
        (b'{"openapi": "3.0.0", "paths": {"/a": {}}}', "has no operations"),
        (b'{"openapi": "3.0.0", "paths": [1]}', "#/paths: is a list"),
        (b'{"openapi": "3.0.0", "paths": "x"}', "#/paths: is a text"),
        (b'{"openapi": "3.0.0", "paths": {"/a": []}}', "#/paths/~1a: malformed path"),
        (b'{"openapi": "3.0.0", "paths": {"/a": {"get": null}}}', "#/paths/~1a/get: malformed"),
        (b'{"openapi": "3.0.0", "paths": {"/a": {"$ref": "http://x/y"}}}', "remote reference"),
        (
            b'{"openapi": "3.0.0", "paths": {"/a": {"get": {"parameters": "x"}}}}',
            "#/paths/~1a/get/parameters: malformed parameters (a text)",
        ),
    ],
)
def test_refused_with_the_place(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "api"
    path.write_bytes(data)
    assert words in str(refusal(path))


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("http://example.com/order.json", "remote reference"),
        ("file:///etc/passwd", "remote reference"),
        ("./order.yaml#/Order", "remote reference"),
        ("#/components/schemas/Missing", "unresolvable reference"),
        ("#/components/schemas/A", "circular reference"),
        ("#/paths/~1a/get/responses/200/nothing/0", "unresolvable reference"),
        ("#/tags/7", "unresolvable reference"),
        ("#anchor", "unresolvable reference"),
        ("", "remote reference"),
    ],
)
def test_a_bad_reference_names_its_place_and_the_fix(reference: str, words: str) -> None:
    content = {"application/json": {"schema": {"$ref": reference}}}
    a, b = ({"$ref": f"#/components/schemas/{name}"} for name in "BA")
    root = {
        "openapi": "3.0.0",
        "tags": [],
        "paths": {"/a": {"get": {"responses": {"200": {"content": content}}}}},
        "components": {"schemas": {"A": a, "B": b}},
    }
    with pytest.raises(InputError) as caught:
        parsed(root)
    assert words in caught.value.problem
    assert caught.value.fix
    assert caught.value.where.startswith("d.json#/")


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_byte_order_marks_are_understood(tmp_path: Path, codec: str) -> None:
    path = tmp_path / "api"
    path.write_bytes(MINIMAL.decode().encode(codec))
    assert read_source(path).operations
    path.write_bytes(b"openapi: 3.0.0\npaths: {/a: {get: {}}}".decode().encode(codec))
    assert read_source(path).operations


# ---------------------------------------------------------------------------- bombs
def test_a_shared_component_cannot_multiply_without_bound() -> None:
    schema = {"type": "string", "description": "x" * 1_000_000}
    response = {"content": {"application/json": {"schema": schema}}}
    operation = {"responses": {"200": {"$ref": "#/components/responses/long"}}}
    root = {
        "openapi": "3.0.0",
        "paths": {f"/{n}": {"get": operation} for n in range(100)},
        "components": {"responses": {"long": response}},
    }
    with pytest.raises(InputError, match="once its references are written out"):
        parsed(root)


def answering(schema: Any) -> Any:
    return {"get": {"responses": {"200": {"content": {"application/json": {"schema": schema}}}}}}


def test_long_reference_chains_and_pointers_through_references_end() -> None:
    def reference(name: str) -> dict[str, Any]:
        return {"$ref": f"#/components/schemas/{name}"}

    schemas: dict[str, Any] = {f"S{n}": reference(f"S{n + 1}") for n in range(5000)}
    schemas |= {"S5000": {"type": "string"}, "Loop": reference("Loop/a/b/c")}
    paths = {f"/{name}": answering(reference(name)) for name in ("S0", "S4990", "Loop")}
    description = parsed({"openapi": "3.0.0", "paths": paths, "components": {"schemas": schemas}})
    assert [operation.path for operation in description.operations] == ["/S4990"]
    assert [part.reason for part in description.skipped] == [
        "reference chain too long",
        "circular reference",
    ]


def test_the_budget_is_exact() -> None:
    budget = Budget("here", 3)
    budget.spend(3)
    with pytest.raises(InputError, match="here: describes more than 3 values"):
        budget.spend(1)


# ---------------------------------------------------------------------------- real files, damaged
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_real_descriptions_are_read_whole(path: Path) -> None:
    description = read_source(path)
    check(description)
    assert description.skipped == ()
    declared = [
        method
        for item in orjson.loads(path.read_bytes())["paths"].values()
        for method in item
        if method in ("get", "put", "post", "delete", "patch")
    ]
    assert len(description.operations) == len(declared)
    assert read_source(path).to_line() == description.to_line()


@pytest.mark.parametrize(
    ("name", "kind", "operations"),
    [("google-forms", "google discovery document", 10),
     ("eventbridge-scheduler", "aws service model rest-json", 12)],
)  # fmt: skip
def test_real_descriptions_of_other_kinds_are_read_whole(
    name: str, kind: str, operations: int
) -> None:
    (path,) = (path for path in OTHERS if path.stem == name)
    description = read_source(path)
    check(description)
    assert description.skipped == ()
    assert (description.provenance.format, len(description.operations)) == (kind, operations)


def test_the_readme_lists_the_files_as_they_are() -> None:
    readme = (EXAMPLES[0].parent / "README.md").read_text()
    rows = dict(re.findall(r"^\| `(\S+)` .*\| `([0-9a-f]{64})` \|$", readme, re.MULTILINE))
    for path in EXAMPLES:
        provenance = read_source(path).provenance
        assert provenance.sha256 == f"sha256:{rows.pop(path.name)}"
        assert provenance.licence
        assert provenance.origin
        assert provenance.origin in readme
        assert f"[{provenance.licence}]({provenance.licence_url})" in readme
    for path in OTHERS:
        name = path.relative_to(EXAMPLES[0].parent).as_posix()
        assert read_source(path).provenance.sha256 == f"sha256:{rows.pop(name)}"
    assert not rows


SMALL = [path.read_bytes() for path in (*EXAMPLES, *OTHERS) if path.stat().st_size < 60_000]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(SMALL), st.randoms(use_true_random=False), st.lists(ODD_VALUES, min_size=1))
def test_a_mutated_description_is_read_or_refused(
    data: bytes, rng: random.Random, values: list[Any]
) -> None:
    root = orjson.loads(data)
    for value in values:
        mutate(root, value, rng)
    check_outcome(lambda: read_from(Document("d.json", "d.json", "sha256:0", root)))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(SMALL), st.data())
def test_truncated_and_garbled_files_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, draw: Any
) -> None:
    end = draw.draw(st.integers(0, len(data)))
    start = draw.draw(st.integers(0, end))
    junk = draw.draw(st.binary(max_size=8))
    path = tmp_path_factory.getbasetemp() / "garbled"
    path.write_bytes(data[:start] + junk + data[end:] if draw.draw(st.booleans()) else data[:end])
    check_outcome(lambda: read_source(path))
