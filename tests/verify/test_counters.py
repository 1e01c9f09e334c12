"""Counters are kept by compiled code, and the law says so where they are not."""

import json
from pathlib import Path

import pytest

from envfactory.compiler import compile_environment
from envfactory.compiler.code.counters import counters
from envfactory.environment import Package
from envfactory.source import read_source
from envfactory.spec import EnvironmentSpec, infer
from envfactory.verify import Subject, verify
from envfactory.verify.checks.behaviour import Behaviour
from envfactory.verify.laws import LAWS, Judge

TEXT = {"type": "string"}
POST = {
    "type": "object",
    "required": ["id", "title", "comments_count"],
    "properties": {
        "id": {**TEXT, "readOnly": True, "description": "The post's id."},
        "title": {**TEXT, "description": "What the post is called."},
        "comments_count": {
            "type": "integer",
            "readOnly": True,
            "description": "How many comments the post has.",
        },
        "likes_count": {"type": "integer", "description": "How many people like the post."},
    },
}
COMMENT = {
    "type": "object",
    "required": ["id", "post_id", "text"],
    "properties": {
        "id": {**TEXT, "readOnly": True, "description": "The comment's id."},
        "post_id": {**TEXT, "readOnly": True, "description": "The post that it is on."},
        "text": {**TEXT, "description": "What the comment says."},
    },
}


def _operation(name: str, schema: object, *, body: str = "", summary: str) -> dict[str, object]:
    answer = {"description": "ok"}
    if schema is not None:
        answer["content"] = {"application/json": {"schema": schema}}  # type: ignore[assignment]
    made: dict[str, object] = {
        "operationId": name,
        "summary": summary,
        "responses": {"200": answer},
    }
    if body:
        reference = {"$ref": f"#/components/schemas/{body}"}
        made["requestBody"] = {"content": {"application/json": {"schema": reference}}}
    return made


def _list(of: str) -> dict[str, object]:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{of}"}}


def _one(of: str) -> dict[str, object]:
    return {"$ref": f"#/components/schemas/{of}"}


def _id(name: str) -> dict[str, object]:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "schema": TEXT,
        "description": f"Which one: its {name}.",
    }


API = {
    "openapi": "3.0.0",
    "info": {"title": "Blog", "version": "1"},
    "paths": {
        "/posts": {
            "get": _operation("listPosts", _list("Post"), summary="List all posts."),
            "post": _operation("createPost", _one("Post"), body="Post", summary="Write a post."),
        },
        "/posts/{postId}": {
            "parameters": [_id("postId")],
            "get": _operation("getPost", _one("Post"), summary="Get a post."),
            "delete": _operation("deletePost", None, summary="Delete a post."),
        },
        "/posts/{postId}/comments": {
            "parameters": [_id("postId")],
            "get": _operation("listComments", _list("Comment"), summary="List the comments."),
            "post": _operation(
                "createComment", _one("Comment"), body="Comment", summary="Write a comment."
            ),
        },
        "/posts/{postId}/comments/{commentId}": {
            "parameters": [_id("postId"), _id("commentId")],
            "get": _operation("getComment", _one("Comment"), summary="Get a comment."),
            "delete": _operation("deleteComment", None, summary="Delete a comment."),
        },
    },
    "components": {"schemas": {"Post": POST, "Comment": COMMENT}},
}


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> EnvironmentSpec:
    path = tmp_path_factory.mktemp("api") / "blog.json"
    path.write_text(json.dumps(API))
    return infer(read_source(path))


def test_only_what_certainly_counts_is_a_counter(spec: EnvironmentSpec) -> None:
    assert counters(spec, spec.entity("posts")) == {"comments_count": ("comments", "post_id")}
    assert counters(spec, spec.entity("comments")) == {}


def test_a_counter_that_a_caller_sets_is_none(tmp_path: Path) -> None:
    count = {**POST["properties"]["comments_count"], "readOnly": False}  # type: ignore[index]
    post = {**POST, "properties": {**POST["properties"], "comments_count": count}}  # type: ignore[dict-item]
    api = {**API, "components": {"schemas": {"Post": post, "Comment": COMMENT}}}
    path = tmp_path / "blog.json"
    path.write_text(json.dumps(api))
    spec = infer(read_source(path))
    assert counters(spec, spec.entity("posts")) == {}


def test_tools_keep_the_counter(spec: EnvironmentSpec, tmp_path: Path) -> None:
    path = compile_environment(spec, tmp_path, seed=0)
    session = Package.load(path).start()

    def count(post: str) -> int:
        value = session.call("get_post", {"post_id": post}).value
        assert isinstance(value, dict)
        number = value["comments_count"]
        assert isinstance(number, int)
        return number

    for scenario in Package.load(path).scenarios:
        held = Package.load(path).scenario(scenario)
        for post in held["posts"]:  # type: ignore[union-attr]
            there = [c for c in held["comments"] if c["post_id"] == post["id"]]  # type: ignore
            assert post["comments_count"] == len(there)  # type: ignore[index, call-overload]

    made = session.call("create_post", {"title": "A day at the sea"}).value
    assert isinstance(made, dict)
    post = str(made["id"])
    assert made["comments_count"] == count(post) == 0
    comments = []
    for text in ("Nice.", "Very nice."):
        value = session.call("create_comment", {"post_id": post, "text": text}).value
        assert isinstance(value, dict)
        comments.append(str(value["id"]))
    assert count(post) == 2
    assert session.call("delete_comment", {"post_id": post, "comment_id": comments[0]}).ok
    assert count(post) == 1


def test_a_record_that_belongs_to_nobody_is_counted_by_nobody(tmp_path: Path) -> None:
    free = {**COMMENT["properties"], "post_id": {**TEXT, "description": "The post."}}  # type: ignore[dict-item]
    comment = {**COMMENT, "required": ["id", "text"], "properties": free}
    posts = {"/comments": API["paths"]["/posts/{postId}/comments"]}  # type: ignore[index]
    paths = {**API["paths"], "/comments": {**posts["/comments"], "parameters": []}}  # type: ignore[dict-item]
    api = {**API, "paths": paths, "components": {"schemas": {"Post": POST, "Comment": comment}}}
    path = tmp_path / "blog.json"
    path.write_text(json.dumps(api))
    spec = infer(read_source(path))
    assert "comments_count" in counters(spec, spec.entity("posts"))
    tool = next(t.name for t in spec.tools if t.operation == "POST /comments")
    judge = Judge(spec, LAWS)
    session = Package.load(compile_environment(spec, tmp_path, seed=0)).start()
    post = str(session.to_scenario()["posts"][0]["id"])  # type: ignore[index, call-overload]
    for given in ({"text": "Nice."}, {"text": "Nice.", "post_id": post}):
        judgement = judge.call(session.fork(), tool, given)
        assert judgement.outcome.ok
        assert judgement.problems == ()


def test_the_law_holds_and_finds_a_counter_that_nobody_keeps(
    spec: EnvironmentSpec, tmp_path: Path
) -> None:
    path = compile_environment(spec, tmp_path, seed=0)
    certificate = verify(path)
    assert certificate.verified, [r for r in certificate.results if not r.clear]
    code = path / "environment.py"
    source = code.read_text()
    mark = (
        "Counts('comments', 'post_id')" if "Counts('" in source else 'Counts("comments", "post_id")'
    )
    assert mark in source
    code.write_text(source.replace(f"{mark},", ""))
    with Subject(path) as subject:
        found = Behaviour().run(subject)
    laws = {(finding.place, finding.expected) for finding in found.findings}
    assert ("tool create_comment", "counters") in laws
    assert ("tool delete_comment", "counters") in laws
