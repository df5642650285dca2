"""From one partner to many: what diversification changes, and what it does not.

`scenarios/one-or-many` has ten identical, independent partners. The same total is sold to one, two, three ... ten of
them. The **mean** loss does not change: each dollar is as likely to be lost as before. The **standard deviation**
does::

    sd(N equal partners) = sd(one partner) / sqrt(N)

and for unequal shares `s` the number of partners is replaced by means of the Herfindahl index, `HHI = sum s^2`::

    sd(shares) = sd(one partner) * sqrt(HHI)

so `1/HHI` is the *effective* number of partners. Four buyers with 60, 20, 10 and 10 % count for 2.4, not for 4.

Run it: ``python examples/02_many_partners.py [picture.png]``.
"""

import sys
from math import sqrt
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

import multivector_sim as mv

DRAWS = 40_000
SCENARIO = Path(__file__).parents[1] / "scenarios" / "one-or-many" / "scenario.yaml"


def main(picture: Path) -> None:
    base = mv.load(SCENARIO)
    names = list(base.partners)
    mixes = {f"{count} equal": dict.fromkeys(names[:count], 1 / count) for count in (1, 2, 3, 4, 5, 8, 10)}
    mixes["60 20 10 10"] = dict(zip(names, (0.6, 0.2, 0.1, 0.1), strict=False))
    mixes["90 10"] = dict(zip(names, (0.9, 0.1), strict=False))

    alone = mv.simulate(base.with_mix("one"), draws=DRAWS, seed=1).trade.sd().value
    print("mix            1/HHI     mean       sd   by rule       worst 5 %")
    figure, axes = plt.subplots(figsize=(7, 4.5), layout="constrained")
    for name, shares in mixes.items():
        trade = mv.simulate(base.with_mix({"exports": shares}), draws=DRAWS, seed=1).trade
        hhi = sum(share**2 for share in shares.values())
        mean, sd, worst = trade.mean().value, trade.sd().value, trade.es(0.95).value
        print(f"{name:12s}  {1 / hhi:6.2f}  {mean:7.3%}  {sd:7.3%}  {alone * sqrt(hhi):8.3%}  {worst:16.3%}")
        axes.plot(1 / hhi, sd, "o", color="tab:blue" if "equal" in name else "tab:red")
        axes.annotate(name, (1 / hhi, sd), textcoords="offset points", xytext=(6, 4), fontsize=8)
    grid = [1 + step / 20 for step in range(181)]
    axes.plot(grid, [alone / sqrt(count) for count in grid], color="grey", zorder=0, label="sd of one / sqrt(1/HHI)")
    axes.set(xlabel="effective partners, 1/HHI", ylabel="sd of the share of trade lost", ylim=(0, None))
    axes.legend(frameon=False)
    figure.savefig(picture)
    plt.close(figure)
    print(f"picture: {picture}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_suffix(".png"))
