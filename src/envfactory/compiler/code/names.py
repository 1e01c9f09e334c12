"""Names in generated code: those that are taken, and free ones for classes and local variables."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable, Set

from envfactory.spec.model import EnvironmentSpec, FieldSpec

IMPORTS: dict[str, str] = {
    "dt": "datetime",
    "Annotated": "typing",
    "Literal": "typing",
    "Field": "pydantic",
    "JsonValue": "pydantic",
    "Conflict": "envfactory.environment",
    "Counts": "envfactory.environment",
    "Environment": "envfactory.environment",
    "FailedPrecondition": "envfactory.environment",
    "InvalidArgument": "envfactory.environment",
    "Key": "envfactory.environment",
    "NotFound": "envfactory.environment",
    "Record": "envfactory.environment",
    "Ref": "envfactory.environment",
    "Table": "envfactory.environment",
    "Unique": "envfactory.environment",
    "given": "envfactory.environment",
    "kilometres": "envfactory.environment",
    "tool": "envfactory.environment",
    "date": "datetime",
    "datetime": "datetime",
    "time": "datetime",
}
"""Every name that generated code may import, and the module that it comes from."""

HELPER = "mentions"
"""The module-level function that searches texts."""


_KEY_WORDS = frozenset(
    {"", "id", "key", "slug", "name", "code", "number", "login", "username", "email", "uid", "uuid"}
)
"""Names of references that say how a record is named, and not what it is."""


def snake(name: str) -> str:
    """Return a class name in snake_case: `OrderLine` becomes `order_line`."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return spaced.lower()


def words(name: str) -> str:
    """Return an identifier or class name as words: `OrderLine` and `order_line` as `order line`."""
    return snake(name).replace("_", " ").strip()


def owner_name(spec: EnvironmentSpec, field: FieldSpec) -> str:
    """Return what a reference points to, as an identifier: the `project` that `project_id` names.

    A field may say more than the table does: `parent_task_id` is the `parent_task`.
    """
    bare = re.sub(
        r"^id_|_(id|sid|gid|uid|uuid|guid|key|slug|symbol|ref|code|name)$", "", field.name
    )
    if field.reference is None:
        return field.name
    return snake(spec.entity(field.reference.table).name) if bare in _KEY_WORDS else bare


def collection_name(field: FieldSpec) -> str:
    """Return what a list of references holds, in words: `label_slugs` are `labels`."""
    bare = re.sub(r"_(ids|keys|slugs|names|codes)$", "", field.name)
    return words(bare if bare == field.name or bare.endswith("s") else f"{bare}s")


def enumerate_words(items: Iterable[str], conjunction: str = "and") -> str:
    """Return the items as a person lists them: `a, b and c`."""
    *most, last = items
    return f"{', '.join(most)} {conjunction} {last}" if most else last


def free(taken: Set[str], *candidates: str) -> str:
    """Return the first candidate that is neither taken, a keyword nor a builtin.

    The last candidate gets underscores until it is free.
    """
    for candidate in candidates:
        if not (candidate in taken or is_special(candidate)):
            return candidate
    name = candidates[-1]
    while name in taken or is_special(name):
        name += "_"
    return name


def is_special(name: str) -> bool:
    """Return whether Python gives the name a meaning."""
    return keyword.iskeyword(name) or keyword.issoftkeyword(name) or hasattr(builtins, name)


class ClassNames:
    """The class names of a module: those of the specification, moved aside where they clash."""

    def __init__(self, spec: EnvironmentSpec) -> None:
        self._taken = taken = {*IMPORTS, HELPER}
        self._names: dict[str, str] = {}
        self._pages: dict[str, str] = {}
        self.environment = self._claim(taken, spec.class_name, "Environment")
        for name in [record.name for record in spec.objects] + [e.name for e in spec.entities]:
            self._names[name] = self._claim(taken, name, "Entry")
        for entity in spec.entities:
            self._pages[entity.table] = self._claim(taken, f"{entity.name}Page", "Result")
        self.count = self._claim(taken, "Count", "Result")

    def __getitem__(self, name: str) -> str:
        """Return the class written for that object or entity."""
        return self._names[name]

    def page(self, table: str) -> str:
        """Return the class written for pages of that table."""
        return self._pages[table]

    def alias(self, name: str) -> str:
        """Return a free name for a type that annotations share: `currency` gives `Currency`."""
        pascal = "".join(part.capitalize() for part in snake(name).split("_") if part)
        return self._claim(self._taken, pascal, "Choice")

    @staticmethod
    def _claim(taken: set[str], name: str, suffix: str) -> str:
        while name in taken or is_special(name):
            name += suffix
        taken.add(name)
        return name
