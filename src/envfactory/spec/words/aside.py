"""Asides: what texts say of the web, of the page around them and of how they are written down.

Who calls a tool sees no endpoint, no documentation and no table below. What remains of a text is
still the source's own.
"""

from __future__ import annotations

import re
from functools import lru_cache

from envfactory.spec.words.prose import sentences

_SERVICE = (
    r"(?:end[ -]?points?|method|operation|api(?: call)?|call|request|resource|route|web ?service)"
)
_USER = (
    r"(?:you|us|one|(?:the |an? |your )?(?:users?|clients?|callers?|apps?|applications?|customers?|"
    r"developers?))"
)
_THIS = rf"^(?:(?:requests|calls) to )?(?:this|the) (?:[\w/{{}}.-]+ ){{0,3}}?{_SERVICE} "
_ANYWHERE = tuple(
    re.compile(_THIS + pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:(?:allows|enables|permits|lets) (?:(?:for|{_USER})\b ?)?(?:to )?"
        r"|(?:is|can be) (?:used |meant |intended )?(?:to|for) |will (?:be used to )?)(?=[a-z])",
        rf"helps? {_USER} (?:to )?(?=[a-z])",
        r"(?=(?:return|get|retriev\w*|list|provide|create|update|delete|find|fetch|show)\b)",
        r"(?=(?!(?:is|was|has|does|always|uses|takes|requires|needs|supports|works|expects|"
        r"differs|allows|lets|enables|permits|this)\b)[a-z]+s\b)",
    )
)
_FIRST = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^(?:please |you can )?use (?:this|the|our|an?) (?:[\w/{{}}.-]+ ){{0,4}}?{_SERVICE},? "
        r"(?:(?:in order )?to|for) (?=[a-z])",
        rf"^(?:an? )?(?:api )?{_SERVICE} (?:to|that|which|used to|which can be used to) (?=[a-z])",
        rf"^(?:allows?|enables?|permits?|lets?) {_USER} (?:to )?(?=[a-z])",
        r"^by (?:passing|providing|specifying|supplying)\b[^,.]*, (?:you can )?(?=[a-z])",
        r"^(?:with this (?:endpoint|method|api|call) )?you can (?!only\b|also\b|not\b)(?=[a-z])",
        r"^(?:v\d+(?:\.\d+)*|[A-Z]\w*(?: [A-Z]\w*)?): (?=(?:get|list|create|update|delete|find|"
        r"search|add|remove|return|retrieve|fetch|send|set)s?\b)",
        r"^\(?\d{1,3}[.):] (?=[A-Za-z])",
        r"^\w+ end-?point: (?=\w)",
    )
)
"""Beginnings of sentences that only say that there is something to call."""
_TAGS = re.compile(
    r"^[\[(]*(?:deprecated|beta(?: feature)?|experimental|premium|private|preview|alpha|new)\b"
    r"(?:[\])!:]+\s*|\s*[-–—]\s+|\.\s+)"
    r"|(?-i:^(?:BETA(?: FEATURE)?|DEPRECATED|EXPERIMENTAL)\s+(?=[A-Z]))"
    r"|(?-i:\s+[\[(]?(?:DEPRECATED|BETA|EXPERIMENTAL)[\])]?(?=\.?$))"
    r"|\s*[\[(](?:deprecated|beta|experimental)[\])]",
    re.IGNORECASE,
)
_LABELS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^\W{0,3}(?:required|optional|mandatory)\*?(?:[.:)\]]+\*?|\s+[-–—])\s*",
        r"^\(?(?:string|integer|int|boolean|bool|number|float|array|object)(?:[:)\]]|\s+[-–—])\s+",
        r"^(?:required|mandatory|optional) (?:if|when|unless)\b[^,.]*,\s*",
        r"^(?:format|type|data type)\s*:[^.]{0,80}?\bdescription\s*:\s*",
        r"^description\s*:\s*",
        r"\s*[(\[](?:required|optional|mandatory)\b[^()\[\]]*[)\]]",
        r",\s*(?:optional|required)(?=\.?$)",
    )
)
"""What a text says of an input that its type and its place in a signature say already."""
_VALUE_IS = re.compile(
    r"^this (?:(?:path|query|url|required|optional|request) )*(?:parameter|field|property|"
    r"attribute|value|element|argument|input|string|array|container|enumeration|enumerated type) "
    r"(?:specifies|indicates|contains|is|defines|represents|identifies|provides|holds|shows|"
    r"describes|determines) (?=(?:the|an?|whether|how|if|which|your)\b)",
    re.IGNORECASE,
)
_TYPE_FIRST = re.compile(r"^(?:String|Integer|Boolean|Number|Float) (?=[A-Z][a-z])")
_EXAMPLE = re.compile(
    r"\b(?:e\.?g|ex|i\.e|examples?|such as|like|formats?|instance|form)\b", re.IGNORECASE
)
_PAREN = re.compile(r"\s*\(([^()]*)\)|\s*\[[^\[\]]*->[^\[\]]*\]")
_ELSEWHERE = re.compile(
    rf"https?:|www\.|^(?:please )?(?:see|refer to|cf)\b|(?:^|\s)/\w.*\binstead\b|\b{_SERVICE}s?\W*$"
    r"|^/[\w{}/-]+$",
    re.IGNORECASE,
)
_POINTING = re.compile(
    r"(?:\s*[,;]|\s+[-–—])\s*(?:please |also )?(?:see|refer to|for more\b|for details\b)"
    r"[^.)]*(?=[.)]?)|\s*[,;(]?\s*\b(?:(?:with )?values? |"
    r"(?:that|which) (?:is|are|was|you|(?:can|may) be) |as )?"
    r"(?:returned|obtained|received|retrieved|fetched|acquired|got|found) "
    r"(?:by|from|via|in|using|with|through|when calling) [^.;,]*"
    rf"(?:\b{_SERVICE}s?\b|(?<![\w<])/\w[\w{{}}/-]*)[^.;,]*",
    re.IGNORECASE,
)
"""Clauses that send a reader somewhere else."""
_TO_URL = re.compile(
    r"[,;:]?\s+(?:(?:which|that) (?:you|is|are|can|will)\b[^.,;]{0,40}|by|at|through|via|from|"
    r"on|see|towards?|in|under)\s+(?:\w+ ){0,3}https?:\S*.*$|\s*[:(]?\s*https?://\S+$",
    re.IGNORECASE,
)
_A_JSON = re.compile(r"\ba json (?=array|object)", re.IGNORECASE)
_JSON = re.compile(
    r"\s+(?:in|as) (?:an? )?(?:valid )?json(?: formats?| objects?| arrays?| documents?)?"
    r"(?=[\s.,;]|$)|\bjson (?=array|list|object|description|document|representation|feed)"
    r"|\s+[-–—:] /\S+(?=\.?$)",
    re.IGNORECASE,
)
_NEVER = re.compile(
    r"""^\W*(?:please\s)?(?:see\b(?!\s(?:if|whether|who|what|which|how|all)\b)|refer\sto|consult\b|
            click\s(?:here|on|the)\b|visit\s(?:the|our|https?)\b|(?:read|learn|find\sout)\smore|
            more\s(?:info|details|about)|for\s(?:more|further|additional|details\b|information\b|
            (?:an?|the)\s(?:full|complete|list))|check\s(?:out\s)?(?:the|our)\s(?:doc|guide|api)|
            documentation\b|tutorials?\b|we\shave\s(?:several\s)?tutorials|try\sit\b)
      | ^\W*(?:internal\suse\sonly|for\sinternal\suse(?:\sonly)?|please\signore|
            reserved\sfor\s(?:future|internal)\suse|(?:not|un)\s?used|do\snot\suse|premium|
            beta(?:\sfeature)?|experimental|deprecated|required|optional|mandatory|\d{1,3}|
            string|integer|boolean|number|array|object|x{3,})\W*$
      | \bin\s(?:(?:closed|open|private|public|limited)\s(?:beta|alpha|preview)|early\saccess)\b
      | ^\W*(?:for\sexample|e\.g\.|example)\W{1,3}/\S+\W*$
      | ^\W*[a-z]+\s\d{1,2},?\s\d{4}\s*:|\bchange\s?logs?\W*$
      | ^\W*(?:only\s)?the\sfollowing\s(?:\w+\s)?(?:fields|properties|attributes|values|inputs)
            \s(?:can|may|must|are|need)\b
      | \bdeprecat(?:ed|ion)\b|\bwill\sbe\sremoved\b|\bcontact\s(?:us|support|sales)\b
      | \brecommended\sto\suse\sthe\b|\bwe\sare\scurrently\stesting\b|\btutorials?\b
      | ^\W*use\s(?:the\s)?\S+\s(?:end-?point|instead)\W*$
      | ^\W*(?:required|mandatory)\s(?:if|when|unless|only|for)\b
      | ^\W*can\s?not\sbe\sused\s(?:together\s|in\scombination\s)?with\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""Sentences that tell nothing of what is done, wherever they stand."""
_LATER = re.compile(
    rf"""\b(?:this|the|these|those|an?|our|new|other|same|api|\S*/\S*)\s(?:[\w-]+\s)?end-?points?\b
      | ^\W*(?:examples?|tips?|notes?|hints?|values?|responses?|requests?|parameters?)\W*$
      | \bhttp\s(?:[1-5]\d\d|get|post|put|patch|delete|status|header|request|response|method|body)
      | \b(?:an?|with|error|code|status)\s[45]\d\d\b|\b[45]\d\d\s(?:error|response|status|not|bad)
      | \b(?:request|response)\s(?:body|header|payload)|\b(?:query\sstring|curl|postman|swagger)\b
      | \bauthori[sz]ation\s(?:token|header)|\bapi[\s-]?keys?\b|\baccess[\s_]?tokens?\b|\bbearer\b
      | \brate[\s-]limit|\brequests?\sper\s(?:second|minute|hour|day)
      | \b(?:described|listed|shown|specified|mentioned|given|defined|outlined)\s(?:below|above)\b
      | \b(?:table|examples?|parameters?|list|values|types|statuses|options|keys|fields)\s
            (?:from\s)?(?:below|above)\b
      | \b(?:in|via|using|through|by|from|with|for)\s(?:\S+\s){1, 2}end-?points?\b|\bend-?points?\s/
      | \b(?:below|above)\s(?:table|examples?|parameters?|list|values|query)|\bbelow\W*$
      | \bfollowing\s(?:information|parameters|table|examples?)\b
      | \bpart\sof\sthe\surl\b|\b_links\b|\blink\srelations?\b
      | \bfound\s(?:in|on|under)\s(?:the|your)\s.*\b(?:tab|page|dashboard|console|portal|settings)\b
      | \b(?:is|are)\srequired\s(?:if|when|unless|only)\b|\bno\spagination\b|\bidempoten
      | \bthis\s(?:api|call|method|{_SERVICE})\sis\b.*\b(?:only|available|requires?)\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""Sentences that tell nothing where another one has said what is meant."""
_TAIL = re.compile(
    r"\s*\b(?:by|with|using|according to|based on|from|in|as|of)\s+(?:one of\s+|any of\s+)?"
    r"(?:the\s+)?(?:following\b|[\w ]{0,30}\bbelow\b)[^.]*$",
    re.IGNORECASE,
)
"""How sentences end that announce what no longer stands behind them."""
_HANGING = re.compile(
    r"^\W*(?:it|this|these|they|therefore|however|otherwise|if so|but|and|then|also|instead|such|"
    r"in (?:this|that|such an?) case|alternatively|for example|additionally)\b",
    re.IGNORECASE,
)
"""How sentences begin that go on with what the one before said."""
_ANNOUNCES = re.compile(r":\s*(?:\(?\d{1,2}[.)])?\W*$")
"""A sentence that a list or an example follows."""
_LEAST = 2


@lru_cache(maxsize=2048)  # the same fields are read again and again while tools are settled
def without_asides(text: str, of_input: bool = False) -> str:
    """Return what a text says of a tool, or of an input or a field; nothing may be left.

    Args:
        text: One paragraph without markup.
        of_input: The text is of an input or a field: labels of its type and need go too.
    """
    kept: list[str] = []
    dropped = False
    for one in sentences(_unlabelled(text) if of_input else text):
        if kept and _ANNOUNCES.search(one):
            break
        said = one if of_input else _opened(one, first=not kept)
        hanging = dropped and _HANGING.search(one) is not None
        dropped = bool(_NEVER.search(said)) or (bool(kept) and (hanging or _is_beside(said)))
        if dropped:
            continue
        said = _cut(said)
        if said == one:
            kept.append(one)
        elif len(re.findall(r"\w+", said)) >= (1 if of_input else _LEAST):
            end = "" if said[-1] in ".!?…" else "."
            kept.append(f"{said[0].upper()}{said[1:]}{end}")
    return " ".join(kept)


def _unlabelled(text: str) -> str:
    said, before = text, ""
    while said != before:
        before = said
        for label in _LABELS:
            said = label.sub("", said)
        said = _VALUE_IS.sub("", _TYPE_FIRST.sub("", _TAGS.sub("", said))).strip()
    return said[:1].upper() + said[1:] if said != text else text


def _opened(text: str, first: bool) -> str:
    """Return a sentence without the beginning that says that there is something to call."""
    before = ""
    text = _JSON.sub("", _A_JSON.sub("an ", text))
    while text != before:
        before = text
        text = _TAGS.sub("", text).strip()
        for opening in (*_ANYWHERE, *_FIRST) if first else _ANYWHERE:
            text = opening.sub("", text)
    return text


def _is_beside(text: str) -> bool:
    url = "http://" in text or "https://" in text or "www." in text
    return _LATER.search(text) is not None or (url and not _EXAMPLE.search(text))


def _cut(text: str) -> str:
    """Return a sentence without asides and clauses that send a reader somewhere else."""
    said = _PAREN.sub(_told_beside, text)
    said = _POINTING.sub("", said)
    if not _EXAMPLE.search(said):
        said = _TO_URL.sub("", said)
    if said.rstrip(" .").endswith(":") or re.search(r"\bbelow\W*$", said):
        said = _TAIL.sub("", said).rstrip(" .:")
    if said == text:
        return text
    if said.count("(") > said.count(")"):
        said = said[: said.rindex("(")]
    return said.strip(" ,;:-–—")


def _told_beside(found: re.Match[str]) -> str:
    """Return brackets as they are, but those that point somewhere else."""
    said = found[1]
    if said is None:
        return ""
    return "" if _ELSEWHERE.search(said) and not _EXAMPLE.search(said) else found[0]
