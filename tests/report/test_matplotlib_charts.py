"""Plots from Python: each gives its axes back and leaves no trace elsewhere."""

import inspect
import sys

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import multivector_sim as mv
from multivector_sim.display.plotting import ResultPlots
from multivector_sim.errors import UsageError
from multivector_sim.report import matplotlib_charts

PLOTS = ("fan", "exceedance", "attribution")


@pytest.fixture(scope="module")
def result():
    return mv.simulate(mv.load("kazakhstan"), draws=2048, seed=1)


def drawn(result, name, **options):
    if name == "concentration":
        return result.scenario.plot.concentration(**options)
    return getattr(result.plot, name)(**options)


@pytest.mark.parametrize("name", [*PLOTS, "concentration"])
def test_a_plot_makes_axes_that_can_be_saved(result, name, tmp_path):
    axes = drawn(result, name)
    assert isinstance(axes, Axes)
    axes.figure.savefig(tmp_path / "plot.png")
    assert (tmp_path / "plot.png").stat().st_size > 5000
    assert axes.get_title(loc="left")


@pytest.mark.parametrize("name", PLOTS)
def test_a_plot_names_its_arguments(name):
    given = inspect.signature(getattr(matplotlib_charts, name)).parameters
    offered = inspect.signature(getattr(ResultPlots, name)).parameters
    assert list(offered)[1:] == list(given)[1:]


def test_the_axis_of_losses_says_what_lies_below_zero(result):
    assert drawn(result, "exceedance").get_xlabel() == "loss, % of the baseline"
    gains = mv.simulate(mv.load("kazakhstan").with_set({"spillover.0.eta": -0.9}), draws=1024, seed=1)
    assert drawn(gains, "exceedance", column="investment").get_xlabel() == "loss (below 0: gain), % of the baseline"


@pytest.mark.parametrize("name", [*PLOTS, "concentration"])
def test_a_plot_draws_on_the_axes_given(result, name):
    axes = Figure().add_subplot()
    assert drawn(result, name, ax=axes) is axes
    assert axes.has_data()


def test_plots_leave_no_figure_open(result):
    for _ in range(25):
        result.plot.attribution()
    pyplot = sys.modules.get("matplotlib.pyplot")
    assert pyplot is None or pyplot.get_fignums() == []


def test_the_median_is_what_the_fan_shows(result):
    axes = result.plot.fan(column="energy", draws=512)
    median = np.median(result.paths(512)[:, :, result.columns.index("energy")], axis=0)
    line = next(line for line in axes.lines if line.get_label() == "the median")
    assert line.get_ydata() == pytest.approx(100 * median)


def test_var_and_es_are_marked(result):
    labels = [text.get_text() for text in result.plot.exceedance().get_legend().get_texts()]
    assert f"VaR 95 %: {100 * result.trade.var(0.95).value:.1f} %" in labels
    assert f"ES 95 %: {100 * result.trade.es(0.95).value:.1f} %" in labels


def test_bars_add_up_to_the_mean_and_the_shortfall(result):
    axes = result.plot.attribution()
    bars = {box.get_label(): box.get_width() for box in axes.patches}
    mean = sum(width for label, width in bars.items() if label.endswith(", mean"))
    worst = sum(width for label, width in bars.items() if label.endswith(", worst 5 %"))
    assert 1e9 * mean == pytest.approx(result.total.mean().value * result.total.baseline)
    assert 1e9 * worst == pytest.approx(result.total.es(0.95).value * result.total.baseline)


def test_every_channel_and_partner_is_named_in_the_concentration(result):
    axes = result.scenario.plot.concentration()
    assert {label.get_text() for label in axes.get_yticklabels()} >= {"Crude oil", "Imports"}
    legend = {text.get_text() for text in axes.get_legend().get_texts()}
    assert legend == {partner.title for partner in result.scenario.partners.values()}


def test_an_unknown_column_is_refused(result):
    with pytest.raises(UsageError, match="no column called 'enrgy'; there are exports"):
        result.plot.fan(column="enrgy")
