"""A task that makes records which refer to each other, and agents that do as they are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from envfactory.environment import Package, ToolSpec, World, diff
from envfactory.records import Json, json_hash
from envfactory.task.goal import recorded
from envfactory.task.model import Fact, Goal, GoldCall, Identifier, Origin, Task, Turn
from envfactory.trajectory import (
    Message,
    Reply,
    RequestedCall,
    ScriptedUser,
    Trajectory,
    run_episode,
)
from tests.trajectory.shop_task import make_task

Call = tuple[str, dict[str, Json]]

ADA: Call = ("shop__get_user", {"user_id": "usr_1"})
KIM: Call = ("shop__create_user", {"name": "Kim Lee", "email": "kim@example.com"})
LOU: Call = ("shop__create_user", {"name": "Lou Ray", "email": "lou@example.com"})
PLACED = "2026-03-05T10:00:00Z"
ANSWER = "Kim and Lou are in, the order is placed, and the address is ada@example.com."


def order(user: str, quantity: int = 2) -> Call:
    lines: Json = [{"sku": "TEA-1", "quantity": quantity}]
    return ("shop__place_order", {"user_id": user, "lines": lines, "placed_at": PLACED})


GOLD: tuple[Call, ...] = (ADA, KIM, LOU, order("usr_3"))
"""The keys of new users count on from those in the scenario."""

IDENTIFIERS = tuple(
    Identifier(environment="shop", table=table, path=path, names=names, generated=generated)
    for table, path, names, generated in (
        ("users", "/user_id", "users", True),
        ("orders", "/order_id", "orders", True),
        ("orders", "/user_id", "users", False),
    )
)


@dataclass
class Told:
    """Makes the calls it was told to make, and says what it was told to say."""

    calls: Sequence[Call]
    answer: str = ANSWER
    name: str = field(default="told")

    def act(self, messages: Sequence[Message], tools: Sequence[ToolSpec]) -> Reply:
        made = sum(message.role == "tool" for message in messages)
        if made == len(self.calls):
            return Reply(content=self.answer)
        tool, arguments = self.calls[made]
        return Reply(calls=(RequestedCall(tool, arguments),))


@dataclass(frozen=True)
class Errand:
    """Greet two users, order for the first of them, and tell somebody's address."""

    task: Task
    world: World

    @classmethod
    def of(cls, package: Package) -> Errand:
        world = World({"shop": package.start("small")})
        own = world.fork()
        before = own.snapshot()
        gold = []
        for tool, arguments in GOLD:
            result = own.call(tool, arguments)
            assert result.ok, result
            gold.append(
                GoldCall(
                    tool=tool,
                    arguments=arguments,
                    origins={"/user_id": Origin(kind="result", call=1, path="/user_id")}
                    if tool == "shop__place_order"
                    else {},
                    value=result.value,
                    changes_state=tool != "shop__get_user",
                )
            )
        email = "ada@example.com"
        fact = Fact(turn=0, call=0, path="/email", value=email, forms=(email,))
        goal = Goal(
            changes=recorded(diff(before, own.snapshot())), facts=(fact,), identifiers=IDENTIFIERS
        )
        turn = Turn(request="…", intent="", calls=tuple(gold), answer=ANSWER)
        draft = make_task(package).model_copy(update={"id": "", "turns": (turn,), "goal": goal})
        id_ = json_hash(draft.model_dump(mode="json"))
        return cls(draft.model_copy(update={"id": id_}), world)

    def play(self, *calls: Call, answer: str = ANSWER) -> Trajectory:
        """Run an episode in which exactly these calls are made."""
        return run_episode(self.task, self.world, Told(calls, answer), ScriptedUser(self.task))
