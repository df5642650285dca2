"""How answers show themselves: short texts, cards, tidy frames, labelled arrays, equality."""

import re
import sys
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import numpy as np
import pytest

import multivector_sim as mv
from multivector_sim.display.answer import Shown
from multivector_sim.display.progress import with_bar
from multivector_sim.display.tables import Table, as_csv, as_dataset, as_frame, as_sheet, make_row
from multivector_sim.engine.concentration import concentration
from multivector_sim.engine.simulate import silent

ASK = {
    "run": lambda it: mv.simulate(it, draws=2048),
    "compare": lambda it: mv.compare([it, "article", "one"], draws=1024),
    "contribute": lambda it: mv.contribute(it, draws=1024, marginals=()),
    "frontier": lambda it: mv.frontier(it, 3, draws=512, resamples=2),
    "rank": lambda it: mv.rank(it, draws=1024, budget=2e9),
    "reverse_stress": lambda it: mv.reverse_stress(it, 0.1, draws=1024),
    "must_be_true": lambda it: mv.must_be_true(it, "hazard.partners.china.intensity", "storms", 0.0, 0.1, draws=512),
    "sensitivity": lambda it: mv.sensitivity(it, 128),
    "claims": lambda it: mv.claims(it, draws=1024),
    "study": lambda it: mv.study(it, draws=512),
    "dashboard": mv.dashboard,
    "concentration": concentration,
    "scenario": mv.load,
    "column": lambda it: mv.simulate(it, draws=1024).trade,
}
FIXED = ["measure", "value", "low", "high", "unit"]


@pytest.fixture(scope="module", params=list(ASK))
def answer(request):
    return ASK[request.param]("two-buyers")


class Balanced(HTMLParser):
    """Check that every element that is opened is closed, and note what a page would fetch."""

    def __init__(self):
        super().__init__()
        self.open, self.fetched, self.seen = [], [], []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.seen.append(tag)
        self.fetched += [value for name, value in attrs if name in {"src", "href", "onload", "onclick"}]

    def handle_startendtag(self, tag, attrs):
        assert attrs
        self.seen.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_it_is_short_as_text(answer):
    for text in (repr(answer), str(answer)):
        assert text
        assert len(text.splitlines()) <= 3
        assert max(map(len, text.splitlines())) <= 80
    assert repr(answer).startswith(type(answer).__name__)


def test_its_summary_fits_80_columns(answer):
    if type(answer).__name__ != "Study":
        assert max(map(len, answer.summary().splitlines())) <= 80


def test_its_frame_is_tidy(answer):
    frame = answer.to_frame()
    assert list(frame.columns)[-6:-1] == FIXED or list(frame.columns)[-5:] == FIXED
    dimensions = [name for name in frame.columns if name not in {*FIXED, "remark"}]
    keys = frame[[*dimensions, "measure"]].astype(str).apply(tuple, axis=1)
    assert keys.is_unique or type(answer).__name__ == "Rank"
    known = frame.dropna(subset=["low", "high"])
    assert (known["low"] <= known["value"] + 1e-9 * known["value"].abs() + 1e-12).all()
    assert (known["value"] <= known["high"] + 1e-9 * known["value"].abs() + 1e-12).all()


def test_every_row_of_a_run_says_what_it_is_of():
    rows = mv.simulate("two-buyers", draws=1024, seed=1).to_frame()
    lone = rows[rows["measure"].isin(["recovered_share", "months_to_recover_km"])]
    assert set(zip(lone["measure"], lone["statistic"], strict=True)) == {
        ("recovered_share", "share"),
        ("months_to_recover_km", "mean"),
    }
    assert rows.loc[rows["column"].notna(), "statistic"].notna().all()


def test_its_arrays_hold_the_numbers_of_its_frame(answer):
    arrays, frame = answer.to_xarray(), answer.to_frame()
    if type(answer).__name__ == "Result":
        assert arrays["delivered"].dims == ("path", "month", "column")
        assert arrays["loss_share"].attrs["units"] == "share of the baseline"
        np.testing.assert_array_equal(arrays["delivered"].sel(column="total"), answer.paths(200)[:, :, -1])
        assert "delivered" not in answer.to_xarray(paths=0)
        return
    assert set(frame["measure"]) <= set(arrays.data_vars)
    for _, row in frame.head(40).iterrows():
        array = arrays[row["measure"]]
        where = {name: "" if row[name] != row[name] else row[name] for name in array.dims}
        np.testing.assert_equal(float(array.sel(where)), row["value"])
        assert row["unit"] in array.attrs["units"]


def test_its_card_is_whole_and_fetches_nothing(answer):
    card = answer._repr_html_()
    read = Balanced()
    read.feed(card)
    assert read.open == []
    assert read.fetched == []
    assert "script" not in read.seen
    assert "prefers-color-scheme" in card
    for picture in re.findall(r"<svg.*?</svg>", card, re.DOTALL):
        ET.fromstring(picture)  # noqa: S314  written by the card itself
        assert "NaN" not in picture
        assert "nan" not in picture.replace("resonan", "")


def test_equal_questions_have_equal_answers():
    first, second, other = (mv.claims("two-buyers", draws=512, seed=seed) for seed in (1, 1, 2))
    assert first == second
    assert first != other
    runs = [mv.simulate("two-buyers", draws=512, seed=seed) for seed in (1, 1, 2)]
    assert runs[0] == runs[1]
    assert hash(runs[0]) == hash(runs[1])
    assert runs[0] != runs[2]
    assert runs[0] != "a run"
    same = [mv.contribute("two-buyers", draws=512, seed=seed, marginals=()) for seed in (1, 1, 2)]
    assert same[0] == same[1] != same[2]
    assert hash(same[0]) == hash(same[1])


def test_a_card_escapes_what_a_scenario_says():
    nasty = mv.load("two-buyers").with_set({"title": "<script>alert(1)</script>", "partners.china.title": "<b>&"})
    for card in (nasty._repr_html_(), mv.simulate(nasty, draws=256)._repr_html_(), mv.dashboard(nasty)._repr_html_()):
        assert "<script" not in card
        assert "<b>" not in card


def test_names_paths_and_dictionaries_are_scenarios(tmp_path):
    scenario = mv.load("two-buyers")
    file = scenario.save(tmp_path / "mine.yaml")
    toml = scenario.save(tmp_path / "mine.toml")
    for given in (scenario, "two-buyers", file, str(file), toml, scenario.document()):
        assert mv.load(given) == scenario
        assert mv.simulate(given, draws=64).scenario == scenario
    assert mv.load(scenario.document(), settings=["horizon_months=12"]).horizon_months == 12
    assert mv.load(scenario.document(), settings={"horizon_months": 12}).horizon_months == 12
    assert mv.compare(["two-buyers", str(file), "one"], draws=64).labels[-1] == "one:eu"
    with pytest.raises(mv.UsageError, match="'int' is not accepted; give a scenario, a name, a path or a dictionary"):
        mv.simulate(7)
    with pytest.raises(mv.UsageError, match=r"ends in \.yaml or \.toml"):
        scenario.save(tmp_path / "mine.txt")


def test_every_shipped_scenario_survives_toml(tmp_path):
    for name in ("kazakhstan", "moldova", "one-or-many", "vietnam"):
        scenario = mv.load(name)
        assert mv.load(scenario.save(tmp_path / "it.toml")) == scenario, name


def test_the_names_are_listed_and_the_version_known():
    assert "kazakhstan" in mv.scenarios()
    assert re.fullmatch(r"\d+\.\d+\.\d+.*|unknown", mv.__version__)


def test_a_report_is_written(tmp_path):
    file = mv.simulate("one-or-many", draws=256).report(tmp_path / "page.html")
    assert file.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    with pytest.raises(mv.StoreError, match="cannot be written"):
        mv.simulate("one-or-many", draws=64).report(tmp_path / "nowhere" / "page.html")


def test_without_xarray_one_line_says_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "xarray", None)
    with pytest.raises(mv.UsageError, match=r"^xarray is not installed; pip install 'multivector-sim\[xarray\]'$"):
        mv.dashboard("two-buyers").to_xarray()


ROWS = [
    make_row("es", mv.Estimate(0.2, 0.1, 0.3), "share", column="=1+1", level=0.95),
    make_row("hhi", None, column='a "b", c'),
    make_row("count", 3, column="total"),
]


def test_rows_become_csv_that_reads_back(tmp_path):
    import pandas as pd

    file = tmp_path / "it.csv"
    file.write_text(as_csv(ROWS), encoding="utf-8")
    read = pd.read_csv(
        file, keep_default_na=False, na_values={name: [""] for name in ("level", "value", "low", "high")}
    )
    pd.testing.assert_frame_equal(read, as_frame(ROWS), check_dtype=False)


def test_a_sheet_keeps_numbers_and_starts_no_formula(tmp_path):
    import openpyxl

    file = tmp_path / "it.xlsx"
    file.write_bytes(as_sheet(ROWS, "a/b [c]"))
    sheet = openpyxl.load_workbook(file).active
    cells = list(sheet.iter_rows(values_only=True))
    assert cells[0] == ("column", "level", "measure", "value", "low", "high", "unit")
    assert cells[1] == ("=1+1", 0.95, "es", 0.2, 0.1, 0.3, "share")
    assert sheet["A2"].data_type == "s"


def test_labelled_arrays_keep_units_apart():
    arrays = as_dataset([make_row("x", 1.0, "USD", who="a"), make_row("x", 2.0, "EUR", who="b")], {"kind": "test"})
    assert arrays["x"].attrs["units"] == "USD or EUR"
    assert arrays.attrs == {"kind": "test"}


class Fake:
    """A notebook's bar that remembers what it was told."""

    made: list = []  # noqa: RUF012  one for all, as tqdm's are

    def __init__(self, **_):
        self.n, self.total, self.closed = 0, None, False
        Fake.made.append(self)

    def update(self, more):
        self.n += more

    def close(self):
        self.closed = True


def test_a_notebook_gets_one_bar_for_the_outermost_question(monkeypatch):
    from multivector_sim.display import progress

    monkeypatch.setattr(progress, "in_notebook", lambda: True)
    monkeypatch.setattr(progress, "_bar", lambda title: Fake(desc=title))
    Fake.made.clear()
    mv.claims("two-buyers", draws=64)
    assert [(bar.n, bar.total, bar.closed) for bar in Fake.made] == [(2, 2, True)]
    mv.simulate("two-buyers", draws=64, progress=silent)
    assert len(Fake.made) == 1
    with pytest.raises(mv.UsageError):
        mv.simulate("two-buyers", draws=0)
    assert Fake.made[-1].closed


def test_without_tqdm_a_notebook_is_silent(monkeypatch):
    from multivector_sim.display import progress

    monkeypatch.setattr(progress, "in_notebook", lambda: True)
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    assert with_bar(lambda: 7)() == 7


def test_every_public_answer_shows_itself():
    """What a public function returns is Shown, or says how it shows itself."""
    for name in ("Result", "Scenario", "Calibration", "Flows"):
        kind = getattr(mv, name)
        assert issubclass(kind, Shown) or {"summary", "to_frame", "_repr_html_"} <= set(dir(kind)), name


def test_a_table_has_no_empty_heading():
    shown = Table("", ("", "mean"), [("Trade", "3.5 %")]).html()
    assert "<thead><tr><td></td><th" in shown
    assert "></th>" not in shown


def test_an_interval_is_not_broken_where_a_table_has_no_room():
    cells = [f"{it}.25 ({it}.00 to {it}.50)" for it in range(1, 6)]
    table = Table("", ("", *"abcde"), [("Exports without crude oil", *cells)])
    lines = [line.split() for line in table.text().splitlines()]
    assert ["1.25", "2.25", "3.25", "4.25", "5.25"] in [line[-5:] for line in lines]
    assert all(len(line) <= 80 for line in table.text().splitlines())
    assert Table("", ("", "a"), [("Exports", cells[0])]).text().count("1.25 (1.00 to 1.50)") == 1
