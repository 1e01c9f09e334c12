"""Kept inputs: which inputs of an operation are data, and which say how to ask or to answer."""

from __future__ import annotations

from collections.abc import Sequence

from envfactory.spec.records.parameter import is_listing, is_presentation, is_transport
from envfactory.spec.records.slot import is_instruction, is_secret
from envfactory.spec.shapes.schema import Shape
from envfactory.spec.words.name import word_set

_OUTPUT = word_set(
    "timeout timeout_ms output_path output_dir output_format output_filename max_length tokens "
    "depth headers verbose dry_run compatibility no_param format lang language encoding raw"
)
_STEPS = word_set(
    "edits operation operations old_string new_string find_text replace_text mode find replace "
    "changes patch diff command commands script expected_replacements"
)
"""Inputs that say how to change something, and not what to keep."""
_PATTERNS = word_set("pattern regex glob regexp expression selector file_pattern")
_NEARNESS = word_set(
    "proximity radius distance near nearby within bbox bounds bounding_box polygon square geo "
    "coordinates lat_lng latlng"
)
"""Last words of filters that measure a distance: no field has such a value."""
_EXCEPT = word_set("not exclude excluded except without")
_WAYS = word_set("set create use allow make enable")
"""First words of switches that say how to do something."""


def is_data(parts: Sequence[str], shape: Shape) -> bool:
    """Tell whether an input is something to keep, and not about how to ask or to answer."""
    name = "_".join(parts)
    if not parts or name in _OUTPUT | _STEPS | _PATTERNS or is_secret(tuple(parts)):
        return False
    if parts[-1] in _NEARNESS or parts[0] in _EXCEPT or name in ("all", "contains"):
        return False
    if is_instruction(tuple(parts), shape) or (shape.kind == "boolean" and parts[0] in _WAYS):
        return False
    return not (is_listing(tuple(parts)) or is_transport(name, "query") or is_presentation(name))


def is_filter(parts: Sequence[str], shape: Shape) -> bool:
    """Tell whether an input of a list narrows it by a field of the records."""
    return is_data(parts, shape) and shape.kind not in ("map", "object")


def is_about_output(parts: Sequence[str]) -> bool:
    """Tell whether an input of that name only says how long to wait, or where the answer goes."""
    return "_".join(parts) in _OUTPUT


def is_step(parts: Sequence[str]) -> bool:
    """Tell whether an input of that name says how to change something, and not what to keep."""
    return "_".join(parts) in _STEPS


def is_pattern(parts: Sequence[str]) -> bool:
    """Tell whether an input of that name is matched by rules of its own."""
    return "_".join(parts) in _PATTERNS
