"""Python sketches: a module of functions, or of a class with methods, that says what tools are.

Signatures, annotations and docstrings are read from the syntax tree; bodies are never looked at
and nothing is executed, so real code can be read as well as `pass`.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from envfactory.errors import InputError
from envfactory.records import Json
from envfactory.source.annotation import last_name, literal, noted, schema_of
from envfactory.source.declared import Declared, described
from envfactory.source.description import ApiDescription, JsonSchema
from envfactory.source.document import Document, clipped
from envfactory.source.notes import Notes

MAX_TEXT: Final = 2 * 1024 * 1024
"""Longest module that is read, in characters."""

_ASIDE: Final = re.compile(r"[:;,(\u2013\u2014]|\.\s|\s-\s|\s(?:with|that|which|where|whose)\s")
"""Where the first line of a docstring goes on to say what there is in what it names."""
_NAMING: Final = re.compile(
    r"^(?:an?|the)\s+|^(?:tools?|functions|methods|(?:an? )?api)\s+(?:for|of|to)\s+"
    r"(?:(?:manage|run|use|managing|running|using)\s+)?(?:(?:an?|the)\s+)?",
    re.IGNORECASE,
)
"""Words before the name of the whole."""
_START: Final = re.compile(r"^(?:async[ \t]+def|def|class)[ \t]+\w", re.MULTILINE)
_MEANT: Final = re.compile(
    r"^(?:(?:async[ \t]+)?def[ \t]+\w+[ \t]*\(|class[ \t]+\w+[ \t]*[(:])", re.MULTILINE
)
"""How Python that is malformed further on begins a function or a class."""
_FOREIGN: Final = re.compile(
    r"^(?:```|~~~|(?:def|class)\b.*\{[ \t]*$|[ \t]*end[ \t]*$)", re.MULTILINE
)
"""Lines of texts that show code, and of languages that have such beginnings too."""
_RECORDS: Final = frozenset({"TypedDict", "BaseModel", "NamedTuple", "Struct", "Record"})
_ENUMS: Final = frozenset({"Enum", "StrEnum", "IntEnum", "Flag", "IntFlag"})
_UNSAID: Final = frozenset({"Context", "Request", "RequestContext"})
_SKIPPED: Final = frozenset({"property", "cached_property", "setter", "overload", "fixture"})

Function = ast.FunctionDef | ast.AsyncFunctionDef


def recognises(document: Document) -> bool:
    """Tell whether this is Python code that defines functions."""
    text = document.text
    if len(text) > MAX_TEXT or not _START.search(text):
        return False
    module = _parsed(text)
    return isinstance(module, ast.Module) and any(True for _ in _functions(module))


def malformed(document: Document) -> InputError | None:
    """Return what is wrong with a text that was meant as Python, and in which line.

    None where it does not look like Python code, or where its syntax is right.
    """
    module = _module(document) if _looks_like_code(document) else None
    return module if isinstance(module, InputError) else None


def empty(document: Document) -> InputError | None:
    """Return why Python code is no sketch although it can be parsed: nothing in it is a tool."""
    if not _looks_like_code(document) or recognises(document):
        return None
    return InputError(
        document.where,
        "is Python that defines no public function",
        "write each tool as a function with annotations and a docstring",
    )


def _looks_like_code(document: Document) -> bool:
    return bool(_MEANT.search(document.text)) and not _FOREIGN.search(document.text)


def read(document: Document) -> ApiDescription:
    """Read a Python module of functions, or of a class with methods.

    What cannot be read is left out and listed in `skipped`.

    Raises:
        InputError: If it is no Python, or no tool can be read.
    """
    module = _module(document)
    if isinstance(module, InputError):
        raise module
    records = _Records(module)
    notes = Notes()
    found = list(_functions(module))
    tools = [_declared(one, records) for one in found]
    said = ast.get_docstring(module) or ""
    owners = list(dict.fromkeys(one.owner for one in found if one.owner is not None))
    title = _titled(said.splitlines()[0]) if said else ""
    if not title and len(owners) == 1:
        title = owners[0].name
    if not said and owners:
        said = ast.get_docstring(owners[0]) or ""
    return described(
        document,
        tools,
        notes,
        kind="python sketch",
        title=title if len(title) <= 80 else "",
        description=said,
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """A function that is a tool, and the class that it belongs to."""

    node: Function
    owner: ast.ClassDef | None


def _titled(line: str) -> str:
    """Return what the first line of a docstring calls the whole: `A shop: wares` is a `Shop`."""
    title = _NAMING.sub("", _ASIDE.split(line.strip(), maxsplit=1)[0]).strip().rstrip(".")
    return title[:1].upper() + title[1:]


def _module(document: Document) -> ast.Module | InputError:
    """Return the syntax tree of a document, or what is wrong with it, and in which line."""
    where, text = document.where, document.text
    if len(text) > MAX_TEXT:
        size = f"{len(text) / 2**20:.1f} MiB; the limit is {MAX_TEXT / 2**20:.1f} MiB"
        return InputError(where, f"is too long for a sketch ({size})", "leave out what is no tool")
    parsed = _parsed(text)
    if isinstance(parsed, ast.Module):
        return parsed
    if not isinstance(parsed, SyntaxError):
        return InputError(where, f"malformed Python: {parsed}", "correct the file")
    place = f"{where}:{parsed.lineno or 1}:{max(parsed.offset or 1, 1)}"
    line = (parsed.text or "").strip()
    shown = f" in {clipped(line, 80)!r}" if line else ""
    return InputError(place, f"malformed Python: {parsed.msg}{shown}", "correct that line")


def _parsed(text: str) -> ast.Module | Exception:
    """Return the syntax tree of a text, or why there is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about escapes and comparisons in code not ours
            return ast.parse(text)
    except SyntaxError as error:
        return error
    except (ValueError, MemoryError, RecursionError) as error:
        return ValueError(str(error) or "too deeply nested")


def _functions(module: ast.Module) -> Iterator[_Found]:
    """Yield the public functions and methods; only the marked ones where some are marked."""
    found: list[_Found] = []
    for node in module.body:
        if isinstance(node, Function):
            found.append(_Found(node, None))
        elif isinstance(node, ast.ClassDef) and not _is_record(node) and not _is_enum(node):
            found += [_Found(part, node) for part in node.body if isinstance(part, Function)]
    marked = [one for one in found if any("tool" in _mark(d) for d in one.node.decorator_list)]
    for one in marked or found:
        marks = {_mark(decorator) for decorator in one.node.decorator_list}
        if not one.node.name.startswith("_") and not marks & _SKIPPED:
            yield one


def _mark(decorator: ast.expr) -> str:
    return last_name(decorator.func if isinstance(decorator, ast.Call) else decorator)


def _bases(node: ast.ClassDef) -> list[str]:
    return [last_name(b.value if isinstance(b, ast.Subscript) else b) for b in node.bases]


def _is_record(node: ast.ClassDef) -> bool:
    if any(
        _mark(decorator) in ("dataclass", "define", "attrs") for decorator in node.decorator_list
    ):
        return True
    if _RECORDS & set(_bases(node)):
        return True
    has_fields = any(isinstance(part, ast.AnnAssign) for part in node.body)
    return has_fields and not any(isinstance(part, Function) for part in node.body)


def _is_enum(node: ast.ClassDef) -> bool:
    return bool(_ENUMS & set(_bases(node)))


class _Records:
    """The records and enumerations that a module defines, as schemas."""

    def __init__(self, module: ast.Module) -> None:
        self._classes = {
            node.name: node
            for node in module.body
            if isinstance(node, ast.ClassDef) and (_is_record(node) or _is_enum(node))
        }
        self._inherit(module)
        self._members = {
            (node.name, target.id): part.value
            for node in self._classes.values()
            if _is_enum(node)
            for part in node.body
            if isinstance(part, ast.Assign)
            for target in part.targets
            if isinstance(target, ast.Name)
        }
        self.known = {name: f"#/$defs/{name}" for name in self._classes}
        self.schemas: dict[str, Json] = {
            name: _enumeration(node) if _is_enum(node) else self._record(node)
            for name, node in self._classes.items()
        }

    def value_of(self, node: ast.expr | None) -> ast.expr | None:
        """Return what a default stands for: `Status.OPEN` is the value of that member."""
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            return self._members.get((node.value.id, node.attr), node)
        return node

    def _inherit(self, module: ast.Module) -> None:
        """Count a class as a record where its base is one."""
        for node in module.body:
            if isinstance(node, ast.ClassDef) and set(_bases(node)) & set(self._classes):
                self._classes.setdefault(node.name, node)

    def _record(self, node: ast.ClassDef) -> JsonSchema:
        properties: dict[str, Json] = {}
        required: list[Json] = []
        for owner in self._lineage(node):
            total = not any(
                keyword.arg == "total" and literal(keyword.value)[0] is False
                for keyword in owner.keywords
            )
            for part in owner.body:
                if not isinstance(part, ast.AnnAssign) or not isinstance(part.target, ast.Name):
                    continue
                name = part.target.id
                if name.startswith("_") or _outer(part.annotation) == "ClassVar":
                    continue
                schema = schema_of(part.annotation, self.known)
                properties[name] = _with_default(schema, self.value_of(part.value))
                given = total and _outer(part.annotation) != "NotRequired"
                if given and not _has_default(part.value) and name not in required:
                    required.append(name)
        record: JsonSchema = {"type": "object", "properties": properties, "required": required}
        text = ast.get_docstring(node)
        return {**record, "description": text} if text else record

    def _lineage(self, node: ast.ClassDef) -> list[ast.ClassDef]:
        """Return a class and the known ones that it inherits from, the most general first."""
        found, pending = [node], list(_bases(node))
        while pending and len(found) < 20:
            base = self._classes.get(pending.pop(0))
            if base is not None and base not in found:
                found.append(base)
                pending += _bases(base)
        return found[::-1]


def _outer(node: ast.expr) -> str:
    return last_name(node.value) if isinstance(node, ast.Subscript) else last_name(node)


def _enumeration(node: ast.ClassDef) -> JsonSchema:
    values = [
        value
        for part in node.body
        if isinstance(part, ast.Assign)
        for value, plain in [literal(part.value)]
        if plain and isinstance(value, str | int)
    ]
    if not values:
        return {"type": "string"}
    if all(isinstance(value, str) for value in values):
        return {"type": "string", "enum": list(values)}
    return {"enum": list(values)}


def _has_default(node: ast.expr | None) -> bool:
    if isinstance(node, ast.Call) and last_name(node.func) in ("Field", "field"):
        arguments = [a for a in node.args if not _is_ellipsis(a)]
        named = {keyword.arg for keyword in node.keywords}
        return bool(arguments) or bool(named & {"default", "default_factory"})
    return node is not None and not _is_ellipsis(node)


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def _with_default(schema: JsonSchema, node: ast.expr | None) -> JsonSchema:
    """Return a schema with the default, and with what a `Field(...)` in its place says."""
    if node is None:
        return schema
    if isinstance(node, ast.Call):
        if last_name(node.func) not in ("Field", "field"):
            return schema
        schema = noted(schema, node)
        given = [keyword.value for keyword in node.keywords if keyword.arg == "default"]
        node = next((a for a in [*given, *node.args] if not _is_ellipsis(a)), None)
    value, plain = literal(node)
    if not plain or value is None:
        return schema
    return {**({"allOf": [schema]} if "$ref" in schema else schema), "default": value}


def _declared(found: _Found, records: _Records) -> Declared:
    node = found.node
    positional = [*node.args.posonlyargs, *node.args.args]
    if found.owner is not None and "staticmethod" not in {_mark(d) for d in node.decorator_list}:
        positional = positional[1:]
    missing: list[ast.expr | None] = [None] * (len(positional) - len(node.args.defaults))
    pairs = [
        *zip(positional, [*missing, *node.args.defaults][-len(positional) or None :], strict=False),
        *zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True),
    ]
    properties: dict[str, Json] = {}
    required: list[Json] = []
    for argument, default in pairs:
        if argument.annotation is not None and _outer(argument.annotation) in _UNSAID:
            continue
        schema = schema_of(argument.annotation, records.known)
        if not schema and default is not None:
            schema = _type_of(default)
        properties[argument.arg] = _with_default(schema, records.value_of(default))
        if not _has_default(default):
            required.append(argument.arg)
    takes: dict[str, Json] = {
        "type": "object",
        "properties": properties,
        "required": required,
        "$defs": records.schemas,
    }
    returns = schema_of(node.returns, records.known)
    return Declared(
        where=f"#L{node.lineno}",
        name=node.name,
        title="",
        text=ast.get_docstring(node) or "",
        takes=takes,
        returns={**returns, "$defs": records.schemas} if _says_something(returns) else None,
        tags=(found.owner.name,) if found.owner is not None else (),
    )


def _says_something(schema: JsonSchema) -> bool:
    return bool(schema) and schema not in ({"type": "object"}, {"type": "null"}, {"type": "array"})


def _type_of(default: ast.expr) -> JsonSchema:
    value, plain = literal(default)
    if not plain:
        return {}
    for kind, name in ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string")):
        if isinstance(value, kind):
            return {"type": name}
    return {}
