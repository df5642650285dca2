"""What would have to be true for a claim: that trade loses at most 2 % of five years.

A model can judge a claim: it holds, it fails, or the draws cannot tell. The more useful question is which assumption
would have to be different, and by how much. One number is moved while everything else, including the random numbers,
stays the same, and a search finds the value at which the claim ceases to hold, with the bracket in which the draws
cannot tell.

This case can be worked out by hand. A neighbour with 30 % of the trade cuts a share `s` of it for `D` of 60 months,
18 on average, so the claim holds where ::

    0.3 * s * 18 / 60 <= 0.02

More draws make the bracket narrower, not the claim truer. With two numbers the thresholds form a boundary, here the
curve `s * D = 4`, drawn on the right.

Run it: ``python examples/10_what_must_be_true.py [picture.png]``.
"""

import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

import multivector_sim as mv

SHARE, MONTHS, LIMIT = 0.3, 60, 0.02
SEVERITY, DURATION = "stress.0.channels.exports", "stress.0.duration_months"
CLAIM = {"title": "Trade loses 2 % at most", "quantity": "measures.trade.loss_share.mean", "at_most": LIMIT}


def scenario(duration: object) -> mv.Scenario:
    """One neighbour with 30 % of the trade, and everybody else."""
    return mv.Scenario.model_validate(
        {
            "format": "multivector/1",
            "name": "one-partner",
            "title": "One partner and the rest",
            "country": "anywhere",
            "currency": "USD",
            "price_year": 2024,
            "horizon_months": MONTHS,
            "partners": {"neighbour": {"title": "The neighbour"}, "rest": {"title": "Everybody else"}},
            "channels": {"exports": {"kind": "trade"}},
            "exposures": {"exports": {"neighbour": SHARE * 10e9, "rest": (1 - SHARE) * 10e9}},
            "stress": [{"partner": "neighbour", "channels": {"exports": 0.5}, "duration_months": duration}],
        }
    )


def main(picture: Path) -> None:
    exact = LIMIT * MONTHS / (SHARE * 18)
    uncertain = scenario({"uniform": [6, 30]})
    print(f"by hand, the claim holds up to a severity of {exact:.4f}")
    for draws in (1024, 8192):
        found = mv.must_be_true(uncertain, SEVERITY, CLAIM, 0, 1, draws=draws)
        (turn,) = found.turning.turns
        print(f"{draws:6,} draws: up to {turn.value:.4f}; they cannot tell between {turn.low:.4f} and {turn.high:.4f}")
    nowhere = mv.must_be_true(uncertain, SEVERITY, CLAIM, 0.6, 1, draws=1024)
    print(nowhere.words()[0])

    border = mv.must_be_true(scenario(18), (DURATION, SEVERITY), CLAIM, (6, 0), (48, 1), draws=1024, points=8)
    for months, turning in zip(border.columns, border.turnings, strict=True):
        severity = LIMIT * MONTHS / (SHARE * months)
        if abs(turning.turns[0].value - severity) > 1e-3:
            raise SystemExit("the border and the formula disagree")
    print(f"for two numbers the boundary is a curve; all {len(border.columns)} points found agree with the formula")

    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.5), layout="constrained")
    found.plot(left)
    border.plot(right)
    months = np.linspace(6, 48, 200)
    right.plot(months, LIMIT * MONTHS / (SHARE * months), color="black", linewidth=0.8, label="by hand")
    figure.savefig(picture)
    plt.close(figure)
    print(f"picture: {picture}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_suffix(".png"))
