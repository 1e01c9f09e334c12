"""Summaries: what an environment or a tool is for, in the sentences of a source that say so.

Descriptions of APIs speak much of web addresses, keys, versions and how to get started. None of
that exists in an environment, so such sentences are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from envfactory.spec.words.aside import without_asides
from envfactory.spec.words.name import word_set, words
from envfactory.spec.words.prose import (
    MAX_LENGTH,
    cut,
    ended,
    paragraphs,
    plain,
    sentence,
    sentences,
)

_MIN_WORDS = 5
_FIRST = 4
_MOST_TABLES = 9
_MOST_SENTENCES = 3
_WEB = (
    r"https?:|www\.|\b\w+@\w+|\bbase ur[il]\b|\bapi[- ]keys?\b|\boauth|\bauthenticat|\bauthori[sz]|"
    r"\bbearer\b|\baccess tokens?\b|\brate limit|\bhttp (?:response|status|header|basic)|"
    r"\bstatus codes?\b|\bpostman\b|\bswagger\b|\bopen ?api\b|\bcurl\b|\bsdks?\b|\bcontent-type\b|"
    r"\bapplication/json\b|\bjson\b.{0,12}\b(?:format|document|api|object|payload|response)|"
    r"\b(?:GET|POST|PUT|PATCH|DELETE) (?:/|request|method|operation)|\bheaders?\b|"
    r"\bquery param(?:eter)?s?\b|\bapi (?:version|methods)\b|\bapi endpoints\b"
)
_ABOUT_THE_WEB = re.compile(_WEB, re.IGNORECASE)
_BOILERPLATE = re.compile(
    r"""^\W*(?:welcome|introduction|overview|getting\sstarted|last\s(?:modified|updated)|revised|
            version|changelog|copyright|download|click|sign\sup|see\b|please|read\b|visit|check|
            contact|learn|find\sout|for\s(?:more|further|details|full|additional)|try\b|note|
            to\s(?:gain|get|use|learn)|before|if\syou|we\b|our\sapi|you\sneed|useful\slinks)
      | \byou\scan\suse\sthis\sapi\sto\saccess\sall\b
      | ^(?:this\sis\s)?(?:the|an?)?\s?(?:\w+\s)?(?:documentation|specification|reference)\b
      | ^this\sis\s(?:the|an?)\b.*\b(?:api|documentation|specification|reference)(?:\sfor\s\S+)?\W*$
      | ^(?:serves|the\s(?:rest\s)?api\s(?:specification|documentation|reference))\b
      | \b(?:all\s.*\bendpoints|deprecated|no\slonger\s(?:maintained|supported)|terms\s(?:of|and)|
            usage\spolic|documentation|specification|rest(?:ful)?[\s-](?:based|api\W*$)|
            support\semail|https)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_BACKGROUND = re.compile(
    r"\b(?:ur[li]|header|auth\w*|security|error|rate|limit\w*|version\w*|changelog|change log|"
    r"release|support|contact|licen[cs]e|terms|getting started|quick ?start|sdk|librar\w+|formats?|"
    r"status codes?|pagination|paging|sandbox|environments?|request|response|convention|link)s?\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"^\W*(?:notes?\b|example|tips?\b|hints?\b|warning|important|caution|attention|documentation\b|"
    r"terminology|reserved for|only available|feature not|either use|requires?\b|required\b|"
    r"deprecated|beta\b|changelog|these have to|fields \w+ and|always returns|see\b|please|"
    r"for (?:more|further|complete|full|additional|details|the (?:fastest|best))|"
    r"more (?:info|details)|description\W*$|"
    r"step \w+\b|the following|default is|(?:this|the) (?:path|version|endpoint|method) is an?\b|"
    r"in order to use|you (?:must|need)|make sure|use your|before|once you|due to)",
    re.IGNORECASE,
)
"""How sentences begin that say something beside what a tool does."""
_NOTHING = re.compile(r"(?:<br\s*/?>|^|\s)\s*(?:None|null|undefined|TODO|TBD)\s*$")
_DOING = word_set(
    "get return retrieve list fetch create add update delete remove find search lookup view show "
    "read obtain provide send set change modify edit download upload check start stop cancel"
)
_SMALL = word_set("a an the of for to in on by with and or all your this that its one is are from")
_MIN_TITLE = 3
"""Words of a title that says what is done; shorter ones only name it."""
_TITLE_END = re.compile(
    r"\s*[-–—:]?\s*\b(?:documentation|specification|reference)\W*$", re.IGNORECASE
)


def environment_summary(text: str, title: str, tables: Sequence[str]) -> str:
    """Return what an API is for: its own words where they say it, else what it keeps.

    Args:
        text: The description of the API, in Markdown or HTML.
        title: The API's title, on one line.
        tables: What the records of each table are called, in the plural.
    """
    for heading, paragraph in paragraphs(text)[:_FIRST]:
        if _BACKGROUND.search(heading):
            continue
        useful: list[str] = []
        for one in sentences(paragraph):
            if _is_useful(one):
                useful.append(one)
            elif useful:
                break
        said = cut(" ".join(useful[:_MOST_SENTENCES]), MAX_LENGTH)
        if said and not said.endswith("…"):
            return sentence(said)
    return sentence(f"{_TITLE_END.sub('', title) or title}: {_enumerated(tables)}")


def _is_useful(text: str) -> bool:
    if len(text.split()) < _MIN_WORDS or text.endswith(":"):
        return False
    return not _ABOUT_THE_WEB.search(text) and not _BOILERPLATE.search(text)


def _enumerated(tables: Sequence[str]) -> str:
    listed = list(tables[:_MOST_TABLES])
    if len(tables) > _MOST_TABLES:
        return f"{', '.join(listed)} and more"
    return " and ".join(filter(None, [", ".join(listed[:-1]), listed[-1]]))


def tool_summary(summary: str, description: str, fallback: str) -> str:
    """Return what a tool does: what its source says of it first, without talk of the web.

    Args:
        summary: The title that the source gives the operation.
        description: The longer text that the source gives.
        fallback: What to say where neither says anything.
    """
    short, long = _of_tool(summary), _of_tool(description)
    titled = len(short.split()) >= _MIN_TITLE and not short.endswith("…")
    if titled and long and not _says_all(short, long):
        joined = cut(f"{ended(short)} {long}")
        chosen = joined if not joined.endswith("…") else short
    else:
        chosen = long if len(long) > len(short) and (len(long) >= 20 or not short) else short
        if chosen.endswith("…") and short and not short.endswith("…"):
            chosen = short
    return chosen if len(chosen.split()) > 1 else sentence(fallback)


def _says_all(short: str, long: str) -> bool:
    """Tell whether a text begins by saying what a title says: what is done, or to what."""
    first = next(iter(sentences(long)), "")
    wanted, said = _stems(short), _stems(first)
    begun = words(first)[:1]
    if begun and (begun[0].rstrip("s") in _DOING or begun[0].endswith("ing")):
        return len(wanted & said) * 2 >= len(wanted)
    return wanted <= said


def _stems(text: str) -> set[str]:
    return {word[:5] for word in words(text) if word not in _SMALL}


def _of_tool(text: str) -> str:
    kept: list[str] = []
    for one in sentences(without_asides(plain(_NOTHING.sub("", text)))):
        if not kept and _ASIDE.search(one):
            continue
        if not kept or not _ABOUT_THE_WEB.search(one):
            kept.append(one[:1].upper() + one[1:])
    return sentence(cut(" ".join(kept)))
