"""Summaries: what an environment or a tool is for, in the sentences of a source that say so.

Descriptions of APIs speak much of web addresses, keys, versions and how to get started. None of
that exists in an environment, so such sentences are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from envfactory.spec.prose import MAX_LENGTH, cut, paragraphs, plain, sentence, sentences

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
    r"\bquery parameters?\b|\bapi (?:version|methods)\b|\bapi endpoints\b"
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
_TO_DO = re.compile(
    r"^(?:please )?use th(?:is|e) (?:endpoint|enpoint|method|operation|api|call|request|resource) "
    r"(?:to|for) (?=[a-z])",
    re.IGNORECASE,
)
_DOES = re.compile(
    r"^this (?:endpoint|method|operation|api|call|request|resource|route) "
    r"(?:(?:allows|enables|permits) (?:you|users|the user|clients) to |lets you |"
    r"(?:is|can be) used to |will )(?=[a-z])",
    re.IGNORECASE,
)
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
    """Return what a tool does: the fuller of two texts of its source, without talk of the web.

    Args:
        summary: The title that the source gives the operation.
        description: The longer text that the source gives.
        fallback: What to say where neither says anything.
    """
    short, long = _of_tool(summary), _of_tool(description)
    chosen = long if len(long) > len(short) and (len(long) >= 20 or not short) else short
    if chosen.endswith("…") and short and not short.endswith("…"):
        chosen = short
    return chosen if len(chosen.split()) > 1 else sentence(fallback)


def _of_tool(text: str) -> str:
    kept: list[str] = []
    for one in sentences(plain(text)):
        said = _DOES.sub("", _TO_DO.sub("", one))
        if not kept or not _ABOUT_THE_WEB.search(said):
            kept.append(said[:1].upper() + said[1:])
    return sentence(cut(" ".join(kept)))
