"""A scenario prepared for running: its arrays, its sampler and its source of random numbers.

A case is small and can be sent to another process. Executors call only ``run_blocks(seed, blocks)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from multivector_sim.engine.engine_choice import get_engine
from multivector_sim.engine.problem import Problem, build_problem
from multivector_sim.engine.sampler import Sampler, build_sampler
from multivector_sim.response.arrays import fresh, scratch
from multivector_sim.sampling.sobol import Independent
from multivector_sim.sampling.streams import BLOCK

if TYPE_CHECKING:
    from multivector_sim.engine.kernel import Outcome
    from multivector_sim.response.arrays import Draws, Ledger, Maker
    from multivector_sim.sampling.sobol import Scheme
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Floats

__all__ = ["Case", "build_case"]

TOGETHER = 4
"""The number of blocks passed to the kernel at once; more blocks let more draws with similar ruptures be grouped."""


@dataclass(frozen=True)
class Case:
    """A problem, the sampler of its uncertain numbers, and the scheme that provides the sampler's random numbers."""

    problem: Problem
    sampler: Sampler
    scheme: Scheme

    @property
    def engine(self) -> str:
        """The name of the engine that runs it."""
        return self.sampler.engine

    def assume(self, seed: int, blocks: range, make: Maker = fresh) -> Draws:
        """Return the assumptions of a few blocks of 1,024 draws, one behind the other."""
        return self.sampler.sample_blocks([self.scheme.source(seed, block) for block in blocks], make)

    def run_blocks(self, seed: int, blocks: range) -> Outcome:
        """Draw and compute several blocks, one behind the other, a few at a time."""
        from multivector_sim.engine.kernel import new_output_buffer

        partners, channels = self.problem.baseline.shape
        into = new_output_buffer(len(blocks) * BLOCK, channels, partners + 1)
        for first in range(0, len(blocks), TOGETHER):
            few = blocks[first : first + TOGETHER]
            part = into.part(first * BLOCK, (first + len(few)) * BLOCK)
            get_engine(self.engine).respond(self.problem, self.assume(seed, few, scratch), buffer=part)
        return into.outcome()

    def follow_block(self, seed: int, block: int) -> Floats:
        """Draw one block and return every month: delivered over baseline, shape (1024, period, column)."""
        return get_engine(self.engine).paths(self.problem, self.assume(seed, range(block, block + 1)))

    def respond(self, draws: Draws, problem: Problem | None = None, ledger: Ledger | None = None) -> Outcome:
        """Return the outcomes of draws."""
        return get_engine(self.engine).respond(self.problem if problem is None else problem, draws, ledger)


def build_case(scenario: Scenario, scheme: Scheme | None = None, engine: str | None = None) -> Case:
    """Return a scenario prepared for running."""
    sampler = build_sampler(scenario, engine)
    return Case(build_problem(scenario), sampler, (scheme or Independent()).prepared(sampler.names))
