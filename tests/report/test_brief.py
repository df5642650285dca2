"""The brief and the page of peers: what they say, what they do not claim, and that nothing is loaded or run."""

import re

import pytest

import multivector_sim as mv
from multivector_sim.report.attribution import by_channel
from multivector_sim.report.brief import question, render_brief
from multivector_sim.report.comparison_page import render_peers, shocks_of
from multivector_sim.report.page import render
from tests.cli.running import run

HEADINGS = ["The question", "The answer", "How sure is it?", "What drives it?", "What would help?", "What is not known"]


def headings(page):
    return re.findall(r"<h2[^>]*>([^<]+)</h2>", page)


def plain(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page[page.index("<main>") :]).replace("\xa0", " ").split())


@pytest.fixture(scope="module")
def result():
    return mv.simulate(mv.load("kazakhstan"), draws=1024, seed=1)


@pytest.fixture(scope="module")
def peers():
    scenarios = [mv.load(name) for name in ("two-buyers", "moldova")]
    return mv.compare(scenarios, draws=512)


def test_a_brief_has_its_six_parts(result):
    assert sorted(headings(render_brief(result))) == sorted(HEADINGS)


def test_a_brief_says_what_was_not_asked(result):
    text = plain(render_brief(result))
    assert "Not asked here: multivector sensitivity kazakhstan" in text
    assert "Not asked here: multivector rank kazakhstan" in text
    assert "66 are unverified" in text


def test_shares_of_a_loss_beyond_all_of_it_are_explained(result):
    gains = mv.simulate(mv.load("kazakhstan").with_set({"spillover.0.eta": -0.9}), draws=1024, seed=1)
    parts = by_channel(gains).shown
    assert min(part.worst_share for part in parts) < 0.0
    assert "of the loss; gains elsewhere make up for what exceeds 100 %." in plain(render_brief(gains))
    assert "gains elsewhere" not in plain(render_brief(result))


def test_a_brief_names_the_measures_in_their_order(result):
    ranking = mv.rank(result.scenario, draws=512)
    page = plain(render_brief(result, None, ranking))
    places = [page.index(row.title) for row in ranking.measures]
    assert places == sorted(places)


@pytest.mark.parametrize("name", ["kazakhstan/by-hazard", "two-buyers"])
def test_the_question_is_about_what_the_scenario_assumes(name):
    scenario = mv.load(name)
    asked = question(scenario)
    assert asked.endswith("?")
    assert ("by chance" in asked) == (scenario.hazard is not None)


def test_nothing_is_run_or_loaded(result, peers):
    for page in (render_brief(result), render_peers(peers)):
        assert "<script" not in page
        assert "default-src 'none'" in page
        assert re.findall(r"(?:src|href)=\"(?!data:|#)[^\"]*", page) == []


def test_peers_say_that_their_shocks_differ(peers):
    page = plain(render_peers(peers))
    assert "These scenarios have different shocks." in page
    assert any("different shocks" in note for note in peers.notes)
    assert all(label in page for label in peers.labels)


def test_mixes_of_one_country_have_the_same_shocks():
    base = mv.load("kazakhstan")
    assert shocks_of(base, base.with_mix("article")) == ""
    assert shocks_of(base, mv.load("vietnam")) != ""


def test_a_claims_and_figures_table_is_folded_and_says_so_in_print(result):
    page = render(result)
    folded = re.findall(r"<details><summary>([^<]+)</summary>", page)
    assert any("claims with their grounds" in it for it in folded)
    assert any("figures with their sources" in it for it in folded)
    assert "details:not([open]) > summary::after" in page[page.index("@media print") :]


def test_no_bar_is_empty(result):
    page = render(result)
    assert page.count("Crosses no named host.") == 1  # investment
    assert not re.search(r"<rect class=\"track\"[^>]*/>\s*</svg>", page)


def test_the_commands_write_the_pages(tmp_path):
    brief, peers, saved = tmp_path / "brief.html", tmp_path / "peers.html", tmp_path / "run"
    ran = run("run", "teaching", "--draws", 256, "--brief", brief, "--out", saved)
    assert ran.exit_code == 0, ran.output
    assert "Brief: " in ran.stdout
    assert "Not asked here" not in brief.read_text(encoding="utf-8")
    ran = run("report", saved, "--brief", "-o", tmp_path / "again.html")
    assert ran.exit_code == 0, ran.output
    ran = run("compare", "two-buyers", "teaching", "--draws", 256, "--report", peers)
    assert ran.exit_code == 0, ran.output
    assert "side by side" in peers.read_text(encoding="utf-8")
    assert run("run", "teaching", "--brief", tmp_path / "no" / "x.html").exit_code == 2
