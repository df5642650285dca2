"""The atlas of the panel's latest year, and small ones of which every number is known."""

import dataclasses
from functools import cache

import pytest

import multivector_sim as mv
from multivector_sim.errors import UsageError
from multivector_sim.evidence.panel import build_panel
from multivector_sim.evidence.shipped import shipped_calibration
from multivector_sim.measure.intervals import Estimate
from tests.evidence.panels import comtrade, tidy


@cache
def panel():
    return build_panel(comtrade())


@cache
def latest():
    return mv.atlas(panel(), resamples=20)


def test_about_every_country_is_ranked_with_points_inside_their_own_intervals():
    found = latest()
    assert found.year == 2016
    assert len(found.countries) + len(found.not_ranked) > 170
    assert found.inside >= 0.95
    ranked_inside = [it.rank.low <= it.rank.value <= it.rank.high for it in found.countries]
    assert sum(ranked_inside) >= 0.95 * len(ranked_inside)
    assert [it.rank.value for it in found.countries] == sorted(it.rank.value for it in found.countries)


@pytest.mark.parametrize(("country", "share"), [("IRQ", 0.998), ("VEN", 0.756), ("ARE", 0.613)])
def test_who_does_not_name_the_buyers_is_not_ranked_and_the_reason_is_said(country, share):
    row = next(row for row in latest().not_ranked if row["country"] == country)
    assert row["unspecified"] == pytest.approx(share, abs=0.002)
    with pytest.raises(UsageError, match=f"{country} is not ranked in 2016: {100 * share:.1f} %"):
        latest().of(country)


def test_one_hazard_for_all_follows_concentration_more_than_hazards_by_size():
    found = latest().with_concentration
    assert found["one_hazard_for_all"] > found["hazard_by_size"] + 0.1
    alone = dataclasses.replace(
        shipped_calibration(),
        correlation=shipped_calibration().correlation | {"within_country": Estimate(0.0, 0.0, 0.0)},
    )
    assert mv.atlas(panel(), alone, resamples=0).with_concentration["one_hazard_for_all"] > 0.9


def test_the_order_of_rows_changes_nothing():
    few = comtrade().query("year == 2016 and reporter < 'BZZ'")
    assert (
        mv.atlas(few, resamples=5).document() == mv.atlas(few.sample(frac=1.0, random_state=2), resamples=5).document()
    )


def small(flow="exports"):
    rows = [("X01", "AAA", 60.0), ("X01", "BBB", 30.0), ("X01", "CCC", 10.0), ("X02", "AAA", 1.0), ("X02", "BBB", 1.0)]
    rows += [("X02", "CCC", 1.0), ("X03", "AAA", 5.0), ("X03", "UNS", 95.0), ("X04", "AAA", 9.0), ("X04", "UNS", 1.0)]
    rows += [("X04", "BBB", 45.0), ("X04", "CCC", 45.0)]
    countries, partners, values = zip(*rows, strict=True)
    if flow == "imports":
        countries, partners = partners, countries
    return tidy(countries, partners, 2020, values, flow)


def test_concentration_and_dependence_are_exact_and_unnamed_partners_give_two_bounds():
    found = mv.atlas(small(), resamples=0)
    first = found.of("X01")
    assert first.hhi == pytest.approx(0.36 + 0.09 + 0.01)
    assert (first.partner, first.share, first.side) == ("AAA", 0.6, "exporter")
    fourth = found.of("X04")
    assert fourth.hhi == pytest.approx(0.09**2 + 2 * 0.45**2)
    assert fourth.hhi_high == pytest.approx(fourth.hhi + 0.01**2)
    assert [row["country"] for row in found.not_ranked] == ["X03"]


def test_what_importers_report_fills_in_over_the_stated_factor():
    mirrored = mv.atlas(small("imports"), resamples=0, cif=1.06)
    assert mirrored.of("X01").side == "importer"
    assert mirrored.of("X01").hhi == pytest.approx(mv.atlas(small(), resamples=0).of("X01").hhi)


def test_more_hazard_and_more_severity_never_cost_less():
    shipped = shipped_calibration()
    coefficients = shipped.fit.coefficients.copy()
    coefficients[0] += 0.5
    worse = dataclasses.replace(shipped, fit=dataclasses.replace(shipped.fit, coefficients=coefficients))
    before, after = mv.atlas(small(), shipped, resamples=0), mv.atlas(small(), worse, resamples=0)
    assert all(after.of(it.country).es.value >= it.es.value for it in before.countries)


def test_what_cannot_be_asked_is_refused_in_words():
    with pytest.raises(UsageError, match="no flows in 1990; the data have 2020 to 2020"):
        mv.atlas(small(), year=1990)
    with pytest.raises(UsageError, match="no period called '2020'"):
        mv.atlas(small(), period="2020")
    with pytest.raises(UsageError, match="cif must be above 0"):
        mv.atlas(small(), cif=0.0)
    with pytest.raises(UsageError, match="no country 'X09' in 2020"):
        mv.atlas(small(), resamples=0).of("X09")


def test_a_table_of_one_country_is_no_atlas():
    one = tidy(["X01"] * 3, ["AAA", "BBB", "CCC"], 2020, [6.0, 3.0, 1.0])
    with pytest.raises(UsageError, match="only X01 can be ranked in 2020; give a table of all countries' exports"):
        mv.atlas(one, resamples=0)


def test_countries_that_are_all_alike_have_no_rank_correlation():
    alike = tidy(["X01"] * 3 + ["X02"] * 3, ["AAA", "BBB", "CCC"] * 2, 2020, [1.0] * 6)
    found = mv.atlas(alike, resamples=0)
    assert found.document()["rank_correlation_with_hhi"] == {"one_hazard_for_all": None, "hazard_by_size": None}
    assert "none under one hazard for all" in found.summary()


def test_what_it_returns_can_be_shown_printed_and_tabled():
    found = mv.atlas(small(), resamples=0)
    assert repr(found).count("\n") <= 2
    assert {"country", "hhi", "es", "rank", "partner", "share"} <= set(found.to_frame().columns)
    assert len(found.plot().axes) == 1
