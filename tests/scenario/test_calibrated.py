"""Named laws of the shipped calibration: what they stand for, where they may stand, and how they are shown."""

import pytest

import multivector_sim as mv
from multivector_sim.errors import ScenarioError
from multivector_sim.evidence.shipped import shipped_calibration
from multivector_sim.report.scenario_tables import figure_rows, trust_counts

CHINA = "hazard.partners.china"


def scenario(**terms):
    return mv.load("two-buyers").with_set({f"{CHINA}.{key}": value for key, value in terms.items()})


def test_each_name_stands_for_the_shipped_law():
    shipped = shipped_calibration()
    found = scenario(intensity={"calibrated": "hazard", "share": 0.02}, scar={"calibrated": "level"}).with_set(
        {f"{CHINA}.channels.exports": {"calibrated": "severity"}}
    )
    china = found.hazard.partners["china"]
    assert china.intensity.value == pytest.approx(shipped.intensity_for(0.02).value, rel=1e-5)
    assert str(china.channels["exports"].law) == "beta mean 0.7262, sd 0.1523, low 0.5, high 1"
    assert china.scar.law.mean == pytest.approx(shipped.laws.scar.mean, abs=1e-4)
    for figure in (china.intensity, china.scar, china.channels["exports"]):
        assert (figure.trust, figure.as_of) == ("estimated", 2014)
        assert shipped.version in figure.note
        assert "estimated from 160 ruptures, 1950-2014" in figure.note


def test_a_period_may_be_chosen_and_what_a_person_adds_is_kept():
    shipped = shipped_calibration()
    found = scenario(
        intensity={"value": {"calibrated": "hazard", "share": 0.02, "period": "1992-2014"}, "note": "mine"}
    )
    figure = found.hazard.partners["china"].intensity
    assert figure.value == pytest.approx(shipped.intensity_for(0.02, "1992-2014").value, rel=1e-5)
    assert (figure.note, figure.trust) == ("mine", "estimated")


@pytest.mark.parametrize(
    ("law", "message"),
    [
        ({"calibrated": "severities"}, "no calibrated law called 'severities'; did you mean 'severity'"),
        ({"calibrated": "hazard"}, "the hazard depends on size; give share:"),
        ({"calibrated": "hazard", "share": 0}, "share: must lie between 0 and 1, not 0"),
        ({"calibrated": "hazard", "share": 0.1, "period": "1850"}, "no period called '1850'; there are 1950-1973"),
        ({"calibrated": "level", "share": 0.1}, "only the hazard depends on a share"),
    ],
)
def test_a_name_that_makes_no_sense_is_refused_in_words(law, message):
    with pytest.raises(ScenarioError, match=message):
        scenario(intensity=law)


def test_it_counts_in_the_tally_of_the_report():
    rows = figure_rows(scenario(intensity={"calibrated": "hazard", "share": 0.02}))
    assert trust_counts(rows)["estimated"] == 1
    row = next(row for row in rows if row.trust == "estimated")
    assert "estimated from 160 ruptures" in row.note


def test_resolve_shows_the_version_and_what_the_name_stands_for(tmp_path):
    text = (
        "format: multivector/1\nname: t\ntitle: T\ncountry: KAZ\ncurrency: USD\nprice_year: 2024\nhorizon_months: 12\n"
        "partners: {a: {title: A}}\nchannels: {exports: {kind: trade}}\nexposures: {exports: {a: 1e9}}\n"
        "hazard: {partners: {a: {intensity: 0.1, duration_months: 6, channels: {exports: {calibrated: severity}}}}}\n"
    )
    file = tmp_path / "t.yaml"
    file.write_text(text)
    origin = mv.resolve(file).origins["hazard.partners.a.channels.exports.calibrated"]
    assert shipped_calibration().version in origin
    assert "beta: {mean: 0.7262" in origin


def test_a_scenario_that_is_saved_keeps_the_numbers():
    found = scenario(intensity={"calibrated": "hazard", "share": 0.02})
    written = found.hazard.partners["china"].intensity.written()
    assert written["value"] == found.hazard.partners["china"].intensity.value
    assert written["trust"] == "estimated"
