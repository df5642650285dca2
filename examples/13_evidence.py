"""Evidence: what ruptures were like, whether that is any good for those not seen, and what it says of a scenario.

The flows are made up, so that the truth is known: 120 countries sell to two partners, a flow of 1 % of a partner's
imports breaks 1.2 times in a hundred years, and loses three quarters at the trough. A calibration finds the ruptures
again. A backtest fits on one partner and asks about the other. With real flows the same three lines are
``mv.calibrate(mv.read_flows("my.csv"))``, and so on.

The last lines take the calibration that ships, made of 160 real ruptures, and ask how likely one is within five years
for a large and for a small flow. The large one is safer: that is the strongest thing that these data show.

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
    print("the truth: severity 0.75 on average; hazard 1.2 % a year for a flow of 1 %, more for smaller ones")
    held = mv.backtest(flows, split="counterpart", seed=1)
    print(held.summary())
    shipped = shipped_calibration()
    for share in (0.0005, 0.02):
        hazard = shipped.hazard_for(share)
        low, value, high = (1.0 - np.exp(-5.0 * it) for it in (hazard.low, hazard.value, hazard.high))
        chance = f"{value:.0%} [{low:.0%}, {high:.0%}]"
        print(f"a flow of {share:.2%} of the partner's imports breaks within five years: {chance}")
    found.plot().savefig(picture)
    print(f"drawn in {picture}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_suffix(".png"))
