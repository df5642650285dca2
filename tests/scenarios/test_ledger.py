"""The article's claims: where each stands, what its verdict rests on, and that nothing is better than it is."""

import re
from pathlib import Path

import pytest

import multivector_sim as mv
from multivector_sim.questions.claims import VERDICTS
from multivector_sim.questions.figure_claims import BETTER, figure_at, is_better
from multivector_sim.questions.must_be_true import asked_in
from multivector_sim.scenario.figure import Figure
from multivector_sim.scenario.models import CLAIM_KINDS
from tests.cli.running import run, run_json
from tests.docs.claims_page import DRAWS, FILE, TURNS, is_counted, page, tally
from tests.scenarios import article_text

ROOT = Path(__file__).parents[2]
FEWEST = 60
ARTICLE = {  # every number of the article, by the claim that holds it
    "energy-china": 0.40, "energy-russia": 0.12, "energy-eu": 0.08,
    "infrastructure-china": 8e9, "infrastructure-russia": 2e9, "infrastructure-eu": 1.5e9, "china-pledge": 8e9,
    "growth-china": 0.037, "growth-russia": 0.021, "growth-eu": 0.025, "trade-jump": 0.037,
    "fdi-2023": 8.4e9, "fdi-growth": 0.15, "fdi-peers": -0.07, "fdi-stable": 0.0, "gdp-2019": 0.025,
    "gas-share": 0.12, "gas-years": 25, "clause-talks": 2020, "research": 150, "innovation-doubled": 2,
    "military": 4.3e9, "agreements": 15, "exercises": 40, "threats": 0.18, "cyber": 0.11, "defence": 18e9,
    "posts": 12, "capitals": 6, "scholars": 3600, "scholars-sent": 3600, "universities": 14, "subsidy": 300e6,
    "exports-china": 0.47, "exports-russia": 0.28, "exports-west": 0.25, "twelve-years": 12, "envoys": 0.18,
    "outreach-share": 0.30, "logistics-growth": 0.084, "storms": -0.65, "faq-culture": -0.65, "faq-sustainable": -0.65,
    "faq-benefits": 150, "education": 0.1, "sco-summit": 1, "missiles": 0,
}  # fmt: skip
WRITTEN_OUT = set(ARTICLE) - {"fdi-stable", "education"}  # whose number stands in the text as a number
MECHANISMS = {  # what is said to follow from what: the scenario of the mechanism, by the claim that asks it
    "peers-fall": "peers-2022", "corridors-invest": "peers-2022", "no-drop": "peers-2022", "route-stalls": "corridors",
    "shared-corridor": "corridors", "clause-helps": "gas-contract", "second-source": "technology",
    "exercises-deter": "security", "faq-security": "security", "faq-both": "security", "posts-calm": "soft-power",
    "complements": "subsidy", "outreach-helps": "outreach", "dependency-cut": "outreach", "logistics-help": "logistics",
    "shadow-both": "logistics", "storms": "storms", "balance-matters": "storms", "soft-ties": "storms",
    "interlock-binds": "interlock", "pick-side": "mistake-pick-side", "pick-side-storms": "mistake-pick-side",
    "aid-complements": "mistake-western-aid", "culture-security": "mistake-culture", "forum-equity": "forum",
    "balanced-vectors": "three-vectors", "spreads-risk": "three-vectors",
}  # fmt: skip
WORDS = {  # a word of the paragraph in which a claim without a number stands
    "no-over-reliance": "over-reliance", "geography": "geography", "insulated": "insulated", "parity-ai": "parity",
    "second-source": "Competitive", "fdi-stable": "stable", "peers-fall": "peers", "corridors-invest": "corridors",
    "no-drop": "corridors", "route-stalls": "stalls", "shared-corridor": "corridor", "caspian-helps": "Caspian",
    "spreads-risk": "spreads", "no-abandon": "abandon", "clause-helps": "clause", "interlock-binds": "interlocked",
    "posts-calm": "churn", "exercises-deter": "deterrence", "education": "double-digit", "complements": "complementary",
    "dependency-cut": "dependency", "outreach-helps": "outreach", "balanced-mix": "rebalanced",
    "balanced-vectors": "rebalanced", "alarm-colour": "single", "safer-mix": "diet", "soft-ties": "festivals",
    "logistics-help": "logistics", "balance-matters": "balanced", "forum-equity": "equitably",
    "over-concentration": "over-concentration", "pick-side": "pick", "pick-side-storms": "pick",
    "aid-complements": "complements", "culture-measurable": "measurable", "culture-security": "security",
    "faq-redundancy": "redundancy", "faq-investment": "investment", "faq-security": "security", "faq-both": "NATO",
    "shadow-both": "military",
}  # fmt: skip
NEEDS_ARTICLE = pytest.mark.skipif(
    not article_text.FILE.exists(), reason="the article's text, seed/article.txt, lies only beside the project"
)


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


def test_sixty_claims_and_more_are_the_article_s_and_say_where_they_stand(kazakhstan):
    claims = {name: claim for name, claim in kazakhstan.claims.items() if claim.source == "article"}
    assert len(claims) >= FEWEST
    assert [name for name, claim in claims.items() if not claim.place] == []
    assert set(claims) == set(ARTICLE) | set(WORDS)
    for name, claim in kazakhstan.claims.items():
        if name not in claims:
            assert (claim.source, claim.place, name.partition("-")[0]) == ("authors", None, "lesson")


@NEEDS_ARTICLE
def test_each_claim_stands_where_it_says(kazakhstan):
    text = article_text.read()
    for name, claim in kazakhstan.claims.items():
        if claim.source == "article":
            assert claim.place in text, name
            if name in WRITTEN_OUT:
                assert article_text.stands_in(said(claim), text[claim.place]), name
            if name in WORDS:
                assert WORDS[name] in text[claim.place], name


@NEEDS_ARTICLE
def test_no_sentence_of_the_article_is_quoted_in_the_project(kazakhstan):
    sentences = {
        sentence.strip()
        for text in article_text.read().values()
        for sentence in re.split(r"(?<=[.!?]) ", text)
        if len(sentence.split()) > 5
    }
    pages = [*ROOT.glob("scenarios/**/*.md"), *ROOT.glob("scenarios/**/*.yaml"), *ROOT.glob("docs/**/*.md")]
    for path in [ROOT / "README.md", *pages]:
        words = " ".join(path.read_text(encoding="utf-8").split())
        assert [sentence for sentence in sentences if sentence in words] == [], path


def test_a_number_is_found_as_a_whole_and_not_as_part_of_another():
    assert article_text.stands_in(0.12, "worth 12% of all")
    assert not article_text.stands_in(0.12, "worth 112% of all")
    assert not article_text.stands_in(0.4, "worth 40.5% of all")
    assert article_text.stands_in(8e9, "a sum of $8 billion")
    assert not article_text.stands_in(8e9, "a sum of $18 billion")


def test_every_mechanism_is_asked_in_its_own_scenario(kazakhstan):
    for name, scenario in MECHANISMS.items():
        assert re.match(rf"scenarios\.kazakhstan/{scenario}(:|$)", kazakhstan.claims[name].under), name


def test_every_claim_has_a_verdict_a_reason_a_kind_and_what_would_have_to_be_true(kazakhstan, judged):
    assert [ruling.name for ruling in judged.rulings] == list(kazakhstan.claims)
    for ruling in judged.rulings:
        assert ruling.verdict in VERDICTS
        assert ruling.reason
        assert ruling.needed or ruling.verdict == "agrees"
        assert ruling.claim.rests_on in CLAIM_KINDS
        assert (ruling.claim.quantity is None) == (ruling.claim.rests_on == "evidence") or ruling.claim.kind
    assert sum(judged.counts.values()) == len(kazakhstan.claims)
    for verdict in VERDICTS:
        whole = sum(counts.get(verdict, 0) for counts in judged.counts_by_kind.values())
        assert whole == judged.counts.get(verdict, 0)


def test_what_rests_on_evidence_agrees_or_not_and_never_holds(judged):
    asked = {"agrees", "contradicted", "no better source"}
    for kind, counts in judged.counts_by_kind.items():
        if kind == "evidence":
            assert set(counts) <= asked
        if kind == "model":
            assert not set(counts) & asked


def turns_of(text):
    """Split off the section of turning points, which a test of its own holds against the model."""
    main, _, rest = text.partition(f"{TURNS}\n")
    return main, [line for line in rest.splitlines() if line.startswith("| `")]


def test_the_counts_of_readme_and_page_are_those_of_the_code(judged):
    text = FILE.read_text(encoding="utf-8")
    main, turns = turns_of(text)
    assert text == page(judged, turns), "run: python -m tests.docs.claims_page"
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"<!-- tally -->\n\n{tally(judged)}\n\n<!-- /tally -->" in readme
    counted = [line for line in main.partition("## Our own")[0].splitlines() if line.startswith("| `")]
    assert len(counted) == sum(is_counted(ruling) for ruling in judged.rulings)


def test_the_assumptions_that_carry_a_verdict_turn_it_where_the_page_says(kazakhstan):
    row = re.compile(r"\| `(\S+)` \| [^|]+ \| `(\S+)` of `\S+` \| [^|]+ \| (above|below) (\S+) \((\S+) to (\S+)\) \|")
    _, turns = turns_of(FILE.read_text(encoding="utf-8"))
    asked = {(name, path) for name, claim in kazakhstan.claims.items() for path in claim.carried_by}
    assert {(line.split("`")[1], line.split("`")[3]) for line in turns} == asked
    found = [match for line in turns if (match := row.fullmatch(line))]
    assert len(found) >= 10
    for name, path, side, _, low, high in (match.groups() for match in found[::4]):
        scenario, claim = asked_in(kazakhstan, kazakhstan.claims[name])
        document = scenario.document()
        plain = {key: value for key, value in claim.model_dump(exclude_none=True).items() if key != "carried_by"}
        document["claims"] = {"asked": {key: part for key, part in plain.items() if key not in ("source", "evidence")}}
        least, most = kazakhstan.claims[name].carried_by[path]
        step = 0.05 * (most - least)
        asked_at = {"below": max(least, float(low) - step), "above": min(most, float(high) + step)}
        base = type(scenario).model_validate(document)
        verdicts = {
            where: mv.claims(base.with_set({path: value}), ("asked",), draws=2048)["asked"].verdict
            for where, value in asked_at.items()
        }
        other = "above" if side == "below" else "below"
        assert verdicts[side] in ("holds", "cannot tell"), (name, path)
        assert verdicts[other] in ("fails", "cannot tell"), (name, path)
        assert verdicts[side] != verdicts[other] or "cannot tell" in verdicts.values(), (name, path)


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
    assert judged["energy-russia"].verdict == "contradicted"
    roads = judged["lesson-roads"]
    assert roads.verdict == "holds"
    assert round(100 * roads.found.value) == 94
    assert "94 %" in roads.claim.note
    assert "nus" in roads.claim.note
    assert kazakhstan.sources["nus"].where
    assert judged["energy-china"].verdict == judged["energy-eu"].verdict == "contradicted"
    flows = {partner: figure.value for partner, figure in kazakhstan.exposures["energy"].items()}
    eu = sum(flows[partner] for partner in ("italy", "netherlands", "france", "eu27")) / sum(flows.values())
    assert judged["energy-eu"].claim.evidence.value == pytest.approx(eu, abs=0.002)
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert f"China takes {100 * flows['china'] / sum(flows.values()):.0f} % and the EU {100 * eu:.0f} %" in readme


def test_the_self_contradiction_is_named_on_both_sides(kazakhstan):
    named = {name for name, claim in kazakhstan.claims.items() if "contradicts itself" in (claim.note or "")}
    assert named == {"scholars", "scholars-sent"}


def test_both_ways_to_count_a_balance_are_said(judged):
    assert judged["balanced-mix"].verdict == "fails"
    assert judged["balanced-vectors"].verdict == "holds"
    assert {judged[name].claim.rests_on for name in ("balanced-mix", "balanced-vectors")} == {"definition"}


def test_the_command_prints_them_all_and_counts_them(kazakhstan):
    names = ["energy-china", "geography", "fdi-stable", "posts"]
    words = [word for name in names for word in ("--claim", name)]
    document = run_json("claims", "kazakhstan", *words, "--draws", 1024)
    assert document["counts"] == {"fails": 1, "agrees": 1, "contradicted": 1, "no better source": 1}
    outcome = run("claims", "kazakhstan", *words, "--draws", 1024)
    assert "94.0 %" in outcome.stdout  # what the model found, beside the verdict
    words = " ".join(outcome.stdout.split())
    assert "evidence: 1 agrees, 1 contradicted, 1 no better source" in words
    assert "definition: 1 fails" in words
    assert document["counts_by_kind"]["definition"] == {"fails": 1}
    first = document["claims"][0]
    assert (first["kind"], first["place"]) == ("evidence", "Kazakhstan Russia China Relations, table row 3")


def test_the_report_judges_what_needs_no_run_and_names_the_rest(kazakhstan, judged):
    from multivector_sim.report.page import render

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
        ({"says": 1, "carried_by": {"gdp": [0, 1]}}, "not in a claim about a fact"),
        ({"says": 1, "kind": "hearsay"}, "evidence"),
        ({"quantity": "ruptures.expected", "at_most": 1, "carried_by": {"gdp": [1, 0]}}, "low must be below high"),
        ({"quantity": "ruptures.expected", "at_most": 1, "carried_by": {"gdp": 3}}, "a range of two numbers"),
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
