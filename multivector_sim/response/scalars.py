"""The smaller and the larger of two numbers, so written that the compiler can take several lanes at once.

Python's own ``min`` and ``max`` compile to calls that it cannot. Where two are equal the first is given, as there.
"""

from multivector_sim.compiled import step

__all__ = ["larger", "positive", "smaller"]


@step
def smaller(first: float, second: float) -> float:
    """Give the smaller of two numbers."""
    return min(first, second)


@step
def larger(first: float, second: float) -> float:
    """Give the larger of two numbers."""
    return max(first, second)


@step
def positive(value: float) -> float:
    """Give the number if it is above zero, else zero."""
    return max(0.0, value)
