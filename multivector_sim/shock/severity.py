"""How hard the channels of one partner are hit together, and harder where luck is worse.

The severities of one rupture are joined by a Gaussian copula: behind channel c stands a normal ::

    Y[c] = -w N + sqrt(1 - w^2) (sqrt(rho) M + sqrt(1 - rho) E[c])

with ``rho`` the severity correlation, and ``w`` the wrong-way risk: ``N`` is the normal score of the rupture's depth,
its rank among the ruptures that happen, so a rupture in worse luck (lower N) is a harder one for positive w. As ranks
among ruptures are uniform, each severity keeps the law that the scenario gives it, whatever w. Two channels are
correlated ``w^2 + (1 - w^2) rho`` in all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, ndtri

if TYPE_CHECKING:
    from multivector_sim.sampling.streams import Source
    from multivector_sim.typing import Floats, Integers

__all__ = ["severity_uniforms"]

EVERYWHERE = slice(None)


def severity_uniforms(
    source: Source,
    rupture: str,
    channels: tuple[str, ...],
    correlation: float,
    wrong_way: float,
    depth: Floats | None,
    happens: slice | Integers = EVERYWHERE,
) -> Floats:
    """Give joined uniforms, one for each channel, in those draws of a block in which a rupture happens.

    Parameters
    ----------
    source
        Where chance comes from.
    rupture
        The rupture's name.
    channels
        The channels that it hits.
    correlation
        Between 0 and 1.
    wrong_way
        Between -1 and 1; of no effect without a depth.
    depth
        Shape (BLOCK,): ranks of the ruptures, NaN where there is none; None for a rupture that is certain.

    happens
        In which draws; all if left out.

    Returns
    -------
    array
        Shape (draw, channel), strictly between 0 and 1; NaN where there is no rupture, if there is wrong-way risk.

    Examples
    --------
    >>> from multivector_sim.sampling.streams import PseudoRandom
    >>> both = severity_uniforms(PseudoRandom(1, 0), "stress/a/0", ("exports", "imports"), 1.0, 0.0, None)
    >>> float(abs(both[:, 0] - both[:, 1]).max())
    0.0
    """
    own = np.stack([source.uniforms(f"{rupture}/severity/{channel}")[happens] for channel in channels], axis=1)
    linked = depth if wrong_way != 0.0 else None
    if correlation == 0.0 and linked is None:
        return own
    common = ndtri(source.uniforms(f"{rupture}/severity")[happens])[:, None]
    scores = np.sqrt(correlation) * common + np.sqrt(1.0 - correlation) * ndtri(own)
    if linked is not None:
        scores = -wrong_way * ndtri(linked[happens])[:, None] + np.sqrt(1.0 - wrong_way**2) * scores
    return np.asarray(np.clip(ndtr(scores), np.finfo(float).tiny, 1.0 - 2.0**-53))
