"""What counts as a rupture of a flow.

A flow is a country's exports to one partner, over the chain-linked total of that partner's imports, so that inflation,
the pound of 1949 and 1967 and the partner's own recessions are no ruptures. Its **base** is the mean of the years
before. A **rupture** is a flow under a threshold share of its base. After one, the flow is not at risk again until it
is back or some years are over, and a new base has been built.

The definition moves every estimate; :meth:`Definition.grid` lists the alternatives that a calibration reports.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any

from multivector_sim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Definition"]

THRESHOLDS = (0.3, 0.5, 0.7)
LENGTHS = (1, 2)
FLOORS = (0.0001, 0.0005, 0.005)


@dataclass(frozen=True)
class Definition:
    """What counts as a rupture.

    Parameters
    ----------
    threshold
        A flow under this share of its base is a rupture.
    years
        For how many years in a row it must be under.
    floor
        The smallest flow that is looked at, as a share of the partner's imports (mean over the base's years).
    deflated
        Whether flows are taken over the chain-linked total of the partner's imports; False takes them as reported.
    base_years
        How many years make a base; all must be above zero.
    spread
        The largest year of a base over its smallest may be at most this.
    back
        An episode ends when the flow is back at this share of its base ...
    longest
        ... or after this many years.
    trough_years
        The trough is the lowest of so many years, counted from the onset.
    lone
        A rupture is *lone* if the country's other known flows together stayed above this share of their base.
    since, until
        The first and last year at risk; None stands for the last year of the data.
    excluded
        Spans of years (first, last) that are not at risk.
    periods
        First years of the periods for which the hazard is given.
    sizes
        Lower bounds of the size classes, shares of the partner's imports.

    Raises
    ------
    UsageError
        If a value makes no sense.

    Examples
    --------
    >>> Definition().threshold, Definition(threshold=0.3).words()
    (0.5, "a flow under 30 % of its 3-year base, deflated, of at least 0.05 % of the partner's imports")
    """

    threshold: float = 0.5
    years: int = 1
    floor: float = 0.0005
    deflated: bool = True
    base_years: int = 3
    spread: float = 3.0
    back: float = 0.8
    longest: int = 5
    trough_years: int = 3
    lone: float = 0.7
    since: int = 1950
    until: int | None = None
    excluded: tuple[tuple[int, int], ...] = ((1914, 1919), (1939, 1949))
    periods: tuple[int, ...] = (1950, 1974, 1992)
    sizes: tuple[float, ...] = (0.0005, 0.001, 0.002, 0.005, 0.01)

    def __post_init__(self) -> None:
        """Check every value."""
        for name in ("threshold", "floor", "lone", "back"):
            value = getattr(self, name)
            if not 0.0 < value < 1.0:
                raise UsageError(f"definition: {name} must lie between 0 and 1, not {value:g}")
        if self.threshold >= self.back:
            raise UsageError(f"definition: threshold {self.threshold:g} must be below back, {self.back:g}")
        for name in ("years", "base_years", "longest", "trough_years"):
            if getattr(self, name) < 1:
                raise UsageError(f"definition: {name} must be 1 or more, not {getattr(self, name)}")
        if self.spread < 1.0:
            raise UsageError(f"definition: spread must be 1 or more, not {self.spread:g}")
        for name in ("periods", "sizes"):
            values = getattr(self, name)
            if not values or list(values) != sorted(set(values)):
                raise UsageError(f"definition: {name} must rise, not {', '.join(f'{value:g}' for value in values)}")

    def words(self) -> str:
        """Describe the definition in a line."""
        length = "" if self.years == 1 else f" for {self.years} years"
        kind = "deflated" if self.deflated else "as reported"
        return (
            f"a flow under {self.threshold * 100:g} % of its {self.base_years}-year base{length}, {kind}, "
            f"of at least {self.floor * 100:g} % of the partner's imports"
        )

    def grid(self) -> tuple[Definition, ...]:
        """Return the alternatives: three thresholds, one or two years, three floors, deflated or as reported."""
        return tuple(
            replace(self, threshold=threshold, years=years, floor=floor, deflated=deflated)
            for threshold, years, floor, deflated in product(THRESHOLDS, LENGTHS, FLOORS, (True, False))
        )

    def period_names(self, last: int) -> tuple[str, ...]:
        """Return a label for each period, up to the last year of the data.

        Examples
        --------
        >>> Definition().period_names(2014)
        ('1950-1973', '1974-1991', '1992-2014')
        """
        ends = (*(start - 1 for start in self.periods[1:]), max(last, self.periods[-1]))
        return tuple(f"{start}-{end}" for start, end in zip(self.periods, ends, strict=True))

    def size_names(self) -> tuple[str, ...]:
        """Return a label for each size class.

        Examples
        --------
        >>> Definition().size_names()[0], Definition().size_names()[-1]
        ('0.05-0.1 %', 'above 1 %')
        """
        bounds = [f"{size * 100:g}" for size in self.sizes]
        return (*(f"{low}-{high} %" for low, high in pairwise(bounds)), f"above {bounds[-1]} %")

    def document(self) -> dict[str, Any]:
        """Return the definition as plain data."""
        plain = asdict(self)
        return {name: _listed(value) for name, value in plain.items()} | {"words": self.words()}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Definition:
        """Return the definition that :meth:`document` described.

        Examples
        --------
        >>> Definition.from_document(Definition(years=2).document()) == Definition(years=2)
        True
        """
        known = {name: _tupled(value) for name, value in document.items() if name in cls.__dataclass_fields__}
        return cls(**known)


def _listed(value: object) -> Any:  # noqa: ANN401 - plain data of any kind
    return [_listed(item) for item in value] if isinstance(value, tuple) else value


def _tupled(value: object) -> Any:  # noqa: ANN401 - plain data of any kind
    return tuple(_tupled(item) for item in value) if isinstance(value, list) else value
