"""Which partner, channel or corridor drives the tail, and how the tail changes without it.

A country sells to three partners. Its neighbour buys little, but most of what goes overseas crosses the neighbour's
territory by one pipeline; the other way out is a small port. The neighbour may rupture, in trade and in transit; so
may, less often, the two customers overseas.

The worst 5 % of draws are attributed in four ways: by the partner that ruptured, by channel, by corridor and by the
host whose territory was closed. Each adds up to the same number, which is checked here against a plain sort of the
losses. Then each part is removed in turn, on the same draws. This is another question with other answers, and the
picture shows both: the customers overseas cause a quarter of the tail, yet most of it is trade with them; the port
causes nothing, and would help as much as an open pipeline if it were wide.

Run it: ``python examples/07_contribute.py [picture.png]``.
"""

import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

import multivector_sim as mv

DRAWS, LEVEL = 10_000, 0.95


def scenario() -> mv.Scenario:
    """Make a neighbour with a pipeline, two customers overseas, and a small port."""
    rupture = {"channels": {"exports": {"pert": [0.2, 0.5, 0.9]}}, "duration_months": {"pert": [6, 24, 60]}}
    closure = {"exports": {"pert": [0.2, 0.5, 0.9]}, "transit": {"pert": [0.1, 0.4, 0.9]}}
    overseas = {"pipeline": 0.8, "port": 0.2}
    return mv.Scenario.model_validate(
        {
            "format": "multivector/1",
            "name": "whose-tail",
            "title": "Two customers overseas and the neighbour in between",
            "country": "anywhere",
            "currency": "USD",
            "price_year": 2024,
            "horizon_months": 60,
            "partners": {
                "neighbour": {"title": "The neighbour", "colour": "red"},
                "east": {"title": "Customer in the east", "colour": "blue"},
                "west": {"title": "Customer in the west", "colour": "green"},
            },
            "channels": {
                "exports": {"kind": "trade", "ceiling": 0.4, "theta_months": 12, "haircut": 0.1, "kappa": 0.3}
            },
            "exposures": {"exports": {"neighbour": 2e9, "east": 4e9, "west": 6e9}},
            "corridors": {
                "pipeline": {"title": "Pipeline", "capacity": 9e9, "hosts": {"neighbour": 1.0}},
                "port": {"title": "Port", "capacity": 2.5e9, "hosts": {}},
            },
            "legs": {"exports": {"east": overseas, "west": overseas}},
            "hazard": {
                "copula": {"family": "t", "nu": 4, "loadings": {"global": 0.4, "bloc": 0}},
                "partners": {
                    "neighbour": rupture | {"intensity": 0.06, "channels": closure},
                    "east": rupture | {"intensity": 0.02},
                    "west": rupture | {"intensity": 0.02},
                },
            },
        }
    )


def main(picture: Path) -> None:
    case = scenario()
    everything = ("partner", "channel", "corridor", "host")
    found = mv.contribute(case, LEVEL, draws=DRAWS, seed=1, marginals=everything)
    losses = np.sort(mv.simulate(case, draws=DRAWS, seed=1).total.loss_money)
    by_hand = losses[-round((1 - LEVEL) * DRAWS) :].mean()
    print(f"mean of the worst 5 %: USD {found.es.value / 1e9:.3f} bn; by sorting, {by_hand / 1e9:.3f} bn")
    for group in everything:
        parts = found.group(group)
        print(f"\nby {group:10s}  part of ES (95 % interval)   share   without rupture  without the exposure")
        for part in parts:
            low, high = part.es.low / 1e9, part.es.high / 1e9
            away = ["-" if it is None else f"{it.value / 1e9:.2f}" for it in (part.calm, part.without)]
            print(
                f"  {part.name:11s}  {part.es.value / 1e9:6.2f} ({low:.2f} to {high:.2f})"
                f"        {part.share or 0.0:7.1%}   {away[0]:>14s}   {away[1]:>20s}"
            )
        if abs(sum(part.es.value for part in parts) / by_hand - 1) > 1e-12:
            raise SystemExit("the parts do not add up")

    figure, axes = plt.subplots(1, 3, figsize=(15, 4), layout="constrained")
    for ax, group in zip(axes, ("partner", "corridor", "host"), strict=True):
        found.plot(ax, by=group)
    figure.savefig(picture)
    plt.close(figure)
    print(f"\npicture: {picture}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_suffix(".png"))
