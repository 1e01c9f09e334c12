"""Call: the inputs of one tool while it is being made."""

from __future__ import annotations

from dataclasses import dataclass, field

from envfactory.source.description import JsonSchema
from envfactory.spec.model import FieldSpec, Omission, ParameterSpec, Reference, ValueType
from envfactory.spec.operations.seen import Seen
from envfactory.spec.records.draft import Draft
from envfactory.spec.words.name import MAX_LENGTH, Names, identifier, word_set
from envfactory.spec.words.prose import fold, plain, sentence

_CALLED = word_set("given mentions kilometres")
"""Functions that the bodies of tools call: a parameter of that name would hide them."""


class Meaningless(Exception):
    """An operation has no meaning that the rules can state; the text is the stable reason."""


@dataclass(frozen=True)
class Input:
    """A query parameter or a property of a request body."""

    name: str
    schema: JsonSchema
    required: bool
    description: str
    in_body: bool = False


@dataclass
class Call:
    """The inputs of one tool while it is being made."""

    seen: Seen
    draft: Draft
    omit: list[Omission]
    parameters: list[ParameterSpec] = field(default_factory=list)
    names: Names = field(default_factory=lambda: Names(_CALLED))
    inferred: list[str] = field(default_factory=list)

    def add(
        self,
        source_name: str,
        name: str,
        type_: ValueType,
        text: str,
        required: bool,
        reference: Reference | None = None,
    ) -> str:
        """Add a parameter and return its identifier."""
        called = self.seen.origin.inputs.get(source_name) if self.seen.origin is not None else None
        if called is not None:
            source_name, name = called, identifier(called, "_".join(self.draft.noun))
        given = self.names.take(name, f"{'_'.join(self.draft.noun)}_{name}"[:MAX_LENGTH])
        self.parameters.append(
            ParameterSpec(
                name=given,
                source_name=fold(source_name)[:200],
                type=type_,
                description=text,
                required=required,
                reference=reference,
            )
        )
        return given

    def add_for_field(self, source: Input | str, target: FieldSpec, required: bool) -> str:
        """Add a parameter that carries a value of `target`."""
        name = source if isinstance(source, str) else source.name
        said = "" if isinstance(source, str) else sentence(plain(source.description))
        return self.add(
            name, target.name, target.type, said or target.description, required, target.reference
        )

    def leave_out(self, name: str, reason: str) -> None:
        """Note that a parameter is not part of the tool."""
        self.omit.append(
            Omission(
                subject="parameter", where=f"{self.seen.where} {fold(name)[:200]}", reason=reason
            )
        )
