"""The brief: one printed page for somebody who decides and reads nothing else.

It has six parts: the question, the answer, how sure it is, what drives it, what would help, and what is not known. The
numbers are those of the report. What drives it and what would help need runs of their own, a sensitivity study and a
ranking; where they were not made, the brief says so and names the command.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from multivector_sim.display.money import money
from multivector_sim.display.wording import capital, listed, percent, percent_between, possessive, span
from multivector_sim.report.answer import cautions, country_name, headline, subject, supplements, tiles
from multivector_sim.report.attribution import by_channel, by_partner
from multivector_sim.report.chart_data import fans
from multivector_sim.report.charts import draw_fan
from multivector_sim.report.dashboard import boards
from multivector_sim.report.page import environment, limits, with_policy
from multivector_sim.report.scenario_tables import figure_rows, trust_counts

if TYPE_CHECKING:
    from multivector_sim.engine.result import Result
    from multivector_sim.questions.rank_result import Rank, Ranked
    from multivector_sim.questions.sensitivity import Sensitivity
    from multivector_sim.scenario.scenario import Scenario

__all__ = ["question", "render_brief"]

MOST = 3
SOMETHING = 0.005
NOT_ASKED = "Not asked here: multivector {} {}"


def render_brief(result: Result, drivers: Sensitivity | None = None, ranking: Rank | None = None) -> str:
    """Write the brief of a run.

    Parameters
    ----------
    result
        The run.
    drivers
        A sensitivity study of its scenario; without one the brief names only whose ruptures cause the loss.
    ranking
        A ranking of its scenario's measures; without one the brief says that none was made.

    Returns
    -------
    str
        One HTML page that loads nothing, and fits one sheet of paper.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> page = render_brief(mv.simulate(mv.load("two-buyers"), draws=1024, seed=1))
    >>> "What would help" in page, "<script" in page
    (True, False)
    """
    scenario, document, column = result.scenario, result.document(), subject(result)
    fan = fans(result, [column])[0]
    page: str = (
        environment()
        .get_template("brief.html.j2")
        .render(
            title=scenario.title,
            subtitle=f"{scenario.country}, followed for {span(scenario.horizon_months)}; {scenario.currency} of "
            f"{scenario.price_year}",
            question=question(scenario),
            answer=headline(result, document),
            supplements=supplements(result, document),
            tiles=tiles(scenario, document, column),
            chart=draw_fan(fan),
            chart_title=f"{capital(column)}: delivered share of the baseline by month",
            sure=[*cautions(result, document, column), *_trust(scenario)],
            drives=[*_caused(result), *_explained(drivers, scenario), *_depends(scenario)],
            helps=_helps(ranking, scenario),
            unknown=[(head, _first_sentence(text)) for head, text in limits(scenario)],
            notices=scenario.notices[:MOST],
            made=f"{result.draws:,} draws, seed {result.seed}; losses {result.fingerprint[:12]}; "
            f"multivector_sim {document['versions']['multivector_sim']}.",
            version=document["versions"]["multivector_sim"],
        )
    )
    return with_policy(page)


def question(scenario: Scenario) -> str:
    """Return the question that a run of a scenario answers.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> question(mv.load("kazakhstan"))
    "What does Kazakhstan lose over five years if Russia's channels are shocked?"
    >>> question(mv.load("one-or-many"))
    'What does the country lose over five years when partners rupture by chance?'
    """
    titles = list(dict.fromkeys(scenario.partners[it.partner].title or it.partner for it in scenario.stress))
    asked = f"What does {country_name(scenario)} lose over {span(scenario.horizon_months)}"
    by_chance = scenario.hazard is not None and bool(scenario.hazard.partners)
    if not titles:
        return f"{asked} when partners rupture by chance?" if by_chance else f"{asked} when nothing is shocked?"
    shocked = f"{possessive(titles[0])} channels" if len(titles) == 1 else f"the channels of {listed(titles)}"
    return f"{asked} if {shocked} are shocked{', and others rupture by chance' if by_chance else ''}?"


def _first_sentence(text: str) -> str:
    """Return the first sentence of a text.

    Examples
    --------
    >>> _first_sentence("Flows are valued at fixed prices. Exchange rates do not change.")
    'Flows are valued at fixed prices.'
    """
    return text.partition(". ")[0].removesuffix(".") + "."


NAMED = {
    "assumption": "assumptions",
    "memory": "from memory",
    "article": "of the article",
    "press": "from the press",
    "estimated": "estimates",
    "study": "from studies",
}
"""The grades of trust as a sentence has them; the others are said as they are."""


def _trust(scenario: Scenario) -> list[str]:
    """Return what the figures rest on."""
    counts = trust_counts([row for row in figure_rows(scenario) if not row.path.startswith("claims.")])
    said = listed(
        [f"{count} {'is' if count == 1 else 'are'} {NAMED.get(trust, trust)}" for trust, count in counts.items()]
    )
    said = f"That of the assumptions is larger: of {sum(counts.values())} figures, {said}."
    return [f"The intervals in brackets show the uncertainty that comes from the number of draws. {said}"]


def _caused(result: Result) -> list[str]:
    """Return whose ruptures, and which channels, the loss of the worst draws comes from."""
    if "total" not in result.columns:
        return []
    found = []
    for shared, what in ((by_partner(result), "partner"), (by_channel(result), "channel")):
        parts = [part for part in shared.shown if abs(part.worst_share) >= SOMETHING][:MOST]
        if parts:
            said = listed(
                [
                    f"{part.title} {percent(part.worst_share, 0)}"
                    for part in sorted(parts, key=lambda it: -it.worst_share)
                ]
            )
            beyond = sum(max(part.worst_share, 0.0) for part in shared.shown) > 1.0 + SOMETHING
            less = "; gains elsewhere make up for what exceeds 100 %" if beyond else ""
            found.append(f"In the worst 5 % of draws, by {what}: {said} of the loss{less}.")
    return found


def _explained(found: Sensitivity | None, scenario: Scenario) -> list[str]:
    """Return which assumptions explain most of the variance."""
    if found is None:
        return [NOT_ASKED.format("sensitivity", scenario.name) + " finds which assumptions matter most."]
    if found.note:
        return [f"{capital(found.note)}."]
    inputs = [it for it in found.inputs if it.total.value >= SOMETHING][:MOST]
    said = [f"{found.title_of(it.label)}, {percent_between(it.total)}" for it in inputs]
    return [f"Assumptions by the share of the variance that they explain: {'; '.join(said)}."] if said else []


def _depends(scenario: Scenario) -> list[str]:
    """Return on whom the most dependent flow depends."""
    shown = [board for board in boards(scenario) if board.shares.measures["dependence"]]
    if not shown:
        return []
    most = max(shown, key=lambda board: max(board.shares.measures["dependence"].values()))
    return [f"Concentration: {most.shares.title[:1].lower()}{most.shares.title[1:]} {most.depends}."]


def _helps(found: Rank | None, scenario: Scenario) -> list[str]:
    """Return the measures that reduce the tail most for their cost."""
    if not scenario.measures:
        return ["The scenario names no measures, so nothing was compared."]
    if found is None:
        return [NOT_ASKED.format("rank", scenario.name) + f" compares the {len(scenario.measures)} measures named."]
    if not found.measures:
        return [f"{capital(found.note)}."]
    lines = [_bought(found, row) for row in found.measures[:MOST]]
    tied = [row.title for row in found.measures[:MOST] if row.tie]
    return lines + [f"The draws cannot tell {listed(tied)} from the one after."] * bool(tied)


def _bought(found: Rank, row: Ranked) -> str:
    """Return what one measure does, and its cost."""
    what = f"ES {100 * found.level:g} % of {found.column}"
    lower = "does not change it" if row.share is None else f"{what} lower by {percent_between(row.share)}"
    return f"{row.title or row.name}: {lower}, for {money(row.cost, found.currency)}."
