"""Picked answers: reads that no schema describes, but whose inputs say which answer is meant.

`GET /lookup/md5/{md5}` "Lookup MD5" answers with what is known of one hash, and `GET
/slice/{slice}/metadata` "Get the metadata for a slice" with a record of its own. Such an answer has
what is known of it: the inputs that pick it, the parts that the description lists, and what its
path calls it. Where nothing has to be said there is one answer, and its parts have to be told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from envfactory.source.description import ApiDescription, Body, JsonSchema, Operation, Parameter
from envfactory.spec.records.implied import is_free
from envfactory.spec.records.parameter import bound, is_paging, is_transport, unwrapped
from envfactory.spec.shapes.origin import Origin
from envfactory.spec.shapes.route import Route, Router, Step
from envfactory.spec.shapes.schema import Schemas, Shape
from envfactory.spec.untold.kept import is_filter
from envfactory.spec.untold.phrase import NEUTRAL, noun_phrase, tokens_of
from envfactory.spec.untold.told import kind_by_name, title_of, told_fields
from envfactory.spec.untold.undescribed import FROM_BODIES, Undescribed
from envfactory.spec.words.credential import is_credential, is_form
from envfactory.spec.words.name import Nouns, word_set, words
from envfactory.spec.words.prose import plain, sentences
from envfactory.spec.words.verb import COMPUTING

_READING = word_set(
    "get gets return returns retrieve retrieves fetch fetches read reads show shows view views "
    "provide provides display displays obtain obtains lookup describe describes explore"
)
_OPENING = word_set(
    "this the endpoint api method call operation service route will can be is used to allows you "
    "it function helps"
)
_LABEL = re.compile(r"^\W*\w+ (?:endpoint|method|api)\s*:\s*", re.IGNORECASE)
_AND_TELLS = re.compile(
    r"^.{0,80}?\band ((?:get|retrieve|return|fetch|show)s? .{0,30}\b(?:details|information)\b.*)",
    re.IGNORECASE,
)
_UNSAID = re.compile(
    r"\b(?:generat\w+|download\w*|export\w*|convert\w*|render\w*|validat\w+|verif\w+|detect\w*|"
    r"scrap\w+|crawl\w*|geocod\w+|visuali[sz]\w+|preview\w*|plots?|charts?|tiles?|images?|png|pdf|"
    r"svg|html|rss|csv|xml|zip|badge|rdf|turtle|sparql|swagger|openapi|specification|schema|"
    r"documentation|random\w*|fake|similar\w*|related(?! to)|recommend\w*|predict\w*|near\w*|"
    r"closest|radius|polygon|boundar\w+|geometr\w+|time ?series|best|fastest|shortest|next|"
    r"merge\w*|redirect\w*|stream\w*|listen|subscri\w+|log(?:ged)? ?(?:in|out)|tokens?|"
    r"callback|webhooks?|ping|multiple|highlighted|suggest\w*|translat\w+|correct\w*|root)\b",
    re.IGNORECASE,
)
"""Words of texts that tell of more than an answer which is kept."""
_SEVERAL = re.compile(
    r"\(e?s\)|\b(?:number of|counts?|totals?|average|lists?|listing|all|sets? of|collection of|"
    r"results?|search\w*|every|each|latest|newest|history|top|most)\b",
    re.IGNORECASE,
)
"""Words of texts that tell of several answers, of what is counted, or of a rule that picks one."""
_NOT_KEPT = COMPUTING | word_set(
    "map tile tiles image images chart qr badge swagger openapi docs doc spec wsdl xsd schema "
    "sparql graphql proxy ping healthcheck html pdf png svg rss ttl rdf wms wmts thumbnail "
    "screenshot autocomplete suggest random login logout signin signout oauth authorize callback "
    "token auth download export preview stream feed search searchall"
)
"""Words of paths under which no answer is kept."""
_SILENT = word_set("lookup look up get fetch retrieve read show find query for by info of the to")
"""Words of segments that say nothing of what is read."""
_BEFORE = word_set("a an the any your our one information info details data about for of on")
_KEYS = word_set("id uuid guid key code slug name number no hash")
_VIEWS = word_set("info information detail details data metadata")
_MEASURED = word_set("lat latitude lon lng long longitude x y z zoom bbox amount value text url")
_VALUES = word_set(
    "link version status health credit quota emoji geolocation location address timezone country "
    "weather temperature definition meaning uptime"
)
"""What an answer may tell in one value that is no measure, moment or address."""
_DATED = word_set("date time day year month datetime timestamp")
_DATES = re.compile(r"\b(?:dates?|days?|times?|timestamps?|yyyy)\b", re.IGNORECASE)
_LONGEST = 3
_MOST_INPUTS = 3
_FEW_FIELDS = 3


@dataclass(frozen=True)
class _Pick:
    """What a read answers with.

    Attributes:
        noun: What the answer is called.
        asked: The inputs that say which answer is meant.
        own: They are just the name of what the answer is about.
        told: What the text calls the answer, where the path calls it otherwise.
        path: Where the answer lies.
    """

    noun: tuple[str, ...]
    asked: tuple[Parameter, ...]
    own: bool
    told: tuple[str, ...]
    path: str


class Picked:
    """Gives reads whose inputs pick one answer the schema of such an answer.

    Args:
        description: What the source says.
        schemas: Reads its schemas.
        nouns: Singular and plural.
        reads: Knows what answers are described, and names the schemas that are concluded.
    """

    def __init__(
        self, description: ApiDescription, schemas: Schemas, nouns: Nouns, reads: Undescribed
    ) -> None:
        self._schemas, self._nouns, self._reads = schemas, nouns, reads
        self._router = Router([one.path for one in description.operations], nouns)
        self._taken = {one.path for one in description.operations}
        self._kinds = {
            route.nouns[-1]
            for one in description.operations
            if not reads.is_open(one) and (route := self._router.route(one.path)).steps
        }
        self._changed = {
            self._router.route(one.path).nouns
            for one in description.operations
            if one.method not in ("get", "call")
        }

    def answered(self, operation: Operation) -> tuple[Operation, Origin] | None:
        """Return a read with its answer, and where it comes from; None where nothing tells it."""
        if operation.method != "get" or not self._reads.is_open(operation):
            return None
        route = self._router.route(operation.path)
        if not route.steps or route.nouns in self._changed or not _is_kept(operation, route):
            return None
        pick = self._pick(operation, route)
        schema = self._answer(operation, pick) if pick is not None else None
        if pick is None or schema is None:
            return None
        moved = pick.path != operation.path
        reference = self._reads.add(pick.noun, schema)
        changed = {
            "path": pick.path,
            "parameters": tuple(
                one.model_copy(update={"location": "query"})
                if moved and one.location == "path"
                else one
                for one in operation.parameters
            ),
            "response": Body(media_type="application/json", schema=reference),
        }
        origin = Origin(f"GET {operation.path}", "", (FROM_BODIES,))
        return operation.model_copy(update=changed), origin

    def _pick(self, operation: Operation, route: Route) -> _Pick | None:
        """Return what a read answers with, and by which inputs; None where that is not said."""
        asked = self._asked(operation)
        if asked is None:
            return None
        last = route.steps[-1]
        said = words(last.segment) if not route.verb_words else route.verb_words
        said = said[: said.index("by")] if "by" in said[1:] else said
        noun = self._nouns.singular_words(tuple(word for word in said if word not in _SILENT))
        phrase = self._phrase(operation)
        if not noun or "and" in noun or noun[-1] in _KEYS or phrase is None:
            return None
        own = len(asked) == 1 and _names(asked[0], noun, last)
        plural = self._nouns.is_plural(said[-1])
        if (plural and not own) or not (asked or _takes_nothing(operation)):
            return None
        told = phrase if "".join(phrase) != "".join(noun) else ()  # SHA-1 is sha1
        if noun == last.noun and not last.parameters:
            return _Pick(noun, tuple(asked), own, told, operation.path)
        if not own:
            return None
        path = "/".join(("", *self._reads.shared(operation.path), "-".join(noun)))
        if path in self._taken:
            return None
        self._taken.add(path)
        return _Pick(noun, tuple(asked), own, told, path)

    def _phrase(self, operation: Operation) -> tuple[str, ...] | None:
        """Return what a read answers with as its text has it, () for a view of what it is about.

        None: no text says that it answers with one thing, or what it says is a kind of record
        that other operations are about.
        """
        for text in _first(operation):
            tokens = [word for word in tokens_of(text) if word.lower() not in _OPENING]
            if not tokens or tokens[0].lower() not in _READING:
                continue
            phrase = noun_phrase(tokens[1:], _BEFORE | NEUTRAL, self._nouns)
            while phrase and phrase[-1] in _VIEWS:
                phrase = phrase[:-1]
            if phrase and self._nouns.is_plural(phrase[-1]):
                return None
            noun = self._nouns.singular_words(phrase)
            return noun if len(noun) <= _LONGEST and noun not in self._kinds else None
        return None

    def _asked(self, operation: Operation) -> list[Parameter] | None:
        """Return the inputs that pick the answer; None where callers make one of them up."""
        found = []
        for one in operation.parameters:
            parts, shape = words(one.name), self._schemas.shape(one.schema_)
            if one.location not in ("path", "query") or not one.required:
                continue
            if is_credential(one.name) or is_form(one.name):
                continue
            if is_free(parts, shape) or set(parts) & _MEASURED or is_paging(one.name):
                return None
            if not is_filter(parts, shape) or shape.kind == "array" or _is_end(one, shape):
                return None
            found.append(one)
        return found if len(found) <= _MOST_INPUTS else None

    def _answer(self, operation: Operation, pick: _Pick) -> JsonSchema | None:
        """Return the schema of an answer; None where nothing but its name is known."""
        properties: dict[str, JsonSchema] = {}
        for one in pick.asked:
            text = {"description": one.description} if one.description else {}
            properties[one.name] = {**text, **one.schema_}
        fact = self._fact(pick)
        if pick.told and not fact:
            return None  # its text tells of something else than its path
        if fact:
            properties.setdefault("_".join(fact), kind_by_name(fact[-1:], self._nouns))
        required = [*properties]
        told = told_fields(f"{operation.summary}. {plain(operation.description)}", self._nouns)
        for name, schema in told.items():
            properties.setdefault(name, schema)
        viewed = pick.noun[-1] in _VIEWS and bool(pick.asked)
        if not (fact or pick.own or viewed or len(told) >= _FEW_FIELDS):
            return None
        if (pick.own or viewed) and not fact:
            title = title_of(pick.noun)
            properties.setdefault(title, {"type": "string"})
            required.append(title)
            properties.setdefault("description", {"type": "string"})
        return {"type": "object", "properties": dict(properties), "required": [*required]}

    def _fact(self, pick: _Pick) -> tuple[str, ...]:
        """Return what an answer tells beside its inputs: `balance`; () where that is no value."""
        fact, count = pick.told or pick.noun, len(pick.noun)
        if fact[:count] == pick.noun and len(fact) > count:
            fact = fact[count:]
        plain_text = kind_by_name(fact[-1:], self._nouns) == {"type": "string"}
        return fact if fact[-1] in _VALUES or not plain_text else ()


def _is_kept(operation: Operation, route: Route) -> bool:
    """Tell whether texts and path of a read speak of one answer that a service keeps."""
    path = {word for step in route.steps for word in words(step.segment)}
    if (path | {*route.verb_words}) & _NOT_KEPT:
        return False
    return not any(_UNSAID.search(text) or _SEVERAL.search(text) for text in _first(operation))


def _first(operation: Operation) -> list[str]:
    """Return the first sentences of the texts of an operation, without what introduces them."""
    told = [_LABEL.sub("", plain(text)) for text in (operation.summary, operation.description)]
    return [_told(found[0]) for text in told if (found := sentences(text))]


def _told(text: str) -> str:
    """Return the part of a sentence that tells of the answer: `checks it and returns details`."""
    found = _AND_TELLS.match(text)
    return found.group(1) if found is not None else text


def _names(one: Parameter, noun: tuple[str, ...], last: Step) -> bool:
    """Tell whether an input names the record that is read: `{md5}`, `{cardId}` or `{id}`.

    The bare `{id}` of `/cars/{id}/battery` names another one.
    """
    parts = words(one.name)
    stem = parts[:-1] if len(parts) > 1 and parts[-1] in _KEYS else parts
    bare = parts in (("id",), ("uuid",), ("guid",))
    before = one.location == "path" and one.name not in last.parameters
    return stem in (noun, noun[-1:], noun[:1]) or (bare and not before)


def _takes_nothing(operation: Operation) -> bool:
    """Tell whether callers can say nothing of what a read answers with."""
    return all(
        is_transport(one.name, one.location) or is_credential(one.name)
        for one in operation.parameters
    )


def _is_end(one: Parameter, shape: Shape) -> bool:
    """Tell whether an input is the first or the last of the days that are asked for."""
    end, rest = bound(unwrapped(one.name))
    dated = shape.format in ("date", "date-time") or bool({*rest} & _DATED)
    return end is not None and (dated or _DATES.search(one.description) is not None)
