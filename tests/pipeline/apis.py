"""Small API descriptions for tests."""


def api(title: str, noun: str, operations: int = 4) -> dict:
    """Return an API of one kind of record: list, create, get, delete, update, and get again."""
    record = {
        "type": "object",
        "required": ["id", "name"],
        "properties": {
            "id": {"type": "string", "readOnly": True},
            "name": {"type": "string"},
            "note": {"type": "string"},
        },
    }
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/It"}}}}
    answer = {"200": {"description": "ok", **body}}
    many = {
        "application/json": {
            "schema": {"type": "array", "items": {"$ref": "#/components/schemas/It"}}
        }
    }
    key = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]
    every = [
        (f"/{noun}s", "get", {"responses": {"200": {"description": "ok", "content": many}}}),
        (f"/{noun}s", "post", {"requestBody": body, "responses": answer}),
        (f"/{noun}s/{{id}}", "get", {"parameters": key, "responses": answer}),
        (
            f"/{noun}s/{{id}}",
            "delete",
            {"parameters": key, "responses": {"204": {"description": "ok"}}},
        ),
        (f"/{noun}s/{{id}}", "put", {"parameters": key, "requestBody": body, "responses": answer}),
        (
            f"/{noun}s/{{id}}",
            "patch",
            {"parameters": key, "requestBody": body, "responses": answer},
        ),
    ]
    paths: dict[str, dict] = {}
    for path, method, operation in every[:operations]:
        paths.setdefault(path, {})[method] = operation
    return {
        "openapi": "3.0.1",
        "info": {"title": title, "version": "1", "license": {"name": "MIT"}},
        "paths": paths,
        "components": {"schemas": {"It": record}},
    }
