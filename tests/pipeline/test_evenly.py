from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from envfactory.chain import Chain, Limits, Step
from envfactory.pipeline.evenly import evenly

NAMES = st.sampled_from(["shop", "crm", "hr"])


def _chain(number: int, environment: str) -> Chain:
    return Chain(
        id=str(number),
        sampler="random",
        seed=number,
        environments=(environment,),
        limits=Limits(),
        steps=(Step(tool=f"{environment}__list"),),
    )


@given(st.lists(NAMES, max_size=30))
def test_no_chain_is_lost_and_tools_come_in_turns(names: list[str]) -> None:
    chains = [_chain(number, name) for number, name in enumerate(names)]
    order = evenly(chains)
    assert sorted(order, key=lambda chain: chain.seed) == chains
    left = Counter(names)
    used: Counter[str] = Counter()
    for chain in order:
        (name,) = chain.environments
        assert used[name] == min(used[other] for other in left if left[other])
        used[name] += 1
        left[name] -= 1
