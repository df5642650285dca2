"""The explorer: the controls of any scenario, and what the model says about what they are set to.

The notebook ``lessons/explorer.py`` lays out what is made here. It asks for the scenario by :func:`opened`, which is
the one that ``multivector explore`` was given; without it, a small one for teaching.

Every picture has the scenario as written, pinned, beside what is chosen. Both runs have the same random numbers, so
that a difference is far more certain than either of the two.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from multivector_sim.display.wording import capital, percent, percent_between, span, with_interval
from multivector_sim.engine.concentration import concentration
from multivector_sim.engine.document import part_document
from multivector_sim.engine.run_column import GAP
from multivector_sim.engine.simulate import simulate
from multivector_sim.interactive import charts, page
from multivector_sim.interactive.choices import (
    AS_WRITTEN,
    Choices,
    chosen,
    largest_loading,
    severity_correlation,
    shockable,
)
from multivector_sim.measure.intervals import Estimate
from multivector_sim.questions.paired_runs import NO_DIFFERENCE, difference
from multivector_sim.report.chart_data import chosen_column, exceedance_of, fans
from multivector_sim.scenario.models import AGGREGATES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marimo import Html

    from multivector_sim.engine.result import Result
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Floats

__all__ = [
    "Both",
    "Opened",
    "choices_of",
    "columns",
    "controls",
    "curve_chart",
    "dependence_chart",
    "fan_chart",
    "headline_tiles",
    "laid_out",
    "noted_choices",
    "open_scenario",
    "opened",
    "ran",
]

DRAWS = 4096
SEED = 1
POINTS = 120
FOLLOWED = 1024
MOST_HOSTS = 6
START = "teaching"


@dataclass(frozen=True)
class Opened:
    """A scenario, the Python expression that loads it, and the seed of its runs."""

    scenario: Scenario
    loads: str
    seed: int = SEED


_OPEN: list[Opened] = []


def open_scenario(scenario: Scenario, loads: str, seed: int = SEED) -> None:
    """Set the scenario that the explorer shows, for as long as this process lives."""
    _OPEN[:] = [Opened(scenario, loads, seed)]


def opened() -> Opened:
    """Return the scenario that the explorer shows."""
    if not _OPEN:
        from multivector_sim.scenario.read import load

        return Opened(load(START), f"mv.load({START!r})")
    return _OPEN[0]


NEEDS_A_PARTNER = "The share that is lost and the months count once a partner is chosen here."
"""Why two sliders do nothing while the shock is the scenario's own."""


class Both(NamedTuple):
    """The run of the scenario as written, and that of what is chosen."""

    today: Result
    shown: Result


def ran(it: Opened, choices: Choices, today: Result | None = None, draws: int = DRAWS) -> Both:
    """Run the scenario as written, unless that run is there, and what is chosen, with the same random numbers.

    Raises
    ------
    MultivectorError
        If the choices do not fit together.
    """
    base = simulate(it.scenario, draws=draws, seed=it.seed) if today is None else today
    changed = chosen(it.scenario, choices)
    return Both(base, base if changed is it.scenario else simulate(changed, draws=draws, seed=it.seed))


def columns(result: Result) -> dict[str, str]:
    """Return the flows that can be shown, by their titles; the first is shown first.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> list(columns(mv.simulate(mv.load("teaching"), draws=64)))
    ['Trade', 'Investment', 'Trade and investment', 'Exports']
    """
    names = {"total": "Trade and investment"}
    listed = [it for it in (*AGGREGATES, *result.columns) if it in result.columns]
    first = chosen_column(result)
    ordered = dict.fromkeys([first, *(it for it in AGGREGATES if it in listed), *listed])
    found: dict[str, str] = {}
    for name in ordered:
        title = names[name] if name in names and name not in result.scenario.channels else capital(result.title(name))
        found.setdefault(title, name)
    return found


def controls(scenario: Scenario) -> Any:  # noqa: ANN401 - a control of marimo
    """Return the controls of a scenario as one dictionary; what it has no use for is left out."""
    import marimo as mo

    def slider(low: float, high: float, step: float, value: float, label: str) -> Any:  # noqa: ANN401
        return mo.ui.slider(low, high, step, value=value, label=label, show_value=True, full_width=True)

    titles = {scenario.partners[name].title or name: name for name in shockable(scenario)}
    found: dict[str, Any] = {
        "shocked": mo.ui.dropdown(
            {"As the scenario says": AS_WRITTEN, **titles},
            value="As the scenario says",
            label="Shocked",
            full_width=True,
        ),
        "severity": slider(0, 100, 5, 50, "Share of that partner's flows that is lost, %"),
        "months": slider(
            1, max(scenario.horizon_months, 2), 1, min(24, scenario.horizon_months), "For how many months"
        ),
    }
    if scenario.hazard is not None:
        found["intensity"] = slider(0, 300, 10, 100, "Ruptures a year, % of what the scenario says")
    written = severity_correlation(scenario)
    if written is not None:
        found["severity_correlation"] = slider(
            0, 1, 0.05, _in_steps(written), "Correlation of the severities of one shock"
        )
    most = largest_loading(scenario)
    if most is not None and scenario.hazard is not None and scenario.hazard.copula.loadings is not None:
        loading = scenario.hazard.copula.loadings.global_.law.mean
        found["loading"] = slider(
            0, most, 0.05, min(_in_steps(loading), most), "Part that all partners' ruptures have in common (loading)"
        )
    if scenario.mixes:
        found["mix"] = mo.ui.dropdown(
            {"Today's flows": None, **{_titled(name): name for name in scenario.mixes}},
            value="Today's flows",
            label="Mix of partners",
            full_width=True,
        )
    for name, measure in scenario.measures.items():
        found[f"measure {name}"] = mo.ui.checkbox(label=measure.title or _titled(name))
    for name, corridor in scenario.corridors.items():
        found[f"capacity {name}"] = slider(0, 300, 10, 100, f"{corridor.title or name}, %")
    return mo.ui.dictionary(found)


def laid_out(scenario: Scenario, given: Any, column: Any) -> Html:  # noqa: ANN401 - controls of marimo
    """Return the controls in groups: what goes wrong, what is traded with whom, what helps, and corridors."""
    import marimo as mo

    named = {name for name in given.elements if name.startswith("measure ")}
    groups = {
        "What goes wrong": ("shocked", "severity", "months", "intensity", "severity_correlation", "loading"),
        "Partners": ("mix",),
        "What helps": tuple(name for name in given.elements if name in named),
    }
    parts: list[object] = [column]
    for title, names in groups.items():
        there = [given.elements[name] for name in names if name in given.elements]
        if there:
            parts += [page.html(f'<h2 class="mv mv-group">{title}</h2>'), *there]
            if "shocked" in names:
                parts.insert(
                    parts.index(given.elements["shocked"]) + 1, page.html(f'<p class="mv">{NEEDS_A_PARTNER}</p>')
                )
    roads = [given.elements[f"capacity {name}"] for name in scenario.corridors]
    if roads:
        parts.append(page.folded("Capacity of corridors, % of what the scenario says", mo.vstack(roads)))
    return mo.vstack(parts)


def _in_steps(value: float) -> float:
    """Return the nearest twentieth from 0 to 1."""
    return min(max(round(value * 20) / 20, 0.0), 1.0)


def _titled(name: str) -> str:
    """Return a name as words."""
    return capital(name.replace("-", " "))


def choices_of(scenario: Scenario, values: Mapping[str, Any]) -> Choices:
    """Return what the values of the controls choose; a control that was not moved chooses nothing.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> choices_of(mv.load("teaching"), {"shocked": "ocean", "severity": 30, "capacity port": 200})
    Choices(shocked='ocean', severity=0.3, ..., capacity={'port': 2.0})
    """
    found = Choices(
        shocked=values.get("shocked") or AS_WRITTEN,
        severity=values.get("severity", 50) / 100,
        months=float(values.get("months", 24)),
        intensity=values.get("intensity", 100) / 100,
        mix=values.get("mix"),
        measures=tuple(name for name in scenario.measures if values.get(f"measure {name}")),
        capacity={
            name: values[f"capacity {name}"] / 100
            for name in scenario.corridors
            if values.get(f"capacity {name}", 100) != 100  # noqa: PLR2004  per cent: as written
        },
    )
    written = severity_correlation(scenario)
    moved = values.get("severity_correlation")
    if written is not None and moved is not None and moved != _in_steps(written):
        found = replace(found, severity_correlation=float(moved))
    most = largest_loading(scenario)
    loading = values.get("loading")
    if most is not None and loading is not None and scenario.hazard is not None:
        loadings = scenario.hazard.copula.loadings
        if loadings is not None and loading != min(_in_steps(loadings.global_.law.mean), most):
            found = replace(found, loading=float(loading))
    return found


def noted_choices(scenario: Scenario, choices: Choices) -> str:
    """Describe in a sentence what is shown.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> noted_choices(mv.load("teaching"), Choices(shocked="ocean", severity=0.3, months=12))
    'Shown: Overseas loses 30 % of every flow for 12 months, in place of what the scenario says.'
    >>> noted_choices(mv.load("teaching"), Choices())
    'Shown: the scenario as written. Move a control.'
    """
    said = []
    if choices.shocked != AS_WRITTEN:
        who = scenario.partners[choices.shocked].title or choices.shocked
        lost = f"{who} loses {percent(choices.severity, 0)} of every flow for {choices.months:.0f} months"
        said.append(f"{lost}, in place of what the scenario says")
    else:
        if choices.intensity != 1.0:
            said.append(f"ruptures {percent(choices.intensity, 0)} as frequent")
        if choices.severity_correlation is not None:
            said.append(f"severities correlated by {choices.severity_correlation:g}")
        if choices.loading is not None:
            said.append(f"ruptures with a common loading of {choices.loading:g}")
    if choices.mix is not None:
        said.append(f"the mix {choices.mix}")
    said += [f"with {scenario.measures[name].title or name}" for name in choices.measures]
    said += [
        f"{scenario.corridors[name].title or name} at {percent(factor, 0)} of its capacity"
        for name, factor in choices.capacity.items()
    ]
    return f"Shown: {'; '.join(said)}." if said else "Shown: the scenario as written. Move a control."


def headline_tiles(both: Both, column: str) -> Html:
    """Return the numbers of a column with their intervals, today's under each, and the change between them."""
    shown, today = both.shown.column(column), both.today.column(column)
    moved = NO_DIFFERENCE
    if both.shown is not both.today:
        moved = difference(today.loss_share, shown.loss_share, (today.loss_bounds, shown.loss_bounds))
    tiles = [
        _tile("lost on average", shown.mean(), today.mean()),
        _tile("in the worst twentieth", shown.es(0.95), today.es(0.95)),
        page.Tile("change of the average", *_parted(_points(moved.estimate), moved.verdict)),
        _tile("worst month, below the usual", shown.figure(GAP).mean(), today.figure(GAP).mean()),
    ]
    if both.shown.scenario.hazard is not None:
        written = f"as written {_expected(both.today)}"
        tiles.append(page.Tile("partners that rupture", *_parted(_expected(both.shown), written)))
    return page.tiles(*tiles)


def _tile(name: str, shown: Estimate, today: Estimate) -> page.Tile:
    """Return a share with its interval, and what it is as written."""
    return page.Tile(name, *_parted(percent_between(shown), f"as written {percent_between(today)}"))


def _parted(number: str, after: str) -> tuple[str, str]:
    """Return the value of a number, and its interval before what is said after it."""
    value, _, inside = number.partition(" (")
    return value, f"{inside.removesuffix(')')}; {after}" if inside else after


def _points(estimate: Estimate) -> str:
    """Return a difference in percentage points."""
    return with_interval(estimate, 100.0, " points")


def _expected(result: Result) -> str:
    """Return the mean number of partners that rupture, with its interval."""
    return with_interval(Estimate.from_document(part_document(result, "ruptures")["ruptures"]["expected"]))


def _thinned(*lines: Floats) -> tuple[list[float], ...]:
    """Return lines of equal length with at most :data:`POINTS` points of each, the ends among them."""
    places = np.unique(np.linspace(0, len(lines[0]) - 1, min(POINTS, len(lines[0]))).astype(int))
    return tuple(line[places].tolist() for line in lines)


def curve_chart(both: Both, column: str) -> Html:
    """Return the loss curve: how probable it is to lose more than a share, shown and as written."""
    before, now = (_thinned(*exceedance_of(it, column)[1:]) for it in both)
    marks = (
        charts.Area(now[0], now[2], now[3], "its interval"),
        charts.Line(before[0], before[1], "as written", "grey", "dashed"),
        charts.Line(now[0], now[1], "shown"),
    )
    worst = both.shown.column(column).var(0.95).value
    return page.html(
        charts.chart(
            marks,
            charts.Axis("share lost over the horizon", 0),
            charts.Axis("probability of losing more", 0, 1),
            f"One time in twenty more than {percent(worst)} is lost. The band is the interval of the curve shown.",
            title="How much may be lost",
        )
    )


def fan_chart(both: Both, column: str) -> Html:
    """Return the months: what is delivered in nine of ten draws, in half of them, and in the middle one."""
    draws = min(FOLLOWED, both.shown.draws)
    (now,), (before,) = (fans(it, (column,), draws) for it in (both.shown, both.today))
    months = now.months.tolist()
    low, lower, middle, upper, high = (level.tolist() for level in now.quantiles)
    return page.html(
        charts.chart(
            [
                charts.Area(months, low, high, "nine tenths of the draws"),
                charts.Area(months, lower, upper, "half of the draws"),
                charts.Line(
                    before.months.tolist(), before.quantiles[2].tolist(), "as written, median", "grey", "dashed"
                ),
                charts.Line(months, middle, "shown, median"),
            ],
            charts.Axis("months", 0, form=lambda tick, _: f"{tick:g}"),
            charts.Axis("delivered, share of the usual", 0, 1),
            f"Over {span(both.shown.scenario.horizon_months)} the median falls to {percent(min(middle), 0)} of "
            "the usual flow at the worst.",
            title="Month by month",
        )
    )


def dependence_chart(both: Both, column: str) -> Html:
    """Return how much of a column each country can stop, and how concentrated its partners are."""
    after, before = (concentration(it.scenario).get(column) for it in (both.shown, both.today))
    if after is None or before is None:
        return page.html('<p class="mv">This flow has no partners to be concentrated on.</p>')
    names = list(dict.fromkeys([*list(after["dependence"])[:MOST_HOSTS], *list(before["dependence"])[:MOST_HOSTS]]))
    rows = [
        (
            both.shown.scenario.partners[name].title or name,
            percent(after["dependence"].get(name, 0.0), 0),
            percent(before["dependence"].get(name, 0.0), 0),
        )
        for name in names
    ]
    rows += [("Concentration (HHI)", _index(after), _index(before))]
    return page.table(("Can be stopped by", "shown", "as written"), rows)


def _index(entry: Mapping[str, Any]) -> str:
    """Return an HHI, or its two bounds where a residual partner leaves it open."""
    return " to ".join(sorted({f"{entry['hhi']:.2f}", f"{entry['hhi_high']:.2f}"}))
