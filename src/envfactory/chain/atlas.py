"""`Atlas`: a graph as a sampler reads it, worked out once so that drawing looks nothing up twice.

Each tool that can be called is a `Place` with its needs: per input the producers that can supply
it, in an urn and by cost, and per producer the ways in. Building it is linear in tools and edges,
apart from sorting the producers of each input.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from envfactory.chain.habits import Habits
from envfactory.chain.model import Binding
from envfactory.chain.rarity import Flow, rarity
from envfactory.chain.reach import Reach, needs_producer
from envfactory.chain.urn import Urn
from envfactory.graph import Edge, Port, ToolGraph, ToolNode, is_worth_saying
from envfactory.graph.path import ANY, names
from envfactory.graph.words import fills

_LARGEST_OPTION = 4
_TRUST_POWER = 6
_COST_POWER = 3


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """One edge into an input, with how much it is believed.

    Attributes:
        edge: The edge.
        trust: Its best score of any kind.
        weight: How often it is taken, against others.
    """

    edge: Edge
    trust: float
    weight: float


@dataclass(frozen=True, slots=True, eq=False)
class Maker:
    """A tool that can supply an input."""

    tool: str
    rank: int
    cost: int
    weight: float
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Makers:
    """The tools that can supply an input, to be drawn from, and from the cheapest on."""

    urn: Urn[Maker]
    cheapest: tuple[Maker, ...]

    @classmethod
    def of(cls, makers: Sequence[Maker], rare: Mapping[str, float]) -> Makers:
        """Weigh makers by how rare they are."""
        return cls(
            Urn(makers, [maker.weight * rare[maker.tool] for maker in makers]),
            tuple(sorted(makers, key=lambda maker: (maker.cost, maker.tool))),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Need:
    """An input of a tool.

    Attributes:
        path: Where it stands.
        option: The optional part that it is in, or nothing.
        subject: Environment and entity of the record that the value names, if it does.
        can_say: Whether the user can say it.
        has_default: Whether the schema supplies it.
        ways: The ways in from each producer.
        makers: The producers.
        typed: Those with evidence of type, where the user could say the value too.
    """

    path: str
    option: str
    subject: tuple[str, str] | None
    can_say: bool
    has_default: bool
    ways: Mapping[str, tuple[Way, ...]]
    makers: Makers
    typed: Makers


@dataclass(frozen=True, slots=True, eq=False)
class Onward:
    """A tool that uses what another returns, and along which edges."""

    tool: str
    edges: tuple[Edge, ...]


@dataclass(slots=True, eq=False)
class Place:
    """A tool that can be called.

    Attributes:
        node: The tool in the graph.
        name: Its qualified name.
        environment: Where it is.
        rank: The fewest calls on a path of values up to and with it.
        needs: All its inputs by path, in order.
        required: Those that every call needs.
        options: Optional parts with all that each needs.
        worth_saying: The optional parts that a user may mention, with how deep each is.
        writes_what_it_gets: Whether a call without values would write nothing.
        removed: The input that names a record which is gone afterwards.
        onward: Where its results can go.
        goal_weight: How often it is wanted for itself, against others.
        bindings: Those that chains hold of its inputs, by path and origin; made when needed.
    """

    node: ToolNode
    name: str
    environment: str
    rank: int
    needs: Mapping[str, Need]
    required: tuple[Need, ...]
    options: Mapping[str, tuple[Need, ...]]
    worth_saying: tuple[tuple[str, float], ...]
    writes_what_it_gets: bool
    removed: str | None
    goal_weight: float = 1.0
    onward: Urn[Onward] = field(default_factory=lambda: Urn((), ()))
    bindings: dict[tuple[str, int, str, int], Binding] = field(default_factory=dict)


class Atlas:
    """The places of a graph by name, in order."""

    def __init__(self, graph: ToolGraph, reach: Reach, habits: Habits) -> None:
        """Work out what a sampler with these habits asks for."""
        self.graph, self.reach = graph, reach
        self._habits = habits
        self._makers = {
            tool: {path: self._made_by(edges) for path, edges in inputs.items()}
            for tool, inputs in reach.incoming.items()
        }
        onward = {tool: _grouped(edges) for tool, edges in reach.outgoing.items()}
        wanted = {name: self._wanted(name) for name in sorted(reach.rank)}
        self._rare = rarity(self._flows(wanted, onward), habits)
        self.places: dict[str, Place] = {}
        for name, weight in wanted.items():
            place = self._place(graph.by_name[name])
            place.goal_weight = weight * self._rare[name]
            place.onward = Urn(
                onward[name], [wanted[o.tool] * self._rare[o.tool] for o in onward[name]]
            )
            self.places[name] = place

    def _wanted(self, tool: str) -> float:
        return self._habits.write if self.graph.by_name[tool].changes_state else 1.0

    def _flows(
        self, wanted: Mapping[str, float], onward: Mapping[str, Sequence[Onward]]
    ) -> dict[str, Flow]:
        """Say for each tool which others it leads to, and with which weights."""
        return {
            name: Flow(
                wanted=weight,
                onward=tuple((o.tool, wanted[o.tool]) for o in onward[name]),
                needs=tuple(
                    tuple((m.tool, m.weight) for m in self._makers[name].get(port.path, ()))
                    for port in self.graph.by_name[name].required_inputs
                    if needs_producer(port)
                ),
            )
            for name, weight in wanted.items()
        }

    def _place(self, node: ToolNode) -> Place:
        needs = {port.path: self._need(node, port) for port in node.inputs}
        parts = tuple(
            (option, float(option.count("/") ** 2))
            for option, ports in node.options.items()
            if len(ports) <= _LARGEST_OPTION and all(map(is_worth_saying, ports))
        )
        return Place(
            node=node,
            name=node.name,
            environment=node.environment,
            rank=self.reach.rank[node.name],
            needs=needs,
            required=tuple(needs[port.path] for port in node.required_inputs),
            options={o: tuple(needs[p.path] for p in ports) for o, ports in node.options.items()},
            worth_saying=parts,
            writes_what_it_gets=fills(node.tool),
            removed=node.removed.path if node.removed is not None else None,
        )

    def _need(self, node: ToolNode, port: Port) -> Need:
        makers = self._makers[node.name].get(port.path, ())
        sayable = makers if port.user_can_say else ()
        typed = [m for maker in sayable if (m := self._typed(maker)) is not None]
        return Need(
            path=port.path,
            option=port.option,
            subject=(node.environment, port.entity) if port.entity else None,
            can_say=port.user_can_say,
            has_default=port.has_default,
            ways={maker.tool: maker.ways for maker in makers},
            makers=Makers.of(makers, self._rare),
            typed=Makers.of(typed, self._rare),
        )

    def _made_by(self, edges: Sequence[Edge]) -> tuple[Maker, ...]:
        by_tool: dict[str, list[Edge]] = defaultdict(list)
        for edge in edges:
            by_tool[edge.producer].append(edge)
        return tuple(self._maker(tool, group) for tool, group in by_tool.items())

    def _maker(self, tool: str, edges: Sequence[Edge]) -> Maker:
        ways = tuple(
            Way(edge, trust, round(trust**_TRUST_POWER, 9))
            for edge in edges
            for trust in (_trust(edge),)
        )
        node, cost = self.graph.by_name[tool], self.reach.cost[tool]
        weight = max(way.weight for way in ways) / cost**_COST_POWER
        if node.changes_state:
            weight *= self._habits.make
        if node.removed is not None or all(_echoes(node, edge) for edge in edges):
            weight *= self._habits.echo ** (2 if node.changes_state else 1)
        return Maker(tool, self.reach.rank[tool], cost, weight, ways)

    def _typed(self, maker: Maker) -> Maker | None:
        """Return the maker with the edges alone whose types fit."""
        edges = [way.edge for way in maker.ways if way.edge.score("type")]
        if len(edges) == len(maker.ways):
            return maker
        return self._maker(maker.tool, edges) if edges else None


def _grouped(edges: Sequence[Edge]) -> tuple[Onward, ...]:
    by_tool: dict[str, list[Edge]] = defaultdict(list)
    for edge in edges:
        by_tool[edge.consumer].append(edge)
    return tuple(Onward(tool, tuple(group)) for tool, group in by_tool.items())


def _trust(edge: Edge) -> float:
    """Return how much an edge is believed: its best score of any kind."""
    return max(evidence.score for evidence in edge.evidence) or 0.01


def _echoes(node: ToolNode, edge: Edge) -> bool:
    """Say whether the producer returns there just what it was called with."""
    output = node.output_at[edge.output]
    if output.entity is None or f"/{ANY}" in output.path:
        return False
    return any(
        port.entity == output.entity
        and (output.is_key or names(port.path)[-1:] == names(output.path)[-1:])
        for port in node.required_inputs
    )
