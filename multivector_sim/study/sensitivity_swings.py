"""What a certain number would do if it were another: one at a time, with the same luck.

Correlations, loadings, degrees of freedom and intensities are often written as certain numbers, though nobody is
certain of them. They have no law, so no part of the variance is theirs. Each is moved down and up by a stated step, all
else and all luck left as it was, and the change of the mean is a paired difference.

The steps: a correlation or loading by 0.1, inside the range that it may have; degrees of freedom and intensities are
divided and multiplied by 1.5. They are not a range in which the number is believed to lie; who has one should write a
law or use ``--set``. Where the whole would be no scenario any more (loadings whose squares pass 1), half the step is
tried, and half of that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from multivector_sim.engine.case import build_case
from multivector_sim.errors import ScenarioError
from multivector_sim.scenario.rupture import HazardPartner
from multivector_sim.study.bare import bare_with
from multivector_sim.study.sensitivity_inputs import named_ruptures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multivector_sim.engine.case import Case
    from multivector_sim.scenario.scenario import Scenario

__all__ = ["FACTOR", "STEP", "Lever", "levers"]

STEP = 0.1
"""By how much a correlation or loading is moved."""

FACTOR = 1.5
"""By what a degree of freedom or intensity is divided and multiplied."""

HALVINGS = 6


@dataclass(frozen=True)
class Lever:
    """A certain number that could be another.

    Parameters
    ----------
    path
        Where it stands in the scenario.
    value
        What it is.
    lowest, highest
        Where it may lie.
    factor
        Whether it is multiplied, and not moved.
    """

    path: str
    value: float
    lowest: float
    highest: float
    factor: bool

    def at(self, step: float) -> float:
        """Give the number moved by so many steps, up or down."""
        moved = self.value * FACTOR**step if self.factor else self.value + step * STEP
        return round(min(max(moved, self.lowest), self.highest), 12)

    def moved(self, scenario: Scenario, direction: int) -> tuple[float, Case] | None:
        """Give the number moved down (-1) or up (1), and the case that goes with it; None where it cannot move."""
        for halving in range(HALVINGS):
            number = self.at(direction / 2**halving)
            if number == self.value:
                return None
            try:
                return number, build_case(bare_with(scenario, {self.path: number}))
            except ScenarioError:
                continue
        return None


def levers(scenario: Scenario) -> Iterator[Lever]:
    """Find every correlation, loading, degree of freedom and intensity that is a certain number.

    Parameters
    ----------
    scenario
        A valid scenario.

    Yields
    ------
    Lever
        First those of severities and intensities, then those of the copula. Left alone are a correlation of one channel
        with itself, and a wrong-way risk or an intensity of 0, which say that there is none.

    Examples
    --------
    >>> from multivector_sim.scenario.read import load
    >>> [lever.path for lever in levers(load("kazakhstan/by-hazard"))][-2:]
    ['hazard.copula.loadings.global', 'hazard.copula.loadings.bloc']
    """
    once = {base: model for base, _, _, model in named_ruptures(scenario)}
    for base, model in once.items():
        if sum(not figure.is_fixed for figure in model.channels.values()) > 1:
            yield Lever(f"{base}.severity_correlation", model.severity_correlation.value, 0.0, 1.0, factor=False)
        if isinstance(model, HazardPartner):
            if model.wrong_way.value != 0.0:
                yield Lever(f"{base}.wrong_way", model.wrong_way.value, -1.0, 1.0, factor=False)
            if model.intensity.is_fixed and model.intensity.value > 0.0:
                yield Lever(f"{base}.intensity", model.intensity.value, 0.0, float("inf"), factor=True)
    yield from copula_levers(scenario)


def copula_levers(scenario: Scenario) -> Iterator[Lever]:
    """Find those of the copula; with fewer than two partners it joins nothing."""
    if scenario.hazard is None or len(scenario.hazard.partners) <= 1:
        return
    copula, base = scenario.hazard.copula, "hazard.copula"
    if copula.nu is not None and copula.family == "t":
        yield Lever(f"{base}.nu", copula.nu.value, 0.1, 1e6, factor=True)
    if copula.loadings is not None:
        yield Lever(f"{base}.loadings.global", copula.loadings.global_.value, 0.0, 1.0, factor=False)
        yield Lever(f"{base}.loadings.bloc", copula.loadings.bloc.value, 0.0, 1.0, factor=False)
    for one, row in copula.correlation.items():
        for other, figure in row.items():
            yield Lever(f"{base}.correlation.{one}.{other}", figure.value, -1.0, 1.0, factor=False)
