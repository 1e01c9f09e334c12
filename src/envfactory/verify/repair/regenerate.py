"""`Regenerate`: writes the methods concerned once more, from what the package was written from."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property

from envfactory.compiler import write_code
from envfactory.errors import DefinitionError
from envfactory.spec.model import EnvironmentSpec
from envfactory.verify.repair.edit import method_of, method_text, with_method
from envfactory.verify.repair.feedback import Feedback
from envfactory.verify.repair.writer import Proposal


class Regenerate:
    """Answers any fault of a method whose meaning a specification states: that method, anew.

    Args:
        spec: What the package was written from.
    """

    def __init__(self, spec: EnvironmentSpec) -> None:
        self._spec = spec

    @cached_property
    def _written(self) -> str:
        try:
            return write_code(self._spec)
        except DefinitionError:
            return ""

    def propose(self, source: str, feedback: Feedback) -> Iterator[Proposal]:
        """Yield the tool's method as the compiler writes it, then with the methods it calls."""
        if not feedback.tool or method_of(ast.parse(self._written), feedback.tool) is None:
            return
        try:
            mended = self._anew(source, feedback.tool)
        except (KeyError, SyntaxError):
            return
        if mended != source:
            yield Proposal(mended, f"{feedback.tool} written again from the specification")
        helpers = [name for name in self._helpers(feedback.tool) if method_text(source, name)]
        both = mended
        for name in helpers:
            both = self._anew(both, name)
        if both != mended:
            named = ", ".join([feedback.tool, *helpers])
            yield Proposal(both, f"{named} written again from the specification")

    def _anew(self, source: str, name: str) -> str:
        """Return a source with one method as the compiler writes it, if it differs in meaning."""
        fresh = method_text(self._written, name)
        if fresh is None or _meaning(fresh) == _meaning(method_text(source, name) or ""):
            return source
        return with_method(source, name, fresh)

    def _helpers(self, tool: str) -> list[str]:
        """Return the methods of its own class that a tool's method calls, however indirectly."""
        found, border = [tool], [tool]
        while border:
            method = method_of(ast.parse(self._written), border.pop())
            for node in ast.walk(method) if method is not None else ():
                if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "self":
                    known = method_of(ast.parse(self._written), node.attr)
                    if known is not None and node.attr not in found:
                        found.append(node.attr)
                        border.append(node.attr)
        return found[1:]


def _meaning(text: str) -> str:
    return ast.dump(ast.parse(text))
