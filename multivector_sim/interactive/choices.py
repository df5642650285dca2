"""What a reader of the explorer has chosen, and the scenario that follows from it.

A choice never edits a file. It becomes a mix, measures and values by dotted path over the scenario, so that the same
run can be repeated elsewhere: :func:`as_yaml` writes the whole scenario that is shown, :func:`as_python` the few lines
that make it. Both give the run that is shown, draw by draw.

A factor multiplies a figure. If the figure is a distribution, everything in it that is measured in its unit is
multiplied, so that its shape stays: the bounds and the mode of a PERT, the mean and the standard deviation of a gamma,
the median of a lognormal but not its sigma.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import floor, sqrt
from typing import TYPE_CHECKING, Any

from multivector_sim.scenario.law import Law
from multivector_sim.scenario.models import TRANSIT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from multivector_sim.scenario.figure import Figure
    from multivector_sim.scenario.scenario import Scenario

__all__ = [
    "AS_WRITTEN",
    "Choices",
    "as_python",
    "as_yaml",
    "chosen",
    "largest_loading",
    "scaled",
    "severity_correlation",
    "shockable",
]

AS_WRITTEN = "as written"
"""The shocks of the scenario itself, in place of one partner's."""

BESIDE = ("mixes", "measures", "overrides", "claims")
STEPS = 20
"""Correlations are chosen in steps of a twentieth."""


@dataclass(frozen=True)
class Choices:
    """What is chosen over a scenario; the defaults change nothing.

    Parameters
    ----------
    shocked
        A partner that is shocked for certain, in place of everything that the scenario says can go wrong, or
        :data:`AS_WRITTEN`.
    severity, months
        Share lost in each of that partner's flows, and in what crosses it, and for how many months.
    intensity
        Factor of all ruptures a year, where the scenario has a hazard; only with :data:`AS_WRITTEN`.
    severity_correlation
        Correlation of the severities of a shock's channels; None leaves it as written.
    loading
        Loading of the global factor that ruptures have in common; None leaves it as written.
    mix
        One of the scenario's mixes; None for the flows of today.
    measures
        Measures of the scenario that are taken.
    capacity
        Factor of the capacity by corridor.
    """

    shocked: str = AS_WRITTEN
    severity: float = 0.5
    months: float = 24.0
    intensity: float = 1.0
    severity_correlation: float | None = None
    loading: float | None = None
    mix: str | None = None
    measures: tuple[str, ...] = ()
    capacity: Mapping[str, float] = field(default_factory=dict)


def scaled(figure: Figure, factor: float) -> Any:  # noqa: ANN401 - a figure as written
    """Return a figure times a factor, as a scenario writes it.

    Examples
    --------
    >>> from multivector_sim.scenario.figure import Figure
    >>> scaled(Figure.model_validate({"lognormal": {"median": 10, "sigma": 0.5}}), 2)
    {'lognormal': {'median': 20.0, 'sigma': 0.5}}
    >>> scaled(Figure.model_validate({"value": 3, "range": [1, 4]}), 0.5)
    1.5
    """
    law = figure.law
    kept = law.parameters[1:] if law.kind == "lognormal" else ()
    measured = law.parameters[: len(law.parameters) - len(kept)]
    return Law(law.kind, (*(factor * it for it in measured), *kept)).written()


def shockable(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Return the partners that can be shocked, each with the channels that a shock reaches, transit last.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> shockable(mv.load("two-buyers"))["russia"]
    ('exports', 'imports', 'investment', 'transit')
    """
    hosts = {host for corridor in scenario.corridors.values() for host, share in corridor.hosts.items() if share > 0.0}
    found = {}
    for partner in scenario.partners:
        flows = [name for name, by in scenario.exposures.items() if partner in by and by[partner].law.mean > 0.0]
        if flows or partner in hosts:
            found[partner] = (*flows, *((TRANSIT,) if partner in hosts else ()))
    return found


def severity_correlation(scenario: Scenario) -> float | None:
    """Return the correlation of severities as written; None where no shock for certain has several."""
    found = [it.severity_correlation.law.mean for it in scenario.stress if len(it.channels) > 1]
    return found[0] if found else None


def largest_loading(scenario: Scenario) -> float | None:
    """Return the largest loading of the global factor beside that of the blocs; None where there is no such factor.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> largest_loading(mv.load("kazakhstan/by-hazard")), largest_loading(mv.load("kazakhstan"))
    (0.85, None)
    """
    if scenario.hazard is None or scenario.hazard.copula.loadings is None:
        return None
    bloc = scenario.hazard.copula.loadings.bloc.law.mean
    return floor(STEPS * sqrt(1.0 - bloc * bloc)) / STEPS


def _settings(scenario: Scenario, choices: Choices) -> dict[str, Any]:
    """Return the values by dotted path that choices set, given the scenario with its mix and measures."""
    found: dict[str, Any] = {
        f"corridors.{name}.capacity": scaled(scenario.corridors[name].capacity, factor)
        for name, factor in choices.capacity.items()
        if factor != 1.0
    }
    if choices.shocked != AS_WRITTEN:
        reached = shockable(scenario)[choices.shocked]
        shock = {
            "partner": choices.shocked,
            "channels": dict.fromkeys(reached, choices.severity),
            "duration_months": choices.months,
        }
        return found | {"stress": [shock]} | ({"hazard": None} if scenario.hazard is not None else {})
    if choices.severity_correlation is not None:
        found |= {
            f"stress.{number}.severity_correlation": choices.severity_correlation
            for number, it in enumerate(scenario.stress)
            if len(it.channels) > 1
        }
    if scenario.hazard is not None:
        if choices.loading is not None:
            found["hazard.copula.loadings.global"] = choices.loading
        if choices.intensity != 1.0:
            found |= {
                f"hazard.partners.{name}.intensity": scaled(it.intensity, choices.intensity)
                for name, it in scenario.hazard.partners.items()
            }
    return found


def _changed(scenario: Scenario, choices: Choices) -> Scenario:
    """Return the scenario with the mix and the measures that are chosen."""
    found = scenario if choices.mix is None else scenario.with_mix(choices.mix)
    for name in choices.measures:
        found = found.with_measure(name)
    return found


def chosen(scenario: Scenario, choices: Choices) -> Scenario:
    """Return the scenario that choices make.

    Parameters
    ----------
    scenario
        The scenario as written.
    choices
        What is chosen.

    Returns
    -------
    Scenario
        A checked copy; where anything is set, without the mixes, measures, overrides and claims of the original, each
        of which would have to fit what is set.

    Raises
    ------
    UsageError
        If there is no such mix or measure.
    ScenarioError
        If the choices do not fit together.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> base = mv.load("two-buyers")
    >>> chosen(base, Choices()) == base
    True
    >>> chosen(base, Choices(capacity={"cpc": 0.5})).corridors["cpc"].capacity.value
    22500000000.0
    """
    changed = _changed(scenario, choices)
    settings = _settings(changed, choices)
    beside = {section: None for section in BESIDE if getattr(changed, section)}
    return changed.with_set(settings | beside) if settings else changed


def as_yaml(scenario: Scenario, choices: Choices) -> str:
    """Return the scenario that choices make as a YAML file that stands alone.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> as_yaml(mv.load("two-buyers"), Choices()).splitlines()[0]
    'format: multivector/1'
    """
    from multivector_sim.scenario.writing import resolved_text

    return resolved_text(chosen(scenario, choices).document(), {})


def as_python(loads: str, scenario: Scenario, choices: Choices, draws: int, seed: int = 1) -> str:
    """Return the lines of Python that repeat the run that choices make.

    Parameters
    ----------
    loads
        The expression that loads the scenario, such as ``mv.load('kazakhstan')``.
    scenario
        The scenario that it loads.
    choices
        What is chosen.
    draws, seed
        Of the run.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> lines = as_python("mv.load('teaching')", mv.load("teaching"), Choices(shocked="ocean"), 4096)
    >>> print(lines.splitlines()[2])
    scenario = mv.load('teaching')
    """
    changed = _changed(scenario, choices)
    lines = ["import multivector_sim as mv", "", f"scenario = {loads}"]
    if choices.mix is not None:
        lines.append(f"scenario = scenario.with_mix({choices.mix!r})")
    lines += [f"scenario = scenario.with_measure({name!r})" for name in choices.measures]
    settings = _settings(changed, choices) | {}
    if settings:
        settings |= {section: None for section in BESIDE if getattr(changed, section)}
        entries = [f"        {path!r}: {value!r}," for path, value in settings.items()]
        lines += ["scenario = scenario.with_set(", "    {", *entries, "    }", ")"]
    return "\n".join(
        [*lines, f"result = mv.simulate(scenario, draws={draws}, seed={seed})", "print(result.summary())", ""]
    )
