"""Alpaca rows with history, as LLaMA-Factory reads them: the text form, in pairs.

A pair is what the model is told and what it writes: a request or the results of its calls, and
then calls or an answer. The last pair is `instruction` and `output`, those before it are `history`,
and LLaMA-Factory trains on what the model wrote in every one of them.
"""

from __future__ import annotations

from envfactory.dataset.hermes import HermesRow
from envfactory.records import Stored


class AlpacaRow(Stored):
    """A trajectory as pairs of text."""

    id: str
    instruction: str
    input: str = ""
    output: str
    system: str
    history: tuple[tuple[str, str], ...]


def alpaca_row(row: HermesRow) -> AlpacaRow:
    """Return the pairs of a text form.

    Raises:
        ValueError: If it is not one system message and then told and written in turn.
    """
    system, *rest = row.messages
    told, written = rest[::2], rest[1::2]
    roles = [system.role, *(message.role for message in rest)]
    if not rest or roles != ["system", *["user", "assistant"] * len(written)]:
        raise ValueError(f"row {row.id} does not alternate: {', '.join(roles)}")
    pairs = [(t.content, w.content) for t, w in zip(told, written, strict=True)]
    return AlpacaRow(
        id=row.id,
        instruction=pairs[-1][0],
        output=pairs[-1][1],
        system=system.content,
        history=tuple(pairs[:-1]),
    )
