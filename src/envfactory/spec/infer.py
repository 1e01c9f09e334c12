"""`infer`: from what a source says about an API to what an environment is meant to be, by rules.

The same description always gives the same spec. What the rules cannot give a meaning is left out
and listed in `EnvironmentSpec.omissions` with a short, stable reason; nothing is invented to stand
in for it.
"""

from __future__ import annotations

from envfactory.errors import InputError
from envfactory.source.description import ApiDescription
from envfactory.spec.domain import classify
from envfactory.spec.draft import Draft, Labels, draft_entities
from envfactory.spec.entity import add_fields
from envfactory.spec.inputs import Meaningless
from envfactory.spec.link import Linker, link_parents
from envfactory.spec.made import Made, Workshop
from envfactory.spec.model import EnvironmentSpec, Omission, ToolDesign
from envfactory.spec.name import (
    KERNEL_NAMES,
    Names,
    Nouns,
    identifier,
    pascal,
    word_set,
    words,
)
from envfactory.spec.operation import ToolMaker
from envfactory.spec.prose import fold
from envfactory.spec.relation import find_relations
from envfactory.spec.resource import Kind, Seen, group, read_operations
from envfactory.spec.schema import Schemas
from envfactory.spec.settle import settle
from envfactory.spec.submission import (
    UNKEPT,
    Submission,
    find_submission,
    implied_drafts,
    implied_kinds,
    mark_inferred,
)
from envfactory.spec.summary import environment_summary
from envfactory.spec.value import Types
from envfactory.spec.writing import Writer

MIN_TOOLS = 1
"""An environment with fewer tools is refused."""
_MAX_TOOL_NAME = 60
_TITLE_NOISE = word_set("api apis rest restful http openapi swagger the v1 v2 v3 documentation")


def infer(description: ApiDescription) -> EnvironmentSpec:
    """Return the environment that an API description tells of.

    Args:
        description: What a source says about an API.

    Returns:
        Entities, tools and everything that was left out.

    Raises:
        InputError: If no entity with a usable tool results.
    """
    nouns = Nouns()
    schemas = Schemas(description.schemas)
    seen = read_operations(description, schemas, nouns)
    kinds = group(seen, nouns)
    attempt = _settled(kinds, [], {}, seen, schemas, nouns)
    submissions = _submissions(attempt, nouns)
    if submissions:
        kept = [draft.kind for draft in attempt.drafts]
        implied = implied_kinds(submissions, seen, kept, schemas)
        kinds = [kind for kind in kinds if kind in kept]
        attempt = _settled(kinds, implied, submissions, seen, schemas, nouns)
    if len(attempt.made) < MIN_TOOLS:
        raise _refusal(description, attempt.omissions)
    return _assembled(description, attempt, nouns)


def _settled(
    kinds: list[Kind],
    implied: list[Kind],
    submissions: dict[str, Submission],
    seen: list[Seen],
    schemas: Schemas,
    nouns: Nouns,
) -> _Attempt:
    """Return the attempt in which every kind of record is used by a tool."""
    while True:
        attempt = _Attempt(kinds, implied, submissions, seen, schemas, nouns)
        used = {made.draft.table for made in attempt.made}
        kept = {id(draft.kind) for draft in attempt.drafts if draft.table in used}
        if len(kept) == len(attempt.drafts):
            return attempt
        kinds = [kind for kind in kinds if id(kind) in kept]
        implied = [kind for kind in implied if id(kind) in kept]


def _submissions(attempt: _Attempt, nouns: Nouns) -> dict[str, Submission]:
    """Return what operations leave behind that no other rule could state."""
    found: dict[str, Submission] = {}
    for one, reason in attempt.left:
        submission = None if reason in UNKEPT else find_submission(one, nouns)
        if submission is not None:
            found[one.where] = submission
    return found


class _Attempt:
    """Entities and tools for one choice of kinds of records."""

    def __init__(
        self,
        kinds: list[Kind],
        implied: list[Kind],
        submissions: dict[str, Submission],
        seen: list[Seen],
        schemas: Schemas,
        nouns: Nouns,
    ) -> None:
        self.omissions: list[Omission] = []
        labels = Labels(nouns)
        self.drafts: list[Draft] = draft_entities(kinds, schemas, labels, nouns, self.omissions)
        self.drafts += implied_drafts(implied, labels, schemas, self.omissions)
        self.types = Types(schemas, nouns, Names(draft.class_name for draft in self.drafts))
        linker = Linker(self.drafts, nouns)
        for draft in self.drafts:
            add_fields(draft, self.types, linker, self.omissions)
            if draft.inferred:
                mark_inferred(draft)
        relations = find_relations(self.drafts, linker, nouns)
        link_parents(self.drafts, linker, relations)
        shop = Workshop(self.drafts, linker, self.types, nouns, _common_parameters(seen))
        maker, writer = ToolMaker(shop, relations), Writer(shop, submissions)
        self.made: list[Made] = []
        self.left: list[tuple[Seen, str]] = []
        for one in seen:
            noted: list[Omission] = []
            try:
                self.made.append(_made(maker, writer, one, noted))
            except Meaningless as reason:
                self.left.append((one, str(reason)))
                self.omissions.append(
                    Omission(subject="operation", where=one.where, reason=str(reason))
                )
            else:
                self.omissions += noted


def _made(maker: ToolMaker, writer: Writer, one: Seen, noted: list[Omission]) -> Made:
    tried: list[Omission] = []
    try:
        made = maker.make(one, tried)
    except Meaningless as reason:
        return writer.make(one, str(reason), noted)
    noted += tried
    return made


def _common_parameters(seen: list[Seen]) -> frozenset[str]:
    """Return leading path parameters that most operations carry: they say whose account it is."""
    counts: dict[str, int] = {}
    for one in seen:
        leading = [*one.route.context]
        if one.route.steps and len(one.route.steps) > 1:
            leading += one.route.steps[0].parameters
        for name in dict.fromkeys(leading):
            counts[name] = counts.get(name, 0) + 1
    return frozenset(name for name, count in counts.items() if count * 3 >= len(seen) * 2)


def _assembled(description: ApiDescription, attempt: _Attempt, nouns: Nouns) -> EnvironmentSpec:
    settle(attempt.drafts, attempt.made)
    title = fold(description.title)[:120] or "API"
    parts = tuple(word for word in words(title) if word not in _TITLE_NOISE) or words(title)
    fallback = words(description.name) or ("service",)
    parts = (parts or fallback)[:6]
    entities = tuple(draft.spec() for draft in attempt.drafts)
    tables = [entity.table for entity in entities]
    taken = Names([entity.name for entity in entities] + [o.name for o in attempt.types.objects])
    return EnvironmentSpec(
        name=identifier("_".join(parts), "service"),
        class_name=taken.take(pascal(parts, "Service"), pascal((*parts, "service"), "Service")),
        title=title,
        description=environment_summary(
            description.description, title, [table.replace("_", " ") for table in tables]
        ),
        domain=classify(
            title,
            description.description,
            [tag for op in description.operations for tag in op.tags[:1]][:200],
            [draft.noun for draft in attempt.drafts],
            nouns,
        ),
        objects=tuple(attempt.types.objects),
        entities=entities,
        tools=_named(attempt.made),
        omissions=tuple(attempt.omissions),
        provenance=description.provenance,
    )


def _named(made: list[Made]) -> tuple[ToolDesign, ...]:
    """Give every tool its name; the shortest path has the first choice."""
    order = sorted(range(len(made)), key=lambda index: (len(made[index].seen.route.steps), index))
    names = Names(KERNEL_NAMES)
    given: dict[int, str] = {}
    for index in order:
        candidates = [identifier(name, "tool")[:_MAX_TOOL_NAME] for name in made[index].names]
        given[index] = names.take(*dict.fromkeys(candidates))
    return tuple(
        ToolDesign(
            name=given[index],
            description=one.description,
            operation=one.seen.where,
            parameters=tuple(one.parameters),
            behaviour=one.behaviour,
            result=one.result,
            inferred=one.inferred,
        )
        for index, one in enumerate(made)
    )


def _refusal(description: ApiDescription, omissions: list[Omission]) -> InputError:
    counts: dict[str, int] = {}
    for omission in omissions:
        if omission.subject == "operation":
            counts[omission.reason] = counts.get(omission.reason, 0) + 1
    reasons = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))[:3]
    listed = ", ".join(f"{reason} ({count})" for reason, count in reasons)
    return InputError(
        description.provenance.location,
        f"none of {len(description.operations)} operations has a meaning by rules: {listed}",
        "describe response schemas of records that have a key, or choose another API",
    )
