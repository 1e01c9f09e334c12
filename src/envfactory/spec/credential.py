"""Credentials: inputs that say who asks or how to write the answer, never what is asked for."""

from __future__ import annotations

from envfactory.spec.name import word_set, words

_PROOFS = word_set(
    "access_token auth_token api_key apikey api_token session_token user_token accesstoken "
    "authtoken session_key sessionkey access_key secret_key app_key appkey api_secret app_secret "
    "client_secret consumer_key private_key user_key subscription_key auth_key authkey app_token "
    "oauth_token bearer_token id_token refresh_token security_token auth_code api_password "
    "x_api_key login_token partner_key developer_key dev_key api_user"
)
_FORMS = word_set(
    "format ext extension content_type media_type media_type_extension file_format fmt "
    "response_format output_format response_type"
)


def is_credential(name: str) -> bool:
    """Tell whether a parameter of that name carries a proof of who asks."""
    parts = words(name)
    return "_".join(parts) in _PROOFS or (len(parts) > 1 and parts[-1] == "auth")


def is_form(name: str) -> bool:
    """Tell whether a parameter of that name selects how the answer is written down."""
    return "_".join(words(name)) in _FORMS
