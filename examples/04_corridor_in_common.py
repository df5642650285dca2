"""A corridor in common: six customers, one pipeline.

A country sells the same amount to six customers. By customers it is fully diversified: `1/HHI = 6`. But nine tenths
of its sales leave by one pipeline across one neighbour, who buys nothing. When the neighbour closes its transit
completely for `D` of `T` months, the loss is::

    loss = (share that crosses - spare capacity of other corridors) * D / T

whoever the customers are. A second corridor helps exactly as far as it has spare capacity: the dots follow a straight
line down to zero. Concentration by *hosts* shows in advance what concentration by customers hides.

Run it: ``python examples/04_corridor_in_common.py [picture.png]``.
"""

import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

import multivector_sim as mv

CUSTOMERS, EACH, CROSSES, CLOSED, MONTHS = 6, 1e9, 0.9, 12, 60


def scenario(port: float) -> mv.Scenario:
    """Six customers, a pipeline across a neighbour, and a port of the given capacity a year."""
    customers = [f"customer-{number}" for number in range(1, CUSTOMERS + 1)]
    return mv.Scenario.model_validate(
        {
            "format": "multivector/1",
            "name": "one-pipeline",
            "title": "Six customers, one pipeline",
            "country": "anywhere",
            "currency": "USD",
            "price_year": 2024,
            "horizon_months": MONTHS,
            "partners": {"neighbour": {"title": "Neighbour"}, **{name: {"title": name} for name in customers}},
            "channels": {"oil": {"kind": "trade"}},
            "exposures": {"oil": dict.fromkeys(customers, EACH)},
            "corridors": {
                "pipeline": {"title": "Pipeline", "capacity": 8e9, "hosts": {"neighbour": 1.0}},
                "port": {"title": "Port", "capacity": port, "hosts": {}},
            },
            "legs": {"oil": {name: {"pipeline": CROSSES, "port": 1 - CROSSES} for name in customers}},
            "stress": [{"partner": "neighbour", "channels": {"transit": 1.0}, "duration_months": CLOSED}],
        }
    )


def main(picture: Path) -> None:
    total = CUSTOMERS * EACH
    used = (1 - CROSSES) * total
    ports = [used, 1e9, 2e9, 3e9, 4e9, 5e9, total, 7e9]
    print(f"by customers: 1/HHI = {CUSTOMERS}; by hosts: {CROSSES:.0%} crosses one neighbour")
    print("port, bn a year   by hand  simulated")
    by_hand, simulated = [], []
    for port in ports:
        by_hand.append(max(0.0, CROSSES * total - (port - used)) / total * CLOSED / MONTHS)
        simulated.append(mv.simulate(scenario(port), draws=1024, seed=1).trade.mean().value)
        print(f"{port / 1e9:15.1f}  {by_hand[-1]:8.4%}  {simulated[-1]:9.4%}")
        if abs(by_hand[-1] - simulated[-1]) > 1e-9:
            raise SystemExit("the simulation and the formula disagree")
    figure, axes = plt.subplots(figsize=(7, 4.5), layout="constrained")
    axes.plot([port / 1e9 for port in ports], by_hand, color="grey", label="by hand")
    axes.plot([port / 1e9 for port in ports], simulated, "o", label="simulated")
    axes.set(xlabel="capacity of the port, USD bn a year", ylabel="share of trade lost", ylim=(0, None))
    axes.legend(frameon=False)
    figure.savefig(picture)
    plt.close(figure)
    print(f"picture: {picture}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_suffix(".png"))
