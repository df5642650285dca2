"""Every layout, with its quirks: the numbers that come out, and what is told of the rest."""

import random

import pandas as pd
import pytest

import multivector_sim as mv
from tests.evidence import layouts

CHILE = {
    ("CHN", "exports"): 38.2e9, ("USA", "exports"): 15.4e9, ("FRA", "exports"): 1.1e9, ("IND", "exports"): 2.0e9,
    ("CHE", "exports"): 0.9e9, ("NOR", "exports"): 0.1e9, ("TUR", "exports"): 0.3e9, ("NAM", "exports"): 0.2e9,
    ("TWN", "exports"): 1.5e9, ("UNS", "exports"): 0.5e9, ("CHN", "imports"): 19.5e9, ("USA", "imports"): 16.6e9,
    ("FRA", "imports"): 1.5e9, ("IND", "imports"): 1.0e9, ("CHE", "imports"): 0.4e9, ("NOR", "imports"): 0.2e9,
    ("TUR", "imports"): 0.7e9, ("NAM", "imports"): 0.1e9, ("TWN", "imports"): 0.6e9, ("UNS", "imports"): 0.25e9,
}  # fmt: skip


def read(layout, folder, **options):
    return mv.read_flows(getattr(layouts, layout)(folder), **options)


def rows(flows):
    """Return a table as a mapping from reporter, partner, year and flow to a value."""
    table = flows.to_frame()
    assert not table.duplicated(["reporter", "partner", "year", "flow", "side", "product"]).any()
    return {(it["reporter"], it["partner"], it["year"], it["flow"]): it["value"] for it in table.to_dict("records")}


def told(flows, kind):
    return " | ".join(finding.text for finding in flows.findings if finding.kind == kind)


@pytest.mark.parametrize("layout", ["comtrade_web", "comtrade_api", "comtrade_bulk"])
def test_comtrade_in_its_three_forms_of_today(layout, tmp_path):
    flows = read(layout, tmp_path)
    assert flows.format == "comtrade"
    assert rows(flows) == {("CHL", partner, 2023, flow): value for (partner, flow), value in CHILE.items()}
    assert set(flows.table["unit"]) == {"USD"}
    assert dict(zip(flows.table["flow"], flows.table["side"], strict=True)) == {
        "exports": "exporter",
        "imports": "importer",
    }
    assert set(flows.table["product"]) == {"TOTAL"}
    assert flows.trust == "official"


def test_the_comma_at_the_end_of_comtrades_rows_shifts_nothing_and_is_told(tmp_path):
    file = layouts.comtrade_web(tmp_path)
    shifted = pd.read_csv(file, encoding="latin-1")
    assert set(shifted["primaryValue"].astype(str)) <= {"0", "0.0", "False", "false"}, (
        "pandas alone no longer falls into it"
    )
    flows = mv.read_flows(file)
    assert flows.of("CHL", "exports", 2023)["CHN"] == 38.2e9
    assert "every row ends with a separator" in told(flows, "found")


def test_what_comtrade_holds_twice_is_dropped_and_counted(tmp_path):
    flows = read("comtrade_web", tmp_path)
    dropped = {finding.text: finding for finding in flows.findings if finding.kind == "dropped"}
    assert {text: finding.rows for text, finding in dropped.items()} == {
        "a second partner (countries of consignment)": 2,
        "single customs procedures": 2,
        "single modes of transport": 2,
        "re-exports, re-imports and other parts of exports and imports": 1,
        "products beside the total that holds them": 2,
        "the world as a partner, which holds all others": 2,
        "a country as its own partner (what it took back)": 1,
    }
    assert dropped["the world as a partner, which holds all others"].value == pytest.approx(60.2e9 + 40.85e9)
    assert dropped["the world as a partner, which holds all others"].line == 2
    assert "partners add up to the world's row in all 2 cases" in told(flows, "check")
    assert flows.unspecified("CHL", "exports", 2023) == pytest.approx(0.5 / 60.2)
    assert flows.world["value"].sum() == pytest.approx(60.2e9 + 40.85e9)


def test_a_product_can_be_asked_for(tmp_path):
    flows = read("comtrade_web", tmp_path, product="27")
    assert rows(flows) == {("CHL", "CHN", 2023, "exports"): 7e9, ("CHL", "CHN", 2023, "imports"): 1e9}
    assert set(flows.table["product"]) == {"27"}


def test_months_beside_the_year_are_dropped(tmp_path):
    assert "months or quarters beside the year" in told(read("comtrade_api", tmp_path), "dropped")


def test_comtrade_before_2023(tmp_path):
    flows = read("comtrade_legacy", tmp_path)
    assert flows.format == "comtrade-legacy"
    expected = {("CHN", "exports"): 298e9, ("ITA", "exports"): 100e9, ("MKD", "exports"): 152e9}
    expected |= {("CHN", "imports"): 260e9, ("ITA", "imports"): 30e9, ("MKD", "imports"): 300e9}
    assert rows(flows) == {("HKG", partner, 2017, flow): value for (partner, flow), value in expected.items()}
    assert "re-exports" in told(flows, "dropped")
    assert "groups of countries" in told(flows, "dropped")


def test_the_names_of_comtrades_old_api(tmp_path):
    assert rows(read("comtrade_machine", tmp_path)) == {
        ("CHL", "USA", 2016, "exports"): 40,
        ("CHL", "BLX", 2016, "exports"): 20,
    }


def test_trade_map_as_text(tmp_path):
    flows = read("trade_map_text", tmp_path)
    assert flows.format == "trade-map"
    found = rows(flows)
    assert found[("CHN", "USA", 2020, "exports")] == 55_000
    assert found[("CHN", "CIV", 2020, "exports")] == 0, "zero is not missing"
    assert ("CHN", "CHN", 2020, "exports") not in found
    assert len(found) == 10
    assert "China reports its exports" in told(flows, "found")
    assert "thousand USD, as the format says" in told(flows, "found")


def test_trade_map_as_a_page_called_xls(tmp_path):
    flows = read("trade_map_page", tmp_path)
    assert rows(flows) == {("KOR", "USA", 2025, "imports"): 1e6, ("KOR", "CIV", 2025, "imports"): 5e5}
    assert set(flows.table["side"]) == {"importer"}
    assert "page of HTML" in told(flows, "found")
    assert "the header, repeated" in told(flows, "dropped")


def test_trade_map_says_whose_trade_it_is_only_in_its_name(tmp_path):
    file = layouts.trade_map_text(tmp_path).rename(tmp_path / "x.txt")
    with pytest.raises(mv.FlowsError, match="whose trade it is"):
        mv.read_flows(file)
    assert mv.read_flows(file, reporter="Viet Nam").countries == ("VNM",)


def test_imf_wide(tmp_path):
    flows = read("imf_wide", tmp_path, unit="million USD")
    expected = {("CHN", 1999): 30e6, ("CHN", 2000): 40e6, ("PRK", 1999): 10e6, ("PRK", 2000): 10e6}
    expected |= {("USA", 1999): 50e6, ("USA", 2000): 50e6}
    exports = {key: value for key, value in rows(flows).items() if key[3] == "exports"}
    assert exports == {("CHL", partner, year, "exports"): value for (partner, year), value in expected.items()}
    assert {key: value for key, value in rows(flows).items() if key[3] == "imports"} == {
        ("CHL", "USA", 2000, "imports"): 60e6
    }
    assert "no value: blank" in told(flows, "dropped")
    assert "rows of status" in told(flows, "dropped")
    assert "groups of countries" in told(flows, "dropped")


@pytest.mark.parametrize("layout", ["imf_wide", "imf_panel", "imf_text", "cdis"])
def test_the_old_portal_of_the_imf_must_be_told_its_unit(layout, tmp_path):
    with pytest.raises(mv.FlowsError, match="the unit is not in the file"):
        read(layout, tmp_path)
    assert (
        read(layout, tmp_path, unit="USD").table["value"].max() * 1e6
        == read(layout, tmp_path, unit="million USD").table["value"].max()
    )


def test_imf_panel(tmp_path):
    found = rows(read("imf_panel", tmp_path, unit="USD"))
    assert found == {
        ("CHL", "USA", 2020, "exports"): 50, ("CHL", "USA", 2020, "imports"): 60,
        ("CHL", "XKX", 2020, "exports"): 40, ("CHL", "XKX", 2020, "imports"): 40,
    }  # fmt: skip


def test_imf_text_without_a_header_gives_years_of_twelve_months_and_namibia(tmp_path):
    flows = read("imf_text", tmp_path, unit="million USD")
    assert rows(flows) == {("NAM", "ZAF", 2015, "exports"): 78e6}
    assert "not all 12 months" in told(flows, "dropped")
    assert "stand twice" in told(flows, "doubled")


def test_imts_is_in_millions_and_codes_with_digits_are_groups(tmp_path):
    flows = read("imts", tmp_path)
    assert rows(flows) == {
        ("BWA", "ZAF", 2000, "exports"): pytest.approx(100.5e6), ("BWA", "GBR", 2000, "exports"): pytest.approx(200e6),
        ("BWA", "ZAF", 2000, "imports"): pytest.approx(2081.58e6),
    }  # fmt: skip
    assert "groups of countries" in told(flows, "dropped")


def test_imts_from_the_data_explorer_has_a_scale_in_each_row(tmp_path):
    found = rows(read("imts_explorer", tmp_path))
    assert found[("CHL", "CHN", 2023, "exports")] == pytest.approx(39.5e6)
    assert found[("CHL", "USA", 2023, "exports")] == 16e6


def test_cdis(tmp_path):
    flows = read("cdis", tmp_path, unit="million USD")
    found = rows(flows)
    assert found[("CHL", "USA", 2022, "fdi_instock")] == 33e6
    assert found[("CHL", "BRA", 2022, "fdi_outstock")] == 6e6
    assert ("CHL", "CHN", 2021, "fdi_instock") not in found, "C is confidential"
    assert found[("CHL", "CHN", 2022, "fdi_instock")] == -1e6
    assert "IIWE_BP6_USD" in told(flows, "dropped")
    assert {it["side"] for it in flows.table.to_dict("records") if it["flow"] == "fdi_instock"} == {"host"}


def test_baci(tmp_path):
    flows = read("baci", tmp_path)
    assert rows(flows) == {
        ("CHL", "USA", 2019, "exports"): 30_500, ("CHL", "TWN", 2019, "exports"): 5_000,
        ("FRA", "CHL", 2019, "exports"): 7_000,
    }  # fmt: skip
    assert set(flows.table["side"]) == {"both"}
    assert flows.trust == "study"
    assert "country_codes_V202102.csv" in told(flows, "found")
    assert rows(read("baci", tmp_path, product="010121")) == {("CHL", "USA", 2019, "exports"): 10_500}


def test_baci_without_its_file_of_countries(tmp_path):
    file = layouts.baci(tmp_path)
    (tmp_path / "country_codes_V202102.csv").unlink()
    flows = mv.read_flows(file)
    assert len(flows.table) == 3
    assert "no file country_codes" in told(flows, "assumed")


def test_wits(tmp_path):
    flows = read("wits", tmp_path)
    assert rows(flows) == {
        ("CHL", "CHN", 2019, "exports"): 30_500, ("CHL", "ROU", 2019, "exports"): 40_000,
        ("CHL", "CHN", 2019, "imports"): 25_000,
    }  # fmt: skip
    assert "the header, repeated" in told(flows, "dropped")


def test_eurostat(tmp_path):
    flows = read("eurostat", tmp_path)
    assert rows(flows) == {
        ("GRC", "USA", 2021, "exports"): pytest.approx(123.4e6), ("GRC", "USA", 2020, "exports"): 120e6,
        ("GRC", "GBR", 2020, "imports"): 55e6,
    }  # fmt: skip
    assert set(flows.table["unit"]) == {"EUR"}


def test_comext(tmp_path):
    assert rows(read("comext", tmp_path)) == {
        ("GRC", "USA", 2023, "exports"): 1500, ("GRC", "GBR", 2023, "imports"): 700, ("GRC", "UNS", 2023, "imports"): 30,
    }  # fmt: skip


def test_tradhist(tmp_path):
    flows = read("tradhist", tmp_path)
    assert rows(flows) == {
        ("SUN", "GBR", 1960, "exports"): 50, ("ROU", "GBR", 1960, "exports"): 0, ("GBR", "USA", 1960, "exports"): 70,
    }  # fmt: skip
    assert set(flows.table["unit"]) == {"GBP"}
    assert "FLOW_0" in told(flows, "assumed")


def test_the_two_compact_panels(tmp_path):
    pairs = rows(read("tradhist_pairs", tmp_path))
    assert pairs[("CUB", "USA", 1960, "exports")] == 127
    assert ("CUB", "USA", 1960, "imports") not in pairs, "blank is missing"
    flows = read("panel", tmp_path)
    found = rows(flows)
    assert found[("CHL", "CHN", 2016, "exports")] == 17
    assert found[("COD", "USA", 1964, "exports")] == 5
    assert found[("NAM", "USA", 2016, "exports")] == 2
    assert "stand twice" in told(flows, "doubled")
    assert [it["share"] for it in flows.document()["unspecified"]] == [pytest.approx(3 / 28)]


def test_unctad(tmp_path):
    flows = read("unctad", tmp_path)
    found = rows(flows)
    assert found[("CHL", "ESP", 2011, "fdi_inflow")] == 40e6
    assert found[("CHL", "UNS", 2012, "fdi_inflow")] == -2e6
    assert ("CHL", "USA", 2012, "fdi_inflow") not in found
    assert found[("BRA", "CHL", 2012, "fdi_instock")] == 8e6, "others report it, and the flow turns round"
    assert len(found) == 7


def test_unctads_old_workbooks_are_read_too():
    """A real .xls, as UNCTAD has them; it was written once, by a library that is no longer kept."""
    from pathlib import Path

    flows = mv.read_flows(Path(__file__).with_name("webdiaeia2014d3_CHL.xls"))
    assert flows.of("CHL", "fdi_inflow", 2011).to_dict() == {"ESP": 40e6, "USA": 30e6}


@pytest.mark.parametrize("layout", ["comtrade_bulk", "comtrade_legacy", "wits", "imts", "panel", "tradhist_pairs"])
def test_the_order_of_rows_changes_nothing(layout, tmp_path):
    import gzip

    file = getattr(layouts, layout)(tmp_path)
    text = (gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()).decode()
    head, *body = text.splitlines()
    before = mv.read_flows(file).table
    for seed in range(3):
        random.Random(seed).shuffle(body)  # noqa: S311 - an order, no secret
        other = tmp_path / f"{seed}.csv"
        other.write_text("\n".join([head, *body]) + "\n")
        pd.testing.assert_frame_equal(mv.read_flows(other).table, before, check_exact=False, rtol=1e-12)


def test_a_file_is_read_once(tmp_path, monkeypatch):
    from pathlib import Path

    calls = {"bytes": 0, "tables": 0}
    read_bytes, read_csv = Path.read_bytes, pd.read_csv

    def counted_bytes(self):
        calls["bytes"] += 1
        return read_bytes(self)

    def counted_table(*words, **options):
        calls["tables"] += 1
        return read_csv(*words, **options)

    file = layouts.comtrade_web(tmp_path)
    monkeypatch.setattr(Path, "read_bytes", counted_bytes)
    monkeypatch.setattr(pd, "read_csv", counted_table)
    mv.read_flows(file)
    assert calls == {"bytes": 1, "tables": 1}


def test_another_reader_can_be_added(tmp_path):
    from multivector_sim.evidence.flows import reader as registry
    from multivector_sim.evidence.flows.opened import LINE
    from multivector_sim.evidence.flows.units import Unit

    class Caravans:
        name, title, where, trust = "caravans", "Caravans of old", "nowhere", "unverified"

        def match(self, file):
            table = file.tables[0]
            return (
                registry.Match(table, 0, {"partner": 1, "value": 0}) if table.rows[0] == ["camels", "oasis"] else None
            )

        def read(self, request):
            frame = registry.read_columns(request, (), ("value",))
            partner, label = registry.places(frame, (("partner", "any"),))
            made = pd.DataFrame({"partner": partner, "label": label, "value": registry.values(frame, request)})
            constant = {
                "reporter": "MAR",
                "year": 1300,
                "every": "A",
                "flow": "exports",
                "product": "TOTAL",
                "side": "exporter",
            }
            return made.assign(**constant, **{LINE: frame[LINE]}), Unit("camels", 1.0, "format")

    kept = registry.readers()
    file = tmp_path / "old.csv"
    file.write_text("camels,oasis\n7,Mali\n")
    try:
        mv.register_reader(Caravans())
        assert list(registry.readers())[-2:] == ["caravans", "plain"]
        assert rows(mv.read_flows(file)) == {("MAR", "MLI", 1300, "exports"): 7}
        with pytest.raises(mv.UsageError, match="no reader called 'camel'"):
            mv.register_reader(Caravans(), before="camel")
    finally:
        registry._READERS.clear()
        registry._READERS.update(kept)


def test_flows_show_themselves(tmp_path):
    flows = read("comtrade_web", tmp_path)
    assert repr(flows) == "Flows(comtrade: 20 flows of 1 country with 10 partners, 2023, USD)"
    assert "China 63.5 %" in flows.summary()
    assert flows.summary().split("\n")[0] in flows._repr_html_()
    frame = flows.to_frame()
    frame["value"] = 0
    assert flows.table["value"].sum() > 0, "to_frame is a copy"
    document = flows.document()
    assert document["schema"] == "multivector/flows/1"
    assert document["rows"] == 20
    totals = {it["flow"]: it["value"]["2023"] for it in document["flows"]}
    assert totals == {"exports": pytest.approx(60.2e9), "imports": pytest.approx(40.85e9)}


def test_flows_of_two_files_are_joined_and_the_first_wins(tmp_path):
    trade, stock = read("comtrade_web", tmp_path), read("cdis", tmp_path, unit="million USD")
    both = trade.joined(stock, trade)
    assert len(both.table) == len(trade.table) + len(stock.table)
    with pytest.raises(mv.FlowsError, match="different currencies"):
        trade.joined(read("eurostat", tmp_path))
