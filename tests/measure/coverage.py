"""How often intervals hold the truth, over laws whose truth is known in closed form: rare, tied, and common losses.

``python -m tests.measure.coverage`` prints the tables of ``docs/theory/intervals.md``.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from multivector_sim.measure.bounded_intervals import FEW, Bounds
from multivector_sim.measure.estimates import (
    count_tail,
    estimate_es,
    estimate_exceedance,
    estimate_mean,
    estimate_sd,
    estimate_var,
)
from multivector_sim.questions.paired_runs import difference, shortfall_difference

BOUNDS = Bounds(0.0, 1.0)
LEVELS = (0.95, 0.99)
ROUNDING = 1e-9
A, B = 2.0, 5.0


@dataclass(frozen=True)
class Tied:
    """A loss that takes a few values."""

    name: str
    values: tuple
    chances: tuple

    def draw(self, random, draws):
        return random.choice(self.values, draws, p=self.chances)

    def moment(self, power):
        return float(np.dot(self.chances, np.power(self.values, power)))

    def var(self, level):
        return self.values[int(np.searchsorted(np.cumsum(self.chances), level - 1e-12))]

    def es(self, level):
        start = self.var(level)
        return start + float(np.dot(self.chances, np.maximum(np.subtract(self.values, start), 0.0))) / (1 - level)

    def exceedance(self, loss):
        return float(np.dot(self.chances, np.greater(self.values, loss)))


@dataclass(frozen=True)
class Rare:
    """Nothing, or with a small probability a loss with a beta law."""

    name: str
    chance: float

    def draw(self, random, draws):
        return np.where(random.random(draws) < self.chance, random.beta(A, B, draws), 0.0)

    def moment(self, power):
        return self.chance * float(special.beta(A + power, B) / special.beta(A, B))

    def var(self, level):
        beyond = (1 - level) / self.chance
        return float(special.betaincinv(A, B, 1 - beyond)) if beyond < 1 else 0.0

    def es(self, level):
        worst = 1 - special.betainc(A + 1, B, self.var(level))
        return self.chance * A / (A + B) * float(worst) / (1 - level)

    def exceedance(self, loss):
        return self.chance * float(1 - special.betainc(A, B, loss))


@dataclass(frozen=True)
class Noisy:
    """Uniform on [0, 0.1], or with a small probability 0.6."""

    name: str
    chance: float
    width: float = 0.1
    hit: float = 0.6

    def draw(self, random, draws):
        noise = self.width * random.random(draws)
        return np.where(random.random(draws) < self.chance, self.hit, noise)

    def moment(self, power):
        return (1 - self.chance) * self.width**power / (power + 1) + self.chance * self.hit**power

    def var(self, level):
        return self.width * (1 - (1 - level - self.chance) / (1 - self.chance))

    def es(self, level):
        common = (1 - self.chance) * (self.width**2 - self.var(level) ** 2) / (2 * self.width)
        return (common + self.chance * self.hit) / (1 - level)

    def exceedance(self, loss):
        return self.chance + (1 - self.chance) * max(0.0, 1 - loss / self.width)


LAWS = (
    Tied("0.5, once in 2,000", (0.0, 0.5), (0.9995, 0.0005)),
    Tied("0.5, once in 200", (0.0, 0.5), (0.995, 0.005)),
    Tied("0.4, in 6 of 100", (0.0, 0.4), (0.94, 0.06)),
    Tied("0.4, every second", (0.0, 0.4), (0.5, 0.5)),
    Tied("0.3, in 20 of 100; 0.8, once in 500", (0.0, 0.3, 0.8), (0.8, 0.198, 0.002)),
    Rare("beta, once in 200", 0.005),
    Rare("beta, in 6 of 100", 0.06),
    Rare("beta, always", 1.0),
    Noisy("uniform to 0.1; 0.6, once in 2,000", 0.0005),
    Noisy("uniform to 0.1", 0.0),
)
DRAWS = (64, 1000)
MEASURES = ("mean", "sd", "VaR 95 %", "VaR 99 %", "ES 95 %", "ES 99 %", "P(> 0.2)")


def truths(law):
    """Return every measure of a law."""
    mean = law.moment(1)
    found = {"mean": mean, "sd": float(np.sqrt(law.moment(2) - mean**2)), "P(> 0.2)": law.exceedance(0.2)}
    for level in LEVELS:
        found |= {f"VaR {100 * level:g} %": law.var(level), f"ES {100 * level:g} %": law.es(level)}
    return found


def estimates(losses):
    """Return every measure of a sample, with its interval."""
    found = {
        "mean": estimate_mean(losses, BOUNDS),
        "sd": estimate_sd(losses, BOUNDS),
        "P(> 0.2)": estimate_exceedance(losses, 0.2),
    }
    for level in LEVELS:
        found[f"VaR {100 * level:g} %"] = estimate_var(losses, level, BOUNDS)
        found[f"ES {100 * level:g} %"] = estimate_es(losses, level, BOUNDS)
    return found


def holds(estimate, truth):
    """Return whether an interval holds the truth, to within a rounding; and that it is one."""
    assert estimate.low <= estimate.value <= estimate.high
    return estimate.low - ROUNDING <= truth <= estimate.high + ROUNDING


def coverage(law, draws, runs):
    """Return the share of runs in which the interval of each measure holds the truth."""
    truth, hits = truths(law), dict.fromkeys(MEASURES, 0)
    for run in range(runs):
        found = estimates(law.draw(np.random.default_rng([11, draws, run]), draws))
        for name in MEASURES:
            hits[name] += holds(found[name], truth[name])
    return {name: count / runs for name, count in hits.items()}


def is_rich(law, draws, name, runs=20):
    """Return whether a measure rests on 30 or more different losses in every one of a few runs."""
    for run in range(runs):
        losses = law.draw(np.random.default_rng([11, draws, run]), draws)
        level = next((it for it in LEVELS if f"{100 * it:g} %" in name), 0.0)
        values = np.unique(losses).size - 1 if level == 0.0 else count_tail(losses, level).distinct
        if values < FEW:
            return False
    return True


def pair(law, random, draws):
    """Return the losses of an event and those of the same event that happens half as often."""
    losses = law.draw(random, draws)
    return losses, np.where(random.random(draws) < 0.5, losses, 0.0)


class Halved:
    """The law of a loss that happens half as often; of a law that is nothing in the other draws."""

    def __init__(self, law):
        self.law = law

    def es(self, level):
        if isinstance(self.law, Rare):
            return Rare("", self.law.chance / 2).es(level)
        chances = (1 - sum(self.law.chances[1:]) / 2, *(chance / 2 for chance in self.law.chances[1:]))
        return Tied("", self.law.values, chances).es(level)


PAIRS = LAWS[:8]


def paired_coverage(law, draws, runs):
    """Return how often the intervals of a halved event's differences hold the truth, and how often it is the same."""
    truth = {"mean": -law.moment(1) / 2}
    truth |= {f"ES {100 * level:g} %": Halved(law).es(level) - law.es(level) for level in LEVELS}
    hits, same = dict.fromkeys(truth, 0), 0
    both = (BOUNDS, BOUNDS)
    for run in range(runs):
        first, second = pair(law, np.random.default_rng([12, draws, run]), draws)
        found = {"mean": difference(first, second, both)}
        found |= {f"ES {100 * level:g} %": shortfall_difference(first, second, level, both) for level in LEVELS}
        for name, value in truth.items():
            hits[name] += holds(found[name].estimate, value)
        same += any(it.verdict == "the same" for it in found.values())
    return {name: count / runs for name, count in hits.items()}, same


def table(runs=1000):
    """Yield the lines of the tables of the documentation."""
    yield f"| loss | draws | {' | '.join(MEASURES)} |"
    yield f"| --- | --- | {' | '.join('---' for _ in MEASURES)} |"
    for law in LAWS:
        for draws in DRAWS:
            found = coverage(law, draws, runs)
            yield f"| {law.name} | {draws:,} | {' | '.join(f'{100 * found[it]:.1f}' for it in MEASURES)} |"
    yield "\n| event, against half as often | draws | mean | ES 95 % | ES 99 % |\n| --- | --- | --- | --- | --- |"
    for law in PAIRS:
        for draws in DRAWS:
            found, _ = paired_coverage(law, draws, runs)
            yield f"| {law.name} | {draws:,} | {' | '.join(f'{100 * it:.1f}' for it in found.values())} |"


if __name__ == "__main__":
    import sys

    for line in table(int(sys.argv[1]) if len(sys.argv) > 1 else 1000):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
