"""Numbers and names are read as they are written, or refused with their place; nothing is guessed."""

import unicodedata

import pytest

import multivector_sim as mv
from multivector_sim.scenario.read import load
from tests.scenario.good import GOOD
from tests.scenario.refusing import DOCUMENT, broken, mistakes_of

NBSP, ZERO_WIDTH = "\u00a0", "\u200b"


def said_of_csv(folder, content, column="sev"):
    (folder / "cases.csv").write_text(content, encoding="utf-8")
    file = folder / "scenario.yaml"
    file.write_text(
        GOOD.replace("      imports: 0.4", f"      imports: {{empirical: {{csv: cases.csv, column: {column}}}}}")
    )
    told = mistakes_of(file)
    assert all(mistake.line > 0 for mistake in told)
    return " ".join(mistake.message for mistake in told)


CSV = {
    "a decimal comma makes a row too long": ("sev\n0.2\n0,1\n", "line 3: 2 fields, but the header has 1"),
    "a thousands comma makes a row too long": ("who,sev\nA,1,200\n", "line 2: 3 fields, but the header has 2"),
    "a quoted decimal comma": ('sev\n"0,5"\n', "write a point"),
    "an underscore": ("sev\n0.2\n1_200\n", "line 3: '1_200' is not a finite number"),
    "digits of another script": ("sev\n\u0661\u0662\n", "line 2"),
    "full-width digits": ("sev\n\uff11\n", "line 2"),
    "infinity": ("sev\ninf\n", "line 2"),
    "a column given twice": ("sev,sev\n0.1,0.9\n", "is given twice"),
    "semicolons": ("who;sev\nA;0.1\n", "semicolons"),
    "tabs": ("who\tsev\nA\t0.1\n", "tabs"),
    "a no-break space": (f"sev\n0{NBSP}5\n", "U+00A0 (no-break space)"),
    "a short row": ("who,sev\nA\n", "line 2: ''"),
}


@pytest.mark.parametrize("case", CSV)
def test_a_table_that_could_be_read_in_two_ways_is_refused(tmp_path, case):
    content, expected = CSV[case]
    assert expected in said_of_csv(tmp_path, content)


def test_a_table_longer_than_anyone_needs_is_refused_at_once(tmp_path):
    assert "more than 100,000 values" in said_of_csv(tmp_path, "sev\n" + "0\n" * 900_000)


def test_a_column_is_found_in_either_form_of_its_name(tmp_path):
    apart = unicodedata.normalize("NFD", "gravité")
    (tmp_path / "cases.csv").write_text(f"{apart}\n0.25\n", encoding="utf-8")
    file = tmp_path / "scenario.yaml"
    file.write_text(
        GOOD.replace("      imports: 0.4", "      imports: {empirical: {csv: cases.csv, column: gravité}}"),
        encoding="utf-8",
    )
    assert load(file).stress[0].channels["imports"].law.values == (0.25,)


NUMBERS = {
    "an underscore": ("gdp=1_200", "must be a number"),
    "digits of another script": ("gdp=\u0661\u0662", "must be a number"),
    "a no-break space": (f"gdp=1{NBSP}200", "U+00A0 (no-break space)"),
    "a thin space": ("gdp=1\u202f200", "U+202F (narrow no-break space)"),
    "a soft hyphen": ("gdp=1\u00ad2", "U+00AD (soft hyphen)"),
}


@pytest.mark.parametrize("case", NUMBERS)
def test_a_number_in_another_way_of_writing_is_refused_by_name(case):
    setting, expected = NUMBERS[case]
    with pytest.raises(mv.ScenarioError, match="gdp") as caught:
        load("two-buyers", settings=[setting])
    assert expected in str(caught.value)


def test_a_name_with_something_unseen_in_it_is_told(tmp_path):
    told = broken(tmp_path, GOOD.replace("    russia: 9.5e9", f"    rus{ZERO_WIDTH}sia: 9.5e9"))
    assert any("U+200B (zero width space)" in mistake.message for mistake in told)


@pytest.mark.parametrize("setting", ["gdp=", "gdp= ", "hazard="])
def test_an_empty_setting_takes_nothing_away(setting):
    with pytest.raises(mv.ScenarioError, match="write null"):
        load("two-buyers", settings=[setting])


def test_null_takes_away(tmp_path):
    file = tmp_path / "scenario.yaml"
    file.write_text(GOOD)
    assert load(file).spillover
    assert not load(file, settings=["spillover=null"]).spillover


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("extends: base.yaml\nspillover:\n", ("spillover", 2)),
        (
            "extends: base.yaml\nchannels:\n  exports:\n    theta_months: # no\n",
            ("channels.exports.theta_months", 4),
        ),
        ("extends: base.yaml\noverrides:\n  weak:\n    gdp:\n", ("overrides.weak.gdp", 4)),
    ],
)
def test_an_entry_left_blank_in_a_child_takes_nothing_away(tmp_path, text, place):
    (tmp_path / "base.yaml").write_text(GOOD)
    (tmp_path / "child.yaml").write_text(text)
    told = mistakes_of(tmp_path / "child.yaml")
    assert (told[0].path, told[0].line) == place
    assert "write null" in told[0].message


def test_two_spellings_of_a_name_are_one(tmp_path):
    composed, apart = "türkiye", unicodedata.normalize("NFD", "türkiye")
    text = GOOD.replace("  china: {title", f"  {composed}: {{title: T}}\n  {apart}: {{title: T}}\n  china: {{title")
    told = broken(tmp_path, text)
    assert any("given twice" in mistake.message for mistake in told)
    file = tmp_path / "one.yaml"
    file.write_text(
        GOOD.replace("  china: {title", f"  {apart}: {{title: T}}\n  china: {{title").replace(
            "    russia: 9.5e9", f"    russia: 9.5e9\n    {composed}: 1e9"
        ),
        encoding="utf-8",
    )
    scenario = load(file, settings=[f"exposures.exports.{apart}=2e9"])
    assert composed in scenario.partners
    assert scenario.with_set({f"exposures.exports.{apart}": 3e9}).exposures["exports"][composed].law.mean == 3e9


def test_two_spellings_of_a_name_in_python_are_refused():
    twice = {"türkiye": {"title": "T"}, unicodedata.normalize("NFD", "türkiye"): {"title": "T"}}
    with pytest.raises(mv.ScenarioError, match="given twice"):
        mv.Scenario.model_validate(DOCUMENT | {"partners": DOCUMENT["partners"] | twice})


@pytest.mark.parametrize("sign", ["\x85", "\u2028", "\u2029", "\ufffe", "\uffff", "\x7f"])
def test_a_line_break_that_cannot_be_seen_is_refused_with_its_place(tmp_path, sign):
    for start, text in ((10, f"# a comment{sign}gdp: 1"), (8, f"title: A{sign}B")):
        told = broken(tmp_path, f"{text}\n{GOOD}")
        assert (told[0].line, f"U+{ord(sign):04X}" in told[0].message) == (1, True)
        assert told[0].column >= start


@pytest.mark.parametrize("name", ["x" * 256, "x/" * 3000 + "y.yaml", "a\0b"])
def test_a_base_whose_name_no_disk_can_hold_is_told(tmp_path, name):
    escaped = name.replace("\0", "\\0")
    told = broken(tmp_path, f'extends: "{escaped}"\n')
    assert told[0].path == "extends"
    assert len(str(told[0])) < 500
