"""What diversification is worth: how much less the whole loses than one partner would, or than the sum of its parts.

**Benefit.** The same total flow under one partner and under another mix, in the same worlds::

    benefit = measure(one partner) - measure(mix),     and as a share of measure(one partner)

**Ratio.** A draw's loss is the sum of the parts that each partner's ruptures caused. Each part by itself has a spread
and a bad tail; they do not all come in the same draws::

    ratio = sum over partners of sd(part) / sd(whole),     and the same with ES in place of sd

It is 1 where one partner does it all or all rupture together, and never below 1 (sd and ES are subadditive), up to the
root of the number of partners for the sd of independent, alike ones. A part is what a partner caused in the joint run,
not what a run without the others would give: see :func:`multivector_sim.engine.result.Result.attribution`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from multivector_sim.measure.scores import shortfall_scores
from multivector_sim.study.paired import (
    NOTHING_KNOWN,
    Difference,
    difference,
    plain,
    ratio,
    sd_scores,
    shortfall_difference,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.measure.unseen import Bounds
    from multivector_sim.typing import Floats

__all__ = ["Benefit", "Ratios", "benefit", "ratios"]


@dataclass(frozen=True)
class Ratios:
    """Sum of the parts over the whole, for the standard deviation and for ES by level; None where the whole is 0."""

    sd: Estimate | None
    es: dict[float, Estimate | None]

    def document(self) -> dict[str, Any]:
        """Give them as plain data."""
        return {
            "sd": None if self.sd is None else plain(self.sd),
            "es": {str(level): None if it is None else plain(it) for level, it in self.es.items()},
        }


@dataclass(frozen=True)
class Benefit:
    """What a mix spares, against everything with one partner; each as a loss share, and as a share of that loss.

    The verdict is that of the difference, said of the mix.
    """

    mean: Difference
    mean_share: Estimate | None
    es: dict[float, Difference]
    es_share: dict[float, Estimate | None]

    def document(self) -> dict[str, Any]:
        """Give it as plain data."""
        shares = {str(level): None if it is None else plain(it) for level, it in self.es_share.items()}
        return {
            "mean": spared(self.mean),
            "mean_share": None if self.mean_share is None else plain(self.mean_share),
            "es": {str(level): spared(it) for level, it in self.es.items()},
            "es_share": shares,
        }


def spared(found: Difference) -> dict[str, Any]:
    """Turn a difference of losses into what is spared: the sign and the ends change."""
    return {**found.estimate.turned().document(), "verdict": found.verdict}


def ratios(parts: Floats, levels: Sequence[float]) -> Ratios:
    """Divide the sum of the parts' measures by that of the whole.

    Parameters
    ----------
    parts
        Shape (draw, part), as shares of the whole's baseline; a draw's loss is the sum of its row.
    levels
        Of ES.

    Returns
    -------
    Ratios
        Never below 1, but for parts that are gains.

    Examples
    --------
    Two parts that always come together, and two that never do:

    >>> alike = np.repeat([[0.0, 0.0], [0.1, 0.1]], 500, axis=0)
    >>> apart = np.repeat([[0.1, 0.0], [0.0, 0.1]], 500, axis=0)
    >>> round(ratios(alike, [0.9]).es[0.9].value, 9), ratios(apart, [0.9]).es[0.9].value
    (1.0, 2.0)
    """
    columns = [np.ascontiguousarray(column) for column in parts.T if column.any()]
    if not columns:
        return Ratios(None, dict.fromkeys(levels))
    whole = parts.sum(axis=1)
    sd = ratio(np.sum([sd_scores(column) for column in columns], axis=0), sd_scores(whole))
    es = {
        level: ratio(
            np.sum([shortfall_scores(column, level) for column in columns], axis=0), shortfall_scores(whole, level)
        )
        for level in levels
    }
    return Ratios(sd, es)


def benefit(
    one: Floats, mix: Floats, levels: Sequence[float], bounds: tuple[Bounds, Bounds] = NOTHING_KNOWN
) -> Benefit:
    """Hold a mix against everything with one partner.

    Parameters
    ----------
    one, mix
        Shape (draw,): loss shares in the same worlds.
    levels
        Of ES.
    bounds
        What a loss share of each can be.

    Returns
    -------
    Benefit
        What is spared on average and in the tail.

    Examples
    --------
    >>> losses = np.linspace(0.0, 1.0, 1001)
    >>> found = benefit(losses, 0.75 * losses, [0.95])
    >>> round(found.es_share[0.95].value, 9), found.mean.verdict
    (0.25, 'better')
    """
    tails = {level: (shortfall_scores(one, level), shortfall_scores(mix, level)) for level in levels}
    return Benefit(
        mean=difference(one, mix, bounds),
        mean_share=ratio(one - mix, one),
        es={level: shortfall_difference(one, mix, level, bounds) for level in levels},
        es_share={level: ratio(before - after, before) for level, (before, after) in tails.items()},
    )
