"""A run as a document, which ``multivector run --json`` prints, and as its sentence, tidy rows, table and picture.

Every number comes with the ends of its 95 % Monte Carlo interval. The keys of a measure are ``value``, ``low`` and
``high``, those of the mean, and below them ``mean``, ``sd``, and ``var`` and ``es`` by level.

The tail is always the bad one. For losses, months and the unrecovered share it is the upper tail. For ``trough`` and
``resilience``, where more is better, it is the lower one: ``es`` at 0.95 is the mean of the lowest twentieth.

A channel or aggregate without any flow is left out. NaN and infinity never occur; such values are null or absent.
"""

from __future__ import annotations

import platform
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from multivector_sim.display import small_pictures
from multivector_sim.display.tables import Row, Table, horizon_amount
from multivector_sim.display.wording import digits_for, number, percent_between, span, with_interval
from multivector_sim.engine.concentration import concentration
from multivector_sim.engine.problem import MONTHS_A_YEAR
from multivector_sim.engine.run_column import GAP, LOSS, Sample
from multivector_sim.engine.xarray_dataset import NOBODY
from multivector_sim.measure.contribution import estimate_es_contributions, estimate_mean_contributions
from multivector_sim.measure.intervals import Estimate
from multivector_sim.measure.recovery import NONE_FELL, median_months
from multivector_sim.measure.registered_measures import known_measures
from multivector_sim.measure.samples import BinnedDraws, IndependentDraws, ReplicatedDraws
from multivector_sim.measure.tail import LEVELS
from multivector_sim.sampling.streams import BLOCK
from multivector_sim.version import installed_version

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping

    from multivector_sim.engine.result import Result
    from multivector_sim.measure.samples import Draws
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Floats

__all__ = [
    "LIBRARIES",
    "STORED_ORDER",
    "VERSION",
    "headline",
    "losses_table",
    "part_document",
    "paths_picture",
    "run_document",
    "run_rows",
    "versions_of",
    "wholes",
]

DRAWS_SHOWN = 200
BANDS = ((5, 95), (25, 75))
TOTAL = "total"
ORDER = (TOTAL, "trade", "investment")
SHARE = "share of the baseline"
LONE = {"recovered_share": "share", "months_to_recover_km": "mean"}
"""What a figure is that is one number; a measure that was registered is a ``value``."""


SCHEMA = "multivector/run/1"
NOBODY_FELL = {"value": None, "low": None, "high": None, "reason": NONE_FELL}
DOCUMENT_ORDER = ("numpy", "scipy", "numba")


@dataclass(frozen=True)
class _FigureEstimates:
    """One figure of the draws: mean, sd, and the bad tail by level."""

    mean: Estimate
    sd: Estimate
    var: dict[str, Estimate]
    es: dict[str, Estimate]

    def scaled(self, factor: float) -> _FigureEstimates:
        """Return the figure in another unit."""
        return self._changed(lambda estimate: estimate.scaled(factor), self.sd.scaled(factor))

    def from_one(self) -> _FigureEstimates:
        """Return the measures of 1 minus the figure."""
        return self._changed(lambda estimate: estimate.from_one(), self.sd)

    def _changed(self, change: Callable[[Estimate], Estimate], sd: Estimate) -> _FigureEstimates:
        var = {level: change(estimate) for level, estimate in self.var.items()}
        es = {level: change(estimate) for level, estimate in self.es.items()}
        return _FigureEstimates(change(self.mean), sd, var, es)

    def document(self) -> dict[str, Any]:
        """Return the measures as plain data."""
        return {
            **self.mean.document(),
            "mean": self.mean.document(),
            "sd": self.sd.document(),
            "var": {level: estimate.document() for level, estimate in self.var.items()},
            "es": {level: estimate.document() for level, estimate in self.es.items()},
        }


def run_document(result: Result, levels: Iterable[float] = LEVELS) -> dict[str, Any]:
    """Return a run as a document of plain numbers, texts, lists and mappings.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> document = run_document(mv.simulate(mv.load("one-or-many"), draws=1024, seed=1))
    >>> document["schema"], document["draws"], sorted(document["measures"]["total"]["loss_share"]["es"])
    ('multivector/run/1', 1024, ['0.95', '0.99'])
    """
    by_key = {repr(float(level)): float(level) for level in levels}
    found = {  # only one sample is in memory at a time
        (what, name): (_column_document(result, what, name, sample, by_key), _tail_draws(sample, by_key))
        for (what, name), sample in _columns(result)
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
        "measured_in": _units_by_key(result),
        "horizon_months": result.scenario.horizon_months,
        "fingerprint": result.fingerprint,
        "versions": dict(result.versions or _versions()),
        "ruptures": _ruptures(result),
        "forecast": _forecast(result),
        "concentration": concentration(result.scenario),
        "measures": {
            **{name: entry for (what, name), (entry, _) in found.items() if what == "aggregate"},
            "channels": {name: entry for (what, name), (entry, _) in found.items() if what == "channel"},
        },
        "tail_draws": {
            **{name: counts for (what, name), (_, counts) in found.items() if what == "aggregate"},
            "channels": {name: counts for (what, name), (_, counts) in found.items() if what == "channel"},
        },
        "attribution": _attribution(result, by_key) if ("aggregate", "total") in found else {},
    }


def part_document(result: Result, path: str) -> dict[str, Any]:
    """Return as much of a run's document as the number at a path is in; all of it where the path leads nowhere.

    To compute a whole document takes a few hundred times as long as one column of it.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> result = mv.simulate(mv.load("one-or-many"), draws=1024, seed=1)
    >>> part_document(result, "ruptures.expected") == {"ruptures": run_document(result)["ruptures"]}
    True
    """
    head, *steps = path.split(".")
    parts = {"ruptures": _ruptures, "forecast": _forecast}
    if head in parts:
        return {head: parts[head](result)}
    if head == "concentration":
        return {head: concentration(result.scenario)}
    what, name = ("channel", ".".join(steps[1:])) if steps[:1] == ["channels"] else ("aggregate", ".".join(steps))
    if head == "measures":
        by_key = {repr(float(level)): float(level) for level in LEVELS}
        for (group, column), sample in _columns(result):
            if group == what and f"{name}.".startswith(f"{column}."):
                entry = {column: _column_document(result, group, column, sample, by_key)}
                return {head: {"channels": entry} if group == "channel" else entry}
    return run_document(result)


def _units_by_key(result: Result) -> dict[str, str]:
    """Return the unit of every kind of number in the document, by its key."""
    money = horizon_amount(result.scenario.currency)
    shares = ("loss_share", "trough", "unrecovered", "resilience")
    return {
        **dict.fromkeys(shares, "share of the baseline"),
        "loss_money": money,
        "loss_amount": "the channel's unit (units), over the horizon",
        "loss_share_of_gdp": "share of GDP over the horizon",
        **dict.fromkeys(("months_to_recover", "months_below", "months_to_recover_km"), "months"),
        "recovered_share": "share of the draws that fell; median_months in months",
        **dict.fromkeys(known_measures(), "as its function returns it, of loss shares"),
        "attribution": money,
        "ruptures": "partners (expected), probability (any)",
        "forecast": "probability, by years",
        "concentration": "shares; effective_partners in partners",
        "tail_draws": "draws",
    }


def _forecast(result: Result) -> dict[str, dict[str, dict[str, float]]]:
    """Return the probability of a rupture by partner and number of years."""
    return {
        partner: {str(years): chance.document() for years, chance in chances.items()}
        for partner, chances in result.forecast.items()
    }


def _columns(result: Result) -> Iterator[tuple[tuple[str, str], Sample]]:
    """Yield the draws of every channel and aggregate with a flow, total first; two may have the same name."""
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
        del sample  # before the next one is built


def _column_document(result: Result, what: str, name: str, sample: Sample, levels: dict[str, float]) -> dict[str, Any]:
    """Return the measures of one column; a quantity in a unit of its own is neither money nor a share of GDP."""
    found = _figures_document(result, sample, levels)
    if what == "aggregate" or result.scenario.channels[name].unit is None:
        return found
    return {
        "loss_amount" if key == "loss_money" else key: part for key, part in found.items() if key != "loss_share_of_gdp"
    }


def _figures_document(result: Result, sample: Sample, levels: dict[str, float]) -> dict[str, Any]:
    """Return the measures of one channel or aggregate."""
    scenario = result.scenario
    loss = _estimates_of(sample.figure(LOSS), levels)
    found = {"loss_share": loss, "loss_money": loss.scaled(sample.baseline)}
    if scenario.gdp is not None and scenario.gdp.value > 0.0:
        over_horizon = scenario.gdp.value * scenario.horizon_months / MONTHS_A_YEAR
        found["loss_share_of_gdp"] = loss.scaled(sample.baseline / over_horizon)
    found |= {
        "trough": _estimates_of(sample.figure(GAP), levels).from_one(),
        "months_to_recover": _estimates_of(sample.figure("months_to_recover"), levels),
        "months_below": _estimates_of(sample.figure("months_below"), levels),
        "unrecovered": _estimates_of(sample.figure("unrecovered"), levels),
        "resilience": loss.from_one(),
    }
    added = {name: it.estimate(sample.loss_share).document() for name, it in known_measures().items()}
    return {name: figure.document() for name, figure in found.items()} | _recovery(sample) | added


def _recovery(sample: Sample) -> dict[str, Any]:
    """Return the recovery of the draws that fell: the share that is back by the end, and the time it takes."""
    share, months = sample.recovered_share, sample.months_to_recover_km
    median = None if sample.spells is None else median_months(sample.spells)
    return {
        "recovered_share": {**(NOBODY_FELL if share is None else share.document()), "median_months": median},
        "months_to_recover_km": NOBODY_FELL if months is None else months.document(),
    }


def _tail_draws(sample: Sample, levels: dict[str, float]) -> dict[str, dict[str, int]]:
    """Return the number of draws beyond each value at risk, and how many of their losses differ, counted up to 30."""
    return {key: sample.tail_draws(level)._asdict() for key, level in levels.items()}


def _estimates_of(draws: Draws, levels: dict[str, float]) -> _FigureEstimates:
    """Return the measures of one figure for which greater is worse."""
    return _FigureEstimates(
        draws.mean(),
        draws.sd(),
        {key: draws.var(level) for key, level in levels.items()},
        {key: draws.es(level) for key, level in levels.items()},
    )


def _attribution(result: Result, levels: dict[str, float]) -> dict[str, Any]:
    """Return the total money lost by the partner whose ruptures caused it, and the part that no rupture caused."""
    names = [*result.scenario.partners, NOBODY]
    parts = result.total_attribution()
    able = _able_to_rupture(result.scenario)
    bounds = result.total.loss_bounds.scaled(result.total.baseline)
    means = dict(zip(names, estimate_mean_contributions(parts, bounds), strict=True))
    tails = {
        key: dict(zip(names, estimate_es_contributions(parts, level, bounds), strict=True))
        for key, level in levels.items()
    }
    if result.sketch is not None:
        shrink = sqrt(result.kept / result.draws)
        means = _moved(means, result.sketch.mean_parts(), shrink)
        tails = {key: _moved(tail, result.sketch.tail_parts(levels[key]), shrink) for key, tail in tails.items()}
    no_loss = Estimate(0.0, 0.0, 0.0)
    for name in set(result.scenario.partners) - able:
        means[name] = no_loss
        tails = {key: tail | {name: no_loss} for key, tail in tails.items()}
    return {
        name: {
            "mean": means[name].value,
            "es": {key: tail[name].value for key, tail in tails.items()},
            "intervals": {
                "mean": means[name].document(),
                "es": {key: tail[name].document() for key, tail in tails.items()},
            },
        }
        for name in names
    }


def _able_to_rupture(scenario: Scenario) -> set[str]:
    """Return the partners that a stress or a hazard can rupture; the others cause no loss."""
    by_chance = {} if scenario.hazard is None else scenario.hazard.partners
    return {stress.partner for stress in scenario.stress} | set(by_chance)


def _moved(found: dict[str, Estimate], values: Floats, shrink: float) -> dict[str, Estimate]:
    """Return estimates with the values for all draws in place of those for the draws kept, and narrower intervals."""
    return {
        name: it.mapped(lambda end, it=it, value=float(value): value + shrink * (end - it.value))  # type: ignore[misc]
        for (name, it), value in zip(found.items(), values, strict=True)
    }


def _ruptures(result: Result) -> dict[str, Any]:
    """Return the mean number of partners that rupture, and the probability that any does."""
    bounds = result.bounds.ruptures
    counts: Draws = IndependentDraws(result.ruptures.astype(np.float64), bounds)
    if result.sketch is not None:
        counts = BinnedDraws(result.sketch.ruptures, bounds)
    elif result.scheme.replicates:
        counts = ReplicatedDraws(result.ruptures.astype(np.float64), result.scheme.replicates, BLOCK, bounds)
    return {"expected": counts.mean().document(), "any": counts.exceedance(0.0).document()}


def _versions() -> dict[str, str]:
    """Return the versions of the software that computed the numbers; packages that are not installed are left out."""
    found = {"multivector_sim": VERSION, "python": platform.python_version()}
    for name in DOCUMENT_ORDER:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


STORED_ORDER = ("scipy", "numpy", "numba")


VERSION = installed_version()


def _beside() -> str:
    """Return the versions of the libraries that compute draws, such as ``scipy 1.17.1, numpy 2.4.6, numba 0.68.1``."""
    found = []
    for name in STORED_ORDER:
        with suppress(PackageNotFoundError):
            found.append(f"{name} {version(name)}")
    return ", ".join(found)


LIBRARIES = _beside()


def versions_of(package: str, python: str, libraries: str) -> dict[str, str]:
    """Return the versions of a run that was kept, as its document has them.

    Examples
    --------
    >>> versions_of("0.1.0", "3.11.7", "scipy 1.17.1, numpy 2.4.6")
    {'multivector_sim': '0.1.0', 'python': '3.11.7', 'numpy': '2.4.6', 'scipy': '1.17.1'}
    """
    pairs = [part.rpartition(" ") for part in libraries.split(", ")]
    known = {name: found for name, _, found in pairs if name}
    return {"multivector_sim": package, "python": python} | {
        name: known[name] for name in DOCUMENT_ORDER if name in known
    }


def whole_column(result: Result) -> str:
    """Return the column of the whole: the total, or the only part that it has; else the first channel."""
    return next(iter(wholes(result.columns, result.scenario.channels)), result.columns[0])


def wholes(columns: Container[str], channels: Container[str] = ()) -> list[str]:
    """Return the columns of the whole and of its parts, without a total that is its only part.

    A channel may be called trade or investment; its column then hides a part, and the total stays.

    Examples
    --------
    >>> wholes(["exports", "trade", "total"]), wholes(["trade", "investment", "total"])
    (['trade'], ['total', 'trade', 'investment'])
    >>> wholes(["trade", "services", "total"], channels=["trade", "services"])
    ['total', 'trade']
    """
    found = [name for name in ORDER if name in columns]
    parts = [name for name in found if name != TOTAL]
    return parts if len(parts) == 1 and parts[0] not in channels else found


def headline(result: Result) -> str:
    """Return the loss on average and in the tail, in a sentence."""
    name, digits = whole_column(result), digits_for(result.scenario)
    what = "trade and investment" if name == "total" else result.title(name)
    sample = result.column(name)
    mean, tail = (percent_between(it, digits) for it in (sample.mean(), sample.es(0.95)))
    return (
        f"{result.scenario.title}. Over {span(result.scenario.horizon_months)}, loses {mean} of {what} on average and "
        f"{tail} in the worst 5 % of {result.draws:,} draws (seed {result.seed})."
    )


def losses_table(result: Result) -> Table:
    """Return the loss of every column: mean, VaR and expected shortfall, and months below the baseline."""
    digits, rows = digits_for(result.scenario), []
    first = wholes(result.columns, result.scenario.channels)
    for name in [*first, *(it for it in result.columns if it not in first and it != TOTAL)]:
        sample = result.column(name)
        cells = [with_interval(it, 100.0, "", digits) for it in (sample.mean(), sample.var(0.95), sample.es(0.95))]
        months = sample.figure("months_below").mean().value
        rows.append((result.title(name), *cells, number(round(months, 1))))
    return Table("Loss, % of the baseline", ("", "mean", "VaR 95 %", "ES 95 %", "months below"), rows)


def paths_picture(result: Result) -> str:
    """Return the fan of the first draws: delivered over baseline, month by month."""
    name = whole_column(result)
    paths = result.paths(min(DRAWS_SHOWN, result.draws))[:, :, result.columns.index(name)]
    bands = [tuple(np.percentile(paths, part, axis=0).tolist() for part in band) for band in BANDS]
    said = f"Delivered, {result.title(name)}, month by month: median, and where 50 % and 90 % of draws lie"
    return small_pictures.fan(bands, np.median(paths, axis=0).tolist(), said)


def run_rows(document: Mapping[str, Any]) -> Iterator[Row]:
    """Yield every number of a run's document that has an interval."""
    units = _units(document)
    channels = document["measures"].get("channels", {})
    whole = {name: figures for name, figures in document["measures"].items() if name != "channels"}
    for name, figures in (channels | whole).items():
        yield from _figures(name, figures, units)
    for source, entry in document["attribution"].items():
        found = entry["intervals"]
        yield _row("attribution", found["mean"], units, source=source, statistic="mean")
        for level, estimate in found["es"].items():
            yield _row("attribution", estimate, units, source=source, statistic=f"es_{level}")
    for partner, chances in document["forecast"].items():
        for years, chance in chances.items():
            yield _row("rupture_probability", chance, units, partner=partner, years=int(years))
    for statistic, unit in (("expected", "partners"), ("any", "probability")):
        yield _row(f"ruptures_{statistic}", document["ruptures"][statistic], {f"ruptures_{statistic}": unit})


def _figures(column: str, figures: Mapping[str, Any], units: Mapping[str, str]) -> Iterator[Row]:
    """Yield the numbers of one column."""
    for figure, found in figures.items():
        if "mean" not in found:
            yield _row(figure, found, units, column=column, statistic=LONE.get(figure, "value"))
            continue
        for statistic in ("mean", "sd"):
            yield _row(figure, found[statistic], units, column=column, statistic=statistic)
        for statistic in ("var", "es"):
            for level, estimate in found[statistic].items():
                yield _row(figure, estimate, units, column=column, statistic=f"{statistic}_{level}")


def _row(measure: str, found: Mapping[str, Any], units: Mapping[str, str], **of: str | float) -> Row:
    """Return a row from an estimate of the document."""
    reason = found.get("reason", "")
    return Row(of, measure, found["value"], found["low"], found["high"], units.get(measure, ""), reason)


def _units(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the unit of each measure."""
    return {
        **document["measured_in"],
        "recovered_share": "share of the draws that fell",
        "rupture_probability": "probability",
    }
