"""What a backtest on held-out parts must show, and that wrong calibrations fail it."""

import dataclasses
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import multivector_sim as mv
from multivector_sim.errors import UsageError
from multivector_sim.evidence.annual_aggregation import Course
from multivector_sim.evidence.backtest import SPLITS
from multivector_sim.evidence.backtest_result import HIGHEST, HIGHEST_LEVEL, LOWEST
from multivector_sim.evidence.episodes import find_episodes
from multivector_sim.evidence.forecast_updating import UpdateFold, score_update
from multivector_sim.evidence.level_after_trough import simulate_paths
from multivector_sim.evidence.panel import build_panel
from multivector_sim.evidence.severity import BetaLaw
from multivector_sim.evidence.shipped import shipped_calibration
from tests.evidence.panels import steady, tradhist

ROOT = Path(__file__).parents[2]


@cache
def panel():
    return build_panel(tradhist())


@cache
def by(split):
    return mv.backtest(panel(), split=split, seed=1)


def held_out():
    return by("counterpart")


def test_held_out_counterparts_are_covered_by_bands_that_say_something():
    found = held_out()
    assert found.passed, found.summary()
    cover = found.coverage
    for name in ("severity", "first_year_loss", "five_year_loss"):
        assert LOWEST <= cover[name]["0.9"] <= HIGHEST
    for year in ("1", "2", "5", "10"):
        assert LOWEST <= cover["level"][year]["0.9"] <= HIGHEST_LEVEL
    assert 0.8 <= cover["yearly_counts"]["0.9"] <= 0.97
    assert found.numbers["severity"].width < 0.5
    assert found.kupiec > 0.05
    assert found.christoffersen > 0.05


def test_the_scores_are_near_the_best_and_better_than_those_of_a_law_that_knows_nothing():
    numbers = held_out().numbers
    severity = numbers["severity"]
    assert severity.model < severity.climatology < severity.flat
    assert severity.near_best[0] <= 1.03
    for it in numbers.values():
        assert it.model < it.flat
        assert it.model < 1.06 * it.climatology


def test_what_is_seen_of_a_rupture_makes_the_forecast_better_than_climatology_by_more_than_luck():
    known = {it.name: it for it in held_out().updates}
    for name in ("severity", "five_year_loss", "level 1", "level 2", "level 5"):
        assert known[name].skill.low > 0.0, (name, known[name].skill)
    assert known["severity"].skill.value > 0.3
    assert all(it.over_analogues.high > 0.0 for it in known.values())  # no worse than the past's nearest cases
    assert all(0.85 <= it.cover["0.9"] <= 0.97 for it in known.values())
    before = held_out().numbers
    assert all(it.model < before[name].model for name, it in known.items())
    assert before["severity"].skill.low < 0.0 < before["severity"].skill.high  # before the onset, luck


def test_seen_numbers_of_another_rupture_make_the_forecast_worse():
    """What is known must belong to the rupture: dealt out at random, it costs more than it brings."""
    every = find_episodes(panel(), mv.Definition())
    mixed = every.table.assign(first_year_loss=np.random.default_rng(4).permutation(every.table["first_year_loss"]))
    drawn = simulate_paths(shipped_calibration().laws, every.definition, 4096, 1)
    rng = np.random.default_rng(1)
    right = score_update("severity", "first_year_loss", [UpdateFold(drawn, every, every)], rng)
    wrong = UpdateFold(drawn, every, dataclasses.replace(every, table=mixed))
    assert right.skill.low > 0.1
    assert score_update("severity", "first_year_loss", [wrong], rng).skill.high < 0.0


def test_the_count_is_in_its_band_and_the_band_is_not_too_wide():
    for count in held_out().counts:
        assert count.low <= count.observed <= count.high
    total = held_out().counts[-1]
    assert (total.observed, total.high / total.low < 2.5) == (160, True)


def test_forecasts_by_size_are_better_than_the_overall_rate_within_a_year_and_two():
    one, two, five = held_out().events
    assert 0.0 < one.skill < 0.05
    assert two.skill > 0.0
    assert abs(five.skill) < 0.02
    assert one.sharpness < two.sharpness < five.sharpness
    first, *_, last = one.curve
    assert first[1] < last[1]


def lighter(calibration):
    return dataclasses.replace(calibration, laws=dataclasses.replace(calibration.laws, severity=BetaLaw(0.4, 0.15)))


def quicker(calibration):
    laws = dataclasses.replace(calibration.laws, scar=BetaLaw(0.01, 0.005), course=Course(0.0, 12.0, 6.0))
    return dataclasses.replace(calibration, laws=laws)


def rarer(calibration):
    coefficients = calibration.fit.coefficients.copy()
    coefficients[0] -= np.log(2.0)
    return dataclasses.replace(calibration, fit=dataclasses.replace(calibration.fit, coefficients=coefficients))


@pytest.mark.parametrize(
    ("spoil", "named"),
    [(lighter, "severity inside"), (quicker, "level 10 inside"), (rarer, "count of ruptures")],
    ids=["severity mean 0.4", "half-life 6 months", "hazard halved"],
)
def test_a_wrong_calibration_fails(spoil, named):
    found = mv.backtest(panel(), spoil(shipped_calibration()), split="counterpart")
    assert not found.passed
    assert any(it.name.startswith(named) and not it.met for it in found.criteria), found.summary()


def test_the_shipped_calibration_passes_on_the_data_it_was_made_of():
    assert mv.backtest(panel(), shipped_calibration(), split="counterpart").passed


def cells(heading):
    """Return the rows of a table of the page on the tests, by their first cell."""
    text = (ROOT / "docs" / "theory" / "evidence-tested.md").read_text(encoding="utf-8").split(f"## {heading}\n")[1]
    rows = [line for line in text.split("\n## ")[0].splitlines() if line.startswith("| ")][2:]
    return {row[0]: row[1:] for row in ([cell.strip() for cell in line.strip("|").split("|")] for line in rows)}


def span(estimate, digits):
    """Write a skill as the page does."""
    value, low, high = (round(100 * it, digits) + 0.0 for it in (estimate.value, estimate.low, estimate.high))
    return f"{value:.{digits}f} % [{low:.{digits}f}, {high:.{digits}f}]"


def held(it):
    return [f"{100 * it.cover[band]:.0f}" for band in ("0.5", "0.8", "0.9")]


def test_the_page_shows_these_results():
    before, after, splits = map(
        cells, ("Forecasts before the onset", "Forecasts of a rupture that has begun", "Other splits")
    )
    for name, it in held_out().numbers.items():
        scores = [f"{it.ks:.2g}", *(f"{score:.4f}" for score in (it.model, it.climatology, it.best)), f"{it.flat:.3f}"]
        assert before[name] == [*held(it), *scores, span(it.skill, 1)]
    for it in held_out().updates:
        scores = [f"{score:.4f}" for score in (it.model, it.climatology, it.analogues)]
        assert after[it.name] == [it.given, *held(it), *scores, span(it.skill, 0), span(it.over_analogues, 0)]
    for split in SPLITS:
        found, total = by(split), by(split).counts[-1]
        count = f"{total.observed} in {total.low:.0f} to {total.high:.0f}"
        cover = [held(it)[2] for it in found.numbers.values()]
        assert splits[split] == [*cover, count, f"{100 * found.yearly_cover['0.9']:.0f}", f"{found.kupiec:.2f}"]


def test_a_later_period_has_fewer_ruptures_than_the_one_before_it_lets_expect():
    """The hazard's level moves over time: a miss that is said so, with its likely reason."""
    found = by("period")
    last = next(count for count in found.counts if count.name == "1992-2014")
    assert last.observed < last.low
    document = found.document()
    assert document["split"] == "period"
    assert document["passed"] is found.passed


def test_a_split_that_is_none_is_refused():
    with pytest.raises(UsageError, match="no split by 'countries'; did you mean 'country'"):
        mv.backtest(steady(), split="countries")
    with pytest.raises(UsageError, match="cannot be split by counterpart"):
        mv.backtest(steady(partners=("AAA",)))
    with pytest.raises(UsageError, match="fail_under must lie between 0 and 1"):
        mv.backtest(steady(), fail_under=1.5)


def test_what_it_returns_can_be_shown_printed_and_tabled():
    found = held_out()
    assert repr(found).count("\n") <= 2
    assert len(found.plot().axes) == 3
    assert found.to_frame()["number"].tolist()[:3] == ["severity", "first_year_loss", "five_year_loss"]
    assert set(found.document()["crps"]["severity"]) >= {"model", "climatology", "best", "skill", "skill_low"}
    assert found.document()["updated"]["severity"]["given"] == "first_year_loss"
