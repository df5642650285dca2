"""Frontier: which mix of partners delivers most for how much risk, and whether it beats today's.

A mix says how a channel, or all of trade, is shared out among partners. It has an expected delivered value, net of what
moving there costs, and an expected shortfall (ES) of the loss. The frontier is the mixes that no other betters in both
(Markowitz 1952, with ES for the variance as in Rockafellar and Uryasev 2000), within bounds, corridors and a limit on
change a year.

How it is found: the full model gives each draw's loss as a straight line in the mix
(:mod:`~multivector_sim.questions.frontier.loss_scenarios`); a linear program is solved along the frontier by cutting
planes (:mod:`~multivector_sim.questions.frontier.cutting_planes`); every mix found is run through the full model again
with draws of another seed, and held against today's mix, draw by draw
(:mod:`~multivector_sim.questions.frontier.result`); and all is worked out again on resampled draws, to say how unsure
the best mix is.

**Which channel**, unless one is named: the channel of trade with the greatest expected shortfall in money today, among
those that can be shared out at all, with two partners or more on offer. Where nothing is lost it is the largest.

**How unsure.** The draws of the fit are drawn again with replacement (Efron 1979), and the whole frontier is worked out
anew, some tens of times. Point k of each is a point k: the same step between its own least ES and its own greatest
value. What nine in ten of them agree on is the spread of a share, and of ES. Best mixes are far less sure than their
ES: near the best, many mixes are almost as good (Kondor, Pafka and Nagy 2007).

References
----------
Efron, B. (1979). Bootstrap methods: another look at the jackknife. Annals of Statistics 7, 1-26.
Kondor, I., Pafka, S. and Nagy, G. (2007). Noise sensitivity of portfolio selection under various risk measures. Journal
of Banking and Finance 31, 1545-1573.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from multivector_sim.display.progress import with_bar
from multivector_sim.engine.cores import CORES
from multivector_sim.engine.loss_bounds import share_bounds
from multivector_sim.engine.question_work import on_executor
from multivector_sim.engine.simulate import Progress, silent, simulate
from multivector_sim.errors import UsageError
from multivector_sim.measure.estimates import estimate_es
from multivector_sim.measure.selection import check_level
from multivector_sim.measure.tail import expected_shortfall
from multivector_sim.questions.frontier.linear_program import trace
from multivector_sim.questions.frontier.loss_scenarios import LossScenarios, losses_on_the_way, part_moved, unit_losses
from multivector_sim.questions.frontier.mix_space import mix_space_channels, partners_on_offer, trade_channels
from multivector_sim.questions.frontier.problem import MixProblem, build_mix_problem, years_needed
from multivector_sim.questions.frontier.result import Frontier, MixPoint, Way, judge, unmoved
from multivector_sim.questions.paired_runs import BETTER, difference, shortfall_difference
from multivector_sim.sampling.streams import BLOCK, PseudoRandom
from multivector_sim.scenario.read import as_scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from concurrent.futures import Executor

    from multivector_sim.measure.bounded_intervals import Bounds
    from multivector_sim.questions.frontier.linear_program import Program
    from multivector_sim.scenario.read import ScenarioLike
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Floats, Integers

__all__ = ["CHANGE_PER_YEAR", "DRAWS", "POINTS", "RESAMPLES", "certain_notes", "choose_channel", "frontier"]


POINTS = 20
DRAWS = 3072
RESAMPLES = 100
CHANGE_PER_YEAR = 0.02
"""The default share of the flow that may move in a year: a judgement; imports of Kazakhstan moved half as fast."""

MOST_DRAWS, MOST_POINTS, MOST_WORKERS = 1_000_000, 200, 1000
LARGEST_SEED = 2**63 - 1
MOST_RESAMPLES = 10_000
SAME_LOSS = 1e-8
"""Losses of a mix in which nothing moves differ from today's by no more than this."""

CROOKED = 0.05
"""From this error of ES on, relative to it, the straight line is said to be crooked."""


@with_bar
@on_executor
def frontier(
    scenario: ScenarioLike,
    points: int = POINTS,
    *,
    channel: str | None = None,
    column: str | None = None,
    level: float = 0.95,
    draws: int = DRAWS,
    seed: int = 1,
    check_seed: int | None = None,
    bounds: Mapping[str, tuple[float, float]] | None = None,
    cost: float | Mapping[str, float] | None = None,
    change_per_year: float | None = CHANGE_PER_YEAR,
    years: float | None = None,
    corridors: bool = True,
    resamples: int = RESAMPLES,
    workers: int = CORES,
    executor: Executor | None = None,  # noqa: ARG001  on_executor reads it
    progress: Progress = silent,
) -> Frontier:
    """Find the mixes that deliver most for their risk, and say of each whether the data show it better than today's.

    Parameters
    ----------
    scenario
        What is assumed.
    points
        How many points at most.
    channel
        What is shared out: a channel, or ``trade`` for all channels of this kind; by default the channel of trade with
        the greatest expected shortfall in money today.
    column
        Whose loss counts: the channel, ``trade``, ``investment`` or ``total``; by default what is shared out. All
        channels of its kind are watched beside it, since flows share corridors.
    level
        Of ES.
    draws
        How many draws choose the mixes; as many others check them.
    seed, check_seed
        Of the first and of the others; the second is the first and 1 by default.
    bounds
        Least and greatest share of all that is shared out, by partner or bloc: ``{"china": (0, 0.4)}``.
    cost
        What a unit loses in value by being moved, a number or by partner that gains it; by default the channel's mean
        haircut, the scenario's own word for what a unit loses on its way to another partner.
    change_per_year
        How much of all that is shared out may move in a year; None for no limit.
    years
        For how many years; the scenario's horizon by default.
    corridors
        Whether the capacity of corridors limits a mix.
    resamples
        How often the frontier is worked out on resampled draws; 0 for never.
    workers
        How many threads.
    executor
        Where its runs are computed instead, such as a Dask client's ``get_executor()``.
    progress
        Called with what is done and what there is to do.

    Returns
    -------
    Frontier
        Shares of the column's baseline over the horizon; losses are positive.

    Raises
    ------
    UsageError
        If an argument makes no sense, or limits clash: the message names those that do, and where it is the limit on
        change, how many years it would take.

    References
    ----------
    Markowitz, H. (1952). Portfolio selection. Journal of Finance 7, 77-91.
    Rockafellar, R. and Uryasev, S. (2000). Optimization of conditional value-at-risk. Journal of Risk 2, 21-41.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> found = mv.frontier(mv.load("two-buyers"), points=3, channel="exports", draws=1024, resamples=0)
    >>> found.today.verdict, all(point.moved <= 5 * 0.02 + 1e-9 for point in found.points)
    ('the same', True)
    """
    scenario = as_scenario(scenario)
    second = seed + 1 if check_seed is None else check_seed
    _check_numbers(draws, seed, second, workers, points, resamples)
    about = choose_channel(scenario, channel, check_level(level), seed, workers)
    problem = build_mix_problem(
        scenario,
        channel=about.channel,
        column=column,
        level=level,
        bounds=bounds,
        cost=cost,
        change_per_year=change_per_year,
        years=years,
        corridors=corridors,
    )
    space = problem.space
    named = {name: space.shares(mix) for name, mix in scenario.mixes.items() if set(mix) <= set(space.channels)}
    count = _Count(progress, 2 * (len(space.assets) + 1) + len(named) + points + resamples)
    units = unit_losses(LossScenarios(space, problem.columns, draws, seed, workers), count.step)[1]
    program = problem.program(units)
    chosen = [optimum.shares for optimum in trace(program, points)]
    spreads = resample(program, len(chosen), resamples, seed, count.step) if resamples else []
    others = LossScenarios(space, problem.columns, draws, second, workers)
    today, checked = unit_losses(others, count.step)
    lines = _Lines(problem, units, checked, today, share_bounds(scenario))
    every = [*named.values(), *chosen]
    losses = others.losses(every, count.step)
    ways = _ways(problem, others, every, losses)
    before, on_frontier = losses[:, : len(named)], losses[:, len(named) :]
    mixes = [
        lines.point(name, shares, before[:, place], ways[place]) for place, (name, shares) in enumerate(named.items())
    ]
    dressed = [
        lines.point(
            str(place + 1),
            shares,
            on_frontier[:, place],
            ways[len(named) + place],
            spreads[place] if spreads else None,
        )
        for place, shares in enumerate(chosen)
    ]
    paid = [problem.paid(shares) for shares in chosen]
    dressed = _with_beaten(dressed, on_frontier[0], paid, problem.level, lines.bounds)
    count.finish()
    return Frontier(
        scenario=scenario,
        channels=space.channels,
        column=problem.columns[0],
        whole=problem.columns[1],
        level=problem.level,
        draws=draws,
        seed=seed,
        check_seed=second,
        change_per_year=problem.limit,
        years=problem.years,
        cost=problem.prices(),
        today=lines.point("today", space.today, today, Way(today[0], 0.0)),
        mixes=tuple(mixes),
        points=tuple(dressed),
        notes=(*certain_notes(scenario), *([about.reason] if about.reason else []), *_notes(dressed)),
    )


def _ways(problem: MixProblem, others: LossScenarios, mixes: Sequence[Floats], losses: Floats) -> list[Way | None]:
    """Work out what each mix loses on its way; None where the limit on change never lets it move."""
    months = problem.space.scenario.horizon_months
    years = [years_needed(problem.moved(shares), problem.limit) for shares in mixes]
    parts = [part_moved(months, count, problem.limit) for count in years]
    moving = [place for place, part in enumerate(parts) if years[place] is not None and part.min() < 1.0]
    lost = list(losses[0])
    if moving:
        found = losses_on_the_way(others, [mixes[place] for place in moving], [parts[place] for place in moving])
        for number, place in enumerate(moving):
            lost[place] = found[0, number]
    return [
        None if years[place] is None else Way(lost[place], problem.paid(shares) * float(parts[place].mean()))
        for place, shares in enumerate(mixes)
    ]


class _Lines(NamedTuple):
    """What every point is judged by: the question, the line fitted and the line of the other draws, today's losses.

    Lines are (draw, asset), losses (column, draw); a loss share lies within the bounds.
    """

    problem: MixProblem
    fitted: Floats
    checked: Floats
    today: Floats
    bounds: Bounds

    def point(
        self, name: str, shares: Floats, losses: Floats, way: Way | None, spread: Spread | None = None
    ) -> MixPoint:
        """Judge a mix by its losses (column, draw) in the full model on the other draws, and by those on its way."""
        problem = self.problem
        moved, paid = problem.moved(shares), problem.paid(shares)
        # A linear program leaves 1e-16 of a share where nothing may move: that is today's mix, to rounding.
        stays = years_needed(moved, problem.limit) == 0
        is_today = stays and np.allclose(losses, self.today, rtol=0.0, atol=SAME_LOSS, equal_nan=True)
        judged = (
            unmoved(losses, problem.level, self.bounds)
            if is_today
            else judge(losses, self.today, paid, problem.level, self.bounds, way)
        )
        return MixPoint(
            name=name,
            mix=problem.space.mix(shares),
            moved=moved,
            years=years_needed(moved, problem.limit),
            value=judged.value,
            es=judged.es,
            checked=estimate_es(self.checked @ shares, problem.level, self.bounds),
            fitted=expected_shortfall(self.fitted @ shares, problem.level),
            es_change=judged.es_change,
            value_change=judged.value_change,
            whole_change=judged.whole_change,
            es_on_the_way=None if way is None else judged.es_on_the_way,
            way_change=None if way is None else judged.way_change,
            verdict=judged.verdict,
            spread={} if spread is None else _spread_document(problem, spread),
        )


def _with_beaten(
    points: list[MixPoint], losses: Floats, paid: Sequence[float], level: float, bounds: Bounds
) -> list[MixPoint]:
    """Note by which other point one is beaten in the full model: surely less ES and surely more value, paired."""
    noted, both = [], (bounds, bounds)
    for place, point in enumerate(points):
        rivals = [
            other
            for number, other in enumerate(points)
            if other.es.value < point.es.value
            and other.value.value > point.value.value
            and difference(losses[place] + paid[place], losses[number] + paid[number], both).verdict == BETTER
            and shortfall_difference(losses[place], losses[number], level, both).verdict == BETTER
        ]
        best = min(rivals, key=lambda it: it.es.value, default=None)
        noted.append(point if best is None else replace(point, beaten_by=best.name))
    return noted


class _Count:
    """Counts what is done; how much there is to do is a guess from above, and right at the end."""

    def __init__(self, progress: Progress, most: int) -> None:
        self.progress, self.most, self.done = progress, most, 0

    def step(self) -> None:
        """One more is done."""
        self.done += 1
        self.progress(self.done, self.most)

    def finish(self) -> None:
        """All is done."""
        self.progress(self.most, self.most)


def _spread_document(problem: MixProblem, spread: Spread) -> dict[str, Any]:
    """Return a spread by name: of each channel's shares by partner, and of the fitted ES."""
    space = problem.space
    shares: dict[str, dict[str, list[float]]] = {channel: {} for channel in space.channels}
    ends = np.stack([spread.low, spread.high], axis=1) / space.parts[:, None]
    for asset, (low, high) in zip(space.assets, ends, strict=True):
        shares[asset.channel][asset.partner] = [float(low), float(high)]
    return {"mix": shares, "es": [spread.shortfall_low, spread.shortfall_high]}


def _notes(points: Sequence[MixPoint]) -> Iterator[str]:
    """Return what a reader should know."""
    if len(points) == 1:
        yield "one mix has both the least expected shortfall and the greatest value, so the frontier is one point"
    beaten = [point.name for point in points if point.beaten_by]
    if beaten:
        yield f"beaten by another point in the full model, in both ES and value (*): {', '.join(beaten)}"
    if not any(point.verdict == BETTER for point in points):
        yield "these draws show no point to be better than today's mix without a loss of value"
    off = max((point.es.value - point.checked.value for point in points), key=abs)
    if abs(off) > CROOKED * max(abs(point.es.value) for point in points):
        yield (
            f"far from today's mix the straight line is off: in the full model the expected shortfall is up to "
            f"{100 * abs(off):.2g} points {'higher' if off > 0 else 'lower'}; trust the full model"
        )


def _check_numbers(draws: int, seed: int, second: int, workers: int, points: int, resamples: int) -> None:
    """Refuse numbers that make no sense."""
    whole = {"draws": (draws, MOST_DRAWS), "workers": (workers, MOST_WORKERS), "points": (points, MOST_POINTS)}
    for name, (number, most) in whole.items():
        if not 1 <= number <= most:
            raise UsageError(f"{name}: {number} is not a number of {name}; give 1 to {most:,}")
    if not 0 <= min(seed, second) <= max(seed, second) <= LARGEST_SEED:
        raise UsageError(f"seed: {seed} and {second} are not both seeds; give whole numbers from 0 to 2^63 - 1")
    if second == seed:
        raise UsageError(f"check_seed: {second} is the seed that chooses the mixes; give another")
    if resamples == 1 or not 0 <= resamples <= MOST_RESAMPLES:
        raise UsageError(f"resamples: {resamples} gives no spread; give 0 for none, or 2 to {MOST_RESAMPLES:,}")


FIRST_LOOK = 1024


FEWEST = 2


class ChannelChoice(NamedTuple):
    """A channel, and why it was chosen; no reason where it was named."""

    channel: str
    reason: str


def choose_channel(scenario: Scenario, channel: str | None, level: float, seed: int, workers: int = 1) -> ChannelChoice:
    """Choose what a frontier shares out.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> choose_channel(mv.load("two-buyers"), "imports", 0.95, 1)
    ChannelChoice(channel='imports', reason='')
    """
    if channel is not None:
        return ChannelChoice(channel, "")
    largest = mix_space_channels(scenario, None)[0]
    able = [name for name in trade_channels(scenario) if len(partners_on_offer(scenario, name)) >= FEWEST]
    if len(able) <= 1:
        return ChannelChoice(able[0] if able else largest, "")
    run = simulate(scenario, FIRST_LOOK, seed, workers=workers)
    at_risk = {name: run.column(name).es(level).value * run.column(name).baseline for name in able}
    most = max(able, key=lambda name: at_risk[name])
    if not at_risk[most] > 0.0:
        return ChannelChoice(largest if largest in able else able[0], "")
    return ChannelChoice(most, f"{most} is the channel of trade with the most to lose today; name another to ask")


def certain_notes(scenario: Scenario) -> Iterator[str]:
    """Return what is known beforehand: where one partner is shocked for certain, the answer is to leave it."""
    chance = scenario.hazard is not None and bool(scenario.hazard.partners)
    shocked = {stress.partner for stress in scenario.stress}
    if chance or len(shocked) != 1:
        return
    title = scenario.partners[next(iter(shocked))].title
    yield (
        f"only {title} ruptures here, and for certain, so every answer is to leave {title}; what a mix is worth "
        "against ruptures that may or may not come is seen with a hazard for every partner (section hazard)"
    )


SPREAD = (5.0, 95.0)
"""Between these percentiles of the resamples lies a spread."""


class Spread(NamedTuple):
    """Of one point: between which ends nine in ten resamples lie; shares (asset,) twice, and ES twice."""

    low: Floats
    high: Floats
    shortfall_low: float
    shortfall_high: float


def resample(
    program: Program, points: int, resamples: int, seed: int, done: Callable[[], None] = lambda: None
) -> list[Spread]:
    """Work a frontier out on resampled draws."""
    shares = np.empty((resamples, points, program.assets))
    shortfalls = np.empty((resamples, points))
    for number in range(resamples):
        draws = program.losses[_again(program.losses.shape[0], number, seed)]
        found = trace(program.resampled(draws, 1.0 - draws.mean(axis=0)), points)
        for point in range(points):
            best = found[min(point * len(found) // points, len(found) - 1)]
            shares[number, point], shortfalls[number, point] = best.shares, best.shortfall
        done()
    low, high = np.percentile(shares, SPREAD, axis=0)
    shortfall_low, shortfall_high = np.percentile(shortfalls, SPREAD, axis=0)
    return [
        Spread(low[point], high[point], float(shortfall_low[point]), float(shortfall_high[point]))
        for point in range(points)
    ]


def _again(draws: int, number: int, seed: int) -> Integers:
    """Choose draws with replacement."""
    name = f"frontier/resample/{number}"
    uniforms = [PseudoRandom(seed, block).uniforms(name) for block in range(-(-draws // BLOCK))]
    return np.minimum((np.concatenate(uniforms)[:draws] * draws).astype(np.int64), draws - 1)
