"""A run as one plain document: what ``multivector run --json`` prints.

Every number comes with the ends of its 95 % Monte Carlo interval. The keys of a measure are ``value``, ``low`` and
``high``, those of the mean, and below them ``mean``, ``sd``, and ``var`` and ``es`` by level.

The tail is always the bad one. For losses, months and the share unrecovered that is the upper tail; for ``trough`` and
``resilience``, where more is better, it is the lower one: ``es`` at 0.95 is the mean of the worst, that is the lowest,
twentieth.

``months_to_recover`` counts a draw that is still under at the end as the whole horizon. ``recovered_share``, of the
draws that fell under 95 % of the baseline, and ``months_to_recover_km``, how long those take by Kaplan and Meier,
restricted to the horizon, do not; ``months_below`` is how many months were under, over all draws.

``low`` and ``high`` are null where the draws cannot tell, and then a ``reason`` stands beside them. ``tail_draws`` says
what tails rest on. A channel or an aggregate without any flow is left out. There is no NaN and no infinity: what would
be one is null or is not there.
"""

from __future__ import annotations

import platform
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from multivector_sim.engine.concentration import concentration
from multivector_sim.engine.labelled import NOBODY
from multivector_sim.engine.problem import MONTHS
from multivector_sim.engine.sample import GAP, LOSS, Sample
from multivector_sim.engine.version import VERSION
from multivector_sim.measure.contribution import estimate_es_contributions, estimate_mean_contributions
from multivector_sim.measure.draws import BinnedDraws, IndependentDraws, ReplicatedDraws
from multivector_sim.measure.intervals import Estimate
from multivector_sim.measure.recovery import NONE_FELL, median_months
from multivector_sim.measure.registered import known_measures
from multivector_sim.measure.tail import LEVELS
from multivector_sim.sampling.streams import BLOCK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from multivector_sim.engine.result import Result
    from multivector_sim.measure.draws import Draws
    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.typing import Floats

__all__ = ["run_document"]

SCHEMA = "multivector/run/1"
NOBODY_FELL = {"value": None, "low": None, "high": None, "reason": NONE_FELL}
PACKAGES = ("numpy", "scipy", "numba")


@dataclass(frozen=True)
class Measured:
    """One figure of the draws: mean, sd, and the bad tail by level."""

    mean: Estimate
    sd: Estimate
    var: dict[str, Estimate]
    es: dict[str, Estimate]

    def scaled(self, factor: float) -> Measured:
        """Give the same in another unit."""
        return self._changed(lambda estimate: estimate.scaled(factor), self.sd.scaled(factor))

    def from_one(self) -> Measured:
        """Give the same of 1 minus the figure."""
        return self._changed(lambda estimate: estimate.from_one(), self.sd)

    def _changed(self, change: Callable[[Estimate], Estimate], sd: Estimate) -> Measured:
        var = {level: change(estimate) for level, estimate in self.var.items()}
        es = {level: change(estimate) for level, estimate in self.es.items()}
        return Measured(change(self.mean), sd, var, es)

    def document(self) -> dict[str, Any]:
        """Give it as plain data."""
        return {
            **plain(self.mean),
            "mean": plain(self.mean),
            "sd": plain(self.sd),
            "var": {level: plain(estimate) for level, estimate in self.var.items()},
            "es": {level: plain(estimate) for level, estimate in self.es.items()},
        }


def run_document(result: Result, levels: Iterable[float] = LEVELS) -> dict[str, Any]:
    """Give a run as a document of plain numbers, texts, lists and mappings.

    Parameters
    ----------
    result
        A run.
    levels
        The levels of VaR and ES; each is a key, such as ``"0.95"``.

    Returns
    -------
    dict
        Ready for ``json.dumps(..., allow_nan=False)``. Losses are positive shares of the baseline, and money in the
        scenario's currency, over the horizon.

    Raises
    ------
    UsageError
        If a level is not between 0 and 1.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> document = run_document(mv.simulate(mv.load("one-or-many"), draws=1024, seed=1))
    >>> document["schema"], document["draws"], sorted(document["measures"]["total"]["loss_share"]["es"])
    ('multivector/run/1', 1024, ['0.95', '0.99'])
    """
    by_key = {repr(float(level)): float(level) for level in levels}
    found = {  # one sample in memory at a time
        (what, name): (measured_column(result, what, name, sample, by_key), tail_draws(sample, by_key))
        for (what, name), sample in columns(result)
    }
    return {
        "schema": SCHEMA,
        "scenario": result.scenario.name,
        "seed": result.seed,
        "draws": result.draws,
        "sampling": result.scheme.label,
        "engine": result.engine,
        "command": result.command,
        "currency": result.scenario.currency,
        "units": {name: it.unit for name, it in result.scenario.channels.items() if it.unit is not None},
        "horizon_months": result.scenario.horizon_months,
        "fingerprint": result.fingerprint,
        "versions": versions(),
        "ruptures": ruptures(result),
        "forecast": forecast(result),
        "concentration": concentration(result.scenario),
        "measures": {
            **{name: entry for (what, name), (entry, _) in found.items() if what == "aggregate"},
            "channels": {name: entry for (what, name), (entry, _) in found.items() if what == "channel"},
        },
        "tail_draws": {
            **{name: counts for (what, name), (_, counts) in found.items() if what == "aggregate"},
            "channels": {name: counts for (what, name), (_, counts) in found.items() if what == "channel"},
        },
        "attribution": attribution(result, by_key) if ("aggregate", "total") in found else {},
    }


def forecast(result: Result) -> dict[str, dict[str, dict[str, float]]]:
    """Return the probability of a rupture by partner and number of years."""
    return {
        partner: {str(years): plain(chance) for years, chance in chances.items()}
        for partner, chances in result.forecast.items()
    }


def columns(result: Result) -> Iterator[tuple[tuple[str, str], Sample]]:
    """Name the draws of every channel and aggregate with a flow, total first; the two may bear the same name."""
    names = list(result.scenario.channels)
    places = [
        ("aggregate", "total", len(names) + 2),
        ("aggregate", "trade", len(names)),
        ("aggregate", "investment", len(names) + 1),
        *(("channel", name, place) for place, name in enumerate(names)),
    ]
    for what, name, place in places:
        sample = result.sample(name, place)
        if sample.baseline > 0.0:
            yield (what, name), sample
        del sample  # before the next one is made


def measured_column(result: Result, what: str, name: str, sample: Sample, levels: dict[str, float]) -> dict[str, Any]:
    """Measure one column; what is counted in a unit of its own is no money and no share of GDP."""
    found = measures(result, sample, levels)
    if what == "aggregate" or result.scenario.channels[name].unit is None:
        return found
    return {
        "loss_amount" if key == "loss_money" else key: part for key, part in found.items() if key != "loss_share_of_gdp"
    }


def measures(result: Result, sample: Sample, levels: dict[str, float]) -> dict[str, Any]:
    """Measure one channel or aggregate."""
    scenario = result.scenario
    loss = measured(sample.figure(LOSS), levels)
    found = {"loss_share": loss, "loss_money": loss.scaled(sample.baseline)}
    if scenario.gdp is not None and scenario.gdp.value > 0.0:
        over_horizon = scenario.gdp.value * scenario.horizon_months / MONTHS
        found["loss_share_of_gdp"] = loss.scaled(sample.baseline / over_horizon)
    found |= {
        "trough": measured(sample.figure(GAP), levels).from_one(),
        "months_to_recover": measured(sample.figure("months_to_recover"), levels),
        "months_below": measured(sample.figure("months_below"), levels),
        "unrecovered": measured(sample.figure("unrecovered"), levels),
        "resilience": loss.from_one(),
    }
    added = {name: plain(it.estimate(sample.loss_share)) for name, it in known_measures().items()}
    return {name: figure.document() for name, figure in found.items()} | recovery(sample) | added


def recovery(sample: Sample) -> dict[str, Any]:
    """Return what is known of the draws that fell: which share is back by the end, and how long it takes."""
    share, months = sample.recovered_share, sample.months_to_recover_km
    median = None if sample.spells is None else median_months(sample.spells)
    return {
        "recovered_share": {**(NOBODY_FELL if share is None else share.document()), "median_months": median},
        "months_to_recover_km": NOBODY_FELL if months is None else months.document(),
    }


def tail_draws(sample: Sample, levels: dict[str, float]) -> dict[str, dict[str, int]]:
    """Return how many draws lie beyond each value at risk, and how many of their losses differ, counted up to 30."""
    return {key: sample.tail_draws(level)._asdict() for key, level in levels.items()}


def measured(draws: Draws, levels: dict[str, float]) -> Measured:
    """Measure one figure of the draws, of which more is worse."""
    return Measured(
        draws.mean(),
        draws.sd(),
        {key: draws.var(level) for key, level in levels.items()},
        {key: draws.es(level) for key, level in levels.items()},
    )


def attribution(result: Result, levels: dict[str, float]) -> dict[str, Any]:
    """Share the money lost in total out to the partners whose ruptures caused it, and to what no rupture did."""
    names = [*result.scenario.partners, NOBODY]
    parts = result.total_attribution()
    bounds = result.total.loss_bounds.scaled(result.total.baseline)
    means = dict(zip(names, estimate_mean_contributions(parts, bounds), strict=True))
    tails = {
        key: dict(zip(names, estimate_es_contributions(parts, level, bounds), strict=True))
        for key, level in levels.items()
    }
    if result.sketch is not None:
        shrink = sqrt(result.kept / result.draws)
        means = moved(means, result.sketch.mean_parts(), shrink)
        tails = {key: moved(tail, result.sketch.tail_parts(levels[key]), shrink) for key, tail in tails.items()}
    return {
        name: {
            "mean": means[name].value,
            "es": {key: tail[name].value for key, tail in tails.items()},
            "intervals": {
                "mean": plain(means[name]),
                "es": {key: plain(tail[name]) for key, tail in tails.items()},
            },
        }
        for name in names
    }


def moved(found: dict[str, Estimate], values: Floats, shrink: float) -> dict[str, Estimate]:
    """Put the values of all draws in place of those of the draws kept, with intervals as much narrower."""
    return {
        name: it.mapped(lambda end, it=it, value=float(value): value + shrink * (end - it.value))  # type: ignore[misc]
        for (name, it), value in zip(found.items(), values, strict=True)
    }


def ruptures(result: Result) -> dict[str, Any]:
    """Say how many partners rupture on average, and how probable it is that any does."""
    bounds = result.bounds.ruptures
    counts: Draws = IndependentDraws(result.ruptures.astype(np.float64), bounds)
    if result.sketch is not None:
        counts = BinnedDraws(result.sketch.ruptures, bounds)
    elif result.scheme.replicates:
        counts = ReplicatedDraws(result.ruptures.astype(np.float64), result.scheme.replicates, BLOCK, bounds)
    return {"expected": plain(counts.mean()), "any": plain(counts.exceedance(0.0))}


def plain(estimate: Estimate) -> dict[str, Any]:
    """Return an estimate as plain data."""
    return estimate.document()


def versions() -> dict[str, str]:
    """Return the versions of what made the numbers; a package that is not installed is left out."""
    found = {"multivector_sim": VERSION, "python": platform.python_version()}
    for name in PACKAGES:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found
