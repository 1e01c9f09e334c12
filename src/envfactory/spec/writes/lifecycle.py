"""Life cycles: the states that actions lead to where no field of the record tells of them.

An API with `POST /orders/{id}/cancel` and `/orders/{id}/confirm` has orders that are cancelled or
confirmed, whether or not its schemas say so. Such an entity gets one status with those states, and
what can be switched on and off gets a flag. Both are marked as inferred, and what reads the
records shows them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from envfactory.records import Json
from envfactory.spec.model import FieldSpec, Scalar
from envfactory.spec.operations.seen import Seen
from envfactory.spec.records.action import find_target
from envfactory.spec.records.draft import Draft
from envfactory.spec.records.entity import STATUSES
from envfactory.spec.records.made import Workshop
from envfactory.spec.words.name import Names, word_set
from envfactory.spec.writes.site import Site, find_site

_FLAGS: dict[str, str] = {
    "archive": "archived",
    "activate": "active",
    "enable": "enabled",
    "lock": "locked",
    "block": "blocked",
    "mute": "muted",
    "star": "starred",
    "like": "liked",
    "pin": "pinned",
    "hide": "hidden",
    "read": "read",
    "verify": "verified",
    "flag": "flagged",
    "feature": "featured",
    "follow": "followed",
    "watch": "watched",
    "subscribe": "subscribed",
    "favorite": "favorited",
    "favourite": "favourited",
    "bookmark": "bookmarked",
    "save": "saved",
    "freeze": "frozen",
    "ban": "banned",
    "suspend": "suspended",
    "trash": "trashed",
    "flip": "flipped",
    "upvote": "upvoted",
    "downvote": "downvoted",
    "snooze": "snoozed",
    "repost": "reposted",
    "vote": "voted",
    "check": "checked",
    "power": "powered",
}
_ON_AT_FIRST = word_set("activate enable")
_UNDO: dict[str, str] = {
    "deactivate": "activate",
    "disable": "enable",
    "restore": "archive",
    "undelete": "trash",
    "untrash": "trash",
    "reactivate": "activate",
    "unfreeze": "freeze",
    "unflip": "flip",
}
_STATES: dict[str, str] = {
    "cancel": "cancelled",
    "confirm": "confirmed",
    "unconfirm": "unconfirmed",
    "complete": "completed",
    "finish": "completed",
    "close": "closed",
    "open": "open",
    "reopen": "open",
    "approve": "approved",
    "reject": "rejected",
    "decline": "declined",
    "deny": "denied",
    "accept": "accepted",
    "publish": "published",
    "unpublish": "unpublished",
    "start": "running",
    "begin": "running",
    "launch": "running",
    "stop": "stopped",
    "pause": "paused",
    "resume": "running",
    "restart": "running",
    "submit": "submitted",
    "void": "voided",
    "refund": "refunded",
    "capture": "captured",
    "pay": "paid",
    "ship": "shipped",
    "fulfill": "fulfilled",
    "expire": "expired",
    "revoke": "revoked",
    "send": "sent",
    "resolve": "resolved",
    "acknowledge": "acknowledged",
    "finalize": "finalized",
    "terminate": "terminated",
    "abort": "aborted",
    "merge": "merged",
    "dismiss": "dismissed",
    "schedule": "scheduled",
    "unschedule": "unscheduled",
    "return": "returned",
    "deliver": "delivered",
    "dispatch": "dispatched",
    "retire": "retired",
    "ignore": "ignored",
    "settle": "settled",
    "release": "released",
    "reserve": "reserved",
    "check_in": "checked_in",
    "checkin": "checked_in",
    "check_out": "checked_out",
    "checkout": "checked_out",
    "reverse": "reversed",
    "withdraw": "withdrawn",
    "end": "ended",
    "sign": "signed",
    "seal": "sealed",
    "deprecate": "deprecated",
    "promote": "promoted",
    "reopened": "open",
    "quarantine": "quarantined",
    "unfulfillable": "unfulfillable",
    "authorize": "authorized",
    "dispute": "disputed",
    "skip": "skipped",
    "claim": "claimed",
    "unclaim": "unclaimed",
    "deploy": "deployed",
    "undeploy": "undeployed",
    "install": "installed",
    "uninstall": "uninstalled",
    "connect": "connected",
    "disconnect": "disconnected",
    "win": "won",
    "lose": "lost",
}
_FROM: dict[str, str] = {
    "reopen": "closed",
    "resume": "paused stopped",
    "unpublish": "published",
    "unconfirm": "confirmed",
    "check_out": "checked_in",
    "checkout": "checked_in",
    "unschedule": "scheduled",
    "unclaim": "claimed",
    "undeploy": "deployed",
    "uninstall": "installed",
    "disconnect": "connected",
    "refund": "paid captured confirmed completed settled",
    "capture": "authorized pending",
}
"""Verbs that only make sense from certain states, as far as the record knows these."""
_FINAL = word_set(
    "cancelled completed closed rejected declined denied refunded voided expired revoked "
    "terminated aborted merged dismissed returned retired withdrawn ended reversed settled lost won"
)
_FIRST: tuple[tuple[str, str], ...] = (
    ("publish finalize submit seal", "draft"),
    ("start begin launch", "created"),
    ("stop pause resume restart end", "running"),
    ("close reopen resolve acknowledge", "open"),
    ("deploy install connect", "new"),
    ("check_in checkin check_out checkout", "booked"),
    ("expire revoke terminate retire deprecate quarantine", "active"),
)
"""Verbs, and the state that a record has before any of them."""
_OF_ACTION: dict[str, str] = {
    "activation": "activate",
    "deactivation": "deactivate",
    "cancellation": "cancel",
    "cancelation": "cancel",
    "confirmation": "confirm",
    "approval": "approve",
    "completion": "complete",
    "suspension": "suspend",
    "verification": "verify",
    "termination": "terminate",
    "publication": "publish",
    "acceptance": "accept",
    "rejection": "reject",
    "acknowledgement": "acknowledge",
    "starred": "star",
    "following": "follow",
    "watched": "watch",
    "saved": "save",
    "blocked": "block",
}
_FILLERS = word_set("mark as set make do to the request payment payments")


@dataclass(frozen=True)
class Transition:
    """Where an action leads; `verb` is what to call it."""

    site: Site
    verb: str
    field: str
    value: Json
    allowed_from: tuple[Json, ...] = ()


def changes_state(verb: str) -> bool:
    """Tell whether a verb behind a record is known to lead it to another state."""
    return verb in _STATES or verb in _FLAGS or _undone(verb) in _FLAGS


def find_transitions(shop: Workshop, seen: Iterable[Seen]) -> dict[str, Transition]:
    """Return where actions lead that no field tells of, by 'METHOD /path'.

    The entities get the fields that tell it from now on.
    """
    sites: dict[str, list[tuple[Seen, Site, str]]] = {}
    for one in seen:
        site = find_site(shop, one)
        if site is None or find_target(site.words, one.operation.method, site.owner) is not None:
            continue
        verb = _verb(site, one.operation.method)
        if verb:
            sites.setdefault(site.owner.table, []).append((one, site, verb))
    found: dict[str, Transition] = {}
    for there in sites.values():
        owner = there[0][1].owner
        processes = [verb for _, _, verb in there if verb in _STATES]
        status = _status(owner, list(dict.fromkeys(processes))) if processes else None
        for one, site, verb in there:
            if verb in _STATES and status is not None:
                found[one.where] = _transition(site, verb, status)
            else:
                name, value = flag(owner, verb)
                found[one.where] = Transition(site, verb, name, value)
    return found


def _verb(site: Site, method: str) -> str:
    """Return the verb that the words of a path are, or ''; a DELETE takes a flag back."""
    if "_".join(site.words) in _STATES:
        core: tuple[str, ...] = ("_".join(site.words),)
    else:
        noun = set(site.owner.noun)
        core = tuple(p for p in site.words if p not in _FILLERS and p not in noun)
    if len(core) != 1:
        return ""
    verb = _OF_ACTION.get(core[0], core[0])
    if method == "delete":
        return f"un{verb}" if verb in _FLAGS else ""
    return verb if changes_state(verb) else ""


def _undone(verb: str) -> str:
    return _UNDO.get(verb, verb[2:] if verb.startswith("un") else "")


def flag(owner: Draft, verb: str) -> tuple[str, bool]:
    """Return the flag that a verb turns on or off, adding it to the entity."""
    positive = verb if verb in _FLAGS or verb in _STATES else _undone(verb)
    wanted = _FLAGS.get(positive) or _STATES[positive]
    known = owner.names.get((wanted,))
    if known is None:
        known = Names(owner.fields).take(wanted, f"is_{wanted}")
        owner.names[(wanted,)] = known
        said = wanted.replace("_", " ")
        owner.fields[known] = FieldSpec(
            name=known,
            source_name=known,
            type=Scalar(type="boolean"),
            description=f"Whether the {owner.label} is {said}.",
            default=positive in _ON_AT_FIRST,
            has_default=True,
            read_only=True,
            inferred=True,
        )
    return known, verb == positive


def _status(owner: Draft, verbs: list[str]) -> FieldSpec | None:
    """Return the status that verbs lead through, adding it to the entity where it has none.

    A closed set of states is left as it is: then each verb sets a flag.
    """
    known = next((owner.fields[n] for n in map(owner.names.get, _NAMED) if n is not None), None)
    states = list(dict.fromkeys([_first(verbs), *(_STATES[verb] for verb in verbs)]))
    states += [s for verb in verbs for s in _FROM.get(verb, "").split()[:1] if s not in states]
    if known is not None and _is_open(known):
        owner.replace(
            known.name,
            type=Scalar(type="string", choices=tuple(states)),
            role="status",
            default=states[0],
            has_default=True,
            optional=False,
            examples=(),
        )
        return owner.fields[known.name]
    if known is not None:
        return None
    name = Names(owner.fields).take("status", f"{'_'.join(owner.noun)}_status")
    owner.fields[name] = FieldSpec(
        name=name,
        source_name=name,
        type=Scalar(type="string", choices=tuple(states)),
        description=f"How far the {owner.label} has come.",
        default=states[0],
        has_default=True,
        role="status",
        read_only=True,
        inferred=True,
    )
    owner.names.setdefault((name,), name)
    return owner.fields[name]


_NAMED = tuple((status,) for status in sorted(STATUSES))


def _is_open(field: FieldSpec) -> bool:
    value = field.type
    return isinstance(value, Scalar) and value.type == "string" and not value.choices


def _first(verbs: list[str]) -> str:
    for group, state in _FIRST:
        if set(group.split()) & set(verbs) and state not in {_STATES[verb] for verb in verbs}:
            return state
    return "pending"


def _transition(site: Site, verb: str, status: FieldSpec) -> Transition:
    assert isinstance(status.type, Scalar)
    states = status.type.choices
    target = _STATES[verb]
    allowed = [state for state in _FROM.get(verb, "").split() if state in states]
    if not allowed:
        allowed = [str(state) for state in states if state not in _FINAL and state != target]
    others = [str(state) for state in states if state != target]
    if not allowed or allowed == others:
        allowed = []
    return Transition(site, verb, status.name, target, tuple(allowed))
