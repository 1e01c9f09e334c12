"""`infer`: from what a source says about an API to what an environment is meant to be, by rules.

The same description always gives the same spec. What has no meaning by rules is listed, with why.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from envfactory.errors import InputError
from envfactory.source.description import ApiDescription
from envfactory.spec.domain import classify
from envfactory.spec.model import EnvironmentSpec, Omission, ToolDesign
from envfactory.spec.operation import ToolMaker
from envfactory.spec.operations.at_once import done_at_once
from envfactory.spec.operations.posted import as_read
from envfactory.spec.operations.seen import Seen, read_operations
from envfactory.spec.operations.several import several
from envfactory.spec.operations.twin import TWIN, twins
from envfactory.spec.operations.valued import valued
from envfactory.spec.reading import Reader
from envfactory.spec.reads.answer import identify, look_up_drafts
from envfactory.spec.reads.askable import as_askable
from envfactory.spec.reads.lookup import LookUps, find_look_ups
from envfactory.spec.reads.nearby import drop_distances
from envfactory.spec.reads.persona import find_persona, stated_persona
from envfactory.spec.records.draft import Labels, draft_entities, parted
from envfactory.spec.records.entity import add_fields
from envfactory.spec.records.inputs import Meaningless
from envfactory.spec.records.link import Linker, link_parents
from envfactory.spec.records.made import Made, Workshop
from envfactory.spec.records.relation import find_relations
from envfactory.spec.records.resource import Kind, group
from envfactory.spec.records.settle import settle
from envfactory.spec.shapes.example import shown, with_origins
from envfactory.spec.shapes.joined import learn_joined
from envfactory.spec.shapes.plurals import learn_plurals
from envfactory.spec.shapes.schema import Schemas
from envfactory.spec.shapes.value import Types
from envfactory.spec.stated.afterwards import as_changed
from envfactory.spec.stated.agreement import OTHERWISE, Agreement
from envfactory.spec.stated.exact import as_promised
from envfactory.spec.stated.numbers import without_moves
from envfactory.spec.stated.telling import with_telling
from envfactory.spec.stated.untrue import without_untrue
from envfactory.spec.untold.numbered import parametrized, traced
from envfactory.spec.untold.restated import restated
from envfactory.spec.untold.unshaped import complete, mark_concluded
from envfactory.spec.words.credential import proofs, without
from envfactory.spec.words.name import (
    KERNEL_NAMES,
    Names,
    Nouns,
    identifier,
    pascal,
    word_set,
    words,
)
from envfactory.spec.words.prose import fold
from envfactory.spec.words.summary import environment_summary
from envfactory.spec.writes.adjustment import find_adjustments
from envfactory.spec.writes.lifecycle import find_transitions
from envfactory.spec.writes.precondition import with_precondition
from envfactory.spec.writes.receipt import implied_drafts, implied_kinds, mark_inferred
from envfactory.spec.writes.single import find_singles
from envfactory.spec.writes.submission import (
    COMPUTES,
    CREDENTIALS,
    UNKEPT,
    Submission,
    find_submission,
    only_computes,
)
from envfactory.spec.writes.tagging import tagged
from envfactory.spec.writing import Writer

MIN_TOOLS = 1
"""An environment with fewer tools is refused."""
_MAX_TOOL_NAME = 60
_ACCOUNTS = word_set(
    "account tenant workspace org organization organisation site store shop company customer "
    "client team instance server env environment version api database db realm group project "
    "namespace stage user subscription format lang language locale platform shortname short region"
)
"""Words of parameters that say in whose name something is asked."""
_TITLE_NOISE = word_set("api apis rest restful http openapi swagger the v1 v2 v3 documentation")


class NoTools(InputError):
    """No operation of a description has a meaning by rules.

    Attributes:
        omissions: Everything that was left out, and why.
    """

    def __init__(self, where: str, problem: str, fix: str, omissions: tuple[Omission, ...]) -> None:
        super().__init__(where, problem, fix)
        self.omissions = omissions


def infer(description: ApiDescription) -> EnvironmentSpec:
    """Return the environment that an API description tells of.

    Args:
        description: What a source says about an API.

    Returns:
        Entities, tools and everything that was left out.

    Raises:
        NoTools: If no entity with a usable tool results.
    """
    nouns = Nouns()
    description, answers = shown(description, Schemas(description.schemas))
    stated = restated(description.operations)
    learn_plurals(stated, Schemas(description.schemas), nouns)
    learn_joined(stated, description.schemas, nouns)
    proving = proofs(stated)
    asked = tuple(without(operation, proving) for operation in stated)
    told, numbered = parametrized(description.model_copy(update={"operations": asked}), nouns)
    told, tagging = tagged(told)
    completed = complete(told, nouns)
    schemas = Schemas(completed.description.schemas)
    origins = traced(with_origins(completed.origins, answers), {**numbered, **tagging})
    seen = several(read_operations(completed.description, schemas, nouns, origins), nouns)
    seen = valued(done_at_once(seen, nouns), nouns)
    plain = _Found(parted(group(seen, nouns), schemas, nouns))
    agreement = Agreement(
        f"{description.title} {description.name}", twins(description.operations, schemas)
    )
    attempt = _settled(plain, seen, schemas, nouns, agreement)
    seen, beyond = _beyond(attempt, seen, schemas, nouns)
    if beyond.submissions or beyond.look_ups.found:
        attempt = _settled(beyond, seen, schemas, nouns, agreement)
    attempt.omissions += [
        Omission(subject="operation", where=where, reason=reason)
        for where, reason in completed.left_out
    ]
    attempt.omissions += [
        Omission(
            subject="parameter",
            where=f"{op.method.upper()} {op.path} {one.name}",
            reason="transport",
        )
        for op in stated
        for one in op.parameters
        if one.location == "query" and one.name in proving
    ]
    mark_concluded(attempt.drafts, completed.schemas)
    if len(attempt.made) < MIN_TOOLS:
        raise _refusal(description, attempt.omissions)
    return _assembled(description, attempt, nouns)


@dataclass(frozen=True)
class _Found:
    """The kinds of records of an API, and what it does beside reading and changing them."""

    kinds: list[Kind]
    implied: list[Kind] = field(default_factory=list)
    submissions: dict[str, Submission] = field(default_factory=dict)
    look_ups: LookUps = field(default_factory=LookUps)

    def only(self, kept: set[int]) -> _Found:
        """Return what is left with the kinds whose `id` is kept."""
        return replace(
            self,
            kinds=[kind for kind in self.kinds if id(kind) in kept],
            implied=[kind for kind in self.implied if id(kind) in kept],
            look_ups=self.look_ups.only(kept),
        )


def _settled(
    found: _Found, seen: list[Seen], schemas: Schemas, nouns: Nouns, agreement: Agreement
) -> _Attempt:
    """Return the attempt in which every kind of record is used by a tool."""
    while True:
        attempt = _Attempt(found, seen, schemas, nouns, agreement)
        used = {table for made in attempt.made for table in made.tables}
        kept = {id(draft.kind) for draft in attempt.drafts if draft.table in used}
        if len(kept) == len(attempt.drafts):
            return attempt
        found = found.only(kept)


def _beyond(
    attempt: _Attempt, seen: list[Seen], schemas: Schemas, nouns: Nouns
) -> tuple[list[Seen], _Found]:
    """Return all operations and what was found, with what no rule could state so far.

    What plainly only reads, whatever its method, is now read as that.
    """
    kinds = [draft.kind for draft in attempt.drafts]
    submissions: dict[str, Submission] = {}
    reads: dict[str, Seen] = {}
    for one, reason in attempt.left:
        submission = (
            None if reason in (*UNKEPT, OTHERWISE, TWIN) else find_submission(one, schemas, nouns)
        )
        read = None if reason in (CREDENTIALS, TWIN) else as_read(one, schemas)
        if submission is not None:
            submissions[one.where] = submission
        elif read is not None:
            reads[one.where] = read
    left = [
        reads.get(one.where, one)
        for one, reason in attempt.left
        if one.where in reads or reason not in (COMPUTES, OTHERWISE, TWIN)
    ]
    found = _Found(
        kinds,
        implied_kinds(submissions, seen, kinds, schemas),
        submissions,
        find_look_ups(left, attempt.drafts, schemas, _common_parameters(seen)),
    )
    return [reads.get(one.where, one) for one in seen], found


class _Attempt:
    """Entities and tools for one choice of kinds of records."""

    def __init__(
        self,
        found: _Found,
        seen: list[Seen],
        schemas: Schemas,
        nouns: Nouns,
        agreement: Agreement,
    ) -> None:
        self.omissions: list[Omission] = []
        labels = Labels(nouns)
        self.drafts = draft_entities(found.kinds, schemas, labels, nouns, self.omissions)
        self.drafts += implied_drafts(found.implied, labels, schemas, self.omissions)
        linker = Linker(self.drafts, nouns)
        answers = look_up_drafts(
            found.look_ups, self.drafts, labels, schemas, nouns, self.omissions
        )
        self.drafts = [*self.drafts, *answers]
        self.types = Types(schemas, nouns, Names(draft.class_name for draft in self.drafts))
        for draft in self.drafts:
            add_fields(draft, self.types, linker, self.omissions)
            if draft.inferred:
                mark_inferred(draft)
        drop_distances(self.drafts, seen, schemas, self.omissions)
        stored = [draft for draft in self.drafts if draft not in answers]
        relations = find_relations(stored, linker, nouns)
        link_parents(stored, linker, relations)
        common = _common_parameters(seen)
        shop = Workshop(stored, linker, self.types, nouns, common)
        identify(answers, found.look_ups, shop)
        maker = ToolMaker(shop, relations)
        singles = find_singles(answers, seen, common)
        adjustments = find_adjustments(shop, seen)
        rest = [one for one in seen if one.where not in adjustments]
        transitions = find_transitions(shop, rest)
        writer = Writer(shop, found.submissions, transitions, singles, adjustments)
        self.persona = find_persona(shop, seen)
        reader = Reader(shop, answers, self.persona, common)
        self.made: list[Made] = []
        self.left: list[tuple[Seen, str]] = []
        for one in seen:
            noted: list[Omission] = []
            try:
                self.made.append(_agreed(maker, reader, writer, one, noted, agreement))
            except Meaningless as reason:
                self.left.append((one, str(reason)))
                self.omissions.append(
                    Omission(subject="operation", where=one.where, reason=str(reason))
                )
            else:
                self.omissions += noted


def _made(
    maker: ToolMaker, reader: Reader, writer: Writer, one: Seen, noted: list[Omission]
) -> Made:
    mine = reader.mine(one, noted)
    if mine is not None:
        return mine
    tried: list[Omission] = []
    if writer.knows(one):
        return writer.make(one, "no record is described", noted)
    if only_computes(one):
        raise Meaningless(COMPUTES)
    try:
        made = maker.make(one, tried)
    except Meaningless as reason:
        beyond = reader if one.operation.method == "get" else writer
        return beyond.make(one, str(reason), noted)
    noted += tried
    return made


def _agreed(
    maker: ToolMaker,
    reader: Reader,
    writer: Writer,
    one: Seen,
    noted: list[Omission],
    agreement: Agreement,
) -> Made:
    """Return the tool of an operation where it does what the texts of the operation say."""
    before = agreement.failed(one)
    if before:
        raise Meaningless(before)
    made = _made(maker, reader, writer, one, noted)
    contradiction = agreement.fails(made)
    if contradiction:
        raise Meaningless(contradiction)
    kept = as_promised(with_precondition(made, noted))
    said = as_askable(without_untrue(kept, noted), noted)
    return with_telling(without_moves(as_changed(said, noted), noted))


def _common_parameters(seen: list[Seen]) -> frozenset[str]:
    """Return leading path parameters that most operations carry: they say whose account it is.

    Where nothing is changed behind them they are what is asked for, unless they name an account.
    """
    counts: dict[str, int] = {}
    changed: set[str] = set()
    for one in seen:
        leading = [*one.route.context]
        if one.route.steps and len(one.route.steps) > 1:
            leading += one.route.steps[0].parameters
        for name in dict.fromkeys(leading):
            counts[name] = counts.get(name, 0) + 1
        if one.operation.method != "get":
            changed |= set(leading)
    common = (name for name, count in counts.items() if count * 3 >= len(seen) * 2)
    return frozenset(name for name in common if name in changed or set(words(name)) & _ACCOUNTS)


def _assembled(description: ApiDescription, attempt: _Attempt, nouns: Nouns) -> EnvironmentSpec:
    settle(attempt.drafts, attempt.made)
    title = fold(description.title)[:120] or "API"
    parts = tuple(word for word in words(title) if word not in _TITLE_NOISE) or words(title)
    fallback = words(description.name) or ("service",)
    parts = (parts or fallback)[:6]
    entities = tuple(draft.spec() for draft in attempt.drafts)
    tables = [entity.table for entity in entities]
    taken = Names([entity.name for entity in entities] + [o.name for o in attempt.types.objects])
    classified = classify(
        title,
        description.description,
        [tag for op in description.operations for tag in op.tags[:1]][:200],
        [draft.noun for draft in attempt.drafts],
        nouns,
        [op.path for op in description.operations][:200],
        [op.summary or op.description for op in description.operations],
    )
    return EnvironmentSpec(
        name=identifier("_".join(parts), "service"),
        class_name=taken.take(pascal(parts, "Service"), pascal((*parts, "service"), "Service")),
        title=title,
        description=environment_summary(
            description.description, title, [table.replace("_", " ") for table in tables]
        ),
        domain=classified.domain,
        domain_evidence=classified.evidence,
        domain_scores=classified.scores,
        objects=tuple(attempt.types.objects),
        entities=entities,
        tools=_named(attempt.made),
        persona=stated_persona(attempt.persona, attempt.made, [*tables, *KERNEL_NAMES]),
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


def _refusal(description: ApiDescription, omissions: list[Omission]) -> NoTools:
    counts: dict[str, int] = {}
    for omission in omissions:
        if omission.subject == "operation":
            counts[omission.reason] = counts.get(omission.reason, 0) + 1
    reasons = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))[:3]
    listed = ", ".join(f"{reason} ({count})" for reason, count in reasons)
    return NoTools(
        description.provenance.location,
        f"none of {len(description.operations)} operations has a meaning by rules: {listed}",
        "describe response schemas of records that have a key, or choose another API",
        tuple(omissions),
    )
