"""Verdicts on claims whose truth is known by hand."""

import json
from types import SimpleNamespace

import pytest

import multivector_sim as mv
from multivector_sim.measure.intervals import Estimate
from multivector_sim.questions.claims import _met_exactly
from multivector_sim.questions.figure_claims import _weigh_share, weigh_fact
from multivector_sim.scenario.models import Claim
from tests.questions.simple_case import one_partner

MEAN = "measures.trade.loss_share.mean"


def case(claims, **more):
    return one_partner(
        overrides={"half": {"stress.0.channels.exports": 0.25}, "all": {"stress.0.channels.exports": 1.0}},
        measures={"shorter": {"cost": 1, "set": {"stress.0.duration_months": 12}}},
        claims=claims,
        **more,
    )


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ({"at_most": 0.06}, "holds"),
        ({"at_most": 0.0599}, "fails"),
        ({"at_least": 0.06}, "holds"),
        ({"at_least": 0.0601}, "fails"),
        ({"at_most": 0.03, "under": "overrides.half"}, "holds"),
        ({"at_most": 0.03, "under": "measures.shorter"}, "holds"),
        ({"change": -0.5, "under": "overrides.half"}, "holds"),
        ({"change": -0.51, "under": "overrides.half"}, "fails"),
        ({"change": -0.4, "under": "overrides.half"}, "holds"),
        ({"change": 1.0, "under": "overrides.all"}, "holds"),
        ({"change": 1.01, "under": "overrides.all"}, "fails"),
        ({"change": 1.0, "against": "overrides.half"}, "holds"),
        ({"change": 0.0}, "holds"),
        ({"change": 0.0, "under": "overrides.half"}, "fails"),
        ({"change": 0.0, "under": "overrides.half", "against": "measures.shorter"}, "holds"),
    ],
)
def test_a_loss_by_hand(claim, verdict):
    """The loss is 0.3 x 0.5 x 24 / 60 = 0.06, half of it with half the severity or half the time."""
    (ruling,) = mv.claims(case({"it": {"quantity": MEAN} | claim}), draws=1024).rulings
    assert ruling.verdict == verdict
    assert "would have to be" in ruling.needed


def test_what_would_have_to_be_true_is_a_number():
    scenario = case({"it": {"quantity": MEAN, "change": -0.65, "under": "overrides.half"}})
    ruling = mv.claims(scenario, draws=1024)["it"]
    assert ruling.found.value == pytest.approx(-0.5)
    assert ruling.margin.value == pytest.approx(-0.15)
    assert ruling.needed == "The mean loss of trade would have to be 2.1 % under overrides.half, 65 % less"


def test_the_draws_cannot_tell():
    spread = case({"it": {"quantity": MEAN, "at_most": 0.06}}, severity={"uniform": [0.0, 1.0]})
    ruling = mv.claims(spread, draws=1024)["it"]
    assert ruling.verdict == "cannot tell"
    assert ruling.margin.low < 0.0 < ruling.margin.high


def test_a_share_of_nothing_means_nothing():
    claims = {"it": {"quantity": MEAN, "change": -0.5, "against": "overrides.calm"}}
    ruling = mv.claims(one_partner(overrides={"calm": {"stress": []}}, claims=claims), draws=1024)["it"]
    assert (ruling.verdict, ruling.margin) == ("cannot tell", None)
    assert "a share of that means nothing" in ruling.reason


def test_ruptures_by_hand():
    """Two buyers: Russia for certain, China with probability 1 - exp(-0.02 x 5)."""
    scenario = mv.load("two-buyers")
    for limit, verdict in ((1.2, "holds"), (1.0, "fails")):
        document = scenario.document()
        document["claims"] = {"it": {"quantity": "ruptures.expected", "at_most": limit}}
        assert mv.claims(mv.Scenario.model_validate(document)).verdicts == {"it": verdict}


def figures(trust, says, path="exposures.exports.neighbour.share", flow=3e9):
    ceiling = {"value": {"uniform": [0.2, 0.4]}, "source": "wb", "trust": "study"}
    document = one_partner(
        claims={"it": {"figure": path, "says": says}},
        sources={"wb": {"where": "x"}},
        channels={"exports": {"kind": "trade", "ceiling": ceiling}},
    ).document()
    for name, value in {"neighbour": flow, "other": 3e9, "rest": 4e9}.items():
        document["exposures"]["exports"][name] = {"value": value, "source": "wb", "as_of": 2024, "trust": trust[name]}
    return mv.claims(mv.Scenario.model_validate(document), draws=1024)["it"].verdict


ALL = dict.fromkeys(("neighbour", "other", "rest"), "official")


@pytest.mark.parametrize(
    ("trust", "says", "verdict"),
    [
        (ALL, 0.3, "agrees"),
        (ALL, 0.31, "agrees"),
        (ALL, 0.33, "contradicted"),
        (ALL, 0.2, "contradicted"),
        (ALL | {"neighbour": "unverified"}, 0.9, "no better source"),
        (ALL | {"neighbour": "article"}, 0.9, "no better source"),
        (ALL | {"rest": "unverified"}, 0.3, "no better source"),
        (ALL | {"rest": "unverified"}, 0.5, "no better source"),
        (ALL | {"rest": "unverified"}, 0.6, "contradicted"),
    ],
)
def test_shares_by_their_sources(trust, says, verdict):
    """Three of ten; with the rest unknown, at most three of six."""
    assert figures(trust, says) == verdict


@pytest.mark.parametrize(
    ("path", "says", "verdict"),
    [
        ("exposures.exports.neighbour", 3e9, "agrees"),
        ("exposures.exports.neighbour", 4e9, "contradicted"),
        ("channels.exports.ceiling", 0.3, "agrees"),
        ("channels.exports.ceiling", 0.5, "contradicted"),
        ("stress.0.channels.exports", 0.5, "no better source"),
    ],
)
def test_figures_by_their_sources(path, says, verdict):
    assert figures(ALL, says, path) == verdict


def test_kazakhstan_sells_no_forty_percent_of_its_crude_to_china():
    ruling = mv.claims(mv.load("kazakhstan"), ["energy-china"], draws=1024)["energy-china"]
    assert ruling.verdict == "contradicted"
    assert "at most 2.69 % by the trusted flows alone" in ruling.reason


def test_names_that_are_not_there():
    with pytest.raises(mv.UsageError, match=r"no claim called 'x'; there are storms, china"):
        mv.claims(mv.load("two-buyers"), ["x"])
    with pytest.raises(mv.UsageError, match=r"quantity measures\.nothing: no 'nothing' in measures"):
        mv.claims(case({"it": {"quantity": "measures.nothing", "at_most": 1}}), draws=1024)


def test_a_case_is_run_once(monkeypatch):
    from multivector_sim.questions import claims as ruling

    runs = []

    def counted(scenario, **options):
        runs.append(scenario)
        return mv.simulate(scenario, **options)

    monkeypatch.setattr(ruling, "simulate", counted)
    limits = {f"c{n}": {"quantity": MEAN, "change": -0.1 * n, "under": "overrides.half"} for n in range(1, 6)}
    mv.claims(case(limits), draws=1024)
    assert len(runs) == 2


def test_the_document_is_plain():
    document = json.loads(json.dumps(mv.claims(mv.load("two-buyers"), draws=1024).document(), allow_nan=False))
    assert document["schema"] == "multivector/claims/1"
    assert [it["verdict"] for it in document["claims"]] == ["fails", "no better source"]


BANK = {"value": 10.0, "source": "bank", "as_of": 2022, "trust": "official"}


@pytest.mark.parametrize(
    ("says", "verdict"),
    [({"at_most": 12.0}, "agrees"), ({"at_most": 9.0}, "contradicted"), ({"at_least": 12.0}, "contradicted")],
)
def test_a_limit_is_held_against_its_evidence(says, verdict):
    found = weigh_fact(Claim.model_validate({"title": "ten", "evidence": BANK} | says))
    assert found.verdict == verdict
    assert found.reason == "10, (official, bank, 2022)"


def test_evidence_without_a_year_has_none():
    undated = {name: it for name, it in BANK.items() if name != "as_of"}
    found = weigh_fact(Claim.model_validate({"title": "ten", "says": 10.0, "evidence": undated}))
    assert found.reason == "10, (official, bank)"


def test_a_change_of_nothing_is_missed_without_limit_where_its_end_is_unknown():
    missed = _met_exactly(Estimate(0.1, None, 0.2, "few draws"))
    assert missed == Estimate(-0.1, None, -0.0, "few draws")
    assert _met_exactly(Estimate(0.1, 0.05, 0.2)) == Estimate(-0.1, -0.2, -0.05)


@pytest.mark.parametrize(
    ("limit", "verdict"),
    [
        ({"at_most": 20.6}, "agrees"),
        ({"at_most": 20.4}, "contradicted"),
        ({"at_least": 29.4}, "agrees"),
        ({"at_least": 29.6}, "contradicted"),
    ],
)
def test_a_limit_on_a_fact_agrees_if_the_central_90_percent_extend_that_far(limit, verdict):
    """Those of a uniform law from 20 to 30 are 20.5 to 29.5."""
    evidence = {"value": {"uniform": [20, 30]}, "source": "bank", "trust": "official"}
    found = weigh_fact(Claim.model_validate({"title": "x", "evidence": evidence} | limit))
    assert (found.verdict, found.low, found.high) == (verdict, pytest.approx(20.5), pytest.approx(29.5))


def test_the_reason_names_the_source_and_its_date_where_there_is_one():
    bank = {"value": 28, "source": "bank", "trust": "official"}
    for more, said in (({"as_of": 2022}, "28, (official, bank, 2022)"), ({}, "28, (official, bank)")):
        claim = Claim.model_validate({"title": "x", "says": 28, "evidence": bank | more})
        assert weigh_fact(claim).reason == said


def test_a_partner_without_a_flow_has_no_share_whatever_the_others_have():
    def flow(**of):
        return Claim.model_validate({"title": "flow", "says": 1.0, "evidence": of}).evidence

    none, guessed = flow(value=0.0, source="bank", trust="official"), flow(value=10.0, trust="unverified")
    scenario = SimpleNamespace(exposures={"exports": {"a": none, "b": guessed}})
    found = _weigh_share(scenario, "exports.a", 0.1)
    assert (found.verdict, found.low, found.high) == ("contradicted", 0.0, 0.0)
    assert found.reason.startswith("at most 0 % by the trusted flows alone, (official, bank")
