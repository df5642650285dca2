"""What the documents say is true: their Python runs, links lead somewhere, numbers are those of a scenario."""

import re
from pathlib import Path

import pytest

import multivector_sim as mv
from multivector_sim.measure import registered_measures
from multivector_sim.report import sections
from multivector_sim.sampling import laws
from multivector_sim.scenario import files as bundled

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("scenarios/*/README.md")])
PYTHON = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


def named(path):
    return str(path.relative_to(ROOT))


def words(path):
    """Give the text of a page on one line, so that a phrase is found across line breaks."""
    return " ".join((ROOT / path).read_text(encoding="utf-8").split())


@pytest.mark.parametrize("page", [page for page in PAGES if PYTHON.search(page.read_text(encoding="utf-8"))], ids=named)
def test_the_python_of_a_page_runs_from_top_to_bottom(page, tmp_path, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "Agg")
    monkeypatch.chdir(tmp_path)
    for registry in (laws, registered_measures, sections):  # what a page registers ends with it
        monkeypatch.setattr(registry, "_registered", {})
    names = {"__name__": "page"}
    for block in PYTHON.findall(page.read_text(encoding="utf-8")):
        exec(compile(block, named(page), "exec"), names)  # noqa: S102  the page is ours


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_the_links_of_a_page_lead_somewhere(page):
    missing = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_no_page_keeps_the_marks_of_a_merge(page):
    lines = page.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith(("<" * 7, ">" * 7))] == []


@pytest.fixture(scope="module")
def kazakhstan():
    return mv.load("kazakhstan")


def test_the_answer_in_the_readme_is_what_its_python_says(kazakhstan):
    from multivector_sim.report.answer import headline

    result = mv.simulate(kazakhstan, draws=100_000, seed=1)
    text = words("README.md").replace("> ", "")
    assert headline(result) in text
    unverified, every = re.search(r"(\d+) of (\d+) figures are unverified", " ".join(kazakhstan.notices)).groups()
    assert f"{unverified} of the {every} figures behind the answer are unverified" in text


def flows(scenario, channel):
    return {partner: figure.value for partner, figure in scenario.exposures[channel].items()}


def carried(scenario, channel, corridors):
    total = flows(scenario, channel)
    part = sum(
        total[partner] * sum(share for corridor, share in legs.items() if corridor in corridors)
        for partner, legs in scenario.legs[channel].items()
    )
    return part / sum(total.values())


@pytest.mark.parametrize(
    ("page", "phrase", "corridors", "percent"),
    [
        ("scenarios/kazakhstan/README.md", "94 % of its crude oil crosses Russia", ("cpc", "atyrau-samara"), 94),
        ("scenarios/kazakhstan/README.md", "81 % by the Caspian Pipeline", ("cpc",), 81),
        ("scenarios/kazakhstan/README.md", "13 % by Atyrau-Samara", ("atyrau-samara",), 13),
    ],
)
def test_shares_of_oil_routes_in_prose(kazakhstan, page, phrase, corridors, percent):
    assert phrase in words(page)
    assert round(100 * carried(kazakhstan, "energy", corridors)) == percent


def test_totals_in_prose(kazakhstan):
    text = words("scenarios/kazakhstan/README.md")
    exports = sum(flows(kazakhstan, "exports").values()) + sum(flows(kazakhstan, "energy").values())
    imports = sum(flows(kazakhstan, "imports").values())
    assert f"exports {exports / 1e9:.1f} bn, imports {imports / 1e9:.1f} bn" in text
    assert f"for {(exports + imports) / 1e9:.1f}" in text


def test_the_crude_part_in_prose(kazakhstan):
    energy, exports = flows(kazakhstan, "energy"), flows(kazakhstan, "exports")
    assert 'is crude" (68 %)' in words("scenarios/kazakhstan/README.md")
    at_sea = [partner for partner in energy if partner != "china"]
    assert {round(100 * energy[it] / (energy[it] + exports[it])) for it in at_sea} == {68}
    assert max(energy.get(it, 0) + exports[it] for it in exports) < 0.25 * 81.6e9


def test_the_laws_in_prose_are_those_of_the_main_case(kazakhstan):
    text = words("scenarios/kazakhstan/README.md")
    (shock,) = kazakhstan.stress
    for phrase, figure in {
        "exports to the partner: 0.07, 0.5, 0.9": shock.channels["exports"],
        "imports: 0.07, 0.38, 0.6": shock.channels["imports"],
        "investment: 0, 0.2, 0.8": shock.channels["investment"],
        "transit: 0.05, 0.3, 0.9": shock.channels["transit"],
        "imports found elsewhere: 0.4, 0.7, 0.9": kazakhstan.channels["imports"].ceiling,
        "spillover: -0.2, 0.3, 0.8": kazakhstan.spillover[0].eta,
    }.items():
        assert phrase in text
        assert phrase.split(": ")[1] == ", ".join(f"{number:g}" for number in figure.law.parameters)
    assert shock.duration_months.law.parameters == (24, 0.8)


def test_one_or_many_counts_as_its_page_says():
    mix = mv.load("one-or-many").with_mix("uneven")
    shares = [flow / 10e9 for flow in flows(mix, "exports").values()]
    assert "that count for 2.4 (1/HHI)" in words("scenarios/one-or-many/README.md")
    assert round(1 / sum(share**2 for share in shares), 1) == 2.4


def test_every_case_in_the_table_is_shipped():
    table = re.findall(r"\| `(kazakhstan[^`]*)` \|", words("scenarios/kazakhstan/README.md"))
    assert {name for name in bundled.names() if name.startswith("kazakhstan")} == set(table)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_column_of_a_table_has_a_heading(page):
    lines = page.read_text(encoding="utf-8").splitlines()
    headings = [lines[at - 1] for at, line in enumerate(lines) if re.fullmatch(r"\|( *:?-+:? *\|)+", line) and at]
    assert [line for line in headings if any(not cell.strip() for cell in line.strip("|").split("|"))] == []
