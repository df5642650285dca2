"""The document of a run: the promised keys, strict JSON, and numbers that agree with each other."""

import dataclasses
import json
import pickle

import numpy as np
import pytest

import multivector_sim as mv
from multivector_sim.engine.document import run_document
from multivector_sim.errors import UsageError
from multivector_sim.measure import registered_measures
from multivector_sim.measure.tail import expected_shortfall, value_at_risk
from tests.engine.cases import scenario

DRAWS = 3000
FIGURES = {"loss_share", "loss_money", "trough", "months_to_recover", "months_below", "unrecovered", "resilience"}
ABOUT_THE_FALLEN = {"recovered_share", "months_to_recover_km"}
SHIPPED = ("two-buyers", "kazakhstan", "kazakhstan/by-hazard", "kazakhstan/transit-closed", "one-or-many")


@pytest.fixture(scope="module")
def run():
    return mv.simulate(mv.load("two-buyers"), draws=DRAWS, seed=1)


@pytest.fixture(scope="module")
def document(run):
    return run.document()


def estimates(part, path=""):
    """Give every ``{value, low, high}`` of a document with its path."""
    if isinstance(part, dict):
        if "value" in part:
            yield path, part
        for key, inner in part.items():
            yield from estimates(inner, f"{path}.{key}")


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("draws", [1, 2, 500])
def test_it_is_strict_json_with_intervals_around_values(name, draws):
    document = mv.simulate(mv.load(name), draws=draws, seed=3).document()
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    found = list(estimates(document))
    assert len(found) > 50
    told = [it for _, it in found if it["low"] is not None and it["high"] is not None]
    assert len(told) > 50
    assert [it for it in told if not it["low"] <= it["value"] <= it["high"]] == []
    assert [path for path, it in found if None in (it["low"], it["high"]) and not it["reason"]] == []


def test_the_promised_keys_are_there(document):
    promised = {
        "schema", "scenario", "seed", "draws", "fingerprint", "versions", "concentration", "measures", "attribution",
    }  # fmt: skip
    assert promised | {"ruptures"} <= set(document)
    assert document["schema"] == "multivector/run/1"
    assert (document["scenario"], document["seed"], document["draws"]) == ("two-buyers", 1, DRAWS)
    assert {"multivector_sim", "numpy", "numba", "python"} <= set(document["versions"])
    assert set(document["measures"]) == {"total", "trade", "investment", "channels"}
    assert set(document["measures"]["channels"]) == {"exports", "imports", "investment"}
    for measured in (
        *(document["measures"][name] for name in ("total", "trade", "investment")),
        *document["measures"]["channels"].values(),
    ):
        assert set(measured) == FIGURES | ABOUT_THE_FALLEN | {"loss_share_of_gdp"}
        assert {"value", "low", "high"} <= set(measured["months_to_recover_km"])
        assert {"value", "low", "high", "median_months"} <= set(measured["recovered_share"])
        for figure in (measured[name] for name in set(measured) - ABOUT_THE_FALLEN):
            assert set(figure) == {"value", "low", "high", "mean", "sd", "var", "es"}
            assert {key: figure[key] for key in ("value", "low", "high")} == figure["mean"]
            assert set(figure["var"]) == set(figure["es"]) == {"0.95", "0.99"}
    for entry in document["concentration"].values():
        assert {"hhi", "effective_partners", "largest", "effective_hosts"} <= set(entry)
    assert set(document["attribution"]) == {"russia", "china", "eu", "no rupture"}
    for entry in document["attribution"].values():
        assert isinstance(entry["mean"], float)
        assert set(entry["es"]) == {"0.95", "0.99"}


def test_measures_are_those_of_the_draws(run, document):
    for name in ("total", "trade", "investment"):
        column, measured = run.column(name), document["measures"][name]
        for figure in ("loss_share", "months_to_recover", "unrecovered"):
            draws = getattr(column, figure)
            assert measured[figure]["mean"]["value"] == pytest.approx(draws.mean())
            assert measured[figure]["sd"]["value"] == pytest.approx(draws.std(ddof=1))
            for level in (0.95, 0.99):
                assert measured[figure]["var"][str(level)]["value"] == value_at_risk(draws, level)
                assert measured[figure]["es"][str(level)]["value"] == expected_shortfall(draws, level)
        loss = measured["loss_share"]
        assert (loss["mean"]["value"], loss["mean"]["low"], loss["mean"]["high"]) == tuple(column.mean())
        assert tuple(loss["es"]["0.99"].values()) == tuple(column.es(0.99))


@pytest.mark.parametrize("figure", ["trough", "resilience"])
def test_where_more_is_better_the_tail_is_the_low_one(run, document, figure):
    draws, measured = getattr(run.total, figure), document["measures"]["total"][figure]
    worst = np.sort(draws)[: DRAWS // 20]
    assert measured["mean"]["value"] == pytest.approx(draws.mean())
    assert measured["es"]["0.95"]["value"] == pytest.approx(worst.mean())
    assert measured["var"]["0.95"]["value"] == pytest.approx(np.sort(draws)[DRAWS // 20])


def test_money_and_gdp_scale_the_loss_share(run, document):
    measured = document["measures"]["trade"]
    baseline = run.trade.baseline
    for key in ("mean", "sd"):
        share, money, gdp = (measured[f][key]["high"] for f in ("loss_share", "loss_money", "loss_share_of_gdp"))
        assert money == pytest.approx(share * baseline)
        assert gdp == pytest.approx(money / (run.scenario.gdp.value * run.scenario.horizon_months / 12))
    without = mv.simulate(scenario(), draws=10).document()
    assert "loss_share_of_gdp" not in without["measures"]["trade"]


def test_attribution_adds_up_to_the_loss(document):
    money = document["measures"]["total"]["loss_money"]
    parts = document["attribution"].values()
    assert sum(part["mean"] for part in parts) == pytest.approx(money["mean"]["value"], rel=1e-12)
    for level in ("0.95", "0.99"):
        assert sum(part["es"][level] for part in parts) == pytest.approx(money["es"][level]["value"], rel=1e-12)
    for part in parts:
        assert part["intervals"]["mean"]["value"] == part["mean"]
        assert part["intervals"]["es"]["0.95"]["value"] == part["es"]["0.95"]


def test_one_sure_rupture_is_expected_once():
    sure = scenario(stress=[{"partner": "a", "channels": {"exports": 0.5}, "duration_months": 12}])
    document = mv.simulate(sure, draws=200).document()
    assert document["ruptures"]["expected"] == {"value": 1.0, "low": 1.0, "high": 1.0}
    assert document["ruptures"]["any"]["value"] == 1.0
    assert document["measures"]["total"]["loss_share"]["mean"]["value"] == pytest.approx(0.5 * 0.5 * 12 / 60)
    assert document["attribution"]["a"]["es"]["0.95"] == pytest.approx(0.5e9)
    assert document["attribution"]["b"]["mean"] == 0.0


def test_expected_ruptures_by_chance_are_the_sum_of_the_chances():
    by_chance = {"intensity": 0.1, "channels": {"exports": 0.5}, "duration_months": 6}
    case = scenario(hazard={"copula": {"family": "gaussian"}, "partners": dict.fromkeys(("a", "b"), by_chance)})
    found = mv.simulate(case, draws=20_000).document()["ruptures"]["expected"]
    truth = 2 * -np.expm1(-0.1 * 5)
    assert abs(found["value"] - truth) < 4.5 / 3.92 * (found["high"] - found["low"])


def test_ties_stand_beside_the_total_and_empty_channels_are_left_out():
    case = scenario(
        channels={"visits": {"kind": "ties"}, "aid": {"kind": "trade"}},
        exposures={"visits": {"a": 1e9}},
        stress=[{"partner": "a", "channels": {"visits": 1.0}, "duration_months": 60}],
    )
    document = mv.simulate(case, draws=10).document()
    assert set(document["measures"]) == {"channels"}
    assert set(document["measures"]["channels"]) == set(document["concentration"]) == {"visits"}
    assert document["measures"]["channels"]["visits"]["loss_share"]["mean"]["value"] == pytest.approx(1.0)
    assert document["attribution"] == {}
    json.dumps(document, allow_nan=False)


def test_an_aggregate_is_itself_also_when_a_channel_bears_its_name():
    case = scenario(
        channels={"investment": {"kind": "investment"}, "portfolio": {"kind": "investment"}},
        exposures={"investment": {"a": 1e9}, "portfolio": {"a": 3e9}},
        stress=[{"partner": "a", "channels": {"portfolio": 1.0}, "duration_months": 60}],
    )
    measures = mv.simulate(case, draws=10).document()["measures"]
    assert measures["investment"]["loss_share"]["mean"]["value"] == pytest.approx(0.75)
    assert measures["channels"]["investment"]["loss_share"]["mean"]["value"] == 0.0


def test_other_levels_can_be_asked_for(run):
    document = run_document(run, levels=(0.5, 0.999))
    assert set(document["measures"]["total"]["loss_share"]["var"]) == {"0.5", "0.999"}
    assert set(document["attribution"]["russia"]["es"]) == {"0.5", "0.999"}
    with pytest.raises(UsageError, match="level"):
        run_document(run, levels=(95,))


def test_it_is_the_same_after_saving(run, document, tmp_path):
    run.save(tmp_path / "run")
    assert mv.Result.open(tmp_path / "run").document() == document


def test_a_document_is_made_once_handed_out_whole_and_made_again_for_a_new_measure(monkeypatch):
    @dataclasses.dataclass
    class Largest:  # without a hash
        def __call__(self, losses):
            return float(losses.max())

    result = mv.simulate("one-or-many", draws=256, seed=1)
    result.document()["measures"].clear()
    assert result.document() == run_document(result)
    monkeypatch.setattr(registered_measures, "_registered", {})
    mv.register_measure("largest", Largest(), title="Largest loss")
    assert result.document()["measures"]["total"]["largest"]["value"] == result.total.loss_share.max()
    mv.register_measure("again", lambda _: 1.0, title="Nothing")
    result.document()
    assert pickle.loads(pickle.dumps(result)) == result  # noqa: S301 - ours
