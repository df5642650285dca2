"""What may be chosen: shares of a channel, or of all trade, and the limits that a mix has to keep.

An *asset* is a partner in a channel. Its share is one of all the flow that is being shared out, so with several
channels the shares of each sum to that channel's part of the whole: no channel grows at another's cost. A partner is on
offer in a channel where the scenario gives it an exposure, which may be 0, or where one of the scenario's mixes does.

Limits, each with a name that an error can quote: bounds of partners and of blocs, on their share of all the flow; and
the capacity of each corridor on the way, at its mean, less what other channels send through it. A corridor that is over
its capacity today may carry as much as today.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from multivector_sim.engine.problem import MONTHS_A_YEAR, baseline
from multivector_sim.errors import UsageError
from multivector_sim.questions.frontier.linear_program import Row
from multivector_sim.scenario.mistakes import nearest_or_all

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Floats

__all__ = ["Asset", "MixSpace", "build_space", "mix_space_channels", "partners_on_offer", "trade_channels"]

TRADE = "trade"


class Asset(NamedTuple):
    """A partner in a channel."""

    channel: str
    partner: str


@dataclass(frozen=True, eq=False)
class MixSpace:
    """The mixes on offer.

    Parameters
    ----------
    scenario
        What is assumed.
    channels
        What is shared out.
    assets
        Partners in channels.
    size
        All the flow that is shared out, money a year.
    today
        Shape (asset,): today's shares of it.
    parts
        Shape (asset,): the part of all the flow that the asset's channel is.
    rows
        Totals and limits.
    """

    scenario: Scenario
    channels: tuple[str, ...]
    assets: tuple[Asset, ...]
    size: float
    today: Floats
    parts: Floats
    rows: tuple[Row, ...]

    def shares(self, mix: Mapping[str, Mapping[str, float]]) -> Floats:
        """Return shares of all the flow for shares by channel and partner; a channel left out stays as it is."""
        kept = [
            self.parts[place] * mix[asset.channel].get(asset.partner, 0.0)
            if asset.channel in mix
            else self.today[place]
            for place, asset in enumerate(self.assets)
        ]
        return np.array(kept)

    def mix(self, shares: Floats) -> dict[str, dict[str, float]]:
        """Return shares by channel and partner, as ``scenario.with_mix`` takes them; those of a channel sum to 1."""
        found: dict[str, dict[str, float]] = {channel: {} for channel in self.channels}
        for asset, share in zip(self.assets, np.maximum(shares, 0.0), strict=True):
            found[asset.channel][asset.partner] = float(share)
        for by_partner in found.values():
            total = sum(by_partner.values())
            by_partner.update({partner: share / total for partner, share in by_partner.items()})
        return found

    def baseline(self, shares: Floats) -> Floats:
        """Return the flows under a mix, money a month, shape (partner, channel) of the whole scenario."""
        flows = baseline(self.scenario)
        partners, channels = list(self.scenario.partners), list(self.scenario.channels)
        for asset, share in zip(self.assets, shares, strict=True):
            flows[partners.index(asset.partner), channels.index(asset.channel)] = share * self.size / MONTHS_A_YEAR
        return flows

    def members(self, channel: str) -> Floats:
        """Mark a channel's assets, shape (asset,), 0 or 1."""
        return np.array([float(asset.channel == channel) for asset in self.assets])


def mix_space_channels(scenario: Scenario, channel: str | None) -> tuple[str, ...]:
    """Return what is shared out; the largest channel of trade where nothing is named.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> mix_space_channels(mv.load("two-buyers"), "imports"), mix_space_channels(mv.load("two-buyers"), "trade")
    (('imports',), ('exports', 'imports'))
    """
    sizes = {
        name: sum(figure.value for figure in scenario.exposures.get(name, {}).values()) for name in scenario.channels
    }
    trade = trade_channels(scenario)
    if channel is None:
        if not trade:
            raise UsageError("frontier: no trade flows in this scenario; name a channel")
        return (max(trade, key=lambda name: sizes[name]),)
    if channel == TRADE and TRADE not in sizes and trade:
        return tuple(trade)
    if channel not in sizes:
        raise UsageError(f"frontier: no channel called '{channel}'{nearest_or_all(channel, [*sizes, TRADE])}")
    if not sizes[channel] > 0.0:
        raise UsageError(f"frontier: nothing flows in '{channel}', so there is nothing to share out")
    return (channel,)


def trade_channels(scenario: Scenario) -> list[str]:
    """Return the channels of trade in which anything flows, in the order of the scenario."""
    return [
        name
        for name, model in scenario.channels.items()
        if model.kind == TRADE and sum(figure.value for figure in scenario.exposures.get(name, {}).values()) > 0.0
    ]


def build_space(
    scenario: Scenario,
    channels: tuple[str, ...],
    bounds: Mapping[str, tuple[float, float]],
    *,
    corridors: bool = True,
) -> MixSpace:
    """Lay out what may be chosen."""
    assets = tuple(Asset(channel, partner) for channel in channels for partner in partners_on_offer(scenario, channel))
    flows = np.array([_flow(scenario, asset) for asset in assets])
    size = float(flows.sum())
    by_channel = {name: sum(f for a, f in zip(assets, flows, strict=True) if a.channel == name) for name in channels}
    parts = np.array([by_channel[asset.channel] / size for asset in assets])
    space = MixSpace(scenario, channels, assets, size, flows / size, parts, ())
    totals = [
        Row(f"the total of {name}", space.members(name), by_channel[name] / size, by_channel[name] / size)
        for name in channels
    ]
    rows = [*totals, *_bound_rows(space, bounds), *(_corridor_rows(space) if corridors else ())]
    return MixSpace(scenario, channels, assets, size, flows / size, parts, tuple(rows))


def partners_on_offer(scenario: Scenario, channel: str) -> list[str]:
    """Name the partners on offer in a channel, in the order of the scenario."""
    mixes = [mix[channel] for mix in scenario.mixes.values() if channel in mix]
    return [p for p in scenario.partners if p in scenario.exposures[channel] or any(p in mix for mix in mixes)]


def _flow(scenario: Scenario, asset: Asset) -> float:
    """Return today's flow, money a year."""
    figure = scenario.exposures[asset.channel].get(asset.partner)
    return 0.0 if figure is None else figure.value


def _bound_rows(space: MixSpace, bounds: Mapping[str, tuple[float, float]]) -> Iterator[Row]:
    """Turn bounds of partners and blocs into rows, one for each side that limits anything."""
    partners = space.scenario.partners
    blocs = {model.bloc for model in partners.values() if model.bloc}
    for name, (low, high) in bounds.items():
        if name not in partners and name not in blocs:
            raise UsageError(
                f"bounds: no partner or bloc called '{name}'{nearest_or_all(name, [*partners, *sorted(blocs)])}"
            )
        if not 0.0 <= low <= high <= 1.0:
            raise UsageError(
                f"bounds: {name} between {low:g} and {high:g} makes no sense; give 0 <= least <= most <= 1"
            )
        weights = np.array(
            [float(name == (a.partner if name in partners else partners[a.partner].bloc)) for a in space.assets]
        )
        title = partners[name].title if name in partners else f"bloc {name}"
        if low > 0.0:
            yield Row(f"{title} at least {100 * low:g} %", weights, low=low)
        if high < 1.0:
            yield Row(f"{title} at most {100 * high:g} %", weights, high=high)


def _corridor_rows(space: MixSpace) -> Iterator[Row]:
    """Turn the capacity of corridors that the flow takes into rows."""
    scenario = space.scenario
    for name, corridor in scenario.corridors.items():
        weights = np.array([scenario.legs.get(a.channel, {}).get(a.partner, {}).get(name, 0.0) for a in space.assets])
        if not weights.any():
            continue
        others = sum(
            figure.value * scenario.legs.get(channel, {}).get(partner, {}).get(name, 0.0)
            for channel, by_partner in scenario.exposures.items()
            for partner, figure in by_partner.items()
            if channel not in space.channels
        )
        room = (corridor.capacity.law.mean - others) / space.size
        yield Row(f"the capacity of {corridor.title}", weights, high=max(room, float(weights @ space.today)))
