"""Resource names of AWS: `arn:aws:sqs:eu-west-1:123456789012:orders`, of one account and region."""

from __future__ import annotations

import re
from collections.abc import Iterator

from envfactory.compiler.data.rows import Row
from envfactory.compiler.data.shape import slug
from envfactory.compiler.pattern import found
from envfactory.spec.model import Scalar

_REGION, _ACCOUNT = "us-east-1", "123456789012"
"""What the names that the kernel generates as keys have, too."""
_SERVICE = re.compile(r":\(?(?:\?:)?([a-z][a-z0-9-]{1,30})\)?(?=:)")
"""The literal between colons of a pattern; what stands before it is the partition."""
_KIND = re.compile(r"[:/]\(?(?:\?:)?([a-z][a-zA-Z-]{2,40})\)?[/:]")
_SERVICES = {
    "role": "iam",
    "kms_key": "kms",
    "key": "kms",
    "topic": "sns",
    "sns_topic": "sns",
    "queue": "sqs",
    "bucket": "s3",
    "function": "lambda",
    "lambda_function": "lambda",
    "secret": "secretsmanager",
    "certificate": "acm",
    "log_group": "logs",
    "user": "iam",
}
_UNPLACED = frozenset({"iam", "s3"})
"""Services whose names have no region."""
_OF_ANY = frozenset({"", "resource", "target", "source"})
_ENOUGH, _AGAIN = 2, 0.6
"""Names of resources that suffice to speak of, and how often one serves again where fewer do."""
_SHARED = 8
"""So many resources carry all tags and the like, so that each carries several."""


def is_arn(name: str) -> bool:
    """Tell whether a field of that name holds the name of a resource."""
    return name == "arn" or name.endswith("_arn")


def names_any(name: str) -> bool:
    """Tell whether a field of that name holds the name of a resource of any kind."""
    return name.endswith("_arn") and name.removesuffix("_arn") in _OF_ANY


def arn(name: str, type_: Scalar, row: Row) -> str | None:
    """Return the name of a resource: the record's own, that of another, or of one that is needed.

    Args:
        name: The field.
        type_: What its values have to fit.
        row: The record.

    Returns:
        A name that fits, or None if none of the usual forms does.
    """
    about = name.removesuffix("arn").rstrip("_")
    own = about in (row.noun.replace(" ", "_"), "")
    known = row.source.arns
    if about in _OF_ANY and not own:
        fitting = [one for one in known if _fits(one, type_)]
        if len(fitting) > _ENOUGH or (fitting and row.source.rng.random() < _AGAIN):
            return row.source.rng.choice(fitting[:_SHARED])
    for written in _forms(about or row.noun.replace(" ", "_"), type_, row):
        if _fits(written, type_):
            if own or about in _OF_ANY:
                known.append(written)
            return written
    return None


def _forms(about: str, type_: Scalar, row: Row) -> Iterator[str]:
    rng = row.source.rng
    pattern = (type_.pattern or "").replace("\\", "")
    told = [one for one in _SERVICE.findall(pattern) if not one.startswith("aws")]
    service = told[0] if told else _SERVICES.get(about, _own_service(row))
    place = "" if service in _UNPLACED else _REGION
    told_kinds = [one for one in _KIND.findall(pattern.partition(f"{service}")[2]) if one != "aws"]
    kinds = list(dict.fromkeys([*told_kinds, slug(about or row.noun)]))
    named = slug(row.item.title)
    digits = f"{rng.getrandbits(128):032x}"
    dashed = f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
    for ident in (named, dashed, digits, digits[:16], digits[:10].upper(), digits[:10]):
        for kind in kinds:
            for at in (place, _REGION, ""):
                for parts in (f"{kind}/{ident}", f"{kind}:{ident}", ident):
                    yield f"arn:aws:{service}:{at}:{_ACCOUNT}:{parts}"


def _own_service(row: Row) -> str:
    name = row.source.domain.split(".")[0]
    return name.removeprefix("aws-").removeprefix("amazon-") or name


def _fits(text: str, type_: Scalar) -> bool:
    longest = type_.max_length
    if len(text) < (type_.min_length or 0) or (longest is not None and len(text) > longest):
        return False
    return not type_.pattern or found(type_.pattern, text)
