"""Done: whether a tool that makes, changes or ends something does what its first sentences say.

`POST /servers/{id}/attributes`, "Set all attributes of a server", makes no attribute, and
`POST /orders/{id}/cancel`, "Cancel order lines", does not cancel the order.
"""

from __future__ import annotations

import re

from envfactory.spec.model import (
    ActOnRecord,
    CountRecords,
    CreateRecord,
    DeleteRecord,
    GetRecord,
    ListRecords,
    ParameterSpec,
    PickRecord,
    Scalar,
    UpdateRecord,
)
from envfactory.spec.records.made import Made
from envfactory.spec.words.name import word_set, words
from envfactory.spec.words.prose import plain, sentences

_READS = (ListRecords, CountRecords, PickRecord, GetRecord)
_PARTICLES = re.compile(r"^\W*(?:checks?|sets?|signs?) ?-?(?:out|in|up)\b", re.IGNORECASE)
"""Verbs of two words: who sets up a webhook makes one."""
_OTHERWISE = word_set(
    "set sets setting update updates updating change changes modify modifies edit edits rename "
    "renames reset resets replace replaces mark marks unmark view views show shows list lists "
    "retrieve retrieves fetch fetches search searches find finds read reads wave get gets return "
    "returns query queries obtain obtains from by with via using"
)
"""First words of texts that make nothing, or do not say what is made."""
_ALLOWS = re.compile(
    r"^\W*(?:this |the )?(?:\w+ ){0,2}(?:allows?|enables?|lets?|permits?|helps?)\b"
    r"(?: (?:a|an|the|you|your|users?|clients?|client|application|applications|any\w*))* (?:to )?",
    re.IGNORECASE,
)
_MAKING = re.compile(
    r"\b(?:creat\w+|add(?:s|ed|ing)?|insert\w*|upload\w*|register\w*|submit\w*|post(?:s|ing)?|"
    r"new|make|makes|save[sd]?|store[sd]?|send|sends|issue[sd]?|append\w*|upsert\w*)\b",
    re.IGNORECASE,
)
_ASKS_FIRST = re.compile(
    r"^\W*requests? (?:to|for|that|the|an?)\b.{0,40}\b(?:delet\w+|remov\w+|cancel\w*|eras\w+)\b"
    r"|\b(?:deletion|removal|cancellation|erasure) request\b",
    re.IGNORECASE,
)
"""What is asked for and is not done by that."""
_CHOOSES = re.compile(
    r"\b(?:assigns?|picks?|chooses?|selects?|allocates?) (?:\w+ ){0,2}"
    r"(?:random|randomly|next|best|first|free|available|suitable)\b",
    re.IGNORECASE,
)
"""What a service finds out before it changes something."""
_SCRIPT = re.compile(
    r"\b(?:code|scripts?|expressions?|commands?) (?:to (?:be )?)(?:execute|run|evaluate)d?\b",
    re.IGNORECASE,
)
"""What is said to be run, and is only kept."""
_SOLVED = re.compile(
    r"\b(?:solution|result|answer|prediction|output)s? (?:will be|is|are) "
    r"(?:\w+ed|given|sent back) (?:back )?in (?:the|its) (?:\w+ )?(?:response|answer)\b",
    re.IGNORECASE,
)
_EXECUTES = re.compile(
    r"^\W*(?:executes?|runs?|invokes?|evaluates?|tests?|validates?|simulates?|previews?)\b",
    re.IGNORECASE,
)
_STARTS = re.compile(
    r"^\W*(?:\w+ly )?(?:re-?)?(?:shares?|publish(?:es)?|starts?|launch(?:es)?|triggers?|queues?|"
    r"prints?|broadcasts?)\b(?P<what>(?: \w+){1,5})",
    re.IGNORECASE,
)
_EITHER = re.compile(r"\b(?:or|and|/) ?(?:updat|replac|overwrit|modif|edit|chang|set)", re.I)
_OF_MUCH = re.compile(
    r"^\W*(?:imports?|uploads?|sync(?:s|hroni[sz]es?)?|process(?:es)?|pays?|transfers?|deposits?|"
    r"withdraws?|sends? (?:an? |the )?(?:payment|money|funds?|amount|transfer))\b",
    re.IGNORECASE,
)
"""What nobody does without saying what, or how much."""
_DELETES = re.compile(
    r"^\W*(?:deletes?|removes?) (?:(?:an?|the|this|that|your|any|one|single|specific|specified|"
    r"given|existing|particular|individual) )*(?P<what>[a-z]+(?: [a-z]+)?)",
    re.IGNORECASE,
)
_ANY = frozenset(
    word[:4] for word in ("by", "it", "record", "entity", "resource", "object", "item")
)
_RENDERS = re.compile(
    r"\b(?:creat\w+|generat\w+) (?:of )?(?:an? |the )?(?:\w+ )?(?:qr ?code|barcode|thumbnail|"
    r"screenshot|pdf)\b",
    re.IGNORECASE,
)
_OUTCOMES = word_set("result results output outputs stdout outcome answer answers evaluation")
_PARTS = r"(?:lines?|items?|line items?|rows?|entry|entries|positions?|parts?|members?|notes?)"
_CHOOSING = word_set("action operation op method mode cmd command todo function task act")
_DOING = word_set(
    "add create insert write new update edit change modify delete del remove get list read show "
    "enable disable start stop"
)


def does_otherwise(made: Made) -> bool:
    """Tell whether a tool does something else to records than its source says first."""
    behaviour = made.behaviour
    if isinstance(behaviour, _READS):
        return False
    if any(_chooses(one) for one in made.parameters):
        return True
    told = _first(made)
    if isinstance(behaviour, CreateRecord):
        if _needs_itself(made) or (made.draft.inferred and _leaves_nothing(made, told)):
            return True
        if _makes_of(made):
            return True
        return _makes_nothing(told) or _drops_named(made) or _drops_body(made) or _answers(made)
    if isinstance(behaviour, DeleteRecord):
        asked = any(_ASKS_FIRST.search(one) for one in told)
        if asked or (told and all(_ends_others(made, one) for one in told)):
            return True
    if _is_of_others(made, told):
        return True
    if any(_CHOOSES.search(one) for one in told):
        return True
    if any(_SCRIPT.search(one.description) for one in made.parameters):
        return True
    if isinstance(behaviour, UpdateRecord) and _only_creates(behaviour, told):
        return True
    if isinstance(behaviour, ActOnRecord | UpdateRecord | DeleteRecord):
        return any(_is_of_parts(made, one) for one in told)
    return False


def _only_creates(behaviour: UpdateRecord, told: list[str]) -> bool:
    """Tell whether texts say that a record is created, where a tool changes one that is there."""
    creates = [words(one[:20])[:1] in (("create",), ("creates",)) for one in told]
    either = any(_EITHER.search(one) for one in told)
    return not behaviour.or_create and bool(creates) and all(creates) and not either


def _chooses(one: ParameterSpec) -> bool:
    """Tell whether an input says which of several things to do: `action` of `add` or `delete`."""
    if not isinstance(one.type, Scalar) or not set(words(one.source_name)[-1:]) & _CHOOSING:
        return False
    choices = {word for choice in one.type.choices for word in words(str(choice))[:1]}
    return len(choices & _DOING) > 1


def _makes_nothing(told: list[str]) -> bool:
    """Tell whether the first text begins with what makes nothing, and none speaks of making."""
    begun = words(_ALLOWS.sub("", told[0])[:40])[:1] if told else ()
    if not begun or _PARTICLES.search(told[0]):
        return False
    return set(begun) <= _OTHERWISE and not any(_MAKING.search(one) for one in told)


def _needs_itself(made: Made) -> bool:
    """Tell whether a record could only be made where it is there already."""
    own = {made.draft.noun, (*made.draft.noun, "id"), ("id",)}
    return any(
        one.required
        and one.reference is not None
        and one.reference.table == made.draft.table
        and words(one.source_name) in own
        and not _sets_key(made, one.name)
        for one in made.parameters
    )


def _sets_key(made: Made, name: str) -> bool:
    assigns = getattr(made.behaviour, "assigns", ())
    return any(one.parameter == name and one.field == made.draft.key for one in assigns)


def _drops_named(made: Made) -> bool:
    """Tell whether a record is made without what a path names behind its verb."""
    kept = {one.source_name for one in made.parameters}
    return not set(made.seen.route.tail) <= kept


def _drops_body(made: Made) -> bool:
    """Tell whether a record is made of nothing that callers send: `Upload an attachment`."""
    operation = made.seen.operation
    if operation.request is None or not made.parameters:
        return False
    several = made.seen.request is not None and made.seen.request.kind == "records"
    places = ("path", "query") if several else ("path",)
    placed = {one.name for one in operation.parameters if one.location in places}
    return all(one.source_name in placed for one in made.parameters)


def _answers(made: Made) -> bool:
    """Tell whether an operation does at once what it is asked for, and answers what came of it."""
    operation = made.seen.operation
    text = f"{plain(operation.summary)} {plain(operation.description, 600)}"
    if _SOLVED.search(text) or (made.draft.inferred and _RENDERS.search(text)):
        return True
    outcome = any(set(words(one)) & _OUTCOMES for one in made.seen.response.shape.properties)
    return outcome and any(_EXECUTES.search(one) for one in _first(made))


def _makes_of(made: Made) -> bool:
    """Tell whether something else is made of such a record: `a selfie token from the user data`."""
    operation = made.seen.operation
    label = re.escape(" ".join(made.draft.noun))
    texts = plain(operation.summary), plain(operation.description)
    source = any(re.search(rf"\bfrom (?:the |an? )?{label}\b", one, re.I) for one in texts)
    more = rf"^\W*(?:creates?|generates?|makes?) (?:an? |the |new )*{label} \w+\W*$"
    return source and any(re.match(more, one, re.I) for one in texts)


def _leaves_nothing(made: Made, told: list[str]) -> bool:
    """Tell whether what callers send is not what an implied record would be made of."""
    return _starts_owner(made, told) or _is_acted_on(made, told)


def _is_acted_on(made: Made, told: list[str]) -> bool:
    """Tell whether a text says what is done to such a record: `Start the playback of the video`."""
    label = " ".join(made.draft.noun)
    behind = (
        rf"\b(?:of|for|from|on|to) (?:the|an?|this|that|your) (?:\w+ ){{0,2}}{re.escape(label)}\b"
    )
    made_so = rf"^\W*\w+ (?:(?:an?|the|new|one|your) )*{re.escape(label)}\b"
    return any(
        re.search(behind, one, re.IGNORECASE)
        and not re.match(made_so, one, re.IGNORECASE)
        and not _MAKING.match(one.lstrip())
        for one in told
    )


def _starts_owner(made: Made, told: list[str]) -> bool:
    """Tell whether what a path names is itself shared or started: `Shares a pending update`.

    Such a record would hold nothing but whose it is, and nothing would have become of the owner;
    and a payment of no amount pays nothing.
    """
    placed = {one.name for one in made.seen.operation.parameters if one.location == "path"}
    above = [step.noun for step in made.seen.route.steps if step.parameters]
    if not above or any(one.source_name not in placed for one in made.parameters):
        return False
    if any(_OF_MUCH.match(text) for text in told):
        return True
    for text in told:
        found = _STARTS.match(text)
        if found is not None and set(above[-1][-1:]) & set(words(found["what"])):
            return True
    return False


def _is_of_others(made: Made, told: list[str]) -> bool:
    """Tell whether neither the path nor a text calls the records as a tool does.

    `DELETE /v3/{name}`, "Deletes an account link", deletes no report.
    """
    path = words(made.seen.operation.path)
    said = {word[:4] for word in (*path, *(w for one in told for w in words(one[:120])))}
    named = {word[:4] for word in (*made.draft.noun, *made.draft.table.split("_"))}
    known = {word[:4] for one in made.draft.kind.own for word in one}
    bare = all(part.startswith("{") or part[:1] == "v" for part in _segments(made))
    return bare and bool(told) and not (named | known) & said


def _segments(made: Made) -> list[str]:
    return [part for part in made.seen.operation.path.split("/") if part]


def _is_of_parts(made: Made, text: str) -> bool:
    """Tell whether a text is about parts of a record: `Cancel order lines`."""
    label = " ".join(made.draft.noun)
    some = r"(?:(?:an?|the|one|or|more|all|some|any|single|multiple) )*"
    begun = rf"^\W*(?:you can )?\w+ {some}{re.escape(label)}(?:'s)? {_PARTS}\b"
    owned = rf"^\W*(?:you can )?\w+ {some}{re.escape(label)}['’]s? \w+"
    acts = isinstance(made.behaviour, ActOnRecord)
    return re.match(begun, text, re.IGNORECASE) is not None or (
        acts and re.match(owned, text, re.IGNORECASE) is not None
    )


def _ends_others(made: Made, text: str) -> bool:
    """Tell whether a text says that something is deleted which nothing else here is called like."""
    found = _DELETES.match(text)
    if found is None:
        return False
    said = words(found["what"])
    called = {*words(made.seen.operation.path), *made.draft.noun, *made.draft.table.split("_")}
    called |= {word for one in made.draft.kind.components for word in words(one)}
    if any(word[:4] in _ANY or _is_begun(word, called) for word in said):
        return False
    return bool(said) and not any(_shortens(word, said) for word in called)


def _is_begun(word: str, called: set[str]) -> bool:
    """Tell whether a word is one of those, or begins like it: `application` is an `app`."""
    return any(
        word.startswith(other[:4]) or other.startswith(word[:4])
        for other in called
        if min(len(word), len(other)) > 2
    )


def _shortens(short: str, said: tuple[str, ...]) -> bool:
    """Tell whether a word is made of the beginnings of others: `envvar`, or `webhook`."""
    first, behind = said[0], "".join(said[1:])
    sizes = range(2, min(len(first), len(short) - 2) + 1) if behind else ()
    return any(short == first[:size] + behind[: len(short) - size] for size in sizes)


def _first(made: Made) -> list[str]:
    """Return the first sentences of what a source says of an operation."""
    operation = made.seen.operation
    texts = (operation.summary, operation.description)
    return [found[0] for text in texts if (found := sentences(plain(text)))]
