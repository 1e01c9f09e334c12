"""Submissions: operations that leave a record which no other operation tells of.

`POST /send`, `POST /users/invite` and `POST /feedback` plainly make something: a message, an
invitation, a piece of feedback. What only computes an answer keeps no record.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass

from envfactory.spec.operations.seen import Seen
from envfactory.spec.records.action import is_action
from envfactory.spec.shapes.schema import Schemas
from envfactory.spec.words.authority import CREATED
from envfactory.spec.words.name import Nouns, word_set, words
from envfactory.spec.words.verb import (
    AMBIGUOUS,
    ARTICLES,
    COMPUTE,
    COMPUTED,
    LEFT_BY,
    SIGNING_IN,
    SIGNING_PAIRS,
)
from envfactory.spec.writes.upload import carries_file

COMPUTES = "computes, keeps no record"
"""Why a translation or a calculation is left out."""
CREDENTIALS = "handles credentials"
UNKEPT = frozenset({COMPUTES, CREDENTIALS, "answers with a file", "no effect of its own"})
"""Reasons to leave out operations that keep no record."""

_OBJECT_VERBS = word_set("send submit request report book reserve schedule start run import place")
"""Verbs whose object, where one is named, is what the record is called ("send an email")."""
_FILING = word_set(
    "upload attach import submit send create add save store share report post new insert"
)
"""Verbs under which callers hand in a file; with any other, the file is worked on."""
_CONVERTING = word_set(
    "convert transform translate calculate validate analyze search render tts qrcode qr barcode "
    "screenshot"
)
_NOT_MAKING = word_set(
    "set reset update change edit modify remove delete unset clear cancel stop disable enable "
    "rotate refresh restart reboot toggle unsubscribe unregister rename move leave join"
)
"""Verbs at the beginning of a path's word that make no record."""
_CALCULATING = word_set(
    "calculate compute convert translate transform analyze find search estimate"
)
_NUMBERED = word_set(
    "id ids uuid guid sid number no reference ref token key code name url uri link"
)
_BUILDING = word_set("build builds compute computes calculate calculates simulate simulates")
_REWRITING = word_set("rewrite rewrites paraphrase paraphrases spin spins proofread")
_CREATING = word_set("create add insert new make save store register post upsert")
_HANDING_IN = word_set("submit add insert register save store")
"""Verbs of texts that say what is kept, whatever else is answered with it."""
_WORKED_OUT = word_set(
    "pdf image preview quote estimate signature hash qr barcode screenshot thumbnail token "
    "translation report video audio document link url export"
)
"""What is made by working something out, and is answered with and not kept."""
_RECIPIENTS = word_set(
    "to recipient recipients receiver destination destinations phone phones phonenumber "
    "phone_number phone_numbers mobile mobiles msisdn number numbers num"
)
_MESSAGES = word_set("message text body sms content msg message_text")
_SENT = re.compile(r"sms|mms|messages?$|e?mails?$|notifications?$|voice|whatsapp|push$|fax|viber")
"""What is sent from one person to another, as a path calls it."""
_OR_CHANGES = re.compile(r"\bor (?:updates?|replaces?|edits?|modif(?:y|ies))\b", re.IGNORECASE)
_ALIKE = 5
"""Words that begin with so many equal letters mean the same: `suggest` and a suggestion."""
_SINGLE = word_set("settings setting config configuration preferences preference profile options")
_FILLERS = word_set(
    "a an the new this one your single multiple of to for on in with and or s existing "
    "given specified bulk batch async sync simple custom"
)
BESIDE = word_set(
    "success ok error errors warning warnings error_code error_message status_code code request_id "
    "result results data message_code http_status http_code is_success succeeded"
)
_TO_FILE = re.compile(r"\b(?:to|from|in|of) (?:an? |the |your )pdf\b", re.IGNORECASE)
_INFLECTED = re.compile(r"(?:ies|ing|es|s|ed)$")


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
    if set(parts) & SIGNING_IN or pairs & SIGNING_PAIRS or said in SIGNING_IN:
        return CREDENTIALS
    if _verb_at(parts) is not None or seen.route.verb not in ("", "create"):
        return ""
    if said == "submit" and _object(seen, said, parts, Nouns()):
        return ""
    computing = parts[0] in COMPUTE or parts[-1] in COMPUTED or said in COMPUTE
    computing = computing or any(step.noun[:1][0] in _CONVERTING for step in seen.route.steps)
    return COMPUTES if computing else ""


def only_computes(seen: Seen) -> bool:
    """Tell whether a POST plainly computes or looks up, whatever its answer looks like."""
    if seen.operation.method != "post" or seen.kind not in ("create", "update"):
        return False
    return _segment(seen)[0] in _CALCULATING or _said(seen) in _CALCULATING


def find_submission(seen: Seen, schemas: Schemas, nouns: Nouns) -> Submission | None:
    """Return what an operation leaves behind, or None where nothing tells."""
    if not _may_make(seen) or not seen.route.steps or unkept(seen):
        return None
    parts, said = _segment(seen), _said(seen)
    if seen.route.verb not in ("", "create") or parts[0] == "on" or parts[0] in _NOT_MAKING:
        return None
    if _is_sent(seen):
        return _left("send", parts, seen, nouns)
    if seen.response.kind == "records" or _builds(seen):
        return None
    made = _object(seen, said, parts, nouns)
    if _answers_more(seen, schemas) and not made:
        return None
    if carries_file(schemas, seen) and _works_on_file(seen, parts, said):
        return None
    at = _verb_at(parts)
    if at is not None:
        return _left(parts[at], parts[at + 1 :] or parts[:at], seen, nouns)
    if parts[-1] in _SINGLE or is_action(parts[0]):
        return None
    if said in LEFT_BY:
        left = _left(said, made or _without(said, parts), seen, nouns)
        acted_on = seen.route.on_item and left and left.noun == seen.route.nouns[-1]
        return None if acted_on and said not in _CREATING else left
    if _is_collection(seen, nouns):
        return _left("create", parts, seen, nouns)
    return (
        _left("send" if _has_text(seen) else "create", parts, seen, nouns)
        if _tells_nothing(seen)
        else None
    )


def _builds(seen: Seen) -> bool:
    """Tell whether a text says that something is built or worked out, whatever its path says."""
    told = [words(text[:120]) for text in (seen.operation.summary, seen.operation.description)]
    return any(set(parts[:1]) & _BUILDING or set(parts[:6]) & _REWRITING for parts in told)


def _may_make(seen: Seen) -> bool:
    """Tell whether an operation may leave a record: a POST, or a PUT that is said to add one."""
    if seen.operation.method == "put":
        told = f"{seen.operation.summary}. {seen.operation.description[:120]}"
        said = _said(seen) in ("add", "create", "insert")
        return said and not seen.route.on_item and not _OR_CHANGES.search(told)
    return seen.operation.method in ("post", "call")


def _is_sent(seen: Seen) -> bool:
    """Tell whether callers give a text and to whom it goes, whatever is answered with it."""
    given = {p.name for p in seen.operation.parameters if p.location == "query"}
    if seen.request is not None and seen.request.kind == "record":
        given |= set(seen.request.shape.properties)
    named = {"_".join(words(name)) for name in given}
    called = seen.route.verb == "" and _SENT.match(_segment(seen)[-1]) is not None
    return called and bool(named & _RECIPIENTS) and bool(named & _MESSAGES)


def _object(seen: Seen, said: str, parts: tuple[str, ...], nouns: Nouns) -> tuple[str, ...]:
    """Return what a text says that callers hand in, where the path calls it alike, or ()."""
    if said not in _HANDING_IN or seen.route.on_item:
        return ()
    own = nouns.singular_words(parts)
    for text in (seen.operation.summary, seen.operation.description):
        told = words(text[:80])[:6]
        if not told or said not in _base_forms(told[0]):
            continue
        for word in nouns.singular_words(told[1:]):
            same = word == own[-1] or word[:_ALIKE] == own[-1][:_ALIKE]
            if same and len(word) >= _ALIKE - 1 and word not in _WORKED_OUT:
                return (*own[:-1], word) if word != own[-1] else own
    return ()


def _tells_nothing(seen: Seen) -> bool:
    """Tell whether a POST answers what it is given with nothing but that it was done."""
    response = seen.operation.response
    answered = seen.operation.status in (201, 202, 204) or response is not None
    taken = seen.request is not None and seen.request.kind == "record"
    rooted = not any(step.parameters for step in seen.route.steps)
    return seen.response.kind == "none" and answered and taken and rooted


def _has_text(seen: Seen) -> bool:
    request = seen.request.shape.properties if seen.request else {}
    return bool({words(name)[-1:] for name in request} & {("message",), ("text",)})


def _without(verb: str, parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of a path without the verb that a word begins with ("startscan")."""
    rest = parts[0].removeprefix(verb)
    return (rest, *parts[1:]) if len(rest) > 2 else parts


def _answers_more(seen: Seen, schemas: Schemas) -> bool:
    """Tell whether the answer is computed: it holds data, and nothing that names a record."""
    if seen.response.kind != "record":
        return False
    request = seen.request.shape.properties if seen.request else {}
    known = {words(name) for name in request}
    names = {words(name): name for name in seen.response.shape.properties}
    if any(parts and parts[-1] in _NUMBERED for parts in names):
        return False
    new = [name for parts, name in names.items() if parts not in known]
    data = [name for name in new if "_".join(words(name)) not in BESIDE | CREATED]
    kinds = [schemas.shape(seen.response.shape.properties[name]).kind for name in data]
    return any(kind in ("object", "array", "number", "map") for kind in kinds)


def _works_on_file(seen: Seen, parts: tuple[str, ...], said: str) -> bool:
    """Tell whether a file that callers send is changed, and not handed in."""
    filed = said in _FILING or bool(set(parts) & _FILING)
    text = f"{seen.operation.summary}. {seen.operation.description[:200]}"
    return not filed or _TO_FILE.search(text) is not None


def _said(seen: Seen) -> str:
    """Return the first verb of the summary, or else of the description, that is known."""
    told = [_first_word(seen.operation.summary), _first_word(seen.operation.description)]
    known = (word for word in told if word in LEFT_BY or word in COMPUTE or word in SIGNING_IN)
    return next(known, told[0] or told[1])


def _verb_at(parts: tuple[str, ...]) -> int | None:
    """Return where in the words of a path a verb stands that leaves something."""
    for index, part in enumerate(parts):
        last = index + 1 == len(parts)
        if part in LEFT_BY and (index == 0 or not last or part not in AMBIGUOUS):
            return index
    return None


def _left(verb: str, rest: tuple[str, ...], seen: Seen, nouns: Nouns) -> Submission | None:
    """Return the submission of a verb, given the words of the path that are not the verb."""
    noun, *states = LEFT_BY[verb].split() or [""]
    rest = tuple(part for part in rest if part not in _FILLERS)
    above = seen.route.steps if seen.route.verb_words else seen.route.steps[:-1]
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
    found = words(text[:80])
    for position, word in enumerate(found[:3]):
        if word in _FILLERS or word in ("api", "endpoint", "method", "used"):
            continue
        if word in AMBIGUOUS and not set(found[position + 1 : position + 2]) & ARTICLES:
            return ""
        for form in _base_forms(word):
            if form in LEFT_BY or form in COMPUTE or form in SIGNING_IN:
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
    parts = words(seen.route.steps[-1].segment)
    return seen.operation.status == 201 or (bool(parts) and nouns.is_plural(parts[-1]))
