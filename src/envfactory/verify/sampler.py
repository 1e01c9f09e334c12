"""`Sampler`: arguments that a tool may accept, drawn from its schema and from a state.

A schema alone seldom leads to a success: keys have to exist, and have to belong together. So a
draw may be *anchored* at a record: parameters take their values from its fields, and references
from what it refers to.

Values are drawn here and not with Hypothesis, whose draws depend on its version and on constants
it finds in whatever modules the process has loaded: a certificate has to come out the same for
everybody who repeats it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, cast
from uuid import UUID

from envfactory.compiler.pattern import found, matching
from envfactory.errors import DefinitionError
from envfactory.records import Json
from envfactory.verify.pool import Pool, Row
from envfactory.verify.tables import entity_of, table_of

Schema = Mapping[str, Any]

_QUOTED = re.compile(
    r"""(?<![A-Za-z])'([^'\n]{1,60})'(?![A-Za-z])|"([^"\n]{1,60})"|`([^`\n]{1,60})`"""
)
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z0-9]+|.")
_FORMS = {"HH:MM": "14:30", "YYYY-MM-DD": "2026-03-02"}
"""How descriptions write times and days, with one of each."""

MAX_DEPTH = 4
MAX_GUESSED = 4
"""How many keys of each table a parameter may take whose schema names no table."""

_SEARCHES = frozenset({"query", "q", "keyword", "search", "search_query", "search_term", "term"})
_WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "harbour")


class _Anchor(NamedTuple):
    """A record that arguments shall fit together with.

    Attributes:
        table: Where it is.
        row: What it holds.
        wholly: Whether all required arguments follow it, or some by chance.
    """

    table: str
    row: Row
    wholly: bool


class Sampler:
    """Draws arguments for one tool."""

    def __init__(
        self,
        schema: Schema,
        rng: random.Random,
        *,
        returns: Schema | None = None,
        guesses: bool = False,
    ) -> None:
        """Prepare to draw.

        Args:
            schema: The tool's input schema.
            rng: Where all chance comes from.
            returns: The tool's output schema: of records that fit the inputs alike, one like
                those that it returns is the more likely to be meant.
            guesses: Whether a parameter may take keys, words of the state and values that its
                description quotes, though the schema does not say so.
        """
        self._guesses = guesses
        self._schema = schema
        self._returned = table_of(returns or {})
        self._definitions: Schema = schema.get("$defs", {})
        self._properties: Mapping[str, Schema] = schema.get("properties", {})
        self._required = frozenset(schema.get("required", ()))
        self._rng = rng
        self._entities = {
            name: entity for name, part in self._properties.items() if (entity := entity_of(part))
        }

    def draw(self, pool: Pool, number: int = 0) -> dict[str, Json]:
        """Return arguments.

        Args:
            pool: Values of the state that the call will meet.
            number: How many draws there were before for the same state. Early draws are simple
                and anchored at the records that come first, later ones are freer.
        """
        anchor = self._anchor(pool, number)
        generosity = (0.0, 0.5, 1.0)[number % 3] if number < 6 else self._rng.random()
        arguments: dict[str, Json] = {}
        for name, schema in self._properties.items():
            if name in self._required or self._rng.random() < generosity:
                arguments[name] = self._value(name, schema, pool, anchor, 0)
        return arguments

    def value(self, name: str, pool: Pool, number: int = 0) -> Json:
        """Return a value for one parameter; see `draw`."""
        anchor = self._anchor(pool, number)
        return self._value(name, self._properties[name], pool, anchor, 0)

    # ------------------------------------------------------------------ anchors
    def _anchor(self, pool: Pool, number: int) -> _Anchor | None:
        """Choose a record that the arguments shall fit together with; sometimes none."""
        if number % 4 == 3:
            return None
        named = [table for table in dict.fromkeys(self._entities.values()) if pool.rows.get(table)]
        # What tells records apart together only fits where one of them says it all.
        asked = [t for t, rows in pool.rows.items() if rows and self._asks_for(rows[0])]
        tables = [*named, *(table for table in asked if table not in named)]
        if not tables:
            return None
        tables.sort(key=lambda t: (-self._fit(t, pool.rows[t][0]), t != self._returned))
        table = tables[0] if number < 8 or self._rng.random() < 0.6 else self._rng.choice(tables)
        rows = pool.rows[table]
        at = number if number < min(len(rows), 12) else self._rng.randrange(len(rows))
        return _Anchor(table, rows[at], number % 2 == 1 and self._asks_for(rows[at]))

    def _asks_for(self, row: Row) -> bool:
        """Tell whether several required parameters are called like fields of a record."""
        return len(self._required & row.keys()) > 1

    def _fit(self, table: str, row: Row) -> int:
        """Return how many parameters a record of that table has values for."""
        return sum(
            1
            for name in self._properties
            if name in row or self._entities.get(name, "") == table
        )  # fmt: skip

    def _anchored(self, name: str, entity: str | None, pool: Pool, anchor: _Anchor | None) -> Json:
        """Return what the anchor says about a parameter, or None."""
        if anchor is None:
            return None
        table, row, wholly = anchor
        if entity is None:
            meant = (wholly and name in self._required) or self._rng.random() < 0.5
            return row.get(name) if meant else None
        keys = pool.keys.get(entity, ())
        if row.get(name) in keys:
            return row[name]
        if entity == table:
            return keys[pool.rows[table].index(row)]
        if self._rng.random() < 0.8:
            return next((v for v in row.values() if isinstance(v, str | int) and v in keys), None)
        return None

    # ------------------------------------------------------------------ values
    def _value(
        self, name: str, schema: Schema, pool: Pool, anchor: _Anchor | None, depth: int
    ) -> Json:
        schema = self._resolved(schema)
        if "const" in schema:
            return cast(Json, schema["const"])
        if "enum" in schema:
            return cast(Json, self._rng.choice(schema["enum"]))
        entity = entity_of(schema)
        kind = self._kind(schema)
        if kind == "array":
            return self._array(name, schema, pool, anchor, depth)
        found = self._anchored(name, entity, pool, anchor)
        if found is None and entity is not None:
            found = self._key(pool.keys.get(entity, ()))
        elif found is None and kind != "object" and self._rng.random() < 0.5:
            known = pool.by_name(name)
            if not known and self._guesses:
                known = pool.by_name(_WORD.findall(name)[-1].casefold() if name else "")
            found = self._rng.choice(known) if known else None
            if found is None and not known and self._guesses and self._rng.random() < 0.7:
                found = self._key(
                    [key for keys in pool.keys.values() for key in keys[:MAX_GUESSED]]
                )
        if found is not None and _is(kind, found):
            return found
        if "default" in schema and self._rng.random() < 0.3:
            return cast(Json, schema["default"])
        match kind:
            case "object":
                return self._object(schema, pool, anchor, depth)
            case "string":
                return self._text(name, schema, pool)
            case "integer":
                return int(self._number(schema, whole=True))
            case "number":
                return self._number(schema, whole=False)
            case "boolean":
                return self._rng.random() < 0.5
            case "null":
                return None
            case _:
                return self._rng.choice(_WORDS)

    def _resolved(self, schema: Schema) -> Schema:
        """Follow references and choose among alternatives until a plain schema is left."""
        for _ in range(20):
            if "$ref" in schema:
                target = self._definitions.get(str(schema["$ref"]).rpartition("/")[2], {})
                schema = {**target, **{k: v for k, v in schema.items() if k != "$ref"}}
            elif "allOf" in schema:
                merged: dict[str, Any] = {k: v for k, v in schema.items() if k != "allOf"}
                for part in schema["allOf"]:
                    merged = {**self._resolved(part), **merged}
                schema = merged
            elif "anyOf" in schema or "oneOf" in schema:
                arms = schema.get("anyOf") or schema["oneOf"]
                full = [arm for arm in arms if arm.get("type") != "null"] or arms
                arm = self._rng.choice(full if self._rng.random() < 0.9 else arms)
                rest = {k: v for k, v in schema.items() if k not in ("anyOf", "oneOf", "default")}
                schema = {**rest, **arm}
            else:
                break
        return schema

    def _kind(self, schema: Schema) -> str:
        kind = schema.get("type")
        if isinstance(kind, list):
            return str(self._rng.choice([k for k in kind if k != "null"] or kind))
        if kind is None:
            return "object" if "properties" in schema else "string"
        return str(kind)

    def _key(self, keys: Sequence[Json]) -> Json:
        """Return a key, more often one of the first: those that the last calls named."""
        if not keys:
            return None
        if self._rng.random() < 0.3:
            return keys[0]
        return self._rng.choice(keys)

    def _array(
        self, name: str, schema: Schema, pool: Pool, anchor: _Anchor | None, depth: int
    ) -> Json:
        low = int(schema.get("minItems", 0))
        high = int(schema.get("maxItems", low + 3))
        length = self._rng.randint(low, max(low, min(high, low + 2))) or min(1, high)
        if depth >= MAX_DEPTH:
            length = low
        item: Schema = schema.get("items", {})
        if "x-entity" in schema:
            item = {**item, "x-entity": schema["x-entity"]}
        prefix = schema.get("prefixItems", [])
        values: list[Json] = []
        for position in range(max(length, len(prefix))):
            part = prefix[position] if position < len(prefix) else item
            # Only the first item follows the anchor: the others would repeat it.
            value = self._value(name, part, pool, anchor if position == 0 else None, depth + 1)
            if value not in values or prefix:
                values.append(value)
        return values

    def _object(self, schema: Schema, pool: Pool, anchor: _Anchor | None, depth: int) -> Json:
        required = schema.get("required", ())
        parts: Mapping[str, Schema] = schema.get("properties", {})
        value: dict[str, Json] = {
            name: self._value(name, part, pool, anchor, depth + 1)
            for name, part in parts.items()
            if name in required or (depth < MAX_DEPTH and self._rng.random() < 0.6)
        }
        more = schema.get("additionalProperties")
        if isinstance(more, dict) and not parts and depth < MAX_DEPTH:
            word = self._rng.choice(_WORDS)
            value[word] = self._value(word, more, pool, None, depth + 1)
        return value

    def _number(self, schema: Schema, *, whole: bool) -> float:
        low, high = schema.get("minimum"), schema.get("maximum")
        if "exclusiveMinimum" in schema:
            low = schema["exclusiveMinimum"] + (1 if whole else 0.01)
        if "exclusiveMaximum" in schema:
            high = schema["exclusiveMaximum"] - (1 if whole else 0.01)
        low = low if low is not None else (0 if high is None or high >= 0 else high - 100)
        high = min(high, low + 1000) if high is not None else low + self._rng.choice((3, 20, 500))
        number: float = self._rng.uniform(low, max(low, high))
        step = schema.get("multipleOf")
        if step:
            return cast(float, max(step * round(number / step), low if not low % step else step))
        return min(max(round(number), low), high) if whole else round(number, 2)

    def _text(self, name: str, schema: Schema, pool: Pool) -> str:
        if "format" in schema:
            made = self._formatted(str(schema["format"]), pool)
            if made is not None:
                return made
        if "pattern" in schema:
            return self._like(str(schema["pattern"]))
        if self._guesses and self._rng.random() < 0.6:
            told = _quoted(str(schema.get("description", "")))
            if told:
                return self._rng.choice(told)
        searches = name in _SEARCHES
        if self._guesses and not searches:
            searches = name.casefold().startswith("old") or self._rng.random() < 0.3
        if searches and "maxLength" not in schema and pool.named:
            return self._found_in(pool)
        word, number = self._rng.choice(_WORDS), self._rng.randrange(10_000)
        text = f"{word}_{number}" if self._guesses and number % 2 else f"{word} {number}"
        if "email" in name:
            text = f"{word}{number}@example.com"
        elif name.endswith(("url", "uri", "link", "website")):
            text = f"https://example.com/{word}/{number}"
        low, high = int(schema.get("minLength", 0)), schema.get("maxLength")
        while len(text) < low:
            text += f" {self._rng.choice(_WORDS)}"
        return text if high is None else text[: max(int(high), 0)]

    def _found_in(self, pool: Pool) -> str:
        """Return a word of some text in the state, for a search to find."""
        fields = [held for held in pool.named.values() if isinstance(held[0], str)]
        parts = str(self._rng.choice(self._rng.choice(fields))).split() if fields else []
        return self._rng.choice(parts or _WORDS)

    def _like(self, pattern: str) -> str:
        """Return a text that matches, or a plain word where the pattern cannot be followed."""
        for _ in range(20):
            try:
                text = matching(pattern, self._rng)
            except DefinitionError:
                break
            if found(pattern, text):
                return text
        return self._rng.choice(_WORDS)

    def _formatted(self, form: str, pool: Pool) -> str | None:
        offset = timedelta(minutes=15 * self._rng.randint(-200, 2000))
        moment = datetime.fromisoformat(pool.now.replace("Z", "+00:00")).astimezone(UTC)
        try:
            moment += offset
        except OverflowError:
            moment -= offset
        match form:
            case "date-time":
                return moment.isoformat().replace("+00:00", "Z")
            case "date":
                return moment.date().isoformat()
            case "time":
                return moment.time().isoformat()
            case "duration":
                return f"PT{self._rng.randint(1, 90)}M"
            case "uuid":
                return str(UUID(int=self._rng.getrandbits(128), version=4))
            case "email":
                return f"{self._rng.choice(_WORDS)}{self._rng.randrange(10_000)}@example.com"
            case "uri":
                return f"https://example.com/{self._rng.choice(_WORDS)}"
            case _:
                return None


def _quoted(text: str) -> list[str]:
    """Return the values that a description quotes, and one of each form that it names."""
    quoted = [next(part for part in match if part) for match in _QUOTED.findall(text)]
    return quoted + [value for form, value in _FORMS.items() if form in text]


def _is(kind: str, value: Json) -> bool:
    match kind:
        case "string":
            return isinstance(value, str)
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case "object":
            return isinstance(value, dict)
        case _:
            return value is None
