"""What is known of draws that are too many to keep: a histogram of every figure, and of whose loss it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.engine.kernel import UNDER
from multivector_sim.engine.problem import further, ruptures
from multivector_sim.engine.sample import FIGURES, figures_of
from multivector_sim.measure.bins import Bins
from multivector_sim.measure.ranks import boundary
from multivector_sim.measure.recovery import count_spells
from multivector_sim.scenario.channel import CHANNEL_KINDS

if TYPE_CHECKING:
    from multivector_sim.engine.kernel import Outcome
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Floats

__all__ = ["Sketch"]

LOSS_BINS = 2**18
FINE_BINS = 2**14


class Sketch:
    """Counts batches of draws.

    Parameters
    ----------
    scenario
        What is run.

    Attributes
    ----------
    figures
        The bins of each figure, by name and column.
    parts
        Shape (bin, partner + 1): money lost in total by whose rupture caused it, over the bins of the total's loss.
    spells
        Counts of the draws that fell under 95 %, (column, back by the end or not, months followed).
    ruptures
        Bins of one for the number of ruptures.
    """

    def __init__(self, scenario: Scenario) -> None:
        channels, partners = len(scenario.channels), len(scenario.partners)
        months, least = scenario.horizon_months, -largest_gain(scenario)
        ranges = {
            "loss_share": (least, 1.0, 2 * LOSS_BINS),
            "trough_gap": (least, 1.0, 2 * FINE_BINS),
            "months_to_recover": (-0.5, months + 0.5, months + 1),
            "unrecovered": (least, 1.0, 2 * FINE_BINS),
            "months_below": (-0.5, months + 0.5, months + 1),
        }
        self.figures = {name: [Bins(*ranges[name]) for _ in range(channels + 3)] for name in FIGURES}
        self.parts = np.zeros((2 * LOSS_BINS, partners + 1))
        self.spells = np.zeros((channels + 3, 2, months + 1), dtype=np.int64)
        most = partners + sum(further(scenario))
        self.ruptures = Bins(-0.5, most + 0.5, most + 1)
        kinds = [CHANNEL_KINDS.index(channel.kind) for channel in scenario.channels.values()]
        self.counted = np.array([kind != CHANNEL_KINDS.index("ties") for kind in kinds])

    @property
    def draws(self) -> int:
        """How many draws were counted."""
        return self.ruptures.draws

    def add(self, outcome: Outcome) -> None:
        """Count a batch."""
        for bins, array in zip(self.figures.values(), figures_of(outcome), strict=True):
            for column, one in enumerate(bins):
                if not np.isnan(array[:1, column]).any():
                    one.add(np.ascontiguousarray(array[:, column]))
        for column in range(self.spells.shape[0]):
            if not np.isnan(outcome.months_followed[:1, column]).any():
                followed, last = outcome.months_followed[:, column], outcome.unrecovered[:, column]
                self.spells[column] += np.stack(count_spells(followed, last > UNDER, self.spells.shape[2] - 1))
        total = outcome.loss_share[:, -1]
        if not np.isnan(total[:1]).any():
            np.add.at(self.parts, self.figures["loss_share"][-1].places(total), self.by_partner(outcome))
        self.ruptures.add(outcome.ruptures.astype(np.float64))

    def mean_parts(self) -> Floats:
        """Give what each partner's ruptures cost on average, money; shape (partner + 1,)."""
        return np.asarray(self.parts.sum(axis=0) / self.draws)

    def tail_parts(self, level: float) -> Floats:
        """Give what each partner's ruptures cost in the worst draws, money; draws of one bin count alike."""
        counts = self.figures["loss_share"][-1].counts
        rank, mass = boundary(level, self.draws)
        place = int(np.searchsorted(np.cumsum(counts), rank))
        beyond = int(counts[place + 1 :].sum())
        share = (mass - beyond) / counts[place]
        return np.asarray((self.parts[place + 1 :].sum(axis=0) + share * self.parts[place]) / mass)

    def by_partner(self, outcome: Outcome) -> Floats:
        """Give the money that each partner's ruptures cost in total, shape (draw, partner + 1)."""
        return np.asarray(outcome.attribution @ self.counted.astype(np.float64))


def largest_gain(scenario: Scenario) -> float:
    """Return the largest gain of any severity, 1 at least: how far below 0 the bins of a loss reach."""
    least = [figure.law.support[0] for _, _, model in ruptures(scenario) for figure in model.channels.values()]
    return max(1.0, -min(least, default=0.0))
