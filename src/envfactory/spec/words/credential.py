"""Credentials: inputs that say who asks or how to write the answer, never what is asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from envfactory.source.description import Operation
from envfactory.spec.words.name import word_set, words

_PROOFS = word_set(
    "access_token auth_token api_key apikey api_token session_token user_token accesstoken "
    "authtoken session_key sessionkey access_key secret_key app_key appkey api_secret app_secret "
    "client_secret consumer_key private_key user_key subscription_key auth_key authkey app_token "
    "oauth_token bearer_token id_token refresh_token security_token auth_code api_password "
    "x_api_key login_token partner_key developer_key dev_key api_user keyid"
)
_FORMS = word_set(
    "format ext extension content_type media_type media_type_extension file_format fmt "
    "response_format output_format response_type"
)
_PROVING = re.compile(
    r"\b(?:api|access|app(?:lication)?|subscription|developer|license|user|auth\w*|your) ?-?_?"
    r"(?:key|token|id\b.{0,20}\bcredential)|\btoken\b|\bapp(?:lication)? ?id\b|\bapikey\b",
    re.IGNORECASE,
)
_ENDINGS = ("key", "keyid", "token", "appid", "secret", "signature", "jwt")


def is_credential(name: str) -> bool:
    """Tell whether a parameter of that name carries a proof of who asks."""
    parts = words(name)
    return "_".join(parts) in _PROOFS or (len(parts) > 1 and parts[-1] == "auth")


def is_form(name: str) -> bool:
    """Tell whether a parameter of that name selects how the answer is written down."""
    return "_".join(words(name)) in _FORMS


def proofs(operations: Sequence[Operation]) -> frozenset[str]:
    """Return query parameters that nearly every operation asks for and that prove who asks.

    `wskey` is such a name, where every call has it and it is said to be an API key.
    """
    counts: dict[str, int] = {}
    said: dict[str, str] = {}
    for operation in operations:
        for one in operation.parameters:
            if one.location == "query" and one.schema_.get("type", "string") == "string":
                counts[one.name] = counts.get(one.name, 0) + 1
                said[one.name] = f"{said.get(one.name, '')} {one.description[:200]}"
    found = []
    for name, count in counts.items():
        proving = name.lower().endswith(_ENDINGS) or "_".join(words(name)) in _PROOFS
        told = bool(_PROVING.search(said[name]))
        enough = count * 2 >= len(operations) if proving else count * 5 >= len(operations) * 4
        if enough and count > 1 and (proving or told):
            found.append(name)
    return frozenset(found)


def without(operation: Operation, names: frozenset[str]) -> Operation:
    """Return an operation without query parameters of these names."""
    kept = tuple(
        one for one in operation.parameters if one.location != "query" or one.name not in names
    )
    return operation.model_copy(update={"parameters": kept})
