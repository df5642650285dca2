"""What a block of draws assumes: every uncertain number of a scenario, drawn once a draw.

A :class:`Sampler` is made once for a scenario. It knows where in the arrays of the response each number goes, the
name of the stream that moves it, and its law; numbers that are certain are laid down in advance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.engine.problem import ruptures
from multivector_sim.engine.rupture_sampler import build_rupture_sampler
from multivector_sim.engine.uncertain import Grid, grid
from multivector_sim.response.arrays import Draws
from multivector_sim.sampling.streams import BLOCK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multivector_sim.engine.rupture_sampler import RuptureSampler
    from multivector_sim.sampling.streams import Source
    from multivector_sim.scenario.figure import Figure
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Floats

__all__ = ["Sampler", "build_sampler"]

MONTHS = 12.0


@dataclass(frozen=True)
class Sampler:
    """Draws blocks of assumptions.

    Parameters
    ----------
    ruptures
        What goes wrong, when and how hard.
    contracts
        Of each contract, the rupture's name, its place and the contract's; whether it is honoured is drawn for each.
    honoured, floor
        Shape (contract,): the probability that a clause is honoured, and its floor.
    capacity, ceiling, theta, haircut, stock, refill, kappa, eta
        The numbers of the response, as in :class:`~multivector_sim.response.arrays.Draws`.
    """

    ruptures: RuptureSampler
    contracts: tuple[tuple[str, int, int], ...]
    honoured: Grid
    floor: Grid
    capacity: Grid
    ceiling: Grid
    theta: Grid
    haircut: Grid
    stock: Grid
    refill: Grid
    kappa: Grid
    eta: Grid

    def sample(self, source: Source) -> Draws:
        """Draw one block.

        Parameters
        ----------
        source
            Where chance comes from.

        Returns
        -------
        Draws
            Arrays of 1,024 draws.
        """
        timing, severity = self.ruptures.sample(source)
        onset, ramp, duration, half_life, scar = timing
        return Draws(
            onset=onset,
            ramp=ramp,
            duration=duration,
            half_life=half_life,
            scar=scar,
            severity=severity,
            honoured=self.keep_faith(source),
            capacity=self.capacity.sample(source),
            ceiling=self.ceiling.sample(source),
            theta=self.theta.sample(source),
            haircut=self.haircut.sample(source),
            kappa=self.kappa.sample(source),
            stock=self.stock.sample(source),
            refill=self.refill.sample(source),
            eta=self.eta.sample(source),
            floor=self.floor.sample(source),
        )

    def keep_faith(self, source: Source) -> Floats:
        """Draw which clauses are honoured in which ruptures, 0 or 1; shape (BLOCK, rupture, contract)."""
        probability = self.honoured.sample(source)
        kept = np.zeros((BLOCK, len(self.ruptures.ruptures), probability.shape[1]))
        for name, rupture, contract in self.contracts:
            kept[:, rupture, contract] = source.uniforms(name) < probability[:, contract]
        return kept


def build_sampler(scenario: Scenario) -> Sampler:
    """Make the sampler of a scenario.

    Parameters
    ----------
    scenario
        A valid scenario.

    Returns
    -------
    Sampler
        It holds no numbers of its own: the same source gives the same block.
    """
    channels = list(scenario.channels.items())
    by_channel = {
        key: grid(
            (len(channels),),
            (
                ((place,), f"channels.{name}.{key}", getattr(channel, key))
                for place, (name, channel) in enumerate(channels)
            ),
        )
        for key in ("ceiling", "theta_months", "haircut", "buffer_months", "refill")
    }
    clauses = [(f"contracts.{it.partner}.{it.channel}", it) for it in scenario.contracts]
    return Sampler(
        ruptures=build_rupture_sampler(scenario),
        contracts=tuple(promises(scenario)),
        honoured=grid(
            (len(clauses),), (((n,), f"{name}.honoured", it.honoured) for n, (name, it) in enumerate(clauses))
        ),
        floor=grid((len(clauses),), (((n,), f"{name}.floor", it.floor) for n, (name, it) in enumerate(clauses))),
        capacity=grid(
            (len(scenario.corridors),),
            (
                ((n,), f"corridors.{name}.capacity", it.capacity)
                for n, (name, it) in enumerate(scenario.corridors.items())
            ),
            MONTHS,
        ),
        ceiling=by_channel["ceiling"],
        theta=by_channel["theta_months"],
        haircut=by_channel["haircut"],
        stock=by_channel["buffer_months"],
        refill=by_channel["refill"],
        kappa=grid((len(scenario.partners), len(channels)), kappas(scenario)),
        eta=grid(
            (len(scenario.spillover),),
            (
                ((n,), f"spillover.{it.from_}.{it.to}.{it.lag_months}.eta", it.eta)
                for n, it in enumerate(scenario.spillover)
            ),
        ),
    )


def kappas(scenario: Scenario) -> Iterator[tuple[tuple[int, ...], str, Figure]]:
    """Place each partner's room to grow; what is said for a whole channel is one number for all its partners."""
    for row, partner in enumerate(scenario.partners):
        for column, (name, channel) in enumerate(scenario.channels.items()):
            own = channel.kappa_by_partner.get(partner)
            path = f"channels.{name}.kappa" if own is None else f"channels.{name}.kappa_by_partner.{partner}"
            yield (row, column), path, channel.kappa if own is None else own


def promises(scenario: Scenario) -> Iterator[tuple[str, int, int]]:
    """Name the stream, rupture and contract of every promise that a rupture puts to the test."""
    for rupture, (name, partner, _) in enumerate(ruptures(scenario)):
        for number, contract in enumerate(scenario.contracts):
            if contract.partner == partner:
                yield f"{name}/honoured/{contract.channel}", rupture, number
