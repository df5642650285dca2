"""One partner or many: what diversification saves, and how to separate it from random variation.

Ten identical partners rupture by chance and independently. The same total of trade is placed with one of them, with
two, unevenly with four, and with all ten. The mean loss does not change: whoever carries the trade, the same share of
it is lost. The tail does change. For the standard deviation the formula is known::

    sd(n identical partners) = sd(one partner) / sqrt(n)

and the simulation must agree with it, within its own interval.

All mixes use the same random numbers, draw by draw. The last lines show the benefit: the difference between two
nearly equal mixes of Kazakhstan, once with common and once with separate random numbers. With common random numbers
the interval is many times narrower, and only it can tell the two apart.

Run it: ``python examples/06_compare.py [picture.png]``.
"""

import sys
from math import hypot, sqrt
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

import multivector_sim as mv

DRAWS = 20_000
PARTNERS = {"one": 1.0, "two": 2.0, "uneven": 1 / (0.6**2 + 0.2**2 + 0.1**2 + 0.1**2), "today": 10.0}


def width(estimate: mv.Estimate) -> float:
    return estimate.high - estimate.low


def main(picture: Path) -> None:
    case = mv.load("one-or-many")
    found = mv.compare([case, "one", "two", "uneven"], draws=DRAWS, seed=1)
    alone = found.result("one").total.sd()
    print("mix       partners   mean lost   sd by formula   sd simulated          ES 95 %")
    for label, count in PARTNERS.items():
        total = found.result(label).total
        sd, formula = total.sd(), alone.value / sqrt(count)
        print(
            f"{label:8s}  {count:8.2f}   {total.mean().value:8.2%}   {formula:12.3%}"
            f"   {sd.value:.3%} ({sd.low:.3%} to {sd.high:.3%})   {total.es(0.95).value:7.2%}"
        )
        if not sd.low - width(alone) < formula < sd.high + width(alone):
            raise SystemExit("the simulation and the formula disagree")
    for pair in found.pairs[:3]:
        print(f"{pair.sentence}.")
    ratio = found.ratios["today"].sd
    if ratio is None:
        raise SystemExit("nothing was lost")
    print(f"diversification ratio of the ten: {ratio.value:.2f}, near the root of ten, {sqrt(10):.2f}")

    kazakhstan = mv.load("kazakhstan")
    near = mv.compare([kazakhstan, "article"], draws=DRAWS // 2, seed=1)
    paired = near.pair(*near.labels).main.es[0.95]
    apart = mv.simulate(near.variants[1].scenario, draws=DRAWS // 2, seed=2).total.es(0.95)
    today = near.results[0].total.es(0.95)
    separate = hypot(width(today), width(apart))
    print("\nKazakhstan, today's exports against the article's, ES 95 % of the total:")
    common = f"{paired.estimate.value:+.3%}, interval {width(paired.estimate):.3%}: {paired.verdict}"
    print(f"  common random numbers    {common}")
    print(f"  separate random numbers  {apart.value - today.value:+.3%}, interval {separate:.3%}")

    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4), layout="constrained")
    for label in PARTNERS:
        curve = found.result(label).total.curve()
        left.plot(100 * curve.loss, curve.probability, label=label)
    left.set(xlabel="share of trade lost, %", ylabel="probability of a greater loss", title="Same mean, other tails")
    left.legend(frameon=False)
    found.plot(ax=right)
    figure.savefig(picture)
    plt.close(figure)
    print(f"picture: {picture}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_suffix(".png"))
