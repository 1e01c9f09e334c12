"""What the records of a scenario refer to: what was there before them, and fits together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from envfactory.compiler.code.names import words
from envfactory.compiler.data.parts import Parts, favour
from envfactory.compiler.data.rows import KeyValue, Source
from envfactory.compiler.data.tables import JsonRecord, TableDraft
from envfactory.records import Json
from envfactory.spec.model import EntitySpec, EnvironmentSpec, FieldSpec, ListOf, Scalar

_ABSENT_SHARE = 0.25
_ABSENT_OWN_KIND_SHARE = 0.65
_MINE_IN_LISTS = 0.5
_LEAST_OWN_LIST = 2
_PERSONAL = frozenset(
    ["first_name", "last_name", "full_name", "display_name", "email", "username", "phone"]
)


class Links:
    """Chooses references for the records of one scenario."""

    def __init__(
        self,
        spec: EnvironmentSpec,
        source: Source,
        drafts: Mapping[str, TableDraft],
        parts: Parts,
        me: KeyValue | None,
    ) -> None:
        """Prepare to choose.

        Args:
            spec: The environment.
            source: Where random choices come from.
            drafts: All tables, in the order in which they are filled.
            parts: Makes lists of references.
            me: The key of the persona, if there is one.
        """
        self._spec = spec
        self._source = source
        self._drafts = drafts
        self._depths = {table: depth for depth, table in enumerate(drafts)}
        self._parts = parts
        self._me = me

    def choose(self, draft: TableDraft, place: int) -> JsonRecord:
        """Choose what a record refers to; what its owner refers to by the same name, it shares."""
        given = draft.given[place]
        links: JsonRecord = {}
        fields = [field for field, _ in draft.references()]
        fields.sort(key=lambda f: (-self._depth(f), f.optional))
        for spec in fields:
            if spec.name in given:
                links[spec.name] = given[spec.name]
            else:
                links[spec.name] = self._link(draft, spec, place, links)
        return links

    def by_table(self, entity: EntitySpec, links: JsonRecord) -> dict[str, KeyValue]:
        """Return the first key that a record refers to in each other table."""
        found: dict[str, KeyValue] = {}
        for name, key in links.items():
            reference = entity.field(name).reference
            own = reference is not None and reference.table == entity.table
            if reference is not None and isinstance(key, str | int) and not own:
                found.setdefault(reference.table, key)
        return found

    def names_of(self, entity: EntitySpec, links: JsonRecord) -> JsonRecord:
        """Return the names of what a record refers to: `company_name` beside `company_id`."""
        names: JsonRecord = {}
        human = words(entity.name).split()[-1] in self._source.lexicon.people
        for spec in entity.fields:
            stem, end = spec.name.rpartition("_")[::2]
            link = next((n for n in (f"{stem}_id", f"{stem}_sid", stem) if n in links), None)
            if spec.name in _PERSONAL and not human:
                self._personal(entity, spec, links, names)
            if f"{spec.name}_id" in links:
                link, end = f"{spec.name}_id", "name"
            if end not in ("name", "title") or link is None:
                continue
            reference = entity.field(link).reference
            if reference is None or not _is_open_text(spec):
                continue
            key, target = links[link], self._spec.entity(reference.table)
            owner = (
                self._drafts[reference.table].record(key) if isinstance(key, str | int) else None
            )
            name = owner.get(target.title) if owner is not None and target.title else None
            if spec.name == link.removesuffix("_id") and not target.title and key is not None:
                name = str(key)
            if isinstance(name, str) or spec.optional:
                names[spec.name] = name
        return names

    def _personal(
        self, entity: EntitySpec, spec: FieldSpec, links: JsonRecord, names: JsonRecord
    ) -> None:
        """Note what is known of the person that a record refers to: first name, address."""
        for name, key in links.items():
            reference = entity.field(name).reference
            if reference is None or not isinstance(key, str | int) or spec.name in names:
                continue
            owner = self._drafts[reference.table].record(key)
            kind = words(self._spec.entity(reference.table).name).split()[-1]
            if owner is None or kind not in self._source.lexicon.people or spec.name not in owner:
                continue
            own = self._spec.entity(reference.table).field(spec.name)
            if own.type == spec.type and (owner[spec.name] is not None or spec.optional):
                names[spec.name] = owner[spec.name]

    def latest(self, entity: EntitySpec, links: JsonRecord) -> datetime | None:
        """Return when the last of the records that a record refers to was created."""
        moments = [
            self._drafts[reference.table].created[key]
            for name, key in links.items()
            if (reference := entity.field(name).reference) is not None
            and self._depths[reference.table] <= self._depths[entity.table]
            and isinstance(key, str | int)
        ]
        return max(moments, default=None)

    # ------------------------------------------------------------------------- one reference
    def _depth(self, spec: FieldSpec) -> int:
        assert spec.reference is not None
        return self._depths[spec.reference.table]

    def _link(self, draft: TableDraft, spec: FieldSpec, place: int, links: JsonRecord) -> Json:
        assert spec.reference is not None
        rng, target = self._source.rng, self._drafts[spec.reference.table]
        candidates = self._there(draft, target, place)
        mine = self._is_mine(draft, spec, place) and self._me in candidates
        if isinstance(spec.type, ListOf):
            any_time = candidates if target is draft else target.keys
            return self._list(draft, spec, spec.type, any_time, place)
        if not spec.optional or spec.name in (draft.entity.parent, *draft.needed):
            inherited = self._inherited(draft.entity, spec, links)
            if inherited is not None:
                return inherited
        if mine and not spec.unique:
            return self._me
        share = _ABSENT_OWN_KIND_SHARE if target is draft else _ABSENT_SHARE
        absent = spec.name not in draft.needed and rng.random() < share
        if spec.optional and (not candidates or absent):
            return None
        if spec.unique:
            taken = draft.taken.setdefault(spec.name, set())
            free = [key for key in target.keys if key not in taken]
            candidates = [key for key in candidates if key not in taken] or free or candidates
            choice: KeyValue = rng.choice(candidates)
            taken.add(choice)
            return choice
        if not candidates:
            return draft.keys[place]
        if self._me in candidates and len(candidates) > 1 and self._is_persona(spec):
            candidates = [key for key in candidates if key != self._me]
        return favour(candidates, rng)

    def _there(self, draft: TableDraft, target: TableDraft, place: int) -> list[KeyValue]:
        """Return the records of a table that were there when a record was created."""
        if target is draft:
            return target.keys[:place]
        if self._depths[target.entity.table] > self._depths[draft.entity.table]:
            return target.keys
        now = draft.created[draft.keys[place]]
        return [key for key in target.keys if target.created[key] <= now] or target.keys

    def _list(
        self,
        draft: TableDraft,
        spec: FieldSpec,
        type_: ListOf,
        candidates: list[KeyValue],
        place: int,
    ) -> Json:
        rng = self._source.rng
        chosen = self._parts.several(type_, candidates)
        assert isinstance(chosen, list)
        most = type_.max_items or len(candidates)
        left_out = self._is_persona(spec) and self._me in candidates and self._me not in chosen
        if left_out and (place in draft.mine or rng.random() < _MINE_IN_LISTS / 2):
            chosen = [self._me, *chosen][:most]
        own = self._me is not None and draft.keys[place] == self._me
        if own and self._spec.persona and draft.entity.table == self._spec.persona.table:
            others = [key for key in candidates if key not in chosen]
            while len(chosen) < min(_LEAST_OWN_LIST, most) and others:
                chosen.append(others.pop(rng.randrange(len(others))))
        return chosen

    def _is_persona(self, spec: FieldSpec) -> bool:
        persona, reference = self._spec.persona, spec.reference
        return persona is not None and reference is not None and reference.table == persona.table

    def _is_mine(self, draft: TableDraft, spec: FieldSpec, place: int) -> bool:
        return self._me is not None and place in draft.mine and self._is_persona(spec)

    def _inherited(self, entity: EntitySpec, spec: FieldSpec, links: JsonRecord) -> Json:
        """Return the key that a record already chosen has in a field of the same name."""
        for name, key in links.items():
            reference = entity.field(name).reference
            if reference is None or not isinstance(key, str | int):
                continue
            owner = self._drafts[reference.table].record(key)
            if owner is not None and owner.get(spec.name) is not None:
                other = self._spec.entity(reference.table).field(spec.name).reference
                if other is not None and other.table == spec.reference.table:  # type: ignore[union-attr]
                    return owner[spec.name]
        return None


def _is_open_text(spec: FieldSpec) -> bool:
    type_ = spec.type
    if not isinstance(type_, Scalar) or type_.type != "string":
        return False
    return not (type_.choices or type_.pattern or type_.max_length or spec.reference)
