"""Tools that cannot be written: one of them must not cost a whole environment."""

from __future__ import annotations

from envfactory.compiler.code.codegen import write_method
from envfactory.compiler.code.finding import Finders
from envfactory.compiler.code.names import ClassNames
from envfactory.compiler.code.signature import Tool
from envfactory.compiler.code.types import Annotations
from envfactory.errors import DefinitionError
from envfactory.spec.model import EnvironmentSpec, Omission


def with_writable_tools(spec: EnvironmentSpec) -> EnvironmentSpec:
    """Return `spec` without the tools that ask for what no code can do, and say which.

    Raises:
        DefinitionError: If no tool is left.
    """
    classes = ClassNames(spec)
    annotations = Annotations.of(spec, classes)
    kept, omissions = [], list(spec.omissions)
    for design in spec.tools:
        tool = Tool(spec, design, classes, annotations)
        try:
            write_method(tool, Finders([tool]))
        except DefinitionError as error:
            reason = str(error).removeprefix(f"{design.name}: ")
            where = design.operation
            omissions.append(Omission(subject="operation", where=where, reason=reason))
        else:
            kept.append(design)
    if len(kept) == len(spec.tools):
        return spec
    if not kept:
        raise DefinitionError(f"{spec.name}: no tool can be written: {omissions[-1].reason}")
    return spec.model_copy(update={"tools": tuple(kept), "omissions": tuple(omissions)})
