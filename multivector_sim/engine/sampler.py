"""The assumptions of a block of draws: every uncertain number of a scenario, sampled once for each draw.

A :class:`Sampler` is built once for a scenario. It stores the position of each number in the response's arrays, its
stream, and its distribution; certain numbers are written in advance. It also turns stresses, hazards and contracts
into the arrays of :mod:`multivector_sim.shock.ruptures`. An engine (:mod:`multivector_sim.engine.engine_choice`)
does the sampling.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.engine.engine_choice import choose_engine, get_engine
from multivector_sim.engine.problem import further, rupture_path, ruptures
from multivector_sim.engine.random_quantities import Assumption, Grid, Joined, Register, Uncertain, grid, uncertain
from multivector_sim.response.arrays import Draws, fresh
from multivector_sim.sampling.copula import EVEN, Factors, Gaussian, Joint, Matrix, Student, latent_limit, pack_copula
from multivector_sim.sampling.numbers import whole
from multivector_sim.sampling.streams import BLOCK
from multivector_sim.scenario.models import SINGLE_TIE, HazardPartner
from multivector_sim.shock.hazard import rupture_probability
from multivector_sim.shock.ruptures import PHASES, SHARED, Drawn, RuptureTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from multivector_sim.response.arrays import Maker
    from multivector_sim.sampling.copula import Copula, Dependence
    from multivector_sim.sampling.numbers import Law, Numbers
    from multivector_sim.sampling.streams import Source
    from multivector_sim.scenario.figure import Figure
    from multivector_sim.scenario.models import Hazard, Stress
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Floats, Integers

__all__ = ["ContractTerm", "Sampler", "build_sampler"]

MONTHS = 12.0


@dataclass(frozen=True)
class Sampler:
    """Draws blocks of assumptions.

    Parameters
    ----------
    names
        The names of the streams that it uses.
    uncertain
        Its numbers, including certain ones, in the order of ``numbers``.
    numbers, free, rupture_table, joint, contract_terms
        The numbers, the positions of those that belong to no rupture, the ruptures, the copula, and the contract terms
        that a rupture may break.
    months, columns
        The horizon; the number of channels that a rupture can affect, including transit.
    grids
        The numbers of the response, by their name in :class:`~multivector_sim.response.arrays.Draws`; ``honoured`` is
        the probability that a clause is honoured.
    assumptions, joined
        Every number of the scenario that a run depends on, including certain ones, and which streams belong together.
    engine
        The name of the engine that draws.
    """

    names: tuple[str, ...]
    uncertain: tuple[Uncertain, ...]
    numbers: Numbers
    free: Integers
    rupture_table: RuptureTable
    joint: Joint
    contract_terms: tuple[ContractTerm, ...]
    months: int
    columns: int
    grids: dict[str, Grid]
    engine: str
    assumptions: tuple[Assumption, ...] = ()
    joined: tuple[Joined, ...] = ()

    def sample(self, source: Source) -> Draws:
        """Return one block, in arrays of 1,024 draws."""
        return self.sample_blocks([source])

    def sample_blocks(self, sources: Sequence[Source], make: Maker = fresh) -> Draws:
        """Return several blocks, one behind the other."""
        draws = len(sources) * BLOCK
        count = self.rupture_table.column.size
        timing, severity = make("timing", (draws, count, PHASES)), make("severity", (draws, count, self.columns))
        drawn = Drawn(timing, severity, make("free numbers", (self.free.size, BLOCK)))
        buffers = {name: it.buffer(name, draws, make) for name, it in self.grids.items()}
        honoured = make("contracts honoured", (draws, count, buffers["honoured"].shape[1]))
        honoured[...] = 0.0
        engine = get_engine(self.engine)
        workspace = engine.new_workspace(self.joint)
        for turn, source in enumerate(sources):
            start, stop = turn * BLOCK, (turn + 1) * BLOCK
            random_source = source.random_source(self.names)
            engine.draw_block(
                self.rupture_table,
                self.joint,
                self.numbers,
                self.free,
                random_source,
                self.months,
                workspace,
                drawn,
                start,
            )
            for name, it in self.grids.items():
                if it.number.size:
                    rows = buffers[name][start:stop].reshape(BLOCK, -1)
                    engine.put_rows(drawn.free, it.number, it.place, it.divisor, rows)
            for contract_term in self.contract_terms:
                contract_term.honour(drawn.free, buffers["honoured"][start:stop], honoured[start:stop])
        onset, ramp, duration, half_life, scar = (timing[:, :, phase] for phase in range(PHASES))
        return Draws(
            onset=onset,
            ramp=ramp,
            duration=duration,
            half_life=half_life,
            scar=scar,
            severity=severity,
            **buffers | {"honoured": honoured},
        )


def build_sampler(scenario: Scenario, engine: str | None = None) -> Sampler:
    """Return the sampler of a scenario."""
    register = Register()
    rupture_table, joint = _build_rupture_table(scenario, register)
    honoured = _clauses(scenario, register, "honoured")
    contract_terms = _build_contract_terms(scenario, register)
    grids = {
        "honoured": honoured,
        "capacity": grid(
            register,
            (len(scenario.corridors),),
            (
                ((n,), f"corridors.{name}.capacity", it.capacity)
                for n, (name, it) in enumerate(scenario.corridors.items())
            ),
            MONTHS,
        ),
        "ceiling": _by_channel(scenario, register, "ceiling"),
        "theta": _by_channel(scenario, register, "theta_months"),
        "haircut": _by_channel(scenario, register, "haircut"),
        "kappa": grid(register, (len(scenario.partners), len(scenario.channels)), _kappas(scenario)),
        "stock": _by_channel(scenario, register, "buffer_months"),
        "refill": _by_channel(scenario, register, "refill"),
        "eta": grid(
            register,
            (len(scenario.spillover),),
            (
                ((n,), f"spillover.{it.from_}.{it.to}.{it.lag_months}.eta", it.eta)
                for n, it in enumerate(scenario.spillover)
            ),
            paths={
                f"spillover.{it.from_}.{it.to}.{it.lag_months}.eta": f"spillover.{n}.eta"
                for n, it in enumerate(scenario.spillover)
            },
        ),
        "floor": _clauses(scenario, register, "floor"),
        "entry": _by_channel(scenario, register, "entry"),
        "entry_theta": _by_channel(scenario, register, "entry_theta_months"),
        "entry_haircut": grid(register, (len(scenario.channels),), _entry_haircuts(scenario)),
        "price": _by_channel(scenario, register, "price"),
    }
    _note_flows(scenario, register)
    return Sampler(
        names=register.names,
        uncertain=tuple(register.uncertain),
        numbers=register.numbers(),
        free=np.array(register.free, dtype=np.int64),
        rupture_table=_link_clauses(scenario, register, rupture_table, contract_terms),
        joint=joint,
        contract_terms=contract_terms,
        months=scenario.horizon_months,
        columns=len(scenario.channels) + 1,
        grids=grids,
        assumptions=register.assumptions,
        joined=register.joined,
        engine=choose_engine(engine),
    )


def _by_channel(scenario: Scenario, register: Register, key: str) -> Grid:
    """Return one figure of each channel as a grid."""
    channels = scenario.channels.items()
    figures = (((n,), f"channels.{name}.{key}", getattr(it, key)) for n, (name, it) in enumerate(channels))
    return grid(register, (len(channels),), figures)


def _clauses(scenario: Scenario, register: Register, key: str) -> Grid:
    """Return one figure of each contract as a grid."""
    contracts = scenario.contracts
    names = [f"contracts.{it.partner}.{it.channel}.{key}" for it in contracts]
    figures = (((n,), name, getattr(contracts[n], key)) for n, name in enumerate(names))
    paths = {name: f"contracts.{n}.{key}" for n, name in enumerate(names)}
    return grid(register, (len(contracts),), figures, paths=paths)


def _note_flows(scenario: Scenario, register: Register) -> None:
    """Register the numbers that no draw moves: flows, their routes, the closures by hosts, and the horizon."""
    for channel, flows in scenario.exposures.items():
        for partner in flows:
            register.assume(f"exposures.{channel}.{partner}")
    for channel, by_partner in scenario.legs.items():
        for partner, by_corridor in by_partner.items():
            for corridor in by_corridor:
                register.assume(f"legs.{channel}.{partner}.{corridor}")
    for corridor, it in scenario.corridors.items():
        for host in it.hosts:
            register.assume(f"corridors.{corridor}.hosts.{host}")
    for number in range(len(scenario.spillover)):
        register.assume(f"spillover.{number}.lag_months")
    for number in range(len(scenario.contracts)):
        register.assume(f"contracts.{number}.severity_correlation")
    register.assume("horizon_months")


def _kappas(scenario: Scenario) -> Iterator[tuple[tuple[int, ...], str, Figure]]:
    """Yield each partner's room to grow; a value for a whole channel is one number for all its partners."""
    for row, partner in enumerate(scenario.partners):
        for column, (name, channel) in enumerate(scenario.channels.items()):
            own = channel.kappa_by_partner.get(partner)
            path = f"channels.{name}.kappa" if own is None else f"channels.{name}.kappa_by_partner.{partner}"
            yield (row, column), path, channel.kappa if own is None else own


def _entry_haircuts(scenario: Scenario) -> Iterator[tuple[tuple[int, ...], str, Figure]]:
    """Yield the haircuts of new partners; where none is written it is the channel's own haircut."""
    for column, (name, channel) in enumerate(scenario.channels.items()):
        own = channel.entry_haircut
        yield (column,), f"channels.{name}.{'haircut' if own is None else 'entry_haircut'}", own or channel.haircut


def _build_contract_terms(scenario: Scenario, register: Register) -> tuple[ContractTerm, ...]:
    """Register a uniform number for every contract term that a rupture may break."""
    return tuple(
        ContractTerm(
            register.free_number(_coin(scenario, name, number, rupture_path(rupture, partner, model))), rupture, number
        )
        for rupture, (name, partner, model) in enumerate(ruptures(scenario))
        for number, contract in enumerate(scenario.contracts)
        if contract.partner == partner
    )


def _coin(scenario: Scenario, rupture: str, contract: int, path: str) -> Uncertain:
    """Return the number that determines whether a contract is honoured in a rupture."""
    it = scenario.contracts[contract]
    words = f"kept with probability {it.honoured.law}"
    return Uncertain(f"{rupture}/honoured/{it.channel}", *EVEN, f"contracts.{contract} kept in {path}", words)


ONSET = "onset_month"
LATER = ("ramp_months", "duration_months", "half_life_months", "scar")
TIE = ("value", "baseline", "beta")
NOBODY = Gaussian(Matrix((), np.zeros((0, 0))))


def _build_rupture_table(scenario: Scenario, register: Register) -> tuple[RuptureTable, Joint]:
    """Return every rupture of a scenario as arrays, and the copula that joins its hazards."""
    at_risk = list(scenario.hazard.partners) if scenario.hazard is not None else []
    joint = _build_joint(scenario, register)
    columns = [*scenario.channels, "transit"]
    found = _Columns(register, columns)
    numbered = enumerate(zip(further(scenario), ruptures(scenario), strict=True))
    for place, (again, (name, partner, model)) in numbered:
        path = rupture_path(place, partner, model)
        if again and isinstance(model, HazardPartner):
            found.again(name, path, model)
        elif isinstance(model, HazardPartner):
            found.chance(name, path, model, at_risk.index(partner), joint.nu, scenario.horizon_months)
        else:
            found.certain(name, path, model)
    return found.rupture_table(), joint


def _link_clauses(
    scenario: Scenario, register: Register, rupture_table: RuptureTable, contract_terms: tuple[ContractTerm, ...]
) -> RuptureTable:
    """Link each contract term to its severity, if its contract asks for it and that severity has a distribution."""
    columns = [*scenario.channels, "transit"]
    clause, together = rupture_table.clause.copy(), rupture_table.together.copy()
    for contract_term in contract_terms:
        contract = scenario.contracts[contract_term.contract]
        place = PHASES + columns.index(contract.channel)
        for at in range(
            rupture_table.first_part[contract_term.rupture], rupture_table.first_part[contract_term.rupture + 1]
        ):
            moves = not register.uncertain[rupture_table.part[at]].is_fixed
            if rupture_table.place[at] == place and moves and contract.severity_correlation.value != 0.0:
                clause[at], together[at] = contract_term.number, contract.severity_correlation.value
    return rupture_table._replace(clause=clause, together=together)


class _Columns:
    """The columns of :class:`~multivector_sim.shock.ruptures.RuptureTable` while rows are added.

    Parameters
    ----------
    register
        The register of streams and uncertain numbers.
    channels
        The names of the channels that a rupture can affect, transit last.
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
        """Add a stress."""
        self.column.append(-1)
        self.further.append(-1)
        self.limit.append(np.inf)
        self.terms.append([])
        onset = self.register.number(uncertain(f"{name}/{ONSET}", getattr(model, ONSET), f"{path}.{ONSET}"))
        self.add_rupture_of(name, path, model, [(onset, 0)])

    def chance(self, name: str, path: str, model: HazardPartner, column: int, nu: float, months: int) -> None:
        """Add a hazard of the partner with this column of the copula."""
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
        self.add_rupture_of(name, path, model, [])

    def again(self, name: str, path: str, model: HazardPartner) -> None:
        """Add a further rupture of the last hazard, at the same intensity."""
        self.column.append(self.column[-1])
        onset = Uncertain(f"{name}/onset", *EVEN)
        self.further.append(self.register.number(onset))
        self.register.join_copula((onset.name,))
        self.limit.append(np.inf)
        self.terms.append(self.terms[-1])
        self.add_rupture_of(name, path, model, [])

    def add_rupture_of(self, name: str, path: str, model: Stress | HazardPartner, parts: list[tuple[int, int]]) -> None:
        """Add the severities and phases of a rupture, behind the parts that it has already."""
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
                register.join_copula(streams, hard=path.rsplit(".", maxsplit=1)[-1])
            elif random:
                register.join(random[0].path if len(random) == 1 else f"{path}.channels", streams)
        register.assume(f"{path}.severity_correlation")
        self.parts.append(parts + hits)
        self.correlation.append(correlation)
        self.wrong_way.append(wrong_way)

    def rupture_table(self) -> RuptureTable:
        """Return the columns as arrays."""
        return RuptureTable(
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


def _build_joint(scenario: Scenario, register: Register) -> Joint:
    """Return the copula of a scenario's hazards; one without partners if there are none."""
    hazard = scenario.hazard
    copula = _build_copula(scenario, hazard) if hazard is not None and hazard.partners else NOBODY
    _note_copula(scenario, register)

    def enter(name: str, law: Law) -> int:
        register.join_copula((name,))
        return register.free_number(Uncertain(name, *law))

    return pack_copula(copula, enter)


def _note_copula(scenario: Scenario, register: Register) -> None:
    """Register the numbers of the copula; with fewer than two partners it has no effect."""
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


def _build_copula(scenario: Scenario, hazard: Hazard) -> Copula:
    """Return the copula with its dependence and family."""
    partners = tuple(hazard.partners)
    loadings = hazard.copula.loadings
    dependence: Dependence
    if loadings is None:
        dependence = Matrix(partners, _correlation_matrix(hazard, partners))
    else:
        blocs = tuple(scenario.partners[partner].bloc or "" for partner in partners)
        dependence = Factors(partners, blocs, loadings.global_.value, loadings.bloc.value)
    nu = hazard.copula.nu
    return Gaussian(dependence) if hazard.copula.family != "t" or nu is None else Student(dependence, nu.value)


def _correlation_matrix(hazard: Hazard, partners: tuple[str, ...]) -> Floats:
    """Return the correlations, shape (partner, partner); a pair left out is 0."""
    matrix = np.eye(len(partners))
    for first, row in hazard.copula.correlation.items():
        for second, figure in row.items():
            if first in partners and second in partners:
                places = partners.index(first), partners.index(second)
                matrix[places] = matrix[places[::-1]] = figure.value
    return matrix


@dataclass(frozen=True)
class ContractTerm:
    """The free number that determines whether a contract is honoured in a rupture."""

    number: int
    rupture: int
    contract: int

    def honour(self, free: Floats, chances: Floats, honoured: Floats) -> None:
        """Write 1 to ``honoured`` (BLOCK, rupture, contract) where the number is below its probability, else 0.

        ``free`` is (number, BLOCK), ``chances`` (BLOCK, contract).
        """
        honoured[:, self.rupture, self.contract] = free[self.number] < chances[:, self.contract]
