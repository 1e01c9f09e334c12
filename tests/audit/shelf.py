"""A shelf of jars on which most things can be done in several ways."""

from typing import Annotated

from envfactory.environment import Environment, Key, Record, Ref, Table, tool


class Jar(Record):
    """A jar."""

    jar_id: Annotated[str, Key("jar")]
    label: Annotated[str, "What stands on it."]
    size: Annotated[str, "How large it is."] = "small"


JarId = Annotated[str, Ref("jars"), "The jar."]
JarIds = Annotated[list[Annotated[str, Ref("jars")]], "The jars."]
Label = Annotated[str, "What stands on it."]
Size = Annotated[str, "How large it is."]


class Label_(Record):
    """A label to put on a jar."""

    jar_id: JarId
    label: Label


class Shelf(Environment):
    """A shelf with jars."""

    jars: Table[Jar]

    @tool
    def get_jar(self, jar_id: JarId) -> Jar:
        """Look at a jar."""
        return self.jars.get(jar_id)

    @tool
    def add_jar(self, label: Label) -> Jar:
        """Put a jar on the shelf."""
        return self.jars.insert(label=label)

    @tool
    def add_jars(self, labels: Annotated[list[str], "What stands on them."]) -> list[Jar]:
        """Put jars on the shelf."""
        return [self.jars.insert(label=label) for label in reversed(labels)]

    @tool
    def relabel(self, jar_id: JarId, label: Label) -> Jar:
        """Put another label on a jar."""
        return self.jars.update(jar_id, label=label)

    @tool
    def relabel_many(self, labels: Annotated[list[Label_], "Which and how."]) -> int:
        """Put other labels on jars."""
        for each in labels:
            self.jars.update(each.jar_id, label=each.label)
        return len(labels)

    @tool
    def replace(self, jar_id: JarId, label: Label, size: Size) -> Jar:
        """Put another jar in the place of one."""
        return self.jars.update(jar_id, label=label, size=size)

    @tool
    def shrink(self, jar_id: JarId, label: Label) -> Jar:
        """Put a smaller jar with another label in the place of one."""
        return self.jars.update(jar_id, label=label, size="tiny")

    @tool
    def remove(self, jar_id: JarId) -> None:
        """Take a jar from the shelf."""
        self.jars.delete(jar_id)

    @tool
    def remove_many(self, jar_ids: JarIds) -> None:
        """Take jars from the shelf."""
        for jar_id in jar_ids:
            self.jars.delete(jar_id)

    @tool
    def list_jars(self) -> list[Jar]:
        """Look at all jars."""
        return self.jars.all()
