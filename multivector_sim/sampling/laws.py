"""The table of probability distributions; each entry holds the whole definition of one of them.

A distribution is a quantile function, so that one uniform number drives one assumption: common random numbers,
sensitivity analysis and low-discrepancy points then work for all of them alike. Its entry, a
:class:`~multivector_sim.sampling.law_kind.LawKind`, also defines how a scenario writes it, how its parameters are
checked, how it is described, and how compiled code draws it. Reading, the JSON Schema, drawing, ``sensitivity`` and the
report all use this table, so an entry in :data:`BUILT_IN` (or a call of :func:`register_law`) is all it takes to
add one.

Compiled code draws a few forms directly, and all other distributions from tables of their quantile functions
(:mod:`multivector_sim.sampling.tables`).

NumPy and SciPy are imported inside the functions that need them: reading a scenario needs the entries, but no numbers.
"""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING

from multivector_sim.errors import UsageError
from multivector_sim.plugins import load_plugins
from multivector_sim.sampling.law_kind import (
    BETA,
    EMPIRICAL,
    FIXED,
    GAMMA,
    LOGNORMAL,
    TRIANGULAR,
    UNIFORM,
    LawKind,
    no_problem,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from multivector_sim.sampling.law_kind import Form, Parameters
    from multivector_sim.typing import Floats

__all__ = [
    "BUILT_IN",
    "beta_shape",
    "gamma_shape",
    "known_laws",
    "law_kind",
    "pert_shape",
    "quantile",
    "register_law",
]

WIDEST_SIGMA = 20.0
WIDEST_GAMMA = 100.0


def _ascending(*names: str) -> Callable[..., str]:
    """Return a check that parameters are in ascending order and not all the same."""

    def check(*parameters: float) -> str:
        if list(parameters) != sorted(parameters):
            return f"must be in order, [{', '.join(names)}]"
        return "low and high are the same; write the number itself" if parameters[0] == parameters[-1] else ""

    return check


def _ends(*parameters: float) -> tuple[float, float]:
    """Return the first and the last parameter."""
    return parameters[0], parameters[-1]


def _from_zero(*_: float) -> tuple[float, float]:
    """Return the support of a positive distribution without limit."""
    return 0.0, math.inf


def _average(*parameters: float) -> float:
    """Return the mean of the parameters."""
    return math.fsum(parameters) / len(parameters)


def _fixed_quantile(numbers: Floats, value: float) -> Floats:
    """Return the same value everywhere."""
    import numpy as np

    return np.full(numbers.shape, value)


def _uniform_quantile(numbers: Floats, low: float, high: float) -> Floats:
    """Return values that rise linearly from low to high."""
    return low + (high - low) * numbers


def _uniform_form(low: float, high: float) -> Form:
    """Return the compiled form, and its parameters low and high."""
    return (FIXED, (low,)) if low == high else (UNIFORM, (low, high))


def _triangular_quantile(numbers: Floats, low: float, likely: float, high: float) -> Floats:
    """Return quantiles of a density that rises linearly from low to likely and falls linearly to high."""
    import numpy as np

    width = high - low
    if width == 0.0:
        return np.full(numbers.shape, low)
    turn = (likely - low) / width
    rising = low + np.sqrt(numbers * width * (likely - low))
    falling = high - np.sqrt((1.0 - numbers) * width * (high - likely))
    return np.asarray(np.where(numbers < turn, rising, falling))


def _triangular_form(low: float, likely: float, high: float) -> Form:
    """Return the three corners."""
    return (FIXED, (low,)) if low == high else (TRIANGULAR, (low, likely, high))


def beta_shape(mean: float, sd: float, low: float = 0.0, high: float = 1.0) -> tuple[float, float]:
    """Return the two shapes of a beta distribution with this mean and standard deviation.

    Examples
    --------
    >>> [round(shape, 12) for shape in beta_shape(0.5, 0.05**0.5)]
    [2.0, 2.0]
    """
    width = high - low
    mean, sd = (mean - low) / width, sd / width
    weight = mean * (1.0 - mean) / sd**2 - 1.0
    return mean * weight, (1.0 - mean) * weight


def _beta_quantile(numbers: Floats, mean: float, sd: float, low: float = 0.0, high: float = 1.0) -> Floats:
    """Return quantiles of a beta of this mean and standard deviation between low and high."""
    import numpy as np
    from scipy.special import betaincinv

    if sd == 0.0:
        return np.full(numbers.shape, mean)
    return np.asarray(low + (high - low) * betaincinv(*beta_shape(mean, sd, low, high), numbers))


def _beta_density(values: Floats, mean: float, sd: float, low: float = 0.0, high: float = 1.0) -> Floats:
    """Return the density of a beta of this mean and standard deviation between low and high."""
    return _stretched_beta_density(values, beta_shape(mean, sd, low, high), low, high)


def _stretched_beta_density(values: Floats, shape: tuple[float, float], low: float, high: float) -> Floats:
    """Return the density of a beta of these shapes between low and high."""
    import numpy as np
    from scipy.special import betaln, xlog1py, xlogy

    (first, second), width = shape, high - low
    at = (values - low) / width
    log = xlogy(first - 1.0, at) + xlog1py(second - 1.0, -at) - betaln(first, second)
    return np.asarray(np.exp(log) / width)


def _beta_form(mean: float, sd: float, low: float = 0.0, high: float = 1.0) -> Form:
    """Return both shapes, the low end and the width."""
    return (FIXED, (mean,)) if sd == 0.0 else (BETA, (*beta_shape(mean, sd, low, high), low, high - low))


def _beta_check(mean: float, sd: float, low: float = 0.0, high: float = 1.0) -> str:
    """Check a beta distribution; its standard deviation is limited by how far the mean is from both ends."""
    if low >= high:
        return f"low must be below high, not {low:.15g} and {high:g}"
    if not low < mean < high:
        return f"mean must lie between {low:g} and {high:g}, not {mean:.15g}"
    if sd <= 0.0:
        return f"sd must be above 0, not {sd:.15g}"
    widest = math.sqrt((mean - low) * (high - mean))
    return "" if sd < widest else f"sd {sd:.15g} is too wide for a mean of {mean:.15g}; it must be below {widest:.4g}"


def pert_shape(low: float, likely: float, high: float) -> tuple[float, float]:
    """Return the two shapes of the beta distribution behind a PERT.

    Examples
    --------
    >>> pert_shape(0.0, 0.5, 1.0)
    (3.0, 3.0)
    """
    width = high - low
    return 1.0 + 4.0 * (likely - low) / width, 1.0 + 4.0 * (high - likely) / width


def _pert_quantile(numbers: Floats, low: float, likely: float, high: float) -> Floats:
    """Return quantiles of a beta between low and high with mean (low + 4 likely + high) / 6 (Malcolm et al. 1959)."""
    import numpy as np
    from scipy.special import betaincinv

    if high == low:
        return np.full(numbers.shape, low)
    first, second = pert_shape(low, likely, high)
    return np.asarray(low + (high - low) * betaincinv(first, second, numbers))


def _pert_density(values: Floats, low: float, likely: float, high: float) -> Floats:
    """Return the density of a PERT."""
    return _stretched_beta_density(values, pert_shape(low, likely, high), low, high)


def _pert_form(low: float, likely: float, high: float) -> Form:
    """Return both shapes of the beta behind it, the low end and the width."""
    return (FIXED, (low,)) if low == high else (BETA, (*pert_shape(low, likely, high), low, high - low))


def _pert_mean(low: float, likely: float, high: float) -> float:
    """Return the mean of a PERT."""
    return (low + 4.0 * likely + high) / 6.0


def _pert_sd(low: float, likely: float, high: float) -> float:
    """Return the standard deviation of a PERT."""
    mean = _pert_mean(low, likely, high)
    return math.sqrt((mean - low) * (high - mean) / 7.0)


def _first(mean: float, *_: float) -> float:
    """Return the mean of a distribution that is parametrised by it."""
    return mean


def _second(_: float, sd: float, *__: float) -> float:
    """Return the standard deviation of a distribution that is parametrised by it."""
    return sd


def _lognormal_quantile(numbers: Floats, median: float, sigma: float) -> Floats:
    """Return the median times the exponential of a normal with standard deviation sigma."""
    import numpy as np
    from scipy.special import ndtri

    return np.asarray(median * np.exp(sigma * ndtri(numbers)))


def _lognormal_mean(median: float, sigma: float) -> float:
    """Return the mean of a lognormal."""
    return median * math.exp(sigma**2 / 2.0)


def _lognormal_form(median: float, sigma: float) -> Form:
    """Return median and sigma."""
    return (FIXED, (median,)) if sigma == 0.0 else (LOGNORMAL, (median, sigma))


def _lognormal_check(median: float, sigma: float) -> str:
    """Check a lognormal distribution."""
    if median <= 0.0:
        return f"median must be above 0, not {median:.15g}"
    return "" if 0.0 < sigma <= WIDEST_SIGMA else f"sigma must lie between 0 and {WIDEST_SIGMA:g}, not {sigma:.15g}"


def gamma_shape(mean: float, sd: float) -> tuple[float, float]:
    """Return shape and scale of a gamma distribution by its moments.

    Examples
    --------
    >>> gamma_shape(6.0, 3.0)
    (4.0, 1.5)
    """
    return (mean / sd) ** 2, sd**2 / mean


def _gamma_quantile(numbers: Floats, mean: float, sd: float) -> Floats:
    """Return quantiles of a gamma of this mean and standard deviation."""
    import numpy as np
    from scipy.special import gammaincinv

    if sd == 0.0:
        return np.full(numbers.shape, mean)
    shape, scale = gamma_shape(mean, sd)
    return np.asarray(scale * gammaincinv(shape, numbers))


def _gamma_density(values: Floats, mean: float, sd: float) -> Floats:
    """Return the density of a gamma of this mean and standard deviation."""
    import numpy as np
    from scipy.special import gammaln, xlogy

    shape, scale = gamma_shape(mean, sd)
    at = values / scale
    return np.asarray(np.exp(xlogy(shape - 1.0, at) - at - gammaln(shape)) / scale)


def _gamma_form(mean: float, sd: float) -> Form:
    """Return shape and scale."""
    return (FIXED, (mean,)) if sd == 0.0 else (GAMMA, gamma_shape(mean, sd))


def _gamma_check(mean: float, sd: float) -> str:
    """Check a gamma distribution."""
    if mean <= 0.0:
        return f"mean must be above 0, not {mean:.15g}"
    widest = WIDEST_GAMMA * mean
    return "" if 0.0 < sd <= widest else f"sd must lie between 0 and {widest:g}, not {sd:.15g}"


def _loguniform_check(low: float, high: float) -> str:
    """Check a loguniform distribution."""
    return _ascending("low", "high")(low, high) or ("" if low > 0.0 else f"low must be above 0, not {low:.15g}")


def _empirical_quantile(numbers: Floats, *values: float) -> Floats:
    """Return each of the given values with equal probability."""
    import numpy as np

    listed = np.sort(np.asarray(values, dtype=np.float64))
    places = np.nan_to_num(numbers * listed.size).astype(np.int64)
    return np.where(np.isnan(numbers), np.nan, listed[np.minimum(places, listed.size - 1)])


BUILT_IN: Mapping[str, LawKind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            LawKind(
                name="fixed",
                parameters=("value",),
                written="number",
                quantile=_fixed_quantile,
                support=_ends,
                mean=_first,
                form=lambda value: (FIXED, (value,)),
            ),
            LawKind(
                name="uniform",
                parameters=("low", "high"),
                quantile=_uniform_quantile,
                support=_ends,
                mean=_average,
                check=_ascending("low", "high"),
                form=_uniform_form,
                phrase="evenly between {low} and {high}",
            ),
            LawKind(
                name="triangular",
                parameters=("low", "likely", "high"),
                quantile=_triangular_quantile,
                support=_ends,
                mean=_average,
                check=_ascending("low", "likely", "high"),
                form=_triangular_form,
            ),
            LawKind(
                name="pert",
                parameters=("low", "likely", "high"),
                quantile=_pert_quantile,
                support=_ends,
                mean=_pert_mean,
                check=_ascending("low", "likely", "high"),
                form=_pert_form,
                sd=_pert_sd,
                density=_pert_density,
                title="PERT",
            ),
            LawKind(
                name="beta",
                parameters=("mean", "sd", "low", "high"),
                written="keys",
                defaults={"low": 0.0, "high": 1.0},
                quantile=_beta_quantile,
                support=lambda mean, sd, low=0.0, high=1.0: (low, high),  # noqa: ARG005
                mean=_first,
                check=_beta_check,
                form=_beta_form,
                sd=_second,
                density=_beta_density,
            ),
            LawKind(
                name="lognormal",
                parameters=("median", "sigma"),
                written="keys",
                quantile=_lognormal_quantile,
                support=_from_zero,
                mean=_lognormal_mean,
                check=_lognormal_check,
                form=_lognormal_form,
                plain=frozenset({"sigma"}),
            ),
            LawKind(
                name="gamma",
                parameters=("mean", "sd"),
                written="keys",
                quantile=_gamma_quantile,
                support=_from_zero,
                mean=_first,
                check=_gamma_check,
                form=_gamma_form,
                sd=_second,
                density=_gamma_density,
            ),
            LawKind(
                name="loguniform",
                parameters=("low", "high"),
                quantile=lambda numbers, low, high: low * (high / low) ** numbers,
                support=_ends,
                mean=lambda low, high: (high - low) / math.log(high / low),
                check=_loguniform_check,
                phrase="evenly in orders of magnitude between {low} and {high}",
            ),
            LawKind(
                name="empirical",
                parameters=(),
                written="values",
                quantile=_empirical_quantile,
                support=lambda *values: (min(values), max(values)),
                mean=_average,
                form=lambda *values: (EMPIRICAL, tuple(sorted(values))),
            ),
        )
    }
)
"""The built-in distributions, in the order in which messages and the schema list them."""

_registered: dict[str, LawKind] = {}


def law_kind(name: str) -> LawKind:
    """Return the entry of a distribution.

    Raises
    ------
    UsageError
        If there is no distribution of this name.

    Examples
    --------
    >>> law_kind("pert").parameters
    ('low', 'likely', 'high')
    """
    for entries in (BUILT_IN, _registered):
        if name in entries:
            return entries[name]
    known = known_laws()
    if name not in known:
        raise UsageError(f"no law called '{name}'; there are {', '.join(known)}")
    return known[name]


def known_laws() -> dict[str, LawKind]:
    """Return the entries of all distributions by name; registered ones come last."""
    load_plugins()
    return {**BUILT_IN, **_registered}


def register_law(
    name: str,
    parameters: Sequence[str],
    quantile: Callable[..., Floats],
    *,
    support: Callable[..., tuple[float, float]],
    mean: Callable[..., float],
    check: Callable[..., str] = no_problem,
    phrase: str = "",
) -> None:
    """Register a distribution, which scenarios can then use like any other.

    Parameters
    ----------
    name
        The key under which a scenario writes it, ``{name: [..]}``.
    parameters
        The names of its parameters, in the order in which a scenario lists them.
    quantile
        Takes uniform numbers, an array of any shape strictly between 0 and 1, and the parameters. Returns values of the
        same shape that never decrease as the numbers increase, without jumps: compiled code draws from a table of it.
    support
        Takes the parameters; returns the least and the greatest value, infinite where there is no limit. A figure that
        must lie between 0 and 1 refuses a distribution whose support is larger.
    mean
        Takes the parameters; returns the exact mean.
    check
        Takes the parameters, finite numbers; returns what is wrong with them, or an empty text.
    phrase
        Its description in the report, with the names of parameters in braces.

    Raises
    ------
    UsageError
        If the name belongs to a built-in distribution, or a name or parameter is invalid. A distribution that was
        registered before under the name is replaced.

    Examples
    --------
    >>> register_law(
    ...     "square",
    ...     ["low", "high"],
    ...     lambda numbers, low, high: low + (high - low) * numbers**2,
    ...     support=lambda low, high: (low, high),
    ...     mean=lambda low, high: low + (high - low) / 3.0,
    ... )
    >>> import numpy as np
    >>> quantile("square", (0.0, 4.0), np.array([0.5])).tolist()
    [1.0]
    >>> _registered.pop("square").parameters  # only an example: taken away again
    ('low', 'high')
    """
    if not name.isidentifier():
        raise UsageError(f"register_law: '{name}' cannot be a key of a scenario; use letters, digits and underscores")
    if name in BUILT_IN or name == "value":
        raise UsageError(f"register_law: '{name}' has a meaning already; use another name")
    if not parameters or not all(it.isidentifier() for it in parameters):
        raise UsageError(f"register_law: '{name}' needs the names of its parameters, such as ['low', 'high']")
    _registered[name] = LawKind(
        name, tuple(parameters), quantile, support=support, mean=mean, check=check, phrase=phrase
    )


def quantile(kind: str, parameters: Parameters, numbers: Floats) -> Floats:
    """Return the values of a distribution at uniform numbers.

    Parameters
    ----------
    kind
        The name of a distribution.
    parameters
        Its parameters, in the order in which a scenario writes them.
    numbers
        Strictly between 0 and 1; NaN returns NaN.

    Returns
    -------
    array
        Values of the same shape, never decreasing as the numbers increase.

    Examples
    --------
    >>> import numpy as np
    >>> quantile("triangular", (0.0, 1.0, 2.0), np.array([0.125, 0.5])).tolist()
    [0.5, 1.0]
    """
    import numpy as np

    return np.asarray(law_kind(kind).quantile(numbers, *parameters), dtype=np.float64)
