"""explore on the command line: what is refused before a page opens, and the address."""

import json

import pytest

from multivector_sim.interactive import explorer, serve
from tests.cli.running import run

pytest.importorskip("marimo")


@pytest.fixture
def served(monkeypatch):
    """Stand in for the server; return what it was given."""
    seen = []

    def stand_in(notebooks, first, announce, *, port, browser):
        seen.append((notebooks, first, port, browser, explorer.opened()))
        announce("http://127.0.0.1:1/explore/")

    monkeypatch.setattr(serve, "serve", stand_in)
    monkeypatch.setattr(explorer, "_OPEN", [])
    return seen


def test_it_serves_the_scenario_as_it_was_asked_for(served):
    outcome = run("explore", "two-buyers", "--no-browser", "--set", "horizon_months=24", "--seed", 7)
    assert outcome.exit_code == 0
    assert "http://127.0.0.1:1/explore/" in outcome.stdout
    ((notebooks, first, port, browser, opened),) = served
    assert (list(notebooks), first, port, browser) == (["/explore"], "/explore", None, False)
    assert (opened.scenario.horizon_months, opened.seed) == (24, 7)
    assert opened.loads == "mv.load('two-buyers', settings=['horizon_months=24'])"


def test_json_has_the_address_alone(served):
    outcome = run("explore", "teaching", "--no-browser", "--json")
    assert json.loads(outcome.stdout) == {
        "schema": "multivector/explore/1",
        "scenario": "teaching",
        "address": "http://127.0.0.1:1/explore/",
    }


@pytest.mark.parametrize("words", [("kazakstan",), ("two-buyers", "--set", "horizon=3"), ("two-buyers", "--port", 0)])
def test_what_is_wrong_is_told_before_a_page_opens(served, words):
    outcome = run("explore", *words)
    assert outcome.exit_code == 2
    assert served == []
    assert "Traceback" not in outcome.stderr
