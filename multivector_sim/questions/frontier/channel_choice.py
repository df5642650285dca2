"""Which channel a frontier is about unless one is named, and when its answer is known beforehand.

The channel that matters most is the channel of trade with the greatest expected shortfall in money today, among those
that can be shared out at all, with two partners or more on offer. Where nothing is lost it is the largest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from multivector_sim.engine.simulate import simulate
from multivector_sim.questions.frontier.space import mix_space_channels, partners_on_offer, trade_channels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multivector_sim.scenario.scenario import Scenario

__all__ = ["ChannelChoice", "certain_notes", "choose_channel"]

DRAWS = 1024
FEWEST = 2


class ChannelChoice(NamedTuple):
    """A channel, and why it was chosen; no reason where it was named."""

    channel: str
    reason: str


def choose_channel(scenario: Scenario, channel: str | None, level: float, seed: int, workers: int = 1) -> ChannelChoice:
    """Choose what a frontier shares out.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> choose_channel(mv.load("two-buyers"), "imports", 0.95, 1)
    ChannelChoice(channel='imports', reason='')
    """
    if channel is not None:
        return ChannelChoice(channel, "")
    largest = mix_space_channels(scenario, None)[0]
    able = [name for name in trade_channels(scenario) if len(partners_on_offer(scenario, name)) >= FEWEST]
    if len(able) <= 1:
        return ChannelChoice(able[0] if able else largest, "")
    run = simulate(scenario, DRAWS, seed, workers=workers)
    at_risk = {name: run.column(name).es(level).value * run.column(name).baseline for name in able}
    most = max(able, key=lambda name: at_risk[name])
    if not at_risk[most] > 0.0:
        return ChannelChoice(largest if largest in able else able[0], "")
    return ChannelChoice(most, f"{most} is the channel of trade with the most to lose today; name another to ask")


def certain_notes(scenario: Scenario) -> Iterator[str]:
    """Return what is known beforehand: where one partner is shocked for certain, the answer is to leave it."""
    chance = scenario.hazard is not None and bool(scenario.hazard.partners)
    shocked = {stress.partner for stress in scenario.stress}
    if chance or len(shocked) != 1:
        return
    title = scenario.partners[next(iter(shocked))].title
    yield (
        f"only {title} ruptures here, and for certain, so every answer is to leave {title}; what a mix is worth "
        "against ruptures that may or may not come is seen with a hazard for every partner (section hazard)"
    )
