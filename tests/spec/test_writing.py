"""Writes that schemas do not spell out: each class of them in a small realistic description."""

from __future__ import annotations

import sys
import types

import pytest

from envfactory.compiler import write_code
from envfactory.errors import InputError
from envfactory.spec import infer
from envfactory.spec.model import (
    ActOnRecord,
    CopyRecord,
    CreateRecord,
    CreateRecords,
    DeleteRecord,
    DeleteRecords,
    ListOf,
    UpdateRecord,
    UpdateRecords,
)

TEXT = {"type": "string"}
BINARY = {"type": "string", "format": "binary"}
DONE = {"type": "object", "properties": {"success": {"type": "boolean"}}}


def body(*required, **properties):
    return {"type": "object", "properties": properties, "required": list(required)}


def made(spec, line):
    return next((tool for tool in spec.tools if tool.operation == line), None)


def reason(spec, line):
    return next(o.reason for o in spec.omissions if (o.subject, o.where) == ("operation", line))


def running(spec):
    """Return an empty state of the environment that the code of a spec defines."""
    module = types.ModuleType(f"generated_{spec.name}")
    sys.modules[module.__name__] = module
    exec(compile(write_code(spec), "generated.py", "exec"), vars(module))
    return getattr(module, spec.class_name)()


def ok(state, tool, **arguments):
    result = state.call(tool, arguments)
    assert result.ok, result.error
    return result.value


# ------------------------------------------------------------------------------ submissions
def test_what_is_sent_is_kept_with_its_status_and_moment(api):
    line = "POST /messages/send"
    sent = body("to", "text", to=TEXT, text=TEXT, api_key=TEXT)
    spec = infer(api.shop(api.operation(line, DONE, sent, summary="Send a text message")))
    tool = made(spec, line)
    assert (tool.name, tool.behaviour.kind) == ("send_message", "create")
    assert tool.inferred
    assert [p.name for p in tool.parameters] == ["to", "text"]
    entity = spec.entity("messages")
    assert entity.inferred
    assert entity.field("status").type.choices == ("sent", "delivered", "failed")
    assert entity.field("status").inferred
    assert not entity.field("text").inferred
    state = running(spec)
    message = ok(state, "send_message", to="+4612345", text="We are late.")
    assert message["status"] == "sent"
    assert message["text"] == "We are late."
    assert message["created_at"]
    assert len(state.to_scenario()["messages"]) == 1


@pytest.mark.parametrize(
    ("path", "summary", "table", "name"),
    [
        ("/users/invite_end_user", "Invite an end user", "invitations", "create_invitation"),
        ("/send", "Send an email", "messages", "send_message"),
        ("/feedback", "Add feedback on a purchase", "feedback", "add_feedback"),
        ("/startscan", "Start a new scan", "scans", "start_scan"),
        ("/kitchen/orders", "", "kitchen_orders", "create_kitchen_order"),
        ("/AddTVShow", "Add new show to database", "tv_shows", "add_tv_show"),
    ],
)
def test_a_submission_is_called_by_its_verb_and_object(api, path, summary, table, name):
    taken = body("title", title=TEXT)
    spec = infer(api.describe(api.operation(f"POST {path}", None, taken, summary=summary)))
    tool = made(spec, f"POST {path}")
    assert tool.behaviour.table in (table, table.removeprefix("kitchen_"))
    assert tool.name in (name, name.replace("kitchen_", ""))


@pytest.mark.parametrize(
    ("path", "summary", "why"),
    [
        ("/translate", "Translate a text", "computes, keeps no record"),
        ("/tax/calculate", "Calculate tax", "computes, keeps no record"),
        ("/iban/check", "Checks an IBAN", "computes, keeps no record"),
        ("/convert/url/pdf", "Save web page as PDF", "computes, keeps no record"),
        ("/auth/login", "Log in", "handles credentials"),
        ("/changePassword", "Change your password", "handles credentials"),
        ("/requestApiKey", "Request a key", "handles credentials"),
    ],
)
def test_what_computes_or_signs_in_keeps_no_record(api, path, summary, why):
    line = f"POST {path}"
    taken = body("text", text=TEXT, country=TEXT)
    spec = infer(api.shop(api.operation(line, body(answer=TEXT), taken, summary=summary)))
    assert made(spec, line) is None
    assert reason(spec, line) == why


def test_an_answer_of_computed_data_is_no_record(api):
    scores = body(scores={"type": "array", "items": {"type": "number"}})
    line = "POST /edits"
    spec = infer(
        api.shop(api.operation(line, scores, body("input", input=TEXT), summary="Creates an edit"))
    )
    assert made(spec, line) is None


def test_a_submission_says_which_record_it_is_about(api):
    line = "POST /orders/{orderId}/invoice/send_email"
    spec = infer(api.shop(api.operation(line, DONE, body(email=TEXT), summary="Email invoice")))
    tool = made(spec, line)
    assert [p.name for p in tool.parameters] == ["order_id", "email"]
    field = spec.entity(tool.behaviour.table).field("order_id")
    assert field.reference.table == "orders"
    assert not [o for o in spec.omissions if o.where == f"{line} orderId"]


def test_a_record_below_another_belongs_to_it(api):
    line = "POST /orders/{orderId}/refunds"
    taken = body("amount", amount={"type": "number"}, reason=TEXT)
    spec = infer(api.shop(api.operation(line, DONE, taken, summary="Create a refund")))
    assert made(spec, line).name == "create_refund"
    assert spec.entity("refunds").field("order_id").reference.table == "orders"


def test_an_api_that_only_computes_is_refused(api):
    only = api.operation("POST /translate", body(text=TEXT), body("q", q=TEXT))
    with pytest.raises(InputError, match="computes"):
        infer(api.describe(only))


# ------------------------------------------------------------------------------ life cycles
RIDE = {
    "type": "object",
    "properties": {"id": TEXT, "origin": TEXT},
    "required": ["id", "origin"],
}


def rides(api, *more):
    return infer(
        api.describe(
            api.operation("POST /rides", {"$ref": "#/schemas/Ride"}, body("origin", origin=TEXT)),
            api.operation("GET /rides/{id}", {"$ref": "#/schemas/Ride"}),
            *more,
            schemas={"Ride": RIDE},
        )
    )


def test_actions_share_one_status_where_no_field_tells(api):
    spec = rides(
        api,
        api.operation("POST /rides/{id}/confirm"),
        api.operation("POST /rides/{id}/cancel", None, body(reason=TEXT)),
        api.operation("POST /rides/{id}/complete"),
    )
    status = spec.entity("rides").field("status")
    assert status.inferred
    assert status.type.choices == ("pending", "confirmed", "cancelled", "completed")
    assert status.default == "pending"
    cancel = made(spec, "POST /rides/{id}/cancel")
    assert isinstance(cancel.behaviour, ActOnRecord)
    assert cancel.behaviour.allowed_from == ("pending", "confirmed")
    state = running(spec)
    ride = ok(state, "create_ride", origin="Harbour")
    assert ride["status"] == "pending"
    ok(state, "confirm_ride", ride_id=ride["id"])
    ok(state, "cancel_ride", ride_id=ride["id"], cancel_reason="No driver")
    shown = ok(state, "get_ride", ride_id=ride["id"])
    assert (shown["status"], shown["cancel_reason"]) == ("cancelled", "No driver")
    assert not state.call("complete_ride", {"ride_id": ride["id"]}).ok


def test_an_action_sets_the_moment_that_its_state_began(api):
    moment = {"type": "string", "format": "date-time", "nullable": True}
    agreement = body("id", id=TEXT, accepted=moment)
    spec = infer(
        api.describe(
            api.operation("GET /agreements/{id}", agreement),
            api.operation("PUT /agreements/{id}/accept", agreement),
        )
    )
    behaviour = made(spec, "PUT /agreements/{id}/accept").behaviour
    assert [(a.field, a.source) for a in behaviour.assigns] == [("accepted", "now")]
    assert (behaviour.target, behaviour.allowed_from) == ("accepted", ())


def test_verbs_that_undo_each_other_switch_one_flag(api):
    spec = rides(
        api,
        api.operation("POST /rides/{id}/activation"),
        api.operation("POST /rides/{id}/deactivation"),
        api.operation("PUT /rides/{id}/lock"),
        api.operation("DELETE /rides/{id}/lock"),
    )
    state = running(spec)
    ride = ok(state, "create_ride", origin="Harbour")
    assert (ride["active"], ride["locked"]) == (True, False)
    ok(state, "deactivate_ride", ride_id=ride["id"])
    ok(state, "lock_ride", ride_id=ride["id"])
    assert ok(state, "get_ride", ride_id=ride["id"])["locked"] is True
    ok(state, "unlock_ride", ride_id=ride["id"])
    shown = ok(state, "get_ride", ride_id=ride["id"])
    assert (shown["active"], shown["locked"]) == (False, False)


@pytest.mark.parametrize(
    "line", ["PUT /stop/{ride_id}", "POST /rides/stop/{id}", "POST /rides/{id}/actions/stop"]
)
def test_the_verb_may_stand_before_the_record_or_behind_a_filler(api, line):
    spec = rides(api, api.operation(line))
    tool = made(spec, line)
    assert (tool.name, tool.behaviour.kind) == ("stop_ride", "action")


def test_what_a_person_likes_is_a_mark_on_the_record(api):
    spec = rides(
        api,
        api.operation("POST /likes/rides/{ride_id}"),
        api.operation("DELETE /likes/rides/{ride_id}"),
    )
    like, unlike = (
        made(spec, "POST /likes/rides/{ride_id}"),
        made(spec, "DELETE /likes/rides/{ride_id}"),
    )
    assert (like.name, like.behaviour.target) == ("like_ride", True)
    assert (unlike.name, unlike.behaviour.target) == ("unlike_ride", False)


def test_a_closed_status_without_the_state_is_left_as_it_is(api):
    spec = infer(api.shop(api.operation("POST /orders/{orderId}/confirm")))
    tool = made(spec, "POST /orders/{orderId}/confirm")
    assert (tool.behaviour.field, tool.behaviour.target) == ("confirmed", True)
    assert spec.entity("orders").field("status").type.choices == ("pending", "shipped", "cancelled")


# ------------------------------------------------------------------------------ parts and copies
def test_what_a_path_names_behind_a_record_is_set(api):
    line = "PUT /rides/{id}/destination"
    taken = body("lat", "lng", lat={"type": "number"}, lng={"type": "number"})
    spec = rides(api, api.operation(line, None, taken))
    tool = made(spec, line)
    assert (tool.name, tool.behaviour.kind) == ("set_ride_destination", "update")
    assert spec.entity("rides").field("lat").inferred
    state = running(spec)
    ride = ok(state, "create_ride", origin="Harbour")
    ok(state, "set_ride_destination", ride_id=ride["id"], lat=59.3, lng=18.0)
    assert ok(state, "get_ride", ride_id=ride["id"])["lng"] == 18.0


@pytest.mark.parametrize(
    ("path", "taken", "name"),
    [
        ("rename", body("origin", origin=TEXT), "rename_ride"),
        ("move", body("folder", folder=TEXT), "move_ride"),
        ("assign_driver", body("driver", driver=TEXT), "assign_driver_to_ride"),
    ],
)
def test_renaming_moving_and_assigning_change_fields(api, path, taken, name):
    spec = rides(api, api.operation(f"POST /rides/{{id}}/{path}", None, taken))
    tool = made(spec, f"POST /rides/{{id}}/{path}")
    assert tool.name == name
    assert isinstance(tool.behaviour, UpdateRecord)


@pytest.mark.parametrize("line", ["POST /rides/{id}/copy", "POST /rides/copy/{ride_id}"])
def test_a_copy_gets_a_key_of_its_own(api, line):
    spec = rides(api, api.operation(line, None, body(origin=TEXT)))
    assert isinstance(made(spec, line).behaviour, CopyRecord)
    state = running(spec)
    ride = ok(state, "create_ride", origin="Harbour")
    copy = ok(state, "copy_ride", ride_id=ride["id"], origin="Airport")
    assert copy["id"] != ride["id"]
    assert copy["origin"] == "Airport"


# ------------------------------------------------------------------------------ collections
def test_a_key_in_the_query_or_body_names_the_record(api):
    spec = rides(
        api,
        api.operation("PUT /rides", None, body("id", id=TEXT, origin=TEXT), summary="Update ride"),
        api.operation("DELETE /rides", query={"id!": TEXT}, summary="Delete a ride"),
    )
    update, delete = made(spec, "PUT /rides"), made(spec, "DELETE /rides")
    assert isinstance(update.behaviour, UpdateRecord)
    assert isinstance(delete.behaviour, DeleteRecord)
    assert (update.behaviour.key, delete.behaviour.key) == ("ride_id", "ride_id")


def test_one_record_is_deleted_by_what_callers_must_say(api):
    spec = rides(
        api,
        api.operation("DELETE /rides", query={"origin!": TEXT}, summary="Delete ride by origin"),
    )
    tool = made(spec, "DELETE /rides")
    assert (tool.behaviour.by, tool.name) == ("scope", "delete_ride_by_origin")


@pytest.mark.parametrize("summary", ["Delete a ride", "Removes certain rides by their names"])
def test_a_deletion_of_one_or_of_some_never_clears_all(api, summary):
    spec = rides(api, api.operation("DELETE /rides", summary=summary))
    assert made(spec, "DELETE /rides") is None


def test_a_collection_is_cleared(api):
    spec = rides(api, api.operation("DELETE /rides", summary="Delete all rides"))
    assert isinstance(made(spec, "DELETE /rides").behaviour, DeleteRecords)
    state = running(spec)
    ok(state, "create_ride", origin="Harbour")
    ok(state, "clear_rides")
    assert not state.to_scenario()["rides"]


def test_several_records_are_named_by_a_list(api):
    ids = {"type": "array", "items": TEXT}
    spec = rides(
        api,
        api.operation("POST /rides/delete", None, body("ids", ids=ids)),
        api.operation("PATCH /rides", None, body("ride_ids", "origin", ride_ids=ids, origin=TEXT)),
    )
    assert isinstance(made(spec, "POST /rides/delete").behaviour, DeleteRecords)
    several = made(spec, "PATCH /rides")
    assert isinstance(several.behaviour, UpdateRecords)
    assert (several.name, several.result.shape) == ("update_rides", "count")


def test_a_list_of_new_records_is_created_at_once(api):
    item = body("origin", origin=TEXT, id=TEXT)
    line = "POST /rides/batch"
    spec = rides(api, api.operation("POST /trips", None, {"type": "array", "items": item}))
    assert made(spec, line) is None
    spec = infer(
        api.describe(
            api.operation("GET /rides/{id}", {"$ref": "#/schemas/Ride"}),
            api.operation(
                "POST /rides",
                {"type": "array", "items": {"$ref": "#/schemas/Ride"}},
                {"type": "array", "items": item},
            ),
            schemas={"Ride": RIDE},
        )
    )
    tool = made(spec, "POST /rides")
    assert isinstance(tool.behaviour, CreateRecords)
    assert (tool.name, tool.behaviour.fields) == ("create_rides", ("origin",))
    assert isinstance(tool.parameters[0].type, ListOf)
    state = running(spec)
    ok(state, "create_rides", rides=[{"origin": "Harbour"}, {"origin": "Airport"}])
    assert len(state.to_scenario()["rides"]) == 2


# ------------------------------------------------------------------------------ uploads
def test_an_upload_is_kept_by_the_name_of_the_file(api):
    line = "POST /dictionaries"
    spec = infer(
        api.shop(
            api.operation(
                line, DONE, body("file", file=BINARY, language=TEXT), summary="Upload a dictionary"
            )
        )
    )
    tool = made(spec, line)
    assert tool.name == "upload_dictionary"
    assert [p.name for p in tool.parameters] == ["language", "file_name"]
    assert isinstance(tool.behaviour, CreateRecord)


def test_an_upload_to_known_records_names_the_file(api):
    image = body("id", id=TEXT, name=TEXT)
    spec = infer(
        api.describe(
            api.operation("GET /images/{id}", image),
            api.operation("POST /images", image, body("file", file=BINARY), summary="Upload image"),
        )
    )
    tool = made(spec, "POST /images")
    assert (tool.name, [p.name for p in tool.parameters]) == ("upload_image", ["name"])


# ------------------------------------------------------------------------------ safety
@pytest.mark.parametrize(
    "path", ["/{a}/{b}/{c}", "/", "/send/{}/{id}", "/send/send/send", "/ü/send"]
)
def test_odd_paths_never_break_inference(api, path):
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        odd = api.operation(
            f"{method} {path}", DONE, body(x={"$ref": "#/schemas/None"}), summary="A"
        )
        spec = infer(api.shop(odd))
        assert spec.entity("orders")


def test_the_same_description_gives_the_same_writes(api):
    def spec():
        return rides(
            api,
            api.operation("POST /rides/{id}/pause"),
            api.operation("POST /rides/{id}/resume"),
            api.operation("POST /notify", None, body("text", text=TEXT)),
        )

    assert spec().model_dump_json() == spec().model_dump_json()


# ------------------------------------------------------------------------------ memberships
@pytest.mark.parametrize(
    ("line", "taken"),
    [
        ("PUT /customers/{id}/orders/{order_id}", None),
        ("POST /customers/{id}/orders", body("order_id", order_id=TEXT)),
    ],
)
def test_records_are_put_together_and_apart(api, line, taken):
    away = "DELETE /customers/{id}/orders/{order_id}"
    spec = infer(api.shop(api.operation(line, None, taken), api.operation(away)))
    add, remove = made(spec, line), made(spec, away)
    assert (add.name, remove.name) == ("add_customer_order", "remove_customer_order")
    assert (add.behaviour.change, remove.behaviour.change) == ("add", "remove")
    field = spec.entity("customers").field(add.behaviour.field)
    assert field.reference.table == "orders"


# ------------------------------------------------------------------------------ bare writes
def test_a_body_that_nobody_described_gives_what_the_record_shows(api):
    spec = infer(
        api.describe(
            api.operation("GET /rides/{id}", {"$ref": "#/schemas/Ride"}),
            api.operation("POST /rides", {"$ref": "#/schemas/Ride"}),
            api.operation("PUT /rides/{id}", None, {"type": "object"}),
            schemas={"Ride": RIDE},
        )
    )
    create, update = made(spec, "POST /rides"), made(spec, "PUT /rides/{id}")
    assert [p.name for p in create.parameters] == ["origin"]
    assert [p.name for p in update.parameters] == ["ride_id", "origin"]
    assert create.inferred
    assert update.inferred


# ------------------------------------------------------------------------------ singles
SETTINGS = body(language=TEXT, theme=TEXT)


def test_what_there_is_once_is_changed(api):
    spec = infer(
        api.shop(
            api.operation("GET /settings", SETTINGS), api.operation("PUT /settings", None, SETTINGS)
        )
    )
    tool = made(spec, "PUT /settings")
    assert (tool.behaviour.kind, tool.behaviour.by) == ("update", "only")
    assert spec.entity(tool.behaviour.table).singleton


def test_what_each_owner_has_once_is_created_when_it_is_set(api):
    line = "PUT /customers/{id}/settings"
    spec = infer(
        api.shop(
            api.operation("GET /customers/{id}/settings", SETTINGS),
            api.operation(line, None, SETTINGS),
        )
    )
    tool = made(spec, line)
    assert (tool.behaviour.by, tool.behaviour.or_create) == ("scope", True)
    entity = spec.entity(tool.behaviour.table)
    assert not entity.looked_up
    (identity,) = entity.identity
    assert entity.field(identity).reference.table == "customers"


def test_a_parameter_without_braces_names_the_record(api):
    spec = rides(api, api.operation("DELETE /rides/rideId", query={"rideId!": TEXT}))
    tool = made(spec, "DELETE /rides/rideId")
    assert (tool.behaviour.kind, tool.behaviour.key) == ("delete", "ride_id")


@pytest.mark.parametrize(
    ("path", "summary"),
    [
        ("/add_watermark", "Add a watermark to a PDF"),
        ("/rotate_pages", "Rotate pages of a document"),
        ("/set_night_mode_params", "Set the night mode"),
        ("/reset_factors", "Reset factors"),
    ],
)
def test_working_on_a_file_or_setting_something_makes_no_record(api, path, summary):
    line = f"POST {path}"
    spec = infer(
        api.shop(api.operation(line, None, body(file=BINARY, angle=TEXT), summary=summary))
    )
    assert made(spec, line) is None


def test_names_that_frameworks_make_up_lose_their_path(api):
    first = api.operation("POST /rides/{id}/notes", None, body(text=TEXT), summary="Add a note")
    named = first.model_copy(update={"id": "jot_down_rides__id__notes_post"})
    spec = rides(api, named)
    assert made(spec, "POST /rides/{id}/notes").name in ("add_note", "jot_down")


@pytest.mark.parametrize("both", [False, True])
def test_an_answer_may_call_the_id_of_a_record_by_the_records_name(api, both):
    text = {"type": "string"}
    corpus = {"id": text, "name": text} | ({"corpusId": text} if both else {})
    receipt = {"type": "object", "properties": {"corpusId": text}}
    spec = infer(
        api.describe(
            api.operation("GET /corpora", {"type": "array", "items": {"$ref": "#/schemas/Corpus"}}),
            api.operation("POST /create-corpus", receipt, {"properties": {"name": text}}),
            api.operation(
                "POST /delete-corpus",
                takes={
                    "type": "object",
                    "properties": {"corpusId": text},
                    "required": ["corpusId"],
                },
            ),
            schemas={"Corpus": {"type": "object", "properties": corpus, "required": ["id"]}},
        )
    )
    (entity,) = spec.entities
    assert ("corpus_id" in {field.name for field in entity.fields}) is both
    deleting = [tool for tool in spec.tools if tool.behaviour.kind == "delete"]
    assert [tool.operation for tool in deleting] == ([] if both else ["POST /delete-corpus"])


def test_what_a_record_shows_is_given_where_only_its_path_says_what_is_sent(api):
    variable = {"type": "object", "properties": {"name": TEXT, "value": TEXT}}
    returns = {"$ref": "#/schemas/Variable"}
    line = "POST /customers/{customerId}/variables"
    spec = infer(
        api.describe(
            api.operation("GET /customers/{customerId}", api.customer),
            api.operation("GET /customers/{customerId}/variables/{name}", returns),
            api.operation(line, returns, summary="Creates a new variable"),
            schemas={**api.schemas, "Variable": variable},
        )
    )
    given = {one.name: one.required for one in made(spec, line).parameters}
    assert given == {"customer_id": True, "name": True, "value": False}
