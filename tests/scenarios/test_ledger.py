"""The article's claims: each has a verdict, what is counted is what the code says, and nothing is better than it is."""

import re
from pathlib import Path

import pytest

import multivector_sim as mv
from multivector_sim.report.claims_page import DRAWS, FILE, page, tally
from multivector_sim.scenario.figure import Figure
from multivector_sim.study.figure_claim import BETTER, figure_at, is_better
from multivector_sim.study.ruling import VERDICTS
from tests.cli.running import run, run_json

ROOT = Path(__file__).parents[2]
ARTICLE = {  # every number of the article, by the claim that holds it
    "energy-china": 0.40, "energy-russia": 0.12, "energy-eu": 0.08,
    "infrastructure-china": 8e9, "infrastructure-russia": 2e9, "infrastructure-eu": 1.5e9,
    "growth-china": 0.037, "growth-russia": 0.021, "growth-eu": 0.025,
    "fdi-2023": 8.4e9, "fdi-growth": 0.15, "fdi-peers": -0.07, "fdi-stable": 0.0, "gdp-2019": 0.025,
    "gas-share": 0.12, "gas-years": 25, "research": 150, "military": 4.3e9, "agreements": 15, "exercises": 40,
    "cyber": 0.11, "defence": 18e9, "posts": 12, "scholars": 3600, "subsidy": 300e6,
    "exports-china": 0.47, "exports-russia": 0.28, "exports-west": 0.25,
    "outreach-share": 0.30, "logistics-growth": 0.084, "storms-mix": -0.65,
}  # fmt: skip
MECHANISMS = {  # what is said to follow from what: the scenario of the mechanism, by the claim that asks it
    "ties-calm": "portfolio", "peers-fall": "peers-2022", "investment-holds": "peers-2022", "route-stalls": "corridors",
    "host-closes": "transit-closed", "clause-helps": "gas-contract", "clause-hard": "gas-contract",
    "second-source": "technology", "security-calms": "security", "posts-calm": "soft-power",
    "subsidy-complements": "subsidy", "outreach-helps": "outreach", "logistics-help": "logistics",
    "storms-mix": "storms", "storms-talks": "storms", "interlock-binds": "interlock",
    "mistake-customers": "mistake-customers-undone", "mistake-sum": "mistake-sum",
    "mistake-independence": "mistake-independence",
}  # fmt: skip


@pytest.fixture(scope="module")
def kazakhstan():
    return mv.load("kazakhstan")


@pytest.fixture(scope="module")
def judged(kazakhstan):
    return mv.claims(kazakhstan, draws=DRAWS)


def said(claim):
    numbers = (claim.says, claim.at_least, claim.at_most, claim.change)
    return next(number for number in numbers if number is not None)


def test_every_number_of_the_article_is_a_claim(kazakhstan):
    assert {name: said(kazakhstan.claims[name]) for name in ARTICLE} == ARTICLE


def test_every_mechanism_is_asked_in_its_own_scenario(kazakhstan):
    for name, scenario in MECHANISMS.items():
        assert re.match(rf"scenarios\.kazakhstan/{scenario}(:|$)", kazakhstan.claims[name].under), name
    assert {"balanced-mix", "safer-mix", "alarm-colour", "alarm-hhi", "caspian-helps"} <= set(kazakhstan.claims)


def test_every_claim_is_the_article_s_and_has_a_verdict_a_reason_and_what_would_have_to_be_true(kazakhstan, judged):
    assert [ruling.name for ruling in judged.rulings] == list(kazakhstan.claims)
    for ruling in judged.rulings:
        assert ruling.claim.source == "article"
        assert ruling.verdict in VERDICTS
        assert ruling.reason
        assert ruling.needed or ruling.verdict == "agrees"
    assert sum(judged.counts.values()) == len(kazakhstan.claims)


def test_the_counts_of_readme_and_page_are_those_of_the_code(judged):
    assert FILE.read_text(encoding="utf-8") == page(judged), "run: python -m multivector_sim.report.claims_page"
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert f"<!-- tally --> {tally(judged)} <!-- /tally -->" in readme
    rows = [line for line in FILE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    counts = {verdict: sum(f"| {verdict} |" in row for row in rows) for verdict in VERDICTS}
    assert {verdict: count for verdict, count in counts.items() if count} == judged.counts


def test_nothing_is_called_better_than_it_is(kazakhstan, judged):
    for trust in ("article", "memory", "unverified"):
        assert not is_better(Figure.model_validate({"value": 1, "source": "x", "trust": trust}))
    for ruling in judged.rulings:
        claim = ruling.claim
        held_against = [] if claim.evidence is None else [claim.evidence]
        if claim.figure is not None:
            held_against.append(figure_at(kazakhstan, claim.figure.removesuffix(".share")))
        for figure in held_against:
            assert figure.source in kazakhstan.sources
            assert figure.source != "article"
            assert figure.note
            assert (ruling.verdict in ("agrees", "contradicted")) == (figure.trust in BETTER)
        if ruling.verdict in ("agrees", "contradicted"):
            assert held_against


def test_the_article_is_the_source_of_claims_alone(kazakhstan):
    document = kazakhstan.document()
    assert "unverified" in document["sources"]["article"]["title"]
    for section, part in document.items():
        if section not in ("claims", "sources"):
            assert "'source': 'article'" not in repr(part), section


def test_ninety_four_per_cent_of_the_crude_crosses_russia_and_the_ledger_says_so(kazakhstan, judged):
    energy = judged["energy-russia"]
    assert energy.verdict == "fails"
    assert round(100 * energy.found.value) == 94
    assert "94 %" in energy.claim.note
    assert "nus" in energy.claim.note
    assert kazakhstan.sources["nus"].where
    assert judged["energy-china"].verdict == judged["energy-eu"].verdict == "contradicted"
    flows = {partner: figure.value for partner, figure in kazakhstan.exposures["energy"].items()}
    eu = sum(flows[partner] for partner in ("italy", "netherlands", "france", "eu27")) / sum(flows.values())
    assert judged["energy-eu"].claim.evidence.value == pytest.approx(eu, abs=0.002)
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert f"China takes {100 * flows['china'] / sum(flows.values()):.0f} % and the EU {100 * eu:.0f} %" in readme


def test_self_contradictions_are_named(kazakhstan):
    named = {name for name, claim in kazakhstan.claims.items() if "contradicts itself" in (claim.note or "")}
    assert named == {"fdi-growth", "balanced-mix"}
    for name in named:
        assert f"`{name}`" in FILE.read_text(encoding="utf-8").split("| claim |")[0]


def test_the_command_prints_them_all_and_counts_them(kazakhstan):
    names = ["energy-china", "energy-russia", "fdi-stable", "gdp-2019"]
    words = [word for name in names for word in ("--claim", name)]
    document = run_json("claims", "kazakhstan", *words, "--draws", 1024)
    assert document["counts"] == {"fails": 1, "agrees": 1, "contradicted": 1, "no better source": 1}
    outcome = run("claims", "kazakhstan", *words, "--draws", 1024)
    assert "94 %" in outcome.stdout
    assert "1 fails, 1 agrees, 1 contradicted, 1 no better source" in " ".join(outcome.stdout.split())


def test_the_report_judges_what_needs_no_run_and_names_the_rest(kazakhstan, judged):
    from multivector_sim.report.html import render

    result = mv.simulate(kazakhstan, draws=1024)
    quick, full = render(result), render(result, judged)
    for text, verdicts in ((quick, ["not run", "contradicted", "fails"]), (full, list(judged.counts))):
        section = text[text.index('<section id="claims"') : text.index('<section id="figures"')]
        assert section.count("<tr>") == 1 + len(kazakhstan.claims)
        for verdict in verdicts:
            assert f"<td>{verdict}</td>" in section
    assert "<td>not run</td>" not in full
    for verdict, count in judged.counts.items():
        assert full.count(f"<td>{verdict}</td>") == count
    cheap = {ruling.name for ruling in judged.rulings if ruling.claim.quantity is None}
    assert quick.count("<td>not run</td>") < len(kazakhstan.claims) - len(cheap)
    assert 'id="claims"' not in render(mv.simulate(mv.load("one-or-many"), draws=1024))


def test_a_claim_about_a_fact_is_checked():
    document = mv.load("two-buyers").document()
    for claim, words in (
        ({"says": 1, "at_least": 2}, "give one of says, at_least, at_most, not 2"),
        ({"evidence": 3}, "give one of says, at_least, at_most"),
        ({"says": 1, "under": "today"}, "not in a claim about a fact"),
        ({"says": 1, "source": "nobody"}, "no source called 'nobody'"),
        ({"says": 1, "evidence": {"value": 2, "source": "nobody"}}, "no source called 'nobody'"),
        ({"quantity": "ruptures.expected", "at_most": 1, "evidence": 2}, "not in a claim about a quantity"),
        ({"quantity": "ruptures.expected", "at_most": 1, "under": "scenarios."}, "scenarios.NAME"),
    ):
        with pytest.raises(mv.ScenarioError, match=re.escape(words)):
            mv.Scenario.model_validate(document | {"claims": {"c": claim}})


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ({"says": 10}, "no better source"),
        ({"says": 10, "evidence": {"value": 10.4, "trust": "official"}}, "agrees"),
        ({"says": 10, "evidence": {"value": 11, "trust": "press"}}, "contradicted"),
        ({"says": 10, "evidence": {"value": {"uniform": [5, 15]}, "trust": "study"}}, "agrees"),
        ({"says": 10, "evidence": {"value": 11, "trust": "article"}}, "no better source"),
        ({"at_least": 10, "evidence": {"value": 11, "trust": "official"}}, "agrees"),
        ({"at_least": 12, "evidence": {"value": 11, "trust": "official"}}, "contradicted"),
        ({"at_most": 12, "evidence": {"value": 11, "trust": "official"}}, "agrees"),
        ({"at_most": 10, "evidence": {"value": 11, "trust": "official"}}, "contradicted"),
    ],
)
def test_facts_by_their_evidence(claim, verdict):
    document = mv.load("two-buyers").document() | {"claims": {"c": claim}}
    assert mv.claims(mv.Scenario.model_validate(document), draws=1)["c"].verdict == verdict


def test_another_scenario_is_a_case():
    document = mv.load("two-buyers").document()
    quantity = {"quantity": "concentration.energy.hosts.russia", "at_least": 0.9}
    document["claims"] = {
        "there": quantity | {"under": "scenarios.kazakhstan"},
        "case": {"quantity": "ruptures.expected", "at_most": 0, "under": "scenarios.two-buyers:overrides.calm"},
    }
    document["overrides"] = {}
    scenario = mv.Scenario.model_validate(document)
    assert mv.claims(scenario, ["there"]).verdicts == {"there": "holds"}
    with pytest.raises(mv.UsageError, match="calm"):
        mv.claims(scenario, ["case"], draws=1)
