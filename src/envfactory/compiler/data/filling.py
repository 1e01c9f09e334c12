"""Filling the tables of a scenario, record by record, with references that fit together."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product

from envfactory.compiler.data.agree import agree_on_parts
from envfactory.compiler.data.evidence import (
    fields_that_tools_ask_for,
    fields_that_tools_need,
    selections_of_tools,
)
from envfactory.compiler.data.keys import generated_keys, is_numbered, natural_keys
from envfactory.compiler.data.lexicon import Item
from envfactory.compiler.data.lifecycle import Lifecycle
from envfactory.compiler.data.links import Links
from envfactory.compiler.data.lookups import axes, combinations
from envfactory.compiler.data.meaning import is_half_of_a_place, is_seldom, text_meaning
from envfactory.compiler.data.meant import is_foreign
from envfactory.compiler.data.moment import as_one_day, iso
from envfactory.compiler.data.parts import ABSENT_SELDOM_SHARE, ABSENT_SHARE, Parts
from envfactory.compiler.data.persona import own_places, place_of
from envfactory.compiler.data.placing import draw_facts, settle_place
from envfactory.compiler.data.rows import KeyValue, Row, Source
from envfactory.compiler.data.selected import spread
from envfactory.compiler.data.shape import distinct, fit_text
from envfactory.compiler.data.tables import JsonRecord, TableDraft, identity_of
from envfactory.compiler.data.titles import Kind, draw_items, may_have_twins, telling_fields
from envfactory.compiler.data.values import scalar_value
from envfactory.records import Json
from envfactory.spec.model import EntitySpec, EnvironmentSpec, FieldSpec, Scalar

_NEVER_EMPTY = ("key", "title", "status", "created_at", "updated_at")
_FEW = 4
"""Records of which all may have the same flags."""
_ATTEMPTS = 20
"""How often a record is drawn again whose identity another one has."""


class TableFiller:
    """Fills the tables of one scenario."""

    def __init__(self, spec: EnvironmentSpec, source: Source, order: dict[str, int]) -> None:
        """Draw the keys, and the times at which records were created, of every table.

        Args:
            spec: The environment.
            source: Where values come from.
            order: How many records each table gets, in the order in which they will be filled.
        """
        self._spec = spec
        self._source = source
        self._drafts: dict[str, TableDraft] = {}
        places = {table: place for place, table in enumerate(order)}
        # Data sets are about the records of other tables, whichever is filled first.
        for table in sorted(order, key=lambda table: spec.entity(table).looked_up):
            self._drafts[table] = self._draft(spec.entity(table), places[table], order[table])
        self._drafts = {table: self._drafts[table] for table in order}
        for draft in self._drafts.values():
            self._date(draft)
        self.me = self._choose_persona()
        self._parts = Parts(spec, source, self)
        self._links = Links(spec, source, self._drafts, self._parts, self.me)

    def keys(self, table: str) -> list[KeyValue]:
        """Return the keys of a table; all of them are there from the start."""
        return self._drafts[table].keys

    def record(self, table: str, key: KeyValue) -> JsonRecord | None:
        """Return the record with that key, if it is filled already."""
        return self._drafts[table].record(key)

    def tables(self) -> dict[str, list[JsonRecord]]:
        """Return the records of all tables, in the order of the specification."""
        return {entity.table: self._drafts[entity.table].records for entity in self._spec.entities}

    def fill(self, entity: EntitySpec) -> None:
        """Fill one table; those that its records belong to are filled before it."""
        draft = self._drafts[entity.table]
        lifecycle = Lifecycle.of(self._spec, entity)
        states = lifecycle.draw(len(draft.rows), self._source.rng)
        self._give(draft, lifecycle, states)
        for place, (row, state) in enumerate(zip(draft.rows, states, strict=True)):
            links = self._distinct_links(draft, place, state)
            settle_place(row, links, entity, self._drafts)
            self._settle_time(draft, row, place, links)
            row.links = self._links.by_table(entity, links)
            names = self._links.names_of(entity, links)
            known = {**names, **state, **draft.given[place], **links}
            known[entity.key] = draft.keys[place]
            row.take(known)
            record: JsonRecord = {}
            for spec in entity.fields:
                gate = lifecycle.gates.get(spec.name)
                if spec.name in known:
                    record[spec.name] = known[spec.name]
                elif (
                    gate is not None and known.get(gate.field, record.get(gate.field)) != gate.value
                ):
                    record[spec.name] = None
                else:
                    record[spec.name] = self._field(draft, spec, row, needed=gate is not None)
            agree_on_parts(record)
            as_one_day(record, row, entity.fields, known)
            self._identify(draft, record)
            self._tell_apart(draft, row, record)
            draft.records.append(record)
        self._mix(draft, frozenset(gate.field for gate in lifecycle.gates.values()))

    # ------------------------------------------------------------------------- keys and contexts
    def _draft(self, entity: EntitySpec, place: int, count: int) -> TableDraft:
        lexicon = self._source.lexicon
        kind = Kind.of(entity.name, entity.fields, lexicon, self._spec.domain)
        rows = self._rows(entity, kind, count)
        given: list[JsonRecord] = []
        if entity.looked_up and entity.identity:
            known = {table: draft.keys for table, draft in self._drafts.items()}
            given = combinations(entity, axes(entity, rows, known), self._source.rng)
        if len(given) > len(rows):
            rows = self._rows(entity, kind, len(given))
        del rows[len(given) or len(rows) :]
        keys = self._keys(entity, rows, place)
        del rows[len(keys) :]
        for row, key in zip(rows, keys, strict=True):
            row.key = str(key)
        return TableDraft(
            entity,
            rows,
            keys,
            given=given[: len(keys)] or [{} for _ in keys],
            needed=fields_that_tools_need(self._spec, entity),
            asked=fields_that_tools_ask_for(self._spec, entity),
        )

    def _rows(self, entity: EntitySpec, kind: Kind, count: int) -> list[Row]:
        source = self._source
        known = draw_facts(entity, kind.noun, count, self._drafts, source)
        items = [Item(fact.name, "") for fact in known] or draw_items(
            kind, count, source, twins=may_have_twins(entity, kind)
        )
        moments = source.life(source.birth())
        rows = [
            Row(source, number, kind.theme, kind.noun, item, moments, kind.human)
            for number, item in enumerate(items)
        ]
        if kind.human:
            self._introduce(rows)
        for row, fact in zip(rows, known, strict=False):
            row.fact, row.places[""] = fact, fact.place
        named = frozenset(field.name for field in entity.fields)
        for row in rows:
            row.fields = named
            if kind.company:
                row.companies[""] = row.item.title
        return rows

    def _introduce(self, rows: list[Row]) -> None:
        """Give every row a person; full names differ, a few people share a first or last name."""
        rng, names = self._source.rng, set[str]()
        for number, row in enumerate(rows):
            person = row.person()
            if number % 7 in (3, 4):
                other = rows[number - 3].person()
                first, last = (
                    (person.first, other.last) if number % 7 == 3 else (other.first, person.last)
                )
                person = type(person)(first, last, person.domain)
            while person.full in names:
                person = self._source.person()
            names.add(person.full)
            row.people[""] = person
        rng.shuffle(rows)
        for number, row in enumerate(rows):
            row.number = number

    def _keys(self, entity: EntitySpec, rows: list[Row], place: int) -> list[KeyValue]:
        key, rng = entity.field(entity.key), self._source.rng
        if key.reference is not None and key.reference.table in self._drafts:
            others = self._drafts[key.reference.table].keys
            return rng.sample(others, min(len(others), len(rows)))
        made = generated_keys(entity, len(rows), place, self._source.now, rng)
        return natural_keys(key, rows) if made is None else made

    def _date(self, draft: TableDraft) -> None:
        """Decide when the records of a table were created: after what they all refer to."""
        source = self._source
        firsts = [
            min(above.created.values())
            for table in draft.required_tables()
            if (above := self._drafts.get(table)) is not None and above.created
        ]
        earliest = max(firsts, default=None)
        births = [source.birth(earliest) for _ in draft.keys]
        if is_numbered(draft.entity):
            births.sort()
        draft.created = dict(zip(draft.keys, births, strict=True))

    def _choose_persona(self) -> KeyValue | None:
        """Choose the person who asks, who was there before most of the data."""
        persona = self._spec.persona
        if persona is None or not self._drafts[persona.table].keys:
            return None
        draft, rng = self._drafts[persona.table], self._source.rng
        place = place_of(len(draft.keys), rng)
        me = draft.keys[place]
        oldest = min(draft.created, key=lambda key: draft.created[key])
        if not is_numbered(draft.entity):
            created = draft.created
            created[me], created[oldest] = created[oldest], created[me]
        draft.rows[place].usual = True
        for other in self._drafts.values():
            late = [p for p, k in enumerate(other.keys) if other.created[k] >= draft.created[me]]
            eligible = late if len(late) * 2 >= len(other.keys) else list(range(len(other.keys)))
            other.mine = own_places(eligible, len(other.keys), rng)
        return me

    # ------------------------------------------------------------------------- before the values
    def _give(self, draft: TableDraft, lifecycle: Lifecycle, states: list[JsonRecord]) -> None:
        """Decide what selections of tools find, and what state the persona is in."""
        selections = selections_of_tools(self._spec, draft.entity)
        spread(draft, selections, lifecycle, states, self._source.rng)
        for row, state, given in zip(draft.rows, states, draft.given, strict=True):
            if row.usual:
                ordinary = lifecycle.usual(draft.entity)
                state.update(ordinary)
                for name in ordinary:
                    given.pop(name, None)

    def _distinct_links(self, draft: TableDraft, place: int, state: JsonRecord) -> JsonRecord:
        """Choose references; where they and the state are the identity, none has the same."""
        identity = draft.entity.identity
        links = self._links.choose(draft, place)
        for _ in range(_ATTEMPTS):
            known = {**state, **draft.given[place], **links}
            if not identity or not all(name in known for name in identity):
                break
            if identity_of(draft.entity, known) not in draft.identities:
                break
            links = self._links.choose(draft, place)
        return links

    def _settle_time(self, draft: TableDraft, row: Row, place: int, links: JsonRecord) -> None:
        """Give a record its life; it begins no earlier than what the record refers to."""
        key = draft.keys[place]
        latest = self._links.latest(draft.entity, links)
        if latest is not None and latest > draft.created[key]:
            draft.created[key] = latest
        row.moments = self._source.life(draft.created[key])

    def _identify(self, draft: TableDraft, record: JsonRecord) -> None:
        """Make a record differ from the others in the fields of its identity, and note them."""
        entity = draft.entity
        if not entity.identity:
            return
        if identity_of(entity, record) in draft.identities:
            for changes in self._alternatives(draft, record):
                if identity_of(entity, {**record, **changes}) not in draft.identities:
                    record.update(changes)
                    break
        draft.identities.add(identity_of(entity, record))

    def _alternatives(self, draft: TableDraft, record: JsonRecord) -> Iterator[JsonRecord]:
        """Yield other values for the fields of the identity: for open texts, then for the rest."""
        rng, axes_of = self._source.rng, dict[str, list[Json]]()
        for spec in map(draft.entity.field, draft.entity.identity):
            if spec.reference is not None:
                axes_of[spec.name] = list(self.keys(spec.reference.table))
            elif not isinstance(spec.type, Scalar):
                continue
            elif spec.type.choices:
                axes_of[spec.name] = list(spec.type.choices)
            elif spec.type.type == "boolean":
                axes_of[spec.name] = [True, False]
            elif spec.type.type in ("string", "integer", "number"):
                taken = {one.get(spec.name) for one in draft.records}
                yield {spec.name: distinct(record[spec.name], taken, spec.type, rng)}
        for values in product(*(rng.sample(axis, len(axis)) for axis in axes_of.values())):
            yield dict(zip(axes_of, values, strict=True))

    def _tell_apart(self, draft: TableDraft, row: Row, record: JsonRecord) -> None:
        """Give a record another title where nothing else tells it from one of the same title.

        Either of the two may be the twin: records come in any order.
        """
        entity = draft.entity
        if entity.title is None or entity.title in row.known:
            return
        title, type_ = record[entity.title], entity.field(entity.title).type
        names = tuple(telling_fields(entity))
        if isinstance(type_, Scalar) and any(
            (row.item.twin or other.item.twin)
            and all(one[name] == record[name] for name in (entity.title, *names))
            for other, one in zip(draft.rows, draft.records, strict=False)
        ):
            taken = {_folded(one[entity.title]) for one in draft.records}
            record[entity.title] = distinct(title, taken, type_, self._source.rng)

    def _mix(self, draft: TableDraft, settled: frozenset[str]) -> None:
        """Give a flag that all records share to one the other value, so that it tells something.

        Args:
            draft: The table.
            settled: Flags that other fields depend on; they stay.
        """
        for spec in draft.entity.fields:
            if not isinstance(spec.type, Scalar) or spec.type.type != "boolean":
                continue
            places = [p for p, one in enumerate(draft.records) if one[spec.name] is not None]
            if len(places) < _FEW or spec.name in settled or spec.name in draft.entity.identity:
                continue
            free = [
                place
                for place in places
                if not draft.rows[place].usual and spec.name not in draft.given[place]
            ]
            if free and len({draft.records[place][spec.name] for place in places}) == 1:
                record = draft.records[self._source.rng.choice(free)]
                record[spec.name] = not record[spec.name]

    # ------------------------------------------------------------------------- values
    def _field(self, draft: TableDraft, spec: FieldSpec, row: Row, *, needed: bool) -> Json:
        rng, entity = self._source.rng, draft.entity
        if spec.role in ("created_at", "updated_at") and isinstance(spec.type, Scalar):
            return _life_moment(spec, spec.type, row)
        needed = needed or spec.name == entity.title or spec.name in draft.needed
        needed = needed or is_half_of_a_place(spec.name, row.fields)
        if row.usual and spec.optional and not needed and is_seldom(spec.name):
            return None
        can_be_absent = spec.role not in _NEVER_EMPTY and not needed
        share = ABSENT_SELDOM_SHARE if is_seldom(spec.name) else ABSENT_SHARE
        if spec.optional and can_be_absent and rng.random() < share:
            return None
        if spec.has_default and can_be_absent and spec.default and rng.random() < 0.2:
            return spec.default
        if not isinstance(spec.type, Scalar):
            return self._parts.value(spec, spec.type, row)
        named = None if spec.name == entity.key else self._parts.named_table(spec)
        if named is not None and not (named == entity.table and not spec.optional):
            return None if named == entity.table else self._parts.reference(named, row)
        value = self._title(spec, spec.type, row) if spec.name == entity.title else None
        if value is None:
            asked = needed or spec.name in draft.asked
            one = spec.model_copy(update={"optional": False}) if asked else spec
            outside, made = self._source.outside, partial(scalar_value, one, spec.type, row)
            value = outside.value(spec.name, made, rng) if spec.name in outside.names else made()
        own = spec.name == entity.title and not self._may_repeat(spec, row)
        if spec.unique or (own and not row.item.twin):
            taken = draft.taken.setdefault(spec.name, set())
            value = distinct(value, taken, spec.type, rng)
            taken.add(_folded(value))
        return value

    def _may_repeat(self, spec: FieldSpec, row: Row) -> bool:
        """Return whether records share what they are called: people share first names."""
        meaning = text_meaning(spec.name, "")
        shared = meaning is not None and meaning.kind in ("first_name", "last_name")
        return shared or self._is_of_another(spec, row)

    def _is_of_another(self, spec: FieldSpec, row: Row) -> bool:
        """Return whether a name is that of something else: the hotel's, on a report."""
        meaning = text_meaning(spec.name, "")
        if meaning is None or row.fact is not None:
            return False
        return is_foreign(meaning.group, row) or (meaning.kind == "person" and not row.human)

    def _title(self, spec: FieldSpec, type_: Scalar, row: Row) -> Json:
        """Return what the record is called, where its title field holds a usual name."""
        meaning = text_meaning(spec.name, type_.format)
        usual = meaning is None or meaning.kind in ("title", "full_name", "person", "company")
        says_much = row.theme is not None and row.theme.name in ("message", "comment", "review")
        if meaning is not None and meaning.kind == "text":
            usual = not says_much
        if type_.type != "string" or type_.choices or not usual or row.fact is not None:
            return None
        if self._is_of_another(spec, row):
            return None
        title = row.person().full if row.human else row.item.title
        return fit_text(title, type_, self._source.rng)


def _folded(value: Json) -> Json:
    """Return a value as it is compared with others, texts without case."""
    return value.casefold() if isinstance(value, str) else value


def _life_moment(spec: FieldSpec, type_: Scalar, row: Row) -> Json:
    """Return when the record was created or changed, in the form of the field."""
    moment = row.moments.created if spec.role == "created_at" else row.moments.updated
    if type_.type in ("integer", "number"):
        return int(moment.timestamp())
    if type_.type == "date":
        return moment.date().isoformat()
    return moment.time().isoformat("seconds") if type_.type == "time" else iso(moment)
