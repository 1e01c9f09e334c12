"""`Chooser`: which records the inputs of a call could name, so that they belong together."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from envfactory.records import Json
from envfactory.task.grounding.call import Call, pointer_of
from envfactory.task.grounding.leaning import Favour
from envfactory.task.grounding.mention import Mention, describe
from envfactory.task.grounding.progress import Outlook, Progress
from envfactory.task.grounding.records import Records
from envfactory.task.grounding.sources import Sources
from envfactory.task.meanings.meaning import EntityMeaning, Glossary, ToolKind, ToolMeaning
from envfactory.task.meanings.spoken import Speaker

RECORDS_TRIED = 4
"""How many records are tried for one input."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A record that an input could name, and how the user would point it out."""

    key: Json
    mention: Mention


Named = Mapping[str, tuple[Choice, EntityMeaning]]
"""The record that each input names, with its kind, by pointer."""


@dataclass(frozen=True)
class Chooser:
    """Chooses records; reads the calls so far, and never makes one."""

    glossary: Glossary
    calls: Sequence[Call]
    progress: Progress
    outlook: Outlook
    sources: Sources
    speaker: Speaker
    rng: random.Random
    favour: Favour | None = None

    def combined(
        self,
        meaning: ToolMeaning,
        inputs: Sequence[tuple[str, EntityMeaning]],
        offers: Sequence[list[Choice]],
        records: Records,
    ) -> Iterator[Named]:
        """Yield a record for each input, the best ranks first, where they belong together.

        Where none do, what the record belongs to is taken from the record itself.
        """
        ranked = product(*(range(len(offer)) for offer in offers))
        fitting, contradictory = False, list[Named]()
        for ranks in sorted(ranked, key=lambda ranks: (sum(ranks), ranks)):
            chosen = [offer[rank] for offer, rank in zip(offers, ranks, strict=True)]
            named: Named = {
                path: (choice, entity)
                for (path, entity), choice in zip(inputs, chosen, strict=True)
            }
            if len({(e.table, c.key) for c, e in named.values()}) < len(named):
                continue
            if self._contradicts(meaning, named, records):
                contradictory.append(named)
            else:
                fitting = True
                yield named
        for named in () if fitting else contradictory:
            repaired = self._repaired(meaning, named, records)
            if repaired is not None:
                yield repaired

    def together(
        self,
        inputs: Sequence[tuple[str, EntityMeaning]],
        offers: Sequence[list[Choice]],
        records: Records,
    ) -> Iterator[Named]:
        """Yield a record for each input where each one that belongs to another belongs to that."""
        for chosen in product(*offers):
            named = {
                path: (choice, entity)
                for (path, entity), choice in zip(inputs, chosen, strict=True)
            }
            kinds = {entity.table: choice.key for choice, entity in named.values()}
            if all(
                (row := records.get(entity, choice.key)) is not None
                and (
                    entity.parent is None
                    or kinds.get(entity.fields[entity.parent].reference or "", row[entity.parent])
                    == row[entity.parent]
                )
                for choice, entity in named.values()
            ):
                yield named

    def _contradicts(self, meaning: ToolMeaning, named: Named, records: Records) -> bool:
        """Say whether the record does not belong to what the other inputs name."""
        key = named.get(pointer_of(meaning.key)) if meaning.key else None
        if key is None:
            return False
        row = records.get(key[1], key[0].key)
        return row is None or any(
            named[pointer_of(parameter)][0].key != row.get(field)
            for parameter, field in meaning.scope.items()
            if pointer_of(parameter) in named
        )

    def _repaired(self, meaning: ToolMeaning, named: Named, records: Records) -> Named | None:
        """Return the choices with the owners that the record has, if the agent can know them."""
        key = named.get(pointer_of(meaning.key)) if meaning.key else None
        row = records.get(key[1], key[0].key) if key is not None else None
        if row is None:
            return None
        repaired = dict(named)
        for parameter, field in meaning.scope.items():
            path = pointer_of(parameter)
            if path not in named:
                continue
            entity = named[path][1]
            mention = self._described(entity, row.get(field), records)
            if mention is None:
                return None
            repaired[path] = (Choice(mention.key, mention), entity)
        return repaired

    def barred(self, kind: ToolKind, entity: EntityMeaning) -> frozenset[Json]:
        """Return the records that a call would undo or repeat earlier work on."""
        made = self.progress.made(entity)
        if kind == "delete":
            return made | self.progress.touched(entity)
        return made if kind == "update" else frozenset()

    def choices(
        self,
        entity: EntityMeaning,
        found: Sequence[Json],
        records: Records,
        barred: frozenset[Json] = frozenset(),
        *,
        all_known: bool,
    ) -> list[Choice]:
        """Return the records among values that an agent can recognise, those in use first."""
        keys = list(dict.fromkeys(k for k in found if isinstance(k, str | int)))
        if all_known and not keys:
            keys = [row[entity.key] for row in records.all(entity)]
        if entity.generated:
            shown = self.sources.shown(self.calls, entity)
            keys = [key for key in keys if key in shown]
        keys = [key for key in keys if key not in barred]
        known = [key for key in self.progress.named(entity) if key in keys]
        others = [key for key in keys if key not in known]
        self.rng.shuffle(others)
        others.sort(key=lambda key: self._rank(entity, key, records))
        choices: list[Choice] = []
        for key in [*known, *others]:
            row = records.get(entity, key)
            mention = None if row is None else self._described(entity, key, records)
            if mention is not None:
                choices.append(Choice(key, mention))
            if len(choices) == RECORDS_TRIED:
                break
        return choices

    def known(self, entity: EntityMeaning, records: Records) -> list[Choice]:
        """Return records that the user knows something of that finds them, those in use first."""
        rows = {row[entity.key]: row for row in records.all(entity)}
        first = [key for key in self.progress.named(entity) if key in rows]
        others = [key for key in rows if key not in first]
        self.rng.shuffle(others)
        others.sort(key=lambda key: self._rank(entity, key, records))
        choices: list[Choice] = []
        for key in [*first, *others]:
            mention = describe(entity, rows[key], records, self.glossary, self.speaker)
            if mention is not None:
                choices.append(Choice(key, mention))
            if len(choices) == RECORDS_TRIED:
                break
        return choices

    def _rank(self, entity: EntityMeaning, key: Json, records: Records) -> tuple[int, bool]:
        """Return what is less for records that are chosen before others."""
        row = records.get(entity, key)
        promise = self.outlook.promise(entity, key, records)
        if self.favour is None or row is None:
            return -promise, True
        return -promise, not self.favour(entity, row, records)

    def promise_any(
        self, entity: EntityMeaning, choices: Sequence[Choice], records: Records
    ) -> bool:
        """Say whether any of the records holds what later steps look for inside it."""
        return any(self.outlook.promise(entity, c.key, records) > 0 for c in choices)

    def _described(self, entity: EntityMeaning, key: Json, records: Records) -> Mention | None:
        row = records.get(entity, key)
        if row is None:
            return None
        return describe(entity, row, records, self.glossary, self.speaker, accept=self._recognised)

    def _recognised(self, mention: Mention) -> bool:
        return self.sources.recognises(self.calls, len(self.calls), mention)
