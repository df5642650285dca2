"""Scenarios in Python: made from a document, frozen, changed only as checked copies."""

import copy
import json
import pickle

import numpy as np
import pytest

import multivector_sim as mv
from multivector_sim.scenario import bundled
from multivector_sim.scenario.channel import Channel
from multivector_sim.scenario.figure import certain
from multivector_sim.scenario.place import plain
from multivector_sim.scenario.validate import build
from multivector_sim.scenario.yaml_tree import read_yaml
from tests.scenario.good import GOOD

DOCUMENT = plain(read_yaml(GOOD, "good.yaml").root)


@pytest.fixture(scope="module")
def scenario():
    return build(DOCUMENT)


def mistakes(call, *arguments):
    with pytest.raises(mv.ScenarioError) as caught:
        call(*arguments)
    assert all(mistake.file is None for mistake in caught.value.mistakes)
    return {mistake.path: mistake.message for mistake in caught.value.mistakes}


def without(*keys):
    return {key: part for key, part in DOCUMENT.items() if key not in keys}


def test_every_section_is_there(scenario):
    assert scenario.gdp.value == 288e9
    assert scenario.partners["china"].bloc == "east"
    assert scenario.channels["exports"].refill.value == 0.05
    assert scenario.exposures["exports"]["china"].source == "wb"
    assert scenario.corridors["cpc"].hosts == {"russia": 1.0}
    assert scenario.legs["exports"]["eu"] == {"cpc": 0.9, "caspian": 0.1}
    assert (scenario.spillover[0].from_, scenario.spillover[0].lag_months) == ("trade", 6)
    assert scenario.stress[0].severity_correlation.value == 0.5
    assert scenario.hazard.partners["china"].ties["ties"].beta.value == 0.5
    assert scenario.hazard.copula.loadings.global_.value == 0.4
    assert scenario.contracts[0].honoured.value == 0.7
    assert scenario.mixes["article"]["exports"]["eu"] == 0.25
    assert scenario.measures["caspian-port"].set == {"corridors.caspian.capacity": 12e9}
    assert scenario.claims["storms"].change == -0.65
    assert scenario.overrides["weak"] == {"channels.exports.ceiling": 0.3}
    assert (scenario.alarms.hhi, scenario.alarms.largest, scenario.alarms.hosts) == (0.25, 0.5, 0.5)


def test_what_is_left_out_has_its_default():
    kept = without(*DOCUMENT) | {key: DOCUMENT[key] for key in ("format", "name", "title", "country", "currency")}
    small = build(
        kept
        | {"price_year": 2024, "horizon_months": 12, "partners": {"a": {}}, "channels": {"x": {"kind": "trade"}}}
        | {"exposures": {"x": {"a": 1}}}
    )
    assert (small.gdp, small.hazard, small.stress, small.spillover, small.contracts) == (None, None, (), (), ())
    assert (small.partners["a"].title, small.channels["x"].title) == ("a", "x")
    assert dict(small.corridors) == dict(small.legs) == dict(small.mixes) == dict(small.overrides) == {}
    assert [small.channels["x"].kappa.value, small.channels["x"].theta_months.value] == [0.0, 0.0]


def test_ties_may_be_several_by_name():
    document = copy.deepcopy(DOCUMENT)
    one = document["hazard"]["partners"]["china"]["ties"]
    document["hazard"]["partners"]["china"]["ties"] = {"consulates": one, "exercises": one}
    assert list(build(document).hazard.partners["china"].ties) == ["consulates", "exercises"]


def test_a_document_reads_back_as_an_equal_scenario(scenario):
    document = scenario.document()
    assert build(json.loads(json.dumps(document))) == scenario
    assert build(document).document() == document
    document["exposures"]["exports"]["russia"] = 1
    assert scenario.exposures["exports"]["russia"].value == 9.5e9


def test_equal_scenarios_are_equal_however_they_were_written(scenario):
    other = copy.deepcopy(DOCUMENT)
    other["exposures"]["exports"]["russia"] = {"value": 9.5e9, "trust": "unverified"}
    other["stress"][0]["onset_month"] = {"value": {"uniform": [0.0, 12.0]}}
    other = dict(reversed(other.items()))
    assert build(other) == scenario
    assert hash(build(other)) == hash(scenario)
    assert build(other | {"horizon_months": 59}) != scenario


def test_a_scenario_can_be_copied_and_sent_elsewhere(scenario):
    assert pickle.loads(pickle.dumps(scenario)) == scenario  # noqa: S301 - our own
    assert copy.deepcopy(scenario) == scenario


@pytest.mark.parametrize(
    "change",
    [
        lambda it: setattr(it, "name", "x"),
        lambda it: it.exposures.update(exports={}),
        lambda it: it.exposures["exports"].pop("russia"),
        lambda it: it.exposures["exports"].clear(),
        lambda it: it.exposures.__setitem__("exports", {}),
        lambda it: it.legs["exports"]["eu"].setdefault("x", 1),
        lambda it: it.overrides["weak"].popitem(),
        lambda it: it.overrides["weak"].__delitem__("channels.exports.ceiling"),
        lambda it: it.stress[0].__setattr__("partner", "china"),
        lambda it: it.stress.__setitem__(0, None),
    ],
    ids=range(10),
)
def test_nothing_in_a_scenario_can_be_changed(scenario, change):
    with pytest.raises((TypeError, AttributeError, ValueError)):
        change(scenario)
    assert scenario == build(DOCUMENT)


def test_a_scenario_is_made_of_whatever_numbers_and_parts_python_has(scenario):
    document = copy.deepcopy(DOCUMENT)
    document["horizon_months"] = np.int64(60)
    document["exposures"]["exports"]["russia"] = np.float64(9.5e9)
    document["exposures"]["exports"]["eu"] = certain(40e9)
    document["stress"][0]["channels"]["exports"] = mv.Law("pert", (0.2, 0.5, 0.9))
    document["stress"] = tuple(document["stress"])
    document["channels"]["investment"] = Channel.model_validate({"kind": "investment", "title": "investment"})
    assert build(document) == scenario == mv.Scenario(**document)


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


@pytest.mark.parametrize("section", ["gdp", "hazard", "stress", "corridors", "legs", "claims", "alarms", "sources"])
def test_nothing_stands_for_an_optional_section_that_is_left_out(section):
    document = without(section, "legs", "measures", "claims")
    document["gdp"] = 1
    document["exposures"] = {"exports": {"russia": 1}}
    document.pop(section, None)
    assert build(document | {section: None}) == build(document)


@pytest.mark.parametrize(
    ("section", "name", "words"),
    [
        ("partners", "transit", "nothing may be called 'transit'"),
        ("partners", "total", "nothing may be called 'total'"),
        ("channels", "lognormal", "nothing may be called 'lognormal'"),
        ("corridors", "value", "nothing may be called 'value'"),
        ("partners", "a.b", "a name takes no dot"),
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
        ({}, "", "says nothing"),
        ({"quantity": "ruptures.expected"}, "", "give one of change, at_least, at_most"),
        ({"quantity": "ruptures.expected", "change": 1, "at_most": 1}, "", "not 2"),
        ({"quantity": "rupture.expected", "change": 1}, ".quantity", "did you mean 'ruptures'?"),
        ({"quantity": "ruptures.max", "change": 1}, ".quantity", "ruptures.expected"),
        ({"quantity": "ruptures.expected", "change": 1, "says": 1}, ".says", "not in a claim about a quantity"),
        ({"quantity": "ruptures.expected", "change": 1, "under": "mix.article"}, ".under", "mixes.NAME"),
        ({"quantity": "ruptures.expected", "change": 1, "against": "measures.port"}, ".against", "no measure called"),
        ({"figure": "exposures.exports.china.share"}, ".says", "says a number"),
        ({"figure": "exposures.exports.chna.share", "says": 1}, ".figure", "did you mean 'china'?"),
        ({"figure": "exposures.exports", "says": 1}, ".figure", "is no figure"),
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


def test_a_single_value_is_set_in_a_copy(scenario):
    changed = scenario.with_set({"channels.exports.ceiling": 0, "stress.0.duration_months": {"pert": [1, 2, 9]}})
    assert changed.channels["exports"].ceiling.value == 0.0
    assert changed.stress[0].duration_months.law.kind == "pert"
    assert scenario.channels["exports"].ceiling.value == 0.6
    assert changed.with_set({"channels.exports.ceiling": 0.6}) != scenario
    assert scenario.with_set({"hazard": None}).hazard is None
    assert scenario.with_set({"channels.investment.kappa": np.float32(0.5)}).channels["investment"].kappa.value == 0.5


def test_what_cannot_be_set_is_told(scenario):
    with pytest.raises(mv.UsageError, match="no 'export' in channels; did you mean 'exports'"):
        scenario.with_set({"channels.export.ceiling": 0})
    assert "between 0 and 1" in mistakes(scenario.with_set, {"channels.exports.ceiling": 2})["channels.exports.ceiling"]
    assert "did you mean 'russia'?" in mistakes(scenario.with_set, {"stress.0.partner": "rusia"})["stress.0.partner"]


@pytest.mark.parametrize(
    ("call", "near"), [("with_mix", "articl"), ("with_measure", "caspian-prt"), ("with_override", "weka")]
)
def test_an_unknown_name_is_told_with_the_nearest(scenario, call, near):
    with pytest.raises(mv.UsageError, match="did you mean"):
        getattr(scenario, call)(near)


def test_an_override_of_nothing_is_a_value(scenario):
    document = DOCUMENT | {"overrides": {"none": {"channels.exports.ceiling": 0, "spillover.0.eta": 0}}}
    changed = build(document).with_override("none")
    assert (changed.channels["exports"].ceiling.value, changed.spillover[0].eta.value) == (0.0, 0.0)
    assert changed.channels["exports"].ceiling.model_fields_set


@pytest.mark.parametrize("name", bundled.names())
def test_every_mix_keeps_the_totals(name):
    base = mv.load(name)
    for mix, by_channel in base.mixes.items():
        changed = base.with_mix(mix)
        for channel, flows in base.exposures.items():
            after = {partner: flow.value for partner, flow in changed.exposures[channel].items()}
            total = sum(flow.value for flow in flows.values())
            assert sum(after.values()) == pytest.approx(total, rel=2e-6)
            if channel in by_channel:
                shares = {partner: flow / total for partner, flow in after.items()}
                wanted = dict.fromkeys(flows, 0.0) | dict(by_channel[channel])
                assert shares == pytest.approx(wanted, abs=1e-12)
            else:
                assert changed.exposures[channel] == flows


def test_a_mix_moves_nothing_but_exposures(scenario):
    changed = scenario.with_mix("article")
    rest = set(type(scenario).model_fields) - {"exposures"}
    assert all(getattr(changed, key) == getattr(scenario, key) for key in rest)


def test_a_partner_that_gets_its_first_flow_by_a_mix_needs_no_corridor():
    document = copy.deepcopy(DOCUMENT)
    del document["exposures"]["exports"]["russia"]
    changed = build(document).with_mix({"exports": {"russia": 0.5, "eu": 0.5}})
    assert changed.exposures["exports"]["russia"].value == pytest.approx((14.9e9 + 40e9) / 2)
    assert "russia" not in changed.legs["exports"]
    assert changed.exposures["exports"]["china"].value == 0.0


@pytest.mark.parametrize(
    ("mix", "path", "words"),
    [
        ({"export": {"eu": 1}}, "mix.export", "did you mean 'exports'?"),
        ({"exports": {"chna": 1}}, "mix.exports.chna", "did you mean 'china'?"),
        ({"exports": {"eu": 0.9}}, "mix.exports", "shares sum to 0.9"),
        ({"exports": {"eu": 1.5, "china": -0.5}}, "mix.exports.eu", "between 0 and 1"),
        ({"exports": {"eu": "all"}}, "mix.exports.eu", "between 0 and 1"),
        ({"exports": {}}, "mix.exports", "names no partner"),
        ({"exports": 1}, "mix.exports", "a mapping"),
        (3, "mix", "the name of a mix"),
    ],
)
def test_shares_that_are_no_mix_are_refused(scenario, mix, path, words):
    assert words in mistakes(scenario.with_mix, mix)[path]


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


def test_notices_say_what_is_left_open(scenario):
    assert scenario.notices == ("41 of 43 figures are unverified",)
    assert mv.load("one-or-many").notices == mv.load("two-buyers").notices == ()
    narrow = scenario.with_set({"corridors.cpc.capacity": {"uniform": [30e9, 50e9]}})
    assert narrow.notices[0] == "corridor 'cpc' has to carry 3.6e+10 a year and may have room for only 3e+10"
    idle = scenario.with_set({"stress.0.partner": "china", "exposures.imports.china": 0})
    assert idle.notices[:2] == (
        "china has no exposure in imports, so that a rupture takes nothing away there",
        "china is no host of a corridor, so that closing its transit takes nothing away",
    )
    twice = scenario.with_set({"channels.capital": {"kind": "investment"}})
    assert "channel 'investment' is not the only one of its kind" in twice.notices[0]


def test_the_same_spillover_twice_is_refused():
    term = DOCUMENT["spillover"][0]
    assert list(mistakes(build, DOCUMENT | {"spillover": [term, term]})) == ["spillover.1"]
    assert build(DOCUMENT | {"spillover": [term, term | {"lag_months": 7}]})


@pytest.mark.parametrize(
    "exposures", [{}, {"exports": {}}, {"exports": {"russia": 0}}, {"exports": {"russia": {"value": 0}}}]
)
def test_something_must_flow(exposures):
    found = mistakes(build, without("legs", "mixes", "claims") | {"exposures": exposures})
    assert found == {"exposures": "nothing flows; give at least one exposure above 0"}


def test_a_mix_of_a_channel_in_which_nothing_flows_is_refused():
    exposures = {key: part for key, part in DOCUMENT["exposures"].items() if key != "imports"}
    document = DOCUMENT | {"exposures": exposures, "mixes": {"m": {"imports": {"eu": 1}}}}
    assert mistakes(build, document | {"claims": {}}) == {"mixes.m.imports": "imports has no exposure to share out"}


@pytest.mark.parametrize("colour", ["red", "lightblue", "#fff", "#00FF7f"])
def test_colours_that_every_browser_knows(colour):
    assert build(without() | {"partners": DOCUMENT["partners"] | {"x": {"colour": colour}}}).partners["x"].colour


@pytest.mark.parametrize("colour", ["rde", "#12", "url(x)", "red;", "tab:blue", 3])
def test_other_colours_are_refused(colour):
    found = mistakes(build, without() | {"partners": DOCUMENT["partners"] | {"x": {"colour": colour}}})
    assert list(found) == ["partners.x.colour"]
