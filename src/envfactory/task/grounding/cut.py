"""`without`: what is left of a chain without a step, as long as somebody would still ask for it."""

from __future__ import annotations

from envfactory.chain import Chain, FromStep
from envfactory.chain.model import Binding, Step


def without(chain: Chain, number: int) -> Chain | None:
    """Return a chain without a step, the steps that need it, and those that serve only these.

    The id stays that of the whole chain. None where nothing is left that is wanted for itself.

    Args:
        chain: The chain.
        number: The step to leave out; nothing is left where it is below 0.
    """
    if number < 0:
        return None
    left_out = {number}
    for place, step in enumerate(chain.steps):
        if _needs(step) & left_out:
            left_out.add(place)
    for place in reversed(range(len(chain.steps))):
        users = {n for n, step in enumerate(chain.steps) if place in _needs(step)}
        if users and users <= left_out and not chain.steps[place].goal:
            left_out.add(place)
    kept = [place for place in range(len(chain.steps)) if place not in left_out]
    if not any(chain.steps[place].goal for place in kept):
        return None
    steps = tuple(_renumbered(chain.steps[place], kept) for place in kept)
    return chain.model_copy(update={"steps": steps})


def _needs(step: Step) -> set[int]:
    sources = [binding.source for binding in step.bindings]
    return {source.step for source in sources if isinstance(source, FromStep)}


def _renumbered(step: Step, kept: list[int]) -> Step:
    bindings = [
        Binding(
            input=binding.input,
            source=FromStep(step=kept.index(binding.source.step), path=binding.source.path),
        )
        if isinstance(binding.source, FromStep)
        else binding
        for binding in step.bindings
    ]
    return step.model_copy(update={"bindings": tuple(bindings)})
