"""One partner, one rupture, and the answer by hand.

The simplest question that the library answers: a country sells to two partners, and one of them cuts its purchases by
a share `s` for `D` of `T` months; no other partner, corridor or stock helps. Then the share of trade lost over the
horizon needs no simulation::

    loss = share * s * D / T

where `share` is the partner's part of all trade. The simulation must agree to the last digit, and does. Then one
assumption changes: the severity becomes a range instead of a number, and the answer becomes a distribution. Its mean
stays where the formula puts it, and a tail of larger losses appears.

Run it: ``python examples/01_one_partner.py [picture.png]``.
"""

import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

import multivector_sim as mv

SHARE, MONTHS, DRAWS = 0.3, 60, 20_000


def scenario(severity: object, duration: float) -> mv.Scenario:
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
            "stress": [{"partner": "neighbour", "channels": {"exports": severity}, "duration_months": duration}],
        }
    )


def main(picture: Path) -> None:
    print("severity  months   by hand  simulated")
    durations = (6, 12, 24, 48)
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for severity in (0.25, 0.5, 1.0):
        by_hand = [SHARE * severity * duration / MONTHS for duration in durations]
        simulated = [mv.simulate(scenario(severity, d), draws=1024, seed=1).trade.mean().value for d in durations]
        for duration, exact, value in zip(durations, by_hand, simulated, strict=True):
            print(f"{severity:8.2f}  {duration:6d}  {exact:8.4%}  {value:9.4%}")
            if abs(exact - value) > 1e-12:
                raise SystemExit("the simulation and the formula disagree")
        left.plot(durations, by_hand, label=f"severity {severity:g}")
        left.plot(durations, simulated, "k.", markersize=9)
    left.set(xlabel="months of rupture", ylabel="share of trade lost", title="Lines: by hand. Dots: simulated.")
    left.legend(frameon=False)

    result = mv.simulate(scenario({"pert": [0.2, 0.5, 0.9]}, 24), draws=DRAWS, seed=1)
    exact = SHARE * (0.2 + 4 * 0.5 + 0.9) / 6 * 24 / MONTHS
    mean, worst = result.trade.mean(), result.trade.es(0.95)
    print(f"\nseverity between 0.2 and 0.9, likely 0.5, for 24 months: mean by hand {exact:.3%},")
    print(
        f"simulated {mean.value:.3%} ({mean.low:.3%} to {mean.high:.3%}); the worst twentieth loses {worst.value:.3%}"
    )
    right.hist(result.trade.loss_share, bins=60, color="tab:blue", alpha=0.7)
    right.axvline(exact, color="black", label="mean by hand")
    right.axvline(worst.value, color="tab:red", label="mean of the worst twentieth")
    right.set(xlabel="share of trade lost", yticks=[], title="An uncertain severity")
    right.legend(frameon=False)
    figure.savefig(picture)
    plt.close(figure)
    print(f"picture: {picture}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_suffix(".png"))
