"""How a run shows itself: its sentence, its tidy rows, the table of its losses and the fan of its paths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from multivector_sim.display import small_pictures
from multivector_sim.display.rounding import digits_for
from multivector_sim.display.tables import Row, Table
from multivector_sim.display.wording import number, percent_between, span, with_interval

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from multivector_sim.engine.result import Result

__all__ = ["headline", "losses_table", "paths_picture", "run_rows", "whole_column", "wholes"]

DRAWS_SHOWN = 200
BANDS = ((5, 95), (25, 75))
TOTAL = "total"
ORDER = (TOTAL, "trade", "investment")
SHARE = "share of the baseline"
LONE = {"recovered_share": "share", "months_to_recover_km": "mean"}
"""What a figure is that is one number; a measure that was registered is a ``value``."""


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
