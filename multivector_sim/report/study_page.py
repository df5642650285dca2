"""The report of a study: the report of its run, with a section for each other question.

Claims and concentration have their section in the report of a run already; the findings point there. Every other
question has one of its own: its finding, its plot as a picture inside the page, and the first rows of its answer.
"""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup

from multivector_sim.display.wording import percent_between
from multivector_sim.report.page import environment, render

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.questions.compare import Comparison
    from multivector_sim.questions.contribute import Contributions
    from multivector_sim.questions.frontier.result import Frontier
    from multivector_sim.questions.rank_result import Rank
    from multivector_sim.questions.reverse_stress import ReverseStress
    from multivector_sim.questions.sensitivity import Sensitivity
    from multivector_sim.questions.study import Finding, Study

    Rows = list[tuple[str, ...]]

__all__ = ["picture_of", "render_study"]

MOST_ROWS = 12
ELSEWHERE = {"run": "answer", "concentration": "concentration", "claims": "claims"}
"""Questions that the report of a run answers already, and in which of its sections."""


class _Section(NamedTuple):
    """One question on the page; ``names`` and ``rows`` are those of its table."""

    finding: Finding
    key: str
    picture: str
    names: tuple[str, ...]
    rows: Rows


def render_study(found: Study) -> str:
    """Write the report of a study.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> from multivector_sim.questions.study import study
    >>> page = render_study(study(mv.load("teaching"), draws=256))
    >>> page.startswith("<!DOCTYPE html>"), 'id="asked-compare"' in page
    (True, True)
    """
    sections = [_section(it) for it in found.findings if it.question not in ELSEWHERE]
    findings = [(it, ELSEWHERE.get(it.question, f"asked-{it.question}")) for it in found.findings]
    asked = (
        environment()
        .get_template("study.html.j2")
        .render(findings=findings, sections=sections, left_out=found.left_out)
    )
    judged = None if "claims" in found.left_out else found["claims"]
    return render(found["run"], judged, asked=Markup(asked))  # noqa: S704  made by our own template, which escapes


def _section(finding: Finding) -> _Section:
    """Draw one question, and take its rows."""
    names, rows_of, draw = SECTIONS[finding.question]
    rows = rows_of(finding.answer)[:MOST_ROWS]
    return _Section(finding, f"asked-{finding.question}", picture_of(draw(finding.answer)), names, rows)


def picture_of(figure: Figure) -> str:
    """Return a figure as a data URI."""
    drawn = io.BytesIO()
    figure.savefig(drawn, format="svg", metadata={"Date": None}, bbox_inches="tight")
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.getvalue()).decode()


def _percent(estimate: Estimate | None) -> str:
    """Return a share in per cent, with its interval in brackets."""
    return "-" if estimate is None else percent_between(estimate)


def _compared(found: Comparison) -> Rows:
    base, *others = found.labels
    pairs = [found.pair(base, label) for label in others]
    tails = [next(iter(pair.main.es.values())) for pair in pairs]
    return [
        (pair.second, _percent(pair.main.mean.estimate), _percent(tail.estimate), pair.verdict)
        for pair, tail in zip(pairs, tails, strict=True)
    ]


def _shared(found: Contributions) -> Rows:
    parts = sorted(found.group("partner"), key=lambda part: -abs(part.es.value))
    return [
        (found.title("partner", part.name), "-" if part.share is None else f"{100 * part.share:.1f} %")
        for part in parts
        if part.share is None or abs(part.share) >= 0.0005  # noqa: PLR2004  what shows as 0.0 %
    ]


def _mixes(found: Frontier) -> Rows:
    return [
        (point.name, _percent(point.value), _percent(point.es), point.verdict)
        for point in (found.today, *found.mixes, *found.points)
    ]


def _ranked(found: Rank) -> Rows:
    return [(row.title or row.name, _percent(row.share), f"{found.currency} {row.cost:,.0f}") for row in found.measures]


def _ways(found: ReverseStress) -> Rows:
    return [(way.words(), f"{way.beta:.2f}", f"{100 * way.odds:.2g} %") for way in found.ways]


def _inputs(found: Sensitivity) -> Rows:
    return [(found.title_of(it.label), _percent(it.total), _percent(it.first)) for it in found.inputs]


def _axes_of(found: Any) -> Figure:  # noqa: ANN401  every answer that has a plot
    """Return the figure of an answer's plot."""
    figure: Figure = found.plot().figure
    return figure


def _figure_of(found: Any) -> Figure:  # noqa: ANN401  every answer that has a figure
    """Return the figure of an answer."""
    figure: Figure = found.figure()
    return figure


SECTIONS: dict[str, tuple[tuple[str, ...], Callable[[Any], Rows], Callable[[Any], Figure]]] = {
    "compare": (
        ("Against today", "Mean loss, change", "Expected shortfall, change", "Verdict"),
        _compared,
        _axes_of,
    ),
    "contribute": (("Partner", "Share of the expected shortfall"), _shared, _axes_of),
    "frontier": (("Mix", "Expected value", "Expected shortfall", "Verdict"), _mixes, _figure_of),
    "rank": (("Measure", "Expected shortfall bought", "Cost"), _ranked, _axes_of),
    "reverse-stress": (("What happens", "Beta", "Probability, first order"), _ways, _axes_of),
    "sensitivity": (("Assumption", "Total effect", "First order"), _inputs, _figure_of),
}
"""The names of a question's columns, what makes its rows, and what draws it."""
