"""What becomes of batches of draws, one after the other, in order.

As long as they fit into the memory that a run may take, all draws are kept and everything is exact. Past it the draws
that were kept stay, and every draw, kept or not, is counted in sketches (:mod:`multivector_sim.measure.bins`): moments
stay exact, quantiles are off by less than a bin. The fingerprint runs over every draw either way.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.engine.growing import Growing
from multivector_sim.engine.result import Result
from multivector_sim.engine.rows import width
from multivector_sim.engine.sketch import Sketch
from multivector_sim.sampling.streams import BLOCK

if TYPE_CHECKING:
    from multivector_sim.engine.kernel import Outcome, Room
    from multivector_sim.sampling.schemes import Scheme
    from multivector_sim.scenario.scenario import Scenario

__all__ = ["DOUBLE", "MEMORY", "Reducer"]

DOUBLE = 8
MEMORY = 2_000_000_000
"""Bytes that draws may take, unless a run says otherwise."""

COPIES = 2
"""Draws exist twice for a moment, when more room is made for them."""


class Reducer:
    """Takes batches in, gives a result out.

    Parameters
    ----------
    scenario, seed, scheme
        What is run.
    memory
        Bytes that draws may take.
    engine
        The name of the engine that made the draws.
    """

    def __init__(self, scenario: Scenario, seed: int, scheme: Scheme, memory: float, engine: str) -> None:
        self.scenario = scenario
        self.seed = seed
        self.scheme = scheme
        self.engine = engine
        size = DOUBLE * COPIES * width(len(scenario.partners), len(scenario.channels))
        self.most_kept = max(1, int(memory / size))
        self.kept = Growing(len(scenario.partners), len(scenario.channels))
        self.draws = 0
        self.hash = hashlib.sha256()
        self.sketch: Sketch | None = None

    def add(self, outcome: Outcome, draws: int) -> None:
        """Take in the first ``draws`` draws of a batch."""
        batch = outcome.part(0, draws)
        losses = batch.loss_share[:, : len(self.scenario.channels)]
        self.hash.update(np.ascontiguousarray(losses, dtype="<f8").tobytes())
        if self.sketch is None and self.draws + draws > self.most_kept:
            self.sketch = Sketch(self.scenario)
            if self.kept.draws:
                self.sketch.add(self.kept.outcome())
        if self.sketch is None:
            self.kept.append(batch)
        else:
            self.sketch.add(batch)
            if not self.kept.draws:
                self.kept.append(batch.part(0, self.most_kept))
        self.draws += draws

    def expect(self, draws: int) -> None:
        """Make room for so many draws at once, as far as memory allows."""
        blocks = -(-draws // BLOCK)
        self.kept.reserve(min(blocks * BLOCK, self.most_kept))

    def room(self, first: int, last: int) -> Room | None:
        """Give the room where the draws from ``first`` up to ``last`` stay; None if they are not kept in one piece."""
        return self.kept.room(first, last) if self.sketch is None and last <= self.kept.size else None

    def result(self) -> Result:
        """Give what there is so far."""
        return Result(
            self.scenario,
            self.seed,
            self.kept.outcome(),
            scheme=self.scheme,
            sketch=self.sketch,
            sealed=self.hash.copy().hexdigest(),
            engine=self.engine,
        )
