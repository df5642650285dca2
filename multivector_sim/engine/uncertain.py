"""Numbers that a law may move, and where in an array they go."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.compiled import entry
from multivector_sim.sampling.numbers import fast_quantile
from multivector_sim.sampling.streams import BLOCK, PseudoRandom
from multivector_sim.typing import Floats, Integers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from multivector_sim.engine.register import Register
    from multivector_sim.response.scratch import Maker
    from multivector_sim.scenario.figure import Figure

__all__ = ["Grid", "Uncertain", "grid", "put_rows", "uncertain"]


@dataclass(frozen=True)
class Uncertain:
    """One number: its law, and the stream that moves it.

    ``path`` is where it stands in the scenario, empty for what is no number of it; ``words`` say what is random about
    it where that is not the law at the path.
    """

    name: str
    kind: str
    parameters: tuple[float, ...]
    path: str = ""
    words: str = ""

    @property
    def is_fixed(self) -> bool:
        """Say whether it is the same in every draw."""
        return self.kind == "fixed"

    def sample(self, source: PseudoRandom) -> Floats:
        """Draw one block of this number alone; shape (BLOCK,)."""
        if self.is_fixed:
            return np.full(BLOCK, self.parameters[0])
        return self.at(source.uniforms(self.name))

    def at(self, uniforms: Floats) -> Floats:
        """Give the values at uniform numbers that were drawn elsewhere."""
        return fast_quantile(self.kind, self.parameters, uniforms)


def uncertain(name: str, figure: "Figure", path: str = "") -> Uncertain:
    """Return a scenario's figure under the name of its stream; a name with dots is its path unless another is given."""
    return Uncertain(name, figure.law.kind, figure.law.parameters, path or ("" if "/" in name else name))


@dataclass(frozen=True, eq=False)
class Grid:
    """An array of numbers, most of them certain.

    Parameters
    ----------
    certain
        The values where no law moves them.
    number, place
        Shape (n,): which of the register's loose numbers go to which places, as flat indices; one may go to several.
    divisor
        From the scenario's unit to the array's: 12 for money a year.
    """

    certain: Floats
    number: Integers
    place: Integers
    divisor: float = 1.0

    def room(self, name: str, draws: int, make: "Maker") -> Floats:
        """Make an array of so many draws; one row that all draws share, read-only, where nothing moves."""
        one = np.ascontiguousarray(self.certain / self.divisor)
        rows = np.ndarray((draws, *one.shape), np.float64, one.data, strides=(0, *one.strides))
        if self.number.size:
            own = make(name, rows.shape)
            own[...] = rows
            return own
        rows.flags.writeable = False
        return rows


def grid(
    register: "Register",
    shape: tuple[int, ...],
    entries: "Iterable[tuple[tuple[int, ...], str, Figure]]",
    divisor: float = 1.0,
    paths: "Mapping[str, str] | None" = None,
) -> Grid:
    """Lay figures down in an array.

    Parameters
    ----------
    register
        Where what is uncertain is entered.
    shape
        Of the array.
    entries
        Index, stream name and figure of each place that is not 0; a name that comes again is the same number.
    divisor
        From the scenario's unit to the array's.
    paths
        Where figures stand whose stream's name is not their path.

    Returns
    -------
    Grid
        Ready to be drawn.
    """
    certain = np.zeros(shape)
    moved: dict[Uncertain, list[int]] = {}
    for index, name, figure in entries:
        number = uncertain(name, figure, (paths or {}).get(name, ""))
        if number.is_fixed:
            certain[index] = number.parameters[0]
            register.assume(number.path)
        else:
            moved.setdefault(number, []).append(int(np.ravel_multi_index(index, shape)))
    numbered = [(register.loose_number(number), places) for number, places in moved.items()]
    number_of = [at for at, places in numbered for _ in places]
    place_of = [place for _, places in numbered for place in places]
    return Grid(certain, np.array(number_of, dtype=np.int64), np.array(place_of, dtype=np.int64), divisor)


@entry
def put_rows(loose: Floats, number: Integers, place: Integers, divisor: float, rows: Floats) -> None:
    """Put numbers (number, BLOCK) where they go in ``rows`` (BLOCK, place)."""
    for at in range(number.size):
        for one in range(rows.shape[0]):
            rows[one, place[at]] = loose[number[at], one] / divisor
