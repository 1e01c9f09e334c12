"""`why_own`: what makes a tool one that people use themselves rather than leave to an agent.

Rules, each of which gives its evidence in words. An act may be one in person by what it is called
or leads to, because it works on whoever uses it, because its records are personal, because money
is spent, or because it cannot be undone.
"""

from __future__ import annotations

from envfactory.environment.world import SEPARATOR
from envfactory.graph.words import words as split_words
from envfactory.task.meanings.meaning import Glossary, ToolMeaning
from envfactory.task.meanings.words import plural, spaced

_IN_PERSON = frozenset(
    {"accept", "acknowledge", "activate", "agree", "approve", "authorise", "authorize", "book"}
    | {"capture", "charge", "checkout", "confirm", "consent", "decline", "enroll", "pair", "pay"}
    | {"publish", "purchase", "redeem", "refund", "reject", "respond", "rsvp", "sign", "submit"}
    | {"subscribe", "transfer", "unlock", "unsubscribe", "verify", "vote", "withdraw"}
)
"""Verbs of what people do in person, because it is their money, word, identity or device."""
_STATES = frozenset(
    {"accepted", "acknowledged", "approved", "authorized", "authorised", "confirmed", "declined"}
    | {"paid", "published", "refunded", "rejected", "signed", "submitted", "verified", "voided"}
)
"""What becomes of records by such acts."""
_PERSONAL = frozenset(
    {"account", "address", "card", "consent", "credential", "device", "follow", "key", "like"}
    | {"membership", "passcode", "password", "permission", "pin", "preference", "profile"}
    | {"rating", "reaction", "review", "session", "setting", "signature", "subscription", "token"}
    | {"vote", "wallet"}
)
"""Kinds of records that belong to one person, or lie on a device of theirs."""
_SPENT = frozenset(
    {"booking", "charge", "checkout", "deposit", "donation", "order", "payment", "payout"}
    | {"purchase", "refund", "reservation", "subscription", "transaction", "transfer"}
    | {"withdrawal"}
)
"""Kinds of records that cost somebody money when they are made."""
_FINAL = frozenset({"delete", "remove", "destroy", "erase", "purge"})
_CHANGES = ("create", "update", "delete", "action", "relate", "adjust", "order", "other")


def seems_own(tool: str) -> bool:
    """Say by a tool's qualified name alone whether it may well be one that people use themselves.

    Only `why_own` is sure, which knows what the tool does.
    """
    words = split_words(tool.partition(SEPARATOR)[2])
    return bool(words) and (words[0] in _IN_PERSON | _FINAL or not _PERSONAL.isdisjoint(words))


def why_own(tool: ToolMeaning, glossary: Glossary) -> tuple[int, str] | None:
    """Return why a tool is one that people use themselves: the best evidence, and its rank.

    Args:
        tool: What the tool does.
        glossary: What its records are called.

    Returns:
        The rank, 0 for the surest evidence, and the evidence in words. None where there is none.
    """
    if tool.kind not in _CHANGES:
        return None
    words = split_words(tool.short)
    acts = [word for word in words if word in _IN_PERSON]
    if acts and (acts[0] == words[0] or tool.kind == "action"):
        return 0, f"its name says so: {acts[0]}"
    if tool.kind == "action" and str(tool.target).casefold() in _STATES:
        return 1, f"what it leads to: {str(tool.target).casefold()}"
    entity = glossary.entity(tool.environment, tool.table)
    if entity is None:
        return None
    many = plural(entity.noun)
    if tool.kind in ("update", "action", "delete") and tool.key is None and not tool.scope:
        return 2, f"it works on the {entity.noun} of whoever uses it"
    if not _PERSONAL.isdisjoint(entity.noun.split()):
        return 3, f"{many} are personal"
    if tool.kind in ("create", "order") and entity.head in _SPENT:
        return 4, f"{many} cost money"
    if tool.kind == "delete":
        return 5, f"{many} that are deleted cannot be brought back"
    return None


def verb_of(tool: ToolMeaning, noun: str) -> str:
    """Return what people do with a tool, without the noun: `pay` for `pay_order`."""
    words = spaced(tool.short)
    for name in (noun, plural(noun), noun.rpartition(" ")[2]):
        if words.endswith(f" {name}"):
            return words.removesuffix(f" {name}")
    return words
