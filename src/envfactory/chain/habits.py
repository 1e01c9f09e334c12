"""`Habits`: how often a sampler chooses what, where it has a choice."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Habits:
    """Probabilities and weights of the topology-aware sampler.

    Attributes:
        reuse: A value from an existing step where a new step could supply it too.
        link: An earlier result, weighted with the edge's score, where the user could say it too.
        look_up: A new step that finds a value which the user could say too.
        same_record: The record that was named before, where a step needs one of the same entity.
        option: Giving one more optional part of a goal's input, up to `most_options`.
        most_options: Optional parts that are given at most.
        go_on: Drawing another goal after one is reached.
        stay_linked: Choosing as the next goal one that uses a result of the chain.
        write: Weight of a goal that changes state, against 1 for one that does not.
        make: Weight of a producer that changes state, against 1 for one that does not.
        echo: Weight of a producer that needs the very value that it is to supply, or that removes
            a record; squared where it changes state.
        balance: How much more rare tools are drawn than they would be: 0 not at all, 1 as often
            as the graph lets them.
    """

    reuse: float = 0.95
    link: float = 0.6
    look_up: float = 0.15
    same_record: float = 0.9
    option: float = 0.35
    most_options: int = 3
    go_on: float = 0.7
    stay_linked: float = 0.85
    write: float = 3.0
    make: float = 0.3
    echo: float = 0.05
    balance: float = 0.5
