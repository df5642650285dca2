"""Every public plot can be read: its texts lie inside the figure, and none covers another."""

import itertools
import tempfile
from pathlib import Path

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

import multivector_sim as mv
from multivector_sim.evidence.made_up import make_panel
from multivector_sim.evidence.shipped import shipped_calibration

DRAWS = 512
SLACK = 1.0
"""Pixels by which boxes of texts may touch."""


def two_buyers():
    return mv.load("two-buyers")


def read_rows(rows):
    """Give flows read from a table in a file."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "flows.csv"
        file.write_text("reporter,partner,year,flow,value (million USD)\n" + "\n".join(rows), encoding="utf-8")
        return mv.read_flows(file)


def made_up_exports():
    """Give the exports of every country to every other in two years."""
    names = ("CHN", "USA", "RUS", "DEU", "ITA", "FRA", "NLD", "TUR", "GBR", "JPN", "KOR", "IND", "ESP", "POL")
    return read_rows(
        f"{one},{other},{year},exports,{1000 + 100 * a * b + year - 2020}"
        for a, one in enumerate(names)
        for b, other in enumerate(names)
        if one != other
        for year in (2022, 2023)
    )


def made_up_flows():
    """Give the flows of one country with fourteen partners and two years."""
    partners = ("CHN", "USA", "RUS", "DEU", "ITA", "FRA", "NLD", "TUR", "GBR", "JPN", "KOR", "IND", "ESP", "POL")
    rows = [
        f"CHL,{partner},{year},exports,{10 * place + year - 2020}"
        for place, partner in enumerate(partners, 1)
        for year in (2022, 2023)
    ]
    return read_rows(rows)


ANSWERS = {
    "result": lambda: mv.simulate(mv.load("kazakhstan"), draws=DRAWS, seed=1),
    "compare": lambda: mv.compare([mv.load("kazakhstan"), "article", "one:china"], draws=DRAWS),
    "contribute": lambda: mv.contribute(mv.load("kazakhstan"), draws=DRAWS, marginal_draws=128),
    "frontier": lambda: mv.frontier(two_buyers(), 3, draws=DRAWS, resamples=5),
    "rank": lambda: mv.rank(mv.load("kazakhstan"), draws=DRAWS),
    "reverse": lambda: mv.reverse_stress(two_buyers(), 0.1, draws=DRAWS),
    "sensitivity": lambda: mv.sensitivity(mv.load("kazakhstan"), 128),
    "turns": lambda: mv.must_be_true(
        two_buyers(),
        "channels.exports.ceiling",
        {
            "title": "Exports lose less than a tenth",
            "quantity": "measures.channels.exports.loss_share.mean",
            "at_most": 0.1,
        },
        0.0,
        1.0,
        draws=DRAWS,
    ),
    "calibration": shipped_calibration,
    "backtest": lambda: mv.backtest(make_panel(seed=3), split="counterpart", seed=1),
    "cases": lambda: mv.backtest_cases("episodes/georgia-russia", draws=DRAWS),
    "claims": lambda: mv.claims(two_buyers(), draws=DRAWS),
    "study": lambda: mv.study(two_buyers(), draws=DRAWS),
    "atlas": lambda: mv.atlas(made_up_exports(), resamples=2),
    "flows": made_up_flows,
}
PLOTS = {
    "fan": ("result", lambda it, **to: it.plot.fan(**to)),
    "exceedance": ("result", lambda it, **to: it.plot.exceedance(**to)),
    "attribution": ("result", lambda it, **to: it.plot.attribution(**to)),
    "concentration": ("result", lambda it, **to: it.scenario.plot.concentration(**to)),
    "compare": ("compare", lambda it, **to: it.plot(**to)),
    "contribute": ("contribute", lambda it, **to: it.plot(**to)),
    "contribute by corridor": ("contribute", lambda it, **to: it.plot(by="corridor", **to)),
    "frontier": ("frontier", lambda it, **to: it.plot(**to)),
    "shares": ("frontier", lambda it, **to: it.plot_shares(**to)),
    "rank": ("rank", lambda it, **to: it.plot(**to)),
    "reverse stress": ("reverse", lambda it, **to: it.plot(**to)),
    "tornado": ("sensitivity", lambda it, **to: it.plot(**to)),
    "indices": ("sensitivity", lambda it, **to: it.plot_indices(**to)),
    "must be true": ("turns", lambda it, **to: it.plot(**to)),
    "hazard": ("calibration", lambda it, **to: it.plot.hazard(**to)),
    "severity": ("calibration", lambda it, **to: it.plot.severity(**to)),
    "level": ("calibration", lambda it, **to: it.plot.level(**to)),
    "ranks in forecasts": ("backtest", lambda it, **to: it.plot.pit(**to)),
    "reliability": ("backtest", lambda it, **to: it.plot.reliability(**to)),
    "verdicts": ("claims", lambda it, **to: it.plot(**to)),
    "study": ("study", lambda it, **to: it.plot(**to)),
    "ranks of countries": ("atlas", lambda it, **to: it.plot.ranks(**to)),
    "partners": ("flows", lambda it, **to: it.plot.partners(**to)),
    "years": ("flows", lambda it, **to: it.plot.years(**to)),
    "a case": ("cases", lambda it, **to: it.plot(**to) if to else it.plot().axes[0]),
}
_found = {}


def answer(name):
    if name not in _found:
        _found[name] = ANSWERS[name]()
    return _found[name]


def boxes(figure):
    """Give the box of every text that is shown, as matplotlib draws it."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    ticks = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in itertools.chain(axis.get_major_ticks(), axis.get_minor_ticks()):
                if not low - 1e-9 <= tick.get_loc() <= high + 1e-9:
                    ticks |= {tick.label1, tick.label2}
    found = {}
    for text in figure.findobj(Text):
        if text.get_visible() and text.get_text().strip() and text not in ticks:
            found[text] = text.get_window_extent(renderer)
    return found


def unreadable(figure):
    """Give the texts that leave the figure, and the pairs that cover each other."""
    found = boxes(figure)
    whole = figure.bbox
    outside = [
        text.get_text()
        for text, box in found.items()
        if box.x0 < -SLACK or box.y0 < -SLACK or box.x1 > whole.width + SLACK or box.y1 > whole.height + SLACK
    ]
    pairs = itertools.combinations(found.items(), 2)
    covered = [
        (one.get_text(), other.get_text())
        for (one, a), (other, b) in pairs
        if min(a.x1, b.x1) - max(a.x0, b.x0) > SLACK and min(a.y1, b.y1) - max(a.y0, b.y0) > SLACK
    ]
    return outside + covered


def test_what_cannot_be_read_is_found():
    figure = Figure()
    axes = figure.add_subplot()
    axes.text(0.5, 0.5, "one")
    axes.text(0.5, 0.5, "other")
    axes.text(3.0, 0.5, "outside")
    assert unreadable(figure) == ["outside", ("one", "other")]


@pytest.mark.parametrize("name", PLOTS)
def test_a_plot_can_be_read(name):
    of, draw = PLOTS[name]
    assert unreadable(draw(answer(of)).figure) == []


@pytest.mark.parametrize("name", PLOTS)
def test_a_plot_draws_on_the_axes_that_are_given(name):
    of, draw = PLOTS[name]
    axes = Figure(figsize=(8, 5), layout="constrained").add_subplot()
    assert draw(answer(of), ax=axes) is axes
    assert axes.has_data()


FIGURES = {
    "result": lambda it: it.plot.figure(),
    "frontier": lambda it: it.figure(),
    "sensitivity": lambda it: it.figure(),
    "study": lambda it: it.figure(),
    "calibration": lambda it: it.plot.figure(),
    "backtest": lambda it: it.plot.figure(),
    "cases": lambda it: it.figure(),
    "atlas": lambda it: it.plot.figure(),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_of_several_panels_can_be_read(name):
    figure = FIGURES[name](answer(name))
    assert isinstance(figure, Figure)
    assert unreadable(figure) == []


@pytest.mark.parametrize("name", ["calibration", "backtest"])
def test_all_pictures_side_by_side_can_be_read(name):
    assert unreadable(answer(name).plot()) == []
    axes = Figure(layout="constrained").add_subplot()
    assert answer(name).plot(ax=axes) is axes
