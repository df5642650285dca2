"""A scenario made ready to run: its arrays, its sampler, the source of its luck, and the call that works out blocks.

A case is small and can be sent to another process. ``run_blocks(seed, blocks)`` is all that any executor ever runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.engine.draws import Sampler, build_sampler
from multivector_sim.engine.problem import Problem, build_problem
from multivector_sim.response.arrays import Draws
from multivector_sim.sampling.schemes import Independent, Recorder

if TYPE_CHECKING:
    from multivector_sim.engine.kernel import Outcome
    from multivector_sim.sampling.schemes import Scheme
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Floats

__all__ = ["Case", "build_case"]

TOGETHER = 4
"""How many blocks the kernel gets at once: more, and it can put more draws side by side that go wrong alike."""


@dataclass(frozen=True)
class Case:
    """A problem, the sampler of its uncertain numbers, and the scheme that gives the sampler its luck."""

    problem: Problem
    sampler: Sampler
    scheme: Scheme

    def assume(self, seed: int, block: int) -> Draws:
        """Draw what one block of 1,024 draws assumes.

        Parameters
        ----------
        seed
            The run's seed.
        block
            The block's number, from 0.

        Returns
        -------
        Draws
            Arrays with the draw first.
        """
        return self.sampler.sample(self.scheme.source(seed, block))

    def run_blocks(self, seed: int, blocks: range) -> Outcome:
        """Draw and work out several blocks, one behind the other, a few at a time.

        Parameters
        ----------
        seed
            The run's seed.
        blocks
            The numbers of the blocks; at least one.

        Returns
        -------
        Outcome
            What came of them, draws in order.
        """
        from multivector_sim.engine.kernel import join, respond

        parts = []
        for first in range(blocks.start, blocks.stop, TOGETHER):
            drawn = [self.assume(seed, block) for block in range(first, min(first + TOGETHER, blocks.stop))]
            parts.append(respond(self.problem, Draws(*(together(arrays) for arrays in zip(*drawn, strict=True)))))
        return parts[0] if len(parts) == 1 else join(parts)

    def follow_block(self, seed: int, block: int) -> Floats:
        """Draw one block and keep every month: delivered over baseline, shape (1024, period, column)."""
        from multivector_sim.engine.kernel import paths

        return paths(self.problem, self.assume(seed, block))


def together(arrays: tuple[Floats, ...]) -> Floats:
    """Put the same array of several blocks behind each other; what all draws share stays one row."""
    if all(array.strides[0] == 0 for array in arrays):
        return np.broadcast_to(arrays[0][:1], (sum(array.shape[0] for array in arrays), *arrays[0].shape[1:]))
    return np.concatenate(arrays)


def build_case(scenario: Scenario, scheme: Scheme | None = None) -> Case:
    """Make a scenario ready to run.

    Parameters
    ----------
    scenario
        A valid scenario.
    scheme
        What gives the luck; independent pseudo-random numbers if left out.

    Returns
    -------
    Case
        Its arrays, its sampler and its scheme.
    """
    sampler, recorder = build_sampler(scenario), Recorder()
    scheme = scheme or Independent()
    sampler.sample(recorder)
    return Case(build_problem(scenario), sampler, scheme.prepared(tuple(recorder.names)))
