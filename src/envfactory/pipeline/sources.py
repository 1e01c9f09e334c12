"""First stage: what each source says, understood as an environment to be written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from pydantic import Field

from envfactory.errors import InputError, one_line
from envfactory.pipeline.drop import Drop, Produced, refused
from envfactory.pipeline.settings import SourceFile, Sources
from envfactory.records import Stored
from envfactory.source import Place, read_source
from envfactory.spec import EnvironmentSpec, infer
from envfactory.spec.words.name import Names

STAGE = "sources"
REFUSED = "source refused"


class SpecEntry(Stored):
    """One line of `specs.jsonl`: what a source was understood to be."""

    source: str
    spec: EnvironmentSpec
    unread: int = Field(default=0, description="Operations of the source that cannot be read.")


@dataclass(frozen=True, slots=True)
class Understand:
    """Reads a source file and infers the environment that it describes."""

    def __call__(self, given: tuple[SourceFile, Place]) -> Produced[SpecEntry]:
        """Return the specification, with a drop for each part that was left out of it."""
        source, place = given
        try:
            description = read_source(place)
            spec = infer(description)
        except InputError as error:
            return Produced(drops=(refused(STAGE, source.label, REFUSED, error),))
        drops = [
            Drop(stage=STAGE, item=f"{source.label}{s.where}", reason=s.reason, detail=s.detail)
            for s in description.skipped
        ]
        drops += [
            Drop(stage=STAGE, item=f"{source.label} {o.subject} {o.where}", reason=o.reason)
            for o in spec.omissions
        ]
        return Produced((SpecEntry(source=source.label, spec=spec),), tuple(drops))


def refuse(found: Sources, drops: Sequence[Drop]) -> NoReturn:
    """Say that there is nothing to start from, because every source was refused.

    Raises:
        InputError: What is wrong with the only source, or how many there are and the first.
    """
    if len(found.files) == 1:
        (place,) = found.places.values()
        infer(read_source(place))  # raises again what is wrong with it
    refused = [drop for drop in drops if drop.reason == REFUSED]
    raise InputError(
        "sources", f"none of the {len(refused)} can be used; the first: {refused[0].detail}"
    )


def passed_over(found: Sources) -> list[Drop]:
    """Return a drop for each file of a folder that is no source."""
    return [
        Drop(stage=STAGE, item=each.name, reason=each.reason, detail=one_line(each.detail))
        for each in found.passed
    ]


def named_apart(
    entries: Sequence[SpecEntry], sources: Sequence[SourceFile]
) -> tuple[list[SpecEntry], list[Drop]]:
    """Give every specification a name of its own, and drop those of the same content as another."""
    digests = {source.label: source.sha256 for source in sources}
    first: dict[str, str] = {}
    names = Names()
    kept, drops = [], []
    for entry in entries:
        earlier = first.setdefault(digests[entry.source], entry.source)
        if earlier != entry.source:
            drops.append(
                Drop(stage=STAGE, item=entry.source, reason="same content", detail=earlier)
            )
            continue
        spec = entry.spec.model_copy(update={"name": names.take(entry.spec.name)})
        kept.append(entry.model_copy(update={"spec": spec}))
    return kept, drops
