"""Ask whether one mix is more resilient than another, and whether the difference is more than noise.

Every scenario is run with the same seed. Streams of random numbers go by name, so all of them meet the same worlds, as
far as they know the same things; what differs is what the scenarios make of them. Differences are taken draw by draw
(:mod:`multivector_sim.study.paired`), every pair once, in trade, investment and total: of the mean, of the expected
shortfall at each level, and how often the second loses less in the same world.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from multivector_sim.engine.cores import CORES
from multivector_sim.engine.progress import Progress, silent
from multivector_sim.engine.simulate import simulate
from multivector_sim.errors import UsageError
from multivector_sim.measure.ranks import check_level
from multivector_sim.measure.tail import LEVELS
from multivector_sim.study.compare_result import COLUMNS, Comparison
from multivector_sim.study.variants import labelled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from multivector_sim.scenario.scenario import Scenario

__all__ = ["DRAWS", "compare"]

DRAWS = 40_000


def compare(
    scenarios: Sequence[Scenario | str],
    draws: int = DRAWS,
    seed: int = 1,
    *,
    levels: Sequence[float] = LEVELS,
    workers: int = CORES,
    progress: Progress = silent,
) -> Comparison:
    """Run several scenarios under the same luck and take their differences.

    Parameters
    ----------
    scenarios
        Two or more. The first is a scenario; the others are scenarios, or names of the first one's mixes, measures or
        overrides, or the benchmarks ``one``, ``one:PARTNER`` and ``equal``
        (:mod:`multivector_sim.study.variants`).
    draws
        How many futures each of them meets.
    seed
        The same for all of them.
    levels
        Of ES; the lowest gives the verdict.
    workers
        How many threads to run.
    progress
        Called with the draws done and to do, over all scenarios.

    Returns
    -------
    Comparison
        Differences below 0 mean that the second loses less.

    Raises
    ------
    UsageError
        If a name means nothing, fewer than two are given, or a number makes no sense.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> scenario = mv.load("one-or-many")
    >>> found = compare([scenario, "one", "uneven"], draws=2048)
    >>> [(pair.first, pair.second, pair.verdict) for pair in found.pairs]
    [('today', 'one', 'worse'), ('today', 'uneven', 'worse'), ('one', 'uneven', 'better')]
    """
    asked = tuple(sorted(check_level(level) for level in levels))
    if not asked:
        raise UsageError("levels: give one or more, such as 0.95")
    variants = labelled(list(scenarios))
    results = []
    for number, it in enumerate(variants):
        results.append(
            simulate(it.scenario, draws, seed, workers=workers, progress=shifted(progress, number, len(variants)))
        )
        if results[-1].kept < draws:
            raise UsageError(
                f"draws: {draws:,} are too many to compare draw by draw; give {results[-1].kept:,} or less"
            )
    if not any(all(name in result.columns for result in results) for name in COLUMNS):
        raise UsageError("compare: there is no column that all of them have; give each some trade or investment")
    return Comparison(tuple(variants), tuple(results), tuple(dict.fromkeys(asked)))


def shifted(progress: Progress, number: int, count: int) -> Progress:
    """Tell the progress of one of several equal runs as a part of all."""
    return lambda done, total: progress(number * total + done, count * total)
