"""What people paste and quote rather than put in words: links, and numbers of versions.

Nobody talks about the link of a record, yet somebody who wants a page to be watched gives its link:
it is pasted. So values of this kind are given where a call cannot be made without them, and are
never asked about.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from envfactory.graph.words import word_set
from envfactory.graph.words import words as split_words
from envfactory.records import Json

LINK = re.compile(r"https?://\S+")
"""A link in a text."""
_LINKS = word_set("url urls uri link href website homepage")
_MACHINES = word_set("webhook hook callback redirect self api token base")
"""What has links that only programs follow, or that only the service writes."""
_PICTURES = word_set("image images photo picture avatar icon logo thumbnail banner")
_ENDINGS = {
    **dict.fromkeys(sorted(_PICTURES), ".jpg"),
    "video": ".mp4",
    "audio": ".mp3",
    "document": ".pdf",
    "file": ".pdf",
    "repository": ".git",
    "repo": ".git",
}
_HOSTS = ("www.example.com", "www.example.org", "www.example.net")
_NOT_IN_LINKS = re.compile(r"[^a-z0-9]+")
_VERSION = re.compile(r"v?\d+(?:\.\d+){1,3}")
_LONGEST_SLUG = 40


def is_link(name: str) -> bool:
    """Return whether a field of that name takes a link that a person could paste."""
    here = split_words(name)
    return bool(_LINKS & set(here[-1:])) and not _MACHINES & set(here)


def is_version(name: str) -> bool:
    """Return whether a field of that name takes the number of a version."""
    return split_words(name)[-1:] == ("version",)


def given_label(label: str) -> str:
    """Return what people call a field that takes something pasted: a `logo url` is a logo link."""
    return " ".join("link" if word in ("url", "uri", "href") else word for word in label.split())


def new_link(name: str, titles: Sequence[str], seen: Sequence[Json], rng: random.Random) -> Json:
    """Return a link that is not among those seen; None where there is nothing to call it after.

    Args:
        name: The field's name, which tells what the link leads to.
        titles: What pages could be called.
        seen: Links that are there already.
        rng: Decides.
    """
    slugs = [slug for title in titles if (slug := slug_of(title))]
    if not slugs:
        return None
    ending = next((_ENDINGS[word] for word in split_words(name) if word in _ENDINGS), "")
    link = f"https://{rng.choice(_HOSTS)}/{rng.choice(slugs)}{ending}"
    return None if link in seen else link


def slug_of(title: str) -> str:
    """Return a title as it stands in links; empty where nothing of it can, or it is too long."""
    slug = _NOT_IN_LINKS.sub("-", title.casefold()).strip("-")
    return slug if len(slug) <= _LONGEST_SLUG else ""


def new_version(seen: Sequence[Json], rng: random.Random) -> Json:
    """Return a version after one of those seen; None where none of them is a number of a version.

    Args:
        seen: Versions that are there already.
        rng: Decides.
    """
    versions = [v for v in seen if isinstance(v, str) and _VERSION.fullmatch(v)]
    if not versions:
        return None
    head, _, last = rng.choice(versions).rpartition(".")
    return f"{head}.{int(last) + rng.randint(1, 3)}"
