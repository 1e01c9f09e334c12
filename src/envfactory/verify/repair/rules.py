"""`ByRules`: answers for the classes of faults that a rule can mend, whoever wrote the code.

Each rule reads the syntax tree of the module and exchanges as little text as it can.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from envfactory.verify.repair.edit import Change, method_of, replaced, with_import
from envfactory.verify.repair.feedback import Feedback
from envfactory.verify.repair.writer import Proposal
from envfactory.verify.scope import sets_in

Rule = Callable[[str, Feedback], Iterator[Proposal]]

_IN_ORDER = frozenset({"list", "tuple", "enumerate", "iter", "join", "map", "zip", "dict"})
_DISPLAYS = (ast.List, ast.Dict, ast.Set)


def sort_sets(source: str, feedback: Feedback) -> Iterator[Proposal]:
    """Put `sorted` around sets whose order is used."""
    if "set" not in feedback.message and feedback.check != "determinism":
        return
    tree = ast.parse(source)
    changes: list[Change] = []
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef) or not _concerns(function, feedback):
            continue
        sets = sets_in(function.body)
        for node in ast.walk(function):
            for ordered in _ordered(node):
                if _is_set(ordered, sets):
                    changes.append((ordered, f"sorted({ast.unparse(ordered)})"))
    if changes:
        yield Proposal(replaced(source, _apart(changes)), "sets are sorted before they are used")


def _ordered(node: ast.AST) -> list[ast.expr]:
    """Return the expressions whose order a node uses."""
    match node:
        case ast.For(iter=held) | ast.comprehension(iter=held):
            return [held]
        case ast.Call(func=ast.Name(id=name), args=[held, *_]) if name in _IN_ORDER:
            return [held]
        case ast.Call(func=ast.Attribute(attr="join"), args=[held]):
            return [held]
        case _:
            return []


def _is_set(node: ast.expr, sets: frozenset[str]) -> bool:
    match node:
        case ast.Set() | ast.SetComp():
            return True
        case ast.Call(func=ast.Name(id="set" | "frozenset")):
            return True
        case ast.Name(id=name):
            return name in sets
        case ast.BinOp(left=left, op=ast.BitAnd() | ast.BitOr() | ast.Sub(), right=right):
            return _is_set(left, sets) or _is_set(right, sets)
        case _:
            return False


def no_shared_defaults(source: str, feedback: Feedback) -> Iterator[Proposal]:
    """Let a parameter whose default can change be None by default, and fill it in the body."""
    if "default that can change" not in feedback.message:
        return
    tree = ast.parse(source)
    changes: list[Change] = []
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        arguments = function.args
        named = [*arguments.posonlyargs, *arguments.args]
        pairs = list(zip(reversed(named), reversed(arguments.defaults), strict=False))
        pairs += [
            (arg, default)
            for arg, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
            if default is not None
        ]
        filled = []
        for arg, default in pairs:
            if isinstance(default, _DISPLAYS):
                changes.append((default, "None"))
                filled.append(f"if {arg.arg} is None:\n    {arg.arg} = {ast.unparse(default)}")
                if arg.annotation is not None:
                    changes.append((arg.annotation, _or_none(arg.annotation)))
        if filled:
            changes.append(_before(source, _after_docstring(function), filled))
    if changes:
        yield Proposal(replaced(source, changes), "defaults are None and filled in the body")


def _or_none(annotation: ast.expr) -> str:
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == "Annotated":
        inner = annotation.slice
        assert isinstance(inner, ast.Tuple)
        parts = [f"{ast.unparse(inner.elts[0])} | None", *map(ast.unparse, inner.elts[1:])]
        return f"Annotated[{', '.join(parts)}]"
    return f"{ast.unparse(annotation)} | None"


def describe(source: str, feedback: Feedback) -> Iterator[Proposal]:
    """Describe tools and parameters that have no description, by their names and types."""
    if feedback.check != "descriptions":
        return
    method = method_of(ast.parse(source), feedback.tool)
    if method is None:
        return
    changes: list[Change] = []
    noun = " ".join(method.name.split("_")[1:]) or method.name
    if ast.get_docstring(method) is None:
        text = f'"""{method.name.replace("_", " ").capitalize()}."""'
        changes.append(_before(source, method.body[0], [text]))
    for arg in [*method.args.args[1:], *method.args.kwonlyargs]:
        if arg.annotation is not None and not _is_described(arg):
            changes.append((arg.annotation, _described(arg, noun)))
    if changes:
        mended = with_typing(replaced(source, changes), "Annotated")
        yield Proposal(mended, f"{method.name} and its parameters described by their names")


def _is_described(arg: ast.arg) -> bool:
    """Whether an annotation has a text that says more than the parameter's name."""
    if not isinstance(arg.annotation, ast.Subscript):
        return False
    if ast.unparse(arg.annotation.value) != "Annotated":
        return False
    texts = [
        node.value
        for node in ast.iter_child_nodes(arg.annotation.slice)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    plain = arg.arg.replace("_", " ").casefold()
    return any(re.sub(r"[\W_]+", " ", text).strip().casefold() not in ("", plain) for text in texts)


def _described(arg: ast.arg, noun: str) -> str:
    assert arg.annotation is not None
    name = arg.arg.replace("_", " ")
    written = ast.unparse(arg.annotation)
    if name.endswith(" id") or name == "id" or "Ref(" in written or "Key(" in written:
        told = f"Which {name.removesuffix(' id') if name != 'id' else noun} is meant"
    else:
        told = f"The {name} of the {noun}"
    if isinstance(arg.annotation, ast.Subscript) and written.startswith("Annotated["):
        inner = arg.annotation.slice
        parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        kept = [
            ast.unparse(part)
            for part in parts
            if not (isinstance(part, ast.Constant) and isinstance(part.value, str))
        ]
        return f'Annotated[{", ".join(kept)}, "{told}"]'
    return f'Annotated[{written}, "{told}"]'


def refuse_missing(source: str, feedback: Feedback) -> Iterator[Proposal]:
    """Refuse as not found where a search that found nothing is used as if it had."""
    if feedback.check not in ("faults", "reachability") or not feedback.tool:
        return
    method = method_of(ast.parse(source), feedback.tool)
    if method is None:
        return
    changes: list[Change] = []
    for block in (node.body for node in ast.walk(method) if isinstance(node, ast.If | ast.For)):
        changes += _unchecked(source, block)
    changes += _unchecked(source, method.body)
    if changes:
        mended = with_import(replaced(source, changes), "NotFound")
        yield Proposal(mended, f"{method.name} refuses what is not there as not found")


def _unchecked(source: str, block: Sequence[ast.stmt]) -> Iterator[Change]:
    for statement, following in zip(block, [*block[1:], None], strict=True):
        match statement:
            case ast.Assign(
                targets=[ast.Name(id=name)], value=ast.Call(func=ast.Attribute(attr="find"))
            ) if following is not None and f"{name} is None" not in ast.unparse(following):
                table = ast.unparse(statement.value).partition(".find")[0].rpartition(".")[2]
                lines = [f"if {name} is None:", f'    raise NotFound("no such record in {table}")']
                yield _before(source, following, ["\n".join(lines)])
            case _:
                continue


def use_the_state(source: str, feedback: Feedback) -> Iterator[Proposal]:
    """Take time and chance from the state and not from the machine."""
    if feedback.check not in ("static", "determinism"):
        return
    tree = ast.parse(source)
    changes: list[Change] = []
    for holder in (node for node in tree.body if isinstance(node, ast.ClassDef)):
        for node in ast.walk(holder):
            text = _from_the_state(node)
            if text is not None and isinstance(node, ast.expr):
                changes.append((node, text))
    if not changes:
        return
    for node in tree.body:
        if isinstance(node, ast.Import) and [a.name for a in node.names] in (["random"], ["time"]):
            changes.append((node, ""))
    yield Proposal(replaced(source, _apart(changes)), "time and chance come from the state")


def _from_the_state(node: ast.AST) -> str | None:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="time"), attr="time")):
            return "self.now().timestamp()"
        case ast.Call(func=ast.Attribute(attr="now" | "utcnow", value=held)) if _ends(
            held, "datetime"
        ):
            return "self.now()"
        case ast.Call(func=ast.Attribute(attr="today", value=held)) if _ends(held, "date"):
            return "self.now().date()"
        case ast.Attribute(value=ast.Name(id="random")):
            return f"self.random().{node.attr}"
        case _:
            return None


def _ends(node: ast.expr, name: str) -> bool:
    return ast.unparse(node).rpartition(".")[2] == name


RULES: tuple[Rule, ...] = (sort_sets, no_shared_defaults, use_the_state, refuse_missing, describe)
"""Every rule; each knows from the feedback whether it has an answer."""


@dataclass(frozen=True, slots=True)
class ByRules:
    """Answers feedback by rules alone."""

    rules: Sequence[Rule] = RULES

    def propose(self, source: str, feedback: Feedback) -> Iterator[Proposal]:
        """Yield what each rule makes of the code; nothing where it cannot be parsed."""
        try:
            ast.parse(source)
        except (SyntaxError, ValueError):
            return
        for rule in self.rules:
            yield from (made for made in rule(source, feedback) if made.source != source)


# ------------------------------------------------------------------------------ shared
def with_typing(source: str, name: str) -> str:
    """Return a source that imports a name from `typing`."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.ImportFrom) and node.module == "typing":
            names = [alias.name for alias in node.names]
            if name in names:
                return source
            return replaced(source, [(node, f"from typing import {', '.join([*names, name])}")])
    tree = ast.parse(source)
    first = next((node for node in tree.body if not isinstance(node, ast.Expr)), tree.body[0])
    return replaced(source, [_before(source, first, [f"from typing import {name}"])])


def _concerns(function: ast.FunctionDef, feedback: Feedback) -> bool:
    if function.name == feedback.tool:
        return True
    lines = [number for number, _ in feedback.lines]
    return any(function.lineno <= number <= (function.end_lineno or 0) for number in lines)


def _after_docstring(function: ast.FunctionDef) -> ast.stmt:
    told = ast.get_docstring(function) is not None and len(function.body) > 1
    return function.body[1 if told else 0]


def _before(source: str, statement: ast.stmt, texts: Sequence[str]) -> Change:
    """Return the change that puts code before a statement, at its indent."""
    indent = " " * statement.col_offset
    own = ast.get_source_segment(source, statement) or ""
    lines = [line for text in texts for line in text.splitlines()]
    return statement, f"\n{indent}".join([*lines, own])


def _apart(changes: Sequence[Change]) -> list[Change]:
    """Leave out changes that lie inside others, and repetitions."""
    kept: list[Change] = []
    for node, text in changes:
        inside = any(node in ast.walk(other) for other, _ in changes if other is not node)
        if not inside and all(node is not one for one, _ in kept):
            kept.append((node, text))
    return kept
