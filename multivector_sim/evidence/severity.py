"""The severity of ruptures: the loss at the trough, and the distribution that describes it.

By definition a rupture takes more than half, so its severity lies between one half and 1 and a law on another range
cannot fit. Laws are fitted by mean and sd, as a scenario writes them, and compared by the Kolmogorov-Smirnov distance,
not by coverage: a uniform law covers everything. Parameters were fitted to the same data, so the textbook p is too
large; ``p_refitted`` is from samples of the fitted law to which the law is fitted again (parametric bootstrap).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from multivector_sim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from multivector_sim.typing import Floats

__all__ = ["BetaLaw", "FittedLaw", "compare_laws"]

REFITS = 999


@dataclass(frozen=True)
class BetaLaw:
    """A beta distribution by its mean and sd, on a range.

    Parameters
    ----------
    mean, sd
        Of the value itself.
    low, high
        The range.

    Raises
    ------
    UsageError
        If the mean lies outside the range, or the sd is too wide for it.

    Examples
    --------
    >>> law = BetaLaw(0.75, 0.125, 0.5, 1.0)
    >>> law.quantile(np.array([0.5])).round(3).tolist(), law.written()
    ([0.75], {'beta': {'mean': 0.75, 'sd': 0.125, 'low': 0.5, 'high': 1.0}})
    """

    mean: float
    sd: float
    low: float = 0.0
    high: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what is no beta law."""
        a, b = self.shape
        if not (self.low < self.mean < self.high and a > 0.0 and b > 0.0):
            raise UsageError(
                f"no beta law on [{self.low:g}, {self.high:g}] has mean {self.mean:.4g} and sd {self.sd:.4g}"
            )

    @property
    def shape(self) -> tuple[float, float]:
        """The two shape parameters."""
        width = self.high - self.low
        centre, spread = (self.mean - self.low) / width, (self.sd / width) ** 2
        total = centre * (1.0 - centre) / spread - 1.0 if spread > 0.0 else np.inf
        return centre * total, (1.0 - centre) * total

    def quantile(self, numbers: Floats) -> Floats:
        """Return values at uniform numbers; the same shape."""
        from scipy.special import betaincinv

        return np.asarray(self.low + (self.high - self.low) * betaincinv(*self.shape, numbers))

    def cdf(self, values: Floats) -> Floats:
        """Return the probability of at most each value; the same shape."""
        from scipy.special import betainc

        return np.asarray(betainc(*self.shape, np.clip((values - self.low) / (self.high - self.low), 0.0, 1.0)))

    def rounded(self) -> BetaLaw:
        """Return the law with mean and sd to four digits, as a file shows them."""
        return BetaLaw(round(self.mean, 4), round(self.sd, 4), self.low, self.high)

    def written(self) -> dict[str, Any]:
        """Return the law as a scenario writes it; the range only where it is not [0, 1]."""
        inner = {"mean": self.mean, "sd": self.sd}
        if (self.low, self.high) != (0.0, 1.0):
            inner |= {"low": self.low, "high": self.high}
        return {"beta": inner}

    @classmethod
    def from_written(cls, written: Mapping[str, Any]) -> BetaLaw:
        """Return the law that :meth:`written` wrote."""
        return cls(**{key: float(value) for key, value in written["beta"].items()})

    @classmethod
    def fit(cls, values: Floats, low: float = 0.0, high: float = 1.0) -> BetaLaw:
        """Return the law with the mean and sd of values.

        Raises
        ------
        UsageError
            If there are fewer than three, or all are alike.
        """
        if values.size <= 2 or np.ptp(values) == 0.0:  # noqa: PLR2004  an sd of two values says nothing
            raise UsageError(f"{values.size} ruptures are too few, or too much alike, to fit a law")
        return cls(float(values.mean()), float(values.std(ddof=1)), low, high)


@dataclass(frozen=True)
class FittedLaw:
    """A candidate law, and how far the data are from it.

    Parameters
    ----------
    name
        Its family and range.
    distance
        Kolmogorov-Smirnov.
    p
        Of a distance at least as large, as if the law had been known before.
    p_refitted
        The same by parametric bootstrap; None where nothing was fitted.
    """

    name: str
    distance: float
    p: float
    p_refitted: float | None

    def document(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {"law": self.name, "ks": self.distance, "p": self.p, "p_refitted": self.p_refitted}


def compare_laws(severity: Floats, threshold: float, seed: int) -> tuple[FittedLaw, ...]:
    """Compare candidate laws of the severity.

    Parameters
    ----------
    severity
        Shape (rupture,), loss at the trough.
    threshold
        Of the definition: severities lie above ``1 - threshold``.
    seed
        Of the parametric bootstrap.

    Returns
    -------
    tuple
        Beta above the threshold, beta on [0, 1], PERT above the threshold, uniform above the threshold, uniform on
        [0, 1]; in this order.
    """
    low = 1.0 - threshold
    rng = np.random.default_rng([seed, 0x5E7])
    found = [_beta(severity, low, rng), _beta(severity, 0.0, rng), _pert(severity, low)]
    uniform = [
        _held(f"uniform on [{least:g}, 1]", np.clip((severity - least) / (1.0 - least), 0.0, 1.0))
        for least in (low, 0.0)
    ]
    return (*found, *uniform)


def _beta(severity: Floats, low: float, rng: np.random.Generator) -> FittedLaw:
    """Hold a beta law against the data, with a parametric bootstrap."""
    law = BetaLaw.fit(severity, low)
    plain = _held(f"beta on [{low:g}, 1]", law.cdf(severity))
    samples = low + (1.0 - low) * rng.beta(*law.shape, size=(REFITS, severity.size))
    distances = np.array([_distance(BetaLaw.fit(sample, low).cdf(sample)) for sample in samples])
    refitted = (1.0 + float((distances >= plain.distance).sum())) / (REFITS + 1.0)
    return FittedLaw(plain.name, plain.distance, plain.p, refitted)


def _pert(severity: Floats, low: float) -> FittedLaw:
    """Hold the PERT law with the data's mean against them."""
    from scipy.special import betainc

    centre = (float(severity.mean()) - low) / (1.0 - low)
    first = float(np.clip(6.0 * centre, 1.0, 5.0))
    return _held(f"PERT on [{low:g}, 1]", betainc(first, 6.0 - first, np.clip((severity - low) / (1.0 - low), 0, 1)))


def _held(name: str, ranks: Floats) -> FittedLaw:
    """Test whether ranks under a law are uniform."""
    from scipy.stats import kstest

    tested = kstest(ranks, "uniform")
    return FittedLaw(name, float(tested.statistic), float(tested.pvalue), None)


def _distance(ranks: Floats) -> float:
    """Return the Kolmogorov-Smirnov distance of ranks from a uniform law."""
    ordered, steps = np.sort(ranks), np.arange(ranks.size + 1) / ranks.size
    return float(max(np.max(steps[1:] - ordered), np.max(ordered - steps[:-1])))
