"""Laws of tools by which a number of a record grows or shrinks, or moves to another record."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from envfactory.records import Json
from envfactory.spec.model import AdjustRecord, CreateRecord, Scalar
from envfactory.verify.laws.finding import candidates
from envfactory.verify.laws.law import law
from envfactory.verify.laws.meaning import same
from envfactory.verify.laws.transition import Row, Transition
from envfactory.verify.laws.writing import creates, only_changes, wrong_result

_CLOSE = 2e-6
"""How far apart two sums may be: as written, they are rounded to six decimals."""


@law("adjust", "moves the number by the amount, and refuses too much of it", "adjust")
def adjusts(t: Transition) -> str | None:
    """Exactly the amount is there afterwards, or gone; a refusal says why, and is not needless."""
    behaviour = _behaviour(t)
    rows = candidates(t)
    if not rows:
        return "changed a number where no record is meant" if t.outcome.ok else None
    row, amount = rows[0], _amount(t)
    held = row.get(behaviour.field)
    if amount is None or not _is_number(held):
        return "took no number for an amount" if t.outcome.ok and amount is None else None
    receiver = _receiver(t)
    barred = _barred(t, row, receiver, amount)
    if not t.outcome.ok:
        return _misjudged(t, barred, amount)
    if barred:
        return f"went on though {barred}"
    if amount <= 0:
        return f"accepted an amount of {amount}"
    due = {row[t.entity.key]: amount if behaviour.change == "add" else -amount}
    if behaviour.into is not None:
        if receiver is None or receiver is row:
            return "gave to no other record"
        due[receiver[t.entity.key]] = amount
    return _wrong_numbers(t, due) or _wrong_entry(t) or _wrong_result(t, row[t.entity.key])


@law("conserve", "leaves the sum as it is where something only moves", "adjust")
def conserves(t: Transition) -> str | None:
    """What one record loses another gets: over all records of the table nothing comes or goes."""
    behaviour = _behaviour(t)
    if behaviour.into is None:
        return None
    changed = [fields.get(behaviour.field) for fields in t.updated.values()]
    was = [t.before.get(t.entity.table, key) for key in t.updated]
    before = math.fsum(_number(row.get(behaviour.field)) for row in was if row is not None)
    after = math.fsum(
        _number(value if value is not None else row.get(behaviour.field))
        for value, row in zip(changed, was, strict=True)
        if row is not None
    )
    if math.isclose(before, after, rel_tol=1e-9, abs_tol=_CLOSE):
        return None
    return f"the sum of {behaviour.field} went from {before} to {after}"


def adjusted_calls(t: Transition) -> Iterator[dict[str, Json]]:
    """Yield arguments at the edges of such a tool: all there is, just more, nothing, to itself."""
    behaviour = _behaviour(t)
    rows = candidates(t)
    if not rows:
        return
    if behaviour.into is not None and behaviour.key is not None:
        yield {**t.arguments, behaviour.into: t.arguments.get(behaviour.key)}
    held = rows[0].get(behaviour.field)
    if behaviour.amount is None or not isinstance(held, int | float):
        return
    edges: list[float] = [0]
    if behaviour.floor is not None and behaviour.change == "subtract":
        edges += [held - behaviour.floor, held - behaviour.floor + 1]
    grows = _receiver(t) if behaviour.into is not None else rows[0]
    other = grows.get(behaviour.field) if grows is not None else None
    if behaviour.ceiling is not None and isinstance(other, int | float):
        edges += [behaviour.ceiling - other, behaviour.ceiling - other + 1]
    type_ = t.parameter(behaviour.amount).type
    whole = isinstance(type_, Scalar) and type_.type == "integer"
    for edge in edges:
        yield {**t.arguments, behaviour.amount: int(edge) if whole else edge}


def _behaviour(t: Transition) -> AdjustRecord:
    behaviour = t.design.behaviour
    assert isinstance(behaviour, AdjustRecord)
    return behaviour


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: Json) -> float:
    return value if isinstance(value, int | float) else 0


def _amount(t: Transition) -> float | None:
    """Return by how much a call asks for, or None where it says no number."""
    name = _behaviour(t).amount
    given = 1 if name is None else t.given(name)
    return given if isinstance(given, int | float) and not isinstance(given, bool) else None


def _receiver(t: Transition) -> Row | None:
    """Return the record that gets what another loses, if it exists."""
    into = _behaviour(t).into
    return t.before.get(t.entity.table, t.given(into)) if into is not None else None


def _barred(t: Transition, row: Row, receiver: Row | None, amount: float) -> str | None:
    """Return why the numbers forbid a call."""
    behaviour = _behaviour(t)
    name, held = behaviour.field, _number(row.get(behaviour.field))
    if behaviour.change == "subtract" and _is_short(held, amount, behaviour.floor):
        return f"{name} is {held} and the amount {amount}"
    grows = receiver if behaviour.into is not None else row if behaviour.change == "add" else None
    most = math.inf if behaviour.ceiling is None else behaviour.ceiling
    if grows is not None and _number(grows.get(name)) + amount > most:
        return f"{name} would be above {most:g}"
    return None


def _is_short(held: float, amount: float, floor: float | None) -> bool:
    """Tell whether too little would be left; a difference of floats may round to nothing."""
    return floor is not None and (held - amount < floor if floor else held < amount)


def _misjudged(t: Transition, barred: str | None, amount: float) -> str | None:
    """Return that a call was refused for no reason, or for another one than the right one."""
    behaviour = _behaviour(t)
    twin = behaviour.into is not None and same(t.given(behaviour.into), t.given(behaviour.key))
    if t.outcome.kind == "failed_precondition" and barred is None:
        return f"was refused though nothing forbids it: {t.outcome.value}"
    plain = amount > 0 and not twin and not t.dangling() and _fits(t, amount)
    if barred is not None and plain and t.outcome.kind != "failed_precondition":
        return f"was refused as {t.outcome.kind}, not because {barred}"
    return None


def _fits(t: Transition, amount: float) -> bool:
    """Tell whether a call gives what the schema asks for, as far as it is looked at here."""
    if set(t.arguments) != {p.name for p in t.design.parameters if p.required}:
        return False
    name = _behaviour(t).amount
    if name is None:
        return True
    type_ = t.parameter(name).type
    assert isinstance(type_, Scalar)
    if type_.type == "integer" and amount != int(amount):
        return False
    within = type_.maximum is None or amount <= type_.maximum
    return within and (type_.minimum is None or amount >= type_.minimum)


def _wrong_numbers(t: Transition, due: dict[Json, float]) -> str | None:
    name = _behaviour(t).field
    problem = only_changes(t, list(due), {name})
    if problem is not None:
        return problem
    for key, more in due.items():
        was, now = t.before.get(t.entity.table, key), t.after(key)
        if was is None or now is None:
            return f"{key!r} is gone"
        wanted = _number(was.get(name)) + more
        if not math.isclose(_number(now.get(name)), wanted, rel_tol=1e-9, abs_tol=_CLOSE):
            return f"left {name} of {key!r} at {now.get(name)!r}, not {wanted!r}"
    return None


def _wrong_entry(t: Transition) -> str | None:
    """Return what is wrong with what was written down of the change."""
    entry: CreateRecord | None = _behaviour(t).entry
    others = sorted({change.table for change in t.elsewhere()})
    if entry is None:
        return f"changed {others[0]}" if others else None
    if others not in ([], [entry.table]):
        return f"changed {', '.join(others)}"
    return creates.broken(replace(t, design=t.design.model_copy(update={"behaviour": entry})))


def _wrong_result(t: Transition, key: Json) -> str | None:
    after = t.after(key)
    return wrong_result(t, after) if _behaviour(t).entry is None and after is not None else None


ADJUSTING = (adjusts, conserves)
"""Laws of tools that move a number."""
