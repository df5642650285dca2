"""The numbers that a calibration of the shared panel must give, and what it must find and must not."""

import dataclasses
import json
from functools import cache

import numpy as np
import pytest

import multivector_sim as mv
from multivector_sim.errors import UsageError
from multivector_sim.evidence.calibration import Calibration
from multivector_sim.evidence.episodes import find_episodes
from multivector_sim.evidence.panel import build_panel
from multivector_sim.evidence.shipped import shipped_calibration
from tests.evidence.panels import steady, tradhist

NAMED = [
    ("CUB", "USA", 1961),
    ("IRN", "USA", 1980),
    ("LBY", "USA", 1982),
    ("IRQ", "USA", 1991),
    ("HTI", "USA", 1992),
    ("SYR", "DEU", 2012),
]


@cache
def panel():
    return build_panel(tradhist())


@cache
def made():
    return mv.calibrate(panel(), seed=1, resamples=60, grid=False, source="the shared panel")


def test_hazard_severity_and_level_are_those_of_the_prototype():
    found = made()
    assert 1.4 < 100 * found.hazard.hazard.value < 2.4
    assert 0.70 < found.severity_mean.value < 0.75
    assert found.severity_sd.value == pytest.approx(0.15, abs=0.01)
    assert [100 * rate.hazard.value for rate in found.by_period] == pytest.approx([2.11, 2.49, 1.03], abs=0.1)
    assert 100 * found.by_size[0].hazard.value == pytest.approx(3.8, abs=0.2)
    assert 100 * found.by_size[-1].hazard.value == pytest.approx(0.65, abs=0.1)
    prototype = np.full(10, 0.4)
    level = np.array([it.value for it in found.level[1:]])
    assert np.sqrt(np.mean((level - prototype) ** 2)) < 0.06
    assert found.path_error < 0.06
    assert 0.2 < found.above_half.value < 0.3
    assert 0.5 < found.touches_half.value < 0.65


def test_the_beta_above_one_half_fits_and_the_others_do_not():
    half, *others = made().candidates
    assert half.p > 0.05
    assert all(it.p < 0.05 for it in others)


def test_ruptures_within_a_country_go_together_more_than_lone_ones_and_those_of_a_partner():
    found = made().correlation
    assert found["within_country"].low > 0.3
    assert found["within_country_lone"].value < 0.35
    assert found["within_partner"].value < 0.15


@pytest.mark.parametrize("case", NAMED, ids=lambda it: f"{it[0]}-{it[2]}")
def test_the_ruptures_that_everybody_knows_are_found(case):
    assert case in {(row["country"], row["partner"], row["year"]) for row in made().episodes}


def test_moved_borders_are_not_found_and_are_listed_with_their_reason():
    found = {(row["country"], row["year"]) for row in made().episodes}
    assert not found & {("YUG", 1993), ("PAK", 1972), ("ZWE", 1954), ("SUN", 1992), ("CSK", 1993)}
    assert {"YUG", "ZWE", "ZMB"} <= {row["country"] for row in made().borders}
    assert all(row["reason"] for row in (*made().borders, *made().holes))


def test_the_rate_of_the_pound_makes_and_hides_no_rupture():
    table = tradhist()
    rate = np.where(table["year"] < 1949, 4.03, np.where(table["year"] < 1967, 2.80, 2.40))
    in_dollars = find_episodes(build_panel(table.assign(value=table["value"] * rate)), mv.Definition())
    in_pounds = find_episodes(panel(), mv.Definition())
    keys = ["country", "partner", "year"]
    assert in_dollars.table[keys].equals(in_pounds.table[keys])
    assert in_dollars.table["severity"].to_numpy() == pytest.approx(in_pounds.table["severity"].to_numpy())


def test_the_order_of_rows_changes_nothing():
    shuffled = tradhist().sample(frac=1.0, random_state=3)
    again = mv.calibrate(shuffled, seed=1, resamples=60, grid=False, source="the shared panel")
    assert again.document() == made().document()


def test_what_was_not_estimated_is_said_and_has_no_number():
    document = made().document()
    assert {"nu", "ceiling", "theta_months", "kappa", "entry", "eta"} <= set(document["not_estimated"])
    assert not {"nu", "ceiling", "kappa", "eta"} & set(document)


def test_a_document_reads_back_as_the_same_calibration():
    text = json.dumps(made().document(), allow_nan=False)
    again = Calibration.from_document(json.loads(text))
    assert json.dumps(again.document()) == text
    assert again.hazard_for(0.01) == made().hazard_for(0.01)


def test_a_document_that_was_changed_by_hand_is_used_or_refused_in_words():
    document = json.loads(json.dumps(made().document()))
    document["hazard"] = {
        key: value / 2 if key in ("value", "low", "high") else value for key, value in document["hazard"].items()
    }
    halved = Calibration.from_document(document)
    assert halved.hazard_for(0.01).value == pytest.approx(0.5 * made().hazard_for(0.01).value)
    document["severity"]["mean"]["value"] = 0.4
    with pytest.raises(UsageError, match=r"severity has mean 0.4, its law 0.7\d+; change both"):
        Calibration.from_document(document)
    with pytest.raises(UsageError, match="schema must be multivector/calibrate/1"):
        Calibration.from_document({})
    with pytest.raises(UsageError, match="KeyError"):
        Calibration.from_document({"schema": "multivector/calibrate/1"})


def test_hazards_fall_with_size_and_their_bands_are_wider_for_a_new_counterpart():
    found = made()
    values = [found.hazard_for(share).value for share in (0.0005, 0.002, 0.01, 0.1)]
    assert values == sorted(values, reverse=True)
    assert found.hazard_for(0.0001) == found.hazard_for(0.0005)
    known, new = found.fit.predict(0.01, new_partner=False), found.fit.predict(0.01)
    assert new.low < known.low < known.value == new.value < known.high < new.high
    assert found.intensity_for(0.01).value == pytest.approx(found.hazard_for(0.01).value / found.shown)
    with pytest.raises(UsageError, match="no period called '1992'; did you mean '1992-2014'"):
        found.hazard_for(0.01, "1992")
    with pytest.raises(UsageError, match="share must lie between 0 and 1, not 2"):
        found.hazard_for(2.0)


def test_the_shipped_table_is_this_calibration():
    shipped, found = shipped_calibration(), made()
    assert shipped.ruptures == found.ruptures == 160
    assert shipped.version
    assert "TRADHIST" in shipped.source
    assert shipped.hazard.hazard.value == pytest.approx(found.hazard.hazard.value, rel=1e-6)
    assert shipped.laws.severity.mean == pytest.approx(found.laws.severity.mean, rel=1e-6)
    assert shipped.laws.course == found.laws.course
    assert shipped.hazard_for(0.02).value == pytest.approx(found.hazard_for(0.02).value, rel=1e-6)
    assert [rate.ruptures for rate in shipped.by_size] == [rate.ruptures for rate in found.by_size]


def test_the_grid_shows_how_the_definition_moves_the_answer():
    small = dataclasses.replace(mv.Definition(), since=1992)
    rows = mv.calibrate(panel(), small, resamples=20).grid
    assert 30 <= len(rows) <= 36
    deflated = {
        row["threshold"]: row["hazard"]["value"]
        for row in rows
        if row["deflated"] and row["years"] == 1 and row["floor"] == 0.0005
    }
    assert deflated[0.3] < deflated[0.5] < deflated[0.7]


def test_what_it_returns_can_be_shown_printed_and_tabled():
    found = made()
    assert repr(found).count("\n") <= 2
    assert "<pre>" in found._repr_html_()
    assert found.to_frame().columns.tolist() == ["what", "of", "value", "low", "high"]
    assert len(found.plot().axes) == 3


def test_too_few_ruptures_are_refused():
    with pytest.raises(UsageError, match="0 ruptures in 456 country-years are too few"):
        mv.calibrate(steady())


def test_the_fragment_of_a_scenario_has_an_origin_at_every_number_and_is_valid():
    fragment = shipped_calibration().to_scenario({"china": 0.01, "eu": 0.002}, ("exports",))

    def figures(part):
        if isinstance(part, dict) and "value" in part:
            yield part
        elif isinstance(part, dict):
            for value in part.values():
                yield from figures(value)

    found = list(figures(fragment["hazard"]))
    assert {it["trust"] for it in found} == {"estimated", "assumption"}
    assert all(it["source"] == "calibration" and it["as_of"] == 2014 and it["note"] for it in found)
    assert len(found) == 2 + 2 * 7
    scenario = mv.load("two-buyers").with_set(
        {"sources.calibration": fragment["sources"]["calibration"], "hazard": fragment["hazard"]}
    )
    assert scenario.hazard.partners["eu"].intensity.value > scenario.hazard.partners["china"].intensity.value
    assert scenario.hazard.partners["eu"].channels["exports"].law.support == (0.5, 1.0)
