"""What the code of an environment may name: modules, functions and attributes, as plain tables.

The lists say yes, not no: what is not here is refused, whoever wrote the code.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from envfactory import environment
from envfactory.environment import Environment


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SOME: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "base64": frozenset({"b64decode", "b64encode", "urlsafe_b64decode", "urlsafe_b64encode"}),
        "copy": frozenset({"copy", "deepcopy"}),
        "dataclasses": frozenset({"dataclass", "field", "replace"}),
        "functools": frozenset({"cmp_to_key", "partial", "reduce", "total_ordering"}),
        "hashlib": frozenset({"blake2b", "blake2s", "md5", "sha1", "sha256", "sha512"}),
        "json": frozenset({"JSONDecodeError", "dumps", "loads"}),
        "operator": frozenset({"itemgetter"}),
        "pydantic": _words(
            """
            AnyHttpUrl AnyUrl AwareDatetime BeforeValidator AfterValidator ConfigDict Field
            FiniteFloat HttpUrl JsonValue NaiveDatetime NegativeFloat NegativeInt
            NonNegativeFloat NonNegativeInt NonPositiveFloat NonPositiveInt PositiveFloat
            PositiveInt StrictBool StrictFloat StrictInt StrictStr StringConstraints UUID4
            ValidationError ValidationInfo field_validator model_validator
            """
        ),
        "string": frozenset({"ascii_letters", "ascii_lowercase", "ascii_uppercase", "digits"}),
        "types": frozenset({"MappingProxyType"}),
        "uuid": frozenset({"UUID"}),
    }
)
"""Modules of which only some names are safe."""

_ALL_BUT: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "__future__": frozenset(),
        "abc": frozenset(),
        "bisect": frozenset(),
        "collections": frozenset(),
        "collections.abc": frozenset(),
        "datetime": frozenset(),
        "decimal": frozenset({"getcontext", "localcontext", "setcontext"}),
        "difflib": frozenset(),
        "enum": frozenset(),
        "fractions": frozenset(),
        "heapq": frozenset(),
        "itertools": frozenset(),
        "math": frozenset(),
        "numbers": frozenset(),
        "re": frozenset({"purge"}),
        "statistics": frozenset({"NormalDist"}),
        "textwrap": frozenset(),
        "typing": frozenset({"ForwardRef", "get_type_hints"}),
        "unicodedata": frozenset(),
    }
)
"""Modules whose public names are safe, but for these; modules inside them never are."""

MODULES = tuple(sorted([*_SOME, *_ALL_BUT, "envfactory.environment"]))
"""Every module that may be imported."""

BUILTINS = _words(
    """
    __import__ breakpoint compile copyright credits delattr eval exec exit getattr globals help
    input license locals memoryview open print quit setattr vars
    """
)
"""Built-in names that reach outside the state, or write past its rules."""

UNSTABLE = frozenset({"hash", "id"})
"""Built-in functions whose values differ from process to process."""

UNCATCHABLE = frozenset({"BaseException", "GeneratorExit", "KeyboardInterrupt", "SystemExit"})
"""Exceptions that a tool may neither raise nor catch."""

AT_IMPORT = _words(
    """
    classmethod float frozenset int len max min property range round staticmethod str sum tuple
    """
)
"""Built-in functions that may be called while the module is imported."""

KEEPS_NOTHING = _words(
    """
    AfterValidator BeforeValidator ConfigDict Counts Decimal Field Fraction Key MappingProxyType
    NewType Ref StringConstraints UUID Unique auto compile date datetime field frozenset int
    itemgetter float len max min partial range round str sum time timedelta timezone tuple
    """
)
"""Functions whose results cannot be changed, so that a constant may be made by them."""

MUTATORS = _words(
    """
    add append clear discard extend insert pop popitem remove reverse setdefault sort update
    """
)
"""Methods that must not be called on the class: `list.append(x, 1)` gets past frozen lists."""

INSIDE = _words(
    """
    ag_frame cr_code cr_frame f_back f_builtins f_code f_globals f_locals func_code func_globals
    gi_code gi_frame model_construct mro tb_frame tb_next
    """
)
"""Attributes that lead from a value to the interpreter, or past validation."""

METHODS = _words(
    """
    __add__ __bool__ __contains__ __eq__ __ge__ __getitem__ __gt__ __iter__ __le__ __len__
    __lt__ __ne__ __repr__ __str__ __sub__
    """
)
"""Special methods that a class may define."""


def offers(module: str, name: str) -> bool:
    """Return whether code may use that name of that module."""
    if module == "envfactory.environment":
        return name in environment.__all__
    if module in _SOME:
        return name in _SOME[module]
    if module not in _ALL_BUT or name in _ALL_BUT[module] or name.startswith("_"):
        return False
    value = getattr(import_module(module), name, None)
    return value is not None and not inspect.ismodule(value)


def of_the_kernel(name: str) -> bool:
    """Return whether `Environment` itself has an attribute of that name."""
    return hasattr(Environment, name) or name in Environment.__slots__
