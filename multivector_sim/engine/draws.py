"""What a block of draws assumes: every uncertain number of a scenario, drawn once a draw.

A :class:`Sampler` is made once for a scenario. It knows where in the arrays of the response each number goes, the
stream that moves it, and its law; numbers that are certain are laid down in advance. An engine
(:mod:`multivector_sim.engine.engines`) does all drawing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.engine.build_threats import build_threats, link_clauses
from multivector_sim.engine.engines import choose_engine, get_engine
from multivector_sim.engine.problem import rupture_path, ruptures
from multivector_sim.engine.promises import Promise
from multivector_sim.engine.register import Assumption, Joined, Register
from multivector_sim.engine.threats import PHASES, Drawn
from multivector_sim.engine.uncertain import Grid, Uncertain, grid
from multivector_sim.response.arrays import Draws
from multivector_sim.response.scratch import fresh
from multivector_sim.sampling.joint import EVEN
from multivector_sim.sampling.streams import BLOCK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from multivector_sim.engine.threats import Threats
    from multivector_sim.response.scratch import Maker
    from multivector_sim.sampling.joint import Joint
    from multivector_sim.sampling.numbers import Numbers
    from multivector_sim.sampling.streams import Source
    from multivector_sim.scenario.figure import Figure
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Integers

__all__ = ["Sampler", "build_sampler"]

MONTHS = 12.0


@dataclass(frozen=True)
class Sampler:
    """Draws blocks of assumptions.

    Parameters
    ----------
    names
        The streams that it asks for.
    uncertain
        Its numbers, certain ones among them, in the order of ``numbers``.
    numbers, loose, threats, joint, promises
        The numbers, those that have nothing to do with a rupture, what goes wrong, the copula, and the clauses that a
        rupture puts to the test, as arrays.
    months, columns
        The horizon; how many channels a rupture can hit, transit counted.
    grids
        The numbers of the response, by their name in :class:`~multivector_sim.response.arrays.Draws`; ``honoured`` is
        the chance that a clause is honoured.
    assumptions, joined
        Every number of the scenario that a run depends on, certain ones among them, and which streams go together.
    engine
        The name of the engine that draws.
    """

    names: tuple[str, ...]
    uncertain: tuple[Uncertain, ...]
    numbers: Numbers
    loose: Integers
    threats: Threats
    joint: Joint
    promises: tuple[Promise, ...]
    months: int
    columns: int
    grids: dict[str, Grid]
    engine: str
    assumptions: tuple[Assumption, ...] = ()
    joined: tuple[Joined, ...] = ()

    def sample(self, source: Source) -> Draws:
        """Draw one block; arrays of 1,024 draws."""
        return self.sample_blocks([source])

    def sample_blocks(self, sources: Sequence[Source], make: Maker = fresh) -> Draws:
        """Draw several blocks, one behind the other.

        Parameters
        ----------
        sources
            Where the chance of each block comes from.
        make
            Makes the arrays: ``fresh`` ones, or ``scratch`` ones that hold only until this thread draws again.

        Returns
        -------
        Draws
            Arrays of 1,024 draws a block.
        """
        draws = len(sources) * BLOCK
        count = self.threats.column.size
        timing, severity = make("timing", (draws, count, PHASES)), make("severity", (draws, count, self.columns))
        drawn = Drawn(timing, severity, make("loose", (self.loose.size, BLOCK)))
        rooms = {name: it.room(name, draws, make) for name, it in self.grids.items()}
        kept = make("kept", (draws, count, rooms["honoured"].shape[1]))
        kept[...] = 0.0
        engine = get_engine(self.engine)
        desk = engine.new_desk(self.joint)
        for turn, source in enumerate(sources):
            start, stop = turn * BLOCK, (turn + 1) * BLOCK
            luck = source.luck(self.names)
            engine.draw_block(self.threats, self.joint, self.numbers, self.loose, luck, self.months, desk, drawn, start)
            for name, it in self.grids.items():
                if it.number.size:
                    rows = rooms[name][start:stop].reshape(BLOCK, -1)
                    engine.put_rows(drawn.loose, it.number, it.place, it.divisor, rows)
            for promise in self.promises:
                promise.keep(drawn.loose, rooms["honoured"][start:stop], kept[start:stop])
        onset, ramp, duration, half_life, scar = (timing[:, :, phase] for phase in range(PHASES))
        return Draws(
            onset=onset,
            ramp=ramp,
            duration=duration,
            half_life=half_life,
            scar=scar,
            severity=severity,
            **rooms | {"honoured": kept},
        )


def build_sampler(scenario: Scenario, engine: str | None = None) -> Sampler:
    """Make the sampler of a scenario.

    Parameters
    ----------
    scenario
        A valid scenario.
    engine
        Who draws, as for :func:`~multivector_sim.engine.engines.choose_engine`.

    Returns
    -------
    Sampler
        It holds no numbers of its own: the same source gives the same block.
    """
    register = Register()
    threats, joint = build_threats(scenario, register)
    honoured = clauses(scenario, register, "honoured")
    promises = build_promises(scenario, register)
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
        "ceiling": by_channel(scenario, register, "ceiling"),
        "theta": by_channel(scenario, register, "theta_months"),
        "haircut": by_channel(scenario, register, "haircut"),
        "kappa": grid(register, (len(scenario.partners), len(scenario.channels)), kappas(scenario)),
        "stock": by_channel(scenario, register, "buffer_months"),
        "refill": by_channel(scenario, register, "refill"),
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
        "floor": clauses(scenario, register, "floor"),
        "entry": by_channel(scenario, register, "entry"),
        "entry_theta": by_channel(scenario, register, "entry_theta_months"),
        "entry_haircut": grid(register, (len(scenario.channels),), entry_haircuts(scenario)),
        "price": by_channel(scenario, register, "price"),
    }
    note_flows(scenario, register)
    return Sampler(
        names=register.names,
        uncertain=tuple(register.uncertain),
        numbers=register.numbers(),
        loose=np.array(register.loose, dtype=np.int64),
        threats=link_clauses(scenario, register, threats, promises),
        joint=joint,
        promises=promises,
        months=scenario.horizon_months,
        columns=len(scenario.channels) + 1,
        grids=grids,
        assumptions=register.assumptions,
        joined=register.joined,
        engine=choose_engine(engine),
    )


def by_channel(scenario: Scenario, register: Register, key: str) -> Grid:
    """Lay down one figure of each channel."""
    channels = scenario.channels.items()
    figures = (((n,), f"channels.{name}.{key}", getattr(it, key)) for n, (name, it) in enumerate(channels))
    return grid(register, (len(channels),), figures)


def clauses(scenario: Scenario, register: Register, key: str) -> Grid:
    """Lay down one figure of each contract."""
    contracts = scenario.contracts
    names = [f"contracts.{it.partner}.{it.channel}.{key}" for it in contracts]
    figures = (((n,), name, getattr(contracts[n], key)) for n, name in enumerate(names))
    paths = {name: f"contracts.{n}.{key}" for n, name in enumerate(names)}
    return grid(register, (len(contracts),), figures, paths=paths)


def note_flows(scenario: Scenario, register: Register) -> None:
    """Note the numbers that no draw moves: what flows, which way, who can close it, how long things are followed."""
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


def kappas(scenario: Scenario) -> Iterator[tuple[tuple[int, ...], str, Figure]]:
    """Place each partner's room to grow; what is said for a whole channel is one number for all its partners."""
    for row, partner in enumerate(scenario.partners):
        for column, (name, channel) in enumerate(scenario.channels.items()):
            own = channel.kappa_by_partner.get(partner)
            path = f"channels.{name}.kappa" if own is None else f"channels.{name}.kappa_by_partner.{partner}"
            yield (row, column), path, channel.kappa if own is None else own


def entry_haircuts(scenario: Scenario) -> Iterator[tuple[tuple[int, ...], str, Figure]]:
    """Place what new partners' units lose in value; where nothing is written it is the channel's own haircut."""
    for column, (name, channel) in enumerate(scenario.channels.items()):
        own = channel.entry_haircut
        yield (column,), f"channels.{name}.{'haircut' if own is None else 'entry_haircut'}", own or channel.haircut


def build_promises(scenario: Scenario, register: Register) -> tuple[Promise, ...]:
    """Enter a uniform number for every promise that a rupture puts to the test."""
    return tuple(
        Promise(
            register.loose_number(coin(scenario, name, number, rupture_path(rupture, partner, model))), rupture, number
        )
        for rupture, (name, partner, model) in enumerate(ruptures(scenario))
        for number, contract in enumerate(scenario.contracts)
        if contract.partner == partner
    )


def coin(scenario: Scenario, rupture: str, contract: int, path: str) -> Uncertain:
    """Return the number that decides whether a contract is honoured in a rupture."""
    it = scenario.contracts[contract]
    words = f"kept with probability {it.honoured.law}"
    return Uncertain(f"{rupture}/honoured/{it.channel}", *EVEN, f"contracts.{contract} kept in {path}", words)
