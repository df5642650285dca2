"""The normal distribution inside compiled code: its quantile function, a row at a time, and its distribution function.

The quantile is Wichura's algorithm AS 241 (1988), exact to the last few bits. Its middle, where 85 of 100 numbers fall,
is one fraction without a branch, which vector units work out for eight numbers at once; the tails are gathered and done
after it. SciPy's function, called for one number after the other, takes two and a half times as long, and this is the
greatest part of the work of a copula.
"""

from math import copysign, erfc, log, sqrt

from multivector_sim.compiled import step
from multivector_sim.typing import Floats, Integers

__all__ = ["normal_cdf", "normal_quantile", "normal_quantiles"]

MEDIAN, MIDDLE = 0.5, 0.425
MIDDLE_SQUARE = MIDDLE**2
NEAR, FAR = 1.6, 5.0
FARTHEST_NEAR = 7.0
"""Between the greatest quantile of a near tail, 6.7, and the least rarity of a far one, 25."""

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


@step
def normal_quantiles(numbers: Floats, count: int, tails: Integers, scores: Floats) -> None:
    """Write the quantiles at ``numbers[:count]`` to ``scores``; ``numbers`` is used up, ``tails`` is scratch."""
    for place in range(count):
        scores[place] = in_the_middle(numbers[place] - MEDIAN)
    many = 0
    for place in range(count):
        tails[many] = place
        many += abs(numbers[place] - MEDIAN) > MIDDLE
    for at in range(many):
        numbers[at] = rarity(numbers[tails[at]])
    for at in range(many):
        numbers[at] = in_a_near_tail(numbers[at])
    for at in range(many):
        if abs(numbers[at]) <= FARTHEST_NEAR:
            scores[tails[at]] = numbers[at]
        else:
            scores[tails[at]] = in_a_far_tail(numbers[at])


@step
def normal_quantile(number: float) -> float:
    """Give the quantile at one number; NaN gives NaN."""
    if not abs(number - MEDIAN) > MIDDLE:
        return in_the_middle(number - MEDIAN)
    score = in_a_near_tail(rarity(number))
    return score if abs(score) <= FARTHEST_NEAR else in_a_far_tail(score)


@step
def normal_cdf(value: float) -> float:
    """Give the probability of a smaller value, exact in the lower tail too."""
    return 0.5 * erfc(-value / ROOT_OF_TWO)


@step
def in_the_middle(q: float) -> float:
    """Give the quantile at ``0.5 + q`` for q within 0.425 of 0."""
    r = MIDDLE_SQUARE - q * q
    return q * polynomial(r, ABOVE_MIDDLE) / polynomial(r, BELOW_MIDDLE)


@step
def rarity(number: float) -> float:
    """Give minus the logarithm of the distance to the nearer end, with a minus in the lower half."""
    return log(number) if number < MEDIAN else -log(1.0 - number)


@step
def in_a_near_tail(rarity: float) -> float:
    """Give the quantile of a rarity of 25 or less; of a greater one, which is far, give it as it is."""
    size = abs(rarity)
    r = sqrt(size) - NEAR
    near = polynomial(r, ABOVE_NEAR) / polynomial(r, BELOW_NEAR)
    return copysign(near if size <= FAR * FAR else size, rarity)


@step
def in_a_far_tail(rarity: float) -> float:
    """Give the quantile of a rarity over 25, which is a probability under 1.4e-11."""
    r = sqrt(abs(rarity)) - FAR
    return copysign(polynomial(r, ABOVE_FAR) / polynomial(r, BELOW_FAR), rarity)


@step
def polynomial(r: float, factors: tuple[float, ...]) -> float:
    """Give the value of a polynomial, the factor of its highest power first."""
    value = 0.0
    for factor in factors:
        value = value * r + factor
    return value
