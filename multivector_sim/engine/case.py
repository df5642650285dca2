"""A scenario made ready to run: its arrays and its sampler, and the one call that works out a block.

A case is small and can be sent to another process. ``run_block(seed, number)`` is all that any executor ever runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from multivector_sim.engine.draws import Sampler, build_sampler
from multivector_sim.engine.problem import Problem, build_problem
from multivector_sim.sampling.streams import PseudoRandom

if TYPE_CHECKING:
    from multivector_sim.engine.kernel import Outcome
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Floats

__all__ = ["Case", "build_case"]


@dataclass(frozen=True)
class Case:
    """A problem and the sampler of its uncertain numbers."""

    problem: Problem
    sampler: Sampler

    def run_block(self, seed: int, block: int) -> Outcome:
        """Draw and work out one block of 1,024 draws.

        Parameters
        ----------
        seed
            The run's seed.
        block
            The block's number, from 0.

        Returns
        -------
        Outcome
            What came of it, draws in order.
        """
        from multivector_sim.engine.kernel import respond

        return respond(self.problem, self.sampler.sample(PseudoRandom(seed, block)))

    def follow_block(self, seed: int, block: int) -> Floats:
        """Draw one block and keep every month: delivered over baseline, shape (1024, period, column)."""
        from multivector_sim.engine.kernel import paths

        return paths(self.problem, self.sampler.sample(PseudoRandom(seed, block)))


def build_case(scenario: Scenario) -> Case:
    """Make a scenario ready to run.

    Parameters
    ----------
    scenario
        A valid scenario.

    Returns
    -------
    Case
        Its arrays and its sampler.
    """
    return Case(build_problem(scenario), build_sampler(scenario))
