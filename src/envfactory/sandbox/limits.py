"""Limits: what a worker may use before it is stopped."""

from __future__ import annotations

from pydantic import Field

from envfactory.records import Stored


class Limits(Stored):
    """What one worker may use.

    Time is bounded per call by the caller's clock, which also bounds the processor time of a call:
    a worker has one thread.
    """

    call_seconds: float = Field(default=5.0, gt=0, description="Longest time for one call.")
    load_seconds: float = Field(
        default=30.0, gt=0, description="Longest time to start a worker or to load a state."
    )
    cpu_seconds: int = Field(
        default=3600, gt=0, description="Processor time of one worker in all its life."
    )
    memory_bytes: int = Field(default=1 << 30, ge=1 << 28, description="Address space.")
    output_bytes: int = Field(default=8 << 20, ge=1 << 10, description="Largest single answer.")
    file_bytes: int = Field(default=16 << 20, ge=0, description="Largest file in the scratch.")
