"""Lists and dicts that cannot be changed, for the fields of records.

They are real `list` and `dict` objects, so reading, comparing, slicing and serialising work as
anybody expects; every method that would change them raises a `TypeError` that names the fix.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NoReturn


def _refuse(self: object, *args: object, **kwargs: object) -> NoReturn:
    raise TypeError(
        "a record's lists and dicts cannot be changed in place; "
        "copy it, change the copy and store that with table.update(key, field=copy)"
    )


class FrozenList(list[Any]):
    """A list that refuses in-place changes."""

    __slots__ = ()
    append = extend = insert = remove = pop = clear = sort = reverse = _refuse
    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse

    def __copy__(self) -> list[Any]:
        return list(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> list[Any]:
        return [thaw(item) for item in self]

    def copy(self) -> list[Any]:
        """Return a plain, changeable copy."""
        return list(self)


class FrozenDict(dict[str, Any]):
    """A dict that refuses in-place changes; its keys are in sorted order."""

    __slots__ = ()
    update = setdefault = pop = popitem = clear = _refuse
    __setitem__ = __delitem__ = __ior__ = _refuse

    def __copy__(self) -> dict[str, Any]:
        return dict(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, Any]:
        return {key: thaw(item) for key, item in self.items()}

    def copy(self) -> dict[str, Any]:
        """Return a plain, changeable copy."""
        return dict(self)


def freeze(value: Any) -> Any:
    """Return `value` in the form that records keep, to any depth.

    Lists and dicts refuse changes, dicts have sorted keys (equal values, equal bytes), and times
    are in UTC (a time without a zone is taken as UTC), so that they compare with the clock.
    """
    kind = type(value)
    if kind is FrozenList or kind is FrozenDict or value is None:
        return value
    if isinstance(value, list):
        return FrozenList([freeze(item) for item in value])
    if isinstance(value, dict):
        return FrozenDict({key: freeze(value[key]) for key in sorted(value)})
    if isinstance(value, tuple):
        return tuple([freeze(item) for item in value])
    return in_utc(value) if isinstance(value, datetime) else value


def thaw(value: Any) -> Any:
    """Return a copy of `value` whose lists and dicts can be changed, with times in UTC."""
    if isinstance(value, list):
        return [thaw(item) for item in value]
    if isinstance(value, dict):
        return {key: thaw(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple([thaw(item) for item in value])
    return in_utc(value) if isinstance(value, datetime) else value


def in_utc(moment: datetime) -> datetime:
    """Return the same moment in UTC; a moment without a zone is taken as UTC.

    Raises:
        OverflowError: If the moment falls outside the years 1 to 9999 in UTC.
    """
    if moment.tzinfo is UTC:
        return moment
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def utc_text(moment: datetime) -> str:
    """Return a moment in UTC as RFC 3339, the way that the JSON of records writes it."""
    return moment.isoformat().removesuffix("+00:00") + "Z"
