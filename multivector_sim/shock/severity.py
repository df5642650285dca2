"""How hard the channels of one partner are hit together, and harder where luck is worse.

The severities of one rupture are joined by a Gaussian copula: behind channel c stands a normal ::

    Y[c] = -w N + sqrt(1 - w^2) (sqrt(rho) M + sqrt(1 - rho) E[c])

with ``rho`` the severity correlation, and ``w`` the wrong-way risk: ``N`` is the normal score of the rupture's depth,
its rank among the ruptures that happen, so a rupture in worse luck (lower N) is a harder one for positive w. As ranks
among ruptures are uniform, each severity keeps the law that the scenario gives it, whatever w. Two channels are
correlated ``w^2 + (1 - w^2) rho`` in all.
"""

from math import sqrt

from multivector_sim.compiled import step
from multivector_sim.sampling.joint import inside
from multivector_sim.sampling.normal import normal_cdf
from multivector_sim.typing import Floats

__all__ = ["join_severities"]


@step
def join_severities(
    own: Floats, common: Floats, depth: Floats, correlation: float, wrong_way: float, count: int, uniforms: Floats
) -> None:
    """Write the joined uniforms of one channel's severity, strictly between 0 and 1, to ``uniforms[:count]``.

    ``own`` (E), ``common`` (M) and ``depth`` (N), each (count,) or longer, are normal scores of the draws in which the
    rupture happens; a score that has no weight is not looked at. The correlation is from 0 to 1, wrong way from -1
    to 1.
    """
    shared, alone = sqrt(correlation), sqrt(1.0 - correlation)
    straight = sqrt(1.0 - wrong_way * wrong_way)
    for place in range(count):
        score = alone * own[place]
        if shared > 0.0:
            score = shared * common[place] + score
        if wrong_way != 0.0:
            score = -wrong_way * depth[place] + straight * score
        uniforms[place] = inside(normal_cdf(score))
