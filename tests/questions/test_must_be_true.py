"""What must be true, on the two-buyers scenario where it can be worked out by hand."""

import json

import numpy as np
import pytest

import multivector_sim as mv
from tests.questions.simple_case import one_partner

FEW = 256
"""Where what is looked at is no matter of chance."""

MEAN = "measures.trade.loss_share.mean"
SEVERITY, DURATION = "stress.0.channels.exports", "stress.0.duration_months"


@pytest.fixture(scope="module")
def by_hand():
    """Two buyers of whom Russia alone ruptures, and nobody helps: trade loses ``9.5/109.4 x s x D/60``."""
    return mv.load("two-buyers").with_set(
        {
            "hazard": None,
            "contracts": [],
            "channels.exports.ceiling": 0,
            "stress": [{"partner": "russia", "channels": {"exports": 0.5}, "duration_months": 18}],
        }
    )


SHARE = 9.5 / 109.4
LIMIT = 0.01
CLAIM = {"quantity": MEAN, "at_most": LIMIT}


def test_the_severity_at_which_a_claim_turns(by_hand):
    found = mv.must_be_true(by_hand, SEVERITY, CLAIM, 0.0, 1.0, draws=1024)
    (turn,) = found.turning.turns
    assert found.answer == "turns"
    assert turn.value == pytest.approx(LIMIT * 60 / (SHARE * 18), abs=1e-3)
    assert turn.holds == "below"
    assert turn.low - 1e-6 <= LIMIT * 60 / (SHARE * 18) <= turn.high + 1e-6
    assert turn.high - turn.low < 0.02
    assert found.turning.monotone


def test_the_border_in_severity_and_duration_is_a_hyperbola(by_hand):
    found = mv.must_be_true(by_hand, (DURATION, SEVERITY), CLAIM, (6, 0), (60, 1), draws=1024, points=4)
    assert found.columns == (6.0, 24.0, 42.0, 60.0)
    for duration, turning in zip(found.columns, found.turnings, strict=True):
        exact = LIMIT * 60 / (SHARE * duration)
        if exact > 1.0:
            assert turning.answer == "holds everywhere"
        else:
            assert turning.turns[0].value == pytest.approx(exact, abs=1e-3)
    with pytest.raises(mv.UsageError, match="two numbers have a boundary"):
        _ = found.turning


def test_the_rate_at_which_ruptures_are_too_many():
    """Expected ruptures are ``1 + 1 - exp(-5 rate)``; the bracket of the draws has the exact rate in it."""
    scenario = mv.load("two-buyers")
    exact = -np.log(0.7) / 5
    claim = {"quantity": "ruptures.expected", "at_most": 1.3}
    path = "hazard.partners.china.intensity"
    found = mv.must_be_true(scenario, path, claim, 0.0, 0.5, draws=1024)
    (turn,) = found.turning.turns
    error = (turn.high - turn.low) / 3.92
    assert abs(turn.value - exact) < 4.5 * error
    more = mv.must_be_true(scenario, path, claim, 0.0, 0.5, draws=6144).turning.turns[0]
    assert abs(more.value - exact) < 4.5 * (more.high - more.low) / 3.92
    assert more.high - more.low < 0.6 * (turn.high - turn.low)


def test_a_change_under_a_measure():
    """A measure makes it 12 months of 24; with the severity the same on both sides, the change is always -50 %."""
    scenario = one_partner(
        measures={"shorter": {"cost": 1, "set": {DURATION: 12}}},
        claims={
            "half": {"quantity": MEAN, "under": "measures.shorter", "change": -0.5},
            "more": {"quantity": MEAN, "under": "measures.shorter", "change": -0.75},
        },
    )
    assert mv.must_be_true(scenario, SEVERITY, "half", 0.1, 1.0, draws=1024).answer == "holds everywhere"
    nowhere = mv.must_be_true(scenario, SEVERITY, "more", 0.1, 1.0, draws=1024)
    assert nowhere.answer == "holds nowhere"
    (words,) = nowhere.words()
    tried = len(nowhere.turning.tried)
    assert words.startswith(
        f"more: holds at none of the {tried} values between 0.1 and 1 that were tried for "
        "'Shock to The neighbour: severity, exports'"
    )
    of_the_measure = mv.must_be_true(scenario, f"measures.shorter.set.{DURATION}", "more", 1.0, 24.0, draws=1024)
    assert of_the_measure.turning.turns[0].value == pytest.approx(6.0, abs=0.03)


def test_a_change_that_means_nothing_somewhere_says_where():
    scenario = one_partner(
        overrides={"double": {DURATION: 48}},
        claims={"it": {"quantity": MEAN, "under": "overrides.double", "change": 1}},
    )
    with pytest.raises(mv.UsageError, match=f"means nothing at {SEVERITY} = 0"):
        mv.must_be_true(scenario, SEVERITY, "it", 0.0, 1.0, draws=1024)


def test_the_range_is_that_of_the_law():
    wide = one_partner(severity={"pert": [0.2, 0.5, 0.9]}, duration={"lognormal": {"median": 12, "sigma": 0.5}})
    (searched,) = mv.must_be_true(wide, SEVERITY, CLAIM, draws=FEW).ranges
    assert (searched.low, searched.high, searched.origin) == (0.2, 0.9, "of its law, PERT 0.2, 0.5, 0.9")
    (searched,) = mv.must_be_true(wide, DURATION, CLAIM, draws=FEW).ranges
    assert searched.low == 0.0
    assert searched.high == pytest.approx(12 * np.exp(0.5 * 3.0902), rel=1e-4)
    (searched,) = mv.must_be_true(wide, SEVERITY, CLAIM, low=0.4, draws=FEW).ranges
    assert (searched.low, searched.high) == (0.4, 0.9)


def test_noise_is_in_the_bracket_and_shrinks_with_draws():
    spread = one_partner(duration={"uniform": [0, 48]})
    claim = {"quantity": MEAN, "at_most": 0.05}
    exact = 0.05 * 60 / (0.3 * 24)
    wide, narrow = (mv.must_be_true(spread, SEVERITY, claim, 0, 1, draws=n).turning.turns[0] for n in (1024, 8192))
    for turn in (wide, narrow):
        assert abs(turn.value - exact) < 4.5 * (turn.high - turn.low) / 3.92
    assert narrow.high - narrow.low < 0.5 * (wide.high - wide.low)


def test_nothing_is_left_out_of_what_the_claim_needs():
    """A mix that the path does not touch is still there, and the same answer comes of a claim by name."""
    scenario = mv.load("two-buyers")
    claim = {"quantity": MEAN, "under": "mixes.article", "at_most": 0.05}
    given = mv.must_be_true(scenario, "stress.0.channels.imports", claim, 0, 1, draws=FEW)
    document = scenario.document()
    document["claims"]["mine"] = claim
    named = mv.must_be_true(mv.Scenario.model_validate(document), "stress.0.channels.imports", "mine", 0, 1, draws=FEW)
    assert given.turnings == named.turnings
    assert given.today.found == mv.claims(mv.Scenario.model_validate(document), ["mine"], draws=FEW)["mine"].found


@pytest.mark.parametrize(
    ("path", "claim", "more", "words"),
    [
        (SEVERITY, "storm", {}, "no claim called 'storm'; there are storms, china"),
        (SEVERITY, "china", {}, "claim china: is about a figure"),
        ("stress.0.channels.import", CLAIM, {}, "leads nowhere; there is no 'import'"),
        ("stress.0.channels", CLAIM, {}, "is not a figure"),
        ("channels.exports.ceiling", CLAIM, {}, "is a fixed number, 0.6, .* give low and high"),
        ("channels.exports.ceiling", CLAIM, {"low": 0.5, "high": 0.5}, "0.5 to 0.5 is not a range"),
        ((SEVERITY,) * 3, CLAIM, {}, "path: 3 paths given"),
        (SEVERITY, CLAIM, {"points": 1}, "points: 1 is too few"),
        (SEVERITY, CLAIM, {"precision": 0.0}, "precision: 0 is not a share"),
        (SEVERITY, CLAIM, {"low": (0.1, 0.2)}, "low, high: 2 given for 1 path"),
    ],
)
def test_errors_in_words(path, claim, more, words):
    with pytest.raises(mv.UsageError, match=words):
        mv.must_be_true(mv.load("two-buyers"), path, claim, **more)


def test_a_value_that_cannot_be_is_a_bad_scenario(by_hand):
    with pytest.raises(mv.ScenarioError, match="must lie between -10 and 1"):
        mv.must_be_true(by_hand, SEVERITY, CLAIM, 0.0, 2.0, draws=1024)
    with pytest.raises(mv.ScenarioError, match="give one of change, at_least, at_most"):
        mv.must_be_true(by_hand, SEVERITY, {"quantity": MEAN}, 0.0, 1.0)


def test_documents_and_plots(by_hand):
    one = mv.must_be_true(by_hand, SEVERITY, CLAIM, 0.0, 1.0, draws=1024)
    two = mv.must_be_true(by_hand, (DURATION, SEVERITY), CLAIM, (6, 0), (60, 1), draws=1024, points=3)
    for found in (one, two):
        document = json.loads(json.dumps(found.document(), allow_nan=False))
        assert document["schema"] == "multivector/must-be-true/1"
        assert document["answer"] == "turns"
        assert found.plot().get_title(loc="left") == "the claim"
    assert len(two.document()["border"]) == 3
    assert one.document()["turns"][0]["holds"] == "below"
    assert [text.get_text() for text in two.plot().get_legend().get_texts()] == [
        "holds everywhere",
        "turns; holds below",
    ]
