"""Each kind of broken file gives one clear line with its place, and exit code 2."""

import gzip

import pytest

import multivector_sim as mv
from tests.cli.running import run
from tests.evidence import layouts


def text(content):
    return content.encode() if isinstance(content, str) else content


CASES = {
    "empty.csv": ("", "empty.csv: the file is empty"),
    "blank.csv": (" \n\n", "blank.csv: the file is empty"),
    "one-column.csv": ("hello\nworld\n", "one-column.csv:1: no columns found"),
    "other.csv": ("a,b\n1,2\n", "other.csv:1: no known format; its columns are a, b"),
    "header.csv": ("reporter,partner,year,flow,value (USD)\n", "no rows below the header"),
    "number.csv": ("partner,exports (USD)\nChina,1\nPeru,many\n", "number.csv:3: not a number: 'many'"),
    "year.csv": ("partner,year,exports (USD)\nChina,2023,1\nPeru,last,2\n", "year.csv:3: not a year or a period: 'last'"),
    "flow.csv": ("partner,flow,value (USD)\nChina,out,1\n", "flow.csv:2: no flow called 'out'; write exports or imports"),
    "no-unit.csv": ("partner,exports\nChina,1\n", "the unit is not in the file; say it: unit='USD'"),
    "no-flow.csv": ("partner,value (USD)\nChina,1\n", "does not say which flow it holds"),
    "long.csv": ("partner,exports (USD)\nChina,1\nKorea, Rep.,2\n", "long.csv:3: more fields than the 2 of the header"),
    "cut.csv": ("partner,exports (USD),year,product\nChina,1,2023,TOTAL\nPeru,1,2023,TOTAL\nInd,4", "cut.csv:4: the last line is cut off: 2 of 4"),
    "twice.csv": ("partner,exports (USD)\nChina,1\nchina,2\nChina,3\n", "twice.csv:4: China has 1 in line 2 and here 3"),
    "units.csv": ("partner,exports,unit\nChina,1,USD\nPeru,1,EUR\n", "several units in one table: EUR, USD"),
    "columns.csv": ("partner,exports (USD),imports (EUR)\nChina,1,1\n", "columns.csv:1: columns in different units"),
    "world.csv": ("partner,exports (USD)\nWorld,1\n", "no flow between two countries is left of 1 rows"),
    "nobody.csv": ("partner,exports (USD)\nMiddle-earth,1\n", "no country is known by the name of the partner: 'Middle-earth'"),
    "data.json": ('[{"a": 1}]', "JSON, not a table"),
    "page.xls": ("<html><body>please log in</body></html>", "a page of HTML without a table"),
    "book.xlsx": (b"PK\x03\x04xl/workbook nonsense", "not a workbook that can be read"),
    "old.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 nonsense", "not a workbook that can be read"),
    "cut.csv.gz": (gzip.compress(b"partner,exports (USD)\nChina,1\n")[:-9], "cannot be unpacked, it may be cut off"),
    "picture.csv": (b"\x00\x01\x02,\x00\n\x00,\x00\n", "neither text nor a workbook"),
    "quote.csv": ('partner,exports (USD)\n"China,1\nPeru,2\n', "quote.csv:2: cannot be read as a table: a quotation mark opens here"),
    "scale.csv": (
        "COUNTRY.ID,INDICATOR.ID,COUNTERPART_COUNTRY.ID,SCALE.ID,TIME_PERIOD,OBS_VALUE\nCHL,XG_FOB_USD,CHN,lots,2000,1\n",
        "scale.csv:2: no scale called 'lots'",
    ),
    "series.csv": (
        "COUNTRY.ID,INDICATOR.ID,COUNTERPART_COUNTRY.ID,TIME_PERIOD,OBS_VALUE\nCHL,PRICE_USD,CHN,2000,1\n",
        "no exports, imports or direct investment in it, only PRICE_USD",
    ),
    "dims.tsv": ("freq,unit,geo\\TIME_PERIOD\t2020 \nA,X,EL\t1 \n", "dims.tsv:1: a table by freq, unit, geo; one of flows needs"),
}  # fmt: skip


@pytest.mark.parametrize("name", list(CASES))
def test_a_broken_file_gives_its_one_line(name, tmp_path, monkeypatch):
    content, told = CASES[name]
    (tmp_path / name).write_bytes(text(content))
    monkeypatch.chdir(tmp_path)
    outcome = run(
        "flows", name, "--reporter", "CHL", *(() if "year" in name or name == "cut.csv" else ("--year", "2023"))
    )
    assert outcome.exit_code == 2, outcome.output
    assert outcome.stdout == ""
    (line,) = outcome.stderr.splitlines()
    assert line.startswith(name)
    assert told in line


def test_files_that_are_not_there_or_no_files(tmp_path):
    assert "no such file" in run("flows", tmp_path / "nope.csv").stderr
    assert "this is a folder" in run("flows", tmp_path).stderr


def test_comtrade_cut_off_in_the_middle_of_a_row(tmp_path):
    file = layouts.comtrade_web(tmp_path)
    file.write_bytes(file.read_bytes()[:-300])
    with pytest.raises(mv.FlowsError, match=r":\d+: (the last line is cut off|cannot be read as a table)"):
        mv.read_flows(file)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"unit": "shells"}, "no unit called 'shells'"),
        ({"side": "left"}, "side: must be one of exporter, importer, both"),
        ({"flow": "export"}, "flow: must be one of exports"),
        ({"decimal": ";"}, "decimal: must be one of"),
        ({"reporter": "Chille"}, "no country called 'Chille'; did you mean Chile?"),
        ({"source": "comtrad"}, "no source called 'comtrad'; did you mean 'comtrade'?"),
    ],
)
def test_arguments_that_make_no_sense(options, told, tmp_path):
    with pytest.raises(mv.UsageError) as caught:
        mv.read_flows(layouts.panel(tmp_path), **options)
    assert told in str(caught.value)


def test_a_reporter_does_not_choose_among_those_that_the_file_names(tmp_path):
    with pytest.raises(mv.FlowsError, match=r"reporter CHL was given, but the file itself names .* and \d+ more"):
        mv.read_flows(layouts.panel(tmp_path), reporter="Chile")
    lone = layouts.comtrade_web(tmp_path)
    assert mv.read_flows(lone, reporter="Chile").countries == ("CHL",)
    with pytest.raises(mv.FlowsError, match=r"reporter PER was given, but the file itself names Chile; leave"):
        mv.read_flows(lone, reporter="PER")


def test_misspelt_columns_are_told_with_the_name_they_nearly_have(tmp_path):
    (tmp_path / "a.csv").write_text("partnr,exprots\nChina,5\n")
    with pytest.raises(mv.FlowsError) as caught:
        mv.read_flows(tmp_path / "a.csv")
    assert "partnr (did you mean 'partner'?), exprots (did you mean 'exports'?)" in str(caught.value)
    (tmp_path / "b.csv").write_text("nation,value (USD),exports in USD,2020\nChina,5,1,1\n")
    with pytest.raises(mv.FlowsError) as caught:
        mv.read_flows(tmp_path / "b.csv")
    assert "nation, value (USD), exports in USD, 2020;" in str(caught.value)


def test_a_format_that_is_asked_for_and_is_not_there(tmp_path):
    with pytest.raises(mv.FlowsError, match="not a file of World Bank WITS"):
        mv.read_flows(layouts.panel(tmp_path), source="wits")


def test_the_error_keeps_its_place_across_processes():
    import pickle

    error = pickle.loads(pickle.dumps(mv.FlowsError("bad", "a.csv", 3)))  # noqa: S301 - ours
    assert (str(error), error.file, error.line) == ("a.csv:3: bad", "a.csv", 3)
