"""The rows of the report: attribution adds up, every figure is listed, measures are those of the run."""

import numpy as np
import pytest

import multivector_sim as mv
from multivector_sim.display.palette import inks
from multivector_sim.display.wording import rounded
from multivector_sim.report.answer import measure_names, measure_rows, tiles
from multivector_sim.report.attribution import NOBODY, by_channel, by_partner
from multivector_sim.report.dashboard import boards
from multivector_sim.report.scenario_tables import TRUSTS, figure_rows, source_rows, trust_counts
from multivector_sim.scenario import files as bundled
from multivector_sim.scenario.notices import figures


@pytest.fixture(scope="module", params=sorted(bundled.names()))
def result(request):
    return mv.simulate(mv.load(request.param), draws=2048, seed=3)


def test_parts_add_up_to_the_total_and_its_shortfall(result):
    total = result.total
    for shared in (by_partner(result), by_channel(result)):
        assert sum(part.mean for part in shared.parts) == pytest.approx(total.mean().value * total.baseline, rel=1e-9)
        assert sum(part.worst for part in shared.parts) == pytest.approx(
            total.es(0.95).value * total.baseline, rel=1e-9
        )
        whole = 1.0 if total.loss_share.any() else 0.0
        assert sum(part.mean_share for part in shared.parts) == pytest.approx(whole)
        assert sum(part.worst_share for part in shared.shown) == pytest.approx(whole)


def test_only_partners_that_rupture_have_a_part(result):
    scenario = result.scenario
    ruptured = {stress.partner for stress in scenario.stress}
    if scenario.hazard is not None:
        ruptured |= set(scenario.hazard.partners)
    shown = {part.title for part in by_partner(result).shown} - {NOBODY}
    if result.total.loss_share.any():
        assert shown == {scenario.partners[name].title for name in ruptured}
    else:
        assert shown == set()
    assert set(by_partner(result).innocent) == {partner.title for partner in scenario.partners.values()} - shown


def test_every_column_has_a_row_and_every_row_its_cells(result):
    rows = measure_rows(result, result.document())
    shown = set(result.columns) - (set() if "investment" in result.columns else {"total"})  # it is trade alone
    assert {row.column for row in rows} == shown
    assert {len(row.cells) for row in rows} == {len(measure_names("USD"))}
    for row in rows:
        assert row.cells[0].value == f"{rounded(result[row.column].mean(), 100.0)} %"


def test_a_share_of_gdp_says_of_how_much_of_it():
    result = mv.simulate(mv.load("kazakhstan").with_set({"horizon_months": 36}), draws=1024, seed=3)
    share = result.trade.mean().value * result.trade.baseline / (3 * result.scenario.gdp.value)
    lost = tiles(result.scenario, result.document(), "trade")[0]
    assert lost.more == f"over the horizon, on average: {100 * share:.1f} % of three years' GDP"


def test_every_figure_is_listed_once_the_worst_trusted_first(result):
    scenario = result.scenario
    rows = figure_rows(scenario)
    given = [row for row in rows if not row.default]
    assert sorted(row.path for row in given) == sorted(path for path, _ in figures(scenario))
    assert len({row.path for row in rows}) == len(rows)
    grades = [list(TRUSTS).index(row.trust) for row in given]
    assert grades == sorted(grades)
    assert sum(trust_counts(rows).values()) == len(given)
    assert rows[len(given) :] == [row for row in rows if row.default]


def test_what_a_figure_says_is_in_its_row():
    rows = {row.path: row for row in figure_rows(mv.load("kazakhstan"))}
    flow = rows["exposures.exports.russia"]
    assert (flow.name, flow.value) == ("Exports without crude oil: Russia", "USD 9.55 bn a year")
    assert (flow.source, flow.as_of, flow.trust) == ("kazinform", "2024", "unverified")
    assert flow.note.startswith("11.7 % (official)")
    severity = rows["stress.0.channels.exports"]
    assert severity.name == "Shock to Russia: severity, exports without crude oil"
    assert severity.value == "PERT: low 0.07, likely 0.5, high 0.9"
    assert rows["stress.0.duration_months"].value == "lognormal: median 24, sigma 0.8"
    assert rows["corridors.caspian.capacity"].value == "USD PERT: low 2.03 bn, likely 2.4 bn, high 3.78 bn a year"
    assert rows["channels.exports.refill"].default


def test_no_figure_of_ties_repeats_itself():
    tied = {"ties": {"value": 60, "baseline": 50, "beta": 0.02}}
    document = mv.load("two-buyers").document()
    document["hazard"]["partners"]["china"] |= tied
    names = {row.path: row.name for row in figure_rows(mv.Scenario.model_validate(document))}
    assert names["hazard.partners.china.ties.ties.value"] == "Rupture of China: ties, value"


def test_a_scenario_read_back_has_the_same_ledger(result):
    again = mv.Scenario.model_validate(result.scenario.document())
    assert figure_rows(again) == figure_rows(result.scenario)


def test_sources_count_their_figures():
    scenario = mv.load("kazakhstan")
    rows = figure_rows(scenario)
    counted = {row.key: row.figures for row in source_rows(scenario, rows)}
    assert counted["nus"] == sum(figure.source == "nus" for _, figure in figures(scenario)) > 0
    assert set(counted) == set(scenario.sources)


@pytest.mark.parametrize(
    ("limits", "alarmed"),
    [
        ({"hhi": 1, "largest": 1, "hosts": 1, "dependence": 1}, set()),
        ({"hhi": 1, "largest": 1, "hosts": 0.6, "dependence": 1}, {"energy"}),
        ({"hhi": 1, "largest": 1, "hosts": 1, "dependence": 0.65}, {"energy", "trade"}),
        ({"hhi": 1, "largest": 0.32, "hosts": 1, "dependence": 1}, {"energy", "exports"}),
        ({"hhi": 0.17, "largest": 1, "hosts": 1, "dependence": 1}, {"exports"}),
    ],
)
def test_an_alarm_shows_exactly_if_a_threshold_is_passed(limits, alarmed):
    scenario = mv.load("kazakhstan").with_set({"alarms": limits})
    assert {board.shares.name for board in boards(scenario) if board.alarms} == alarmed


def test_shares_of_partners_add_up_and_hosts_are_those_of_the_corridors():
    for board in boards(mv.load("kazakhstan")):
        assert sum(part.share for part in board.shares.partners) == pytest.approx(1.0)
    energy = next(board for board in boards(mv.load("kazakhstan")) if board.shares.name == "energy")
    assert [host.title for host in energy.shares.hosts] == ["Russia"]
    assert energy.shares.hosts[0].share + energy.shares.free == pytest.approx(1.0)


def test_dependence_comes_first_and_says_what_is_sold_there_and_what_crosses_it():
    shown = {board.shares.name: board for board in boards(mv.load("kazakhstan"))}
    stopped = shown["trade"].shares.measures["dependence"]["russia"]
    assert shown["trade"].depends.startswith(f"depends on Russia {100 * stopped:.0f} % (")
    assert shown["energy"].depends.startswith("depends on Russia 94 % (all in transit)")
    assert shown["trade"].alarms[0].startswith("it depends on Russia")


def test_a_residual_partner_leaves_the_hhi_between_two_bounds():
    part = {"title": "All others", "residual": True}
    case = mv.load("two-buyers").with_set({"partners.russia": part})
    (exports, *_) = boards(case)
    low, high = exports.shares.measures["hhi"], exports.shares.measures["hhi_high"]
    assert exports.partners_measured.startswith(f"HHI {low:.2f} to {high:.2f}, effective partners {1 / high:.1f} to ")


def test_partners_keep_their_colours_and_differ_without_them():
    given = inks(mv.load("kazakhstan"))
    assert (given["russia"].colour, given["china"].colour, given["usa"].colour) == ("red", "blue", "green")
    assert len({ink.pattern for ink in given.values()}) == len(given)


def test_exceedance_falls_and_fans_are_ordered(result):
    from multivector_sim.report.chart_data import exceedance_of, fans

    curve = exceedance_of(result, "trade")
    assert (np.diff(curve.loss) >= 0).all()
    assert (np.diff(curve.probability) <= 0).all()
    (fan,) = fans(result, ["trade"], draws=256)
    assert (np.diff(fan.quantiles, axis=0) >= 0).all()
    assert np.array_equal(fan.quantiles[2], np.median(result.paths(256)[:, :, result.columns.index("trade")], axis=0))


FLAT = "nothing is missing in any month"
LOWEST = "90.0 % of the baseline is delivered in month 2, the lowest, and 95.0 % in the last"
SELDOM = "In no month is anything missing in more than one draw in twenty."
HARDEST = "In the hardest month one draw in twenty is at or under {}."


@pytest.mark.parametrize(
    ("median", "worst", "first", "second"),
    [
        ([1.0, 1.0, 1.0], [1.0, 1.0, 1.0], FLAT, SELDOM),
        ([1.0, 1.0, 1.0], [1.0, 0.8, 0.9], FLAT, HARDEST.format("80.0 %")),
        ([0.75, 0.75, 0.75], [0.5, 0.5, 0.5], "75.0 % is delivered in every month", HARDEST.format("50.0 %")),
        ([1.0, 0.9, 0.95], [0.9, 0.7, 0.8], LOWEST, HARDEST.format("70.0 %")),
    ],
)
def test_a_fan_says_what_it_shows_also_where_it_is_flat(median, worst, first, second):
    from multivector_sim.report.chart_data import Fan
    from multivector_sim.report.charts import draw_fan

    quantiles = np.array([worst, median, median, [1.0, 1.0, 1.0], [1.0, 1.0, 1.0]])
    assert draw_fan(Fan("trade", quantiles, 100)).description == f"At the median {first}. {second}"
