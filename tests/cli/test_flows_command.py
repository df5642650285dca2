"""flows, and new --from-data."""

import pandas as pd

import multivector_sim as mv
from multivector_sim.evidence.flows.countries import title_of
from multivector_sim.evidence.flows.table import _money
from tests.cli.running import run, run_json
from tests.evidence import layouts


def test_flows_tells_what_is_in_a_file(tmp_path):
    outcome = run("flows", layouts.comtrade_web(tmp_path))
    assert outcome.exit_code == 0
    for phrase in ("UN Comtrade", "China 63.5 %", "dropped: re-exports", "partners add up to the world's row"):
        assert phrase in outcome.stdout


def test_flows_as_json_and_csv(tmp_path):
    document = run_json("flows", layouts.comtrade_web(tmp_path))
    assert document["schema"] == "multivector/flows/1"
    assert document["unit"] == "USD"
    assert {it["kind"] for it in document["findings"]} >= {"found", "dropped", "unspecified", "check"}
    outcome = run("flows", tmp_path / "TradeData_1_2_2026_3_4_5.csv", "--csv", tmp_path / "tidy.csv")
    assert outcome.exit_code == 0
    table = pd.read_csv(tmp_path / "tidy.csv", keep_default_na=False)
    assert list(table.columns) == ["reporter", "partner", "year", "flow", "value", "unit", "side", "product"]
    assert len(table) == 20
    assert mv.read_flows(tmp_path / "tidy.csv").table["value"].sum() == table["value"].sum(), (
        "what is written reads back"
    )


def test_flows_of_one_country_of_several(tmp_path):
    file = layouts.panel(tmp_path)
    whole = mv.read_flows(file)
    country = whole.countries[0]
    shown = run("flows", file, "--country", country)
    assert shown.exit_code == 0, shown.output
    flow = min(whole.table.loc[whole.table["reporter"] == country, "flow"].unique())
    assert f", {flow} " in shown.stdout
    document = run_json("flows", file, "--country", country)
    ends = whole.table[(whole.table["reporter"] == country) | (whole.table["partner"] == country)]
    assert document["rows"] == len(ends) < len(whole.table)
    own = ends[(ends["reporter"] == country) & (ends["flow"] == flow)]
    (said,) = [it for it in document["flows"] if it["flow"] == flow and it["reported_by"] == "itself"]
    assert said["value"] == {str(year): total for year, total in own.groupby("year")["value"].sum().items()}
    last = own[own["year"] == own["year"].max()]["value"].sum()
    assert f"by {title_of(country)}; {own['year'].max()}: {_money(last)} USD" in shown.stdout
    assert document["findings"] == whole.document()["findings"]
    assert "nothing about Nauru (NRU) in this file" in run("flows", file, "--country", "Nauru").stderr
    assert "did you mean Chile?" in run("flows", file, "--country", "Chille").stderr


def test_a_country_that_reports_nothing_is_shown_as_others_report_it(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("reporter,partner,year,exports (USD)\nPeru,Chile,2020,5\nChina,Chile,2020,15\nPeru,China,2020,1\n")
    shown = run("flows", file, "--country", "CHL").stdout
    assert "exports: 2 flows by others, with Chile; 2020: 20 USD" in shown
    assert "Others' exports with Chile, 2020: China 75.0 %, Peru 25.0 %" in shown
    (entry,) = run_json("flows", file, "--country", "CHL")["flows"]
    assert (entry["reported_by"], entry["value"]) == ("others", {"2020": 20.0})


def test_own_figures_beside_a_table_of_all_countries(tmp_path):
    """The reporter and the unit are given to the file that does not say them, and to no other."""
    (tmp_path / "own.csv").write_text("partner,exports\nChina,5\nPeru,4\nUSA,3\n")
    (tmp_path / "all.csv").write_text(
        "reporter,partner,year,imports (USD)\nCHN,CHL,2020,6\nCHN,USA,2020,60\nPER,CHL,2020,5\n"
    )
    words = ("--from-data", tmp_path / "own.csv", "--from-data", tmp_path / "all.csv", "--country", "CHL")
    outcome = run("new", tmp_path / "mine.yaml", *words, "--reporter", "CHL", "--unit", "USD", "--year", "2020")
    assert outcome.exit_code == 0, outcome.output
    assert mv.load(tmp_path / "mine.yaml").exposures["exports"]["CHN"].value == 5.0
    lone = run("new", tmp_path / "other.yaml", *words[:2], *words[4:], "--year", "2020", "--unit", "USD")
    assert "give reporter='CHL' (--reporter)" in lone.stderr


def test_what_the_file_does_not_say_can_be_said(tmp_path):
    (tmp_path / "a.csv").write_text("partner;amount\nChina;1.500\n")
    words = ("--reporter", "Chile", "--year", "2020", "--flow", "imports", "--unit", "thousand EUR", "--decimal", ",")
    document = run_json("flows", tmp_path / "a.csv", *words)
    assert document["flows"] == [
        {"flow": "imports", "side": "importer", "rows": 1, "years": [2020, 2020], "value": {"2020": 1.5e6}}
    ]


def test_nothing_is_written_where_it_cannot_be(tmp_path):
    outcome = run("flows", layouts.panel(tmp_path), "--csv", tmp_path / "no" / "x.csv")
    assert outcome.exit_code == 2
    assert "there is no folder" in outcome.stderr


def test_new_from_data_gives_a_scenario_that_validates(tmp_path):
    trade, stock = layouts.comtrade_web(tmp_path), layouts.cdis(tmp_path)
    words = (
        "--from-data",
        trade,
        "--from-data",
        stock,
        "--unit",
        "million USD",
        "--country",
        "Chile",
        "--partners",
        "3",
    )
    outcome = run("new", tmp_path / "mine.yaml", *words)
    assert outcome.exit_code == 0, outcome.output
    assert "partners that are no country" in outcome.stderr
    assert "Exports 2023, as Chile reports it, FOB: 2 partners listed singly, 11 % with all others" in " ".join(
        outcome.stdout.split()
    )
    scenario = mv.load(tmp_path / "mine.yaml")
    assert scenario.name == "mine"
    assert set(scenario.exposures) == {"exports", "imports", "investment"}
    assert scenario.exposures["exports"]["CHN"].value == 38.2e9, "a unit that one file needs is not forced on the other"
    assert run("validate", tmp_path / "mine.yaml").exit_code == 0


def test_new_doubts_a_file_of_two_partners(tmp_path):
    (tmp_path / "two.csv").write_text("partner,exports (USD),imports (USD)\nChina,5,1\nPeru,4,1\n,,\n")
    words = ("--from-data", tmp_path / "two.csv", "--country", "CHL", "--reporter", "CHL", "--year", "2020")
    outcome = run("new", tmp_path / "two.yaml", *words)
    assert outcome.exit_code == 0, outcome.output
    assert "Exports 2020 have only 2 partners in these files" in " ".join(outcome.stderr.split())
    (tmp_path / "three.csv").write_text("partner,exports (USD)\nChina,5\nPeru,4\nUSA,4\n")
    three = ("--from-data", tmp_path / "three.csv", *words[2:])
    assert "have only" not in run("new", tmp_path / "three.yaml", *three).stderr


def test_new_from_data_says_what_it_needs_and_leaves_nothing_half_written(tmp_path):
    trade = layouts.comtrade_web(tmp_path)
    for words, told in (
        (("--from-data", trade), "--from-data needs --country"),
        (("--country", "CHL"), "--country needs data"),
        (("--from-data", trade, "--country", "PER"), "nothing about Peru"),
        (("--from-data", trade, "--country", "CHL", "--year", "2001"), "nothing about Chile in 2001"),
        (("--from-data", tmp_path / "no.csv", "--country", "CHL"), "no such file"),
    ):
        outcome = run("new", tmp_path / "mine", *words)
        assert outcome.exit_code == 2
        assert told in outcome.stderr
        assert not (tmp_path / "mine").exists()
