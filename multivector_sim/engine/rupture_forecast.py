"""The probability that each partner ruptures within some years.

With a certain intensity the probability within t years is exactly ``1 - exp(-lambda t)``, ``lambda`` with its ties:
``lambda0 exp(-sum beta (value - baseline))``. Where intensity or ties have distributions, it is the mean over them,
by a midpoint rule over one distribution and by Sobol points over several. It uses no draw of the run, so it has no
Monte Carlo interval; the dependence between ruptures of different partners changes none of these numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.measure.intervals import Estimate
from multivector_sim.sampling.numbers import pack_numbers
from multivector_sim.sampling.numpy_engine import follow

if TYPE_CHECKING:
    from multivector_sim.scenario.models import HazardPartner
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Floats

__all__ = ["YEARS", "rupture_forecast"]

YEARS = (1, 2, 5)
POINTS = 14
"""Distributions are averaged over two to the power of this many points."""

SEED = 20_021


def rupture_forecast(scenario: Scenario) -> dict[str, dict[int, Estimate]]:
    """Return the probability that each partner with a hazard ruptures within 1, 2 and 5 years.

    Examples
    --------
    >>> from multivector_sim.scenario.read import load
    >>> chance = rupture_forecast(load("two-buyers"))["china"][5]
    >>> round(chance.value, 6) == round(1.0 - 2.718281828459045 ** (-0.02 * 5), 6)
    True
    """
    if scenario.hazard is None:
        return {}
    found = {}
    for partner, model in scenario.hazard.partners.items():
        intensity = _intensities(model)
        chances = {years: float(np.mean(-np.expm1(-intensity * years))) for years in YEARS}
        found[partner] = {years: Estimate(chance, chance, chance) for years, chance in chances.items()}
    return found


def _intensities(model: HazardPartner) -> Floats:
    """Return the intensity with its ties, at every point of the distributions."""
    terms = [
        model.intensity,
        *(getattr(tie, key) for tie in model.ties.values() for key in ("value", "baseline", "beta")),
    ]
    moving = [term for term in terms if not term.is_fixed]
    points = iter(_points(len(moving)).T)
    values = [
        np.asarray(term.value)
        if term.is_fixed
        else follow(pack_numbers([(term.law.kind, term.law.parameters)], [0]), 0, next(points))
        for term in terms
    ]
    lowered = np.zeros(())
    for value, baseline, beta in zip(values[1::3], values[2::3], values[3::3], strict=True):
        lowered = lowered + beta * (value - baseline)
    return np.asarray(np.atleast_1d(values[0] * np.exp(-lowered)))


def _points(dimensions: int) -> Floats:
    """Return points of the unit cube; shape (point, dimension)."""
    if dimensions == 0:
        return np.empty((1, 0))
    if dimensions == 1:
        return np.asarray(((np.arange(2**POINTS) + 0.5) / 2**POINTS)[:, None])
    from scipy.stats.qmc import Sobol

    drawn = Sobol(dimensions, rng=np.random.default_rng(SEED)).random_base2(POINTS)
    return np.asarray(np.clip(drawn, 2.0**-54, 1.0 - 2.0**-53))
