"""Tables of a few fields, filled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from envfactory.compiler.data.populate import populate
from envfactory.spec import model as m

Rows = list[dict[str, Any]]
RowsOf = Callable[..., Rows]


def _field(name: str, said: object) -> m.FieldSpec:
    """Return a field: a text, or what is said of it (`{"type": "integer"}`)."""
    told: dict[str, Any] = dict(said) if isinstance(said, dict) else {}
    kind = told.pop("type", "string")
    type_ = {"kind": "scalar", "type": kind} if isinstance(kind, str) else kind
    return m.FieldSpec.model_validate({"name": name, "source_name": name, "type": type_, **told})


@pytest.fixture
def rows_of(planner_spec: m.EnvironmentSpec) -> RowsOf:
    """Return a function that fills a table: `rows_of("Hotel", {"name": {}}, title="name")`."""

    def fill(
        name: str,
        fields: dict[str, Any],
        *,
        seed: int = 1,
        objects: dict[str, dict[str, Any]] | None = None,
        **more: Any,
    ) -> Rows:
        key = {"row_key": {"role": "key"}} if "key" not in more else {}
        built = tuple(_field(n, said) for n, said in {**key, **fields}.items())
        told = {"key": "row_key", **more}
        entity = m.EntitySpec.model_validate(
            {"name": name, "table": "rows", "fields": built, **told}
        )
        nested = tuple(
            m.ObjectSpec(name=n, fields=tuple(_field(f, said) for f, said in inner.items()))
            for n, inner in (objects or {}).items()
        )
        changes = {"entities": (entity,), "objects": nested, "tools": (), "persona": None}
        rows: Rows = populate(planner_spec.model_copy(update=changes), seed, "large")["rows"]  # type: ignore[assignment]
        return rows

    return fill
