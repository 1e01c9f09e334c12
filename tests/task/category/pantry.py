"""A pantry in which some things can be done in several ways, whatever the tools are called."""

from typing import Annotated

from envfactory.environment import Environment, Key, Record, Ref, Table, tool


class Jar(Record):
    """A jar on the shelf."""

    jar_id: Annotated[str, Key("jar")]
    label: Annotated[str, "What stands on it."]
    grams: Annotated[int, "How much is in it."] = 0
    approved: Annotated[bool, "Whether somebody has tasted it."] = False


JarId = Annotated[str, Ref("jars"), "The jar."]


class Pantry(Environment):
    """A pantry with jars."""

    jars: Table[Jar]

    @tool
    def list_jars(self) -> list[Jar]:
        """List the jars."""
        return list(self.jars)

    @tool
    def create_jar(self, label: Annotated[str, "What stands on it."]) -> Jar:
        """Put a new jar on the shelf."""
        return self.jars.insert(jar_id=self.new_id("jars"), label=label)

    @tool
    def delete_jar(self, jar_id: JarId) -> Jar:
        """Take a jar from the shelf."""
        return self.jars.delete(jar_id)

    @tool
    def tidy(self, jar_id: JarId, really: Annotated[bool, "Whether to."] = True) -> bool:
        """Make room."""
        self.jars.delete(jar_id)
        return really

    @tool
    def update_jar(self, jar_id: JarId, label: Annotated[str, "The new label."]) -> Jar:
        """Relabel a jar."""
        return self.jars.update(jar_id, label=label)

    @tool
    def empty_all(self) -> int:
        """Throw everything away."""
        jars = list(self.jars)
        for jar in jars:
            self.jars.delete(jar.jar_id)
        return len(jars)

    @tool
    def approve_jar(self, jar_id: JarId, note: Annotated[str, "What was said."] = "") -> Jar:
        """Taste what is in a jar, and say that it is good."""
        return self.jars.update(jar_id, approved=True, label=f"{self.jars.get(jar_id).label}{note}")
