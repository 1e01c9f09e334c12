"""What a module's source says about its records: fields with their annotations, and tables."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field


@dataclass
class Shape:
    """The classes of a module, as far as mutations need them.

    Attributes:
        fields: For each class, its fields and the text of their annotations.
        tables: For each table of the environment, the class of its records.
        environment: The class that has the tools.
        singles: The tables that are asked for their only record: they hold no other.
    """

    environment: ast.ClassDef
    fields: dict[str, dict[str, str]] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    singles: frozenset[str] = frozenset()

    @classmethod
    def of(cls, module: ast.Module) -> Shape | None:
        """Return the shape of a module, or None where it has no class with tools."""
        classes = [node for node in module.body if isinstance(node, ast.ClassDef)]
        found = [node for node in classes if any(_is_tool(item) for item in node.body)]
        if len(found) != 1:
            return None
        shape = cls(found[0])
        for node in classes:
            shape.fields[node.name] = {
                item.target.id: ast.unparse(item.annotation)
                for item in node.body
                if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
            }
        for name, annotation in shape.fields[found[0].name].items():
            if annotation.startswith("Table["):
                shape.tables[name] = annotation.removeprefix("Table[").removesuffix("]")
        calls = [node for node in ast.walk(found[0]) if isinstance(node, ast.Call)]
        called = [table for call in calls if (table := table_of(call)) is not None]
        shape.singles = frozenset(name for name, method in called if method == "only")
        return shape

    def other_field(self, table: str, name: str) -> str | None:
        """Return another field of a table's records that takes the same values."""
        fields = self.fields.get(self.tables.get(table, ""), {})
        names = [one for one in fields if fields[one] == fields.get(name) and one != name]
        return names[0] if names else None

    def other_attribute(self, name: str) -> str | None:
        """Return another field beside one of that name, in the first class that has it."""
        for fields in self.fields.values():
            if name in fields:
                names = [one for one in fields if one != name and fields[one] == fields[name]]
                return names[0] if names else None
        return None

    def methods(self) -> list[ast.FunctionDef]:
        """Return the methods of the environment."""
        return [item for item in self.environment.body if isinstance(item, ast.FunctionDef)]

    def tools_over(self, method: str) -> frozenset[str]:
        """Return the tools that a method is, or that call it, however indirectly."""
        calls = {m.name: _own_calls(m) for m in self.methods()}
        tools = {m.name for m in self.methods() if _is_tool(m)}
        reached, border = {method}, [method]
        while border:
            name = border.pop()
            for caller, called in calls.items():
                if name in called and caller not in reached:
                    reached.add(caller)
                    border.append(caller)
        return frozenset(reached & tools)


def table_of(call: ast.Call) -> tuple[str, str] | None:
    """Return the table and the method of `self.<table>.<method>(...)`."""
    function = call.func
    if not isinstance(function, ast.Attribute) or not isinstance(function.value, ast.Attribute):
        return None
    holder = function.value
    if isinstance(holder.value, ast.Name) and holder.value.id == "self":
        return holder.attr, function.attr
    return None


def _is_tool(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef) and any(
        getattr(d.func if isinstance(d, ast.Call) else d, "id", "") == "tool"
        for d in node.decorator_list
    )


def _own_calls(method: ast.FunctionDef) -> frozenset[str]:
    return frozenset(
        node.func.attr
        for node in ast.walk(method)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "self"
    )
