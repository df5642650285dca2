"""Scenarios made of data: valid, runnable at once, honest about what was not estimated."""

import dataclasses

import numpy as np
import pytest

import multivector_sim as mv
from multivector_sim.evidence.country_exposures import CIF_FACTOR, STOCK_SHARE, build_portfolio
from multivector_sim.evidence.from_flows import text_and_portfolio
from multivector_sim.evidence.shipped import shipped_calibration
from multivector_sim.scenario.models import Partner
from multivector_sim.scenario.notices import figures
from tests.evidence import layouts
from tests.shared_data import shared_data

COUNTRIES = ("CHL", "KAZ", "VNM", "NAM", "DEU")


@pytest.fixture(scope="module")
def chile(tmp_path_factory):
    return mv.read_flows(layouts.comtrade_web(tmp_path_factory.mktemp("chile")))


@pytest.fixture(scope="module")
def stock(tmp_path_factory):
    return mv.read_flows(layouts.cdis(tmp_path_factory.mktemp("cdis")), unit="million USD")


@pytest.fixture(scope="module")
def panel():
    return mv.read_flows(shared_data("comtrade_1964_2016.csv.gz"))


def plain(folder, text, **options):
    (folder / "mine.csv").write_text(text)
    return mv.read_flows(folder / "mine.csv", **options)


def test_the_text_reads_back_as_the_scenario(chile, tmp_path):
    file = tmp_path / "chile.yaml"
    file.write_text(text_and_portfolio(chile, "Chile")[0], encoding="utf-8")
    assert mv.load(file) == mv.scenario_from_flows(chile, "CHL")


def test_exposures_are_the_flows_and_add_up(chile):
    scenario = mv.scenario_from_flows(chile, "CHL", partners=4)
    exports = {name: figure.value for name, figure in scenario.exposures["exports"].items()}
    assert exports == {"CHN": 38.2e9, "USA": 15.4e9, "FRA": 1.1e9, "IND": 2.0e9, "others": pytest.approx(3.5e9)}
    for flow in ("exports", "imports"):
        total = sum(figure.value for figure in scenario.exposures[flow].values())
        assert total == pytest.approx(chile.of("CHL", flow, 2023).sum(), rel=1e-5)
    assert {figure.trust for figure in scenario.exposures["exports"].values()} == {"official"}
    assert {figure.as_of for figure in scenario.exposures["imports"].values()} == {2023}
    assert "as Chile reports it, FOB" in scenario.exposures["exports"]["CHN"].note
    assert "CIF" in scenario.exposures["imports"]["CHN"].note
    assert scenario.price_year == 2023


def test_every_figure_has_a_source_a_trust_and_a_note(chile, stock):
    scenario = mv.scenario_from_flows([chile, stock], "CHL")
    for path, figure in figures(scenario):
        assert figure.source in scenario.sources, path
        assert figure.trust in ("official", "estimated", "assumption"), path
        assert figure.note, path
    trusts = {path: figure.trust for path, figure in figures(scenario)}
    assert {trust for path, trust in trusts.items() if path.startswith(("channels.", "spillover."))} == {"assumption"}
    assert trusts["hazard.partners.CHN.channels.exports"] == "estimated"
    assert trusts["hazard.partners.CHN.channels.imports"] == "assumption"
    assert trusts["hazard.partners.CHN.intensity"] == "assumption"  # how large a part of its imports, nobody said
    assert not any("unverified" in notice for notice in scenario.notices)


def test_partners_below_half_a_per_cent_are_left_to_the_others(chile):
    scenario = mv.scenario_from_flows(chile, "CHL")
    assert set(scenario.partners) == {"CHN", "USA", "FRA", "IND", "CHE", "TUR", "TWN", "others"}, (
        "NOR and NAM are small"
    )
    assert len(mv.scenario_from_flows(chile, "CHL", partners=2).partners) == 3
    assert "others" not in scenario.hazard.partners


def test_the_others_are_residual_where_the_model_knows_the_word(chile):
    text, _ = text_and_portfolio(chile, "CHL")
    assert ("residual: true" in text) == ("residual" in Partner.model_fields)


def test_it_runs_and_the_largest_partner_can_rupture_for_certain(chile):
    scenario = mv.scenario_from_flows(chile, "CHL")
    by_chance = mv.simulate(scenario, draws=2000, seed=1)
    for_certain = mv.simulate(scenario.with_override("china-ruptures"), draws=2000, seed=1)
    assert 0.0 < by_chance.trade.mean().value < for_certain.trade.mean().value < 1.0


def test_investment_of_a_stock_is_a_stated_share_and_an_assumption(chile, stock):
    scenario = mv.scenario_from_flows([chile, stock], "CHL")
    found = {name: figure.value for name, figure in scenario.exposures["investment"].items()}
    assert found == {"USA": pytest.approx(33e6 * STOCK_SHARE), "NLD": pytest.approx(21e6 * STOCK_SHARE)}
    figure = scenario.exposures["investment"]["USA"]
    assert (figure.trust, figure.as_of) == ("assumption", 2022)
    assert scenario.hazard.partners["NLD"].intensity.trust == "assumption"
    assert [it.to for it in scenario.spillover] == ["investment"]


def test_a_years_inflow_is_taken_as_it_is(chile, tmp_path):
    inflow = mv.read_flows(layouts.unctad(tmp_path))
    scenario = mv.scenario_from_flows([chile, inflow], "CHL")
    assert scenario.exposures["investment"]["ESP"].value == 30e6
    assert scenario.exposures["investment"]["ESP"].trust == "official"
    assert "others" not in scenario.exposures["investment"], "a negative flow is no exposure"


def test_what_one_partner_alone_reports_is_no_portfolio(tmp_path):
    flows = plain(tmp_path, "reporter,partner,year,flow,value (USD)\nKEN,UGA,2023,exports,8\nKEN,TZA,2023,exports,5\n")
    with pytest.raises(
        mv.FlowsError, match="no exports or imports of Uganda in 2023; only Kenya reports trade with it"
    ):
        mv.scenario_from_flows(flows, "Uganda")


def test_partners_reports_stand_in_for_the_countrys_own(tmp_path):
    text = "reporter,partner,year,flow,value (USD)\nCHN,CHL,2023,imports,106\nUSA,CHL,2023,imports,53\nUSA,CHL,2023,exports,30\nCHN,CHL,2023,exports,10\n"
    flows = dataclasses.replace(plain(tmp_path, text), trust="official")
    scenario = mv.scenario_from_flows(flows, "CHL")
    exports = scenario.exposures["exports"]
    assert {name: figure.value for name, figure in exports.items()} == {
        "CHN": pytest.approx(106 / CIF_FACTOR),
        "USA": pytest.approx(53 / CIF_FACTOR),
    }
    assert {figure.trust for figure in exports.values()} == {"estimated"}
    assert "CIF to FOB" in exports["CHN"].note
    assert scenario.exposures["imports"]["USA"].value == 30
    assert scenario.exposures["imports"]["USA"].trust == "official"
    with pytest.raises(mv.FlowsError, match="no exports or imports of Chile"):
        mv.scenario_from_flows(flows, "CHL", side="own")


def test_sides_are_never_mixed(tmp_path):
    text = "reporter,partner,year,flow,value (USD)\nCHL,CHN,2023,exports,100\nCHN,CHL,2023,imports,140\nUSA,CHL,2023,imports,9\n"
    flows = plain(tmp_path, text)
    own = build_portfolio(flows, "CHL", None, 12, "own").channels[0]
    theirs = build_portfolio(flows, "CHL", None, 12, "partners").channels[0]
    assert own.by_partner == {"CHN": 100}
    assert theirs.by_partner == {"CHN": pytest.approx(140 / 1.06), "USA": pytest.approx(9 / 1.06)}


def test_a_country_most_of_whose_exports_have_no_partner_is_refused_with_the_way_out(tmp_path):
    text = "reporter,partner,year,flow,value (USD)\nIRQ,Areas nes,2016,exports,99\nIRQ,CHN,2016,exports,1\n"
    with pytest.raises(mv.FlowsError, match="99 % of the exports of Iraq in 2016 have no country as a partner"):
        mv.scenario_from_flows(plain(tmp_path, text), "IRQ")
    mirrored = plain(tmp_path, text + "CHN,IRQ,2016,imports,53\nIND,IRQ,2016,imports,53\n")
    assert set(mv.scenario_from_flows(mirrored, "IRQ").exposures["exports"]) == {"CHN", "IND"}
    with pytest.raises(mv.FlowsError, match="have no country as a partner"):
        mv.scenario_from_flows(mirrored, "IRQ", side="own")


def test_a_quarter_without_a_partner_is_a_warning_in_the_text(tmp_path):
    text = "partner,exports (USD)\nAreas nes,30\nChina,70\n"
    made, _ = text_and_portfolio(plain(tmp_path, text, reporter="OMN", year=2016), "Oman")
    assert "# Beware: 30 % of the exports have no country as a partner" in made


def test_hazards_go_by_the_share_of_the_partners_imports(tmp_path):
    """With 20 exporters and more the data tell how large a market is."""
    others = [code for code in mv.read_flows(layouts.panel(tmp_path)).countries if code != "CHL"]
    codes = ["CHL", *others, *"ARG BOL BRA COL ECU PER PRY URY VEN MEX CAN DEU FRA ITA ESP PRT GBR IRL NLD BEL".split()]
    rows = [f"{code},JPN,2016,{4 if code == 'CHL' else 30}" for code in codes] + ["CHL,USA,2016,5"]
    file = tmp_path / "market.csv"
    file.write_text("exporter,importer,year,exports_usd\n" + "\n".join(rows) + "\n")
    hazard = mv.scenario_from_flows(mv.read_flows(file), "CHL").hazard.partners
    share = 4 / (4 + 30 * (len(codes) - 1))
    assert 0.001 < share < 0.01
    assert hazard["JPN"].intensity.value == pytest.approx(shipped_calibration().intensity_for(share).value, abs=1e-6)
    assert "the data do not tell" in hazard["USA"].intensity.note
    assert "the data do not tell" not in hazard["JPN"].intensity.note


def test_hazards_fall_with_size_and_below_what_was_looked_at_they_are_assumed():
    made = shipped_calibration().to_scenario({"a": 0.0001, "b": 0.0007, "c": 0.005, "d": 0.02})["hazard"]["partners"]
    sizes = [made[name]["intensity"]["value"] for name in "abcd"]
    assert sizes == sorted(sizes, reverse=True)
    assert [made[name]["intensity"]["trust"] for name in "ab"] == ["assumption", "estimated"]
    assert "nothing was looked at" in made["a"]["intensity"]["note"]


def test_the_law_of_severities_has_the_estimated_mean_and_range(chile):
    law = mv.scenario_from_flows(chile, "CHL").hazard.partners["CHN"].channels["exports"].law
    assert law.mean == pytest.approx(shipped_calibration().severity_mean.value, abs=1e-4)
    assert law.support == (0.5, 1.0)


def test_another_calibration_can_stand_in_its_place(chile):
    class Calm:
        def to_scenario(self, shares=None, channels=("exports",)):
            made = shipped_calibration().to_scenario(shares, channels)
            for rupture in made["hazard"]["partners"].values():
                rupture["intensity"]["value"] = 0.001
            return made

    scenario = mv.scenario_from_flows(chile, "CHL", calibration=Calm())
    assert {it.intensity.value for it in scenario.hazard.partners.values()} == {0.001}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"country": "Chille"}, "no country called 'Chille'; did you mean Chile?"),
        ({"partners": 0}, "partners: must lie between 1 and 60, not 0"),
        ({"side": "left"}, "side: must be one of auto, own, partners"),
        ({"cif_factor": 0.9}, "cif_factor: must lie between 1 and 2"),
    ],
)
def test_arguments_that_make_no_sense(chile, options, told):
    with pytest.raises(mv.UsageError) as caught:
        mv.scenario_from_flows(chile, **({"country": "CHL"} | options))
    assert told in str(caught.value)


def test_a_country_or_a_year_that_is_not_there(chile):
    with pytest.raises(mv.FlowsError, match=r"nothing about Peru \(PER\) in this file"):
        mv.scenario_from_flows(chile, "PER")
    with pytest.raises(mv.FlowsError, match="nothing about Chile in 2020; the nearest year is 2023"):
        mv.scenario_from_flows(chile, "CHL", 2020)
    with pytest.raises(mv.UsageError, match="no flows"):
        mv.scenario_from_flows([], "CHL")


@pytest.mark.parametrize("country", COUNTRIES)
def test_five_countries_of_the_panel_go_through(panel, country):
    scenario = mv.scenario_from_flows(panel, country, 2016)
    total = panel.of(country, "exports", 2016).sum()
    assert sum(figure.value for figure in scenario.exposures["exports"].values()) == pytest.approx(total, rel=1e-5)
    sold = panel.about(country, "exports", 2016).sum()
    assert sum(figure.value for figure in scenario.exposures["imports"].values()) == pytest.approx(sold, rel=1e-5)
    assert "FOB" in next(iter(scenario.exposures["imports"].values())).note
    assert len(scenario.partners) <= 13
    known = [it.intensity.note for it in scenario.hazard.partners.values() if "exports" in it.channels]
    assert not any("do not tell" in note for note in known), "the panel tells how large each market is"
    result = mv.simulate(scenario, draws=500, seed=1)
    assert np.isfinite(result.losses).all()
    assert 0.0 < result.trade.mean().value < 0.5


def test_iraq_and_the_emirates_of_the_panel_are_refused(panel):
    with pytest.raises(mv.FlowsError, match="100 % of the exports of Iraq"):
        mv.scenario_from_flows(panel, "IRQ", 2016)
    with pytest.raises(mv.FlowsError, match="61 % of the exports of United Arab Emirates"):
        mv.scenario_from_flows(panel, "ARE", 2016)
