"""Contributions: they add up, they are the derivative of the shortfall, and the marginals are runs without the part."""

import json

import numpy as np
import pytest

import multivector_sim as mv
from multivector_sim.questions.contribute import contribute
from tests.engine.cases import equal_partners, scenario

DRAWS = 4096


def shortfall(losses, level):
    """Mean of the worst (1 - level) N losses, the last one in part: from the definition, by sorting."""
    ordered = np.sort(losses)[::-1]
    mass = (1.0 - level) * ordered.size
    whole = int(np.floor(mass + 1e-9))
    part = mass - whole
    return (ordered[:whole].sum() + (part * ordered[whole] if part > 1e-9 else 0.0)) / mass


@pytest.fixture(scope="module")
def by_hazard():
    return contribute(mv.load("kazakhstan/by-hazard"), draws=DRAWS, marginals=())


@pytest.mark.parametrize("name", ["kazakhstan", "kazakhstan/by-hazard", "two-buyers", "one-or-many"])
@pytest.mark.parametrize("level", [0.5, 0.95, 0.99])
def test_parts_add_up_with_and_without_ties(name, level):
    """The losses of one-or-many tie: ten alike partners with fixed severities. All others are continuous."""
    case = mv.load(name)
    found = contribute(case, level, draws=DRAWS, marginals=())
    sample = mv.simulate(case, draws=DRAWS, seed=1).total
    assert found.es.value == pytest.approx(sample.es(level).value * sample.baseline, rel=1e-13)
    assert found.es.value == pytest.approx(shortfall(sample.loss_money, level), rel=1e-12)
    for group, parts in found.groups.items():
        for measure in ("mean", "sd", "es"):
            whole = getattr(found, measure).value
            summed = sum(getattr(part, measure).value for part in parts)
            assert summed == pytest.approx(whole, rel=1e-12), (group, measure)
        assert sum(part.share for part in parts) == pytest.approx(1.0, rel=1e-12)


def test_ties_are_really_ties():
    losses = mv.simulate(mv.load("one-or-many"), draws=DRAWS, seed=1).total.loss_money
    values, counts = np.unique(np.round(losses, 3), return_counts=True)
    assert counts.max() > 0.05 * DRAWS
    assert values.size > 100


def test_alike_partners_of_a_tied_tail_get_alike_parts():
    """Certain ruptures from the start, alike in severity: who is drawn first in the file does not matter."""
    names = [f"p{number}" for number in range(5)]
    entry = {"intensity": 0.1, "channels": {"exports": 0.5}, "duration_months": 1e6}
    case = scenario(
        partners={name: {"title": name} for name in names},
        exposures={"exports": dict.fromkeys(names, 1e9)},
        hazard={
            "copula": {"family": "gaussian", "loadings": {"global": 0, "bloc": 0}},
            "partners": dict.fromkeys(names, entry),
        },
    )
    parts = contribute(case, 0.9, draws=40_960, marginals=()).group("partner")[:-1]
    middle = np.mean([part.es.value for part in parts])
    for part in parts:
        assert abs(part.es.value - middle) < 4.5 / 1.96 * (part.es.high - part.es.low) / 2


@pytest.mark.parametrize("level", [0.9, 0.95])
def test_on_continuous_losses_a_part_is_the_derivative_of_the_shortfall(level):
    """Make one part of every draw a little larger, and see what the shortfall, by its definition, does."""
    case = mv.load("kazakhstan/by-hazard")
    found = contribute(case, level, draws=DRAWS, marginals=())
    from multivector_sim.engine.case import build_case
    from multivector_sim.engine.simulate import silent
    from multivector_sim.questions.causes import find_causes

    causes = find_causes(case, build_case(case), "total", DRAWS, 1, 1, silent)
    step = 1e-7
    for group, (names, parts) in causes.groups.items():
        for name, part, given in zip(names, parts.T, found.group(group), strict=True):
            up, down = (shortfall(causes.losses + side * step * part, level) for side in (1, -1))
            assert given.name == name
            assert given.es.value == pytest.approx((up - down) / (2 * step), rel=1e-5, abs=1e-6 * found.es.value)


def test_the_derivative_by_a_partners_exposure_is_its_part_where_nothing_responds():
    """Through the whole engine: exposures a little larger, the same luck, the shortfall in money by its definition."""
    names = ["a", "b", "c"]
    entry = {
        "intensity": 0.3,
        "channels": {"exports": {"beta": {"mean": 0.5, "sd": 0.2}}},
        "duration_months": {"pert": [3, 12, 40]},
    }
    case = scenario(
        partners={name: {"title": name} for name in names},
        exposures={"exports": {"a": 1e9, "b": 2e9, "c": 3e9}},
        hazard={
            "copula": {"family": "gaussian", "loadings": {"global": 0.5, "bloc": 0}},
            "partners": dict.fromkeys(names, entry),
        },
    )
    found, step = contribute(case, draws=DRAWS, marginals=()), 1e-6
    for part in found.group("partner")[:-1]:
        path = f"exposures.exports.{part.name}"
        flow = case.exposures["exports"][part.name].value
        up, down = (
            shortfall(
                mv.simulate(case.with_set({path: flow * (1 + side * step)}), draws=DRAWS, seed=1).total.loss_money, 0.95
            )
            for side in (1, -1)
        )
        assert part.es.value == pytest.approx((up - down) / (2 * step), rel=1e-5)


def test_a_run_gives_the_parts_of_its_own_draws(by_hazard):
    result = mv.simulate(mv.load("kazakhstan/by-hazard"), draws=DRAWS, seed=1)
    assert contribute(result, marginals=()).document() == by_hazard.document()
    attribution = result.document()["attribution"]
    for part in by_hazard.group("partner"):
        assert part.es.value == pytest.approx(attribution[part.name]["es"]["0.95"], rel=1e-9, abs=1.0)


def test_by_host_and_by_corridor_agree_on_what_no_corridor_did(by_hazard):
    groups = {group: {part.name: part.es.value for part in parts} for group, parts in by_hazard.groups.items()}
    assert groups["host"]["direct"] == pytest.approx(groups["corridor"]["direct"], rel=1e-12)
    assert groups["host"]["russia"] < groups["partner"]["russia"]
    assert groups["corridor"]["cpc"] > groups["corridor"]["atyrau-samara"] > 0.0
    assert groups["corridor"]["caspian"] == 0.0


@pytest.fixture(scope="module")
def taken_away():
    case = mv.load("two-buyers").with_set({"mixes": None, "claims": None})
    marginals = ("partner", "channel", "corridor", "host")
    return case, contribute(case, draws=2048, marginals=marginals, marginal_draws=2048)


def tail_of(case, level=0.95):
    return shortfall(mv.simulate(case, draws=2048, seed=1).total.loss_money, level)


def test_without_an_exposure_is_a_run_of_a_scenario_without_it(taken_away):
    case, found = taken_away
    for part in found.group("partner")[:-1]:
        nothing = {f"exposures.{c}.{part.name}": 0 for c, flows in case.exposures.items() if part.name in flows}
        assert part.without.value == pytest.approx(found.es.value - tail_of(case.with_set(nothing)), rel=1e-9)
    for part in found.group("channel"):
        nothing = {f"exposures.{part.name}.{who}": 0 for who in case.exposures[part.name]}
        assert part.without.value == pytest.approx(found.es.value - tail_of(case.with_set(nothing)), rel=1e-9)
        assert part.calm is None


def test_calm_is_a_run_of_a_scenario_without_the_cause(taken_away):
    case, found = taken_away
    parts = {group: {part.name: part for part in found.group(group)} for group in found.groups}
    quiet = case.with_set({"stress": []})
    assert parts["partner"]["russia"].calm.value == pytest.approx(found.es.value - tail_of(quiet), rel=1e-9)
    without_china = case.with_set({"hazard": None})
    assert parts["partner"]["china"].calm.value == pytest.approx(found.es.value - tail_of(without_china), rel=1e-6)
    assert parts["partner"]["eu"].calm == (0.0, 0.0, 0.0)
    open_transit = case.with_set({"corridors.cpc.hosts": {}})
    assert parts["host"]["russia"].calm.value == pytest.approx(found.es.value - tail_of(open_transit), rel=1e-9)
    wide = case.with_set({"corridors.cpc.hosts": {}, "corridors.cpc.capacity": 1e15})
    assert parts["corridor"]["cpc"].calm.value == pytest.approx(found.es.value - tail_of(wide), rel=1e-9)
    assert parts["partner"]["no rupture"].calm is None


def test_fewer_draws_for_the_marginals_are_the_first_ones():
    case = mv.load("two-buyers")
    few = contribute(case, draws=2048, marginals=("host",), marginal_draws=1500)
    alone = contribute(case, draws=1500, marginals=("host",))
    assert few.marginal_draws == alone.marginal_draws == 1500
    assert [part.calm for part in few.group("host")] == [part.calm for part in alone.group("host")]
    assert all(part.calm is None for part in few.group("partner"))


def test_other_columns_and_seeds():
    case = mv.load("two-buyers")
    found = contribute(case, draws=1024, seed=5, column="imports", marginals=())
    sample = mv.simulate(case, draws=1024, seed=5).column("imports")
    assert found.es.value == pytest.approx(sample.es(0.95).value * sample.baseline, rel=1e-12)
    assert [part.name for part in found.group("channel")] == ["imports"]
    ties = scenario(channels={"exports": {"kind": "ties"}})
    assert contribute(ties, draws=1024, marginals=()).column == "exports"


def test_nothing_lost_has_no_shares():
    found = contribute(scenario(), draws=1024)
    assert found.es == (0.0, 0.0, 0.0)
    assert [part.share for part in found.group("partner")] == [None, None, None]
    json.dumps(found.document(), allow_nan=False)


def test_the_document_is_plain_and_whole(taken_away):
    document = json.loads(json.dumps(taken_away[1].document(), allow_nan=False))
    assert document["schema"] == "multivector/contribute/1"
    assert set(document["parts"]) == {"partner", "channel", "corridor", "host"}
    assert list(document["parts"]["partner"]) == ["russia", "china", "eu", "no rupture"]
    for parts in document["parts"].values():
        for part in parts.values():
            for measure in ("mean", "sd", "es"):
                assert part[measure]["low"] <= part[measure]["value"] <= part[measure]["high"]


def test_progress_counts_up_to_the_whole_work():
    told = []
    contribute(mv.load("two-buyers"), draws=2048, workers=2, progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1] == 2048 * 7


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"level": 1.0}, "level: 1.0"),
        ({"draws": 0}, "draws: 0"),
        ({"seed": -1}, "seed: -1"),
        ({"workers": 0}, "workers: 0"),
        ({"column": "zzz"}, "no column called 'zzz'"),
        ({"marginals": ("zzz",)}, "no group called 'zzz'"),
        ({"marginal_draws": 0}, "marginal_draws: 0"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments, words):
    with pytest.raises(mv.UsageError, match=words):
        contribute(mv.load("two-buyers"), **arguments)


def test_a_run_keeps_its_own_draws_and_points_are_refused():
    from multivector_sim.sampling.sobol import Sobol

    case = mv.load("one-or-many")
    with pytest.raises(mv.UsageError, match="omit both"):
        contribute(mv.simulate(case, draws=1024), draws=10)
    with pytest.raises(mv.UsageError, match="independent draws"):
        contribute(mv.simulate(case, draws=2048, sampling=Sobol(2)))
    with pytest.raises(mv.UsageError, match="no contributions by 'host'"):
        contribute(case, draws=1024).group("host")


def test_the_table_names_its_level():
    summary = contribute(equal_partners(2, 0.2), 0.9, draws=256, marginals=()).summary()
    assert "contribution to ES 90 %" in summary
