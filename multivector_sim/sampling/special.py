"""Special functions in compiled code: those of SciPy, the normal distribution, and Student's t.

SciPy exposes the C functions behind ``scipy.special`` to other compiled code (``scipy.special.cython_special``). They
are exact where no table is used. Compiled code calls them by a symbol that the linker resolves, not by
address, which differs in each process, so saved machine code (:mod:`multivector_sim.machine_code`) finds them
again.

The normal quantile is Wichura's algorithm AS 241 (1988), exact to the last few bits. Its middle, where 85 of 100
numbers fall, is one fraction without a branch, which vector units compute for eight numbers at once; the tails are
gathered and done afterwards. SciPy's function, called one number at a time, takes two and a half times as long.

Student's t distribution function is tabulated. With ``v = (1 + t / sqrt(k + t^2)) / 2`` and ``k = min(nu, 100)`` it is
smooth in v and close to a power of it in the tails, with the exact slopes ::

    dF/dv = 2 sqrt(k) f(t) (4 v (1 - v))^(-3/2),     f the density

A look-up takes a few nanoseconds, the general function two hundred. SciPy's function is used outside [0.001, 0.999] and
below about one degree of freedom, where no table is accurate enough.
"""

import ctypes
from functools import lru_cache
from math import copysign, erfc, log, sqrt
from typing import Any

import numpy as np
from scipy import special
from scipy.special import cython_special, gammaln
from scipy.special import stdtr as exact_cdf

from multivector_sim.compiled import COMPILER, kernel_function
from multivector_sim.sampling.tables import PIECES, TAIL, chance, in_the_middles, limited, look_up
from multivector_sim.typing import Floats, Integers

__all__ = [
    "CLOSE",
    "betaincinv",
    "gammaincinv",
    "normal_cdf",
    "normal_quantile",
    "normal_quantiles",
    "stdtr",
    "student_cdf",
    "student_table",
]

DOUBLE = "double"
SYMBOL = "multivector_scipy_"


def _from_scipy(name: str, arguments: int) -> Any:  # noqa: ANN401  a C function has no Python type
    """Return SciPy's function of so many doubles, whose symbol may have a prefix for one of several types."""
    if not COMPILER:
        return getattr(special, name)
    from llvmlite.binding import add_symbol
    from numba import config, types
    from numba.extending import get_cython_function_address

    for known, capsule in cython_special.__pyx_capi__.items():
        signature = str(capsule).split('"')[1]
        if known.removeprefix("__pyx_fuse_0").removeprefix("__pyx_fuse_1") == name and signature.startswith(DOUBLE):
            address = get_cython_function_address("scipy.special.cython_special", known)
            if getattr(config, "DISABLE_JIT", 0):
                return ctypes.CFUNCTYPE(ctypes.c_double, *[ctypes.c_double] * arguments)(address)
            add_symbol(SYMBOL + name, address)
            return types.ExternalFunction(SYMBOL + name, types.float64(*[types.float64] * arguments))
    raise ImportError(f"scipy.special.cython_special: no '{name}' of doubles; another version of SciPy is needed")


betaincinv = _from_scipy("betaincinv", 3)
gammaincinv = _from_scipy("gammaincinv", 2)
stdtr = _from_scipy("stdtr", 2)


MEDIAN, MIDDLE = 0.5, 0.425
MIDDLE_SQUARE = MIDDLE**2
NEAR, FAR = 1.6, 5.0
FARTHEST_NEAR = 7.0
"""A limit between the greatest quantile of a near tail, 6.7, and the least rarity of a far one, 25."""

ROOT_OF_TWO = sqrt(2.0)

ABOVE_MIDDLE = (
    2.5090809287301226727e3,
    3.3430575583588128105e4,
    6.7265770927008700853e4,
    4.5921953931549871457e4,
    1.3731693765509461125e4,
    1.9715909503065514427e3,
    1.3314166789178437745e2,
    3.387132872796366608,
)
BELOW_MIDDLE = (
    5.226495278852854561e3,
    2.8729085735721942674e4,
    3.930789580009271061e4,
    2.1213794301586595867e4,
    5.3941960214247511077e3,
    6.871870074920579083e2,
    4.2313330701600911252e1,
    1.0,
)
ABOVE_NEAR = (
    7.7454501427834140764e-4,
    2.27238449892691845833e-2,
    2.4178072517745061177e-1,
    1.27045825245236838258,
    3.64784832476320460504,
    5.7694972214606914055,
    4.6303378461565452959,
    1.42343711074968357734,
)
BELOW_NEAR = (
    1.05075007164441684324e-9,
    5.475938084995344946e-4,
    1.51986665636164571966e-2,
    1.4810397642748007459e-1,
    6.8976733498510000455e-1,
    1.6763848301838038494,
    2.05319162663775882187,
    1.0,
)
ABOVE_FAR = (
    2.01033439929228813265e-7,
    2.71155556874348757815e-5,
    1.2426609473880784386e-3,
    2.6532189526576123093e-2,
    2.9656057182850489123e-1,
    1.7848265399172913358,
    5.4637849111641143699,
    6.6579046435011037772,
)
BELOW_FAR = (
    2.04426310338993978564e-15,
    1.4215117583164458887e-7,
    1.8463183175100546818e-5,
    7.868691311456132591e-4,
    1.48753612908506148525e-2,
    1.3692988092273580531e-1,
    5.9983220655588793769e-1,
    1.0,
)


@kernel_function
def normal_quantiles(numbers: Floats, count: int, tails: Integers, scores: Floats) -> None:
    """Write the quantiles at ``numbers[:count]`` to ``scores``; ``numbers`` is overwritten, ``tails`` is scratch."""
    for place in range(count):
        scores[place] = _in_the_middle(numbers[place] - MEDIAN)
    many = 0
    for place in range(count):
        tails[many] = place
        many += abs(numbers[place] - MEDIAN) > MIDDLE
    for at in range(many):
        numbers[at] = _rarity(numbers[tails[at]])
    for at in range(many):
        numbers[at] = _in_a_near_tail(numbers[at])
    for at in range(many):
        if abs(numbers[at]) <= FARTHEST_NEAR:
            scores[tails[at]] = numbers[at]
        else:
            scores[tails[at]] = _in_a_far_tail(numbers[at])


@kernel_function
def normal_quantile(number: float) -> float:
    """Return the quantile at one number; NaN gives NaN."""
    if not abs(number - MEDIAN) > MIDDLE:
        return _in_the_middle(number - MEDIAN)
    score = _in_a_near_tail(_rarity(number))
    return score if abs(score) <= FARTHEST_NEAR else _in_a_far_tail(score)


@kernel_function
def normal_cdf(value: float) -> float:
    """Return the probability of a smaller value, exact in the lower tail too."""
    return 0.5 * erfc(-value / ROOT_OF_TWO)


@kernel_function
def _in_the_middle(q: float) -> float:
    """Return the quantile at ``0.5 + q`` for q within 0.425 of 0."""
    r = MIDDLE_SQUARE - q * q
    return q * _polynomial(r, ABOVE_MIDDLE) / _polynomial(r, BELOW_MIDDLE)


@kernel_function
def _rarity(number: float) -> float:
    """Return minus the logarithm of the distance to the nearer end, negative in the lower half."""
    return log(number) if number < MEDIAN else -log(1.0 - number)


@kernel_function
def _in_a_near_tail(rarity: float) -> float:
    """Return the quantile for a rarity of 25 or less; return a greater one unchanged, as it belongs to a far tail."""
    size = abs(rarity)
    r = sqrt(size) - NEAR
    near = _polynomial(r, ABOVE_NEAR) / _polynomial(r, BELOW_NEAR)
    return copysign(near if size <= FAR * FAR else size, rarity)


@kernel_function
def _in_a_far_tail(rarity: float) -> float:
    """Return the quantile for a rarity over 25, that is, a probability below 1.4e-11."""
    r = sqrt(abs(rarity)) - FAR
    return copysign(_polynomial(r, ABOVE_FAR) / _polynomial(r, BELOW_FAR), rarity)


@kernel_function
def _polynomial(r: float, factors: tuple[float, ...]) -> float:
    """Return the value of a polynomial; the coefficient of its highest power comes first."""
    value = 0.0
    for factor in factors:
        value = value * r + factor
    return value


CLOSE = 1e-9
"""The largest allowed error of a table."""

WIDEST = 100.0
FARTHEST = 1e100
"""Beyond this the square of a value would overflow, and the probability is 0 or 1."""


@lru_cache(maxsize=64)
def student_table(nu: float) -> Floats:
    """Return the table for a number of degrees of freedom.

    Examples
    --------
    >>> student_table(4.0).shape, student_table(0.01).shape
    ((4097, 2), (0, 2))
    """
    nodes = np.arange(PIECES + 1) / PIECES
    at = chance(nodes)
    with np.errstate(divide="ignore", invalid="ignore"):
        stretch = 2.0 * np.sqrt(_width_of(nu)) * (4.0 * at * (1.0 - at)) ** -1.5
        steepness = _density(nu, _score(nu, at)) * stretch * 4.0 * np.minimum(nodes, 1.0 - nodes)
    values = _exact(nu, at)
    made = np.stack([values, limited(values, np.nan_to_num(steepness, posinf=0.0) / PIECES)], axis=1)
    truth = _exact(nu, chance(nodes[:-1] + 0.5 / PIECES))
    inner = (truth >= TAIL / 2) & (truth <= 1.0 - TAIL / 2)
    error = np.max(np.abs(in_the_middles(made) - truth)[inner], initial=0.0)
    return made if error <= CLOSE else np.zeros((0, 2))


def _width_of(nu: float) -> float:
    """Return k: with very many degrees of freedom the distribution is nearly normal, and as wide."""
    return min(nu, WIDEST)


def _score(nu: float, at: Floats) -> Floats:
    """Return t at v."""
    return np.asarray((2.0 * at - 1.0) * np.sqrt(_width_of(nu) / (4.0 * at * (1.0 - at))))


def _density(nu: float, scores: Floats) -> Floats:
    """Return the density at t."""
    log = gammaln((nu + 1.0) / 2.0) - gammaln(nu / 2.0) - 0.5 * np.log(nu * np.pi)
    return np.asarray(np.exp(log - 0.5 * (nu + 1.0) * np.log1p(scores**2 / nu)))


def _exact(nu: float, at: Floats) -> Floats:
    """Return the distribution function at v, by SciPy."""
    with np.errstate(divide="ignore"):
        return np.asarray(exact_cdf(nu, _score(nu, at)))


@kernel_function
def student_cdf(nu: float, nodes: Floats, value: float) -> float:
    """Return the probability of a smaller value; NaN gives NaN.

    ``nodes`` is the table that :func:`student_table` returns for ``nu``.
    """
    if nodes.shape[0] > 0 and -FARTHEST < value < FARTHEST:
        found = look_up(nodes, 0.5 + 0.5 * value / sqrt(min(nu, WIDEST) + value * value))
        if TAIL <= found <= 1.0 - TAIL:
            return found
    exact_value: float = stdtr(nu, value)
    return exact_value
