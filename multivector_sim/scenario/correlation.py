"""Correlation matrices: whether one can be, and the nearest one that can.

A matrix of correlations is possible when it is positive semidefinite. The nearest that is (in the Frobenius norm) comes
from alternating projections with Dykstra's correction (Higham 2002, IMA Journal of Numerical Analysis 22). It is then
rounded to two decimals, and drawn together towards independence until what is printed is possible itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from multivector_sim.scenario.part import is_number

if TYPE_CHECKING:
    from multivector_sim.scenario.words import Complaints
    from multivector_sim.typing import Floats

__all__ = ["check_correlation", "is_possible", "nearest_possible"]

TOLERANCE = 1e-9
MOST_STEPS = 500
MOST_PRINTED = 12
MOST_PARTNERS = 400


def is_possible(matrix: Floats) -> bool:
    """Tell whether a symmetric matrix is positive semidefinite.

    Examples
    --------
    >>> import numpy as np
    >>> is_possible(np.array([[1.0, 0.5], [0.5, 1.0]])), is_possible(np.array([[1.0, 1.5], [1.5, 1.0]]))
    (True, False)
    """
    import numpy as np

    return bool(np.linalg.eigvalsh(matrix)[0] >= -TOLERANCE)


def nearest_possible(matrix: Floats, decimals: int = 2) -> Floats:
    """Give the nearest possible correlation matrix, rounded.

    Parameters
    ----------
    matrix
        Symmetric, ones on the diagonal; shape (n, n).
    decimals
        To how many decimals it is rounded.

    Returns
    -------
    array
        Shape (n, n): symmetric, ones on the diagonal, positive semidefinite after rounding.

    Examples
    --------
    >>> import numpy as np
    >>> wrong = np.array([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]])
    >>> nearest_possible(wrong)[0].tolist()
    [1.0, 0.5, -0.5]
    """
    import numpy as np

    near, correction = matrix.copy(), np.zeros_like(matrix)
    for _ in range(MOST_STEPS):
        before = near
        shifted = near - correction
        values, vectors = np.linalg.eigh(shifted)
        projected = (vectors * np.maximum(values, 0.0)) @ vectors.T
        correction = projected - shifted
        near = projected.copy()
        np.fill_diagonal(near, 1.0)
        if np.abs(near - before).max() < TOLERANCE:
            break
    near = np.clip((near + near.T) / 2.0, -1.0, 1.0)
    smallest = 10.0**-decimals
    for step in range(10**decimals + 1):
        rounded: Floats = np.round(near * (1.0 - step * smallest), decimals)
        np.fill_diagonal(rounded, 1.0)
        if is_possible(rounded):
            break
    return rounded


def check_correlation(pairs: dict[str, Any], path: str, complaints: Complaints) -> None:
    """Refuse a matrix, given pair by pair, that cannot be.

    Parameters
    ----------
    pairs
        ``partner: {partner: number}``, as written.
    path
        Where it is written.
    complaints
        Takes what is wrong.
    """
    before = len(complaints.found)
    given: dict[frozenset[str], float] = {}
    for one, others in pairs.items():
        for other, figure in (others if isinstance(others, dict) else {}).items():
            value: object = figure.get("value") if isinstance(figure, dict) else figure
            where = f"{path}.{one}.{other}"
            if one == other:
                complaints.say(where, f"{one} with itself; give pairs of two partners")
            if not is_number(value) or not -1.0 <= value <= 1.0:
                return
            if given.setdefault(frozenset((one, other)), value) != value:
                complaints.say(where, f"{other} with {one} is given as another number; give a pair once")
    if len(complaints.found) == before and given:
        check_matrix(given, path, complaints)


def check_matrix(given: dict[frozenset[str], float], path: str, complaints: Complaints) -> None:
    """Refuse a matrix that is not positive semidefinite, and show the nearest that is."""
    import numpy as np

    names = list(dict.fromkeys(name for pair in given for name in sorted(pair)))
    if len(names) > MOST_PARTNERS:
        complaints.say(path, f"pairs of more than {MOST_PARTNERS} partners; use loadings")
        return
    numbers = {name: number for number, name in enumerate(names)}
    matrix = np.eye(len(names))
    for pair, value in given.items():
        row, column = (numbers[name] for name in pair)
        matrix[row, column] = matrix[column, row] = value
    if is_possible(matrix):
        return
    if len(names) > MOST_PRINTED:
        complaints.say(path, "no matrix of correlations can be like this; draw its numbers nearer to 0")
        return
    near = nearest_possible(matrix)
    rows = (
        f"{name}: {{{', '.join(f'{names[j]}: {near[i, j]:g}' for j in range(i + 1, len(names)))}}}"
        for i, name in enumerate(names[:-1])
    )
    complaints.say(path, f"no matrix of correlations can be like this; the nearest that can is {{{', '.join(rows)}}}")
