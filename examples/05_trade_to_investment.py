"""From trade to investment: how investors respond when trade fails.

No rupture affects investment directly. Half of the trade with one of two partners, 30 % of the total, is lost for two
years, and six months later investors respond: for each share of trade that is missing, `eta` times that share of
investment is missing too::

    investment lost in month t = eta * trade lost in month t - 6

`eta` is the least known number of the model, and even its sign is uncertain: in 2006 Georgia lost its Russian market
and foreign investment *rose*. The range here therefore extends from below zero to well above it, and the picture
shows three values side by side. A loss below zero is a gain.

Run it: ``python examples/05_trade_to_investment.py [picture.png]``.
"""

import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

import multivector_sim as mv

SHARE, SEVERITY, DURATION, LAG, MONTHS = 0.3, 0.5, 24, 6, 60


def scenario(eta: object) -> mv.Scenario:
    """Trade and investment with two partners; a rupture in trade alone."""
    return mv.Scenario.model_validate(
        {
            "format": "multivector/1",
            "name": "trade-to-investment",
            "title": "What investors do when trade fails",
            "country": "anywhere",
            "currency": "USD",
            "price_year": 2024,
            "horizon_months": MONTHS,
            "partners": {"neighbour": {"title": "The neighbour"}, "rest": {"title": "Everybody else"}},
            "channels": {"exports": {"kind": "trade"}, "capital": {"kind": "investment"}},
            "exposures": {
                "exports": {"neighbour": SHARE * 10e9, "rest": (1 - SHARE) * 10e9},
                "capital": {"neighbour": 0.1e9, "rest": 0.9e9},
            },
            "spillover": [{"from": "trade", "to": "investment", "eta": eta, "lag_months": LAG}],
            "stress": [
                {
                    "partner": "neighbour",
                    "channels": {"exports": SEVERITY},
                    "onset_month": 6,
                    "ramp_months": 3,
                    "duration_months": DURATION,
                    "half_life_months": 6,
                }
            ],
        }
    )


def main(picture: Path) -> None:
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    months = np.arange(MONTHS)
    for eta, colour in ((-0.5, "tab:green"), (0.3, "tab:orange"), (1.0, "tab:red")):
        result = mv.simulate(scenario(eta), draws=1024, seed=1)
        columns = result.columns
        path = result.paths(draws=1)[0]
        trade, investment = path[:, columns.index("trade")], path[:, columns.index("investment")]
        if not np.allclose(1 - investment[LAG:], eta * (1 - trade[:-LAG])):
            raise SystemExit("investment does not follow trade as it should")
        print(
            f"eta {eta:5.1f}: trade loses {result.trade.mean().value:.2%} of five years,"
            f" investment {result.investment.mean().value:.2%}"
        )
        left.plot(months, investment, color=colour, label=f"investment, eta {eta:g}")
    left.plot(months, trade, color="black", label="trade")
    left.set(xlabel="month", ylabel="delivered over baseline", title="The same trade, three kinds of investor")
    left.legend(frameon=False)

    result = mv.simulate(scenario({"pert": [-0.5, 0.3, 1.0]}), draws=20_000, seed=1)
    gains = float((result.investment.loss_share < 0).mean())
    mean = result.investment.mean()
    print(f"eta between -0.5 and 1: investment loses {mean.value:.2%} ({mean.low:.2%} to {mean.high:.2%}) on average,")
    print(f"and it gains in {gains:.0%} of the draws: even the sign is uncertain")
    right.hist(result.investment.loss_share, bins=60, color="tab:orange", alpha=0.8)
    right.axvline(0, color="black", linewidth=1)
    right.set(xlabel="share of investment lost", yticks=[], title="eta unknown: not even the sign is sure")
    figure.savefig(picture)
    plt.close(figure)
    print(f"picture: {picture}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_suffix(".png"))
