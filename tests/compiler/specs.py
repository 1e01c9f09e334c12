"""Random specifications, valid by construction: small, with any behaviours on any tables."""

from __future__ import annotations

from operator import attrgetter

from hypothesis import strategies as st

from envfactory.spec import model as m
from tests.compiler.designing import (
    PROVENANCE,
    design,
    field,
    optional,
    parameter,
    scalar,
    text,
    to,
)

TYPES: tuple[m.ValueType, ...] = (
    text(),
    text(choices=("low", "high")),
    scalar("integer"),
    scalar("number"),
    scalar("boolean"),
    scalar("date"),
    scalar("datetime"),
)
KINDS = ("fox", "owl")
NAME = attrgetter("name")
SHAPES = {
    "list": ("list", "page"),
    "count": ("count",),
    "pick": ("record",),
    "create_many": ("list", "none", "count"),
    "update_many": ("list", "none", "count"),
    "delete_many": ("list", "none", "count"),
}


@st.composite
def entities(draw: st.DrawFn, name: str) -> m.EntitySpec:
    """An entity with a key of some style, plain fields, an owner and friends, perhaps."""
    styles = ["serial"] if name == "fox" else ["serial", "integer", "uuid", "natural"]
    style = draw(st.sampled_from(styles))
    key = scalar("integer") if style == "integer" else text()
    types = draw(st.lists(st.sampled_from(TYPES), min_size=1, max_size=4))
    fields = [field(f"{name}_id", key, role="key"), field("label", role="title")]
    for number, type_ in enumerate(types):
        fields.append(draw(st.sampled_from([field, optional]))(f"part_{number}", type_))
    fields.append(
        field("friends", m.ListOf(item=text()), reference=to("foxes"), has_default=True, default=[])
    )
    if name == "owl":
        fields.append(field("fox", reference=to("foxes", on_delete="cascade")))
    if draw(st.booleans()):
        fields.append(field("made_at", scalar("datetime"), role="created_at"))
    if draw(st.booleans()):
        fields.append(optional("changed_at", scalar("datetime"), role="updated_at"))
    identity = draw(st.sampled_from([(), ("label",), ("part_0", "label")]))
    return m.EntitySpec(
        name=name.title(),
        table=f"{name}es" if name == "fox" else f"{name}s",
        fields=tuple(fields),
        key=f"{name}_id",
        key_style=style,
        key_prefix=name if style == "serial" else "",
        title="label",
        identity=identity,
    )


class Maker:
    """Makes one tool; parameters appear where a value is drawn from the caller."""

    def __init__(self, draw: st.DrawFn, entity: m.EntitySpec) -> None:
        self.draw, self.entity = draw, entity
        self.parameters: dict[str, m.ParameterSpec] = {}

    def ask(self, name: str, type_: m.ValueType, required: bool, table: str = "") -> str:
        """Add a parameter and return its name."""
        reference = to(table) if table else None
        self.parameters.setdefault(
            name, parameter(name, type_, required=required, reference=reference)
        )
        return name

    def key(self) -> str:
        """Add the parameter that carries the key."""
        type_ = self.entity.field(self.entity.key).type
        return self.ask("which", type_, True, self.entity.table)

    def keys(self) -> str:
        """Add the parameter that carries several keys."""
        type_ = self.entity.field(self.entity.key).type
        return self.ask("which_ones", m.ListOf(item=type_), True, self.entity.table)

    def match(self, one: m.FieldSpec, required: bool | None = None) -> m.Match:
        """Compare a field with a parameter, or with who asks."""
        needed = self.draw(st.booleans()) if required is None else required
        if isinstance(one.type, m.ListOf):
            if self.draw(st.booleans()):
                return m.Match(source="me", field=one.name, op="contains")
            name = self.ask(f"with_{one.name}", text(), needed, "foxes")
            return m.Match(parameter=name, field=one.name, op="contains")
        ops = ["eq"]
        if required is None and isinstance(one.type, m.Scalar) and one.reference is None:
            if one.type.type == "string" and not one.type.choices:
                ops += ["contains", "prefix"]
            if one.type.type in ("integer", "number", "date", "datetime"):
                ops += ["gte", "gt", "lte", "lt"]
        op = self.draw(st.sampled_from(ops))
        table = one.reference.table if one.reference else ""
        name = self.ask(f"{op}_{one.name}", one.type, needed, table)
        return m.Match(parameter=name, field=one.name, op=op)

    def matches(self) -> tuple[m.Match, ...]:
        """Compare some of the fields."""
        fields = self.draw(st.lists(st.sampled_from(self.others()), max_size=3, unique_by=NAME))
        return tuple(self.match(one) for one in fields)

    def others(self) -> list[m.FieldSpec]:
        """Return the fields beside the key."""
        return [one for one in self.entity.fields if one.name != self.entity.key]

    def scope(self, least: int) -> tuple[m.Match, ...]:
        """Compare fields for equality."""
        plain = [f for f in self.others() if not isinstance(f.type, m.ListOf)]
        fields = self.draw(
            st.lists(st.sampled_from(plain), min_size=least, max_size=2, unique_by=NAME)
        )
        return tuple(self.match(one, required=True) for one in fields)

    def assigns(
        self, *, all_required: bool, but: frozenset[str] = frozenset()
    ) -> tuple[m.Assign, ...]:
        """Let the caller say what fields take; those that a new record needs, too."""
        found = []
        for one in self.entity.fields:
            plain_key = one.name == self.entity.key and self.entity.key_style != "natural"
            if plain_key or one.role in ("created_at", "updated_at") or one.name in but:
                continue
            if one.name == self.entity.key and not all_required:
                continue
            needed = all_required and not (one.optional or one.has_default)
            if needed or self.draw(st.booleans()):
                table = one.reference.table if one.reference else ""
                name = self.ask(f"new_{one.name}", one.type, needed, table)
                found.append(m.Assign(field=one.name, source="parameter", parameter=name))
        return tuple(found)

    def finder(self) -> dict[str, object]:
        """Say how the record is found."""
        by = self.draw(st.sampled_from(["key", "scope", "only", "me"]))
        if by == "me" and self.entity.table != "foxes":
            by = "key"
        scope = self.scope(1 if by == "scope" else 0) if by in ("key", "scope") else ()
        return {"by": by, "key": self.key() if by == "key" else None, "scope": scope}

    def order(self) -> m.Order | None:
        """Order by a plain field, or not."""
        fields = [f for f in self.others() if not isinstance(f.type, m.ListOf)]
        chosen = self.draw(st.none() | st.sampled_from(fields))
        return chosen and m.Order(field=chosen.name, descending=self.draw(st.booleans()))

    def through(self) -> m.Through | None:
        """Look through the friends of a fox."""
        if self.entity.table != "foxes" or self.draw(st.booleans()):
            return None
        if self.draw(st.booleans()):
            return m.Through(table="foxes", field="friends", by="me")
        return m.Through(table="foxes", field="friends", key=self.ask("of", text(), True, "foxes"))

    def paging(self) -> m.Paging | None:
        """Cut into pages, or not."""
        style = self.draw(st.sampled_from([None, "offset", "page", "cursor"]))
        if style is None:
            return None
        number = scalar(self.draw(st.sampled_from(["integer", "number", "string"])))
        return m.Paging(
            style=style,
            limit=self.draw(st.sampled_from([None, self.ask("limit", number, False)])),
            position=self.draw(st.sampled_from([None, self.ask("position", number, False)])),
        )

    def sorting(self) -> m.Sorting | None:
        """Let the caller order, or not."""
        if self.draw(st.booleans()):
            return None
        direction = self.draw(st.sampled_from([text(), scalar("boolean")]))
        return m.Sorting(
            parameter=self.ask("sort", text(), False),
            fields=("label",),
            direction_parameter=self.draw(
                st.sampled_from([None, self.ask("direction", direction, False)])
            ),
        )

    def behaviour(self, kind: str) -> m.Behaviour:
        """Return a behaviour of that kind."""
        table, draw = self.entity.table, self.draw
        match kind:
            case "list":
                return m.ListRecords(
                    table=table,
                    matches=self.matches(),
                    through=self.through(),
                    paging=self.paging(),
                    sorting=self.sorting(),
                    order=self.order(),
                    at_most=draw(st.sampled_from([None, 3])),
                )
            case "count":
                return m.CountRecords(table=table, matches=self.matches(), through=self.through())
            case "pick":
                return m.PickRecord(table=table, matches=self.matches(), order=self.order())
            case "get":
                return m.GetRecord(table=table, **self.finder())
            case "create":
                return m.CreateRecord(table=table, assigns=self.assigns(all_required=True))
            case "create_many":
                items = self.ask(
                    "items", m.ListOf(item=m.Nested(name=f"New{self.entity.name}")), True
                )
                fields = tuple(f.name for f in new_object(self.entity).fields)
                return m.CreateRecords(table=table, items=items, fields=fields)
            case "copy":
                natural = self.entity.key_style == "natural"
                assigns = self.assigns(all_required=False)
                if natural:
                    key = m.Assign(
                        field=self.entity.key,
                        source="parameter",
                        parameter=self.ask("under", text(), True),
                    )
                    assigns = (key, *assigns)
                return m.CopyRecord(table=table, key=self.key(), assigns=assigns)
            case "update":
                return m.UpdateRecord(
                    table=table,
                    **self.finder(),
                    assigns=self.assigns(all_required=False),
                    replace=draw(st.booleans()),
                )
            case "upsert":
                keyed = self.draw(st.booleans()) and self.entity.key_style in ("natural", "serial")
                scope = () if keyed else self.scope(1)
                told = [match.field or "" for match in scope]
                named = frozenset([*told, self.entity.key] if keyed else told)
                return m.UpdateRecord(
                    table=table,
                    by="key" if keyed else "scope",
                    key=self.key() if keyed else None,
                    scope=scope,
                    assigns=self.assigns(all_required=True, but=named),
                    or_create=True,
                )
            case "update_many":
                keyed = draw(st.booleans())
                return m.UpdateRecords(
                    table=table,
                    keys=self.keys() if keyed else None,
                    matches=() if keyed else self.matches(),
                    assigns=self.assigns(all_required=False),
                )
            case "delete":
                return m.DeleteRecord(table=table, **self.finder())
            case "delete_many":
                keyed = draw(st.booleans())
                return m.DeleteRecords(
                    table=table,
                    keys=self.keys() if keyed else None,
                    matches=() if keyed else self.matches(),
                )
            case "action":
                return m.ActOnRecord(table=table, **self.finder(), field="label", target="done")
            case _:
                by_me = table == "foxes" and draw(st.booleans())
                member = draw(st.sampled_from([None, "member"]))
                if member is not None:
                    self.ask("member", text(), True, "foxes")
                return m.RelateRecords(
                    table=table,
                    by="me" if by_me else "key",
                    key=None if by_me else self.key(),
                    field="friends",
                    member=member,
                    change=draw(st.sampled_from(["add", "remove"])),
                )


KINDS_OF_BEHAVIOUR = (
    "list",
    "count",
    "pick",
    "get",
    "create",
    "create_many",
    "copy",
    "update",
    "upsert",
    "update_many",
    "delete",
    "delete_many",
    "action",
    "relate",
)


def new_object(entity: m.EntitySpec) -> m.ObjectSpec:
    """Return the nested object that describes a new record."""
    fields = tuple(
        one.model_copy(update={"reference": None, "role": "data"})
        for one in entity.fields
        if one.role not in ("created_at", "updated_at")
        and not (one.name == entity.key and entity.key_style != "natural")
    )
    return m.ObjectSpec(name=f"New{entity.name}", fields=fields)


@st.composite
def specs(draw: st.DrawFn) -> m.EnvironmentSpec:
    """Two kinds of records and several tools on them."""
    kinds = tuple(draw(entities(name)) for name in KINDS)
    tools = []
    chosen = draw(st.lists(st.sampled_from(KINDS_OF_BEHAVIOUR), min_size=1, max_size=8))
    for number, kind in enumerate(chosen):
        entity = draw(st.sampled_from(kinds))
        maker = Maker(draw, entity)
        behaviour = maker.behaviour(kind)
        shape = draw(st.sampled_from(SHAPES.get(kind, ("record", "none", "list"))))
        if kind == "get":
            shape = "record"
        tools.append(
            design(
                f"{kind}_{number}",
                f"Do {kind}.",
                behaviour,
                *maker.parameters.values(),
                shape=shape,
            )
        )
    return m.EnvironmentSpec(
        name="wood",
        class_name="Wood",
        title="Wood",
        description="Foxes and owls.",
        domain="other",
        objects=tuple(new_object(entity) for entity in kinds),
        entities=kinds,
        tools=tuple(tools),
        persona=m.Persona(table="foxes", value="me"),
        provenance=PROVENANCE,
    )
