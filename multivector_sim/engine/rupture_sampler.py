"""What goes wrong in a block of draws: which partner ruptures, when, how hard, for how long.

A stress happens in every draw. A hazard happens by chance: the copula gives each partner's luck, its intensity turns
luck into a time, and only where that time lies within the horizon is anything else worked out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.engine.problem import ruptures
from multivector_sim.engine.uncertain import Uncertain, uncertain
from multivector_sim.sampling.copula import Factors, Gaussian, Matrix, Student
from multivector_sim.sampling.streams import BLOCK
from multivector_sim.scenario.rupture import HazardPartner
from multivector_sim.shock.hazard import depth, rupture_months
from multivector_sim.shock.severity import severity_uniforms

if TYPE_CHECKING:
    from multivector_sim.sampling.copula import Copula, Dependence
    from multivector_sim.sampling.streams import Source
    from multivector_sim.scenario.rupture import Hazard, Stress
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Floats, Integers

__all__ = ["RuptureSampler", "build_rupture_sampler"]

FARTHEST = 700.0
"""An exponent beyond it is a hazard of nothing or of certainty at once; its exponential would be no number."""

PHASES = ("ramp_months", "duration_months", "half_life_months", "scar")


@dataclass(frozen=True)
class Tie:
    """A tie that lowers a hazard, by ``exp(-beta (value - baseline))``."""

    value: Uncertain
    baseline: Uncertain
    beta: Uncertain

    def factor(self, source: Source) -> Floats:
        """Give what the intensity is multiplied by, shape (BLOCK,)."""
        gained = self.value.sample(source) - self.baseline.sample(source)
        return np.asarray(np.exp(np.clip(-self.beta.sample(source) * gained, -FARTHEST, FARTHEST)))


@dataclass(frozen=True)
class Blow:
    """How one rupture hits, once it happens: the phases of its envelope and its severities."""

    name: str
    phases: tuple[Uncertain, ...]
    channels: tuple[str, ...]
    places: tuple[int, ...]
    severities: tuple[Uncertain, ...]
    correlation: float
    wrong_way: float

    def hit(
        self, source: Source, depths: Floats | None, happens: Integers, timing: list[Floats], severity: Floats
    ) -> None:
        """Write phases (BLOCK,) each and severities (BLOCK, channel) in the draws in which the rupture happens."""
        for phase, out in zip(self.phases, timing, strict=True):
            out[happens] = phase.parameters[0] if phase.is_fixed else phase.sample(source, happens)
        numbers = severity_uniforms(source, self.name, self.channels, self.correlation, self.wrong_way, depths, happens)
        for law, columns in self.alike:
            places = [self.places[column] for column in columns]
            severity[happens[:, None], places] = law.at(numbers[:, columns])

    @cached_property
    def alike(self) -> list[tuple[Uncertain, list[int]]]:
        """The laws of severities, each with the columns that follow it: one call for all of them is quicker."""
        found: dict[tuple[str, tuple[float, ...]], tuple[Uncertain, list[int]]] = {}
        for column, law in enumerate(self.severities):
            found.setdefault((law.kind, law.parameters), (law, []))[1].append(column)
        return list(found.values())


@dataclass(frozen=True)
class Certain:
    """A stress: it happens, some time."""

    blow: Blow
    onset: Uncertain


@dataclass(frozen=True)
class Chance:
    """A hazard: it may happen; ``column`` is the partner's in the copula."""

    blow: Blow
    column: int
    intensity: Uncertain
    ties: tuple[Tie, ...]

    def intensities(self, source: Source) -> Floats:
        """Give the ruptures a year that remain under the ties, shape (BLOCK,)."""
        intensity = self.intensity.sample(source)
        for tie in self.ties:
            intensity = intensity * tie.factor(source)
        return intensity


@dataclass(frozen=True)
class RuptureSampler:
    """Draws every rupture of a scenario, in the order of :func:`~multivector_sim.engine.problem.ruptures`."""

    ruptures: tuple[Certain | Chance, ...]
    copula: Copula | None
    months: int
    columns: int

    def sample(self, source: Source) -> tuple[tuple[Floats, Floats, Floats, Floats, Floats], Floats]:
        """Draw one block.

        Parameters
        ----------
        source
            Where chance comes from.

        Returns
        -------
        tuple
            Onset, ramp, duration, half-life and scar, each (BLOCK, rupture), the onset infinite where nothing happens
            within the horizon; and severities, (BLOCK, rupture, channel + 1), the last for transit.
        """
        timing = np.zeros((5, BLOCK, len(self.ruptures)))
        severity = np.zeros((BLOCK, len(self.ruptures), self.columns))
        luck = None if self.copula is None else self.copula.uniforms(source)
        for number, rupture in enumerate(self.ruptures):
            phases = list(timing[1:, :, number])
            if isinstance(rupture, Certain):
                timing[0, :, number] = rupture.onset.sample(source)
                rupture.blow.hit(source, None, np.arange(BLOCK), phases, severity[:, number])
            elif luck is not None:
                intensities = rupture.intensities(source)
                depths = depth(luck[:, rupture.column], intensities, self.months)
                happens = np.flatnonzero(~np.isnan(depths))
                timing[0, :, number] = np.inf
                timing[0, happens, number] = rupture_months(luck[happens, rupture.column], intensities[happens])
                rupture.blow.hit(source, depths, happens, phases, severity[:, number])
        onset, ramp, duration, half_life, scar = timing
        return (onset, ramp, duration, half_life, scar), severity


def build_rupture_sampler(scenario: Scenario) -> RuptureSampler:
    """Make the sampler of a scenario's ruptures.

    Parameters
    ----------
    scenario
        A valid scenario.

    Returns
    -------
    RuptureSampler
        Ready to draw.
    """
    columns = [*scenario.channels, "transit"]
    at_risk = list(scenario.hazard.partners) if scenario.hazard is not None else []
    built: list[Certain | Chance] = []
    for name, partner, model in ruptures(scenario):
        blow = build_blow(name, model, columns)
        if isinstance(model, HazardPartner):
            built.append(build_chance(name, blow, at_risk.index(partner), model))
        else:
            built.append(Certain(blow, uncertain(f"{name}/onset_month", model.onset_month)))
    copula = build_copula(scenario, scenario.hazard) if scenario.hazard is not None and at_risk else None
    return RuptureSampler(tuple(built), copula, scenario.horizon_months, len(columns))


def build_blow(name: str, model: Stress | HazardPartner, columns: list[str]) -> Blow:
    """Take over how a rupture hits."""
    return Blow(
        name=name,
        phases=tuple(uncertain(f"{name}/{phase}", getattr(model, phase)) for phase in PHASES),
        channels=tuple(model.channels),
        places=tuple(columns.index(channel) for channel in model.channels),
        severities=tuple(uncertain(f"{name}/severity/{it}", figure) for it, figure in model.channels.items()),
        correlation=model.severity_correlation.value,
        wrong_way=model.wrong_way.value if isinstance(model, HazardPartner) else 0.0,
    )


def build_chance(name: str, blow: Blow, column: int, model: HazardPartner) -> Chance:
    """Take over what makes a rupture likely."""
    ties = [
        Tie(*(uncertain(f"{name}/ties/{tie}/{key}", getattr(it, key)) for key in ("value", "baseline", "beta")))
        for tie, it in model.ties.items()
    ]
    return Chance(blow, column, uncertain(f"{name}/intensity", model.intensity), tuple(ties))


def build_copula(scenario: Scenario, hazard: Hazard) -> Copula:
    """Put together the copula's dependence and family."""
    partners = tuple(hazard.partners)
    loadings = hazard.copula.loadings
    dependence: Dependence
    if loadings is None:
        dependence = Matrix(partners, correlation_matrix(hazard, partners))
    else:
        blocs = tuple(scenario.partners[partner].bloc or "" for partner in partners)
        dependence = Factors(partners, blocs, loadings.global_.value, loadings.bloc.value)
    nu = hazard.copula.nu
    return Gaussian(dependence) if hazard.copula.family != "t" or nu is None else Student(dependence, nu.value)


def correlation_matrix(hazard: Hazard, partners: tuple[str, ...]) -> Floats:
    """Lay the correlations down, shape (partner, partner); a pair left out is 0."""
    matrix = np.eye(len(partners))
    for first, row in hazard.copula.correlation.items():
        for second, figure in row.items():
            if first in partners and second in partners:
                places = partners.index(first), partners.index(second)
                matrix[places] = matrix[places[::-1]] = figure.value
    return matrix
