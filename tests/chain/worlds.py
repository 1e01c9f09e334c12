"""Environments made up at random, as many as a test wants, with what real ones are difficult for.

Records that belong to records, keys that only tools know and keys that people know, creation,
removal, tokens that nobody has, deep optional parts, paging, contents that link environments.
"""

import random
import re
from typing import Any

from envfactory.environment import ToolSpec

NOUNS = re.findall(
    r"\w+",
    "account album appointment article asset badge basket bill board booking branch budget "
    "campaign card channel claim clinic comment contact contract coupon course deal delivery "
    "device dispute document driver employee event expense file flight folder goal grade group "
    "guest hotel invoice issue item job label lead lesson letter loan meeting member memo message "
    "milestone note offer order parcel patient payment permit plan player playlist post product "
    "project quote receipt recipe refund report request review room route school seat session "
    "shift shipment site song store student task team ticket topic track trip unit vendor visit "
    "voucher ward warehouse",
)


def tools(environments: int, seed: int) -> dict[str, list[ToolSpec]]:
    """Return that many environments of 4 to 30 tools."""
    return {
        f"world_{number:03}": _environment(random.Random(f"{seed}/{number}"))
        for number in range(environments)
    }


def _environment(rng: random.Random) -> list[ToolSpec]:
    nouns = rng.sample(NOUNS, rng.randint(1, 6))
    parents: dict[str, str | None] = {
        noun: rng.choice(nouns[:place]) if place and rng.random() < 0.7 else None
        for place, noun in enumerate(nouns)
    }
    made = [tool for noun in nouns for tool in _tools_of(noun, parents[noun], nouns, rng)]
    rng.shuffle(made)
    return made


def _tools_of(
    noun: str, parent: str | None, nouns: list[str], rng: random.Random
) -> list[ToolSpec]:
    key = _text(f"The {noun}", noun)
    owner = {f"{parent}_id": _text(f"The {parent} of the {noun}", parent)} if parent else {}
    fields = {
        "title": {"type": "string", "description": f"Name of the {noun}"},
        "email": {"type": "string", "format": "email", "description": "Whom to write to"},
        "amount": {"type": "number", "description": "How much"},
        "due_on": {"type": "string", "format": "date", "description": "When it is due"},
    }
    written = {name: fields[name] for name in rng.sample(sorted(fields), rng.randint(1, 4))}
    other = rng.choice(nouns)
    if other != noun and rng.random() < 0.4:
        written["about"] = _object({f"{other}_id": _text(f"A {other}", other), "note": _text("")})
    row = _object({"id": {**key, "x-key": True}, **owner, **written})
    scope = dict(owner) if rng.random() < 0.5 else {}
    page = {"limit": {"type": "integer"}, "cursor": _text("Where the next page begins")}
    candidates = [
        ToolSpec(f"list_{noun}s", f"List the {noun}s.", _object(owner, page), _many(row)),
        ToolSpec(f"find_{noun}s", "By words.", _object({"query": _text("Words")}), _many(row)),
        ToolSpec(f"get_{noun}", "", _object({"id": key, **scope}), row),
        ToolSpec(f"create_{noun}", "", _object({**owner, "title": fields["title"]}, written), row),
        ToolSpec(f"update_{noun}", "", _object({"id": key, **scope}, written), row),
        ToolSpec(f"delete_{noun}", "", _object({"id": key, **scope}), {}),
        ToolSpec(f"close_{noun}", "", _object({f"{noun}_id": key, **scope}), row),
        ToolSpec(f"unlock_{noun}", "", _object({"id": key, "otp_token": _text("Secret")}), row),
        ToolSpec(f"link_{noun}", "", _object({"id": key, "to": _text("Another", noun)}), {}),
        ToolSpec(f"pay_{noun}", "", _object({"id": key}), row, actor="user"),
    ]
    return rng.sample(candidates, rng.randint(4, 6) if len(nouns) > 1 else 5)


def _text(description: str, entity: str | None = None) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", "description": description}
    return {**schema, "x-entity": f"{entity}s"} if entity else schema


def _object(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
    }


def _many(row: dict[str, Any]) -> dict[str, Any]:
    return _object(
        {"items": {"type": "array", "items": row}}, {"next_cursor": _text("Where the next begins")}
    )
