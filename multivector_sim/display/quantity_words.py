"""The quantity of a claim in words: ``measures.trade.loss_share.es.0.95`` is the expected shortfall of trade's loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from multivector_sim.display.wording import lower_first, number, percent, percent_between, with_interval

if TYPE_CHECKING:
    from multivector_sim.display.rounding import Interval

__all__ = ["limit_in_words", "quantity_in_words", "size_in_words"]

FIGURES = {
    "loss_share": "loss of {}",
    "loss_share_of_gdp": "loss of {} as a share of GDP",
    "loss_money": "loss of {} in money",
    "loss_amount": "loss of {}",
    "trough": "flow of {} in its lowest month",
    "months_below": "months of {} below the threshold",
    "months_to_recover": "months that {} takes to recover",
    "unrecovered": "part of {} that is missing at the end",
}
STATISTICS = {"mean": "mean", "sd": "standard deviation of the", "median": "median"}
LEVELS = {"es": "expected shortfall", "var": "value at risk"}
CONCENTRATION = {"hhi": "HHI of {}", "effective_partners": "effective number of partners of {}"}
LARGEST = {"largest": "largest partner's share of {}", "largest_colour": "largest group's share of {}"}
SHARES = ("loss_share", "loss_share_of_gdp", "trough", "unrecovered", "share", "hosts")
"""The parts of a path that say that its number is a share of one."""


def quantity_in_words(scenario: Any, path: str) -> str:  # noqa: ANN401  anything that is read as a scenario is
    """Return what the path of a quantity means, or the path itself where no words are known.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> kazakhstan = mv.load("kazakhstan")
    >>> for path in ("measures.trade.loss_share.es.0.95", "concentration.exports.hhi", "ruptures.expected", "a.b"):
    ...     print(quantity_in_words(kazakhstan, path))
    the expected shortfall (95 %) of the loss of trade
    the HHI of exports without crude oil
    the expected number of ruptures
    a.b
    """
    if path == "ruptures.expected":
        return "the expected number of ruptures"
    head, *rest = path.split(".")
    try:
        said = PARTS[head](scenario, rest)
    except (KeyError, IndexError, ValueError):
        return path
    return f"the {said}"


def size_in_words(path: str, estimate: Interval) -> str:
    """Return the size of a quantity with its interval, a share in per cent.

    Examples
    --------
    >>> from multivector_sim.measure.intervals import Estimate
    >>> size_in_words("measures.trade.loss_share.mean", Estimate(0.0214, 0.02, 0.023))
    '2.1 % (2.0 to 2.3)'
    >>> size_in_words("ruptures.expected", Estimate(0.5, 0.5, 0.5))
    '0.5'
    """
    if _is_share(path):
        return percent_between(estimate)
    if estimate.low == estimate.high:
        return number(float(f"{estimate.value:.3g}"))
    return with_interval(estimate)


def limit_in_words(path: str, limit: float) -> str:
    """Return a limit of a quantity as it was stated, a share in per cent.

    Examples
    --------
    >>> limit_in_words("measures.trade.loss_share.mean", 0.021), limit_in_words("ruptures.expected", 0.5)
    ('2.1 %', '0.5')
    """
    return f"{100.0 * limit:.4g} %" if _is_share(path) else number(limit)


def _is_share(path: str) -> bool:
    """Return whether the number at a path is a share of one."""
    return any(part in SHARES for part in path.split("."))


def _measure(scenario: Any, rest: list[str]) -> str:  # noqa: ANN401  as above
    """Return what a path below ``measures`` means."""
    column, *rest = rest[1:] if rest[0] == "channels" else rest
    figure, statistic, *level = rest
    whose = FIGURES[figure].format(_column(scenario, column))
    if statistic in LEVELS:
        return f"{LEVELS[statistic]} ({percent(float('.'.join(level)), 0)}) of the {whose}"
    return f"{STATISTICS[statistic]} {whose}"


def _concentration(scenario: Any, rest: list[str]) -> str:  # noqa: ANN401  as above
    """Return what a path below ``concentration`` means."""
    column, what, *of = rest
    title = _column(scenario, column)
    if what == "hosts":
        return f"share of {title} that crosses {scenario.partners[of[0]].title}"
    if what in LARGEST and of == ["share"]:
        return LARGEST[what].format(title)
    return CONCENTRATION[what].format(title)


def _attribution(scenario: Any, rest: list[str]) -> str:  # noqa: ANN401  as above
    """Return what a path below ``attribution`` means."""
    partner, statistic = rest
    return f"{STATISTICS[statistic]} loss by {scenario.partners[partner].title}"


PARTS = {"measures": _measure, "concentration": _concentration, "attribution": _attribution}


def _column(scenario: Any, name: str) -> str:  # noqa: ANN401  as above
    """Return a channel's title inside a sentence; trade, investment and total as they are."""
    if name not in scenario.channels:
        return name
    return lower_first(str(scenario.channels[name].title))
