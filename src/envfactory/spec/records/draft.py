"""Drafts: entities in the making, one for each kind of record that has a key."""

from __future__ import annotations

from dataclasses import dataclass, field

from envfactory.spec.model import (
    EntitySpec,
    FieldSpec,
    Omission,
    Scalar,
)
from envfactory.spec.records.resource import Kind
from envfactory.spec.records.slot import KeyChoice, Slot, choose_key, gather, inferred_key
from envfactory.spec.shapes.schema import Schemas
from envfactory.spec.shapes.value import telling
from envfactory.spec.words.aside import without_asides
from envfactory.spec.words.name import KERNEL_NAMES, Names, Nouns, identifier, pascal, words
from envfactory.spec.words.prose import plain, sentence

Path = tuple[tuple[str, ...], ...]
"""The nouns of a path, from the root on."""


@dataclass
class Draft:
    """An entity in the making.

    Attributes:
        noun: The words for one record.
        fields: By identifier, in the order of the record.
        names: The words of a source field to its identifier.
        links: A path of nouns to the field that names the record before the last step.
        asked: A parameter to the field of `identity` that it carries, for records looked up.
        spoken: The noun as a person writes it, where the API writes words together.
    """

    kind: Kind
    noun: tuple[str, ...]
    class_name: str
    table: str
    slots: dict[tuple[str, ...], Slot]
    choice: KeyChoice
    key: str = ""
    fields: dict[str, FieldSpec] = field(default_factory=dict)
    names: dict[tuple[str, ...], str] = field(default_factory=dict)
    links: dict[Path, str] = field(default_factory=dict)
    parent: str | None = None
    title: str | None = None
    identity: tuple[str, ...] = ()
    asked: dict[str, str] = field(default_factory=dict)
    singleton: bool = False
    looked_up: bool = False
    inferred: bool = False
    spoken: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The noun as a person writes it."""
        return " ".join(self.spoken or self.noun)

    def key_type(self) -> Scalar:
        """Return the type of values that identify a record."""
        value = self.fields[self.key].type if self.key in self.fields else None
        if isinstance(value, Scalar):
            return Scalar(type=value.type, format=value.format)
        return Scalar(type="integer" if self.choice.type == "integer" else "string")

    def replace(self, name: str, **changes: object) -> None:
        """Change attributes of one field."""
        self.fields[name] = self.fields[name].model_copy(update=changes)

    def spec(self) -> EntitySpec:
        """Return the finished entity."""
        style = self.choice.style
        return EntitySpec(
            name=self.class_name,
            table=self.table,
            description=_described(self),
            fields=tuple(map(self._told, self.fields.values())),
            key=self.key,
            key_style=style,
            key_prefix=_prefix(self.noun) if style == "serial" else "",
            key_format=self.choice.form if style in ("serial", "token") else "",
            title=self.title,
            parent=self.parent,
            identity=self.identity,
            singleton=self.singleton,
            looked_up=self.looked_up,
            inferred=self.inferred,
        )

    def _told(self, field: FieldSpec) -> FieldSpec:
        text = telling(field.description, words(field.source_name), self.noun)
        return field.model_copy(update={"description": text})


def _described(draft: Draft) -> str:
    for shape in draft.kind.responses:
        text = sentence(without_asides(plain(shape.description), of_input=True))
        if len(text.split()) >= 3:
            return text
    label = draft.label
    return sentence(f"{'an' if label[0] in 'aeio' else 'a'} {label}")


def _prefix(noun: tuple[str, ...]) -> str:
    if len(noun) > 1:
        return "".join(word[0] for word in noun)[:4]
    return noun[0][:3] if len(noun[0]) > 4 else noun[0]


class Labels:
    """Gives every entity of an API names of its own."""

    def __init__(self, nouns: Nouns) -> None:
        self._nouns = nouns
        self._classes, self._tables = Names(), Names(KERNEL_NAMES)

    def draft(
        self,
        kind: Kind,
        slots: dict[tuple[str, ...], Slot],
        choice: KeyChoice,
        *wanted: tuple[str, ...],
    ) -> Draft:
        """Return a draft under the first of the wanted nouns whose table is free."""
        wanted = (*wanted, (*wanted[0], "record"))
        spoken = [self._nouns.parted(noun) for noun in wanted]
        tables = ["_".join(self._nouns.plural_words(noun)) for noun in spoken]
        tables = [identifier(table, "records") for table in tables]
        given = self._tables.take(*tables)
        number = tables.index(given) if given in tables else 0
        return Draft(
            kind=kind,
            noun=wanted[number],
            class_name=self._classes.take(pascal(spoken[number]), pascal(spoken[-1])),
            table=given,
            slots=slots,
            choice=choice,
            spoken=spoken[number],
        )


def draft_entities(
    kinds: list[Kind], schemas: Schemas, labels: Labels, nouns: Nouns, omit: list[Omission]
) -> list[Draft]:
    """Return the kinds that can have a table: those with a key, and lists of others."""
    drafts: list[Draft] = []
    for kind in sorted(kinds, key=lambda kind: min(len(home) for home in kind.homes)):
        slots = gather(kind, schemas, omit)
        choice = choose_key(kind, slots, schemas, nouns)
        if slots and (choice is None or _is_borrowed(choice, kind, kinds)):
            choice = inferred_key(kind, slots) if _is_listed(kind) else None
        if choice is None or not slots or not _is_readable(kind, choice):
            continue
        drafts.append(labels.draft(kind, slots, choice, kind.noun, _qualified(kind)))
    drafts.sort(key=lambda draft: kinds.index(draft.kind))
    return drafts


def parted(kinds: list[Kind], schemas: Schemas, nouns: Nouns) -> list[Kind]:
    """Return the kinds, those without a key apart by what their paths are called.

    Records that nothing identifies are the same ones only where the same is asked for: the rows of
    `/history/daily` and `/history/hourly` look alike and are not.
    """
    found: list[Kind] = []
    for kind in kinds:
        if len(kind.homes) < 2 or _has_key(kind, kinds, schemas, nouns):
            found.append(kind)
            continue
        groups: list[list[Path]] = []
        for home in kind.homes:
            near = (group for group in groups if any(_is_same(kind, home, one) for one in group))
            group = next(near, None)
            if group is None:
                groups.append([home])
            else:
                group.append(home)
        found += [kind] if len(groups) == 1 else [_part(kind, group) for group in groups]
    return found


def _has_key(kind: Kind, kinds: list[Kind], schemas: Schemas, nouns: Nouns) -> bool:
    choice = choose_key(kind, gather(kind, schemas, []), schemas, nouns)
    return choice is not None and not _is_borrowed(choice, kind, kinds)


def _is_same(kind: Kind, first: Path, second: Path) -> bool:
    """Tell whether two paths end in the same word, and one is below a record or at the root."""
    if first[-1] != second[-1]:
        return False
    return any(len(home) == 1 or _is_below_record(kind, home) for home in (first, second))


def _is_below_record(kind: Kind, home: Path) -> bool:
    steps = (seen.route.steps for seen in kind.seen if seen.route.nouns == home)
    return any(len(step) > 1 and bool(step[-2].parameters) for step in steps)


def _part(kind: Kind, homes: list[Path]) -> Kind:
    """Return the part of a kind that lies at some of its paths."""
    seen = [one for one in kind.seen if one.route.nouns in homes]
    named = kind.noun if any(home[-1] == kind.noun for home in homes) else homes[0][-1]
    own = [noun for noun in kind.own if any(home[-1] == noun for home in homes)]
    return Kind(named, list(kind.components), list(homes), seen, own or [homes[0][-1]])


def _is_listed(kind: Kind) -> bool:
    return any(seen.kind in ("list", "search") for seen in kind.seen)


def _is_readable(kind: Kind, choice: KeyChoice) -> bool:
    """Tell whether callers can see such records: read them, or send them and get an id back."""
    done = {seen.kind for seen in kind.seen}
    if done & {"list", "get", "search"}:
        return True
    sent = "create" in done and choice.slot.returned and choice.style != "natural"
    return sent and any(kind.is_named(home[-1]) and kind.is_plural for home in kind.homes)


def _is_borrowed(choice: KeyChoice, kind: Kind, kinds: list[Kind]) -> bool:
    """Tell whether the key is another kind's: such a record has no identity of its own.

    `/inventory_task/{task_id}` picks an inventory task, which is a task of another kind.
    """
    parts = choice.slot.words
    if len(parts) < 2 or parts[-1] not in ("id", "sid", "uuid", "guid"):
        return False
    picked = {words(name) for name in kind.item_parameters[:1]}
    if parts in picked and kind.noun[1 - len(parts) :] == parts[:-1]:
        return False
    return any(
        other is not kind and other.is_named(parts[:-1]) and not kind.is_named(parts[:-1])
        for other in kinds
    )


def _qualified(kind: Kind) -> tuple[str, ...]:
    for path in kind.homes:
        if len(path) > 1 and path[-1] == kind.noun:
            return (*path[-2], *path[-1])
    for component in kind.components:
        if component != "_".join(kind.noun):
            return tuple(component.split("_"))
    return kind.noun
