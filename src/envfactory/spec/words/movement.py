"""Movements: verbs by which a number of a record grows or shrinks, and the numbers that they move.

`deposit` adds to a balance, `consume` takes from a stock, `transfer` takes from one and gives to
another. Verbs that say nothing of numbers by themselves (`add`, `use`) do so with what they move:
`add_points`, `use_credits`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from envfactory.spec.words.name import word_list, word_set, words

Change = Literal["add", "subtract", "transfer"]
Parts = tuple[str, ...]

_MONEY = word_list("balance funds fund money cash credit credits wallet")
_STOCK = word_list("stock inventory quantity units available hand supply copies")
_POINTS = word_list("points miles credits credit coins tokens stars balance")
_VOTES = word_list("votes vote upvotes score")
_ANY = word_list("count counter")
_PLAIN: dict[str, tuple[Change, tuple[str, ...]]] = {
    "deposit": ("add", _MONEY),
    "recharge": ("add", _MONEY),
    "topup": ("add", _MONEY),
    "credit": ("add", _MONEY),
    "restock": ("add", _STOCK),
    "replenish": ("add", _STOCK),
    "increment": ("add", _ANY),
    "vote": ("add", _VOTES),
    "upvote": ("add", _VOTES),
    "withdraw": ("subtract", _MONEY),
    "debit": ("subtract", _MONEY),
    "consume": ("subtract", (*_STOCK, *_POINTS)),
    "redeem": ("subtract", _POINTS),
    "decrement": ("subtract", _ANY),
    "transfer": ("transfer", (*_MONEY, *_POINTS, *_STOCK)),
}
"""Verbs that move a number by themselves, with the numbers that they move, the likeliest first."""
_WITH_OBJECT: dict[str, Change] = {
    **dict.fromkeys(word_list("add earn award grant increase raise gain receive accrue"), "add"),
    **dict.fromkeys(
        word_list("use spend take deduct subtract decrease reduce lower pay burn"), "subtract"
    ),
    **dict.fromkeys(word_list("move send give"), "transfer"),
}  # fmt: skip
"""Verbs that move a number only where they name it, or where the record plainly holds one."""
_KINDS = (_MONEY, _STOCK, _POINTS, _VOTES)
_MOVABLE = frozenset(word for kind in _KINDS for word in kind)
_PAYING = word_set("pay spend")
_FILLERS = word_set("to from of in into out the a an some more my for between up with by on")
_AMOUNTS = word_set("amount quantity qty units count value by delta sum number")
_BY_ONE = word_set("vote upvote increment decrement")
_STORED = word_set(
    "stock inventory quantity units copies points miles credits coins tokens balance"
)
"""Numbers of which nobody can have less than none."""
_GIVING = word_set("from source sender giver origin debtor payer")
_TAKING = word_set("to target destination receiver recipient taker dest payee beneficiary")
_SHORT = word_set("insufficient enough low exceeds exceed below negative overdraw sufficient")
"""Words of texts that say that a tool refuses to take more than there is."""
_MAX_TEXT = 1000


@dataclass(frozen=True)
class Movement:
    """What a name says that is moved.

    Attributes:
        verb: The words of the verb.
        change: Whether it is added, taken, or taken here and added there.
        named: What the name says is moved, in words: `points`; may be empty.
        kinds: Last words of the fields that the verb moves, the likeliest first.
        certain: The verb moves a number whatever the record is known to hold.
    """

    verb: Parts
    change: Change
    named: Parts
    kinds: tuple[str, ...]
    certain: bool

    @property
    def by_one(self) -> bool:
        """Whether it moves by one where nothing says by how much."""
        return self.verb[0] in _BY_ONE

    def is_amount(self, parts: Parts) -> bool:
        """Tell whether an input of that name may say by how much."""
        if not parts:
            return False
        last = parts[-1]
        return last in _AMOUNTS or parts == self.named or (last in self.kinds and last != "wallet")

    def field(self, amount: Parts, numbers: Iterable[Parts]) -> Parts | None:
        """Return which of the numbers of a record is moved, if it is plainly one of them.

        Args:
            amount: The words of the input that says by how much; may be empty.
            numbers: The words of the fields that hold numbers.
        """
        held = list(numbers)
        exact = [parts for parts in held if parts in (self.named, amount)]
        if len(exact) == 1:
            return exact[0]
        kinds = self.kinds
        for kind in kinds:
            found = [parts for parts in held if kind in (parts[-1], parts[0])]
            if found:
                return found[0] if len(found) == 1 else None
        return None


def read_movement(parts: Parts, noun: Iterable[str] = ()) -> Movement | None:
    """Read `deposit`, `top_up_wallet`, `redeem_points` and `add_funds`; None for other names.

    Args:
        parts: The words of a name.
        noun: Words that name the record, and nothing that is moved.
    """
    if parts[:2] == ("top", "up"):
        parts = ("topup", *parts[2:])
    if not parts:
        return None
    own = set(noun) - _MOVABLE
    named = tuple(part for part in parts[1:] if part not in _FILLERS and part not in own)
    kinds = next((kind for kind in _KINDS if named and named[-1] in kind), ())
    plain = _PLAIN.get(parts[0])
    if plain is not None:
        change, usual = plain
        told = not named or bool(kinds) or usual is _ANY
        return Movement(parts[:1], change, named, kinds or usual, True) if told else None
    moved = _WITH_OBJECT.get(parts[0])
    if moved is not None and kinds:
        return Movement(parts[:1], moved, named, kinds, True)
    if parts[0] in _PAYING:
        return Movement(parts[:1], "subtract", (), _MONEY[:5], False)
    return None


def is_giver(parts: Parts) -> bool:
    """Tell whether an input of that name carries the key of the record that gives."""
    return bool(parts) and (parts[0] in _GIVING or parts[-1] in _GIVING)


def is_taker(parts: Parts) -> bool:
    """Tell whether an input of that name carries the key of the record that gets."""
    return bool(parts) and (parts[0] in _TAKING or parts[-1] in _TAKING)


def bare(parts: Parts) -> Parts:
    """Return the words of such an input without those that say which side it is."""
    return tuple(part for part in parts if part not in _GIVING | _TAKING)


def floor(parts: Parts, text: str) -> float | None:
    """Return the least that a number may become, or None where nothing says that there is one.

    Args:
        parts: The words of its name: of stocks and balances nobody has less than none.
        text: What the source says of the tool that takes from it.
    """
    return 0 if set(parts) & _STORED or _SHORT & set(words(text[:_MAX_TEXT])) else None


def assumed(movement: Movement) -> str:
    """Return what a record plainly holds of which such a thing is said, where nothing describes it.

    Returns:
        The name of a field: `balance`, `stock`, `points`, `votes`.
    """
    counted = movement.kinds is _ANY or bool(set(movement.named) & set(_POINTS[:-1]))
    if movement.named and counted:
        return "_".join(movement.named)
    for kind, name in ((_STOCK, "stock"), (_VOTES, "votes"), (_ANY, "count"), (_MONEY, "balance")):
        if movement.kinds[0] == kind[0]:
            return name
    return "points"
