"""Origins: what an operation was in its source before rules gave it an address or a response."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Origin:
    """Where an operation comes from that was given an address or a response.

    Attributes:
        where: The operation as the source has it, as 'CALL /create_issue'.
        name: What the source calls the tool; '' where it has an address of its own.
        inferred: Stable short phrases for what was concluded.
        inputs: Fields to the inputs that carry their values, where these are called otherwise.
    """

    where: str
    name: str = ""
    inferred: tuple[str, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)
