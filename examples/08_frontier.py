"""The frontier: mixes with the best trade-off of value and risk, and when the data cannot tell.

Two thirds of a country's goods go to a neighbour that ruptures once in ten years; two more distant partners rupture
once in fifty. A unit that is moved to them permanently loses a tenth of its value, so safety has a price. Up to a
fiftieth of the flow may move each year. The frontier runs from the smallest expected shortfall (move all that the
years allow) to today's mix (move nothing, pay nothing). Every point comes from a linear program; the full model with
other draws then shows its real value, and whether it beats today's mix beyond random variation. Where moving costs
only a hundredth, it does.

The last run is a warning. With ten identical partners there is nothing to gain from moving. The program always finds
a mix that is better *on the draws that chose it*; on other draws the gain disappears, and the verdict says so.

Run it: ``python examples/08_frontier.py [picture.png]``.
"""

import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

import multivector_sim as mv
from multivector_sim.questions.frontier.result import Frontier

YEARS, CHANGE, DEAR, CHEAP = 12, 0.02, 0.10, 0.01
SHARES = {"neighbour": 0.66, "harbour": 0.22, "overseas": 0.12}
RATES = {"neighbour": 0.10, "harbour": 0.02, "overseas": 0.02}


def scenario() -> mv.Scenario:
    """Three partners that rupture by chance; nothing is rerouted, diverted or stored."""
    return mv.Scenario.model_validate(
        {
            "format": "multivector/1",
            "name": "neighbour",
            "title": "A neighbour and two partners further off",
            "country": "anywhere",
            "currency": "USD",
            "price_year": 2024,
            "horizon_months": 60,
            "partners": {name: {"title": name.capitalize()} for name in SHARES},
            "channels": {"goods": {"kind": "trade"}},
            "exposures": {"goods": {name: 10e9 * share for name, share in SHARES.items()}},
            "hazard": {
                "copula": {"family": "gaussian", "loadings": {"global": 0.3, "bloc": 0}},
                "partners": {
                    name: {"intensity": rate, "channels": {"goods": 0.6}, "duration_months": 24}
                    for name, rate in RATES.items()
                },
            },
        }
    )


def show(title: str, found: Frontier) -> None:
    print(f"\n{title}\n  point   moved  years   value  ES fitted  ES full, other draws    verdict")
    for point in (found.today, *found.points):
        low, high = (100 * end for end in (point.es.low, point.es.high))
        print(
            f"  {point.name:6} {point.moved:6.1%} {point.years:6} {point.value.value:7.2%} {point.fitted:10.2%} "
            f"{point.es.value:8.2%} [{low:.2f}, {high:.2f}]  {point.verdict}"
        )


def main(picture: Path) -> None:
    for years in (3, YEARS):
        found = mv.frontier(scenario(), 6, cost=DEAR, change_per_year=CHANGE, years=years, draws=8192, resamples=30)
        show(f"What {years} years of moving {CHANGE:.0%} a year can reach, at {DEAR:.0%} a unit moved", found)
    for place, mix in enumerate(found.way("1")):
        if place % 4 == 0:
            print(f"  year {place:2}: " + ", ".join(f"{name} {share:.0%}" for name, share in mix["goods"].items()))
    cheap = mv.frontier(scenario(), 1, cost=CHEAP, change_per_year=CHANGE, years=YEARS, draws=8192, resamples=0)
    show(f"The same {YEARS} years, at {CHEAP:.0%} a unit moved", cheap)
    alike = mv.frontier(mv.load("one-or-many"), 1, cost=0, change_per_year=None, draws=1024, resamples=0)
    show("Ten partners that are alike", alike)
    if any(point.verdict == "better" for point in alike.points):
        raise SystemExit("a mix of ten alike was taken for a better one")
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.8), layout="constrained")
    found.plot(left)
    found.plot_shares(right)
    figure.savefig(picture)
    plt.close(figure)
    print(f"picture: {picture}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_suffix(".png"))
