"""Reverse stress: the most likely set of ruptures that costs a quarter of everything.

A stress test begins with a shock and ends with a loss. Here the loss comes first. Every assumption of the scenario (a
severity, a duration, a partner's latent variable) becomes a standard normal number z. Points nearer to the origin are
more likely, and the nearest point that costs at least X is the answer, described in words. A search finds it::

    minimise |z|   such that   loss(z) >= X

First comes a case with one uncertain number, where the answer is known by hand: the duration is lognormal, and the
loss is `share * severity * duration / 60`. Then follows Kazakhstan, whose partners rupture by chance. The search also
shows where to draw, so that a rare loss occurs often: the table compares the interval of its probability with that of
as many plain draws, which hardly ever contain it.

Run it: ``python examples/09_reverse_stress.py [picture.png]``.
"""

import sys
from math import erf, log, sqrt
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

import multivector_sim as mv

SHARE, SEVERITY, MEDIAN, SIGMA, MONTHS = 0.3, 0.5, 12.0, 0.5, 60
DRAWS = 8192


def one_partner() -> mv.Scenario:
    """One neighbour with 30 % of the trade, who takes half of it away for nobody knows how long."""
    duration = {"lognormal": {"median": MEDIAN, "sigma": SIGMA}}
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
            "stress": [{"partner": "neighbour", "channels": {"exports": SEVERITY}, "duration_months": duration}],
        }
    )


def by_hand() -> None:
    loss = 0.1
    duration = loss * MONTHS / (SHARE * SEVERITY)
    beta = log(duration / MEDIAN) / SIGMA
    chance = 0.5 * (1.0 - erf(beta / sqrt(2.0)))
    found = mv.reverse_stress(one_partner(), loss, draws=DRAWS)
    (way,) = found.ways
    print(f"by hand   {duration:.1f} months, beta {beta:.4f}, probability {chance:.4%}")
    print(
        f"searched  {way.ruptures[0].duration_months:.1f} months, beta {way.beta:.4f}, "
        f"probability {found.exceedance.value:.4%} ({found.exceedance.low:.4%} to {found.exceedance.high:.4%})"
    )
    if abs(way.beta - beta) > 1e-3:
        raise SystemExit("the search and the formula disagree")


def main(picture: Path) -> None:
    by_hand()
    scenario = mv.load("kazakhstan/by-hazard")
    found = mv.reverse_stress(scenario, 0.25, draws=DRAWS)
    print("\nKazakhstan loses a quarter of trade and investment over five years if (most likely first)")
    for way in found.ways:
        print(f"- {way.words()} (beta {way.beta:.2f}, {way.point.starts} of {found.starts} starts)")
    plain = mv.simulate(scenario, draws=DRAWS, seed=1).total.exceedance(0.25)
    for name, chance in (("weighted", found.exceedance), ("plain", plain)):
        print(f"{DRAWS:,} {name} draws: probability {chance.value:.3%} ({chance.low:.3%} to {chance.high:.3%})")
    print(f"each weighted draw is worth {found.gain:.0f} plain ones")
    figure, axes = plt.subplots(figsize=(9, 6), layout="constrained")
    found.plot(axes)
    figure.savefig(picture)
    plt.close(figure)
    print(f"picture: {picture}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_suffix(".png"))
