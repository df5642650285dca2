"""The shipped scenarios: they read, they add up, and every figure says where it comes from."""

from pathlib import Path

import pytest

import multivector_sim as mv
from multivector_sim.scenario import bundled
from multivector_sim.scenario.figure import Figure

SCENARIOS = Path(__file__).parents[2] / "scenarios"
FILES = sorted(SCENARIOS.glob("*/*.yaml"))
KAZAKHSTAN = sorted((SCENARIOS / "kazakhstan").glob("*.yaml"))
SHARES_2024 = {"italy": 0.229, "china": 0.183, "russia": 0.117, "netherlands": 0.065, "france": 0.045, "turkiye": 0.041}
CENT = 0.006e9  # figures are written to 0.01 bn


def named(path):
    return path.relative_to(SCENARIOS).as_posix()


def figures(part, path=""):
    """Give every figure inside a scenario with its path."""
    if isinstance(part, Figure):
        yield path, part
    elif hasattr(part, "items"):
        for key, inner in part.items():
            yield from figures(inner, f"{path}.{key}")
    elif isinstance(part, (tuple, list)):
        for place, inner in enumerate(part):
            yield from figures(inner, f"{path}.{place}")
    elif hasattr(type(part), "model_fields"):
        given = part.model_fields_set
        for key in type(part).model_fields:
            if key in given:
                yield from figures(getattr(part, key), f"{path}.{key}")


@pytest.fixture(scope="module")
def kazakhstan():
    return mv.load("kazakhstan")


@pytest.mark.parametrize("path", FILES, ids=named)
def test_a_shipped_scenario_reads_and_survives_a_round_trip(path):
    scenario = mv.load(path)
    assert mv.Scenario.model_validate(scenario.document()) == scenario
    for name in scenario.overrides:
        scenario.with_override(name)
    for name in scenario.measures:
        scenario.with_measure(name)
    for name in scenario.mixes:
        scenario.with_mix(name)


@pytest.mark.parametrize("folder", sorted({path.parent for path in FILES}), ids=named)
def test_each_folder_says_what_it_shows_and_what_it_does_not(folder):
    text = (folder / "README.md").read_text(encoding="utf-8")
    for heading in ("## What it shows", "## What it does not say", "## Where the numbers come from"):
        assert heading in text


@pytest.mark.parametrize("path", KAZAKHSTAN, ids=named)
def test_every_figure_of_kazakhstan_has_source_trust_and_note(path):
    scenario = mv.load(path)
    found = dict(figures(scenario))
    assert len(found) > 60
    override = (".overrides", ".measures.caspian-20.set", ".measures.stocks.set", ".mixes", ".claims")
    bare = [
        where
        for where, figure in found.items()
        if not where.startswith(override) and not (figure.source in scenario.sources and figure.note and figure.trust)
    ]
    assert bare == []


@pytest.mark.parametrize("path", KAZAKHSTAN, ids=named)
def test_what_is_judged_or_recalled_is_unverified(path):
    for where, figure in figures(mv.load(path)):
        if figure.source in ("authors", "recalled") or "(recalled)" in (figure.note or ""):
            assert figure.trust == "unverified", where


def test_nothing_is_counted_twice(kazakhstan):
    sums = {name: sum(it.value for it in flows.values()) for name, flows in kazakhstan.exposures.items()}
    assert sums["exports"] + sums["energy"] == pytest.approx(81.6e9)
    assert sums["energy"] == pytest.approx(64e6 * 80 * 7.5)
    assert sums["imports"] == pytest.approx(59.8e9)
    assert sums["investment"] == pytest.approx(28.0e9)


def test_export_shares_are_the_official_ones(kazakhstan):
    exports, energy = kazakhstan.exposures["exports"], kazakhstan.exposures["energy"]
    for partner, share in SHARES_2024.items():
        flow = exports[partner].value + (energy[partner].value if partner in energy else 0.0)
        assert flow == pytest.approx(share * 81.6e9, abs=2 * CENT), partner


def test_oil_takes_the_routes_of_2022(kazakhstan):
    total = sum(it.value for it in kazakhstan.exposures["energy"].values())
    by_route = dict.fromkeys(kazakhstan.corridors, 0.0)
    for partner, legs in kazakhstan.legs["energy"].items():
        for corridor, share in legs.items():
            by_route[corridor] += share * kazakhstan.exposures["energy"][partner].value / total
    assert by_route["cpc"] == pytest.approx(0.81, abs=0.001)
    assert by_route["atyrau-samara"] == pytest.approx(0.13, abs=0.001)
    across = sum(by_route[name] * it.hosts.get("russia", 0.0) for name, it in kazakhstan.corridors.items())
    assert across == pytest.approx(0.94, abs=0.001)
    assert by_route["caspian"] / by_route["atasu-alashankou"] == pytest.approx(2, abs=0.05)


def test_every_corridor_has_room_for_its_baseline(kazakhstan):
    flow = dict.fromkeys(kazakhstan.corridors, 0.0)
    for channel, partners in kazakhstan.legs.items():
        for partner, legs in partners.items():
            for corridor, share in legs.items():
                flow[corridor] += share * kazakhstan.exposures[channel][partner].value
    for name, corridor in kazakhstan.corridors.items():
        assert corridor.capacity.law.support[0] > flow[name], name


def test_the_main_case_leaves_nothing_to_hazard_and_shocks_all_of_russia(kazakhstan):
    assert kazakhstan.hazard is None
    (shock,) = kazakhstan.stress
    assert shock.partner == "russia"
    assert set(shock.channels) == {"exports", "imports", "investment", "transit"}
    assert set(kazakhstan.exposures["energy"]) & {"russia"} == set()


def test_the_partners_are_coloured_as_on_the_dashboard(kazakhstan):
    colours = {name: partner.colour for name, partner in kazakhstan.partners.items()}
    assert (colours["russia"], colours["china"]) == ("red", "blue")
    assert {colours[name] for name in ("italy", "netherlands", "france", "eu27", "usa")} == {"green"}


def test_the_cases_are_listed_under_kazakhstan():
    assert {"kazakhstan", "two-buyers", "one-or-many"} <= set(bundled.names())
    for case in ("transit-closed", "2022", "china-demand", "west-investment", "by-hazard"):
        assert mv.load(f"kazakhstan/{case}").name == f"kazakhstan/{case}"


def test_by_hazard_is_joined_by_a_t_copula_and_has_no_stress():
    scenario = mv.load("kazakhstan/by-hazard")
    assert scenario.stress == ()
    assert scenario.hazard.copula.family == "t"
    assert set(scenario.hazard.partners) == {"russia", "china", "netherlands", "eu27", "usa"}
