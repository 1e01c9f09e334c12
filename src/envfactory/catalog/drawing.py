"""Drawings of the entities of an environment: lines of text, and an SVG."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from envfactory.catalog.page import EntityShown, Page, Relation

_FIELDS_DRAWN: Final = 5
_LINE, _HEAD, _PAD = 15, 24, 8
_WIDTH, _GAP_X, _GAP_Y = 190, 80, 18
_NAME_DRAWN: Final = 24
_TALL: Final = 640  # pixels after which what nobody owns goes on beside what stands there


# ------------------------------------------------------------------------------ text
def tree(page: Page) -> list[str]:
    """Return the entities as a tree of owners, then the references that are no ownership."""
    rows = _largest(page.scenarios)
    lines: list[str] = []
    forest = _forest(page.entities)
    by_table = {entity.table: entity for entity in page.entities}

    def draw(table: str, before: str, joint: str, below: str) -> None:
        count = f" ({rows[table]})" if table in rows else ""
        lines.append(f"{before}{joint}{table}{count}  key {by_table[table].key}")
        children = forest.get(table, [])
        for number, child in enumerate(children, start=1):
            last = number == len(children)
            draw(child, before + below, "└─ " if last else "├─ ", "   " if last else "│  ")

    for root in forest.get("", []):
        draw(root, "", "", "")
    others = [relation for relation in page.relations if not relation.owner]
    if others:
        lines += ["", *(f"{r.table}.{r.field} {_arrow(r)} {r.to}" for r in others)]
    return lines


def _arrow(relation: Relation) -> str:
    return "⇉" if relation.many else "→"


def _largest(scenarios: Mapping[str, Mapping[str, int]]) -> Mapping[str, int]:
    """Return the rows of the scenario that has most of them."""
    return max(scenarios.values(), key=lambda rows: sum(rows.values()), default={})


def _forest(entities: Sequence[EntityShown]) -> dict[str, list[str]]:
    """Return the children of each table, and under '' those that nobody owns.

    A table in a circle of owners has no root above it: the first of the circle becomes one.
    """
    parents = {entity.table: entity.parent for entity in entities}
    children: dict[str, list[str]] = defaultdict(list)
    for table, parent in parents.items():
        rooted = parent in parents and table not in _above(table, parents)
        children[parent if rooted and parent is not None else ""].append(table)
    return dict(children)


def _above(table: str, parents: Mapping[str, str | None]) -> list[str]:
    """Return the owners of a table, nearest first, until they repeat; O(depth)."""
    found: list[str] = []
    parent = parents[table]
    while parent is not None and parent in parents and parent not in found:
        found.append(parent)
        parent = parents[parent]
    return found


# ------------------------------------------------------------------------------ SVG
@dataclass(frozen=True, slots=True)
class _Box:
    entity: EntityShown
    x: int
    y: int

    @property
    def fields(self) -> list[str]:
        """What is written in the box: fields, and how many more there are."""
        names = [field.name for field in self.entity.fields]
        hidden = len(names) - _FIELDS_DRAWN
        more = [f"… {hidden} more"] if hidden > 0 else []
        return [*names[:_FIELDS_DRAWN], *more]

    @property
    def height(self) -> int:
        return _HEAD + _LINE * len(self.fields) + _PAD


def svg(page: Page) -> str:
    """Return a drawing of the entities: owners to the left of what they own, references dashed."""
    boxes = _placed(page.entities)
    if not boxes:
        return ""
    width = max(box.x for box in boxes.values()) + _WIDTH + _GAP_X
    height = max(box.y + box.height for box in boxes.values()) + _GAP_Y
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" aria-label="entities and relations">'
    ]
    for relation in page.relations:
        if relation.table in boxes and relation.to in boxes:
            parts.append(_edge(boxes[relation.to], boxes[relation.table], relation))
    parts += [part for box in boxes.values() for part in _drawn(box)]
    return "\n".join([*parts, "</svg>"])


def _placed(entities: Sequence[EntityShown]) -> dict[str, _Box]:
    """Give each entity a place: a column per level of ownership, each child beside its owner.

    A drawing that would get too tall goes on at the top, to the right of what is drawn already.
    """
    forest = _forest(entities)
    by_table = {entity.table: entity for entity in entities}
    boxes: dict[str, _Box] = {}

    def place(table: str, left: int, top: int) -> int:
        box = _Box(by_table[table], left, top)
        boxes[table] = box
        bottom = top
        for child in forest.get(table, []):
            bottom = place(child, left + _WIDTH + _GAP_X, bottom)
        return max(bottom, top + box.height + _GAP_Y)

    left = top = _GAP_Y
    for root in forest.get("", []):
        if top > _TALL:
            left, top = max(box.x for box in boxes.values()) + _WIDTH + _GAP_X, _GAP_Y
        top = place(root, left, top)
    return boxes


def _edge(owner: _Box, other: _Box, relation: Relation) -> str:
    x1, y1 = owner.x + _WIDTH, owner.y + _HEAD // 2
    x2, y2 = other.x, other.y + _HEAD // 2
    if other is owner:
        y2 += _LINE
    if other.x <= owner.x:  # beside or before it: bend around the right-hand side
        x2 = other.x + _WIDTH
        bend = max(x1, x2) + _GAP_X // 2
        path = f"M{x1},{y1} C{bend},{y1} {bend},{y2} {x2},{y2}"
    else:
        middle = (x1 + x2) // 2
        path = f"M{x1},{y1} C{middle},{y1} {middle},{y2} {x2},{y2}"
    kind = "owns" if relation.owner else "refers"
    told = escape(f"{relation.table}.{relation.field} → {relation.to}")
    return f'<path class="{kind}" d="{path}"><title>{told}</title></path>'


def _drawn(box: _Box) -> Iterator[str]:
    yield (
        f'<rect class="entity" x="{box.x}" y="{box.y}" width="{_WIDTH}" '
        f'height="{box.height}" rx="6"/>'
    )
    yield _text(box.x, box.y + 16, box.entity.table, "table")
    for number, name in enumerate(box.fields):
        kind = "key" if name == box.entity.key else "field"
        yield _text(box.x, box.y + _HEAD + 11 + number * _LINE, name, kind)


def _text(x: int, y: int, text: str, kind: str) -> str:
    short = text if len(text) <= _NAME_DRAWN else text[: _NAME_DRAWN - 1] + "…"
    return f'<text class="{kind}" x="{x + _PAD}" y="{y}">{escape(short)}</text>'
