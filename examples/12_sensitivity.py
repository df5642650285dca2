"""Sensitivity: which assumptions drive the result, and which hardly matter.

A scenario contains dozens of judgements, most of which do not matter for the result. The Sobol indices of the
Kazakhstan case show which do: the *total effect* of an input is the share of the variance of the loss that would
remain if all else were known, the *first order* the share that would disappear if it alone were known. The severities
of one rupture depend on each other and form one input. Fixed numbers, such as a correlation, are moved a step down
and up with the same random numbers, to show their effect.

Then the input that matters most is fixed at its mean, as if a better source had been found. The remaining variance
may be smaller or larger than the first order suggests, because that is an average over all values that the source
might have given.

Run it: ``python examples/12_sensitivity.py [picture.png]``.
"""

import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import multivector_sim as mv

DRAWS = 1024
SCENARIO = Path(__file__).parents[1] / "scenarios" / "kazakhstan" / "scenario.yaml"


def main(picture: Path) -> None:
    case = mv.load(SCENARIO)
    found = mv.sensitivity(case, draws=DRAWS, seed=1, workers=2)
    print("                                   total             first order              the mean moves by")
    for row in found.inputs[:6]:
        indices = "   ".join("{:6.1%} [{:6.1%}, {:6.1%}]".format(*index) for index in (row.total, row.first))
        ends = "" if row.low is None else f"{row.low.value:+.2%} to {row.high.value:+.2%}"
        print(f"{row.label:32} {indices}   {ends}")
    idle = sum(row.total.high < 0.01 for row in found.inputs)
    print(f"{idle} of {len(found.inputs)} inputs explain less than 1 % each (total effect)")
    largest = [swing for swing in found.swings if swing.low_tail is not None and swing.high_tail is not None]
    for swing in largest[:6]:
        worst = f"{swing.low_tail.value:+.2%} or {swing.high_tail.value:+.2%}"
        print(f"{swing.path}: {swing.low_value} or {swing.high_value} would move the worst 5 % by {worst}")
    severities = case.stress[0].channels
    known = case.with_set({f"stress.0.channels.{name}": severity.law.mean for name, severity in severities.items()})
    before, after = (mv.simulate(it, draws=8 * DRAWS, seed=2).total.sd().value for it in (case, known))
    left = (after / before) ** 2
    print(f"with the severities known at their means, {left:.0%} of the variance would remain")
    print(f"(averaged over the values that they might have, {1 - found.inputs[0].first.value:.0%} on average)")
    found.figure().savefig(picture)
    print(f"picture: {picture}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_suffix(".png"))
