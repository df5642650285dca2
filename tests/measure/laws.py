"""Loss laws whose mean, sd, VaR and ES are known in closed form: the judges of the measures."""

from dataclasses import dataclass

import numpy as np
from scipy import special


def evenly(law, draws):
    """Give a sample as even as can be: the middle of each of so many equally likely slices of a law."""
    slices = (np.arange(draws) + 0.5) / draws
    return np.array([law.var(slice_) for slice_ in slices]) if isinstance(law, Ruptures) else law.var(slices)


@dataclass(frozen=True)
class Normal:
    mean: float = 0.3
    sd: float = 2.0

    def draw(self, random, draws):
        return random.normal(self.mean, self.sd, draws)

    def var(self, level):
        return self.mean + self.sd * special.ndtri(level)

    def es(self, level):
        density = np.exp(-0.5 * special.ndtri(level) ** 2) / np.sqrt(2 * np.pi)
        return self.mean + self.sd * density / (1 - level)

    def exceedance(self, loss):
        return special.ndtr((self.mean - loss) / self.sd)


@dataclass(frozen=True)
class Lognormal:
    median: float = 0.1
    sigma: float = 1.0

    @property
    def mean(self):
        return self.median * np.exp(self.sigma**2 / 2)

    @property
    def sd(self):
        return self.mean * np.sqrt(np.expm1(self.sigma**2))

    def draw(self, random, draws):
        return random.lognormal(np.log(self.median), self.sigma, draws)

    def var(self, level):
        return self.median * np.exp(self.sigma * special.ndtri(level))

    def es(self, level):
        return self.mean * special.ndtr(self.sigma - special.ndtri(level)) / (1 - level)

    def exceedance(self, loss):
        return special.ndtr(-np.log(loss / self.median) / self.sigma)


@dataclass(frozen=True)
class Gamma:
    shape: float = 0.5

    @property
    def mean(self):
        return self.shape

    @property
    def sd(self):
        return np.sqrt(self.shape)

    def draw(self, random, draws):
        return random.gamma(self.shape, size=draws)

    def var(self, level):
        return special.gammaincinv(self.shape, level)

    def es(self, level):
        return self.shape * special.gammaincc(self.shape + 1, self.var(level)) / (1 - level)

    def exceedance(self, loss):
        return special.gammaincc(self.shape, loss)


@dataclass(frozen=True)
class Beta:
    a: float = 2.0
    b: float = 5.0

    @property
    def mean(self):
        return self.a / (self.a + self.b)

    @property
    def sd(self):
        return np.sqrt(self.mean * (1 - self.mean) / (self.a + self.b + 1))

    def draw(self, random, draws):
        return random.beta(self.a, self.b, draws)

    def var(self, level):
        return special.betaincinv(self.a, self.b, level)

    def es(self, level):
        return self.mean * (1 - special.betainc(self.a + 1, self.b, self.var(level))) / (1 - level)

    def exceedance(self, loss):
        return 1 - special.betainc(self.a, self.b, loss)


@dataclass(frozen=True)
class Ruptures:
    """Equal partners that rupture independently, each with the same fixed loss: most draws lose nothing, all tie."""

    partners: int = 10
    chance: float = 0.03

    @property
    def mean(self):
        return self.chance

    @property
    def sd(self):
        return np.sqrt(self.chance * (1 - self.chance) / self.partners)

    def draw(self, random, draws):
        return random.binomial(self.partners, self.chance, draws) / self.partners

    def var(self, level):
        counts = np.arange(self.partners + 1)
        return np.argmax(special.bdtr(counts, self.partners, self.chance) >= level) / self.partners

    def es(self, level):
        counts = np.arange(self.partners + 1)
        at_most = special.bdtr(counts, self.partners, self.chance)
        beyond = np.maximum(counts / self.partners - self.var(level), 0.0)
        return self.var(level) + np.diff(at_most, prepend=0.0) @ beyond / (1 - level)

    def exceedance(self, loss):
        return 1 - special.bdtr(np.floor(loss * self.partners + 1e-9), self.partners, self.chance)


CONTINUOUS = (Normal(), Lognormal(), Lognormal(sigma=0.5), Gamma(), Beta())
TIED = (Ruptures(), Ruptures(chance=0.1), Ruptures(partners=1, chance=0.02))
