"""Registered measures: functions of the draws of a loss, shown wherever the measures of a run are.

The interval needs no formula. Many draws are divided into sections of equal size; the spread of the sections' values
gives that of the whole (batch means). Few draws are resampled with replacement (bootstrap). Both hold for measures that
converge as draws are added; for one that does not, such as a maximum, no interval is right.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.errors import UsageError
from multivector_sim.measure.intervals import Estimate
from multivector_sim.plugins import load_plugins

if TYPE_CHECKING:
    from collections.abc import Callable

    from multivector_sim.typing import Floats

__all__ = ["Measure", "known_measures", "register_measure"]

SECTIONS, SECTION = 32, 64
"""The number of sections, and the least number of draws in each."""

T_QUANTILE = 2.0395
"""The 97.5 % quantile of Student's t with 31 degrees of freedom."""

RESAMPLES = 400
TAKEN = frozenset(
    {
        "loss_share",
        "loss_money",
        "loss_share_of_gdp",
        "trough",
        "months_to_recover",
        "months_to_recover_km",
        "months_below",
        "recovered_share",
        "unrecovered",
        "resilience",
        "channels",
    }
)


@dataclass(frozen=True)
class Measure:
    """A registered measure: ``function`` takes the loss shares of n draws, shape (n,), and returns a number."""

    name: str
    function: Callable[[Floats], float]
    title: str

    def estimate(self, losses: Floats) -> Estimate:
        """Return the measure of a sample with its 95 % interval.

        Parameters
        ----------
        losses
            Shape (draw,): loss shares, positive when something is missing.

        Returns
        -------
        Estimate
            In the unit of the function.

        Raises
        ------
        UsageError
            If the function fails or returns no finite number.

        Examples
        --------
        >>> middle = Measure("middle", lambda losses: float(np.median(losses)), "Median loss")
        >>> found = middle.estimate(np.random.default_rng(1).random(10_000))
        >>> found.low < 0.5 < found.high, round(found.high - found.low, 2)
        (True, 0.02)
        """
        value = self._of(losses)
        if losses.size >= SECTIONS * SECTION:
            values = np.array([self._of(part) for part in np.array_split(losses, SECTIONS)])
            reach = T_QUANTILE * float(values.std(ddof=1)) / math.sqrt(SECTIONS)
            return Estimate(value, value - reach, value + reach)
        random = np.random.default_rng(0)
        again = [self._of(losses[random.integers(losses.size, size=losses.size)]) for _ in range(RESAMPLES)]
        low, high = np.quantile(again, [0.025, 0.975])
        return Estimate(value, min(float(low), value), max(float(high), value))

    def _of(self, losses: Floats) -> float:
        """Return the measure of a sample."""
        try:
            value = float(self.function(losses))
        except Exception as error:
            raise UsageError(f"measure '{self.name}' failed: {type(error).__name__}: {error}") from error
        if not math.isfinite(value):
            raise UsageError(f"measure '{self.name}' returned {value}; it must be a finite number for any losses")
        return value


_registered: dict[str, Measure] = {}


def known_measures() -> dict[str, Measure]:
    """Return the registered measures, by name."""
    load_plugins()
    return dict(_registered)


def register_measure(name: str, function: Callable[[Floats], float], *, title: str = "") -> None:
    """Register a measure, which every run then reports beside its own.

    It appears in ``document()["measures"][COLUMN][name]`` as ``{value, low, high}``, in the report's table of measures,
    and a claim can be about it: ``quantity: measures.total.NAME``.

    Parameters
    ----------
    name
        Its key in documents.
    function
        Takes the loss shares of a column, an array of shape (draw,), positive when something is missing; returns a
        finite number. It is called with all draws and with parts of them.
    title
        Its title in the report; ``name`` by default.

    Raises
    ------
    UsageError
        If the name is invalid, or belongs to a built-in measure. A measure that was registered before under the name
        is replaced.

    Examples
    --------
    >>> register_measure("median", lambda losses: float(np.median(losses)), title="Median loss")
    >>> _registered.pop("median").title  # only an example: taken away again
    'Median loss'
    """
    if not name.isidentifier():
        raise UsageError(f"register_measure: '{name}' cannot be a key; use letters, digits and underscores")
    if name in TAKEN:
        raise UsageError(f"register_measure: '{name}' is a measure of the library; use another name")
    if not callable(function):
        raise UsageError(f"register_measure: '{name}' needs a function of the draws' losses")
    _registered[name] = Measure(name, function, title or name)
