"""A study asks every question once, says what each found, and puts all of it on one page."""

import json
import re

import pytest

import multivector_sim as mv
from multivector_sim.questions.study import DRAWS, QUESTIONS, study
from multivector_sim.report.study_page import render_study
from tests.cli.running import run, run_json
from tests.engine.cases import scenario
from tests.questions.test_rank import clauses, floor

SMALL = 2048


@pytest.fixture(scope="module")
def found():
    return study(mv.load("two-buyers"), draws=SMALL, seed=3)


def test_every_question_is_asked_that_the_scenario_supports(found):
    assert [it.question for it in found.findings] == list(QUESTIONS)
    assert list(found.left_out) == ["must-be-true"]
    assert DRAWS.keys() == QUESTIONS.keys()


def test_answers_are_those_of_the_questions_own_functions(found):
    case = mv.load("two-buyers")
    assert found["run"].fingerprint == mv.simulate(case, SMALL, 3).fingerprint
    assert found["claims"].document() == mv.claims(case, draws=found.finding("claims").draws, seed=3).document()
    compared = mv.compare([case, *case.mixes, "one", "equal"], found.finding("compare").draws, 3)
    assert found["compare"].document() == compared.document()
    ranked = mv.rank(case, draws=found.finding("rank").draws, seed=3)
    assert found["rank"].document() == ranked.document()


def test_findings_say_what_the_answers_hold(found):
    told = {it.question: it.sentence for it in found.findings}
    mean = found["run"].total.mean().value
    assert f"{100 * mean:.1f} %" in told["run"]
    assert found["rank"].measures[0].title in told["rank"]
    assert found["sensitivity"].title_of(found["sensitivity"].inputs[0].label) in told["sensitivity"]
    assert all(f"{count} {verdict}" in told["claims"] for verdict, count in found["claims"].counts.items())
    assert all(sentence.endswith((".", "?")) for sentence in told.values()), told
    assert found.summary().count("\n") == len(told)


def test_a_question_that_makes_no_sense_is_left_out_with_the_reason():
    quiet = study(scenario(), draws=256)
    assert quiet.left_out["claims"] == "the scenario makes no claims"
    assert quiet.left_out["rank"] == "the scenario names no measures"
    assert "loses nothing" in quiet.left_out["reverse-stress"]
    with pytest.raises(mv.UsageError, match="study: 'rank' was not asked: the scenario names no measures"):
        quiet.finding("rank")
    with pytest.raises(mv.UsageError, match="study: 'rnk' was not asked: there are run, concentration"):
        quiet["rnk"]


def test_the_document_holds_every_answer_and_is_plain(found):
    document = json.loads(json.dumps(found.document(), allow_nan=False))
    assert document["schema"] == "multivector/study/1"
    assert [it["question"] for it in document["findings"]] == list(QUESTIONS)
    answers = {it["question"]: it["answer"] for it in document["findings"]}
    assert answers["run"]["fingerprint"] == found["run"].fingerprint
    assert answers["rank"]["schema"] == "multivector/rank/1"


def test_the_page_has_a_section_for_each_question_and_needs_nothing_from_outside(found):
    page = render_study(found)
    for question in ("compare", "contribute", "frontier", "rank", "reverse-stress", "sensitivity"):
        assert f'<section id="asked-{question}"' in page
        assert f'href="#asked-{question}"' in page
    for key in re.findall(r'href="#([^"]+)"', page):
        assert f'id="{key}"' in page, key
    assert page.count("data:image/svg+xml;base64,") == 6
    assert "<script" not in page
    assert not re.search(r'(?:src|href)="(?!#|data:)', page)


def test_the_command_shows_findings_and_writes_the_report(tmp_path):
    report = tmp_path / "study.html"
    picture = tmp_path / "study.png"
    outcome = run("study", "one-or-many", "--draws", "256", "--report", report, "--plot", picture)
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert outcome.exit_code == 0, outcome.output
    assert "What is lost?" in outcome.stdout
    assert "Not asked: must-be-true: needs a number and a claim" in outcome.stdout.replace("\n", " ")
    assert max(map(len, outcome.stdout.splitlines())) <= 120
    assert report.read_text().startswith("<!DOCTYPE html>")
    document = run_json("study", "two-buyers", "--draws", "256")
    assert document["findings"][0]["draws"] == 256


def test_progress_rises_to_the_whole():
    seen = []
    study(scenario(), draws=256, progress=lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen)
    assert all(0 <= done <= total for done, total in seen)


def sentence(question, answer):
    """Return what a study says of an answer."""
    return QUESTIONS[question][2](answer)


def test_a_comparison_is_told_by_the_others_and_not_by_the_base_itself():
    case = scenario(partners={"a": {"title": "A"}}, exposures={"exports": {"a": 1e9}})
    assert sentence("compare", mv.compare([case, "one"], draws=64)) == "One:a loses as much as today."


def test_the_best_measure_is_told_with_its_share_of_the_shortfall():
    """A floor of 0.9 where half of three equal flows is lost takes 0.4 of 1.5 off: 26.7 %."""
    case = clauses({"strong": floor(0, 0.9, 2e6), "weak": floor(1, 0.6, 1e6)}, severity=0.5)
    assert sentence("rank", mv.rank(case, draws=128)) == (
        "clause 0 reduces the risk most per unit of cost, 26.7 % (26.7 to 26.7) of the expected shortfall."
    )
    assert sentence("rank", mv.rank(clauses({}), draws=128)).startswith("the scenario has no measures")


def test_without_trade_and_investment_the_first_channel_is_asked_about():
    hit = {"partner": "a", "channels": {"culture": {"uniform": [0, 1]}}, "duration_months": 12}
    exposures = {"culture": {"a": 1e9, "b": 1e9}}
    found = study(scenario(channels={"culture": {"kind": "ties"}}, exposures=exposures, stress=[hit]), draws=128)
    assert found["sensitivity"].column == "culture"
