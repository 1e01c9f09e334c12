"""The loop of agent, user and environments: the only one, for solving, evaluating and training.

`Episode` is the loop turned inside out: it shows `messages` and takes one `Reply` at a time, so a
trainer that generates in batches, or an asynchronous caller, drives it as it likes. `run_episode`
drives it with a `Policy`.

Every way in which an episode can end is attributed to whoever caused it (see `model`). What a tool
refuses is an answer to the agent and goes on; what breaks ends the episode and is never shown as a
tool's text, so that no fault can be learnt from.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from envfactory.environment import ToolFailure, ToolResult, ToolSpec, World, diff
from envfactory.errors import EnvironmentFault, one_line
from envfactory.task.goal import judge, recorded
from envfactory.task.grounding.records import Records
from envfactory.task.model import StateChange, Task
from envfactory.trajectory.judgement import against, answers
from envfactory.trajectory.model import (
    Attribution,
    Message,
    Outcome,
    Step,
    StopReason,
    ToolCall,
    Trajectory,
    Usage,
)
from envfactory.trajectory.prompt import system_prompt, task_prompt
from envfactory.trajectory.reading import arguments_of, check_recordable
from envfactory.trajectory.roles import (
    ActingUser,
    MalformedReply,
    Policy,
    Reply,
    Request,
    RequestedCall,
    Unavailable,
    UserSimulator,
)
from envfactory.trajectory.tools import is_reserved, offered_tools

INFRASTRUCTURE = (Unavailable, TimeoutError, ConnectionError)
"""Exceptions that say that something around the episode failed, whoever they escape from."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long an episode may last.

    Attributes:
        calls: Tool calls in the whole episode.
        requests: Messages of the user in the whole episode.
    """

    calls: int = 100
    requests: int = 50


class Episode:
    """One episode in progress. The user has spoken and the policy is to reply, or it is `done`."""

    def __init__(
        self,
        task: Task,
        world: World,
        user: UserSimulator,
        *,
        policy: str,
        limits: Limits | None = None,
        seed: int = 0,
        system: str | None = None,
    ) -> None:
        """Start an episode and hear the user's first request.

        Args:
            task: What the user wants.
            world: The environments in the task's initial state. It is forked, not changed.
            user: Who asks.
            policy: The name of who acts, for the record.
            limits: How long it may last.
            seed: What the policy and the user were seeded with, for the record.
            system: The system prompt; made from the world by default. What holds in the task
                alone is put at its end.
        """
        self._task, self._user, self._policy = task, user, policy
        self._limits, self._seed = limits or Limits(), seed
        self._world = world.fork()
        self._initial = self._world.snapshot()
        self._initial_hash = self._world.state_hash
        specs = self._world.tools()
        self.tools: tuple[ToolSpec, ...] = offered_tools(specs, task)
        self._reserved = {spec.name for spec in specs if is_reserved(spec, task)}
        told = task_prompt(system or system_prompt(world), task, specs)
        self._messages = [Message(role="system", content=told)]
        self._steps: list[Step] = []
        self._requests = self._calls = self._turn = 0
        self._usage = Usage()
        self._trajectory: Trajectory | None = None
        if isinstance(user, ActingUser):
            own = [spec for spec in specs if spec.name in self._reserved]
            user.equip(own, self._act_for_user, lambda: Records.of(self._world))
        self._hear(user.open)

    @property
    def messages(self) -> tuple[Message, ...]:
        """The conversation so far."""
        return tuple(self._messages)

    @property
    def done(self) -> bool:
        """Whether the episode has ended."""
        return self._trajectory is not None

    @property
    def trajectory(self) -> Trajectory:
        """The record of the episode.

        Raises:
            ValueError: If it has not ended.
        """
        if self._trajectory is None:
            raise ValueError("the episode has not ended")
        return self._trajectory

    def submit(self, reply: Reply) -> None:
        """Do what the policy wants: execute its calls, or give its answer to the user.

        Raises:
            ValueError: If the episode has ended.
        """
        if self.done:
            raise ValueError("the episode has ended")
        self._usage = Usage(
            replies=self._usage.replies + 1,
            prompt_tokens=self._usage.prompt_tokens + reply.prompt_tokens,
            completion_tokens=self._usage.completion_tokens + reply.completion_tokens,
        )
        try:
            message = self._read(reply)
        except MalformedReply as error:
            self.fail(error)
            return
        self._messages.append(message)
        if not message.tool_calls:
            said = message.content or ""
            self._hear(lambda: self._user.reply(said))
        for call in message.tool_calls:
            if sum(step.actor == "agent" for step in self._steps) >= self._limits.calls:
                self._end(
                    StopReason.step_limit, Attribution.policy, f"{self._limits.calls} calls made"
                )
            else:
                self._execute(call)
            if self.done:
                return

    def fail(self, error: Exception) -> None:
        """End the episode because the policy raised `error` instead of replying.

        Raises:
            ValueError: If the episode has ended.
        """
        if self.done:
            raise ValueError("the episode has ended")
        if not isinstance(error, MalformedReply):
            self._end(StopReason.infrastructure, Attribution.infrastructure, _told(error))
            return
        if error.text:
            text = error.text.encode(errors="replace").decode()
            self._messages.append(Message(role="assistant", turn=self._turn, content=text))
        self._end(StopReason.malformed, Attribution.policy, str(error))

    # ------------------------------------------------------------------ the policy's output
    def _read(self, reply: Reply) -> Message:
        """Return a reply as a message.

        Raises:
            MalformedReply: If it says nothing, or arguments are not a JSON object, or something is
                not text that can be written down.
        """
        if not reply.calls and not (reply.content or "").strip():
            raise MalformedReply("neither an answer nor a call")
        try:
            calls = tuple(
                ToolCall(
                    id=f"call{self._calls + number:05d}",  # nine letters and digits: all accept it
                    name=call.name,
                    arguments=arguments_of(call),
                )
                for number, call in enumerate(reply.calls, start=1)
            )
            message = Message(
                role="assistant", turn=self._turn, content=reply.content, tool_calls=calls
            )
            check_recordable(message)
        except (ValueError, RecursionError) as error:  # pydantic's errors are ValueErrors
            raise MalformedReply(_told(error), reply.content or "") from error
        self._calls += len(calls)
        return message

    # ------------------------------------------------------------------ the environments
    def _execute(self, call: ToolCall) -> None:
        """Execute a call and show the agent what it came to; a fault ends the episode instead."""
        try:
            step, message = self._called(call)
        except INFRASTRUCTURE as error:
            self._end(StopReason.infrastructure, Attribution.infrastructure, _told(error))
        except EnvironmentFault as error:
            self._end(StopReason.environment_fault, Attribution.environment, str(error))
        else:
            self._steps.append(step)
            self._messages.append(message)

    def _called(self, call: ToolCall) -> tuple[Step, Message]:
        stopped = self._stopped(call)
        if stopped is None:
            result = self._world.call(call.name, call.arguments)
        else:
            result = ToolResult(error=stopped)
        step = self._step(call, result, "agent")
        message = Message(
            role="tool",
            turn=self._turn,
            content=result.to_text(),
            tool_call_id=call.id,
            name=call.name,
        )
        return step, message

    def _step(self, call: ToolCall, result: ToolResult, actor: Literal["agent", "user"]) -> Step:
        """Return the record of a call.

        Raises:
            EnvironmentFault: If its result cannot be written down.
        """
        error = result.error
        try:
            step = Step(
                turn=self._turn,
                call_id=call.id,
                tool=call.name,
                actor=actor,
                arguments=call.arguments,
                ok=result.ok,
                value=result.value,
                error_code=None if error is None else error.code,
                error_message=None if error is None else error.message,
                state_hash=self._world.state_hash,
            )
            check_recordable(step)
        except ValueError as problem:
            raise EnvironmentFault(call.name, f"its result is not JSON: {problem}") from problem
        return step

    def _act_for_user(self, call: RequestedCall) -> ToolResult:
        """Use a tool that only the user may use, and record it; the agent is shown nothing."""
        number = sum(step.actor == "user" for step in self._steps) + 1
        made = ToolCall(id=f"user{number:05d}", name=call.name, arguments=arguments_of(call))
        if call.name not in self._reserved:
            failure = ToolFailure("permission_denied", f"{call.name} is not the user's to use")
            return ToolResult(error=failure)
        result = self._world.call(made.name, made.arguments)
        self._steps.append(self._step(made, result, "user"))
        return result

    def _stopped(self, call: ToolCall) -> ToolFailure | None:
        """Return why a call does not get through to the environments, or None where it does."""
        if call.name in self._reserved:
            return ToolFailure("permission_denied", f"only the user can use {call.name}")
        if call.name in self._task.hidden_tools:
            return ToolFailure("unknown_tool", f"no tool {call.name!r}")
        occurrence = sum(step.tool == call.name for step in self._steps)
        for injection in self._task.injections:
            if injection.tool == call.name and injection.occurrence == occurrence:
                return ToolFailure("unavailable", injection.message)
        return None

    # ------------------------------------------------------------------ the user
    def _hear(self, speak: Callable[[], Request | None]) -> None:
        """Let the user speak, and end the episode if there is nothing more to say."""
        try:
            request = speak()
            message = None if request is None else self._request(request)
        except INFRASTRUCTURE as error:
            self._end(StopReason.infrastructure, Attribution.infrastructure, _told(error))
        except EnvironmentFault as error:
            self._end(StopReason.environment_fault, Attribution.environment, str(error))
        except Exception as error:  # whatever a simulator raises is data about the simulator
            self._end(StopReason.user_fault, Attribution.user, _told(error))
        else:
            if message is None:
                self._end(StopReason.finished, Attribution.policy, "")
            elif self._requests >= self._limits.requests:
                detail = f"not done after {self._requests} requests"
                self._end(StopReason.request_limit, Attribution.user, detail)
            else:
                self._requests += 1
                self._turn = message.turn
                self._messages.append(message)

    def _request(self, request: Request) -> Message:
        if not self._turn <= request.turn < len(self._task.turns):
            raise ValueError(
                f"turn {request.turn} after turn {self._turn} of {len(self._task.turns)}"
            )
        message = Message(role="user", turn=request.turn, content=request.content)
        check_recordable(message)
        return message

    # ------------------------------------------------------------------ the end
    def _end(self, stop: StopReason, attribution: Attribution, detail: str) -> None:
        changes = recorded(diff(self._initial, self._world.snapshot()))
        self._trajectory = Trajectory.sealed(
            task=self._task.id,
            policy=self._policy,
            seed=self._seed,
            messages=self.messages,
            steps=tuple(self._steps),
            initial_hash=self._initial_hash,
            final_hash=self._world.state_hash,
            changes=changes,
            usage=self._usage,
            outcome=self._judged(stop, attribution, detail, changes),
        )

    def _judged(
        self,
        stop: StopReason,
        attribution: Attribution,
        detail: str,
        changes: tuple[StateChange, ...],
    ) -> Outcome:
        if attribution is not Attribution.policy:
            return Outcome(stop=stop, attribution=attribution, reached=None, detail=detail)
        if stop is not StopReason.finished:
            return Outcome(stop=stop, attribution=attribution, reached=False, detail=detail)
        said = answers(self._messages, len(self._task.turns))
        try:
            verdict = judge(self._task.goal, changes, said)
        except Exception as error:  # a judge that breaks must not pass for an agent that failed
            return Outcome(
                stop=stop, attribution=Attribution.verifier, reached=None, detail=_told(error)
            )
        return Outcome(
            stop=stop,
            attribution=attribution,
            reached=verdict.reached,
            detail=against(verdict),
        )


def run_episode(
    task: Task,
    world: World,
    policy: Policy,
    user: UserSimulator,
    *,
    limits: Limits | None = None,
    seed: int = 0,
    system: str | None = None,
) -> Trajectory:
    """Run one episode from the world's present state and return its record; see `Episode`."""
    episode = Episode(
        task, world, user, policy=policy.name, limits=limits, seed=seed, system=system
    )
    while not episode.done:
        try:
            reply = policy.act(episode.messages, episode.tools)
        except Exception as error:  # told apart in `fail`: one bad rollout must not end a run
            episode.fail(error)
        else:
            episode.submit(reply)
    return episode.trajectory


def _told(error: BaseException) -> str:
    return one_line(f"{type(error).__name__}: {error}")
