"""Correlation: when partners rupture together, diversification helps less.

The ten partners of `scenarios/one-or-many` again, now joined by a common factor with loading `g`, so that their
latent variables have the correlation `g^2`. For identical partners, the standard deviation of the total follows from
the correlation `rho` of the losses of any two of them::

    sd(total) = sd(one) * sqrt(rho + (1 - rho) * HHI)

With `rho = 0` this is the rule of the previous example; with `rho = 1` ten partners are like one. The input is the
correlation of the latent variables. The correlation of losses, measured below from the attribution of each draw's
loss to its partners, is much smaller, because a rupture is a rare event. A t copula with the same correlation has
more joint ruptures in its tail than a Gaussian one: compare the last two columns.

Run it: ``python examples/03_correlation.py [picture.png]``.
"""

import sys
from itertools import pairwise
from math import sqrt
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

import multivector_sim as mv

DRAWS = 40_000
SCENARIO = Path(__file__).parents[1] / "scenarios" / "one-or-many" / "scenario.yaml"


def correlation_of_losses(result: mv.Result) -> tuple[float, float]:
    """Give the sd of one partner's share of its own loss, and the mean correlation of two partners' losses."""
    lost = result.attribution[:, :-1, 0] / result.trade.baseline
    covariance = np.cov(lost, rowvar=False)
    count = covariance.shape[0]
    variance = float(np.trace(covariance)) / count
    joint = (float(covariance.sum()) - count * variance) / (count * (count - 1))
    return count * sqrt(variance), joint / variance


def main(picture: Path) -> None:
    base = mv.load(SCENARIO)
    hhi = 1 / len(base.partners)
    loadings = (0.0, 0.3, 0.5, 0.7, 0.9, 0.99)
    gaussian, student, rules, tails = [], [], [], []
    print("latent   losses     mean       sd   by rule   worst 1 %   the same, t copula")
    for loading in loadings:
        joined = base.with_set({"hazard.copula.loadings.global": loading})
        result = mv.simulate(joined, draws=DRAWS, seed=1)
        heavy = base.with_set({"hazard.copula": {"family": "t", "nu": 3, "loadings": {"global": loading, "bloc": 0}}})
        tail = mv.simulate(heavy, draws=DRAWS, seed=1).trade
        alone, rho = correlation_of_losses(result)
        rules.append(alone * sqrt(rho + (1 - rho) * hhi))
        gaussian.append(result.trade.sd().value)
        student.append(tail.sd().value)
        tails.append(result.trade.es(0.99).value)
        print(
            f"{loading**2:6.2f}  {rho:7.3f}  {result.trade.mean().value:7.3%}  {gaussian[-1]:7.3%}  {rules[-1]:8.3%}"
            f"  {tails[-1]:10.3%}  {tail.es(0.99).value:19.3%}"
        )
    if any(after < before for before, after in pairwise(tails)):
        print("(the worst 1 % should not improve with correlation; more draws would show it)")
    squares = [loading**2 for loading in loadings]
    figure, axes = plt.subplots(figsize=(7, 4.5), layout="constrained")
    axes.plot(squares, rules, color="grey", label="sd(one) sqrt(rho + (1 - rho) HHI)")
    axes.plot(squares, gaussian, "o", label="Gaussian copula")
    axes.plot(squares, student, "^", label="t copula, 3 degrees of freedom")
    axes.set(xlabel="correlation of the latent luck", ylabel="sd of the share of trade lost", ylim=(0, None))
    axes.legend(frameon=False)
    figure.savefig(picture)
    plt.close(figure)
    print(f"picture: {picture}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_suffix(".png"))
