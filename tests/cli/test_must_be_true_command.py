"""must-be-true on the command line: one number, two numbers, errors in a line."""

import json

import pytest

import multivector_sim as mv
from tests.cli.running import run, run_json

RATE = "hazard.partners.china.intensity"
RATE_TITLE = "'Rupture of China: ruptures a year'"
FEW = ("--draws", 1024)


@pytest.fixture
def file(tmp_path):
    """Write two-buyers with a claim that turns."""
    document = mv.load("two-buyers").document()
    document["claims"]["few"] = {"title": "Few ruptures", "quantity": "ruptures.expected", "at_most": 1.3}
    place = tmp_path / "case.json.yaml"
    place.write_text(json.dumps(document), encoding="utf-8")
    return place


def test_a_turn_is_told(file, tmp_path):
    picture = tmp_path / "turn.png"
    words = ("--path", RATE, "--claim", "few", "--low", 0, "--high", 0.5)
    outcome = run("must-be-true", file, *words, "--plot", picture, *FEW)
    assert outcome.exit_code == 0, outcome.output
    assert outcome.stdout.startswith("As the scenario stands, the claim holds")
    assert f"holds where {RATE_TITLE} is below 0.0" in outcome.stdout
    assert picture.read_bytes().startswith(b"\x89PNG")
    document = run_json("must-be-true", file, *words, *FEW)
    found = mv.must_be_true(mv.load(str(file)), RATE, "few", 0, 0.5, draws=1024)
    assert document == json.loads(json.dumps(found.document()))


def test_no_value_is_an_answer():
    outcome = run("must-be-true", "two-buyers", "--path", RATE, "--claim", "storms", "--low", 0, "--high", 1, *FEW)
    assert outcome.exit_code == 0
    told = " ".join(outcome.stdout.split())  # a line is no wider than the terminal
    assert f"values between 0 and 1 that were tried for {RATE_TITLE}; it comes nearest at " in told


def test_a_border(file):
    words = ("--path", RATE, "--path", "horizon_months", "--claim", "few", "--low", 0, "--low", 0)
    outcome = run("must-be-true", file, *words, "--high", 0.5)
    assert outcome.exit_code == 2
    pair = ("--path", "hazard.partners.china.ties.value", "--path", RATE, "--claim", "few")
    ends = ("--low", 0, "--low", 0, "--high", 2, "--high", 0.5, "--points", 3)
    document = run_json("must-be-true", file, *pair, *ends, *FEW)
    assert [column["at"] for column in document["border"]] == [0.0, 1.0, 2.0]
    rates = [column["turns"][0]["value"] for column in document["border"]]
    assert rates == sorted(rates)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--path", RATE, "--claim", "storm"), "no claim called 'storm'; there are storms, china"),
        (("--path", RATE, "--claim", "china"), "claim china: is about a figure"),
        (("--path", RATE, "--claim", "storms"), "give low and high (--low, --high)"),
        (("--path", "hazard.partner", "--claim", "storms"), "leads nowhere; there is no 'partner'"),
        (("--path", "a.b", "--claim", "storms", "--low", "0", "--high", "1"), "cannot be set: no 'a' in the scenario"),
    ],
)
def test_errors_in_a_line(words, said):
    outcome = run("must-be-true", "two-buyers", *words)
    assert outcome.exit_code == 2
    errors = [line for line in outcome.stderr.splitlines() if not line.startswith("note: ")]
    assert len(errors) == 1
    assert said in errors[0]
