"""Collecting the outcomes of batches of draws, in order, within a memory budget.

As long as all draws fit into the budget they are kept, and every measure is exact. Beyond it the draws kept so far
stay, and every draw is also counted in histograms (:mod:`multivector_sim.measure.samples`): moments stay exact,
quantiles are off by less than one bin. The fingerprint covers every draw either way.

**Months**, three of the six figures of a draw, are whole numbers and stored in two bytes each.

**Attribution**, the money that each draw loses by partner and channel, is stored without its zeros. Most partners do
not rupture in most draws, so most of the attribution is zero: six sevenths of it in the reference case. As a full array
of doubles it is more than half of the memory of a run. Here only those numbers are kept whose bits are not all zero,
with their positions; unpacked arrays are identical to the last bit.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from multivector_sim.engine.kernel import UNDER, Outcome
from multivector_sim.engine.problem import column_channels, further, ruptures
from multivector_sim.engine.result import Result
from multivector_sim.engine.run_column import FIGURES, figure_of
from multivector_sim.engine.store import width
from multivector_sim.measure.recovery import count_spells
from multivector_sim.measure.samples import Bins
from multivector_sim.measure.selection import boundary
from multivector_sim.response.arrays import column_count
from multivector_sim.sampling.streams import BLOCK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy.typing as npt

    from multivector_sim.sampling.sobol import Scheme
    from multivector_sim.scenario.scenario import Scenario
    from multivector_sim.typing import Floats

__all__ = ["DOUBLE", "MEMORY", "NO_MONTHS", "GrowingOutput", "PackedMoney", "PackedOutcome", "Reducer", "Sketch"]

DOUBLE = 8
MEMORY = 2_000_000_000
"""The memory in bytes that draws may take by default."""

MONTHS = ("months_to_recover", "months_below", "months_followed")
KEPT_FIGURES = tuple(name for name in Outcome._fields if name not in {"attribution", "ruptures"})

NO_MONTHS = np.uint16(2**16 - 1)
"""What stands for NaN: a column without any flow. No horizon is as long."""

COPIES = 2
"""The factor by which draws take more memory for a moment, while their buffer grows."""


class Reducer:
    """Collects batches of draws into a result.

    Parameters
    ----------
    scenario, seed, scheme
        The scenario, seed and scheme of the run.
    memory
        The memory in bytes that draws may take.
    engine
        The name of the engine that computed the draws.
    """

    def __init__(self, scenario: Scenario, seed: int, scheme: Scheme, memory: float, engine: str) -> None:
        self.scenario = scenario
        self.seed = seed
        self.scheme = scheme
        self.engine = engine
        size = DOUBLE * COPIES * width(len(scenario.partners), len(scenario.channels))
        self.most_kept = max(1, int(memory / size))
        self.kept = GrowingOutput(len(scenario.partners), len(scenario.channels))
        self.draws = 0
        self.hash = hashlib.sha256()
        self.sketch: Sketch | None = None

    def add(self, outcome: Outcome, draws: int) -> None:
        """Add the first ``draws`` draws of a batch."""
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
        """Reserve memory for so many draws at once, as far as the budget allows."""
        blocks = -(-draws // BLOCK)
        self.kept.reserve(min(blocks * BLOCK, self.most_kept))

    def result(self) -> Result:
        """Return the result of the draws so far."""
        return Result(
            self.scenario,
            self.seed,
            self.kept.outcome(),
            scheme=self.scheme,
            sketch=self.sketch,
            digest=self.hash.copy().hexdigest(),
            engine=self.engine,
        )


class GrowingOutput:
    """An outcome to which draws are appended.

    Parameters
    ----------
    partners, channels
        The numbers of partners and channels.
    """

    def __init__(self, partners: int, channels: int) -> None:
        self.channels = channels
        self.draws = 0
        self.money = PackedMoney(partners + 1, channels)
        self.kept = self.make(0)

    def make(self, draws: int) -> dict[str, Any]:
        """Return new memory for all but the attribution, by the names of an outcome."""
        shape = (draws, column_count(self.channels))
        figures = {name: np.empty(shape, dtype=np.uint16 if name in MONTHS else np.float64) for name in KEPT_FIGURES}
        return figures | {"ruptures": np.empty(draws, dtype=np.int64)}

    @property
    def size(self) -> int:
        """The number of draws for which there is memory."""
        return int(self.kept["ruptures"].size)

    def reserve(self, draws: int) -> None:
        """Reserve memory for so many draws in all; existing draws are copied."""
        if draws > self.size:
            roomier = self.make(draws)
            for name, new in roomier.items():
                new[: self.draws] = self.kept[name][: self.draws]
            self.kept = roomier

    def append(self, outcome: Outcome) -> None:
        """Append draws."""
        after = self.draws + outcome.ruptures.size
        if after > self.size:
            self.reserve(max(after, 2 * self.draws))
        for name, kept in self.kept.items():
            given = getattr(outcome, name)
            kept[self.draws : after] = pack_months(given) if name in MONTHS else given
        self.money.append(outcome.attribution)
        self.draws = after

    def outcome(self) -> Outcome:
        """Return the draws so far; draws that come later do not change it."""
        return PackedOutcome.pack({name: kept[: self.draws] for name, kept in self.kept.items()}, self.money.frozen())


LOSS_BINS = 2**18
FINE_BINS = 2**14


class Sketch:
    """Counts draws in histograms, batch by batch.

    Parameters
    ----------
    scenario
        The scenario of the run.

    Attributes
    ----------
    figures
        The bins of each figure, by name and column.
    parts
        Shape (bin, partner + 1): total money lost, by partner that ruptured, over the bins of the total's loss.
    spells
        Counts of the draws that fell below 95 %, (column, back by the end or not, months followed).
    ruptures
        Bins of width one for the number of ruptures.
    """

    def __init__(self, scenario: Scenario) -> None:
        channels, partners = len(scenario.channels), len(scenario.partners)
        months, least = scenario.horizon_months, -_largest_gain(scenario)
        ranges = {
            "loss_share": (least, 1.0, 2 * LOSS_BINS),
            "trough_gap": (least, 1.0, 2 * FINE_BINS),
            "months_to_recover": (-0.5, months + 0.5, months + 1),
            "unrecovered": (least, 1.0, 2 * FINE_BINS),
            "months_below": (-0.5, months + 0.5, months + 1),
        }
        self.figures = {name: [Bins(*ranges[name]) for _ in range(column_count(channels))] for name in FIGURES}
        self.parts = np.zeros((2 * LOSS_BINS, partners + 1))
        self.spells = np.zeros((column_count(channels), 2, months + 1), dtype=np.int64)
        most = partners + sum(further(scenario))
        self.ruptures = Bins(-0.5, most + 0.5, most + 1)
        self.counted = dict(column_channels(scenario))["total"]

    @property
    def draws(self) -> int:
        """The number of draws counted."""
        return self.ruptures.draws

    def add(self, outcome: Outcome) -> None:
        """Add a batch to the counts."""
        for name, bins in self.figures.items():
            for column, one in enumerate(bins):
                values = figure_of(outcome, name, column)
                if not np.isnan(values[:1]).any():
                    one.add(values)
        for column in range(self.spells.shape[0]):
            followed, last = outcome.column("months_followed", column), outcome.column("unrecovered", column)
            if not np.isnan(followed[:1]).any():
                self.spells[column] += np.stack(count_spells(followed, last > UNDER, self.spells.shape[2] - 1))
        total = outcome.loss_share[:, -1]
        if not np.isnan(total[:1]).any():
            np.add.at(self.parts, self.figures["loss_share"][-1].places(total), self.by_partner(outcome))
        self.ruptures.add(outcome.ruptures.astype(np.float64))

    def mean_parts(self) -> Floats:
        """Return the mean money lost to each partner's ruptures, shape (partner + 1,)."""
        return np.asarray(self.parts.sum(axis=0) / self.draws)

    def tail_parts(self, level: float) -> Floats:
        """Return the mean money lost to each partner's ruptures in the worst draws; draws of one bin count alike."""
        counts = self.figures["loss_share"][-1].counts
        rank, mass = boundary(level, self.draws)
        place = int(np.searchsorted(np.cumsum(counts), rank))
        beyond = int(counts[place + 1 :].sum())
        share = (mass - beyond) / counts[place]
        return np.asarray((self.parts[place + 1 :].sum(axis=0) + share * self.parts[place]) / mass)

    def by_partner(self, outcome: Outcome) -> Floats:
        """Return the total money lost to each partner's ruptures, shape (draw, partner + 1)."""
        return np.asarray(outcome.attribution @ self.counted.astype(np.float64))


def _largest_gain(scenario: Scenario) -> float:
    """Return the largest gain of any severity, at least 1: how far below 0 the bins of a loss extend."""
    least = [figure.law.support[0] for _, _, model in ruptures(scenario) for figure in model.channels.values()]
    return max(1.0, -min(least, default=0.0))


class PackedMoney:
    """Arrays (draw, row, channel), concatenated along the draws and stored without their zeros.

    Parameters
    ----------
    rows, channels
        The shape of every array, without the draws.

    Examples
    --------
    >>> packed = PackedMoney(rows=2, channels=1)
    >>> packed.append(np.array([[[0.0], [3.0]], [[0.0], [0.0]]]))
    >>> packed.append(np.array([[[1.0], [0.0]]]))
    >>> packed.unpack(0, 3)[:, :, 0].tolist()
    [[0.0, 3.0], [0.0, 0.0], [1.0, 0.0]]
    """

    def __init__(self, rows: int, channels: int) -> None:
        self._shape = (rows, channels)
        self._starts = [0]
        self._batches: list[tuple[npt.NDArray[np.uint32], Floats]] = []

    @property
    def draws(self) -> int:
        """The number of draws."""
        return self._starts[-1]

    def append(self, money: Floats) -> None:
        """Append draws, at most some ten million numbers at a time."""
        flat = np.ascontiguousarray(money).reshape(-1)
        places = np.flatnonzero(flat.view(np.uint64)).astype(np.uint32)
        self._batches.append((places, flat[places]))
        self._starts.append(self.draws + money.shape[0])

    def frozen(self) -> PackedMoney:
        """Return the present state; later appends do not change it."""
        copy = PackedMoney(*self._shape)
        copy._starts, copy._batches = list(self._starts), list(self._batches)
        return copy

    def unpack(self, first: int, last: int) -> Floats:
        """Return the draws from ``first`` up to ``last`` as a full array (draw, row, channel)."""
        last = min(last, self.draws)
        found = np.zeros((max(0, last - first), *self._shape))
        for start, stop, (places, values) in zip(self._starts, self._starts[1:], self._batches, strict=False):
            if start < last and stop > first:
                batch = np.zeros((stop - start, *self._shape))
                batch.reshape(-1)[places] = values
                found[max(start, first) - first : min(stop, last) - first] = batch[
                    max(first - start, 0) : min(last, stop) - start
                ]
        return found


def pack_months(months: Floats) -> npt.NDArray[np.uint16]:
    """Return whole numbers of months in two bytes each, NaN as :data:`NO_MONTHS`.

    Examples
    --------
    >>> pack_months(np.array([0.0, 60.0, np.nan])).tolist()
    [0, 60, 65535]
    """
    return np.where(np.isnan(months), NO_MONTHS, months).astype(np.uint16)


def unpack_months(packed: npt.NDArray[np.uint16]) -> Floats:
    """Return months as doubles; the inverse of :func:`pack_months`.

    Examples
    --------
    >>> unpack_months(pack_months(np.array([0.0, 60.0, np.nan]))).tolist()
    [0.0, 60.0, nan]
    """
    months = packed.astype(np.float64)
    months[packed == NO_MONTHS] = np.nan
    return months


class PackedOutcome(Outcome):
    """An outcome whose months and attribution are unpacked at each access; use parts of it where memory matters."""

    __slots__ = ()

    @classmethod
    def pack(cls, arrays: Mapping[str, Any], money: PackedMoney) -> PackedOutcome:
        """Return an outcome of arrays by name, months and attribution packed; the properties below unpack them."""
        return cls(attribution=cast("Floats", money), **arrays)

    @property
    def months_to_recover(self) -> Floats:
        """Shape (n, C + 3), as in :class:`~multivector_sim.engine.kernel.Outcome`: a new array each time."""
        return unpack_months(self._stored("months_to_recover"))

    @property
    def months_below(self) -> Floats:
        """As :attr:`months_to_recover`."""
        return unpack_months(self._stored("months_below"))

    @property
    def months_followed(self) -> Floats:
        """As :attr:`months_to_recover`."""
        return unpack_months(self._stored("months_followed"))

    def _stored(self, name: str) -> Any:  # noqa: ANN401  an array, packed or not
        """Return what is stored under a name."""
        return tuple.__getitem__(self, Outcome._fields.index(name))

    def column(self, name: str, place: int) -> Floats:
        """Return one column of a figure, (n,), contiguous; only that column is unpacked."""
        column = self._stored(name)[:, place]
        return unpack_months(column) if name in MONTHS else np.ascontiguousarray(column)

    @property
    def attribution(self) -> Floats:
        """Shape (n, P + 1, C), as in :class:`~multivector_sim.engine.kernel.Outcome`: a new array each time."""
        return self._money.unpack(0, self.ruptures.size)

    @property
    def _money(self) -> PackedMoney:
        """The packed array that is stored in place of the attribution."""
        money = self._stored("attribution")
        assert isinstance(money, PackedMoney)  # noqa: S101  for the type checker; pack() is the only maker
        return money

    def part(self, first: int, last: int) -> Outcome:
        """Return the draws from ``first`` up to ``last``, with a full attribution of these draws alone."""
        others = {name: self._stored(name)[first:last] for name in Outcome._fields if name != "attribution"}
        others |= {name: unpack_months(others[name]) for name in MONTHS}
        return Outcome(attribution=self._money.unpack(first, last), **others)

    def __iter__(self) -> Iterator[Floats]:
        """Yield the arrays in their order, with the attribution unpacked."""
        return iter([getattr(self, name) for name in Outcome._fields])

    def __reduce__(self) -> tuple[type[Outcome], tuple[Floats, ...]]:
        """Pickle the outcome with a full attribution."""
        return Outcome, tuple(iter(self))
