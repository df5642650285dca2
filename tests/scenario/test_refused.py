"""What no scenario may be: names, claims, overrides, numbers that do not fit, each refused at its path."""

import copy

import pytest

import multivector_sim as mv
from multivector_sim.scenario.paths import changed
from multivector_sim.scenario.validate import build
from tests.scenario.refusing import DOCUMENT, mistakes, without


def test_everything_wrong_is_told_at_once_in_the_order_of_the_document():
    document = copy.deepcopy(DOCUMENT)
    document["horizon_months"] = 0
    document["exposures"]["exports"]["rusia"] = 1
    document["legs"]["exports"]["eu"]["cpc"] = 0.8
    document["contracts"][0]["floor"] = "high"
    del document["contracts"][0]["honoured"]
    found = mistakes(mv.Scenario.model_validate, document)
    assert list(found) == [
        "horizon_months",
        "exposures.exports.rusia",
        "legs.exports.eu",
        "contracts.0.honoured",
        "contracts.0.floor",
    ]
    assert mistakes(lambda it: mv.Scenario(**it), document) == found


@pytest.mark.parametrize("raw", [None, 3, "kazakhstan", [], [DOCUMENT]])
def test_what_is_no_document_is_refused(raw):
    assert "a scenario is a mapping" in mistakes(mv.Scenario.model_validate, raw)[""]


def test_a_document_without_an_end_is_refused():
    document = without()
    document["overrides"] = {"a": {"b": document}}
    assert "nested" in mistakes(build, document)[""]


@pytest.mark.parametrize(
    ("section", "name", "words"),
    [
        ("partners", "transit", "'transit' is reserved"),
        ("partners", "total", "'total' is reserved"),
        ("channels", "lognormal", "'lognormal' is reserved"),
        ("corridors", "value", "'value' is reserved"),
        ("partners", "a.b", "a name cannot contain a dot"),
        ("partners", " a", "no spaces around"),
        ("mixes", "a\nb", "on one line"),
        ("measures", "x" * 101, "1 to 100 letters"),
    ],
)
def test_names_that_mean_something_else_are_refused(section, name, words):
    entries = {
        "partners": {},
        "channels": {"kind": "trade"},
        "corridors": {"capacity": 1},
        "mixes": {"exports": {"eu": 1}},
        "measures": {"cost": 1, "set": {}},
    }
    document = DOCUMENT | {section: DOCUMENT[section] | {name: entries[section]}}
    assert words in mistakes(build, document)[f"{section}.{name}"]


def test_a_mistake_is_one_line_whatever_is_in_a_name():
    document = DOCUMENT | {"partners": {"a\nb": {}}, "mixes": {"m": {"exports": {"c\r": 1}}}}
    with pytest.raises(mv.ScenarioError) as caught:
        build(document)
    assert len(str(caught.value).splitlines()) == len(caught.value.mistakes)


@pytest.mark.parametrize("kind", ["trade", "investment", "ties"])
def test_a_channel_may_be_called_by_its_own_kind_only(kind):
    for other in {"trade", "investment", "ties"} - {kind}:
        channels = {key: part for key, part in DOCUMENT["channels"].items() if key != "investment"}
        kept = without("spillover") | {"exposures": {"exports": DOCUMENT["exposures"]["exports"]}}
        assert build(kept | {"channels": channels | {kind: {"kind": kind}}})
        assert list(mistakes(build, kept | {"channels": channels | {kind: {"kind": other}}})) == [f"channels.{kind}"]


@pytest.mark.parametrize(
    ("claim", "path", "words"),
    [
        ({}, "", "makes no claim"),
        ({"quantity": "ruptures.expected"}, "", "give one of change, at_least, at_most"),
        ({"quantity": "ruptures.expected", "change": 1, "at_most": 1}, "", "not 2"),
        ({"quantity": "rupture.expected", "change": 1}, ".quantity", "did you mean 'ruptures'?"),
        ({"quantity": "ruptures.max", "change": 1}, ".quantity", "ruptures.expected"),
        ({"quantity": "ruptures.expected", "change": 1, "says": 1}, ".says", "not in a claim about a quantity"),
        ({"quantity": "ruptures.expected", "change": 1, "under": "mix.article"}, ".under", "mixes.NAME"),
        ({"quantity": "ruptures.expected", "change": 1, "against": "measures.port"}, ".against", "no measure called"),
        ({"figure": "exposures.exports.china.share"}, ".says", "needs a number"),
        ({"figure": "exposures.exports.chna.share", "says": 1}, ".figure", "did you mean 'china'?"),
        ({"figure": "exposures.exports", "says": 1}, ".figure", "is not a figure"),
        ({"figure": "stress.1.scar", "says": 1}, ".figure", "no part of stress called '1'"),
        ({"figure": "gdp", "says": 1, "change": 1}, ".change", "not in a claim about a figure"),
    ],
)
def test_a_claim_must_be_about_something(claim, path, words):
    found = mistakes(build, DOCUMENT | {"claims": {"c": claim}})
    assert words in found[f"claims.c{path}"]
    assert len(found) == 1


@pytest.mark.parametrize(
    "claim",
    [
        {"quantity": "measures.trade.loss_share.mean", "at_most": 0.1},
        {"quantity": "ruptures.expected", "under": "measures.caspian-port", "against": "overrides.weak", "change": 0},
        {"figure": "gdp", "says": 1},
        {"figure": "stress.0.channels.exports", "says": 0.5},
        {"figure": "corridors.cpc.capacity", "says": 1},
    ],
)
def test_claims_that_are_taken(claim):
    assert build(DOCUMENT | {"claims": {"c": claim}}).claims["c"].title == "c"


def test_an_override_that_would_break_the_scenario_is_refused_before_anybody_needs_it():
    overrides = {"a": {"channels.exports.ceiling": 2}, "b": {"legs.exports.eu.cpc": 0.5}, "c": {"gdp": None}}
    found = mistakes(build, DOCUMENT | {"overrides": overrides})
    assert set(found) == {"overrides.a.channels.exports.ceiling", "overrides.b"}
    assert found["overrides.b"] == "then legs.exports.eu: shares sum to 0.6; they must sum to 1"


def test_a_measure_is_held_to_the_same():
    measures = {"m": {"cost": 1, "set": {"stress.0.partner": "rusia"}}}
    found = mistakes(build, without("claims") | {"measures": measures})
    assert list(found) == ["measures.m.set.stress.0.partner"]


def test_there_is_an_end_to_overrides():
    assert "more than 100" in mistakes(build, DOCUMENT | {"overrides": {f"o{n}": {} for n in range(101)}})["overrides"]


def test_the_same_spillover_twice_is_refused():
    term = DOCUMENT["spillover"][0]
    assert list(mistakes(build, DOCUMENT | {"spillover": [term, term]})) == ["spillover.1"]
    assert build(DOCUMENT | {"spillover": [term, term | {"lag_months": 7}]})


@pytest.mark.parametrize(
    "exposures", [{}, {"exports": {}}, {"exports": {"russia": 0}}, {"exports": {"russia": {"value": 0}}}]
)
def test_something_must_flow(exposures):
    found = mistakes(build, without("legs", "mixes", "claims") | {"exposures": exposures})
    assert found == {"exposures": "all flows are 0; give at least one exposure above 0"}


def test_a_mix_of_a_channel_in_which_nothing_flows_is_refused():
    exposures = {key: part for key, part in DOCUMENT["exposures"].items() if key != "imports"}
    document = DOCUMENT | {"exposures": exposures, "mixes": {"m": {"imports": {"eu": 1}}}}
    assert mistakes(build, document | {"claims": {}}) == {"mixes.m.imports": "imports has no exposure to divide"}


@pytest.mark.parametrize("colour", ["red", "lightblue", "#fff", "#00FF7f"])
def test_colours_that_every_browser_knows(colour):
    assert build(without() | {"partners": DOCUMENT["partners"] | {"x": {"colour": colour}}}).partners["x"].colour


@pytest.mark.parametrize("colour", ["rde", "#12", "url(x)", "red;", "tab:blue", 3])
def test_other_colours_are_refused(colour):
    found = mistakes(build, without() | {"partners": DOCUMENT["partners"] | {"x": {"colour": colour}}})
    assert list(found) == ["partners.x.colour"]


HIDDEN = {
    "escape": "\x1b",
    "bell": "\x07",
    "tab": "\t",
    "delete": "\x7f",
    "next line": "\x85",
    "line feed": "\n",
    "line separator": "\u2028",
    "override": "\u202e",
    "embedding": "\u202a",
    "isolate": "\u2066",
    "pop": "\u2069",
}


@pytest.mark.parametrize("sign", HIDDEN.values(), ids=HIDDEN)
@pytest.mark.parametrize(
    "path",
    [
        "title",
        "country",
        "currency",
        "sources.wb.title",
        "sources.wb.where",
        "partners.china.title",
        "gdp.note",
        "gdp.as_of",
        "claims.storms.title",
        "measures.caspian-port.title",
        "contracts.0.name",
    ],
)
def test_signs_that_nobody_sees_are_refused_in_every_text(path, sign):
    changed_document = changed(DOCUMENT, {path: f"A{sign}[31mB"})
    assert list(mistakes(build, changed_document)) == [path]


def test_the_name_of_a_tie_is_held_to_the_same():
    ties = {"A\u202eB": {"value": 1, "baseline": 1, "beta": 1}}
    found = mistakes(build, changed(DOCUMENT, {"hazard.partners.china.ties": ties}))
    assert list(found.values()) == ["a name takes no control characters"]


@pytest.mark.parametrize("letters", ["Қазақстан", "中国", "مصر", "50 % … so", "🇰🇿", "non\u00a0breaking"])
def test_letters_of_every_language_are_taken(letters):
    assert build(DOCUMENT | {"title": letters}).title == letters


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("exposures.exports.eu", 1e-31, "must be 0, or 1e-30 or more, not 1e-31"),
        ("exposures.exports.eu", 5e-324, "must be 0, or 1e-30 or more"),
        ("gdp", 1e-300, "must be 1e-30 or more, not 1e-300"),
        ("spillover.0.eta", 100.5, "must lie between -100 and 100, not 100.5"),
        ("spillover.0.eta", -1e30, "must lie between -100 and 100"),
        ("spillover.0.eta", {"uniform": [0, 101]}, "goes up to 101"),
        ("spillover.0.eta", {"lognormal": {"median": 1, "sigma": 1}}, "goes up without limit"),
        ("spillover.0.eta", {"gamma": {"mean": 1, "sd": 1}}, "goes up without limit"),
    ],
)
def test_numbers_that_would_vanish_or_overflow_are_refused(path, value, words):
    assert words in mistakes(build, changed(DOCUMENT, {path: value}))[path]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("exposures.exports.eu", 1e-30),
        ("exposures.exports.china", 0),
        ("gdp", 1e-30),
        ("spillover.0.eta", 100),
        ("spillover.0.eta", {"uniform": [-100, 100]}),
    ],
)
def test_the_last_numbers_before_that_are_taken(path, value):
    assert build(changed(DOCUMENT, {path: value}))
