"""Cases against what was observed: ranks against laws known in closed form, and what people see of them."""

import csv
import re
from math import log

import pytest
from scipy.stats import t

import multivector_sim as mv
from multivector_sim.evidence.cases import Cases, backtest_cases
from multivector_sim.evidence.shipped import shipped_calibration
from multivector_sim.report.page import render
from tests.cli.running import run, run_json

DRAWS = 4096
TOLERANCE = 4.5 * 0.5 / DRAWS**0.5


def scenario(severity, values, start=2000, **more):
    document = {
        "format": "multivector/1",
        "name": "case",
        "title": "A case",
        "country": "X",
        "currency": "USD",
        "price_year": 1999,
        "horizon_months": 36,
        "partners": {"p": {}},
        "channels": {"goods": {"kind": "trade"}},
        "exposures": {"goods": {"p": {"value": 10, "as_of": 1999}}},
        "stress": [{"partner": "p", "channels": {"goods": severity}, "duration_months": 36}],
        "observed": {"goods": {"channel": "goods", "unit": "tonnes", "base": 10, "start": start, "values": values}},
    }
    return mv.Scenario.model_validate(document | more)


def points(*arguments, **more):
    return backtest_cases(scenario(*arguments, **more), draws=DRAWS).cases[0].points


@pytest.mark.parametrize("share", [0.1, 0.3, 0.75])
def test_the_rank_without_volatility_is_that_of_the_model(share):
    (point,) = points({"uniform": [0, 1]}, {"2001": 10 * share})
    assert point.observed == pytest.approx(share)
    assert point.pit_without_volatility == pytest.approx(share, abs=TOLERANCE)


@pytest.mark.parametrize("share", [0.4, 0.5, 0.62])
def test_with_a_certain_path_the_rank_is_that_of_the_calm_law_of_a_year(share):
    law = shipped_calibration().laws.volatility
    (point,) = points(0.5, {"2000": 10 * share})
    expected = t.cdf((log(share / 0.5) - law.drift[0]) / law.scale, law.freedom[0])
    assert point.pit == pytest.approx(expected, abs=2e-3)
    assert point.pit_without_volatility == {0.4: 0.0, 0.5: 0.5, 0.62: 1.0}[share]
    assert point.inside(0.9) == (0.05 <= expected <= 0.95)


def test_volatility_grows_with_time_on_a_straight_line_between_years():
    law = shipped_calibration().laws.volatility
    months = {"2000-01": 5.0, "2001-07": 5.0, "2002-12": 5.0}
    found = points(0.5, months)
    widths = [point.high - point.low for point in found]
    assert widths == sorted(widths)
    changes = t.ppf([0.05, 0.95], law.freedom[0]) * law.scale + law.drift[0]
    weight = 0.5 / 12 + 0.5  # half a year from the base, and half a month
    assert log(found[0].low / 0.5) == pytest.approx(weight * changes[0], rel=0.02)
    assert log(found[0].high / 0.5) == pytest.approx(weight * changes[1], rel=0.02)


def test_hindsight_is_what_speaks_of_later_years():
    later = {"goods": {"p": {"value": 10, "as_of": "2000-12-31"}}}
    found = backtest_cases(scenario(0.5, {"1999": 4}, start=1999, exposures=later), draws=64).cases[0]
    assert found.hindsight == ("exposures.goods.p: 2000",)
    assert backtest_cases(scenario(0.5, {"2001": 4}, exposures=later), draws=64).cases[0].hindsight == ()


def test_what_is_asked_for_decides_whether_it_passes():
    found = backtest_cases([scenario(0.5, {"2000": 5, "2001": 0.001})], draws=DRAWS, fail_under=0.6)
    assert isinstance(found, Cases)
    assert found.coverage["0.9"] == 0.5
    assert not found.passed
    assert "FAILED: at least 60% was asked for." in found.summary()
    assert backtest_cases(scenario(0.5, {"2000": 5}), draws=DRAWS, fail_under=0.6).passed


def test_what_cannot_be_scored_is_refused():
    with pytest.raises(mv.UsageError, match="two-buyers: has no observations"):
        backtest_cases("two-buyers", draws=64)
    with pytest.raises(mv.UsageError, match="fail_under must lie between 0 and 1"):
        backtest_cases("episodes/finland-ussr", fail_under=2.0)
    nothing = {
        "observed": {"x": {"channel": "investment", "unit": "u", "base": 1, "start": 2000, "values": {"2000": 1}}}
    }
    with pytest.raises(mv.UsageError, match=r"observed.x: nothing flows in investment"):
        backtest_cases(scenario(0.5, {"2000": 5}, **nothing), draws=64)


def test_the_command_ranks_a_case_and_writes_its_table(tmp_path):
    table, picture = tmp_path / "points.csv", tmp_path / "fan.png"
    document = run_json("backtest", "episodes/finland-ussr", "--csv", table, "--plot", picture)
    assert document["schema"] == "multivector/backtest-cases/1"
    (case,) = document["cases"]
    assert (case["hit"], case["held"], case["points"][0]["period"]) == (True, 1, "1991")
    (row,) = csv.DictReader(table.read_text(encoding="utf-8").splitlines())
    assert (row["case"], row["period"]) == ("episodes/finland-ussr", "1991")
    assert picture.stat().st_size > 5000


def test_the_command_leaves_with_3_where_a_case_fails_and_with_2_where_it_is_wrong(tmp_path):
    assert run("backtest", "episodes/turkiye-russia", "--fail-under", "0.5").exit_code == 3
    outcome = run("backtest", "episodes/turkiye-russia", "--split", "country")
    assert (outcome.exit_code, "--split: only for a file of flows" in outcome.output) == (2, True)
    outcome = run("backtest", "episodes/cuba-us")
    assert (outcome.exit_code, "did you mean 'episodes/cuba-usa'?" in outcome.output) == (2, True)
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("format: multivector/1\nobserved: {a: {channel: b}}\n")
    outcome = run("backtest", wrong)
    assert (outcome.exit_code, "wrong.yaml:2:" in outcome.output) == (2, True)


def test_observations_are_drawn_over_the_fan_in_the_plot_and_in_the_report():
    result = mv.simulate(mv.load("episodes/norway-china"), draws=1024)
    axes = result.plot.fan(column="direct")
    (seen,) = [line for line in axes.get_lines() if line.get_label() == "observed: Norway's salmon to China"]
    assert seen.get_xydata().tolist() == [[9.0, 35.0]]
    assert not [line for line in result.plot.fan(column="trade").get_lines() if "observed" in str(line.get_label())]
    page = render(result)
    months = page.partition('id="months"')[2].partition('id="often"')[0]
    assert len(re.findall(r'<circle class="mark"', months)) == 2
    assert "2011 35, 35.0" in months.replace("\N{NO-BREAK SPACE}", " ")
    assert "2013 10000, " in months
    tops = [float(y) for y in re.findall(r'<circle class="mark" cx="[\d.]+" cy="([\d.]+)"', months)]
    assert all(14 <= top <= 216 for top in tops)


def test_a_page_without_observations_has_no_marks_over_its_fans():
    page = render(mv.simulate(mv.load("one-or-many"), draws=1024))
    months = page.partition('id="months"')[2].partition('id="often"')[0]
    assert 'class="mark"' not in months
    assert "observed" not in months
