"""The eight episodes: what the index says of each comes out of a run, and no figure is tuned to the outcome."""

import re
from functools import cache
from pathlib import Path

import pytest

import multivector_sim as mv
from multivector_sim.scenario.notices import figures
from tests.shared_data import shared_data

FOLDER = Path(__file__).parents[2] / "scenarios" / "episodes"
INDEX = (FOLDER / "INDEX.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| [^|]+ \| `(episodes/[\w-]+)` \| (\d+) \| (\d+) \| (hit|miss) \|$", re.MULTILINE)
NAMES = sorted(f"episodes/{path.stem}" for path in FOLDER.glob("*.yaml"))
BASES = {"cuba-usa": ("CUB", 1957), "iran-usa": ("IRN", 1976)}


@cache
def scored():
    return mv.backtest_cases()


def test_there_are_eight_and_each_is_named_as_it_is_listed():
    assert len(NAMES) == 8
    assert [mv.load(name).name for name in NAMES] == NAMES == [case.name for case in scored().cases]


def test_the_index_says_of_each_case_what_a_run_finds():
    rows = {name: (int(count), int(held), verdict) for name, count, held, verdict in ROW.findall(INDEX)}
    found = {case.name: (len(case.points), case.held, "hit" if case.is_hit else "miss") for case in scored().cases}
    assert rows == found
    every = [point for case in scored().cases for point in case.points]
    said = re.search(r"Of (\d+) observations the 90 % bands held (\d+)", INDEX)
    assert (int(said[1]), int(said[2])) == (len(every), sum(point.inside() for point in every))


def test_every_miss_has_its_reason_in_the_index():
    reasons = INDEX.partition("## What is missing")[2].partition("## What the hits")[0]
    for name, _, _, verdict in ROW.findall(INDEX):
        country = {"turkiye": "Türkiye"}.get(name[9:].split("-")[0], name[9:].split("-")[0].capitalize())
        assert (f"- **{country}.**" in reasons) == (verdict == "miss")


@pytest.mark.parametrize("name", [name for name in NAMES if "kazakhstan" not in name])
def test_a_rupture_is_the_calibrated_one_and_what_is_not_says_that_it_is_an_assumption(name):
    (stress,) = mv.load(name).stress
    calibrated = {"severity": next(iter(stress.channels.values()))}
    calibrated |= {key: getattr(stress, key) for key in ("ramp_months", "duration_months", "scar")}
    assert {key: figure.trust for key, figure in calibrated.items()} == dict.fromkeys(calibrated, "estimated")
    rest = [figure for path, figure in figures(mv.load(name)) if path.startswith(("stress", "channels", "corridors"))]
    assert {figure.trust for figure in rest} <= {"estimated", "assumption", "memory"}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_known_of_the_flows_is_from_before_and_every_series_names_its_source(name):
    scenario = mv.load(name)
    for series in scenario.observed.values():
        assert series.source in scenario.sources
        years = [int(period[:4]) for period in series.values]
        known = [flow.as_of for flows in scenario.exposures.values() for flow in flows.values()]
        assert max(known) <= min(years)


def test_hindsight_names_the_calibrated_figures_of_cases_before_its_last_year():
    late = {case.name for case in scored().cases if not case.hindsight}
    assert late == {f"episodes/{name}" for name in ("kazakhstan-russia", "qatar-neighbours", "turkiye-russia")}
    cuba = next(case for case in scored().cases if case.name.endswith("cuba-usa"))
    assert "stress.0.channels.exports: 2014" in cuba.hindsight


@pytest.mark.parametrize("name", BASES)
def test_the_extract_is_that_of_the_file(name):
    import pandas as pd

    country, first = BASES[name]
    flows = pd.read_csv(shared_data("tradhist_usa_deu_1870_2014.csv.gz"))
    flows = flows[(flows.country == country) & (flows.partner == "USA")].set_index("year").exports_gbp / 1e6
    series = mv.load(f"episodes/{name}").observed["exports"]
    assert series.base == pytest.approx(flows.loc[first : first + 2].mean(), rel=1e-3)
    for point, value in zip(series.points, series.in_order, strict=True):
        assert value == pytest.approx(flows.loc[int(point.label)], rel=1e-3)
