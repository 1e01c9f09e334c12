"""Submissions: what callers send where no records are read, and the record that each one leaves.

`POST /send`, `POST /users/invite` and `POST /feedback` plainly make something: a message, an
invitation, a piece of feedback. Its fields are what callers send, with an identifier, the moment
and, where the verb tells one, a status. What only computes an answer keeps no record.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from envfactory.source.description import JsonSchema
from envfactory.spec.authority import CREATED
from envfactory.spec.draft import Draft, Labels
from envfactory.spec.inputs import Call, Meaningless
from envfactory.spec.made import Made, Workshop
from envfactory.spec.model import Assign, CreateRecord, Omission, Result
from envfactory.spec.name import Nouns, word_set, words
from envfactory.spec.parameter import is_presentation, is_transport
from envfactory.spec.payload import Payload
from envfactory.spec.prose import article
from envfactory.spec.resource import Kind, Seen
from envfactory.spec.schema import Schemas, Shape
from envfactory.spec.slot import gather, inferred_key, is_secret, named_key

_COMPUTES = "computes, keeps no record"
_CREDENTIALS = "handles credentials"
UNKEPT = frozenset({_COMPUTES, _CREDENTIALS, "answers with a file", "no effect of its own"})
"""Reasons to leave out operations that keep no record."""

_LEFT_BY: dict[str, str] = {
    "send": "message sent delivered failed",
    "resend": "message sent delivered failed",
    "email": "email sent delivered failed",
    "text": "message sent delivered failed",
    "reply": "reply",
    "forward": "message sent delivered failed",
    "notify": "notification sent read",
    "invite": "invitation pending accepted declined",
    "submit": "submission submitted accepted rejected",
    "request": "request pending approved rejected",
    "apply": "application submitted approved rejected",
    "report": "report submitted reviewed dismissed",
    "refund": "refund pending succeeded failed",
    "reverse": "reversal pending succeeded failed",
    "pay": "payment pending succeeded failed",
    "charge": "charge pending succeeded failed",
    "donate": "donation pending succeeded failed",
    "withdraw": "withdrawal pending succeeded failed",
    "deposit": "deposit pending succeeded failed",
    "transfer": "transfer pending succeeded failed",
    "redeem": "redemption",
    "topup": "topup pending succeeded failed",
    "recharge": "recharge pending succeeded failed",
    "book": "booking confirmed cancelled",
    "reserve": "reservation confirmed cancelled",
    "buy": "purchase placed completed cancelled",
    "purchase": "purchase placed completed cancelled",
    "order": "order placed completed cancelled",
    "place": "order placed completed cancelled",
    "checkout": "order placed completed cancelled",
    "register": "registration",
    "signup": "registration",
    "enroll": "enrollment",
    "subscribe": "subscription active cancelled",
    "publish": "publication published withdrawn",
    "broadcast": "broadcast sent",
    "start": "run started finished failed",
    "launch": "run started finished failed",
    "run": "run started finished failed",
    "trigger": "run started finished failed",
    "execute": "run started finished failed",
    "enqueue": "job queued finished failed",
    "queue": "job queued finished failed",
    "schedule": "job scheduled finished cancelled",
    "import": "import started finished failed",
    "upload": "upload",
    "share": "share",
    "comment": "comment",
    "vote": "vote",
    "rate": "rating",
    "review": "review",
    "track": "event",
    "log": "entry",
    "record": "record",
    "call": "call started completed failed",
    "dial": "call started completed failed",
    "print": "print_job queued printed failed",
    "claim": "claim",
    "contact": "message sent read",
    "ask": "question",
    "flag": "report submitted reviewed dismissed",
    "create": "",
    "add": "",
    "insert": "",
    "new": "",
    "make": "",
    "save": "",
    "store": "",
    "issue": "",
    "post": "",
    "push": "",
    "attach": "",
    "append": "",
    "initiate": "",
}
"""A verb to the noun for what it leaves, and the statuses that such a record goes through."""
_OBJECT_VERBS = word_set("send submit request report book reserve schedule start run import place")
"""Verbs whose object, where one is named, is what the record is called ("send an email")."""
_COMPUTE = word_set(
    "get retrieve fetch read list show view display find search lookup look query check validate "
    "verify calculate compute convert translate transform analyze analyse detect extract parse "
    "classify categorize predict compare estimate preview render download generate encode decode "
    "transcribe recognize recognise match test ping count suggest autocomplete complete evaluate "
    "summarize simulate resolve geocode score quote explain format merge compress resize crop hash "
    "sign tokenize identify returns return obtain perform determine collect browse export build "
    "proxy answers answer diagnose capture screenshot similar similarity status tag rank embed "
    "optimize normalize correct moderate discover exchange"
)
_COMPUTED = word_set(
    "search query lookup calculation validation verification translation conversion analysis "
    "estimate preview prediction classification recognition detection embedding completion "
    "calculator converter score statistics stats count status info details suggestions "
    "autocomplete graphql batch rpc check test callback"
)
_SIGNING_IN = word_set(
    "login logon signin logout signout authenticate authentication auth oauth oauth2 token tokens "
    "password passwords otp jwt session sessions sso credential credentials authorize apikey "
    "2fa mfa captcha authn secret secrets appkey authkey apikeys pin jwks refresh_token"
)
_SIGNING_PAIRS = frozenset({("api", "key"), ("app", "key"), ("auth", "key"), ("access", "key")})
_SINGLE = word_set("settings setting config configuration preferences preference profile options")
_FILLERS = word_set(
    "a an the new this one your single multiple of to for on in with and or s existing "
    "given specified bulk batch async sync simple custom"
)
_BESIDE = word_set(
    "success ok error errors warning warnings error_code error_message status_code code request_id "
    "result results data message_code http_status http_code is_success succeeded"
)
_MARK = "x-envfactory-inferred"
_INFERRED = "the record is implied by what callers send"
_INFLECTED = re.compile(r"(?:ies|ing|es|s|ed)$")
_MAX_INPUTS = 40


@dataclass(frozen=True)
class Submission:
    """What an operation leaves behind.

    Attributes:
        verb: What the tool does ("send").
        noun: What it leaves ("message").
        states: The statuses of such a record, the first one first; none where no verb tells.
    """

    verb: str
    noun: tuple[str, ...]
    states: tuple[str, ...] = ()


def unkept(seen: Seen) -> str:
    """Return why an operation plainly leaves no record, or ''."""
    if seen.operation.method not in ("post", "put", "call") or not seen.route.steps:
        return ""
    parts, said = _segment(seen), _said(seen)
    pairs = set(itertools.pairwise(parts))
    if set(parts) & _SIGNING_IN or pairs & _SIGNING_PAIRS or said in _SIGNING_IN:
        return _CREDENTIALS
    if _verb_at(parts) is not None or seen.route.verb not in ("", "create"):
        return ""
    computing = parts[0] in _COMPUTE or parts[-1] in _COMPUTED or said in _COMPUTE
    return _COMPUTES if computing else ""


def find_submission(seen: Seen, nouns: Nouns) -> Submission | None:
    """Return what an operation leaves behind, or None where nothing tells."""
    if seen.operation.method not in ("post", "call") or not seen.route.steps or unkept(seen):
        return None
    if seen.route.verb not in ("", "create") or seen.response.kind == "records":
        return None
    parts, said = _segment(seen), _said(seen)
    at = _verb_at(parts)
    if at is not None:
        return _left(parts[at], parts[at + 1 :], seen, nouns)
    if parts[-1] in _SINGLE:
        return None
    if said in _LEFT_BY:
        return _left(said, parts, seen, nouns)
    return _left("create", parts, seen, nouns) if _is_collection(seen, nouns) else None


def _said(seen: Seen) -> str:
    return _first_word(seen.operation.summary) or _first_word(seen.operation.description)


def _verb_at(parts: tuple[str, ...]) -> int | None:
    """Return where in the words of a path a verb stands that leaves something."""
    for index, part in enumerate(parts):
        if part in _LEFT_BY and (index == 0 or len(parts) > index + 1):
            return index
    return None


def _left(verb: str, rest: tuple[str, ...], seen: Seen, nouns: Nouns) -> Submission | None:
    """Return the submission of a verb, given the words of the path that are not the verb."""
    noun, *states = _LEFT_BY[verb].split() or [""]
    rest = tuple(part for part in rest if part not in _FILLERS)
    above = [step for step in seen.route.steps[:-1] if not step.parameters]
    if rest and (not noun or verb in _OBJECT_VERBS or not _names_verb(seen, verb)):
        return Submission(verb, nouns.singular_words(rest[-3:]), tuple(states))
    if not noun:
        if not above:
            return None
        noun_words = above[-1].noun
    else:
        noun_words = tuple(noun.split("_"))
    return Submission(verb, noun_words, tuple(states))


def _names_verb(seen: Seen, verb: str) -> bool:
    return verb in _segment(seen)


def _segment(seen: Seen) -> tuple[str, ...]:
    """Return the words of the last part of the path that is no parameter."""
    if seen.route.verb_words:
        return seen.route.verb_words
    last = seen.route.steps[-1]
    return words(last.segment) or last.noun


def _first_word(text: str) -> str:
    """Return the verb that a sentence begins with, as a base form where that is known."""
    for word in words(text[:80])[:3]:
        if word in _FILLERS or word in ("api", "endpoint", "method", "used"):
            continue
        for form in _base_forms(word):
            if form in _LEFT_BY or form in _COMPUTE or form in _SIGNING_IN:
                return form
        return word
    return ""


def _base_forms(word: str) -> Iterable[str]:
    yield word
    stem = _INFLECTED.sub("", word)
    if stem != word:
        yield from (stem, f"{stem}e", f"{stem}y", word.removesuffix("s"))


def _is_collection(seen: Seen, nouns: Nouns) -> bool:
    """Tell whether a POST adds to a collection: the path ends in a plural, or it says 'created'."""
    if seen.operation.method != "post" or seen.route.on_item:
        return False
    plural = nouns.is_plural(words(seen.route.steps[-1].segment)[-1:][0])
    return seen.operation.status == 201 or plural


# ---------------------------------------------------------------------------- implied records
def implied_kinds(
    submissions: Mapping[str, Submission], seen: list[Seen], kinds: list[Kind], schemas: Schemas
) -> list[Kind]:
    """Return the kinds of records that submissions leave and that no other kind is called like."""
    taken = {kind.noun for kind in kinds}
    homes = {home for kind in kinds for home in kind.homes}
    implied: dict[tuple[str, ...], Kind] = {}
    for one in seen:
        submission = submissions.get(one.where)
        if submission is None or submission.noun in taken or one.route.nouns in homes:
            continue
        known = implied.get(submission.noun)
        kind = _implied_kind(one, submission, schemas)
        if kind is None:
            continue
        if known is None:
            implied[submission.noun] = kind
        elif one.route.nouns not in known.homes:
            known.homes += kind.homes
            known.own += kind.own
            known.seen += kind.seen
    return list(implied.values())


def _implied_kind(seen: Seen, submission: Submission, schemas: Schemas) -> Kind | None:
    """Return the kind whose fields are what callers send, with what tells of the record itself."""
    sent = _sent(seen, schemas)
    if not sent:
        return None
    body = seen.request.shape if seen.request and seen.request.kind == "record" else None
    required = frozenset(
        [p.name for p in seen.operation.parameters if p.required and p.name in sent]
        + [name for name in (body.required if body else ()) if name in sent]
    )
    request = Shape("object", properties=sent, required=required)
    response = Payload("record", _answered(seen, submission, sent))
    read = replace(seen, kind="create", request=Payload("record", request), response=response)
    kind = Kind(noun=submission.noun)
    kind.homes.append(seen.route.nouns)
    kind.own.append(seen.route.nouns[-1])
    kind.seen.append(read)
    return kind


def _sent(seen: Seen, schemas: Schemas) -> dict[str, JsonSchema]:
    """Return what callers give that is data: path and query parameters and body properties."""
    found: dict[str, JsonSchema] = {}
    leading = set(seen.route.context)
    for parameter in seen.operation.parameters:
        place = parameter.location
        if place not in ("path", "query") or is_transport(parameter.name, place):
            continue
        if parameter.name in leading or is_presentation(parameter.name):
            continue
        found[parameter.name] = {**parameter.schema_, "description": parameter.description}
    if seen.request is not None and seen.request.kind == "record":
        for name, schema in seen.request.shape.properties.items():
            if not schemas.shape(schema).read_only:
                found[name] = schema
    kept = {name: schema for name, schema in found.items() if words(name)}
    data = {name: schema for name, schema in kept.items() if not is_secret(words(name))}
    return dict(list(data.items())[:_MAX_INPUTS])


def _answered(seen: Seen, submission: Submission, sent: dict[str, JsonSchema]) -> Shape:
    """Return what the record is answered with: what was sent, its key, its status and moment.

    What else the API answers with it would have to compute, and no rule can.
    """
    known = {words(name) for name in sent}
    shown: dict[str, JsonSchema] = {}
    if seen.response.kind == "record":
        for name, schema in seen.response.shape.properties.items():
            parts = words(name)
            key = parts in {("id",), ("uuid",), ("sid",), (*submission.noun, "id")}
            if parts in known or "_".join(parts) in _BESIDE:
                continue
            if key or "_".join(parts) in CREATED or (parts == ("status",) and submission.states):
                shown[name] = schema
    have = known | {words(name) for name in shown}
    if submission.states and not have & {("status",), ("state",)}:
        shown["status"] = {**_status(submission), _MARK: True}
    elif ("status",) in {words(name) for name in shown} and submission.states:
        name = next(name for name in shown if words(name) == ("status",))
        shown[name] = _status(submission)
    if not any("_".join(parts) in CREATED for parts in have):
        shown["created_at"] = {
            "type": "string",
            "format": "date-time",
            "description": "When it was made.",
            "readOnly": True,
            _MARK: True,
        }
    properties = {**sent, **shown}
    return Shape("object", properties=properties, required=frozenset(shown))


def _status(submission: Submission) -> JsonSchema:
    first, label = submission.states[0], " ".join(submission.noun)
    return {
        "type": "string",
        "enum": list(submission.states),
        "default": first,
        "description": f"How far the {label} has come.",
        "readOnly": True,
    }


def implied_drafts(
    kinds: list[Kind], labels: Labels, schemas: Schemas, omit: list[Omission]
) -> list[Draft]:
    """Return drafts of the records that submissions leave; each gets a key of its own."""
    drafts = []
    for kind in kinds:
        slots = gather(kind, schemas, omit)
        own = ((*kind.noun, "id"), ("id",), ("uuid",), ("sid",))
        answered = [parts for parts in own if parts in slots and slots[parts].returned]
        if answered:
            choice = named_key(kind, slots, slots[answered[0]].source_name, schemas)
        else:
            choice = inferred_key(kind, slots)
        longer = (*kind.homes[0][-2], *kind.noun) if len(kind.homes[0]) > 1 else kind.noun
        draft = labels.draft(kind, slots, choice, kind.noun, longer)
        draft.inferred = True
        drafts.append(draft)
    return drafts


def mark_inferred(draft: Draft) -> None:
    """Mark the fields of an implied record that no schema states."""
    for parts, slot in draft.slots.items():
        name = draft.names.get(parts)
        if name is not None and slot.schema.get(_MARK):
            draft.replace(name, inferred=True)


def make_submission(
    shop: Workshop, seen: Seen, submission: Submission, omit: list[Omission]
) -> Made:
    """Return the tool that creates the record which a submission leaves.

    Raises:
        Meaningless: If nothing that callers send is kept.
    """
    draft = _home(shop, seen, submission)
    if draft is None:
        raise Meaningless("no record is described")
    call = Call(seen, draft, omit)
    assigns = [
        Assign(field=match.field, source="parameter", parameter=match.parameter)
        for match in shop.inputs.scope(call, of_list=True)
        if match.field is not None
    ]
    assigns += shop.inputs.assigned(call, {a.field for a in assigns}, creating=True)
    if not any(assign.source == "parameter" for assign in assigns):
        raise Meaningless("nothing to store is described")
    noun = "_".join(draft.noun)
    label = f"{submission.verb.capitalize()} {article(draft.label)}."
    return shop.made(
        call,
        [f"{submission.verb}_{noun}", *shop.verb_names(submission.verb, call)[1:]],
        label,
        CreateRecord(table=draft.table, assigns=tuple(assigns)),
        Result(shape="record", table=draft.table),
        inferred=(_INFERRED,) if draft.inferred else (),
    )


def _home(shop: Workshop, seen: Seen, submission: Submission) -> Draft | None:
    """Return where the record is kept: with others of its kind, if what is sent fits them."""
    at_path = shop.owners.get(seen.route.nouns)
    if at_path is not None and at_path.inferred:
        return at_path
    named = [draft for draft in shop.drafts if draft.noun == submission.noun]
    if len(named) != 1:
        return None
    if named[0].inferred:
        return named[0]
    inputs = shop.inputs.all(Call(seen, named[0], []))
    known = [one for one in inputs if words(one.name) in named[0].names]
    fitting = len(known) * 2 >= len(inputs) and all(one in known for one in inputs if one.required)
    return named[0] if known and fitting else None
