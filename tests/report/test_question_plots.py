"""The charts of comparisons and contributions show the numbers that they are of."""

import pytest
from matplotlib.figure import Figure

import multivector_sim as mv


@pytest.fixture(scope="module")
def compared():
    return mv.compare([mv.load("two-buyers"), "article", "one:china"], draws=2048)


@pytest.fixture(scope="module")
def shared():
    return mv.contribute(mv.load("two-buyers"), draws=2048, marginal_draws=1024)


def test_a_comparison_has_a_mark_for_every_measure_of_every_scenario(compared):
    axes = compared.plot()
    assert [label.get_text() for label in axes.get_yticklabels()] == ["article", "one:china"]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["mean", "ES 95 %", "ES 99 %"]
    marks = [line for line in axes.lines if line.get_marker() in {"o", "D", "s"}]
    assert len({line.get_marker() for line in marks}) == 3
    expected = []
    for label in compared.labels[1:]:
        main = compared.pair("today", label).main
        expected += [100 * it.estimate.value for it in (main.mean, *main.es.values())]
    assert [line.get_xdata()[0] for line in marks] == pytest.approx(expected)
    verdicts = [text.get_text() for text in axes.texts]
    assert verdicts[1] == compared.pair("today", "article").verdict


def test_contributions_are_bars_that_add_up(shared):
    axes = shared.plot()
    bars = [bar for bar in axes.patches if bar.get_height() == pytest.approx(0.5)]
    assert sum(bar.get_width() for bar in bars) == pytest.approx(shared.es.value / 1e9)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["Russia", "European Union", "China"]
    assert {"contribution", "without its rupture", "without the exposure"} == {
        text.get_text() for text in axes.get_legend().get_texts()
    }


@pytest.mark.parametrize("by", ["partner", "channel", "corridor", "host"])
def test_axes_that_are_given_are_drawn_on(shared, compared, by):
    axes = Figure().add_subplot()
    assert shared.plot(axes, by=by) is axes
    assert compared.plot(Figure().add_subplot()).get_title(loc="left").startswith("Total")


def test_a_group_that_there_is_not(shared):
    with pytest.raises(mv.UsageError, match="no contributions by 'zzz'"):
        shared.plot(by="zzz")
