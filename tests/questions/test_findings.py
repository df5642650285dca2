"""The sentences of ``study``: which column, which verdicts, and in which words."""

from types import SimpleNamespace

import pytest

import multivector_sim as mv
from multivector_sim.measure.intervals import Estimate
from multivector_sim.questions import study as study_module


def ranked(low, tie=""):
    first = SimpleNamespace(title="Double the port", name="port", share=Estimate(0.276, low, 0.4), tie=tie)
    return SimpleNamespace(measures=(first,), note="")


def test_a_rank_without_measures_says_why():
    assert study_module._tell_rank(SimpleNamespace(measures=(), note="No measure has a price.")) == (
        "No measure has a price."
    )


@pytest.mark.parametrize(
    ("low", "tie", "more"),
    [
        (0.2, "", ""),
        (0.2, "draws", " It ties with the next one."),
        (-0.1, "", " These draws cannot tell it from no reduction."),
    ],
)
def test_the_best_measure_has_its_share(low, tie, more):
    told = study_module._tell_rank(ranked(low, tie))
    ends = "-10.0 to 40.0" if low < 0.0 else "20.0 to 40.0"
    share = f"27.6 % ({ends}) of the expected shortfall"
    assert told == f"Double the port reduces the risk most per unit of cost, {share}.{more}"


def test_a_measure_without_a_share_has_none():
    first = SimpleNamespace(title="", name="port", share=None, tie="")
    told = study_module._tell_rank(SimpleNamespace(measures=(first,), note=""))
    assert told == "port reduces the risk most per unit of cost."


def test_each_other_scenario_is_compared_with_the_first():
    found = SimpleNamespace(
        labels=("today", "article", "one"),
        pair=lambda first, second: SimpleNamespace(sentence=f"{second} is worse than {first}"),
    )
    assert study_module._tell_compare(found) == "Article is worse than today; one is worse than today."


def test_shares_are_in_per_cent():
    scenario = mv.load("two-buyers")
    told = study_module._tell_concentration({"exports": {"dependence": {"russia": 0.9}}}, scenario)
    assert told.endswith("depends most on one country: Russia can stop 90 % of it.")
    reverse = SimpleNamespace(exceedance=Estimate(0.2, 0.1, 0.3), ways=(), loss=0.1, column="total")
    assert study_module._tell_reverse(reverse) == (
        "Losing 10.0 % or more of total has a probability of 20.0 % (10.0 to 30.0)."
    )


@pytest.mark.parametrize(
    ("run", "column"),
    [
        (None, "total"),
        (SimpleNamespace(columns=("exports", "total")), "total"),
        (SimpleNamespace(columns=("research", "students")), "research"),
    ],
)
def test_sensitivity_is_asked_of_the_main_column(monkeypatch, run, column):
    monkeypatch.setattr(study_module, "sensitivity", lambda *_, **asked: asked["column"])
    asked = SimpleNamespace(run=run, scenario=None, draws=100, seed=1, workers=1, progress=None)
    assert study_module._sensitivity(asked) == column
