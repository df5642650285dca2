"""Interchangeable partners: exchanging them changes no loss, so that one way to lose represents several.

With three identical partners every way to lose a given amount occurs in all permutations, which are equally likely, and
a search ends in an arbitrary one. Partners are alike if their streams have the same names apart from their own, and if
the loss at many points is unchanged when their coordinates are exchanged; this is tested, not inferred from the file.
The search then also considers points at which several of them coincide, since the most likely point is often one of
these and a kink prevents a search from reaching it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from multivector_sim.questions.latent_space import Losses
    from multivector_sim.typing import Floats, Integers

__all__ = ["Alike", "alike_partners"]

EQUAL = 1e-9
"""Losses of exchanged points that differ by no more are the same."""

CLOSE = 0.02
"""Coordinates this close, as a share of the distance of the point, count as the same."""

FEWEST = 2


@dataclass(frozen=True, eq=False)
class Alike:
    """Partners that are interchangeable.

    Parameters
    ----------
    partners
        Their names, two or more.
    places
        Shape (partner, coordinate): where each one's coordinates stand in a point, in the same order.
    """

    partners: tuple[str, ...]
    places: Integers

    def ordered(self, point: Floats) -> Floats:
        """Return the form of a point in which the partner that is furthest from its medians comes first."""
        blocks = point[self.places]
        order = np.argsort(-np.linalg.norm(blocks, axis=1), kind="stable")
        changed = point.copy()
        changed[self.places] = blocks[order]
        return changed

    def levelled(self, point: Floats) -> Floats:
        """Return points at which the first two, three and so on of them do the same; shape (partner - 1, dimension)."""
        ordered = self.ordered(point)
        found = np.repeat(ordered[None], len(self.partners) - 1, axis=0)
        for row, count in enumerate(range(FEWEST, len(self.partners) + 1)):
            found[row][self.places[:count]] = ordered[self.places[:count]].mean(axis=0)
        return found

    def forms(self, point: Floats) -> int:
        """Return in how many different forms a point comes when the partners are exchanged.

        Examples
        --------
        >>> three = Alike(("a", "b", "c"), np.array([[0], [1], [2]]))
        >>> three.forms(np.array([2.0, 0.0, 0.0])), three.forms(np.array([1.0, 1.0, 1.0])), three.forms(np.arange(3.0))
        (3, 1, 6)
        """
        near = CLOSE * float(np.linalg.norm(point))
        left = list(point[self.places])
        count = factorial(len(left))
        while left:
            first = left[0]
            same = [block for block in left if float(np.abs(block - first).max()) <= near]
            left = [block for block in left if float(np.abs(block - first).max()) > near]
            count //= factorial(len(same))
        return count


def alike_partners(loss: Losses, names: Sequence[str], partners: Sequence[str], points: Floats) -> tuple[Alike, ...]:
    """Find the partners that may be exchanged.

    Parameters
    ----------
    loss
        Losses of points.
    names
        The streams, one for each coordinate.
    partners
        The names of the partners.
    points
        Shape (n, dimension): where the exchange is tried.

    Returns
    -------
    tuple of Alike
        Groups of two or more; none where no two are alike.

    Examples
    --------
    >>> names = ("hazard/a/severity", "hazard/b/severity", "hazard/c/severity")
    >>> points = np.random.default_rng(1).normal(size=(9, 3))
    >>> weights = np.array([1.0, 2.0, 1.0])
    >>> [it.partners for it in alike_partners(lambda at: at @ weights, names, ("a", "b", "c"), points)]
    [('a', 'c')]
    """
    known = [(partner, *_own(names, partner)) for partner in partners]
    before = loss(points)
    groups: list[list[tuple[str, list[int]]]] = []
    signatures: list[tuple[str, ...]] = []
    for partner, places, signature in known:
        if not places:
            continue
        for group, of_group in zip(groups, signatures, strict=True):
            if signature == of_group and _may_be_exchanged(loss, points, before, group[0][1], places):
                group.append((partner, places))
                break
        else:
            groups.append([(partner, places)])
            signatures.append(signature)
    return tuple(
        Alike(tuple(partner for partner, _ in group), np.array([places for _, places in group]))
        for group in groups
        if len(group) >= FEWEST
    )


def _own(names: Sequence[str], partner: str) -> tuple[list[int], tuple[str, ...]]:
    """Return the places of a partner's streams, and their names without the partner's and without numbers."""
    places, signature = [], []
    for place, name in enumerate(names):
        words = name.split("/")
        if partner in words:
            places.append(place)
            signature.append("/".join(word for word in words if word != partner and not word.isdigit()))
    return places, tuple(signature)


def _may_be_exchanged(loss: Losses, points: Floats, before: Floats, one: list[int], other: list[int]) -> bool:
    """Check whether losses stay when the coordinates of two partners are exchanged."""
    changed = points.copy()
    changed[:, one], changed[:, other] = points[:, other], points[:, one]
    return bool(np.all(np.abs(loss(changed) - before) <= EQUAL))
