"""`write_code`: the `environment.py` that an `EnvironmentSpec` describes.

The result is a module that a person would write: nested records, entities, pages, then one class
with its tables and one method per tool, grouped by the entity they work on. The rooms of this
folder each write one part of it as plain source text; `ruff` lays it out in the end. Text of the
description enters only through `code.text`, as a literal or a docstring.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from envfactory.compiler.code import adjusting, batches, changes, ordering, queries, upserts
from envfactory.compiler.code.finding import Finders
from envfactory.compiler.code.formatting import format_sources
from envfactory.compiler.code.names import HELPER, IMPORTS, ClassNames, enumerate_words, words
from envfactory.compiler.code.records import RecordWriter
from envfactory.compiler.code.refusals import raises
from envfactory.compiler.code.signature import Tool
from envfactory.compiler.code.text import LINE_LENGTH, docstring, indent, literal
from envfactory.compiler.code.types import Annotations
from envfactory.spec.model import EntitySpec, EnvironmentSpec, Persona, Scalar, ToolDesign

_HELPER_SOURCE = f'''def {HELPER}(text: str, *fields: str | None) -> bool:
    """Tell whether any of the fields contains the text, whatever the case."""
    return any(text.casefold() in field.casefold() for field in fields if field)'''

_ORDER = (
    "list",
    "count",
    "pick",
    "get",
    "create",
    "create_many",
    "copy",
    "update",
    "update_many",
    "action",
    "relate",
    "adjust",
    "order",
    "delete",
    "delete_many",
)


def write_code(spec: EnvironmentSpec) -> str:
    """Return the source of the environment's module, formatted.

    Raises:
        DefinitionError: If the specification asks for what cannot be written.
    """
    return write_codes([spec])[0]


def write_codes(specs: Iterable[EnvironmentSpec]) -> list[str]:
    """Return the sources of several modules; one call of the formatter serves all.

    Raises:
        DefinitionError: If a specification asks for what cannot be written.
    """
    return format_sources([_module(spec) for spec in specs])


def _module(spec: EnvironmentSpec) -> str:
    classes = ClassNames(spec)
    annotations = Annotations.of(spec, classes)
    blocks = RecordWriter(spec, classes, annotations).write()
    environment = _environment(spec, classes, annotations)
    if f"{HELPER}(" in environment:
        blocks.append(_HELPER_SOURCE)
    aliases = annotations.write_aliases()
    if aliases:
        blocks.insert(0, "\n".join(aliases))
    body = "\n\n\n".join([*blocks, environment])
    tables = enumerate_words(words(entity.table) for entity in spec.entities)
    title = docstring(f"{spec.title.strip() or spec.class_name}: {tables}.", indent=0)
    return f"{title}\n\n{_imports(body, annotations)}\n\n\n{body}\n"


def _imports(body: str, annotations: Annotations) -> str:
    """Return the import statements for the names that the body uses."""
    used = {node.id for node in ast.walk(ast.parse(body)) if isinstance(node, ast.Name)}
    lines = ["import datetime as dt"] if annotations.qualified and "dt" in used else []
    used -= {"date", "datetime", "time"} if annotations.qualified else set()
    stanzas = [[*lines, *_import_from(used, "datetime", "typing")]]
    stanzas.append(_import_from(used, "pydantic"))
    stanzas.append(_import_from(used, "envfactory.environment"))
    return "\n\n".join("\n".join(stanza) for stanza in stanzas if stanza)


def _import_from(used: set[str], *modules: str) -> list[str]:
    lines = []
    for module in modules:
        names = sorted(name for name in used if name != "dt" and IMPORTS.get(name) == module)
        if names:
            lines.append(f"from {module} import {', '.join(names)}")
    return lines


def _environment(spec: EnvironmentSpec, classes: ClassNames, annotations: Annotations) -> str:
    tools = [Tool(spec, design, classes, annotations) for design in spec.tools]
    finders = Finders(tools)
    summary = spec.description.strip() or f"{spec.title.strip() or spec.class_name}."
    state = [f"{entity.table}: Table[{classes[entity.name]}]" for entity in spec.entities]
    if spec.persona is not None:
        state.append(_who_asks(spec, spec.persona))
    parts = [docstring(summary), "\n".join(state)]
    for entity in spec.entities:
        methods = [write_method(tool, finders) for tool in _of(entity, tools)]
        if methods:
            parts += [_ruler(words(entity.table)), *methods]
    private = finders.write()
    if private:
        parts += [_ruler("look-ups within a scope"), *private]
    body = indent("\n\n".join(parts))
    return f"class {classes.environment}(Environment):\n{body}"


def _who_asks(spec: EnvironmentSpec, persona: Persona) -> str:
    """Return the single value that says for whom the tools work; empty: for nobody yet."""
    entity = spec.entity(persona.table)
    key = entity.field(entity.key).type
    integer = isinstance(key, Scalar) and key.type == "integer"
    about = literal(f"Key of the {words(entity.name)} who asks")
    core, nobody = ("int", "0") if integer else ("str", '""')
    return f"{persona.value}: Annotated[{core}, {about}] = {nobody}"


def _of(entity: EntitySpec, tools: list[Tool]) -> list[Tool]:
    """Return the tools on an entity in reading order: look first, then change, delete last."""
    own = [tool for tool in tools if tool.entity.table == entity.table]
    return sorted(own, key=lambda tool: _ORDER.index(tool.design.behaviour.kind))


def write_method(tool: Tool, finders: Finders) -> str:
    """Return the source of a tool's method.

    Raises:
        DefinitionError: If the specification asks for what cannot be written.
    """
    design = tool.design
    head = f"@tool\ndef {design.name}({tool.signature()}) -> {tool.result()}:"
    body = "\n".join(_body(tool, finders))
    told = docstring(_summary(tool), indent=8, section=raises(tool))
    return f"{head}\n{indent(told)}\n{indent(body)}"


def _summary(tool: Tool) -> str:
    """Return what a tool does; its name as well, where nothing else tells it from another."""
    named = f"{words(tool.design.name).capitalize()}."
    told = tool.design.description.strip()
    alike = [one for one in tool.spec.tools if _seen(one) == _seen(tool.design)]
    return f"{named} {told}" if told and len(alike) > 1 else told or named


def _seen(design: ToolDesign) -> tuple[str, tuple[str, ...]]:
    return design.description.strip(), tuple(sorted(p.name for p in design.parameters))


def _body(tool: Tool, finders: Finders) -> list[str]:
    behaviour = tool.design.behaviour
    match behaviour.kind:
        case "list":
            return queries.list_records(tool, behaviour, finders)
        case "count":
            return queries.count_records(tool, behaviour, finders)
        case "pick":
            return queries.pick_record(tool, behaviour, finders)
        case "get":
            return changes.get_record(tool, behaviour, finders)
        case "create":
            return changes.create_record(tool, behaviour, finders)
        case "create_many":
            return batches.create_records(tool, behaviour, finders)
        case "copy":
            return changes.copy_record(tool, behaviour, finders)
        case "update":
            write = upserts.upsert_record if behaviour.or_create else changes.update_record
            return write(tool, behaviour, finders)
        case "update_many":
            return batches.update_records(tool, behaviour, finders)
        case "action":
            return changes.act_on_record(tool, behaviour, finders)
        case "relate":
            return changes.relate_records(tool, behaviour, finders)
        case "order":
            return ordering.order_records(tool, behaviour)
        case "adjust":
            return adjusting.adjust_record(tool, behaviour, finders)
        case "delete":
            return changes.delete_record(tool, behaviour, finders)
        case "delete_many":
            return batches.delete_records(tool, behaviour, finders)


def _ruler(title: str) -> str:
    return f"# {'-' * (LINE_LENGTH - 7 - len(title))} {title}"
