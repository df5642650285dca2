"""The answer in a sentence, worded from the scenario."""

import copy
import re

import numpy as np
import pytest

import multivector_sim as mv
from multivector_sim.report.answer import country_name, headline, subject, supplements, tiles

DRAWS = 1024


def changed(name, **changes):
    document = mv.load(name).document() | changes
    return mv.Scenario.model_validate({key: value for key, value in document.items() if value is not None})


def said(scenario, draws=DRAWS):
    return headline(mv.simulate(scenario, draws=draws, seed=1))


def test_a_stress_is_a_condition_and_names_who_is_shocked():
    result = mv.simulate(mv.load("kazakhstan"), draws=DRAWS, seed=1)
    mean, bad = result.trade.mean(), result.trade.var(0.95)
    sentence = headline(result)
    assert sentence.startswith("If Russia's channels are shocked, Kazakhstan loses ")
    assert "of five years' trade on average; one time in twenty more than " in sentence
    numbers = [
        float(word.strip("(,.;)")) for word in sentence.split() if word.strip("(,.;)").replace(".", "").isdigit()
    ]
    assert numbers == pytest.approx([100 * it for it in (mean.value, mean.low, mean.high, bad.value)], abs=0.051)


def test_several_partners_are_all_named():
    assert said(mv.load("kazakhstan/west-investment")).startswith(
        "If the channels of Netherlands, Rest of the EU27 and United States are shocked, Kazakhstan loses "
    )


def test_the_loss_is_said_of_what_loses():
    result = mv.simulate(mv.load("kazakhstan/west-investment"), draws=DRAWS, seed=1)
    assert subject(result) == "investment"
    assert "of five years' investment" in headline(result)
    assert supplements(result, result.document()) == ["Kazakhstan loses nothing of its trade."]


def test_a_hazard_comes_by_chance():
    sentence = said(mv.load("kazakhstan/by-hazard"))
    assert sentence.startswith("Over five years, by chance, Kazakhstan loses ")
    assert "of its trade on average" in sentence


def test_stress_and_hazard_are_both_said():
    sentence = said(mv.load("two-buyers"))
    assert sentence.startswith("If Russia's channels are shocked, and others rupture by chance, the country loses ")


def test_nothing_shocked_loses_nothing():
    assert said(changed("kazakhstan", stress=[])) == (
        "Over five years, with nothing shocked, Kazakhstan loses nothing of its trade."
    )


@pytest.mark.parametrize(
    ("months", "words"), [(36, "three years' trade"), (18, "18 months' trade"), (12, "one year's trade")]
)
def test_the_horizon_is_said_in_words(months, words):
    assert words in said(changed("kazakhstan", horizon_months=months))


def test_certain_losses_have_no_interval_and_no_bad_luck():
    stress = [{"partner": "russia", "channels": {"exports": 0.5, "imports": 0.5}, "duration_months": 60}]
    sentence = said(changed("two-buyers", stress=stress, hazard=None, contracts=None))
    assert "(" not in sentence
    assert "one time in twenty" not in sentence


@pytest.mark.parametrize(("share", "title"), [(0.8, "Months to recover"), (0.3, "Recovered by the end")])
def test_months_to_recover_are_not_named_where_most_do_not(share, title):
    result = mv.simulate(mv.load("two-buyers"), draws=DRAWS, seed=1)
    document = copy.deepcopy(result.document())
    document["measures"]["trade"]["recovered_share"]["value"] = share
    tile = tiles(result.scenario, document, "trade")[-1]
    assert tile.name == title
    assert f"{100 * share:.0f} %" in (tile.value + tile.more)


def test_a_gain_is_called_a_gain():
    scenario = changed(
        "two-buyers",
        hazard=None,
        contracts=None,
        stress=[{"partner": "russia", "channels": {"imports": {"pert": [0.2, 0.4, 0.6]}}, "duration_months": 30}],
        spillover=[{"from": "trade", "to": "investment", "eta": -0.5, "lag_months": 0}],
    )
    result = mv.simulate(scenario, draws=DRAWS, seed=1)
    (sentence,) = supplements(result, result.document())
    assert sentence.startswith("The country gains ")
    assert "-" not in sentence


def test_without_trade_the_loss_is_of_investment():
    channels = {"investment": {"kind": "investment"}}
    scenario = changed(
        "two-buyers",
        channels=channels,
        exposures={"investment": {"russia": 1e9, "china": 1e9}},
        legs=None,
        spillover=None,
        contracts=None,
        hazard=None,
        mixes=None,
        claims=None,
        stress=[{"partner": "china", "channels": {"investment": 0.5}, "duration_months": 60}],
    )
    assert said(scenario) == "If China's channels are shocked, the country loses 25.0 % of five years' investment."


@pytest.mark.parametrize(
    ("country", "title", "name"),
    [
        ("KAZ", "Kazakhstan, and a shock", "Kazakhstan"),
        ("KAZ", "A small exporter with two buyers", "Kazakhstan"),
        ("POL", "Coal, and a shock", "Poland"),
        ("VNM", "A shock", "Vietnam"),
        ("Ruritania", "A shock", "Ruritania"),
        ("anywhere", "A shock", "the country"),
    ],
)
def test_a_code_becomes_a_name_only_if_the_title_says_one(country, title, name):
    assert country_name(changed("two-buyers", country=country, title=title)) == name


def test_one_draw_can_be_told():
    result = mv.simulate(mv.load("kazakhstan"), draws=1, seed=1)
    assert f"{100 * float(np.squeeze(result.trade.loss_share)):.1f} %" in headline(result)


def test_a_hazard_says_how_many_partners_rupture_and_how_probably_any():
    result = mv.simulate(mv.load("one-or-many"), draws=DRAWS, seed=1)
    (sentence,) = supplements(result, result.document())
    count, some = result.ruptures.mean(), 100 * (result.ruptures > 0).mean()
    assert re.match(rf"In five years {count:.2f}\d? \(", sentence) or sentence.startswith(
        f"In five years {count:.1f} ("
    )
    assert f" partners rupture on average; at least one does with a probability of {some:.1f} % (" in sentence


def test_beside_a_stress_the_shocked_partners_are_counted():
    result = mv.simulate(mv.load("two-buyers"), draws=DRAWS, seed=1)
    sentence = supplements(result, result.document())[-1]
    assert sentence.startswith(
        (f"In five years {result.ruptures.mean():.2f} (", f"In five years {result.ruptures.mean():.1f} (")
    )
    assert sentence.endswith(" partners rupture on average, including the shocked ones.")


def test_without_a_hazard_nothing_is_said_of_ruptures():
    result = mv.simulate(mv.load("kazakhstan"), draws=DRAWS, seed=1)
    assert not any("rupture" in sentence for sentence in supplements(result, result.document()))
