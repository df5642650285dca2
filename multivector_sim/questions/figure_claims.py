"""Claims about a figure: the claimed value compared with the scenario's figure from a better source.

The order of trust is official, study, press; an article, a recollection and an unverified figure are no better than the
claim. A share of a channel depends on all flows of the channel. Only trusted flows are used: the others can only reduce
the share of a trusted flow, which is therefore at most its share among the trusted flows. A claimed value *agrees* if
it is within 5 % of the figure (claims are often rounded), or inside the central 90 % of a distribution.

A claim about a fact that the scenario does not use comes with the figure of a better source as its evidence; without
evidence, there is no better source. "At least" and "at most" agree if the central 90 % of the figure extends that far.
"""

from __future__ import annotations

from math import fsum, inf
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from multivector_sim.errors import UsageError
from multivector_sim.sampling.laws import quantile
from multivector_sim.scenario.figure import Figure

if TYPE_CHECKING:
    from multivector_sim.scenario.models import Claim
    from multivector_sim.scenario.scenario import Scenario

__all__ = ["Evidence", "figure_at", "is_better", "weigh", "weigh_fact"]

BETTER = ("official", "study", "press")
NEAR = 0.05
MIDDLE = (0.05, 0.95)


class Evidence(NamedTuple):
    """A verdict, the range of the figure by trusted sources, and the reason."""

    verdict: str
    low: float
    high: float
    reason: str


def is_better(figure: Figure) -> bool:
    """Return whether a figure has a better source than a claim."""
    return figure.trust in BETTER


def figure_at(scenario: Scenario, path: str) -> Figure:
    """Return a figure of a scenario by its path.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> figure_at(mv.load("two-buyers"), "channels.exports.ceiling").value
    0.6
    """
    part: Any = scenario.document()
    steps = path.split(".")
    while steps:
        names = {str(n): it for n, it in enumerate(part)} if isinstance(part, list) else part
        names = names if isinstance(names, dict) else {}
        size = next((count for count in range(1, len(steps) + 1) if ".".join(steps[:count]) in names), 0)
        if size == 0:
            raise UsageError(f"{path}: leads nowhere; there is no '{steps[0]}'")
        part, steps = names[".".join(steps[:size])], steps[size:]
    try:
        return Figure.model_validate(part)
    except ValueError:
        raise UsageError(f"{path}: is not a figure; give the path of a number") from None


def weigh(scenario: Scenario, claim: Claim) -> Evidence:
    """Compare a claim about a figure with the scenario.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> scenario = mv.load("kazakhstan")
    >>> weigh(scenario, scenario.claims["energy-china"]).verdict
    'contradicted'
    """
    path, says = claim.figure or "", claim.says if claim.says is not None else 0.0
    if path.startswith("exposures.") and path.endswith(".share"):
        return _weigh_share(scenario, path.removeprefix("exposures.").removesuffix(".share"), says)
    figure = figure_at(scenario, path)
    if not is_better(figure):
        return Evidence("no better source", -inf, inf, f"the scenario has {figure.law}, {_said_by(figure)}")
    low, high = _middle(figure)
    return Evidence(_verdict(says, low, high), low, high, f"{figure.law}, {_said_by(figure)}")


def weigh_fact(claim: Claim) -> Evidence:
    """Compare a claim about a fact with its evidence.

    Examples
    --------
    >>> from multivector_sim.scenario.models import Claim
    >>> bank = {"value": 28e9, "source": "bank", "as_of": 2022, "trust": "official"}
    >>> weigh_fact(Claim.model_validate({"title": "8.4 bn", "says": 8.4e9, "evidence": bank})).verdict
    'contradicted'
    >>> weigh_fact(Claim.model_validate({"title": "8.4 bn", "says": 8.4e9})).reason
    'nothing was found to hold it against'
    """
    figure = claim.evidence
    if figure is None:
        return Evidence("no better source", -inf, inf, "nothing was found to hold it against")
    if not is_better(figure):
        return Evidence("no better source", -inf, inf, f"there is {figure.law}, {_said_by(figure)}")
    low, high = _middle(figure)
    if claim.says is not None:
        found = _verdict(claim.says, low, high)
    elif claim.at_least is not None:
        found = "agrees" if high >= claim.at_least else "contradicted"
    else:
        found = "agrees" if claim.at_most is not None and low <= claim.at_most else "contradicted"
    return Evidence(found, low, high, f"{figure.law}, {_said_by(figure)}")


def _weigh_share(scenario: Scenario, place: str, says: float) -> Evidence:
    """Compare the share of a partner in a channel with the trusted flows."""
    channel, _, partner = place.partition(".")
    flows = scenario.exposures[channel]
    own, total = flows[partner], fsum(flow.value for flow in flows.values())
    as_is = own.value / total if total > 0.0 else 0.0
    here = f"the scenario has {100 * as_is:.3g} %"
    if not is_better(own) or total == 0.0:
        return Evidence("no better source", 0.0, 1.0, f"{here}, {_said_by(own)}")
    others = [flow for name, flow in flows.items() if name != partner]
    trusted = fsum(flow.value for flow in others if is_better(flow))
    most = own.value / (own.value + trusted) if own.value > 0.0 else 0.0
    if all(is_better(flow) for flow in others):
        return Evidence(_verdict(says, as_is, as_is), as_is, as_is, f"{100 * as_is:.3g} %, {_said_by(own)}")
    if says > most * (1.0 + NEAR):
        reason = f"at most {100 * most:.3g} % by the trusted flows alone, {_said_by(own)}; {here}"
        return Evidence("contradicted", 0.0, most, reason)
    return Evidence("no better source", 0.0, most, f"{here}, but not all flows of the channel have a better source")


def _middle(figure: Figure) -> tuple[float, float]:
    """Return the central 90 % of a figure's distribution; for a fixed number, the number twice."""
    if figure.is_fixed:
        return figure.value, figure.value
    low, high = quantile(figure.law.kind, figure.law.parameters, np.array(MIDDLE))
    return float(low), float(high)


def _verdict(says: float, low: float, high: float) -> str:
    """Return the verdict on a claimed value, given a range."""
    room = NEAR * abs(says)
    return "agrees" if low - room <= says <= high + room else "contradicted"


def _said_by(figure: Figure) -> str:
    """Describe the source of a figure."""
    parts = [figure.trust, figure.source or "no source", "" if figure.as_of is None else str(figure.as_of)]
    return f"({', '.join(part for part in parts if part)})"
