"""The form of keys that are resource names of AWS: `arn:aws:sns:us-east-1:123456789012:topic/0001`.

Which service a name is of, only a pattern tells; without one there is no form.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from pydantic_core import SchemaError, SchemaValidator, core_schema

from envfactory.spec.shapes.key_form import KeyForm
from envfactory.spec.shapes.schema import Shape

_SERVICE = re.compile(r":\(?(?:\?:)?([a-z][a-z0-9-]{1,30})\)?(?=:)")
"""A literal between the colons of a pattern; the partition stands before it."""
_KIND = re.compile(r":\(?(?:\?:)?([a-z][a-zA-Z-]{2,40})\)?[/:]")
_PLACES = ("us-east-1", "")
_ACCOUNT = "123456789012"
_ENDS = {
    "{n:04}": "0001",
    "{base36:10}": "k2mq81xz0c",
    "{BASE36:10}": "K2MQ81XZ0C",
    "{hex:16}": "0123456789abcdef",
    "{hex:32}": "0123456789abcdef" * 2,
    "{uuid}": "01234567-89ab-4def-8123-456789abcdef",
}
"""Ends of templates, and what they may come to."""


def arn_form(shapes: Sequence[Shape], noun: tuple[str, ...]) -> KeyForm | None:
    """Return what the keys of a kind of record look like whose field is called an `arn`.

    Args:
        shapes: The schemas of the key.
        noun: The words for one record.
    """
    patterns = [shape.pattern for shape in shapes if shape.kind == "string" and shape.pattern]
    for start in _starts(patterns, "-".join(noun)):
        for end, shown in _ENDS.items():
            if all(_fits(start + shown, shape) for shape in shapes if shape.kind == "string"):
                return KeyForm("serial" if "{n" in end else "token", start + end)
    return None


def _starts(patterns: list[str], noun: str) -> Iterator[str]:
    for pattern in patterns:
        plain = pattern.replace("\\", "")
        services = [one for one in _SERVICE.findall(plain) if not one.startswith("aws")]
        for service in services[:1]:
            told = _KIND.findall(plain.partition(service)[2])
            for place, kind in itertools.product(_PLACES, dict.fromkeys([*told, noun])):
                head = f"arn:aws:{service}:{place}:{_ACCOUNT}:"
                yield from (f"{head}{kind}/", f"{head}{kind}:", head)


def _fits(text: str, shape: Shape) -> bool:
    if len(text) < (shape.min_length or 0) or len(text) > (shape.max_length or len(text)):
        return False
    return not shape.pattern or _found(shape.pattern, text)


def _found(pattern: str, text: str) -> bool:
    """Tell whether a pattern is found, in time linear in the text."""
    try:
        return SchemaValidator(core_schema.str_schema(pattern=pattern)).isinstance_python(text)
    except SchemaError:
        return False
