from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from envfactory.errors import InputError
from envfactory.source import read_source
from envfactory.spec import EnvironmentSpec, infer
from envfactory.spec.model import (
    ActOnRecord,
    Assign,
    CreateRecord,
    DeleteRecord,
    GetRecord,
    ListOf,
    ListRecords,
    Match,
    Nested,
    Paging,
    Reference,
    RelateRecords,
    Scalar,
    UpdateRecord,
)

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "apis").glob("*.json"))


def tool(spec, name):
    return next(t for t in spec.tools if t.name == name)


def reasons(spec, subject):
    return {o.where: o.reason for o in spec.omissions if o.subject == subject}


def consistent(spec: EnvironmentSpec) -> None:
    """Assert everything that whoever writes code from a spec may rely on."""
    tables = {entity.table: entity for entity in spec.entities}
    objects = {one.name for one in spec.objects}
    assert len(tables) == len(spec.entities)
    classes = [entity.name for entity in spec.entities] + [one.name for one in spec.objects]
    assert len(set(classes) | {spec.class_name}) == len(classes) + 1
    assert len({t.name for t in spec.tools}) == len(spec.tools)
    owners = [*spec.entities, *spec.objects]
    for owner in owners:
        assert len({f.name for f in owner.fields}) == len(owner.fields)
        for field in owner.fields:
            assert field.description
            assert not (field.optional and field.has_default)
            assert field.reference is None or field.reference.table in tables
            for name in nested_names(field.type):
                assert name in objects
    for entity in spec.entities:
        assert entity.field(entity.key).role == "key"
        assert entity.title is None or entity.field(entity.title)
        assert entity.parent is None or entity.field(entity.parent).reference
        for field in entity.fields:
            if field.reference is not None:
                kind = field.type.item if isinstance(field.type, ListOf) else field.type
                target = tables[field.reference.table]
                assert kind.type == target.field(target.key).type.type
    for one in spec.tools:
        assert len(one.name) <= 64
        assert one.description
        assert one.description.isprintable()
        names = [p.name for p in one.parameters]
        assert len(set(names)) == len(names)
        for parameter in one.parameters:
            assert parameter.description
            assert parameter.reference is None or parameter.reference.table in tables
        behaviour = one.behaviour
        entity = tables[behaviour.table]
        used = set()
        for attribute in ("matches", "scope", "assigns"):
            parts = getattr(behaviour, attribute, ())
            assert len({(p.field, getattr(p, "op", "")) for p in parts}) == len(parts)
            for part in parts:
                assert part.field is None or entity.field(part.field)
                if getattr(part, "parameter", None) is not None:
                    assert part.parameter in names
                    used.add(part.parameter)
        if not isinstance(behaviour, ListRecords | CreateRecord):
            assert behaviour.key in names or getattr(behaviour, "by", "key") != "key"
            used.add(behaviour.key)
        if isinstance(behaviour, RelateRecords):
            used.add(behaviour.member)
            assert isinstance(entity.field(behaviour.field).type, ListOf)
        if isinstance(behaviour, ListRecords):
            used |= {behaviour.through.key} if behaviour.through else set()
            paging, sorting = behaviour.paging, behaviour.sorting
            used |= {paging.limit, paging.position} if paging else set()
            used |= {sorting.parameter, sorting.direction_parameter} if sorting else set()
        assert used - {None} == set(names), "a parameter that does nothing"
        if isinstance(behaviour, CreateRecord):
            required = {p.name for p in one.parameters if p.required}
            given = {
                a.field
                for a in behaviour.assigns
                if a.source != "parameter" or a.parameter in required
            }
            for field in entity.fields:
                free = field.optional or field.has_default or field.name in given
                generated = field.name == entity.key and entity.key_style != "natural"
                assert free or generated, (one.name, field.name)


def nested_names(value):
    if isinstance(value, Nested):
        return [value.name]
    inner = getattr(value, "item", None) or getattr(value, "value", None)
    return nested_names(inner) if inner is not None else []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_shipped_apis_become_consistent_environments(path):
    spec = infer(read_source(path))
    consistent(spec)
    assert len(spec.tools) >= 4
    assert EnvironmentSpec.model_validate_json(spec.to_line()) == spec


def test_the_same_description_gives_the_same_bytes_under_any_hash_seed():
    code = (
        "import sys, pathlib; from envfactory.source import read_source; "
        "from envfactory.spec import infer; "
        "sys.stdout.buffer.write(infer(read_source(pathlib.Path(sys.argv[1]))).to_line())"
    )
    path = next(p for p in EXAMPLES if p.stem == "human-resources")
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code, str(path)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


def test_crud(api):
    spec = infer(api.shop())
    consistent(spec)
    assert [t.name for t in spec.tools] == [
        "list_orders",
        "create_order",
        "get_order",
        "update_order",
        "delete_order",
        "get_customer",
        "list_customers",
    ]
    assert tool(spec, "list_orders").behaviour == ListRecords(table="orders")
    assert tool(spec, "get_order").behaviour == GetRecord(table="orders", key="order_id")
    assert tool(spec, "delete_order").behaviour == DeleteRecord(table="orders", key="order_id")
    assert tool(spec, "delete_order").result.shape == "none"
    assert tool(spec, "create_order").behaviour == CreateRecord(
        table="orders",
        assigns=(
            Assign(field="customer_id", source="parameter", parameter="customer_id"),
            Assign(field="note", source="parameter", parameter="note"),
            Assign(field="total", source="parameter", parameter="total"),
            Assign(field="created_at", source="now"),
            Assign(field="updated_at", source="now"),
        ),
    )
    update = tool(spec, "update_order")
    assert isinstance(update.behaviour, UpdateRecord)
    assert not update.behaviour.replace
    assert [p.name for p in update.parameters if p.required] == ["order_id"]


def test_fields_have_keys_roles_references_and_starting_states(api):
    order = infer(api.shop()).entity("orders")
    assert (order.key, order.key_style, order.key_prefix) == ("id", "serial", "ord")
    assert order.field("customer_id").reference == Reference(table="customers")
    assert not order.field("customer_id").optional
    assert order.field("status").role == "status"
    assert order.field("status").default == "pending"
    assert order.field("created_at").role == "created_at"
    assert order.field("tags").default == []
    assert order.field("total").type == Scalar(type="number", minimum=0)


def test_secrets_and_instructions_are_left_out_with_their_reason(api):
    spec = infer(api.shop())
    assert {"password", "notify_customer"}.isdisjoint(f.name for f in spec.entity("orders").fields)
    left = reasons(spec, "parameter")
    assert left["POST /orders password"] == "secret"
    assert left["POST /orders notify_customer"] == "instruction, not data"


@pytest.mark.parametrize("verb", ["cancel", "cancelOrder", "request-cancel"])
def test_an_action_needs_a_state_that_its_verb_leads_to(api, verb):
    spec = infer(
        api.shop(
            api.operation(f"POST /orders/{{orderId}}/{verb}", api.order),
            api.operation("POST /orders/{orderId}/explode", api.order),
            api.operation("PUT /orders/{orderId}/lock"),
            api.operation("DELETE /orders/{orderId}/lock"),
        )
    )
    consistent(spec)
    cancel = tool(spec, "cancel_order").behaviour
    assert isinstance(cancel, ActOnRecord)
    assert (cancel.field, cancel.target) == ("status", "cancelled")
    lock, unlock = tool(spec, "lock_order").behaviour, tool(spec, "unlock_order").behaviour
    assert (lock.field, lock.target, unlock.target) == ("locked", True, False)
    assert reasons(spec, "operation") == {
        "POST /orders/{orderId}/explode": "changes nothing that the records hold"
    }
    assert spec.entity("orders").field("locked").default is False


def test_query_parameters_filter_page_and_sort_or_are_left_out(api):
    text = {"type": "string"}
    query = {
        "status": {"type": "array", "items": text},
        "customer": text,
        "total_min": {"type": "number"},
        "created_before": {"type": "string", "format": "date-time"},
        "q": text,
        "page": {"type": "integer"},
        "per_page": {"type": "integer", "maximum": 50, "default": 10},
        "sort": {"type": "string", "enum": ["total", "created_at", "luck"]},
        "order": {"type": "string", "enum": ["asc", "desc"]},
        "api_key!": text,
        "moonphase": text,
    }
    page = {"type": "object", "properties": {"orders": api.orders, "total": {"type": "integer"}}}
    spec = infer(
        api.describe(
            api.operation("GET /orders", page, query=query),
            api.operation("GET /orders/{id}", api.order),
            api.operation("GET /customers/{id}", api.customer),
            schemas=api.schemas,
        )
    )
    consistent(spec)
    listed = tool(spec, "list_orders")
    assert listed.result.shape == "page"
    assert listed.behaviour.matches == (
        Match(parameter="status", field="status", op="one_of"),
        Match(parameter="customer", field="customer_id"),
        Match(parameter="total_min", field="total", op="gte"),
        Match(parameter="created_before", field="created_at", op="lte"),
        Match(parameter="q", field=None, op="search"),
    )
    assert listed.behaviour.paging == Paging(
        style="page", limit="per_page", position="page", default_limit=10, first_page=1
    )
    assert listed.behaviour.sorting.fields == ("total", "created_at")
    assert listed.behaviour.sorting.direction_parameter == "order"
    assert reasons(spec, "parameter") == {
        "GET /orders api_key": "transport",
        "GET /orders moonphase": "names no field",
    }


def test_an_operation_that_cannot_do_without_a_meaningless_parameter_is_left_out(api):
    spec = infer(
        api.shop(
            api.operation("GET /orders/search", api.orders, query={"radius!": {"type": "number"}})
        )
    )
    assert reasons(spec, "operation") == {"GET /orders/search": "required parameter has no meaning"}


def test_nesting_gives_the_child_a_parent(api):
    item = {"$ref": "#/schemas/Item"}
    spec = infer(
        api.describe(
            api.operation("GET /customers/{customerId}", api.customer),
            api.operation("GET /customers/{customerId}/items", {"type": "array", "items": item}),
            api.operation("POST /customers/{customerId}/items", item, item),
            api.operation("GET /customers/{customerId}/items/{itemId}", item),
            schemas={
                **api.schemas,
                "Item": {
                    "type": "object",
                    "properties": {"id": {"type": "integer"}, "label": {"type": "string"}},
                },
            },
        )
    )
    consistent(spec)
    entity = spec.entity("items")
    assert entity.parent == "customer_id"
    assert entity.key_style == "integer"
    assert entity.field("customer_id").reference == Reference(
        table="customers", on_delete="cascade"
    )
    scope = (Match(parameter="customer_id", field="customer_id"),)
    assert tool(spec, "list_items").behaviour.matches == scope
    assert tool(spec, "get_item").behaviour.scope == scope
    assert tool(spec, "create_item").behaviour.assigns[0].field == "customer_id"


def test_membership_is_a_relation_and_not_a_second_life(api):
    team = {
        "type": "object",
        "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
    }
    spec = infer(
        api.shop(
            api.operation("GET /teams/{teamId}", team),
            api.operation("GET /teams", {"type": "array", "items": team}),
            api.operation("GET /teams/{teamId}/members", {"type": "array", "items": api.customer}),
            api.operation("PUT /teams/{teamId}/members/{customerId}"),
            api.operation("DELETE /teams/{teamId}/members/{customerId}"),
        )
    )
    consistent(spec)
    add = tool(spec, "add_team_member").behaviour
    assert add == RelateRecords(
        table="customers",
        key="customer_id",
        field="team_ids",
        member="team_id",
        change="add",
    )
    assert tool(spec, "remove_team_member").behaviour.change == "remove"
    members = tool(spec, "list_team_members").behaviour
    assert members.matches == (Match(parameter="team_id", field="team_ids", op="contains"),)
    assert not any(isinstance(t.behaviour, DeleteRecord) for t in spec.tools[7:])


def test_embedded_records_become_references(api):
    order = {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "buyer": api.customer,
            "watchers": {"type": "array", "items": api.customer},
        },
    }
    spec = infer(
        api.describe(
            api.operation("GET /orders/{id}", order),
            api.operation("GET /customers/{id}", api.customer),
            schemas=api.schemas,
        )
    )
    consistent(spec)
    fields = {f.name: f for f in spec.entity("orders").fields}
    assert fields["buyer_id"].reference.table == "customers"
    assert isinstance(fields["watcher_ids"].type, ListOf)
    assert fields["watcher_ids"].reference.table == "customers"


def test_recursive_schemas_end(api):
    node = {"$ref": "#/schemas/Node"}
    spec = infer(
        api.describe(
            api.operation("GET /trees/{id}", {"$ref": "#/schemas/Tree"}),
            api.operation("POST /trees", {"$ref": "#/schemas/Tree"}, {"$ref": "#/schemas/Tree"}),
            schemas={
                "Tree": {
                    "type": "object",
                    "properties": {"id": {"type": "string"}, "root": node},
                },
                "Node": {
                    "type": "object",
                    "required": ["tail"],
                    "properties": {
                        "text": {"type": "string"},
                        "tail": node,
                        "children": {"type": "array", "items": node},
                    },
                },
                "Loop": {"allOf": [{"$ref": "#/schemas/Loop"}]},
            },
        )
    )
    consistent(spec)
    (made,) = spec.objects
    assert next(f for f in made.fields if f.name == "tail").optional


def test_records_that_need_each_other_can_be_made(api):
    def schema(other):
        return {
            "type": "object",
            "required": ["id", other],
            "properties": {"id": {"type": "string"}, other: {"type": "string"}},
        }

    spec = infer(
        api.describe(
            api.operation("GET /users/{id}", schema("team_id")),
            api.operation("GET /teams/{id}", schema("user_id")),
        )
    )
    consistent(spec)
    user, team = spec.entity("users").field("team_id"), spec.entity("teams").field("user_id")
    assert user.reference is not None
    assert team.reference is not None
    assert [user.optional, team.optional].count(True) == 1


def test_nothing_usable_is_refused_with_the_reasons(api):
    with pytest.raises(InputError, match=r"shop\.json: none of 1 operations .* no record"):
        infer(api.describe(api.operation("POST /ping")))


@pytest.mark.parametrize("name", ["class", "import", "id; drop", "日本語", "🙂", "", "copy", "now"])
def test_hostile_names_become_identifiers(api, name):
    thing = {
        "type": "object",
        "description": 'A "thing"\n"""\x00<script>alert(1)</script>',
        "properties": {"id": {"type": "string"}, name: {"type": "string"}},
    }
    spec = infer(
        api.describe(
            api.operation("GET /things/{id}", thing, summary='Do\n""" it\x00 \u202enow'),
            api.operation("POST /things", thing, thing),
            title=name or "x",
        )
    )
    consistent(spec)
    assert len(spec.entity("things").fields) == 2
    assert "\x00" not in spec.to_line().decode()


def test_what_the_service_sets_is_no_parameter_and_follows_the_clock(api):
    text = {"type": "string"}
    task = {
        "type": "object",
        "properties": {
            "id": text,
            "title": text,
            "hidden": {"type": "boolean", "description": "Hidden? This field is read-only."},
            "rank": {"type": "string", "readOnly": True},
            "updated": {**text, "description": "Last modification time (RFC 3339 timestamp)."},
            "date_created": {
                **text,
                "format": "date-time",
                "description": "The date to assign to the task. The default value is now.",
            },
        },
    }
    spec = infer(
        api.describe(
            api.operation("GET /tasks/{taskId}", task),
            api.operation("POST /tasks", task, task),
            api.operation("PUT /tasks/{taskId}", task, task),
        )
    )
    consistent(spec)
    made, changed = tool(spec, "create_task"), tool(spec, "update_task")
    assert [p.name for p in made.parameters] == ["title", "date_created"]
    assert [p.name for p in changed.parameters] == ["task_id", "title", "date_created"]
    assert made.behaviour.assigns[1:] == (
        Assign(field="date_created", source="parameter", parameter="date_created", or_now=True),
        Assign(field="updated", source="now"),
    )
    assert Assign(field="updated", source="now") in changed.behaviour.assigns
    assert not any(assign.or_now for assign in changed.behaviour.assigns)
    fields = {field.name: field for field in spec.entity("tasks").fields}
    assert fields["hidden"].read_only
    assert fields["rank"].read_only
    assert fields["updated"].role == "updated_at"
    left = reasons(spec, "parameter")
    assert left["POST /tasks updated"] == "set by the service"


@pytest.mark.parametrize(
    ("line", "query", "name"),
    [
        ("GET /users/{username}", {}, "get_user_by_username"),
        ("GET /users/by-username/{username}", {}, "get_user_by_username"),
        ("GET /users/byurl", {"url!": {"type": "string"}}, "get_user_by_url"),
        ("GET /users/getByEmail/{email}", {}, "get_user_by_email"),
        ("GET /users/lookup", {"email!": {"type": "string"}}, "get_user_by_email"),
    ],
)
def test_a_record_is_looked_up_by_another_field(api, line, query, name):
    text = {"type": "string"}
    named = ("id", "username", "url", "email", "team")
    user = {"type": "object", "properties": dict.fromkeys(named, text)}
    spec = infer(
        api.describe(
            api.operation("GET /users/{id}", {"$ref": "#/schemas/User"}),
            api.operation("PUT /users/{id}", {"$ref": "#/schemas/User"}, user),
            api.operation(line, {"$ref": "#/schemas/User"}, query=query),
            schemas={"User": user},
        )
    )
    consistent(spec)
    field = name.rsplit("_", 1)[-1]
    assert tool(spec, name).behaviour == GetRecord(table="users", key=field, field=field)
    assert spec.entity("users").field(field).unique
    assert not spec.entity("users").field("team").unique


def test_what_many_records_share_looks_none_up(api):
    text = {"type": "string"}
    user = {"type": "object", "properties": dict.fromkeys(("id", "username", "team"), text)}
    spec = infer(
        api.describe(
            api.operation("GET /users/{id}", user),
            api.operation("PUT /users/{id}", user, user),
            api.operation("GET /users/by-team/{team}", user),
        )
    )
    assert reasons(spec, "operation") == {
        "GET /users/by-team/{team}": "looks records up by another field"
    }


def test_keywords_are_qualified_and_never_get_an_underscore(api):
    text = {"type": "string"}
    message = {
        "type": "object",
        "properties": {
            "id": text,
            "from": text,
            "date": {"type": "string", "format": "date"},
            "map": text,
            "sent": {"type": "object", "properties": {"self": {"type": "boolean"}}},
            "at": {"type": "string", "format": "date-time"},
        },
    }
    spec = infer(
        api.describe(
            api.operation("GET /messages/{id}", message),
            api.operation("POST /messages", message, message),
            api.operation(
                "GET /messages",
                {"type": "array", "items": message},
                query={"from": text, "class": text},
            ),
        )
    )
    consistent(spec)
    names = [f.name for f in spec.entity("messages").fields]
    assert names == ["id", "message_from", "date", "map", "sent", "at"]
    assert [f.name for f in spec.objects[0].fields] == ["sent_self"]
    assert [p.name for p in tool(spec, "list_messages").parameters] == ["message_from"]


def test_values_told_in_words_become_choices(api):
    told = "The status can be open, closed or late."
    thing = {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "status": {"type": "string", "description": told},
            "type": {"type": "string", "description": "Kind of thing, e.g. `house` or `flat`."},
        },
    }
    spec = infer(
        api.describe(
            api.operation("GET /things/{id}", thing), api.operation("POST /things", thing, thing)
        )
    )
    status, kind = (spec.entity("things").field(name) for name in ("status", "type"))
    assert (status.type.choices, status.role) == (("open", "closed", "late"), "status")
    assert (kind.type.choices, kind.examples) == ((), ("house", "flat"))
    thing["properties"]["status"]["example"] = "lost"
    again = infer(api.describe(api.operation("GET /things/{id}", thing)))
    assert again.entity("things").field("status").type.choices == ()


def test_a_path_that_names_the_whole_schema_tells_a_kind_of_its_own(api):
    text = {"type": "string"}
    form = {"type": "object", "properties": {"id": text, "heading": text}}
    response = {"type": "object", "properties": {"id": text, "answers": text}}
    spec = infer(
        api.describe(
            api.operation("GET /forms/{id}", {"$ref": "#/schemas/Form"}),
            api.operation("GET /form-responses/{id}", {"$ref": "#/schemas/FormResponse"}),
            schemas={"Form": form, "FormResponse": response},
        )
    )
    assert [tool.name for tool in spec.tools] == ["get_form", "get_form_response"]


def test_names_are_those_of_the_path_and_double_nothing(api) -> None:
    payees = {"type": "array", "items": {"$ref": "#/schemas/PayeeSite"}}
    site = {"type": "object", "properties": {"id": {"type": "string"}}}
    spec = infer(
        api.shop(
            api.operation("GET /payee_sites", payees),
            api.operation("GET /customers/{id}/payee_sites", payees),
            api.operation("GET /payees/{id}", api.customer),
            api.operation("GET /payees/{id}/payee_sites", payees),
            api.operation("GET /buyers/{id}", api.customer),
        ).model_copy(update={"schemas": {**api.schemas, "PayeeSite": site}})
    )
    names = {one.operation: one.name for one in spec.tools}
    assert names["GET /payees/{id}/payee_sites"] == "list_payee_sites_of_payee"
    assert names["GET /customers/{id}/payee_sites"] == "list_customer_payee_sites"
    assert names["GET /buyers/{id}"] == "get_buyer"
    assert names["GET /customers/{id}"] == "get_customer"
