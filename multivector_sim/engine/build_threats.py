"""From a scenario's stresses and hazards to the arrays of what can go wrong.

:mod:`multivector_sim.engine.threats` says what is in them, and draws it.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.engine.problem import further, rupture_path, ruptures
from multivector_sim.engine.threats import PHASES, SHARED, Threats
from multivector_sim.engine.uncertain import Uncertain, uncertain
from multivector_sim.sampling.copula import Factors, Gaussian, Matrix, Student
from multivector_sim.sampling.joint import EVEN, Joint, latent_limit, lay_joint
from multivector_sim.sampling.numbers import whole
from multivector_sim.scenario.rupture import SINGLE_TIE, HazardPartner
from multivector_sim.shock.hazard import rupture_probability

if TYPE_CHECKING:
    from multivector_sim.engine.promises import Promise
    from multivector_sim.engine.register import Register
    from multivector_sim.sampling.copula import Copula, Dependence
    from multivector_sim.sampling.numbers import Law
    from multivector_sim.scenario.rupture import Hazard, Stress
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Floats

__all__ = ["build_threats", "link_clauses"]

ONSET = "onset_month"
LATER = ("ramp_months", "duration_months", "half_life_months", "scar")
TIE = ("value", "baseline", "beta")
NOBODY = Gaussian(Matrix((), np.zeros((0, 0))))


def build_threats(scenario: Scenario, register: Register) -> tuple[Threats, Joint]:
    """Lay down every rupture of a scenario, and the copula that joins its hazards.

    Parameters
    ----------
    scenario
        A valid scenario.
    register
        Where streams and uncertain numbers are entered.

    Returns
    -------
    tuple
        Ruptures in the order of :func:`~multivector_sim.engine.problem.ruptures`, and the copula of the hazards.
    """
    at_risk = list(scenario.hazard.partners) if scenario.hazard is not None else []
    joint = build_joint(scenario, register)
    columns = [*scenario.channels, "transit"]
    found = Columns(register, columns)
    numbered = enumerate(zip(further(scenario), ruptures(scenario), strict=True))
    for place, (again, (name, partner, model)) in numbered:
        path = rupture_path(place, partner, model)
        if again and isinstance(model, HazardPartner):
            found.again(name, path, model)
        elif isinstance(model, HazardPartner):
            found.chance(name, path, model, at_risk.index(partner), joint.nu, scenario.horizon_months)
        else:
            found.certain(name, path, model)
    return found.threats(), joint


def link_clauses(scenario: Scenario, register: Register, threats: Threats, promises: tuple[Promise, ...]) -> Threats:
    """Tie each promise to the severity that it answers to, if its contract says so and that severity has a law."""
    columns = [*scenario.channels, "transit"]
    clause, together = threats.clause.copy(), threats.together.copy()
    for promise in promises:
        contract = scenario.contracts[promise.contract]
        place = PHASES + columns.index(contract.channel)
        for at in range(threats.first_part[promise.rupture], threats.first_part[promise.rupture + 1]):
            moves = not register.uncertain[threats.part[at]].is_fixed
            if threats.place[at] == place and moves and contract.severity_correlation.value != 0.0:
                clause[at], together[at] = promise.number, contract.severity_correlation.value
    return threats._replace(clause=clause, together=together)


class Columns:
    """The columns of :class:`~multivector_sim.engine.threats.Threats` while they grow.

    Parameters
    ----------
    register
        Where streams and uncertain numbers are entered.
    channels
        The names of what a rupture can hit, transit last.
    """

    def __init__(self, register: Register, channels: list[str]) -> None:
        self.register = register
        self.channels = channels
        self.column: list[int] = []
        self.further: list[int] = []
        self.limit: list[float] = []
        self.terms: list[list[int]] = []
        self.parts: list[list[tuple[int, int]]] = []
        self.correlation: list[float] = []
        self.wrong_way: list[float] = []

    def certain(self, name: str, path: str, model: Stress) -> None:
        """Enter a stress."""
        self.column.append(-1)
        self.further.append(-1)
        self.limit.append(np.inf)
        self.terms.append([])
        onset = self.register.number(uncertain(f"{name}/{ONSET}", getattr(model, ONSET), f"{path}.{ONSET}"))
        self.blow(name, path, model, [(onset, 0)])

    def chance(self, name: str, path: str, model: HazardPartner, column: int, nu: float, months: int) -> None:
        """Enter a hazard of the partner that has this column of the copula."""
        intensity = uncertain(f"{name}/intensity", model.intensity, f"{path}.intensity")
        certain = intensity.is_fixed and not model.ties
        single = set(model.ties) == {SINGLE_TIE}
        terms = [
            (f"{name}/ties/{tie}/{key}", getattr(it, key), f"{path}.ties.{'' if single else f'{tie}.'}{key}")
            for tie, it in model.ties.items()
            for key in TIE
        ]
        self.column.append(column)
        self.further.append(-1)
        self.limit.append(latent_limit(nu, rupture_probability(intensity.parameters[0], months)) if certain else np.inf)
        self.terms.append([self.register.number(it) for it in (intensity, *(uncertain(*term) for term in terms))])
        self.register.assume(f"{path}.wrong_way")
        self.blow(name, path, model, [])

    def again(self, name: str, path: str, model: HazardPartner) -> None:
        """Enter a further rupture of the hazard that was entered last, at the same intensity."""
        self.column.append(self.column[-1])
        onset = Uncertain(f"{name}/onset", *EVEN)
        self.further.append(self.register.number(onset))
        self.register.join_luck((onset.name,))
        self.limit.append(np.inf)
        self.terms.append(self.terms[-1])
        self.blow(name, path, model, [])

    def blow(self, name: str, path: str, model: Stress | HazardPartner, parts: list[tuple[int, int]]) -> None:
        """Enter how a rupture hits, behind the parts that it has already."""
        register, correlation = self.register, model.severity_correlation.value
        wrong_way = model.wrong_way.value if isinstance(model, HazardPartner) else 0.0
        for place, phase in enumerate(LATER, start=1):
            number = uncertain(f"{name}/{phase}", getattr(model, phase), f"{path}.{phase}")
            parts.append((register.number(number), place))
        hits, random = [], []
        for channel, figure in model.channels.items():
            severity = uncertain(f"{name}/severity/{channel}", figure, f"{path}.channels.{channel}")
            hits.append((register.number(severity, stream=severity.name), PHASES + self.channels.index(channel)))
            random += [] if severity.is_fixed else [severity]
        if correlation != 0.0 or wrong_way != 0.0:
            common = Uncertain(f"{name}/severity", *EVEN)
            parts.append((register.number(common), SHARED))
            streams = (*(it.name for it in random), common.name)
            if random and wrong_way != 0.0:
                register.join_luck(streams, hard=path.rsplit(".", maxsplit=1)[-1])
            elif random:
                register.join(random[0].path if len(random) == 1 else f"{path}.channels", streams)
        register.assume(f"{path}.severity_correlation")
        self.parts.append(parts + hits)
        self.correlation.append(correlation)
        self.wrong_way.append(wrong_way)

    def threats(self) -> Threats:
        """Lay the columns down as arrays."""
        return Threats(
            column=whole(self.column),
            further=whole(self.further),
            limit=np.array(self.limit, dtype=np.float64),
            first_term=whole([0, *accumulate(map(len, self.terms))]),
            term=whole([term for terms in self.terms for term in terms]),
            first_part=whole([0, *accumulate(map(len, self.parts))]),
            part=whole([number for parts in self.parts for number, _ in parts]),
            place=whole([place for parts in self.parts for _, place in parts]),
            correlation=np.array(self.correlation, dtype=np.float64),
            wrong_way=np.array(self.wrong_way, dtype=np.float64),
            clause=np.full(sum(map(len, self.parts)), -1, dtype=np.int64),
            together=np.zeros(sum(map(len, self.parts))),
        )


def build_joint(scenario: Scenario, register: Register) -> Joint:
    """Enter the copula of a scenario's hazards; one of nobody where there is none."""
    hazard = scenario.hazard
    copula = build_copula(scenario, hazard) if hazard is not None and hazard.partners else NOBODY
    note_copula(scenario, register)

    def enter(name: str, law: Law) -> int:
        register.join_luck((name,))
        return register.loose_number(Uncertain(name, *law))

    return lay_joint(copula, enter)


def note_copula(scenario: Scenario, register: Register) -> None:
    """Note the numbers of the copula; with fewer than two partners it joins nothing."""
    if scenario.hazard is None or len(scenario.hazard.partners) <= 1:
        return
    copula, path = scenario.hazard.copula, "hazard.copula"
    if copula.nu is not None:
        register.assume(f"{path}.nu")
    if copula.loadings is not None:
        register.assume(f"{path}.loadings.global")
        register.assume(f"{path}.loadings.bloc")
    for one, row in copula.correlation.items():
        for other in row:
            register.assume(f"{path}.correlation.{one}.{other}")


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
