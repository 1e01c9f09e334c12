"""Tool names: what `create_issue`, `getComments` or `package_search` says it does, and to what.

A name is read as a verb and a noun, with what stands behind prepositions apart. Where the name has
no verb, the first sentence of the description may have one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from envfactory.spec.records.action import is_action
from envfactory.spec.words.name import Nouns, word_list, word_set, words

Doing = Literal[
    "list", "search", "get", "count", "create", "update", "upsert", "delete", "act", "relate",
    "compute", "outside", "",
]  # fmt: skip
"""What a tool does; `compute` keeps no record, `outside` works on something that is none.

`count` tells how many records there are, or whether there is one.
"""

_VERBS: dict[Doing, str] = {
    "list": "list enumerate browse index",
    "search": "search find query lookup discover filter locate explore",
    "get": "get fetch read show retrieve view describe load inspect display access provide "
    "provides return download open see",
    "create": "create add new insert register post send make submit book schedule upload "
    "record start initialize init place import append reply draft reserve request order buy",
    "update": "update edit modify change rename adjust move configure replace patch set",
    "upsert": "write save put upsert store",
    "delete": "delete remove destroy clear drop erase purge discard unregister",
    "relate": "assign unassign follow unfollow star unstar join leave invite attach detach link "
    "unlink subscribe unsubscribe like unlike vote",
    "compute": "calculate compute convert generate analyze analyse validate parse extract "
    "summarize summarise translate format compare merge split encode decode evaluate predict "
    "estimate optimize optimise random shuffle sample transform render detect classify solve "
    "count sum calc plan build think suggest recommend resolve reverse geocode",
    "outside": "navigate click fill hover press drag screenshot select execute run evaluate "
    "type scroll switch wait go connect login logout authenticate ping interact checkout",
}
_KINDS: dict[str, Doing] = {
    word: kind for kind, listed in _VERBS.items() for word in listed.split()
}
_AGENTS: dict[str, Doing] = {
    "getter": "get", "fetcher": "get", "reader": "get", "searcher": "search", "finder": "search",
    "lister": "list", "creator": "create", "writer": "upsert", "converter": "compute",
    "predictor": "compute", "merger": "compute", "splitter": "compute", "formatter": "compute",
    "cleaner": "compute", "validator": "compute", "analyzer": "compute", "calculator": "compute",
}  # fmt: skip
_ARTIFACTS = word_set(
    "chart graph map diagram plot report image invoice document certificate ticket presentation "
    "video audio logo canvas page site card poster receipt"
)
"""What is kept after it was generated, unlike an answer."""
_LAST = word_set("search list show get create update delete read add remove lookup index")
"""Verbs that may stand last in a name, as in `package_search`."""
_PREPOSITIONS = word_set("by for in to from with of on at as per via using about into within near")
_OWNERS = word_set("to in from of on for within into")
_FILLERS = word_set(
    "all my the a an available existing multiple specific detailed given own single every any "
    "this that your its some more various several allowed list lists information details"
)
_STATES = {
    "done": "complete", "completed": "complete", "complete": "complete", "finished": "finish",
    "read": "read", "unread": "unread", "resolved": "resolve", "paid": "pay", "active": "activate",
    "inactive": "deactivate", "favorite": "favorite", "spam": "flag",
}  # fmt: skip
"""States that `mark_task_done` leads to, with the verb that leads there."""
_CUT = word_set(
    "by for in to from with of on at as per via using about into within near that which and or "
    "including based if when whether where given whose through between across"
)
_SENTENCE_WORD = re.compile(r"[A-Za-z][\w'/-]*|[.,;:!?(]")
_COLLECTIVE = word_set("news history logs feed headlines trending rank ranking leaderboard")
"""Nouns that stand for many records though they look like one."""
_VAGUE = word_set("object item entry record node result data info file thing")


@dataclass(frozen=True)
class ToolName:
    """A name, read.

    Attributes:
        doing: The kind of operation, or '' where nothing says it.
        verb: Its words, for what is an action: `("mark", "done")`.
        noun: What it is about, in the singular; may be empty.
        plural: The noun stands in the plural.
        owner: What the noun lies in or belongs to, in the singular; may be empty.
        by: The words behind 'by'.
    """

    doing: Doing
    verb: tuple[str, ...]
    noun: tuple[str, ...]
    plural: bool = False
    owner: tuple[str, ...] = ()
    by: tuple[str, ...] = ()


def server_prefix(names: Sequence[str]) -> tuple[str, ...]:
    """Return the first words that most tools share because they name the server, not a verb."""
    split = [parts for parts in map(words, names) if len(parts) > 1]
    prefix: tuple[str, ...] = ()
    while len(split) > 2:
        heads: dict[str, int] = {}
        for parts in split:
            if len(parts) > len(prefix) + 1:
                heads[parts[len(prefix)]] = heads.get(parts[len(prefix)], 0) + 1
        head = max(heads, key=lambda word: heads[word], default="")
        if not head or head in _KINDS or is_action(head) or heads[head] * 3 < len(names) * 2:
            break
        prefix = (*prefix, head)
        split = [parts for parts in split if parts[: len(prefix)] == prefix]
    return prefix


@dataclass(frozen=True)
class Server:
    """What the tools of one server share.

    Attributes:
        prefix: First words of their names that only name the server.
        called: The words of the server's own name.
    """

    prefix: tuple[str, ...] = ()
    called: frozenset[str] = frozenset()


def read_name(name: str, description: str, nouns: Nouns, server: Server) -> ToolName:
    """Return what a tool's name says, with the help of its description where it has no verb.

    Args:
        name: The name as the source has it.
        description: What the source says of it.
        nouns: Singular and plural.
        server: What the tools around it share.
    """
    parts = words(name)
    if parts[: len(server.prefix)] == server.prefix and len(parts) > len(server.prefix):
        parts = parts[len(server.prefix) :]
    told = _told(description, nouns)
    found = _by_verb(parts, nouns)
    if found is None:
        phrase = _phrase(parts, nouns)
        trusted = told is not None and (told.doing in _READS or _agrees(told, parts, nouns))
        found = _with(told, *phrase) if told and trusted else ToolName("", (), *phrase)
    found = _without_server(found, server)
    if found.noun or told is None or found.doing not in ("list", "search", "get"):
        return found
    return ToolName(found.doing, found.verb, told.noun, told.plural, told.owner, found.by)


_READS = ("list", "search", "get", "compute", "outside")


def _agrees(told: ToolName, parts: tuple[str, ...], nouns: Nouns) -> bool:
    """Tell whether what a description says is made or changed is what the name is about."""
    if len(parts) == 1:
        return nouns.singular(parts[0]) in told.noun
    return nouns.singular_words(parts) == told.noun


def _with(
    told: ToolName,
    noun: tuple[str, ...],
    plural: bool,
    owner: tuple[str, ...],
    by: tuple[str, ...],
) -> ToolName:
    return ToolName(told.doing, told.verb, noun, plural, owner, by)


def _without_server(found: ToolName, server: Server) -> ToolName:
    """Drop the server's own name from the noun: what is left is what the server keeps."""
    noun = found.noun
    if not noun or noun[0] not in server.called or noun[1:] in tuple((word,) for word in _VAGUE):
        return found
    if len(noun) == 1 and found.doing not in ("list", "search"):
        return found
    return ToolName(found.doing, found.verb, noun[1:], found.plural, found.owner, found.by)


def _by_verb(parts: tuple[str, ...], nouns: Nouns) -> ToolName | None:
    """Read a name that has a verb first or last."""
    if not parts:
        return None
    first, last = parts[0], parts[-1]
    if len(parts) > 3 and parts[1] == "or" and parts[0] in _KINDS and parts[2] in _KINDS:
        return ToolName("upsert", parts[:3], *_phrase(parts[3:], nouns))
    if last in ("exists", "exist") and len(parts) > 1:
        asking = 1 if first in ("check", "verify", "does") else 0
        return ToolName("count", (last,), *_phrase(parts[asking:-1], nouns))
    if first == "count" and nouns.is_plural(last):
        return ToolName("count", (first,), *_phrase(parts[1:], nouns))
    if first in ("generate", "draw") and set(parts[1:]) & _ARTIFACTS:
        return ToolName("create", (first,), *_phrase(parts[1:], nouns))
    if first == "mark" and len(parts) > 1:
        return _marked(parts, nouns)
    if first in _KINDS:
        return ToolName(_KINDS[first], (first,), *_phrase(parts[1:], nouns))
    if is_action(first) and len(parts) > 1:
        return ToolName("act", (first,), *_phrase(parts[1:], nouns))
    if last in _AGENTS and len(parts) > 1:
        return ToolName(_AGENTS[last], (last,), *_phrase(parts[:-1], nouns))
    if last in _LAST and len(parts) > 1:
        return ToolName(_KINDS[last], (last,), *_phrase(parts[:-1], nouns))
    return None


def _marked(parts: tuple[str, ...], nouns: Nouns) -> ToolName:
    """Read `mark_task_done` and `mark_notification_as_read`."""
    rest = tuple(part for part in parts[1:] if part != "as")
    if len(rest) > 1 and (rest[-1] in _STATES or is_action(rest[-1])):
        verb = _STATES.get(rest[-1], rest[-1])
        return ToolName("act", (verb,), *_phrase(rest[:-1], nouns))
    return ToolName("", ("mark",), *_phrase(rest, nouns))


def _phrase(
    parts: Iterable[str], nouns: Nouns
) -> tuple[tuple[str, ...], bool, tuple[str, ...], tuple[str, ...]]:
    """Split the words behind a verb into noun, whether it is plural, owner, and what 'by' names."""
    groups: list[tuple[str, list[str]]] = [("", [])]
    for part in parts:
        if part in _PREPOSITIONS:
            groups.append((part, []))
        elif part not in _FILLERS:
            groups[-1][1].append(part)
    noun = tuple(groups[0][1])
    owner: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    for preposition, listed in groups[1:]:
        if preposition == "by" and not by:
            by = tuple(listed)
        elif preposition in _OWNERS and not owner and listed:
            owner = nouns.singular_words(tuple(listed))
    plural = bool(noun) and (nouns.is_plural(noun[-1]) or noun[-1] in _COLLECTIVE)
    return nouns.singular_words(noun), plural, owner, by


def _told(description: str, nouns: Nouns) -> ToolName | None:
    """Read the first sentence of a description that begins with a verb."""
    found = [match.group() for match in _SENTENCE_WORD.finditer(description[:300])]
    if not found:
        return None
    verb = _base(found[0].lower())
    doing: Doing = _KINDS.get(verb, "")
    if not doing and not is_action(verb):
        return None
    phrase: list[str] = []
    of_list = False
    rest = [one.lower() for one in found[1:]]
    if verb in ("search", "look") and "for" in rest[:6]:
        rest = rest[rest.index("for") + 1 :]
    for word in rest:
        if word in ("list", "information", "details", "contents", "content") and not phrase:
            of_list = True
        elif of_list and not phrase and word in ("of", "about", "for", "on"):
            continue
        elif word in _CUT or not word[0].isalpha():
            if phrase or not word[0].isalpha():
                break
        elif word not in _FILLERS:
            phrase += words(word)
    return ToolName(doing or "act", (verb,), *_phrase(phrase[-2:], nouns))


def _base(verb: str) -> str:
    """Return the plain form of a verb in the third person: 'retrieves' is 'retrieve'."""
    if verb in _KINDS:
        return verb
    for ending in word_list("s es"):
        stem = verb.removesuffix(ending)
        if stem != verb and (stem in _KINDS or is_action(stem)):
            return stem
    return {"looksup": "lookup", "looks": "lookup", "look": "lookup"}.get(verb, verb)
