"""Plain tables of one's own: separators, marks, encodings, units; all found out and told, or asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import multivector_sim as mv
from multivector_sim.evidence.flows.countries import SYSTEMS, country_code, title_of
from multivector_sim.evidence.flows.units import decimal_mark

CODES = ("CHN", "USA", "NAM", "TUR", "CIV", "KOR", "GBR", "XKX")


def write(folder, text, name="mine.csv", encoding="utf-8"):
    file = folder / name
    file.write_bytes(text.encode(encoding))
    return file


def values(flows, flow="exports"):
    table = flows.table[flows.table["flow"] == flow]
    return dict(zip(table["partner"], table["value"], strict=True))


WANTED = {"CHN": 1_234_567.5, "CIV": 20.25, "TUR": 3.0, "NAM": 0.0}
BASIC = (("China", "1234567.5"), ("Côte d'Ivoire", "20.25"), ("Türkiye", "3"), ("Namibia", "0"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators_and_encodings_are_found_out(separator, encoding, tmp_path):
    lines = [separator.join(("partner", "year", "exports (USD)"))]
    lines += [separator.join((name, "2023", value)) for name, value in BASIC]
    flows = mv.read_flows(write(tmp_path, "\r\n".join(lines), encoding=encoding), reporter="CHL")
    assert values(flows) == WANTED


@pytest.mark.parametrize(
    ("number", "marks"),
    [
        ("1.234.567,5", ","),
        ("1 234 567,5", ","),
        ("1\u202f234\u202f567,5", ","),
        ("1,234,567.5", "."),
        ("1'234'567.5", "."),
    ],
)
def test_marks_of_decimals_and_thousands_are_found_out(number, marks, tmp_path):
    small = "20,25" if marks == "," else "20.25"
    text = f'partner;exports (USD)\nChina;"{number}"\nCôte d\'Ivoire;{small}\nTurkey;3\nNA;0\n'
    flows = mv.read_flows(write(tmp_path, text), reporter="CHL", year=2023)
    assert values(flows) == WANTED
    assert any(f"'{marks}' marks decimals" in it.text for it in flows.findings)


def test_a_mark_that_can_be_read_in_two_ways_is_asked_for(tmp_path):
    file = write(tmp_path, "partner;exports (USD)\nChina;1.234\nTurkey;77\n")
    with pytest.raises(mv.FlowsError, match=r"mine.csv:2: '1.234' can be read in two ways"):
        mv.read_flows(file, reporter="CHL", year=2023)
    assert values(mv.read_flows(file, reporter="CHL", year=2023, decimal=","))["CHN"] == 1234
    assert values(mv.read_flows(file, reporter="CHL", year=2023, decimal="."))["CHN"] == 1.234


def test_all_columns_of_numbers_together_tell_the_mark(tmp_path):
    file = write(tmp_path, "partner;2022;2023\nChina;1.234,5;1.300\nTurkey;10,5;12\n")
    flows = mv.read_flows(file, unit="USD", reporter="CHL", flow="exports")
    assert flows.of("CHL", "exports", 2023).to_dict() == {"CHN": 1300, "TUR": 12}


@given(
    st.lists(st.floats(0, 1e9).map(lambda it: round(it, 2)), min_size=1, max_size=8),
    st.sampled_from([(",", "."), (".", ",")]),
)
def test_whatever_is_written_comes_back(tmp_path_factory, numbers, marks):
    """With two decimals everywhere nothing is open, whatever stands between thousands."""
    thousands, decimal = marks
    texts = [f"{number:,.2f}".replace(",", "T").replace(".", decimal).replace("T", thousands) for number in numbers]
    assert decimal_mark(texts, ";") == decimal
    body = "".join(f"{code};{text}\n" for code, text in zip(CODES, texts, strict=False))
    file = write(tmp_path_factory.mktemp("plain"), f"partner;exports (USD)\n{body}")
    found = values(mv.read_flows(file, reporter="CHL", year=2023))
    assert found == {code: pytest.approx(number, rel=1e-14) for code, number in zip(CODES, numbers, strict=False)}


@pytest.mark.parametrize(
    ("name", "factor", "currency"),
    [
        ("exports (thousand EUR)", 1e3, "EUR"), ("exports_usd", 1, "USD"), ("Exports, US dollars, Millions", 1e6, "USD"),
        ("exports mn GBP", 1e6, "GBP"), ("exports (1000 €)", 1e3, "EUR"),
    ],
)  # fmt: skip
def test_a_unit_in_the_name_of_a_column(name, factor, currency, tmp_path):
    flows = mv.read_flows(write(tmp_path, f'partner;"{name}"\nChina;2\n'), reporter="CHL", year=2023)
    assert values(flows) == {"CHN": 2 * factor}
    assert flows.unit == currency


def test_a_unit_in_a_column_or_given_and_never_guessed(tmp_path):
    file = write(tmp_path, "partner,exports,unit\nChina,2,million USD\n")
    assert values(mv.read_flows(file, reporter="CHL", year=2023)) == {"CHN": 2e6}
    with pytest.raises(mv.FlowsError, match="the file states million USD, but USD was given"):
        mv.read_flows(file, reporter="CHL", year=2023, unit="USD")
    bare = write(tmp_path, "partner,exports\nChina,2\n", "bare.csv")
    with pytest.raises(mv.FlowsError, match="the unit is not in the file"):
        mv.read_flows(bare, reporter="CHL", year=2023)
    assert values(mv.read_flows(bare, reporter="CHL", year=2023, unit="thousand EUR")) == {"CHN": 2e3}


def test_years_as_columns_titles_above_and_notes_below(tmp_path):
    text = (
        'My country\'s trade\nMillion US dollars\n\nPartner,2022 [YR2022],2023 [YR2023]\nChina,1,2\n"Korea, Rep.",3,..\n'
        "World,9,9\n\n\nData from database: mine\nLast Updated: today\n"
    )
    flows = mv.read_flows(write(tmp_path, text), unit="million USD", reporter="Chile", flow="exports")
    assert {(it["partner"], it["year"]): it["value"] for it in flows.table.to_dict("records")} == {
        ("CHN", 2022): 1e6, ("CHN", 2023): 2e6, ("KOR", 2022): 3e6,
    }  # fmt: skip
    assert any("'..'" in it.text for it in flows.findings)


def test_a_long_table_with_everything_in_columns(tmp_path):
    text = "reporter,partner,year,flow,product,value (USD)\nCHL,CHN,2023,X,TOTAL,5\nCHL,CHN,2023,M,TOTAL,4\nCHL,CHN,2023,X,27,3\n"
    flows = mv.read_flows(write(tmp_path, text))
    assert values(flows) == {"CHN": 5}
    assert values(flows, "imports") == {"CHN": 4}
    assert set(flows.table["side"]) == {"exporter", "importer"}
    assert set(mv.read_flows(tmp_path / "mine.csv", side="both").table["side"]) == {"both"}


def test_nothing_is_not_missing(tmp_path):
    flows = mv.read_flows(
        write(tmp_path, "partner;exports (USD)\nChina;-\nTurkey;.\nPeru;1\n"), reporter="CHL", year=2023
    )
    assert values(flows) == {"CHN": 0, "PER": 1}
    assert any("taken for zero" in it.text for it in flows.findings)


def test_excel(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    for row in (
        ["Trade of Chile"],
        [],
        ["partner", "year", "exports (million USD)"],
        ["China", 2023, 38.25],
        ["NA", 2023, None],
    ):
        book.active.append(row)
    book.create_sheet("empty")
    book.save(tmp_path / "mine.xlsx")
    assert values(mv.read_flows(tmp_path / "mine.xlsx", reporter="CHL")) == {"CHN": 38.25e6}


def test_zip_with_one_file(tmp_path):
    import zipfile

    with zipfile.ZipFile(tmp_path / "mine.zip", "w") as packed:
        packed.writestr("a.csv", "partner,exports (USD)\nChina,2\n")
    assert values(mv.read_flows(tmp_path / "mine.zip", reporter="CHL", year=2023)) == {"CHN": 2}


def test_a_name_that_nobody_knows_is_counted_with_the_nearest(tmp_path):
    flows = mv.read_flows(write(tmp_path, "partner,exports (USD)\nRusia,2\nChina,1\n"), reporter="CHL", year=2023)
    assert values(flows) == {"CHN": 1}
    (finding,) = [it for it in flows.findings if it.kind == "unplaced"]
    assert "'Rusia' (did you mean Russia?)" in finding.text
    assert (finding.rows, finding.value, finding.line) == (1, 2.0, 2)


def test_many_names_for_one_place():
    same = {
        "HKG": ("China, Hong Kong SAR", "Hong Kong, China", "Hong Kong"),
        "KOR": ("Rep. of Korea", "Korea, Republic of", "Korea, Rep.", "South Korea"),
        "TWN": ("Other Asia, nes", "Taipei, Chinese", "Taiwan"),
        "TUR": ("Turkey", "Türkiye", "T\u00c3\u00bcrkiye", "TÜRKİYE"),
        "MKD": ("TFYR of Macedonia", "North Macedonia"),
        "CIV": ("Côte d'Ivoire", "Cote d\u2019Ivoire", "Ivory Coast"),
        "SUN": ("USSR", "Soviet Union"),
        "XKX": ("Kosovo", "Kosovo, Rep. of"),
        "NAM": ("Namibia", "NA"),
    }
    assert {code: {country_code(name) for name in names} for code, names in same.items()} == {
        code: {code} for code in same
    }
    assert country_code("N/A") is None
    assert country_code("World") is None


def test_codes_that_look_like_iso_and_are_not():
    numbers = {
        "842": "USA",
        "251": "FRA",
        "699": "IND",
        "579": "NOR",
        "757": "CHE",
        "381": "ITA",
        "380": "ITA",
        "490": "TWN",
    }
    assert {code: SYSTEMS["un"](code) for code in numbers} == numbers
    assert SYSTEMS["un"]("0") == SYSTEMS["iso3"]("W00") == SYSTEMS["imf"]("001") == "WORLD"
    assert SYSTEMS["iso3"]("_X ") == SYSTEMS["un"]("899") == "UNS"
    assert SYSTEMS["iso3"]("G163") == SYSTEMS["iso2"]("EU27_2020") == SYSTEMS["un"]("97") == "GROUP"
    assert SYSTEMS["iso3"]("S19") == "TWN"
    assert (SYSTEMS["imf"]("111"), SYSTEMS["imf"]("924"), SYSTEMS["imf"]("110")) == ("USA", "CHN", "GROUP")
    assert (SYSTEMS["iso2"]("EL"), SYSTEMS["iso2"]("UK"), SYSTEMS["iso2"]("NA")) == ("GRC", "GBR", "NAM")


def test_every_country_is_known_by_code_number_and_name():
    import pycountry

    for it in pycountry.countries:
        assert SYSTEMS["iso3"](it.alpha_3) == SYSTEMS["iso2"](it.alpha_2) == SYSTEMS["name"](it.name) == it.alpha_3
        assert SYSTEMS["name"](title_of(it.alpha_3)) == it.alpha_3
        if it.alpha_3 != "MCO":  # 492 is Europe EU nes in UN Comtrade, which counts Monaco as France
            assert SYSTEMS["un"](it.numeric) == it.alpha_3


def test_several_names_of_one_partner_are_added_up_and_said(tmp_path):
    (tmp_path / "mine.csv").write_text("partner,exports (USD)\nUSA,5\nUnited States,4\nPeru,..\n")
    flows = mv.read_flows(tmp_path / "mine.csv", reporter="CHL", year=2020)
    assert flows.of("CHL", "exports", 2020).to_dict() == {"USA": 9.0}
    (added,) = [it for it in flows.findings if it.text == "several names of one partner are added up"]
    assert (added.rows, added.line, added.value) == (1, 3, 4.0)
    assert "no value in exports: '..'" in [it.text for it in flows.findings]


def test_products_and_partners_that_are_no_country_are_no_second_names(tmp_path):
    (tmp_path / "a.csv").write_text("partner,hs,exports (USD)\nChina,01,5\nChina,02,4\nAreas nes,01,1\nBunkers,01,1\n")
    flows = mv.read_flows(tmp_path / "a.csv", reporter="CHL", year=2020)
    assert flows.of("CHL", "exports", 2020).to_dict() == {"CHN": 9.0, "UNS": 2.0}
    assert "added up" not in " ".join(it.text for it in flows.findings)


def test_columns_that_are_not_read_are_told_and_misspelt_ones_are_to_be_checked(tmp_path):
    (tmp_path / "a.csv").write_text("partner,exprots (USD),imports (USD),remarks\nChina,5,1,big\nPeru,4,1,\n")
    flows = mv.read_flows(tmp_path / "a.csv", reporter="CHL", year=2020)
    told = {(it.kind, it.text) for it in flows.findings}
    assert ("check", "column not read: exprots (USD) (did you mean 'exports'?)") in told
    assert ("found", "column not read: remarks") in told
    assert not [
        it
        for it in mv.read_flows(write(tmp_path, "partner,exports (USD)\nChina,5\n"), reporter="CHL", year=2020).findings
        if "not read" in it.text
    ]


def test_a_column_of_years_is_named_by_its_year(tmp_path):
    (tmp_path / "a.csv").write_text("partner,2020,2021\nChina,5,..\nPeru,1,2\n")
    flows = mv.read_flows(tmp_path / "a.csv", reporter="CHL", flow="exports", unit="USD")
    assert "no value in 2021: '..'" in [it.text for it in flows.findings]


OWN = "partner,year,flow,value (USD)\nChina,2021,exports,100\nTurkey,2021,exports,50\nChina,2022,imports,110\n"


@pytest.mark.parametrize(
    ("given_too", "told"),
    [
        ({"year": 2022}, "found: year 2022 was given, but the file says its own, all of which are kept: 2021, 2022"),
        ({"year": 2025}, "check: year 2025 was given, but the file says its own, all of which are kept: 2021, 2022"),
        (
            {"flow": "imports"},
            "found: flow imports was given, but the file says its own, all of which are kept: exports, imports",
        ),
    ],
)
def test_a_year_or_flow_given_beside_the_file_s_own_is_told(given_too, told, tmp_path):
    flows = mv.read_flows(write(tmp_path, OWN), reporter="CHL", **given_too)
    assert told in [str(it) for it in flows.findings]
    assert len(flows.table) == 3


def test_a_year_and_a_flow_that_the_file_does_not_say_are_taken_without_a_word(tmp_path):
    text = "partner,value (USD)\nChina,100\nTurkey,50\n"
    flows = mv.read_flows(write(tmp_path, text), reporter="CHL", year=2022, flow="exports")
    assert not [it for it in flows.findings if "was given" in str(it)]
