"""The shipped scenarios: they read, they add up, and every figure says where it comes from."""

from pathlib import Path

import pytest

import multivector_sim as mv
from multivector_sim.scenario import files as bundled
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
    assert len(found) > (60 if path.stem != "three-vectors" else 2)
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
            assert figure.trust in {"unverified", "assumption"}, where


def test_nothing_is_counted_twice(kazakhstan):
    sums = {name: sum(it.value for it in flows.values()) for name, flows in kazakhstan.exposures.items()}
    assert sums["exports"] + sums["energy"] == pytest.approx(81.6e9)
    assert sums["energy"] == pytest.approx(64e6 * 80 * 7.5)
    assert sums["imports"] == pytest.approx(59.8e9)
    assert sums["investment"] == pytest.approx(28.0e9)


def test_export_shares_are_the_official_ones(kazakhstan):
    exports, energy = kazakhstan.exposures["exports"], kazakhstan.exposures["energy"]
    for partner, share in SHARES_2024.items():  # as a copy of Kazinform has them
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


def test_no_source_is_a_mirror_of_state_media_or_a_content_farm_and_trusted():
    rejected = ("pravda", "sputnik", "ckhq", "shepherdgazette", "foodmate", "blogspot")
    for path in FILES:
        scenario = mv.load(path)
        bad = {name for name, it in scenario.sources.items() if any(word in it.where for word in rejected)}
        trusted = [
            where for where, it in figures(scenario) if it.source in bad and it.trust in ("official", "study", "press")
        ]
        assert trusted == [], path


COUNTRIES = ("moldova", "vietnam", "teaching")


@pytest.mark.parametrize("name", COUNTRIES)
def test_another_country_is_complete(name):
    scenario = mv.load(name)
    assert len(scenario.partners) >= 3
    assert scenario.corridors
    assert scenario.legs
    assert len(scenario.measures) >= 2
    assert len(scenario.claims) >= 2
    assert scenario.mixes
    flow = dict.fromkeys(scenario.corridors, 0.0)
    for channel, partners in scenario.legs.items():
        for partner, legs in partners.items():
            for corridor, share in legs.items():
                flow[corridor] += share * scenario.exposures[channel][partner].value
    for corridor, it in scenario.corridors.items():
        assert it.capacity.law.support[0] >= flow[corridor], corridor


@pytest.mark.parametrize("name", ["moldova", "moldova/ukraine-closed", "vietnam", "vietnam/china-inputs"])
def test_every_figure_of_a_real_country_says_where_it_comes_from(name):
    scenario = mv.load(name)
    parts = (scenario.exposures, scenario.channels, scenario.corridors, scenario.stress, scenario.spillover)
    for figure in (it for part in parts for _, it in figures(part)):
        assert figure.source in scenario.sources
        assert figure.note
        assert figure.source not in ("authors", "recalled") or figure.trust in ("unverified", "memory")


def test_moldova_s_exports_are_the_official_ones():
    exports = {name: it.value for name, it in mv.load("moldova").exposures["exports"].items()}
    assert sum(exports.values()) == pytest.approx(3.744e9, abs=2e6)
    assert (exports["romania"] + exports["eu27"]) / sum(exports.values()) == pytest.approx(0.654, abs=0.001)
    assert mv.load("moldova").gdp.value == pytest.approx(3.744e9 / 0.238, rel=0.001)


def test_viet_nam_s_totals_are_a_year_of_what_customs_counted():
    flows = {name: sum(it.value for it in by.values()) for name, by in mv.load("vietnam").exposures.items()}
    assert flows["exports"] == pytest.approx(315.91e9 * 366 / 289, rel=0.001)
    assert flows["imports"] == pytest.approx(294.66e9 * 366 / 289, rel=0.001)
    assert flows["investment"] == pytest.approx(23.18e9, rel=0.002)


def test_what_is_switched_off_moves_the_other_countries_the_right_way():
    def lost(scenario, channel):
        return mv.simulate(scenario, draws=1024, seed=1).column(channel).mean().value

    moldova, inputs, vietnam = (mv.load(name) for name in ("moldova", "vietnam/china-inputs", "vietnam"))
    assert lost(moldova, "exports") < lost(moldova.with_mix("exports-2004"), "exports") / 5
    assert lost(moldova.with_measure("gas-stored"), "power") < lost(moldova, "power")
    assert lost(moldova, "power") < lost(moldova.with_override("before-the-lines"), "power")
    assert lost(inputs.with_override("no-chains"), "exports") < lost(inputs, "exports")
    assert lost(inputs.with_measure("second-suppliers"), "imports") < lost(inputs, "imports")
    assert lost(vietnam, "exports") < lost(vietnam.with_override("tariff-46"), "exports")
    assert lost(vietnam.with_mix("exports-2000"), "exports") < lost(vietnam, "exports")


@pytest.mark.parametrize(
    ("override", "channel", "on_the_board"),
    [
        (None, "exports", 0.2 * 0.5 / 5),
        ("road-closed", "exports", (0.2 * 0.5 + 0.5 - 0.1) / 5),
        ("no-port", "exports", (0.2 * 0.5 + 0.5) / 5),
        ("other-buyers", "exports", 0.2 * 0.5 / 5 / 2),
        ("investors-mind", "investment", 0.5 * 0.2 * 0.5 / 5),
    ],
)
def test_the_sums_on_the_board_are_those_of_the_computer(override, channel, on_the_board):
    scenario = mv.load("teaching")
    scenario = scenario.with_override(override) if override else scenario
    assert mv.simulate(scenario, draws=8, seed=1).column(channel).mean().value == pytest.approx(on_the_board, rel=1e-9)


def test_stocks_and_chance_on_the_board():
    scenario = mv.load("teaching")
    assert mv.simulate(scenario.with_measure("stocks"), draws=8).trade.mean().value == pytest.approx(0.0, abs=1e-12)
    ruptures = mv.simulate(scenario.with_override("by-chance"), draws=20_000, seed=1).ruptures
    expected = 1.0 - 2.718281828459045**-0.25
    assert abs(ruptures.mean() - expected) < 4.5 * ruptures.std() / ruptures.size**0.5
