"""The static rules: what can be said about an environment's code without running it.

The module is parsed, never imported. The rules keep out what reaches beyond the state (network,
processes, files, clock, random numbers, dynamic code), what outlives a call (module-level and
class-level objects that can change), and what differs between processes (`hash`, the order of
sets). They make code honest and checkable; they are no sandbox against an adversary.

String annotations are read too, because the kernel evaluates them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from envfactory.errors import one_line
from envfactory.verify.allowed import (
    AT_IMPORT,
    BUILTINS,
    INSIDE,
    METHODS,
    MODULES,
    MUTATORS,
    UNCATCHABLE,
    UNSTABLE,
    of_the_kernel,
    offers,
)
from envfactory.verify.lasting import DISPLAYS, keeps_nothing
from envfactory.verify.nodes import (
    called_name,
    is_name,
    is_shared,
    is_special,
    is_text,
    reaches_inside,
)
from envfactory.verify.scope import Imports, is_set, local_names, sets_in

_CLOCK = frozenset({"now", "today", "utcnow", "utcfromtimestamp"})
_IN_ORDER = frozenset({"list", "tuple", "enumerate", "iter", "next", "join", "map", "zip", "dict"})
_SET_ORDER = "sets have no stable order; use sorted(...)"
_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
_AT_TOP = (ast.Import, ast.ImportFrom, ast.ClassDef, ast.FunctionDef, ast.Assign, ast.AnnAssign)


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """A rule that a line breaks."""

    line: int
    rule: str
    message: str


def violations(source: bytes) -> list[Violation]:
    """Return every violation in the source of a module, by line."""
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        return [Violation(error.lineno or 1, "syntax", one_line(error.msg, 200))]
    except (ValueError, RecursionError, MemoryError) as error:
        return [Violation(1, "syntax", one_line(f"cannot be parsed: {error}", 200))]
    visitor = _Visitor(tree)
    try:
        visitor.visit(tree)
    except RecursionError:
        visitor.found.add(Violation(1, "syntax", "is nested too deeply to be checked"))
    return sorted(visitor.found)


class _Visitor(ast.NodeVisitor):
    """Walks a module once and collects violations."""

    def __init__(self, tree: ast.Module) -> None:
        self.found: set[Violation] = set()
        nodes = list(ast.walk(tree))
        self._imports = Imports.of(tree, nodes)
        self._classes = {n.name for n in nodes if isinstance(n, ast.ClassDef)}
        self._methods = {n.name for n in nodes if isinstance(n, ast.FunctionDef)}
        self._bound: list[frozenset[str]] = []
        self._sets: list[frozenset[str]] = []

    def _refuse(self, node: ast.AST, rule: str, message: str) -> None:
        self.found.add(Violation(getattr(node, "lineno", 1), rule, message))

    @property
    def _at_import(self) -> bool:
        return not self._bound

    # ------------------------------------------------------------------ statements
    def visit_Module(self, node: ast.Module) -> None:
        for position, statement in enumerate(node.body):
            if position == 0 and is_text(statement):
                continue
            if not isinstance(statement, _AT_TOP):
                self._refuse(
                    statement,
                    "import-time",
                    "the module only imports and defines; move the work into a tool",
                )
            if isinstance(statement, ast.Assign | ast.AnnAssign):
                self._constant(statement, statement.value)
            self.visit(statement)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            if alias.name not in MODULES:
                self._refuse(node, "import", f"import of {alias.name}; allowed: {_listed(MODULES)}")

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            if module not in MODULES:
                self._refuse(node, "import", f"import of {module}; allowed: {_listed(MODULES)}")
            elif not offers(module, alias.name):
                self._refuse(node, "import", f"{module}.{alias.name} may not be used")

    def visit_Global(self, node: ast.Global) -> None:
        self._refuse(node, "shared-state", "global: all state belongs in tables and values")

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._refuse(node, "async", "async code; a tool is a plain function")

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for keyword in node.keywords:
            if keyword.arg == "metaclass" or keyword.arg is None:
                self._refuse(node, "dynamic", f"class {node.name} has a metaclass")
        for decorator in node.decorator_list:
            self._called_at_import(decorator, decorator)
        for statement in node.body:
            if is_shared(statement):
                self._constant(statement, statement.value)
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self._target(target)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._target(node.target)
        self._annotation(node.annotation)
        for part in (node.target, node.annotation, node.value):
            if part is not None:
                self.visit(part)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self._target(node.target)
        self.generic_visit(node)

    def visit_Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            self._target(target)
        self.generic_visit(node)

    def _target(self, target: ast.expr) -> None:
        """Refuse writing attributes of anything but the environment itself."""
        for node in ast.walk(target):
            written = isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load)
            if written and not is_name(getattr(node, "value", None), "self"):
                self._refuse(
                    node, "shared-state", f"{ast.unparse(node)} = ...: only self.<value> is state"
                )

    # ------------------------------------------------------------------ functions
    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        if is_special(node.name) and node.name not in METHODS:
            self._refuse(node, "dynamic", f"defines {node.name}")
        for decorator in node.decorator_list:
            self._called_at_import(decorator, decorator)
            self.visit(decorator)
        self._function(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._function(node)

    def _function(self, node: ast.FunctionDef | ast.Lambda) -> None:
        arguments = node.args
        for default in [*arguments.defaults, *arguments.kw_defaults]:
            if isinstance(default, DISPLAYS):
                self._refuse(default, "shared-state", "a default that can change; use None")
            if default is not None:
                self.visit(default)
        parameters = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        for parameter in (*parameters, arguments.vararg, arguments.kwarg):
            if parameter is not None and parameter.annotation is not None:
                self._annotation(parameter.annotation)
                self.visit(parameter.annotation)
        if isinstance(node, ast.FunctionDef) and node.returns is not None:
            self._annotation(node.returns)
            self.visit(node.returns)
        body = node.body if isinstance(node.body, list) else [node.body]
        self._bound.append(local_names(node))
        self._sets.append(sets_in(body))
        for statement in body:
            self.visit(statement)
        self._bound.pop()
        self._sets.pop()

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.type is None:
            self._refuse(node, "dynamic", "except without a type swallows everything; name it")
        self.generic_visit(node)

    # ------------------------------------------------------------------ expressions
    def visit_Name(self, node: ast.Name) -> None:
        if is_special(node.id) and node.id != "__name__":
            self._refuse(node, "dynamic", f"uses {node.id}")
        if not isinstance(node.ctx, ast.Load) or any(node.id in names for names in self._bound):
            return
        if node.id in BUILTINS:
            self._refuse(node, "builtin", f"uses the built-in {node.id}")
        elif node.id in UNSTABLE:
            self._refuse(node, "unstable", f"{node.id}() differs from process to process")
        elif node.id in UNCATCHABLE:
            self._refuse(node, "builtin", f"uses {node.id}")

    def visit_Attribute(self, node: ast.Attribute) -> None:
        name = node.attr
        module = self._imports.module(node.value)
        if module is not None and not offers(module, name) and f"{module}.{name}" not in MODULES:
            self._refuse(node, "import", f"{module}.{name} may not be used")
        if (is_special(name) and name != "__name__") or name in INSIDE:
            self._refuse(node, "dynamic", f"uses the attribute {name}")
        elif name.startswith("_") and not is_special(name):
            own = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
            if not own or name not in self._methods or of_the_kernel(name):
                self._refuse(node, "private", f"uses the private attribute {name}")
        if name in MUTATORS and is_name(node.value, "list", "dict", "set"):
            self._refuse(node, "shared-state", f"{ast.unparse(node)} gets past frozen values")
        self.generic_visit(node)

    def visit_MatchClass(self, node: ast.MatchClass) -> None:
        for name in node.kwd_attrs:
            if name.startswith("_") or name in INSIDE:
                self._refuse(node, "dynamic", f"uses the attribute {name}")
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        if self._at_import:
            self._called_at_import(node, node.func)
        function = node.func
        if isinstance(function, ast.Attribute):
            self._method_call(node, function)
        if is_name(function, "type") and len(node.args) != 1:
            self._refuse(node, "dynamic", "makes a class at run time")
        if called_name(function) in _IN_ORDER and any(
            is_set(part, self._sets) for part in node.args
        ):
            self._refuse(node, "set-order", _SET_ORDER)
        self.generic_visit(node)

    def _method_call(self, node: ast.Call, function: ast.Attribute) -> None:
        name, holder = function.attr, function.value
        if name in _CLOCK and not is_name(holder, "self"):
            self._refuse(node, "clock", f"{ast.unparse(function)}(): use self.now()")
        if name == "fromtimestamp" and len(node.args) + len(node.keywords) < 2:
            self._refuse(node, "clock", "fromtimestamp without tz depends on the machine's zone")
        if name == "astimezone" and not node.args and not node.keywords:
            self._refuse(node, "clock", "astimezone() depends on the machine's zone; name one")
        if name in ("format", "format_map") and reaches_inside(holder):
            self._refuse(node, "dynamic", "a format string that reads private attributes")

    def visit_For(self, node: ast.For) -> None:
        if is_set(node.iter, self._sets):
            self._refuse(node.iter, "set-order", _SET_ORDER)
        self.generic_visit(node)

    def visit_SetComp(self, node: ast.SetComp) -> None:
        self._comprehension(node, [node.elt])

    def visit_ListComp(self, node: ast.ListComp) -> None:
        self._ordered(node)
        self._comprehension(node, [node.elt])

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self._ordered(node)
        self._comprehension(node, [node.key, node.value])

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        # What consumes it may not care for order (any, all, sorted): see visit_Call.
        self._comprehension(node, [node.elt])

    def _ordered(self, node: ast.ListComp | ast.DictComp) -> None:
        for generator in node.generators:
            if is_set(generator.iter, self._sets):
                self._refuse(generator.iter, "set-order", _SET_ORDER)

    def _comprehension(self, node: _Comprehension, results: Iterable[ast.expr]) -> None:
        """Visit a comprehension, whose targets are names of its own."""
        names = frozenset(
            n.id for g in node.generators for n in ast.walk(g.target) if isinstance(n, ast.Name)
        )
        own_scope = not self._at_import
        if own_scope:
            self._bound.append(names)
        for generator in node.generators:
            for part in (generator.iter, generator.target, *generator.ifs):
                self.visit(part)
        for result in results:
            self.visit(result)
        if own_scope:
            self._bound.pop()

    # ------------------------------------------------------------------ helpers
    def _called_at_import(self, node: ast.AST, function: ast.expr) -> None:
        """Refuse calls that run code of this module, or anything unknown, during import."""
        if isinstance(function, ast.Call):
            function = function.func
        root = function
        while isinstance(root, ast.Attribute):
            root = root.value
        name = root.id if isinstance(root, ast.Name) else ""
        known = name in self._imports.names or name in self._classes or name in AT_IMPORT
        if not known and not isinstance(root, ast.Constant):
            self._refuse(node, "import-time", f"{ast.unparse(function)} is called at import")

    def _constant(self, node: ast.AST, value: ast.expr | None) -> None:
        if value is not None and not keeps_nothing(value, self._classes):
            self._refuse(
                node,
                "shared-state",
                "sessions would share this value and it can change; use a tuple, a frozenset or "
                "types.MappingProxyType, or make it state",
            )

    def _annotation(self, node: ast.expr) -> None:
        """Check the code in string annotations, which the kernel will evaluate."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                parsed = ast.parse(node.value.strip(), mode="eval").body
            except (SyntaxError, ValueError, RecursionError):
                return
            for part in ast.walk(parsed):
                if "lineno" in part._attributes:
                    part.lineno = node.lineno  # type: ignore[attr-defined]
            self._annotation(parsed)
            self.visit(parsed)
        elif isinstance(node, ast.Subscript):
            special = self._imports.typing_name(node.value)
            if special == "Literal":
                return
            inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            for part in inner[:1] if special == "Annotated" else inner:
                self._annotation(part)
        elif isinstance(node, ast.BinOp | ast.List | ast.Tuple):
            for part in ast.iter_child_nodes(node):
                if isinstance(part, ast.expr):
                    self._annotation(part)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if self._at_import:  # an alias may end up in an annotation
            self._annotation(node)
        self.generic_visit(node)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
