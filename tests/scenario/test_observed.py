"""The section ``observed``: what it means by the calendar, what it refuses and where, and that it changes no run."""

import pytest

import multivector_sim as mv
from tests.scenario.refusing import DOCUMENT, broken, mistakes

SERIES = {"channel": "exports", "unit": "USD billion", "base": 4.0, "start": 2024, "source": "wb"}
FILE = """\
format: multivector/1
name: wine
title: Wine
country: GEO
currency: USD
price_year: 2005
horizon_months: 24
partners: {r: {}}
channels: {wine: {kind: trade}}
exposures: {wine: {r: 1}}
observed:
  litres:
    channel: wine
    unit: million litres
    base: 41
    start: 2006-03
    values: {2007: 9}
"""


def observed(**changes):
    return DOCUMENT | {"observed": {"series": SERIES | {"values": {"2024": 3.0}} | changes}}


def refused(**changes):
    return mistakes(mv.Scenario.model_validate, observed(**changes))


def test_a_year_covers_its_months_from_the_start():
    series = mv.Scenario.model_validate(observed(start="2023-11", values={"2025": 1, "2024": 3})).observed["series"]
    assert [tuple(point) for point in series.points] == [("2024", 2, 14, 0.75), ("2025", 14, 26, 0.25)]
    assert series.in_order == (3.0, 1.0)
    assert series.points[0].middle == 8.0


def test_a_month_is_one_month():
    series = mv.Scenario.model_validate(observed(values={"2024-12": 2})).observed["series"]
    assert [tuple(point) for point in series.points] == [("2024-12", 11, 12, 0.5)]


def test_it_reads_back_as_it_was_written_and_has_a_title():
    scenario = mv.Scenario.model_validate(observed())
    assert mv.Scenario.model_validate(scenario.document()) == scenario
    assert scenario.observed["series"].title == "series"
    assert scenario.observed["series"].trust == "unverified"


@pytest.mark.parametrize(
    ("changes", "path", "message"),
    [
        ({"channel": "export"}, "channel", "no channel called 'export'; did you mean 'exports'?"),
        ({"source": "bank"}, "source", "no source called 'bank'"),
        ({"base": 0}, "base", "must be above 0, not 0"),
        ({"base": "many"}, "base", "must be a number"),
        ({"start": "spring"}, "start", "must be the period in which month 0 begins"),
        ({"start": "2024-13"}, "start", "must be the period in which month 0 begins"),
        ({"values": {}}, "values", "holds no value"),
        ({"values": {"2024": -1}}, "values.2024", "must be 0 or more, not -1"),
        ({"values": {"24": 1}}, "values.24", "is not a period; write a year, 2007, or a month, 2007-03"),
        ({"values": {"2024": 1, "2024-01": 1}}, "values", "holds years and months; give two series"),
        ({"values": {"2023": 1}}, "values.2023", "begins before the horizon does, 2024; leave it out"),
        ({"start": "2024-02"}, "values.2024", "begins before the horizon does, 2024-02"),
        ({"values": {"2029": 1}}, "values.2029", "ends in month 72 of a horizon of 60"),
        ({"trust": "gossip"}, "trust", "must be one of official, study"),
        ({"colour": "red"}, "colour", "not known here"),
        ({"unit": None}, "unit", "must be a text"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(changes, path, message):
    found = refused(**changes)
    assert list(found) == [f"observed.series.{path}"]
    assert message in found[f"observed.series.{path}"]


def test_the_last_month_of_the_horizon_may_be_observed():
    assert mv.Scenario.model_validate(observed(values={"2028": 1})).observed["series"].points[0].end == 60


def test_everything_wrong_is_told_at_once_by_line_and_column(tmp_path):
    text = FILE.replace("wine\n    unit", "wein\n    unit").replace("{2007: 9}", "{2005: 1, 2009: 2}")
    found = {(it.line, it.path) for it in broken(tmp_path, text)}
    assert found == {
        (13, "observed.litres.channel"),
        (17, "observed.litres.values.2005"),
        (17, "observed.litres.values.2009"),
    }


def test_a_run_does_not_know_what_was_observed():
    with_it, without = mv.Scenario.model_validate(observed()), mv.Scenario.model_validate(DOCUMENT)
    assert mv.simulate(with_it, draws=256).fingerprint == mv.simulate(without, draws=256).fingerprint
