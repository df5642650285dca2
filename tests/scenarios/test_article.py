"""The cases from the article: each is listed and has a page whose numbers are those of a run."""

import re
from pathlib import Path

import pytest

import multivector_sim as mv
from multivector_sim.questions.claim_quantity import look_up
from multivector_sim.scenario import files as bundled
from multivector_sim.scenario.notices import figures
from tests.scenarios.case_runs import DRAWS, document, loaded, run

FOLDER = Path(__file__).parents[2] / "scenarios" / "kazakhstan"
PAGES = sorted(FOLDER.glob("cases/*.md"))
CASES = [page.stem for page in PAGES]
PAIRS = [name for name in CASES if name.startswith(("mistake-", "lesson-"))]
FILES = [*CASES, *(f"{name}-undone" for name in PAIRS)]
INDEX = (FOLDER / "INDEX.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (?P<case>[^|`]+) \| `(?P<path>[^`]+)` \| (?P<value>-?[\d.]+)(?P<unit> %| bn)? \|$", re.MULTILINE)
HEADLINE = re.compile(r"## Headline\n\n(?P<draws>[\d,]+) draws, seed (?P<seed>\d+): (?P<text>.*?)\n\n", re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")
SCALES = {" %": 100.0, " bn": 1e-9, None: 1.0}
FEWEST_ROWS = 3


def page_of(name):
    return (FOLDER / "cases" / f"{name}.md").read_text(encoding="utf-8")


def rounding(printed):
    """Give half a unit of the last digit that is printed, and a little for a number on the edge."""
    return 0.501 * 10.0 ** -len(printed.partition(".")[2])


def test_there_are_as_many_cases_as_the_index_has_rows():
    assert len(re.findall(r"\]\(cases/", INDEX)) == len(CASES) == 23
    assert len(PAIRS) == 6


def test_every_system_has_its_row():
    rows = re.findall(r"^\| S(\d+)[abc]? \|", INDEX, re.MULTILINE)
    assert sorted(set(map(int, rows))) == list(range(1, 20))


MOVED = re.compile(
    r"^\| (?P<system>S\d+\w?) \|.*\| `kazakhstan/(?P<name>[\w-]+)` \|[^|]*\| (?P<switch>[^|]*) \|"
    r" (?P<bn>[\d.]+) / (?P<bn_off>[\d.]+) \| (?P<often>[\d.]+) / (?P<often_off>[\d.]+) \|$",
    re.MULTILINE,
)


@pytest.mark.parametrize("row", list(MOVED.finditer(INDEX)), ids=lambda row: row["system"])
def test_the_table_of_systems_says_by_how_much_each_moves_the_answer(row):
    on, _, off = row["switch"].replace("`", "").partition(", against ")
    cases = (on, off) if off else ("as written", on)
    for case, money, often in zip(cases, ("bn", "bn_off"), ("often", "often_off"), strict=True):
        lost = look_up(document(row["name"], case), "measures.total.loss_money.mean").value / 1e9
        assert lost == pytest.approx(float(row[money]), abs=rounding(row[money]))
        expected = look_up(document(row["name"], case), "ruptures.expected").value
        assert expected == pytest.approx(float(row[often]), abs=rounding(row[often]))


def test_the_table_of_systems_is_read():
    assert len(list(MOVED.finditer(INDEX))) == 19  # S17 three times; S15 and S18 lose nothing


@pytest.mark.parametrize("name", FILES)
def test_a_case_is_listed_and_the_index_names_it(name):
    assert f"kazakhstan/{name}" in bundled.names()
    assert loaded(name).name == f"kazakhstan/{name}"
    assert f"`kazakhstan/{name}`" in INDEX


def test_the_index_names_every_case_of_the_folder_and_its_switches_are_there():
    assert set(re.findall(r"`(kazakhstan[^` ]*)`", INDEX)) == {it for it in bundled.names() if it.startswith("kaz")}
    for name, kind, switch in re.findall(r"\| `kazakhstan/(\S+)` \|.*\| .*?(override|mix) `(\S+)` \|", INDEX):
        assert switch in getattr(loaded(name), {"override": "overrides", "mix": "mixes"}[kind]), name


@pytest.mark.parametrize("page", [FOLDER / "INDEX.md", *PAGES], ids=lambda page: page.stem)
def test_links_lead_somewhere(page):
    missing = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("name", CASES)
def test_a_page_says_what_it_shows_what_it_does_not_and_its_headline(name):
    text = page_of(name)
    for heading in ("## What it shows", "## What it does not say", "## Headline"):
        assert heading in text
    assert ("## To read out" in text) == (not name.startswith("lesson-"))
    assert f"`kazakhstan/{name}`" in text


@pytest.mark.parametrize("name", CASES)
def test_the_numbers_of_a_page_come_out_of_a_run(name):
    text = page_of(name)
    headline = HEADLINE.search(text)
    assert int(headline["draws"].replace(",", "")) == DRAWS
    table = text[headline.end() :].splitlines()[2:]
    rows = [ROW.match(line) for line in table if line]
    assert len(rows) >= FEWEST_ROWS
    assert all(rows)
    for row in rows:
        found = look_up(document(name, row["case"], int(headline["seed"])), row["path"]).value
        assert SCALES[row["unit"]] * found == pytest.approx(float(row["value"]), abs=rounding(row["value"])), row[0]


@pytest.mark.parametrize("name", CASES)
def test_the_numbers_of_a_headline_stand_in_the_table_below_it(name):
    text = page_of(name)
    headline = HEADLINE.search(text)
    below = {row["value"] for row in ROW.finditer(text)}
    said = set(re.findall(r"(?<![\w.])-?\d+\.\d{2,3}\b", headline["text"]))
    halves = {"15.56"} if name == "gas-contract" else set()  # the mean of two rows; see test_mechanisms.py
    assert said
    assert said <= below | halves


@pytest.mark.parametrize("name", FILES)
def test_nothing_of_the_article_passes_as_better_than_it_is(name):
    found = [(where, it) for where, it in figures(loaded(name)) if it.source == "article"]
    assert [where for where, it in found if it.trust not in ("article", "unverified")] == []
    assert all(it.note for _, it in found)
    derived = [where for where, it in figures(loaded(name)) if "(article)" in (it.note or "")]
    assert [where for where, it in figures(loaded(name)) if where in derived and it.trust == "official"] == []


def test_the_figures_of_the_article_are_there():
    table = loaded("partner-table").exposures["infrastructure"]
    assert [5 * table[name].value for name in ("china", "russia", "eu27")] == pytest.approx([8e9, 2e9, 1.5e9])
    assert loaded("partner-table").mixes["article-table"]["energy"]["china"] == 0.40
    assert loaded("gas-contract").exposures["gas"]["russia"].value == pytest.approx(0.12 * 38.4e9, abs=0.01e9)
    assert sum(it.value for it in loaded("technology").exposures["technology"].values()) == 150
    security = loaded("security")
    assert sum(it.value for it in security.exposures["military"].values()) == 4.3e9
    assert sum(it.value for it in security.exposures["exercises"].values()) == 40
    assert security.exposures["agreements"]["others"].value == 15
    assert security.hazard.partners["eu27"].ties["cyber"].value.value == pytest.approx(0.11 * 18)
    base = loaded("transit-closed").corridors
    for road, written in loaded("logistics").corridors.items():
        if road in ("northern", "russian-border", "middle"):
            before, after = base[road].capacity.law.parameters, written.capacity.law.parameters
            assert after == pytest.approx([1.084 * it for it in before], rel=0.003)
    subsidy = loaded("subsidy").exposures["investment"]["eu27"].value - 4.2e9
    assert 5 * subsidy == pytest.approx(300e6 * 1.08, abs=2e6)
    assert loaded("three-vectors").mixes["article"]["exports"] == {"china": 0.47, "russia": 0.28, "west": 0.25}


def test_ties_are_counted_in_their_own_unit_and_print_no_currency():
    from multivector_sim.report.dashboard import boards
    from multivector_sim.report.page import render

    scenario = loaded("technology")
    assert scenario.channels["technology"].unit == "projects"
    told = document("technology")
    assert told["units"] == {"technology": "projects"}
    measured = told["measures"]["channels"]["technology"]
    assert "loss_money" not in measured
    assert measured["loss_amount"]["mean"]["value"] == pytest.approx(measured["loss_share"]["mean"]["value"] * 150 * 5)
    (board,) = (board for board in boards(scenario) if board.shares.name == "technology")
    assert board.size == "150 projects a year"
    page = render(run("technology")).replace("\N{NO-BREAK SPACE}", " ")
    assert "projects" in page
    assert not re.search(r"USD (75|150)\b", page)


def test_every_system_has_a_paragraph_to_read_out():
    pages = {name: page_of(name) for name in CASES if not name.startswith("lesson-")}
    pages["answers"] = (FOLDER / "ANSWERS.md").read_text(encoding="utf-8")
    for name, text in pages.items():
        paragraph = text.partition("## To read out")[2].partition("\n## ")[0].split()
        assert 40 <= len(paragraph) <= 160, name


MISQUOTED = (
    "grows too large",  # not its phrase
    "self-contradiction",  # 15 % from 2005 to 2020 and 8.4 bn in 2023 are not joined in it
    "300 million a year",  # in all, through 2025
    "six European capitals",  # Western ones
    "from Russia alone",  # military technology is from both
)


def test_what_the_article_does_not_say_is_not_said_in_its_name():
    pages = [*FOLDER.glob("**/*.md"), *FOLDER.glob("*.yaml"), *FOLDER.parents[1].glob("docs/*.md")]
    texts = {page.name: " ".join(page.read_text(encoding="utf-8").split()) for page in pages}
    assert [(name, words) for name, text in texts.items() for words in MISQUOTED if words in text] == []


def test_the_three_mistakes_are_those_of_the_article_and_our_lessons_stand_apart():
    claims = mv.load("kazakhstan").claims
    assert {it.place for it in claims.values() if it.place and it.place.startswith("Common Mistakes")} == {
        f"Common Mistakes, mistake {number}" for number in (1, 2, 3)
    }
    assert all(it.source == "authors" for name, it in claims.items() if name.startswith("lesson-"))
