"""Tables of quantile functions: accurate beyond visible error, and a hundred times faster for the beta family.

The quantile is tabled over ``a`` with ``u = 2 a^2`` up to the median and ``1 - u = 2 (1 - a)^2`` beyond it, which is
dense where quantiles are steep and costs one root, and joined by cubics that have the exact values and slopes at the
nodes (``dq/da = 4 min(a, 1 - a) / density(q)``), with slopes limited so that each piece is monotone (Fritsch and
Carlson 1980). A table is kept only where it is within :data:`ERROR` of the distribution's standard deviation at the
middle of every piece, where a cubic is at its worst.

Outside of [0.001, 0.999] the beta and gamma families use the exact quantile. A distribution that no table fits (a
beta whose density is nearly two spikes) uses it everywhere, and is slow. Compiled code has no exact quantile of one
that is drawn by table alone. It gets two more tables, of its tails, over the logarithm of ``u`` and of ``1 - u``, in
which the quantile is smooth; a distribution that no table fits is refused.

**Kept tables** are saved by one process for later ones. The thirty tables of a scenario of middle size take a third of
a second to compute and check, as long as everything else that a short run does. Those of the library's own
distributions are therefore kept beside the machine code, in the folder that is named after the sources and the versions
of the libraries, under the same rules: read only if intact and where no other user can have written, and never an
error. Laws of plug-ins are not kept, because their sources are no part of that name.
"""

import platform
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from math import log, sqrt
from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.cache_folder import cache_folder, key_folder, make_key_folder, read_sealed, write_sealed
from multivector_sim.compiled import KEY, kernel_function
from multivector_sim.errors import UsageError
from multivector_sim.machine_code import current_key
from multivector_sim.sampling.law_kind import BETA, GAMMA, TABLED
from multivector_sim.sampling.laws import law_kind, quantile
from multivector_sim.typing import Floats

if TYPE_CHECKING:
    from multivector_sim.sampling.law_kind import LawKind

__all__ = [
    "ERROR",
    "LOG_TAIL",
    "MEDIAN",
    "PIECES",
    "TAIL",
    "chance",
    "in_the_middles",
    "kept_table",
    "limited",
    "look_up",
    "look_up_tail",
    "spread_of",
    "table",
    "tables_of",
]

ERROR = 1e-8
"""The largest error of a table, as a share of the standard deviation, or in a tail of the distance from the median."""

TAIL = 1e-3
LOG_TAIL, LOWEST, HIGHEST = log(TAIL), log(1e-30), log(2.0**-53)
"""Tables of tails reach from :data:`TAIL` down to 1e-30, and up to the greatest uniform number."""

SEEN = 1e-9
"""The limit to which tables of tails are checked."""

STENCIL = 1e-3
"""The share of the distance to the nearer end over which slopes are estimated."""

LOW_SHARE = 0.16
MEDIAN = 0.5
PIECES = 4096
STEEPEST = 3.0


def tables_of(kind: str, parameters: tuple[float, ...]) -> Floats:
    """Return the tables of a distribution that compiled code needs.

    Examples
    --------
    >>> [tables_of(*law).shape[0] for law in (("fixed", (1.0,)), ("gamma", (2.0, 1.0)), ("loguniform", (1.0, 9.0)))]
    [0, 1, 3]
    """
    middle = table(kind, parameters)
    if law_kind(kind).form(*parameters)[0] != TABLED:
        return np.zeros((0, PIECES + 1, 2)) if middle is None else middle[None]
    lower, upper = _tail(kind, parameters, LOWEST), _tail(kind, parameters, HIGHEST)
    if middle is None or lower is None or upper is None:
        shown = law_kind(kind).in_short([f"{value:g}" for value in parameters])
        raise UsageError(f"{shown}: its quantile function jumps or bends too sharply to be tabled; use another law")
    return np.stack([middle, lower, upper])


def table(kind: str, parameters: tuple[float, ...]) -> Floats | None:
    """Return the table of a distribution's middle; None if it is drawn directly, or no table is accurate enough.

    Examples
    --------
    >>> table("beta", (0.5, 0.2)).shape, table("uniform", (0.0, 1.0))
    ((4097, 2), None)
    """
    entry = law_kind(kind)
    if entry.form(*parameters)[0] not in (BETA, GAMMA, TABLED):
        return None
    nodes = np.arange(PIECES + 1) / PIECES
    at = np.clip(chance(nodes), TAIL / 4, 1.0 - TAIL / 4)
    values = _checked(entry, parameters, at)
    with np.errstate(all="ignore"):
        if entry.density is not None:
            steepness = 4.0 * np.minimum(nodes, 1.0 - nodes) / entry.density(values, *parameters)
        else:
            steepness = 4.0 * np.minimum(nodes, 1.0 - nodes) * _slope(kind, parameters, at)
    made = np.stack([values, limited(values, steepness / PIECES)], axis=1)
    middles = chance(nodes[:-1] + 0.5 / PIECES)
    inner = (middles >= TAIL) & (middles <= 1.0 - TAIL)
    error = np.max(np.abs(in_the_middles(made)[inner] - quantile(kind, parameters, middles[inner])))
    return made if error <= ERROR * spread_of(kind, parameters) else None


def spread_of(kind: str, parameters: tuple[float, ...]) -> float:
    """Return the standard deviation, or half the width of the middle 68 % if there is no formula for it."""
    sd = law_kind(kind).sd
    if sd is not None:
        return sd(*parameters)
    low, high = quantile(kind, parameters, np.array([LOW_SHARE, 1.0 - LOW_SHARE]))
    return float(high - low) / 2.0


def _checked(entry: "LawKind", parameters: tuple[float, ...], at: Floats) -> Floats:
    """Return quantiles at ascending uniform numbers, after checking that the function is a quantile function."""
    values = np.asarray(entry.quantile(at, *parameters), dtype=np.float64)
    if values.shape != at.shape or not np.isfinite(values).all() or (np.diff(values) < 0.0).any():
        raise UsageError(
            f"{entry.name}: its quantile function must take an array of numbers between 0 and 1 and return as many "
            "finite values that never fall"
        )
    return values


def _slope(kind: str, parameters: tuple[float, ...], at: Floats) -> Floats:
    """Return the slope of a quantile function from four values around each number."""
    width = STENCIL * np.minimum(at, 1.0 - at)
    far, near = (
        quantile(kind, parameters, at + many * width) - quantile(kind, parameters, at - many * width) for many in (2, 1)
    )
    return np.asarray((8.0 * near - far) / (12.0 * width))


def _tail(kind: str, parameters: tuple[float, ...], end: float) -> Floats | None:
    """Return the table of one tail, from its ``end`` (lower) or up to it (upper), checked where numbers are drawn."""

    def at(nodes: Floats) -> Floats:
        share = nodes / PIECES if end == HIGHEST else 1.0 - nodes / PIECES
        distance = LOG_TAIL + share * (end - LOG_TAIL)
        return -np.expm1(distance) if end == HIGHEST else np.exp(distance)

    # Slopes come from the neighbours of each node, of which there are two more on the side of the middle.
    nodes = np.arange(PIECES + 3, dtype=np.float64) - (2.0 if end == HIGHEST else 0.0)
    inner = nodes[(nodes >= 0.0) & (nodes <= PIECES)].astype(np.int64) + (2 if end == HIGHEST else 0)
    values = _checked(law_kind(kind), parameters, at(nodes))
    slopes = np.gradient(values)
    slopes[2:-2] = (8.0 * (values[3:-1] - values[1:-3]) - (values[4:] - values[:-4])) / 12.0
    made = np.stack([values[inner], limited(values[inner], slopes[inner])], axis=1)
    middles = at(np.arange(PIECES, dtype=np.float64) + 0.5)
    seen = np.minimum(middles, 1.0 - middles) >= SEEN
    exact, median = quantile(kind, parameters, middles[seen]), quantile(kind, parameters, np.array([MEDIAN]))
    close = np.maximum(np.abs(exact - median), spread_of(kind, parameters))
    error = np.max(np.abs(in_the_middles(made)[seen] - exact) / close)
    return made if error <= ERROR else None


def in_the_middles(nodes: Floats) -> Floats:
    """Return the values of the cubics halfway between their nodes; shape (PIECES,)."""
    values, slopes = nodes.T
    return np.asarray((values[:-1] + values[1:]) / 2.0 + (slopes[:-1] - slopes[1:]) / 8.0)


def chance(nodes: Floats) -> Floats:
    """Return the uniform number at each ``a``."""
    return np.where(nodes <= MEDIAN, 2.0 * nodes**2, 1.0 - 2.0 * (1.0 - nodes) ** 2)


def limited(values: Floats, slopes: Floats) -> Floats:
    """Limit slopes to between 0 and three times the rise of either neighbouring piece, which keeps cubics monotone."""
    rises = np.diff(values)
    least = np.minimum(np.append(rises, rises[-1]), np.insert(rises, 0, rises[0]))
    slopes = np.where(np.isfinite(slopes), slopes, 0.0)
    return np.asarray(np.clip(slopes, 0.0, STEEPEST * least))


@kernel_function
def look_up(nodes: Floats, number: float) -> float:
    """Return the value at one number, between :data:`TAIL` and 1 minus it."""
    lower = number <= MEDIAN
    root = sqrt(0.5 * (number if lower else 1.0 - number))
    return cubic(nodes, root if lower else 1.0 - root)


@kernel_function
def look_up_tail(lower: Floats, upper: Floats, number: float) -> float:
    """Return the value at a number in either tail; NaN returns NaN."""
    if number < TAIL:
        return cubic(lower, max((log(number) - LOWEST) / (LOG_TAIL - LOWEST), 0.0))
    if number > 1.0 - TAIL:
        return cubic(upper, (log(1.0 - number) - LOG_TAIL) / (HIGHEST - LOG_TAIL))
    return number


@kernel_function
def cubic(nodes: Floats, share: float) -> float:
    """Return the value of the cubics at a share, from 0 to 1, of the way along the nodes (PIECES + 1, 2)."""
    pieces = nodes.shape[0] - 1
    at = share * pieces
    piece = min(int(at), pieces - 1)
    t: float = at - piece
    low, high = nodes[piece, 0], nodes[piece + 1, 0]
    first, second = nodes[piece, 1], nodes[piece + 1, 1]
    rise: float = high - low
    bend: float = 3.0 * rise - 2.0 * first - second
    twist: float = first + second - 2.0 * rise
    value: float = low + t * (first + t * (bend + t * twist))
    return value


OWN = frozenset({"beta", "gamma", "pert"})
"""The distributions whose tables are kept."""

MOST = 1000
"""The number of files after which none is added: a study may ask for thousands of tables, each of them once."""

SUFFIX = ".table"


def kept_table(kind: str, parameters: tuple[float, ...], compute: Callable[[], Floats]) -> Floats:
    """Return the tables of a distribution as computed by this code before, or compute and keep them.

    Examples
    --------
    >>> kept_table("normal", (0.0, 1.0), lambda: np.zeros((1, 2, 2))).shape
    (1, 2, 2)
    """
    root = cache_folder() if kind in OWN else None
    if root is None or KEY is None:
        return compute()
    identity = f"{kind} {[float(it).hex() for it in parameters]} {platform.machine()} {platform.system()}".encode()
    name = f"{sha256(identity).hexdigest()[:32]}{SUFFIX}"
    try:
        payload = read_sealed(key_folder(root, KEY) / name, identity)
        return np.frombuffer(payload, dtype="<f8").reshape(-1, PIECES + 1, 2).copy()
    except (OSError, ValueError):
        found = compute()
    with suppress(OSError):
        if found.size and _is_unchanged():
            folder = make_key_folder(root, KEY)
            if sum(1 for _ in folder.glob(f"*{SUFFIX}")) < MOST:
                write_sealed(folder / name, identity, np.ascontiguousarray(found, dtype="<f8").tobytes())
    return found


@cache
def _is_unchanged() -> bool:
    """Return whether the sources are still those that the key was computed from; asked before the first table is kept.

    By then the code that computes tables is imported, so that later changes do no harm.
    """
    return current_key() == KEY
