"""How far the two halves of a ratio are trusted: the price of a measure, and its effect.

What a measure buys for its money is an effect over a price, and is no better than the worse of the two. The price is a
figure of its own. The effect rests on every figure that the measure sets, and, where it sets how much of a tie there
is, on the tie's ``beta``, which says what the tie does. A number without an origin is ``unverified``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, get_args

from multivector_sim.scenario.figure import Trust
from multivector_sim.scenario.notices import figures

if TYPE_CHECKING:
    from collections.abc import Iterable

    from multivector_sim.scenario.scenario import Scenario

__all__ = ["GRADES", "EffectTrust", "effect_trust", "worst"]

GRADES: tuple[str, ...] = get_args(Trust)
"""The grades of trust, the best first."""

TIE_VALUE = ".value"


class EffectTrust(NamedTuple):
    """The worst grade among the figures behind an effect, and the path of the first figure that has it."""

    grade: str
    path: str


def worst(grades: Iterable[str]) -> str | None:
    """Return the worst of several grades of trust; None of none.

    Examples
    --------
    >>> worst(["official", "article", "press"]), worst([])
    ('article', None)
    """
    return max(grades, key=GRADES.index, default=None)


def effect_trust(changed: Scenario, paths: Iterable[str]) -> EffectTrust | None:
    """Return the worst trust among the figures that a measure's effect rests on.

    Parameters
    ----------
    changed
        The scenario with the measure taken.
    paths
        What the measure sets.

    Returns
    -------
    EffectTrust or None
        None where it sets no figure.
    """
    wanted = tuple(paths)
    behind = [(path, figure.trust) for path, figure in figures(changed) if _is_behind(path, wanted)]
    grade = worst(trust for _, trust in behind)
    return None if grade is None else EffectTrust(grade, next(path for path, trust in behind if trust == grade))


def _is_behind(path: str, wanted: tuple[str, ...]) -> bool:
    """Check whether the figure at a path is set, lies inside what is set, or is the beta of a tie that is set."""
    return any(
        path == it
        or path.startswith(f"{it}.")
        or (".ties." in it and it.endswith(TIE_VALUE) and path == f"{it.removesuffix(TIE_VALUE)}.beta")
        for it in wanted
    )
