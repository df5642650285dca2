"""claims on the command line: verdicts, and an exit code for those who ask for one."""

import json

import pytest

import multivector_sim as mv
from tests.cli.running import run, run_json

FEW = ("--draws", 1024)


def test_every_claim_has_its_verdict():
    outcome = run("claims", "two-buyers", *FEW)
    assert outcome.exit_code == 0
    for words in ("65 % fewer flashpoints", "fails", "no better source", "would have to be"):
        assert words in outcome.stdout


def test_it_is_the_answer_of_the_library():
    names = ("energy-china", "storms", "balanced-mix")
    document = run_json("claims", "kazakhstan", *(word for name in names for word in ("--claim", name)), *FEW)
    assert document == json.loads(json.dumps(mv.claims(mv.load("kazakhstan"), names, draws=1024).document()))
    by_name = {claim["name"]: claim for claim in document["claims"]}
    assert by_name["energy-china"]["verdict"] == "contradicted"
    assert by_name["energy-china"]["kind"] == "evidence"
    assert {claim["kind"] for claim in document["claims"]} == {"evidence", "model", "definition"}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), 0),
        (("--fail-on", "fails"), 3),
        (("--fail-on", "contradicted"), 0),
        (("--fail-on", "contradicted", "--fail-on", "no better source"), 3),
        (("--claim", "china", "--fail-on", "fails"), 0),
        (("--claim", "storms", "--fail-on", "fails", "--json"), 3),
    ],
)
def test_a_verdict_can_be_an_exit_code(words, code):
    outcome = run("claims", "two-buyers", *words, *FEW)
    assert outcome.exit_code == code
    assert ("fails: storms" in outcome.stderr) == ("fails" in words and "china" not in words)


def test_a_scenario_without_claims_says_so():
    outcome = run("claims", "one-or-many", *FEW)
    assert outcome.exit_code == 0
    assert "makes no claims" in outcome.stdout


def test_an_unknown_claim_is_bad_usage():
    outcome = run("claims", "two-buyers", "--claim", "storm", *FEW)
    assert outcome.exit_code == 2
    assert "no claim called 'storm'; there are storms, china" in outcome.stderr
