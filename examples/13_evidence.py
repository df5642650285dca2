"""Evidence: what ruptures were like, how well a calibration forecasts unseen ones, and what it means for a scenario.

The flows are synthetic, so the truth is known: 120 countries sell to two partners, a flow of 1 % of a partner's
imports ruptures 1.2 times in a hundred years, and loses three quarters at the trough. A calibration recovers these
numbers. A backtest fits on one partner and tests on the other. With real flows the same three lines are
``mv.calibrate(mv.read_flows("my.csv"))``, and so on.

The last lines use the shipped calibration, based on 160 real ruptures, for the probability of one within five years
for a large and for a small flow. The large one is safer, which is the strongest finding in these data.

Run it: ``python examples/13_evidence.py [picture.png]``.
"""

import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import numpy as np

import multivector_sim as mv
from multivector_sim.evidence.made_up import make_panel
from multivector_sim.evidence.shipped import shipped_calibration


def main(picture: Path) -> None:
    flows = make_panel(seed=3)
    found = mv.calibrate(flows, seed=1, resamples=100, grid=False)
    print(found.summary())
    print("truth: mean severity 0.75; hazard 1.2 % a year for a flow of 1 %, higher for smaller ones")
    held = mv.backtest(flows, split="counterpart", seed=1)
    print(held.summary())
    shipped = shipped_calibration()
    for share in (0.0005, 0.02):
        hazard = shipped.hazard_for(share)
        low, value, high = (1.0 - np.exp(-5.0 * it) for it in (hazard.low, hazard.value, hazard.high))
        chance = f"{value:.0%} [{low:.0%}, {high:.0%}]"
        print(f"a flow of {share:.2%} of the partner's imports ruptures within five years: {chance}")
    found.plot().savefig(picture)
    print(f"picture: {picture}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_suffix(".png"))
