"""Actions: verbs behind a record, and the state that each one leads to."""

from __future__ import annotations

from dataclasses import dataclass

from envfactory.records import Json
from envfactory.spec.model import FieldSpec, Scalar
from envfactory.spec.records.draft import Draft
from envfactory.spec.words.name import word_set, words

_STATES: dict[str, str] = {
    "cancel": "cancelled canceled cancel",
    "close": "closed close",
    "open": "open opened",
    "reopen": "open reopened opened",
    "approve": "approved",
    "reject": "rejected declined denied",
    "decline": "declined rejected",
    "deny": "denied rejected",
    "accept": "accepted",
    "publish": "published live public",
    "unpublish": "unpublished draft",
    "archive": "archived",
    "activate": "active activated enabled",
    "deactivate": "inactive deactivated disabled",
    "enable": "enabled active",
    "disable": "disabled inactive",
    "complete": "completed complete done finished",
    "finish": "finished completed done",
    "start": "started running in_progress active",
    "stop": "stopped stop",
    "pause": "paused",
    "resume": "active running resumed started in_progress",
    "submit": "submitted",
    "confirm": "confirmed",
    "void": "voided void",
    "refund": "refunded",
    "pay": "paid",
    "ship": "shipped",
    "fulfill": "fulfilled",
    "suspend": "suspended",
    "ban": "banned",
    "block": "blocked",
    "expire": "expired",
    "revoke": "revoked",
    "send": "sent",
    "begin": "started running in_progress",
    "resolve": "resolved",
    "acknowledge": "acknowledged",
    "finalize": "finalized final",
    "terminate": "terminated",
    "abort": "aborted",
    "lock": "locked",
    "merge": "merged",
    "hide": "hidden",
    "win": "won",
    "lose": "lost",
    "dismiss": "dismissed",
    "schedule": "scheduled",
    "return": "returned",
    "deliver": "delivered",
    "dispatch": "dispatched",
    "retire": "retired",
    "freeze": "frozen",
    "ignore": "ignored",
    "mute": "muted",
    "star": "starred",
    "pin": "pinned",
    "read": "read",
    "verify": "verified",
    "delete": "deleted",
    "trash": "trashed",
    "connect": "connected",
    "disconnect": "disconnected",
}
_UNDONE: dict[str, str] = {
    "unarchive": "archive",
    "restore": "archive",
    "unlock": "lock",
    "unblock": "block",
    "unban": "ban",
    "unmute": "mute",
    "unstar": "star",
    "unpin": "pin",
    "unhide": "hide",
    "unignore": "ignore",
    "unpublish": "publish",
    "disable": "enable",
    "deactivate": "activate",
    "unverify": "verify",
    "undelete": "delete",
    "reopen": "close",
}
_INVERSES: dict[str, str] = {verb: undo for undo, verb in reversed(list(_UNDONE.items()))}
_PARTICLES = word_set("in out off up down on over")
"""Second words of verbs: `check in`, `sign off`."""
_FILLERS = word_set("mark as set make do to the request")


@dataclass(frozen=True)
class Target:
    """Where an action leads: `field` takes `value`; `verb` is what to call it."""

    verb: tuple[str, ...]
    field: str
    value: Json


def find_target(parts: tuple[str, ...], method: str, draft: Draft) -> Target | None:
    """Return where the action that `parts` name leads, if a field of the record can tell.

    A DELETE on the action's path undoes it (`DELETE /issues/{id}/lock`).
    """
    core = tuple(part for part in parts if part not in _FILLERS and part not in draft.noun)
    if len(core) == 2 and core[1] in _PARTICLES and method == "post":
        return _of_pair(core, draft)
    if len(core) != 1:
        return None
    verb = core[0]
    if method == "delete":
        undo = _INVERSES.get(verb)
        if undo is None:
            return None
        found = _boolean(verb, draft)
        return Target((undo,), found.name, False) if found is not None else None
    name = parts if parts[0] == "mark" else (verb,)
    for status in (f for f in draft.fields.values() if f.role == "status"):
        value = _choice(verb, status)
        if value is not None:
            return Target(name, status.name, value)
    positive = _UNDONE.get(verb)
    if positive is not None:
        found = _boolean(positive, draft)
        return Target(name, found.name, False) if found is not None else None
    found = _boolean(verb, draft)
    return Target(name, found.name, True) if found is not None else None


def _of_pair(core: tuple[str, ...], draft: Draft) -> Target | None:
    """Return where `check in` and `sign off` lead, if a status of the record has such a state."""
    wanted = {"_".join((form, core[1])) for form in participles(core[0])}
    for status in (f for f in draft.fields.values() if f.role == "status"):
        choices = status.type.choices if isinstance(status.type, Scalar) else ()
        for choice in choices:
            if "_".join(words(str(choice))) in wanted:
                return Target(core, status.name, choice)
    return None


def is_action(verb: str) -> bool:
    """Tell whether a verb is known to lead a record to another state, or back from it."""
    return verb in _STATES or verb in _UNDONE


def participles(verb: str) -> tuple[str, ...]:
    """Return the forms under which a state may carry the name of the verb that leads to it."""
    known = _STATES.get(verb, "").split()
    if verb.endswith("e"):
        regular = [f"{verb}d"]
    elif verb.endswith("y") and verb[-2:-1] not in "aeiou":
        regular = [f"{verb[:-1]}ied"]
    else:
        regular = [f"{verb}ed", f"{verb}{verb[-1]}ed"]
    return tuple(dict.fromkeys([*known, *regular, verb]))


def _choice(verb: str, status: FieldSpec) -> Json:
    if not isinstance(status.type, Scalar):
        return None
    choices = {"_".join(words(str(c))): c for c in status.type.choices}
    for form in participles(verb):
        if form in choices and form != verb:
            return choices[form]
    return choices.get(verb)


def _boolean(verb: str, draft: Draft) -> FieldSpec | None:
    synonyms = _STATES.get(verb, "").split()[1:]
    for form in (form for form in participles(verb) if form not in synonyms):
        for parts in ((form,), ("is", form)):
            name = draft.names.get(parts)
            if name is None:
                continue
            value = draft.fields[name].type
            if isinstance(value, Scalar) and value.type == "boolean":
                return draft.fields[name]
    return None
