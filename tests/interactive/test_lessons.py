"""Each lesson runs as a script, and every number that it states is checked against a closed form or a run.

Three kinds of numbers stand in a lesson's text. Those that the text computes are in its ``facts``, and each of them is
worked out here in another way. Those in an equation are evaluated: both sides have to be equal as far as they are
written. The rest are given in a question, and are nobody's claim.
"""

import ast
import importlib.util
import operator
import re
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import multivector_sim as mv
from multivector_sim.errors import UsageError
from multivector_sim.interactive.lessons import lesson, lessons

pytest.importorskip("marimo")

ROOT = Path(__file__).parents[2]
NUMBERS = [it.number for it in lessons()]
EXACT = 1e-9
FAR = 4.5
_RAN, _PICTURES = {}, {}


def module(number):
    """Import a lesson's notebook."""
    file = lesson(number).file
    spec = importlib.util.spec_from_file_location(file.stem, file)
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def ran(number):
    """Run a lesson once as a script and return its module, what it shows as one text, and its names."""
    if number not in _RAN:
        loaded = module(number)
        outputs, names = loaded.app.run()
        raw = "\n".join(getattr(it, "text", "") for it in outputs)
        _RAN[number] = loaded, shown(raw), names
        _PICTURES[number] = re.findall(r'role="img" aria-label="([^"]*)"', raw)
    return _RAN[number]


def shown(raw):
    """Return a text without its tags."""
    return unescape(re.sub(r"<style>.*?</style>|<[^>]*>", " ", raw, flags=re.DOTALL))


def moved(number, **controls):
    """Run a lesson with controls elsewhere."""
    _, names = module(number).app.run(defs={name: SimpleNamespace(value=value) for name, value in controls.items()})
    return names


def facts(number):
    return ran(number)[2]["facts"]


def test_there_are_eight_and_no_ninth():
    assert list(range(1, 9)) == NUMBERS
    with pytest.raises(UsageError, match="no lesson 9; there are 1 to 8"):
        lesson(9)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_lesson_has_all_its_parts(number):
    _, text, names = ran(number)
    assert f"Lesson {number}: {lesson(number).title}" in text
    assert "Aim." in text
    assert "Remember." in text
    (script,) = set(re.findall(r"examples/(\w+\.py)", text))
    assert (ROOT / "examples" / script).is_file()
    guess = names["guess"]
    assert guess.right in guess.options
    assert len(set(guess.options)) == len(guess.options) >= 3
    assert 2 <= len(names["exercises"]) <= 3


@pytest.mark.parametrize("number", NUMBERS)
def test_each_exercise_knows_right_from_wrong(number):
    for exercise in ran(number)[2]["exercises"]:
        assert exercise.hint
        assert exercise.worked
        assert exercise.judge(f"{exercise.answer:.12g}").kind == "right"
        assert exercise.judge(f"{exercise.answer * 1.37 + 1:.6f}").kind == "wrong"
        for slip, words in exercise.slips.items():
            assert exercise.judge(f"{slip:.12g}").words == f"Not yet. {words}"


@pytest.mark.parametrize("number", NUMBERS)
def test_every_picture_is_told_in_words(number):
    ran(number)
    labels = _PICTURES[number]
    assert labels
    assert all(len(it.split()) > 8 for it in labels)


NUMBER = r"\d+(?:\.\d+)?(?: ?%)?"
EQUATION = re.compile(rf"((?:[(]?{NUMBER}[)]?)(?: ?[x+/-] ?[(]*{NUMBER}[)]*)+) = ({NUMBER})")
OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def value_of(text):
    """Work out a sum as it stands in the text."""
    written = re.sub(r"(\d+(?:\.\d+)?) ?%", r"(\1/100)", text).replace("x", "*")

    def walk(node):
        if isinstance(node, ast.BinOp):
            return OPERATORS[type(node.op)](walk(node.left), walk(node.right))
        return float(node.value)

    return walk(ast.parse(written, mode="eval").body)


def equations(text):
    """Find the equations between numbers; units are left out."""
    plain = re.sub(r"(?<=\d) (bn|months|years|partners)\b", "", text)
    return EQUATION.findall(plain)


def written_to(number):
    """Give half of the last digit that is written."""
    digits = re.sub(r" ?%", "", number)
    half = 0.5 * 10.0 ** -(len(digits.partition(".")[2]))
    return half / 100 if "%" in number else half


@pytest.mark.parametrize("number", NUMBERS)
def test_every_equation_in_the_text_is_true(number):
    _, text, names = ran(number)
    whole = "\n".join([text, *(f"{it.question}\n{it.hint}\n{it.worked}" for it in names["exercises"])])
    found = equations(whole)
    assert found
    for left, right in found:
        # the left side's own numbers are rounded as well, hence twice the last digit
        assert value_of(left) == pytest.approx(value_of(right), abs=2 * written_to(right)), f"{left} = {right}"


def test_a_false_equation_would_be_seen():
    ((left, right),) = equations("so 2/12 x 100 bn = 17.7 bn, and no more")
    assert value_of(left) != pytest.approx(value_of(right), abs=2 * written_to(right))
    assert equations("1 / (0.25 + 0) = 4.0 and 10 % + (50 % - 20 %) = 40 %") == [
        ("1 / (0.25 + 0)", "4.0"),
        ("10 % + (50 % - 20 %)", "40 %"),
    ]


def onset_integral(what, rate=0.05, years=5.0):
    """Integrate a figure of the loss over the time at which the rupture begins."""
    begins = np.linspace(0.0, years, 200_001)
    lost = 0.5 * np.minimum(2.0, years - begins) / years
    return float(np.trapezoid(rate * np.exp(-rate * begins) * what(lost), begins))


def near(estimate, value):
    """Whether a run's estimate is what a closed form says, within its interval widened to 4.5 standard errors."""
    return abs(estimate.value - value) <= FAR / 1.96 * (estimate.high - estimate.low) / 2


def test_one_or_many():
    stated = facts(1)
    assert stated["mean"] == pytest.approx(onset_integral(lambda it: it), rel=1e-6)
    assert stated["chance"] == pytest.approx(onset_integral(np.ones_like), rel=1e-6)
    assert stated["largest"] == onset_largest() == pytest.approx(0.2)
    ten = mv.simulate(mv.load("one-or-many"), draws=4096, seed=7)
    some, spread = float((ten.ruptures > 0).mean()), np.sqrt(0.25 / 4096)
    assert abs(some - stated["some of ten"]) < FAR * spread
    assert near(ten.trade.mean(), stated["mean"])
    names = moved(1, count=10)
    assert near(names["trade"].mean(), stated["mean"])
    assert names["trade"].loss_share.max() < 0.2
    certain = moved(1, share=40, severity=50, duration=18)["certain"]
    assert 100 * certain == pytest.approx(names["exercises"][0].answer)


def onset_largest():
    """Give the loss of a partner that has everything and breaks at once."""
    certain = mv.load("one-or-many").with_mix("one")
    stress = [{"partner": "p01", "channels": {"exports": 0.5}, "duration_months": 24}]
    shocked = certain.with_set({"hazard": None, "stress": stress})
    return pytest.approx(mv.simulate(shocked, draws=1, seed=1).trade.mean().value)


def test_what_spreading_buys():
    stated = facts(2)
    mean, square = onset_integral(lambda it: it), onset_integral(np.square)
    assert stated["sd"] == pytest.approx(np.sqrt(square - mean**2), rel=1e-5)
    assert round(stated["sd"] / stated["mean"]) == 2, "the text says twice the mean"
    assert stated["uneven partners"] == pytest.approx(1 / 0.42)
    for controls, effective in (
        ({"count": 4, "largest": 0}, 4),
        ({"count": 4, "largest": 60}, 1 / (0.36 + 3 * (0.4 / 3) ** 2)),
    ):
        names = moved(2, **controls)
        assert 1 / names["hhi"] == pytest.approx(effective)
        assert near(names["trade"].sd(), stated["sd"] / np.sqrt(effective))
    assert sum(ran(2)[2]["shares"]) == pytest.approx(1)


def test_correlation_and_tails():
    loaded, _, _ = ran(3)
    stated = facts(3)
    mean = onset_integral(lambda it: it)
    for correlation, which in ((0.0, "apart"), (0.5, "together")):
        other = mv.simulate(loaded.run(correlation, "gaussian").scenario, draws=4096, seed=5).trade
        assert near(loaded.run(correlation, "gaussian").trade.mean(), mean)
        assert stated[f"{which} mean"] == pytest.approx(mean, abs=0.005)
        assert stated[f"{which} worst"] == pytest.approx(other.es(0.99).value, abs=0.015)
    assert stated["together worst"] > 1.3 * stated["apart worst"]
    assert stated["most"] == pytest.approx(0.2)
    assert stated["exercise 1"] == pytest.approx(1 / (0.25 + 0.75 / 10))
    assert stated["exercise 2"] == pytest.approx(loaded.effective(10**9, 0.25), rel=1e-6)
    assert stated["exercise 3"] == pytest.approx(100 * onset_integral(np.ones_like) ** 3, rel=1e-5)
    assert round(stated["chance"] / stated["chance"] ** 3) == 20, "the text says twenty times"
    assert loaded.effective(30, 0.1) < 10
    assert loaded.effective(30, 0.25) < 4
    assert loaded.effective(30, 0.5) < 2
    names = moved(3, luck=50, kind="t: bad luck comes in storms")
    alone, shared, trade = names["alone"], names["shared"], names["trade"]
    assert trade.sd().value == pytest.approx(alone * np.sqrt(shared + (1 - shared) / 10), rel=0.02)
    joined = moved(3, luck=50, kind="Gaussian: the usual kind")
    everybody = [float((it["result"].ruptures >= 8).mean()) for it in (joined, names)]
    assert everybody[1] > everybody[0], "the text says that more futures break almost everybody"


def test_a_road_in_common():
    stated = facts(4)
    base = mv.load("teaching", override=("road-closed",))
    wider = base.with_set({"corridors.port.capacity": 20e9})
    for case, name in ((base, "exercise 2"), (wider, "exercise 3")):
        assert 100 * mv.simulate(case, draws=1, seed=1).trade.mean().value == pytest.approx(stated[name], abs=EXACT)
    entry = mv.simulate(base, draws=1, seed=1).document()["concentration"]["exports"]
    assert 100 * entry["dependence"]["neighbour"] == pytest.approx(stated["exercise 1"])
    assert (stated["neighbour"], stated["rival"], stated["ocean"], stated["port"]) == (0.2, 0.3, 0.5, 0.1)
    assert stated["year closed"] == pytest.approx(0.9 * 12 / 60)
    loaded = ran(4)[0]
    for closed, crosses, spare in ((12, 90, 0.0), (30, 100, 2.5), (12, 40, 6.0), (60, 0, 0.0)):
        result = moved(4, closed=closed, crosses=crosses, spare=spare)["result"]
        assert result.trade.mean().value == pytest.approx(loaded.by_hand(crosses / 100, spare * 1e9, closed), abs=EXACT)


def test_time():
    loaded, _, _ = ran(5)
    stated = facts(5)

    def run(**clause):
        return mv.simulate(loaded.scenario(**clause), draws=1, seed=1).trade.mean().value

    assert run(onset_month=6, duration_months=12) == pytest.approx(stated["clean"], abs=EXACT)
    assert run(onset_month=6, duration_months=12, scar=0.2) == pytest.approx(stated["scarred"], abs=EXACT)
    assert stated["more"] == pytest.approx(0.7)
    assert 100 * run(ramp_months=6, duration_months=12) == pytest.approx(stated["exercise 1"], abs=1e-7)
    late = run(onset_month=18, duration_months=12, scar=0.1)
    assert 100 * late == pytest.approx(stated["exercise 2"], abs=1e-7)
    draws = 12 * np.exp(0.8 * np.random.default_rng(1).standard_normal(400_000))
    assert draws.mean() == pytest.approx(stated["exercise 3"], abs=FAR * draws.std() / np.sqrt(draws.size))
    names = moved(5, ramp=4, duration=10, half_life=6, scar=25)
    by_hand = 0.15 * loaded.full_months(4, 10, 6, 0.25) / 60
    assert names["result"].trade.mean().value == pytest.approx(by_hand, abs=1e-7)
    assert 1 / np.log(2) == pytest.approx(1.44, abs=0.005)
    assert moved(5, doubt=80)["uncertain"].mean().value > 1.1 * stated["clean"], "doubt pulls the mean up"


def test_what_helps():
    loaded, _, _ = ran(6)
    stated = facts(6)
    assert stated["nothing"] == pytest.approx(50)
    for stock, port in ((1, 10), (2, 25), (6, 10), (0, 60), (6, 50), (3, 30)):
        gap = 10 + 50 - min(50, port)
        assert loaded.lost(stock=stock, port=port) == pytest.approx(max(0.0, gap - stock * 100 / 12), abs=1e-6)
    assert (stated["stock saves"], stated["port saves"], stated["both save"]) == pytest.approx((50, 40, 50))
    assert stated["exercise 1"] == pytest.approx(loaded.lost() - loaded.lost(stock=2))
    assert stated["exercise 2"] == pytest.approx((loaded.lost() - loaded.lost(port=25)) / (15 * 0.2))
    assert stated["exercise 3"] == pytest.approx(0.2 * stated["exercise 1"])
    names = moved(6, stock=6, port=50, buyers=50)
    assert names["saved"] == pytest.approx(50)
    assert names["price"] == pytest.approx(6 / 3 + 40 * 0.2 + 50 * 0.1)


def test_mixes_and_the_frontier():
    loaded, _, names = ran(7)
    stated = facts(7)
    other = loaded.losses_by_partner(loaded.scenario(), 9)
    tails = {step: loaded.worst(other @ loaded.moved_mix(step)) for step in (0.0, 0.3, stated["safest"], 0.66)}
    assert min(tails, key=tails.get) == stated["safest"]
    assert 0.45 < stated["safest"] < 0.65, "most of it, but not all"
    assert stated["exercise 2"] == pytest.approx(1 / (0.66**2 + 0.22**2 + 0.12**2))
    assert (stated["exercise 1"], stated["exercise 3"]) == pytest.approx((1.5, 15))
    shifted = moved(7, moved=30, cost=10)
    assert shifted["paid"] == pytest.approx(0.03)
    by_parts = (names["unit"] @ loaded.moved_mix(0.3)).mean() + 0.03
    assert shifted["mean"] == pytest.approx(by_parts, abs=EXACT)
    assert names["promised"] > 0.05, "a promise"
    assert names["kept"] < 0, "which is luck"
    many = moved(7, shown=2048)
    assert many["promised"] < names["promised"]


def test_claims_evidence_and_doubt():
    loaded, _, names = ran(8)
    stated = facts(8)
    assert mv.simulate(loaded.neighbour(stated["turn"]), draws=4096, seed=3).trade.mean().value == pytest.approx(
        0.02, abs=3e-4
    )
    case = mv.load("kazakhstan")
    crude = {name: it.law.mean for name, it in case.exposures["energy"].items()}
    crossing = sum(
        amount * sum(part for road, part in case.legs["energy"][name].items() if "russia" in case.corridors[road].hosts)
        for name, amount in crude.items()
    )
    assert stated["crude crosses"] == pytest.approx(crossing / sum(crude.values()))
    assert stated["crude largest buyer"] == pytest.approx(max(crude.values()) / sum(crude.values()))
    assert max(stated["crude largest buyer"], stated["other largest buyer"]) == pytest.approx(1 / 3, abs=0.01)
    assert stated["exercise 1"] == pytest.approx(100 * stated["turn"])
    assert (stated["said"], stated["found"]) == (8.4, 13.5)
    assert stated["official"] + stated["weak"] < stated["figures"]
    verdicts = {it.name: it.verdict for it in names["judged"].rulings}
    assert verdicts == {
        "no-over-reliance": "holds",
        "geography": "fails",
        "insulated": "fails",
        "fdi-2023": "contradicted",
        "energy-china": "contradicted",
        "innovation-doubled": "no better source",
    }
    few = moved(8, severity=22, draws=64)
    many = moved(8, severity=25, draws=4096)
    assert (few["verdict"], many["verdict"]) == ("cannot tell", "fails")
    assert names["shocked"].column("energy").mean().value == 0
    assert moved(8, transit=50)["shocked"].column("energy").mean().value > 0.01
