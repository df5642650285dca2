"""The result of a run: the losses of every draw, and the measures over them.

A result is data. It computes measures of its own draws; it does not know how it was drawn beyond a thin accessor,
and it recomputes only the months of draws that it already has (:meth:`Result.paths`).
"""

from __future__ import annotations

import hashlib
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from multivector_sim.display.answer import Answer
from multivector_sim.display.plotting import renderer
from multivector_sim.engine.case import build_case
from multivector_sim.engine.document import headline, losses_table, paths_picture, run_document, run_rows
from multivector_sim.engine.engine_choice import COMPILED, choose_engine, has_compiler
from multivector_sim.engine.kernel import RECOVERED, UNDER
from multivector_sim.engine.loss_bounds import LossBounds, is_certain, loss_bounds
from multivector_sim.engine.problem import build_problem, channel_kinds, column_places, column_sizes
from multivector_sim.engine.run_column import FIGURES, Sample, figure_of
from multivector_sim.engine.rupture_forecast import rupture_forecast
from multivector_sim.errors import UsageError
from multivector_sim.measure.bounded_intervals import Bounds
from multivector_sim.measure.recovery import Spells, count_spells
from multivector_sim.measure.registered_measures import known_measures
from multivector_sim.measure.samples import BinnedDraws, ReplicatedDraws
from multivector_sim.response.arrays import column_members
from multivector_sim.sampling.sobol import Independent
from multivector_sim.sampling.streams import BLOCK
from multivector_sim.scenario.models import AGGREGATES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import xarray

    from multivector_sim.display.plotting import ResultPlots
    from multivector_sim.display.tables import Row, Table
    from multivector_sim.engine.accumulate import Sketch
    from multivector_sim.engine.kernel import Outcome
    from multivector_sim.engine.precision import Reached
    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.measure.samples import Draws
    from multivector_sim.sampling.sobol import Scheme
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Floats, Integers

__all__ = ["Result"]

STEP = 16 * BLOCK


@dataclass(frozen=True, eq=False, repr=False)
class Result(Answer):
    """The draws of one scenario under one seed.

    Parameters
    ----------
    scenario
        The assumptions.
    seed
        The seed of the run.
    outcome
        The figures of every draw that was kept, as returned by the kernel.
    scheme
        The scheme that provided the random numbers.
    sketch
        Histograms of all draws if there were too many to keep; None if all were kept.
    precision
        The outcome of a requested precision, if any.
    sealed
        The fingerprint, if it was computed while the draws were collected.
    command
        The command line that started the run, if any.
    engine
        What computed it: ``numba``, which is compiled code, or ``numpy``.
    versions
        The versions that made it, where it was read from a folder; None for those that are installed.

    Notes
    -----
    Losses are shares of the baseline over the horizon, positive when something is missing; a negative loss is a gain,
    which only a spillover with a negative elasticity makes.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> result = mv.simulate(mv.load("two-buyers"), draws=1000, seed=1)
    >>> low, high = result.trade.mean().low, result.trade.mean().high
    >>> 0.0 < low < high < 0.2, result.trade.loss_share.size
    (True, 1000)
    """

    scenario: Scenario
    seed: int
    outcome: Outcome
    scheme: Scheme = field(default_factory=Independent)
    sketch: Sketch | None = None
    precision: Reached | None = None
    digest: str = ""
    command: str = ""
    engine: str = COMPILED
    versions: Mapping[str, str] | None = None

    @property
    def draws(self) -> int:
        """The number of draws made."""
        return self.kept if self.sketch is None else self.sketch.draws

    @property
    def kept(self) -> int:
        """The number of draws kept one by one, in the arrays: all of them, unless there were too many for memory."""
        return int(self.outcome.ruptures.size)

    def with_command(self, command: str) -> Result:
        """Return a copy with the command line that started the run."""
        return replace(self, command=command)

    def with_precision(self, reached: Reached) -> Result:
        """Return a copy with the precision that was reached."""
        return replace(self, precision=reached)

    @property
    def columns(self) -> tuple[str, ...]:
        """The channels in the order of the file, then trade, investment and total where there are such channels."""
        return tuple(self._places)

    @cached_property
    def _places(self) -> dict[str, int]:
        """The position of each column in the kernel's figures."""
        return column_places(build_problem(self.scenario), self.scenario.channels)

    @cached_property
    def _baselines(self) -> Floats:
        """The baseline of every channel and aggregate over the horizon, money."""
        return column_sizes(build_problem(self.scenario))

    @property
    def losses(self) -> Floats:
        """Shape (draw, channel): the share of each channel's baseline over the horizon that is missing."""
        return self.outcome.loss_share[:, : len(self.scenario.channels)]

    @property
    def ruptures(self) -> Integers:
        """Shape (draw,): the number of partners that ruptured."""
        return self.outcome.ruptures

    @cached_property
    def attribution(self) -> Floats:
        """Shape (draw, partner + 1, 3): money lost in trade, investment and total, by partner whose rupture caused it.

        The last row is what no rupture caused: a corridor with too little capacity. The parts of a
        draw add up to its loss.
        """
        return np.asarray(self.outcome.attribution @ self._counted)

    @property
    def _counted(self) -> Floats:
        """Shape (channel, 3): 1 where a channel counts in trade, investment and total, else 0."""
        members = column_members(channel_kinds(self.scenario))[len(self.scenario.channels) :]
        return np.ascontiguousarray(members.T, dtype=np.float64)

    def total_attribution(self) -> Floats:
        """Return the total money lost, shape (draw, partner + 1): the last column of :attr:`attribution` alone."""
        found = np.empty((self.kept, len(self.scenario.partners) + 1))
        for first in range(0, self.kept, STEP):
            money = self.outcome.part(first, first + STEP).attribution
            found[first : first + STEP] = (money @ self._counted)[:, :, 2]
        return found

    @cached_property
    def forecast(self) -> dict[str, dict[int, Estimate]]:
        """The probability that each partner with a hazard ruptures within 1, 2 and 5 years, exactly."""
        return rupture_forecast(self.scenario)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the losses, draw by draw, as little-endian doubles: equal only if every bit is."""
        return self.digest or hashlib.sha256(np.ascontiguousarray(self.losses, dtype="<f8").tobytes()).hexdigest()

    @cached_property
    def is_certain(self) -> bool:
        """Whether nothing in the scenario is random, so that one draw is as good as all."""
        return is_certain(self.scenario)

    @cached_property
    def bounds(self) -> LossBounds:
        """The bounds of what the draws can lose and gain, by column; see :mod:`multivector_sim.engine.loss_bounds`."""
        return loss_bounds(self.scenario)

    def column(self, name: str) -> Sample:
        """Return one channel, or trade, investment or total.

        Parameters
        ----------
        name
            One of :attr:`columns`.

        Returns
        -------
        Sample
            Its draws and measures.

        Raises
        ------
        UsageError
            If there is no such column.
        """
        if name not in self._places:
            raise UsageError(f"no column called '{name}'; there are {', '.join(self._places)}")
        return self.sample(name, self._places[name])

    def sample(self, name: str, place: int) -> Sample:
        """Return one column of the kernel's figures under a name: the channels, then trade, investment, total."""
        return Sample(
            name=name,
            baseline=float(self._baselines[place]),
            loss_share=self.outcome.column("loss_share", place),
            trough=self.outcome.column("trough", place),
            months_to_recover=self.outcome.column("months_to_recover", place),
            unrecovered=self.outcome.column("unrecovered", place),
            months_below=self.outcome.column("months_below", place),
            months_followed=self.outcome.column("months_followed", place),
            known=self._known(place),
            bounds=self._bounds(place),
            spells=self._spells(place),
        )

    def _spells(self, place: int) -> Spells:
        """Return the time to recover of a column's draws that fell."""
        if self.sketch is not None:
            return Spells(*self.sketch.spells[place])
        still_under = self.outcome.column("unrecovered", place) > UNDER
        followed = np.nan_to_num(self.outcome.column("months_followed", place))
        return count_spells(followed, still_under, self.scenario.horizon_months)

    def _bounds(self, place: int) -> dict[str, Bounds]:
        """Return the bounds of the figures of a column; if nothing is random, their exact values."""
        if self.is_certain:
            first = self.outcome.part(0, 1)
            figures = {name: float(figure_of(first, name, place)[0]) for name in FIGURES}
            return {name: Bounds(figure, figure) for name, figure in figures.items()}
        month, months = self.bounds.month[place], Bounds(0.0, float(self.scenario.horizon_months))
        most = months if month.high > RECOVERED else Bounds(0.0, 0.0)
        return dict(zip(FIGURES, (self.bounds.horizon[place], month, most, month, most), strict=True))

    def _known(self, place: int) -> dict[str, Draws]:
        """Return the draws of a column's figures if they are not simply the arrays of independent draws."""
        if self.sketch is not None:
            bounds = self._bounds(place)
            return {name: BinnedDraws(bins[place], bounds[name]) for name, bins in self.sketch.figures.items()}
        if not self.scheme.replicates:
            return {}
        replicates, bounds = self.scheme.replicates, self._bounds(place)
        return {
            name: ReplicatedDraws(figure_of(self.outcome, name, place), replicates, BLOCK, bounds[name])
            for name in FIGURES
        }

    def __getitem__(self, name: str) -> Sample:
        """Return one column by name, as :meth:`column` does."""
        return self.column(name)

    @property
    def trade(self) -> Sample:
        """All channels of kind trade together, even if a channel has that name."""
        return self._aggregate("trade")

    @property
    def investment(self) -> Sample:
        """All channels of kind investment together, even if a channel has that name."""
        return self._aggregate("investment")

    @property
    def total(self) -> Sample:
        """Trade and investment together; ties are never added in."""
        return self._aggregate("total")

    def _aggregate(self, name: str) -> Sample:
        """Return one aggregate."""
        place = len(self.scenario.channels) + list(AGGREGATES).index(name)
        if not self._baselines[place] > 0.0:
            raise UsageError(f"no flow of kind {name}; there are {', '.join(self._places)}")
        return self.sample(name, place)

    def paths(self, draws: int = 200) -> Floats:
        """Return the first draws month by month.

        Parameters
        ----------
        draws
            How many, at most the number of draws of the run.

        Returns
        -------
        array
            Shape (draw, period, column): delivered over baseline, columns as in :attr:`columns`.

        Raises
        ------
        UsageError
            If ``draws`` is not between 1 and the run's draws.
        """
        if not 1 <= draws <= self.draws:
            raise UsageError(f"draws: {draws} paths asked for; give 1 to {self.draws}")
        engine = self.engine if has_compiler() else choose_engine()
        case = build_case(self.scenario, self.scheme, engine)
        places = list(self._places.values())
        blocks = [case.follow_block(self.seed, block)[:, :, places] for block in range(-(-draws // BLOCK))]
        return np.concatenate(blocks)[:draws]

    def document(self) -> dict[str, Any]:
        """Return the document that ``multivector run --json`` prints."""
        registered = list(known_measures().values())  # one that is registered later gives another document
        if self._documented[:1] != [registered]:
            self._documented[:] = [registered, run_document(self)]
        return deepcopy(self._documented[1])

    @cached_property
    def _documented(self) -> list[Any]:
        """The measures registered when the document was made, and the document; empty before."""
        return []

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what is made again when it is asked for, such as functions that cannot be sent."""
        return {name: value for name, value in self.__dict__.items() if name != "_documented"}

    def save(self, path: str | Path) -> None:
        """Save the run in a folder; see :func:`multivector_sim.engine.checkpoint.save_run`."""
        from multivector_sim.engine.checkpoint import save_run

        save_run(self, path)

    @classmethod
    def open(cls, path: str | Path) -> Result:
        """Open a saved run; see :func:`multivector_sim.engine.checkpoint.open_run`."""
        from multivector_sim.engine.checkpoint import open_run

        return open_run(path)

    def title(self, column: str) -> str:
        """Return a column's title for people."""
        channel = self.scenario.channels.get(column)
        return column if channel is None or not channel.title else channel.title

    def to_xarray(self, paths: int = 200) -> xarray.Dataset:
        """Return the draws as labelled arrays, every figure over ``draw`` and ``column``, with its unit.

        Parameters
        ----------
        paths
            How many of the draws to follow month by month, in ``delivered``, over ``path``, ``month`` and ``column``;
            0 for none, and never more than there are draws.

        Raises
        ------
        UsageError
            If xarray is not installed; ``pip install 'multivector-sim[xarray]'``.
        """
        from multivector_sim.engine.xarray_dataset import to_xarray

        return to_xarray(self, paths)

    def report(self, path: str | Path) -> Path:
        """Write the report, one HTML page that needs no other file, and return its path."""
        written: Path = renderer("result.report")(self, path)
        return written

    def __eq__(self, other: object) -> bool:
        """Return whether another run has the same scenario, seed and draws, to the last bit of every loss."""
        if not isinstance(other, Result):
            return NotImplemented
        return self._identity == other._identity and self.scenario == other.scenario

    def __hash__(self) -> int:
        """Return a hash that equal runs share."""
        return hash(self._identity)

    @property
    def _identity(self) -> tuple[str, int, int, str]:
        """What equal runs share beside the scenario."""
        return self.scenario.name, self.seed, self.draws, self.fingerprint

    def _headline(self) -> str:
        return headline(self)

    def _rows(self) -> Iterator[Row]:
        return run_rows(self.document())

    def _table(self) -> Table:
        return losses_table(self)

    def _picture(self) -> str:
        return paths_picture(self)

    @property
    def plot(self) -> ResultPlots:
        """Plots of this run: ``fan()``, ``exceedance()``, ``attribution()``, each a matplotlib Axes."""
        from multivector_sim.display.plotting import ResultPlots

        return ResultPlots(self)
