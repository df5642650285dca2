"""Scenarios in Python: made from a document, frozen, changed only as checked copies."""

import copy
import json
import pickle

import numpy as np
import pytest

import multivector_sim as mv
from multivector_sim.scenario import files as bundled
from multivector_sim.scenario.figure import certain
from multivector_sim.scenario.models import Channel
from multivector_sim.scenario.validate import build
from tests.scenario.refusing import DOCUMENT, mistakes, without


@pytest.fixture(scope="module")
def scenario():
    return build(DOCUMENT)


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


@pytest.mark.parametrize("section", ["gdp", "hazard", "stress", "corridors", "legs", "claims", "alarms", "sources"])
def test_nothing_stands_for_an_optional_section_that_is_left_out(section):
    document = without(section, "legs", "measures", "claims")
    document["gdp"] = 1
    document["exposures"] = {"exports": {"russia": 1}}
    document.pop(section, None)
    assert build(document | {section: None}) == build(document)


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


def test_notices_say_what_is_left_open(scenario):
    assert scenario.notices == ("41 of 43 figures are unverified",)
    assert mv.load("one-or-many").notices == mv.load("two-buyers").notices == ()
    narrow = scenario.with_set({"corridors.cpc.capacity": {"uniform": [30e9, 50e9]}})
    assert narrow.notices[0] == "corridor 'cpc' has to carry 3.6e+10 a year and may have room for only 3e+10"
    idle = scenario.with_set({"stress.0.partner": "china", "exposures.imports.china": 0})
    assert idle.notices[:2] == (
        "china has no exposure in imports, so a rupture has no effect there",
        "china hosts no corridor, so closing its transit has no effect",
    )
    twice = scenario.with_set({"channels.capital": {"kind": "investment"}})
    assert "channel 'investment' is not the only one of its kind" in twice.notices[0]


def two_measures():
    """Give a scenario in which one measure takes away what another measure, an override and a claim are about."""
    measures = {
        "close": {"cost": 1, "set": {"legs": None, "corridors.caspian": None}},
        "port": {"cost": 1, "set": {"corridors.caspian.capacity": 12e9}},
    }
    overrides = {"open": {"legs.exports.eu": {"cpc": 0.5, "caspian": 0.5}}, "closed": {"corridors": None, "legs": None}}
    return build(without("claims") | {"measures": measures, "overrides": overrides})


def test_measures_that_exclude_each_other_can_each_be_taken():
    both = two_measures()
    closed = both.with_measure("close")
    assert list(closed.corridors) == ["cpc"]
    assert both.with_measure("port").corridors["caspian"].capacity.value == 12e9
    assert dict(both.with_override("closed").corridors) == {}
    assert closed.with_set({"horizon_months": 12}).horizon_months == 12
    assert closed.with_mix("article").legs == closed.legs
    with pytest.raises(mv.UsageError, match="no 'caspian' in corridors"):
        closed.with_measure("port")


def test_a_copy_is_itself_checked_as_ever():
    closed = two_measures().with_measure("close")
    assert list(mistakes(closed.with_set, {"channels.exports.ceiling": 2})) == ["channels.exports.ceiling"]
    assert list(mistakes(closed.with_set, {"contracts.0.partner": "rusia"})) == ["contracts.0.partner"]


def test_the_document_of_a_copy_is_held_to_everything_unless_it_is_read_alone():
    closed = two_measures().with_measure("close")
    assert build(closed.document(), alone=True) == closed
    found = mistakes(build, closed.document())
    assert set(found) == {"overrides.open.legs.exports.eu", "measures.port.set.corridors.caspian.capacity"}


def test_a_measure_that_is_set_is_tried_out(scenario):
    closed = two_measures().with_measure("close")
    wrong = {"cost": 1, "set": {"channels.exports.ceiling": 2}}
    path = "measures.x.set.channels.exports.ceiling"
    for at in (scenario, closed):
        assert list(mistakes(at.with_set, {"measures.x": wrong})) == [path]
        assert list(mistakes(at.with_set, {"measures.x": wrong | {"set": {"a.b": 1}}})) == ["measures.x.set.a.b"]
    assert closed.with_set({"measures.x": {"cost": 1, "set": {"horizon_months": 9}}}).with_measure("x")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("measures.x", {"cost": 1, "set": {"horizon_months": 9}}),
        ("overrides.x", {"horizon_months": 9}),
        ("alarms.hhi", 0.3),
        ("sources.x", {"title": "x"}),
        ("claims.x", {"figure": "gdp", "says": 1}),
        ("mixes.x", {"exports": {"eu": 1}}),
    ],
)
def test_a_section_that_is_not_there_yet_can_be_set_into(path, value):
    section, key = path.split(".")
    bare = build(without("measures", "overrides", "alarms", "claims", "mixes"))
    assert key in bare.with_set({path: value}).document()[section]
    with pytest.raises(mv.UsageError, match="no 'measurs' in the scenario"):
        bare.with_set({"measurs.x": value})


def test_a_share_too_small_to_count_is_nothing(scenario):
    flows = scenario.with_mix({"exports": {"eu": 1.0, "china": 1e-300}}).exposures["exports"]
    assert (flows["eu"].value, flows["china"].value) == (64.4e9, 0.0)
