"""What several tests of chance need: many blocks of a name or of a sampler, and how far a mean is from the truth."""

import numpy as np

from multivector_sim.sampling.streams import PseudoRandom

MOST_SIGMA = 4.5


def blocks(draw, count, seed=1):
    """Draw ``count`` blocks with a function of a source, one behind the other."""
    return np.concatenate([draw(PseudoRandom(seed, block)) for block in range(count)])


def deviation(values, truth):
    """Give how many standard errors the mean of independent values is away from the truth."""
    error = np.std(values, ddof=1) / np.sqrt(len(values))
    return abs(np.mean(values) - truth) / error
