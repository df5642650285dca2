"""What measures cost: a mean that is known, a law that may be wide, and what that does to a ratio.

The ratio that ranks is what is bought over the *mean* cost, a ratio of means: the mean of a law is known exactly, so
the interval of the ratio is that of the runs alone. The mean of the ratios would be another number, drawn up by the few
draws in which the measure is almost free. That the price is not known is told beside it: the cost is drawn from a
stream of its own, ``measures.NAME.cost``, the purchase from the normal law of its Monte Carlo error, and the range is
that of their ratio.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.engine.uncertain import uncertain
from multivector_sim.sampling.copula import factor
from multivector_sim.sampling.streams import PseudoRandom

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Floats

__all__ = ["Costs", "ratio_draws"]

BLOCKS = 4
ROUNDING = 1e-12


@dataclass(frozen=True)
class Costs:
    """The costs of a scenario's measures.

    Parameters
    ----------
    scenario, seed
        Whose measures, and the seed of their streams.
    """

    scenario: Scenario
    seed: int

    def mean(self, names: Collection[str]) -> float:
        """Give the mean cost of a set, money."""
        return float(sum(self.scenario.measures[name].cost.law.mean for name in names))

    def fits(self, names: Collection[str], budget: float) -> bool:
        """Say whether a set's mean cost is within a budget."""
        return self.mean(names) <= budget * (1.0 + ROUNDING)

    @cached_property
    def drawn(self) -> dict[str, Floats]:
        """Draws of each measure's cost; shape (4096,), money."""
        return {
            name: np.concatenate(
                [
                    uncertain(f"measures.{name}.cost", measure.cost).sample(PseudoRandom(self.seed, block))
                    for block in range(BLOCKS)
                ]
            )
            for name, measure in self.scenario.measures.items()
        }

    def range_of(self, name: str) -> tuple[float, float] | None:
        """Give the 5 % and 95 % quantile of a cost; None where it is certain."""
        if self.scenario.measures[name].cost.is_fixed:
            return None
        low, high = np.quantile(self.drawn[name], [0.05, 0.95])
        return float(low), float(high)

    def probability_over(self, names: Collection[str], budget: float) -> float:
        """Say how probable it is that a set costs more than a budget."""
        if not names:
            return 0.0
        total = np.sum([self.drawn[name] for name in names], axis=0)
        return float(np.mean(total > budget * (1.0 + ROUNDING)))


def ratio_draws(bought: Sequence[Floats], costs: Sequence[Floats], seed: int) -> Floats:
    """Draw what each of several measures buys per unit of money, neither purchase nor cost being certain.

    Parameters
    ----------
    bought
        For each, shape (draw,): scores whose mean is what it buys.
    costs
        For each, shape (4096,): draws of its cost.
    seed
        Of the streams of the errors.

    Returns
    -------
    array
        Shape (measure, 4096). The errors of the purchases are joined as their scores are; infinite where a draw of the
        cost is 0.

    Examples
    --------
    >>> certain = np.full(2000, 3.0)
    >>> ratio_draws([certain], [np.full(4096, 2.0)], 1)[0, :2]
    array([1.5, 1.5])
    """
    scores, prices = np.stack(bought), np.stack(costs)
    covariance = np.atleast_2d(np.cov(scores)) / scores.shape[1]
    sizes = np.sqrt(np.diagonal(covariance))
    scaled = np.where(sizes > 0.0, sizes, 1.0)
    from scipy.special import ndtri

    luck = np.stack(
        [
            np.concatenate([PseudoRandom(seed, block).uniforms(f"rank/error/{row}") for block in range(BLOCKS)])
            for row in range(scores.shape[0])
        ]
    )
    errors = sizes[:, None] * (factor(covariance / np.outer(scaled, scaled)) @ ndtri(luck))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((scores.mean(axis=1)[:, None] + errors) / prices)
