"""Ranking: what could be done, at what cost, and whether the order is more than random variation.

`scenarios/two-buyers` has one measure, a port. Here are four more. Each is run alone with the random numbers of
today's run, and its reduction of the expected shortfall is compared with its cost. Two of them have the same effect
for the same money: the ranking has to put one first, and says that it cannot tell them apart. One has an uncertain
cost.

Then there is a budget. The best set does not consist of the measures that rank first: a cheap measure may rank high
and achieve little, and two measures that close the same gap are not worth twice one. So each set is simulated as a
whole. The picture shows how the best set, and its effect, grow with the budget.

Run it: ``python examples/11_rank.py [picture.png]``.
"""

import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

import multivector_sim as mv

DRAWS = 10_000
SCENARIO = Path(__file__).parents[1] / "scenarios" / "two-buyers" / "scenario.yaml"
MEASURES = {
    "measures.promise": {
        "title": "Make the clause bind",
        "cost": 4e8,
        "set": {"contracts.0.honoured": 1},
    },
    "measures.warehouse": {
        "title": "Two more months of imports in stock",
        "cost": {"pert": [0.2e9, 0.8e9, 3e9]},
        "set": {"channels.imports.buffer_months": 4},
    },
    "measures.brokers": {
        "title": "Brokers who find other buyers",
        "cost": 5e8,
        "set": {"channels.exports.ceiling": 0.7},
    },
    "measures.agents": {
        "title": "Agents who find other buyers just as well",
        "cost": 5e8,
        "set": {"channels.exports.ceiling": 0.7},
    },
}


def main(picture: Path) -> None:
    case = mv.load(SCENARIO).with_set(MEASURES)
    found = mv.rank(case, budget=2e9, draws=DRAWS, seed=1)
    print("    measure            costs, bn   ES bought, bn            for one USD   range with the cost")
    for place, row in enumerate(found.measures, 1):
        bought = "{:5.2f} [{:5.2f}, {:5.2f}]".format(*(amount / 1e9 for amount in row.bought))
        spread = "" if row.cost_range is None else "{:.1f} to {:.1f}".format(*row.per_money_range)
        print(f"{place}   {row.name:18} {row.cost / 1e9:9.2f}   {bought}   {row.per_money.value:12.1f}   {spread}")
    for one, other in found.ties:
        print(f"cannot tell {one} and {other} apart ({found.measures[one - 1].tie})")
    for clash in found.clashes:
        print(f"not taken together: {' and '.join(clash.measures)}, {clash.reason}")
    print(f"best for 2 bn: {' + '.join(found.best.measures)}; over the budget with {found.best.over_budget:.0%}")
    budgets = [0.3e9, 0.5e9, 0.9e9, 1.3e9, 1.7e9, 2.2e9, 2.9e9, 3.6e9]
    sets = [mv.rank(case, budget=budget, draws=DRAWS // 4, seed=1).best for budget in budgets]
    values = [0.0 if best is None else best.bought.value / 1e9 for best in sets]
    figure, (upper, lower) = plt.subplots(2, 1, figsize=(8.5, 8), layout="constrained")
    found.plot(upper)
    lower.step([budget / 1e9 for budget in budgets], values, where="post", color="#2d62a6")
    last = None
    for budget, best, value in zip(budgets, sets, values, strict=True):
        if best is not None and best.measures != last:
            last = best.measures
            place = (budget / 1e9, value)
            lower.annotate("\n".join(last), place, (3, -4), textcoords="offset points", va="top", fontsize="x-small")
    lower.set(xlabel="budget, bn USD", ylabel="ES bought by the best set, bn USD", ylim=(0, None))
    figure.savefig(picture)
    plt.close(figure)
    print(f"picture: {picture}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_suffix(".png"))
