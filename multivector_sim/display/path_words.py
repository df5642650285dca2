"""Words for what a dotted path, a random number or the quantity of a claim means.

Files and commands name a number by its path, ``corridors.northern.capacity``; charts and reports show its title,
"Northern corridor: capacity". A path that leads nowhere known is shown as it is.

The quantity of a claim is a path into the document of a run: ``measures.trade.loss_share.es.0.95`` is the
expected shortfall of trade's loss.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from multivector_sim.display.wording import capital, lower_first, number, percent, percent_between, with_interval

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from multivector_sim.display.wording import Interval

__all__ = ["limit_in_words", "path_in_words", "path_words", "quantity_in_words", "size_in_words", "stream_in_words"]

NUMBERED = ("stress", "contracts", "spillover")
SECTIONS = ("channels", "corridors", "measures")
MEANINGS = {
    "ceiling": "largest share of a gap that can be diverted",
    "theta_months": "months for the ability to divert to build up",
    "haircut": "value lost per diverted unit",
    "kappa": "largest increase over a partner's baseline",
    "kappa_by_partner": "largest increase over a partner's baseline",
    "buffer_months": "months in stock",
    "refill": "refill of stocks per month, in months of the baseline",
    "entry": "largest share of the baseline that new partners take",
    "entry_theta_months": "months to find new partners",
    "entry_haircut": "value lost per unit with a new partner",
    "price": "price increase per share lost",
    "severity_correlation": "correlation of severities",
    "onset_month": "month of onset",
    "ramp_months": "months from onset to full severity",
    "duration_months": "months at full severity",
    "half_life_months": "half-life of the recovery, months",
    "scar": "share that never recovers",
    "intensity": "ruptures a year",
    "wrong_way": "wrong-way correlation",
    "eta": "share of a loss passed on",
    "nu": "degrees of freedom",
    "loadings": "loading",
    "honoured": "probability of being honoured",
    "floor": "guaranteed share",
    "hosts": "share that crosses",
}
"""The meaning of keys that do not explain themselves."""


class _Named(Protocol):
    """Anything whose parts have titles, as a scenario has."""

    @property
    def partners(self) -> Mapping[str, Any]:
        """The partners by name."""

    @property
    def channels(self) -> Mapping[str, Any]:
        """The channels by name."""


def path_in_words(scenario: Any, path: str) -> str:  # noqa: ANN401  anything that is read as a scenario is
    """Return what a dotted path of a scenario means.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> kazakhstan = mv.load("kazakhstan")
    >>> path_in_words(kazakhstan, "stress.0.channels.exports"), path_in_words(kazakhstan, "who ruptures when")
    ('Shock to Russia: severity, exports without crude oil', 'Who ruptures when')
    """
    try:
        return path_words(scenario, path.split("."))
    except (LookupError, ValueError, AttributeError):
        return capital(path)


def stream_in_words(scenario: Any, name: str) -> str:  # noqa: ANN401  as above
    """Return what the random number of a name is drawn for.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> stream_in_words(mv.load("kazakhstan"), "stress/russia/0/severity")
    'Shock to Russia: severity, common to all channels'
    """
    if "/" not in name:
        return path_in_words(scenario, name)
    head, *rest = name.split("/")
    if head == "copula":
        named = {"mixing": "joint tail", "global": "global factor"}
        said = [named.get(it, _title(scenario, it)) for it in rest if it not in {"bloc", "partner"}]
        return f"Ruptures: {' of '.join(said)}{' (bloc)' * (rest[0] == 'bloc')}"
    partner, *rest = rest
    what = f"{'Shock to' if head == 'stress' else 'Rupture of'} {_title(scenario, partner)}"
    steps = [step for step in rest if not step.isdigit()]
    if steps == ["severity"]:
        return f"{what}: severity, common to all channels"
    return f"{what}: {', '.join(_word(scenario, step) for step in steps)}"


def path_words(scenario: Any, path: Sequence[str]) -> str:  # noqa: ANN401  as above
    """Return what the steps of a path mean: titles for names, meanings for keys.

    Raises
    ------
    LookupError, ValueError, AttributeError
        If the path leads out of the scenario.
    """
    head, rest = path[0], list(path[1:])
    if head == "exposures":
        said = f"{_title(scenario, rest[0])}: {_title(scenario, rest[1])}"
    elif head in NUMBERED and rest:
        said = f"{_numbered(scenario, head, int(rest[0]))}: {_words(scenario, rest[1:])}"
    elif head == "hazard" and rest[:1] == ["partners"]:
        said = f"Rupture of {_title(scenario, rest[1])}: {_words(scenario, rest[2:])}"
    elif head == "claims":
        said = f"Evidence on the claim: {scenario.claims[rest[0]].title}"
    elif head in SECTIONS and rest:
        said = f"{getattr(scenario, head)[rest[0]].title or rest[0]}: {_words(scenario, rest[1:])}"
    else:
        said = "GDP" if head == "gdp" and not rest else _words(scenario, path)
    return capital(said.removesuffix(": "))


def _numbered(scenario: Any, head: str, number: int) -> str:  # noqa: ANN401  as above
    """Name an entry of a list."""
    if head == "stress":
        return f"Shock to {_title(scenario, scenario.stress[number].partner)}"
    if head == "contracts":
        return str(scenario.contracts[number].name)
    term = scenario.spillover[number]
    return f"Spillover from {_title(scenario, term.from_)} to {_title(scenario, term.to)}"


def _words(scenario: _Named, parts: Sequence[str]) -> str:
    """Describe the rest of a path, no step of it twice in a row; a severity says so."""
    if parts[:1] == ["channels"]:
        return f"severity, {lower_first(_title(scenario, parts[1]))}" if parts[1:] else "severities of all channels"
    said = [_word(scenario, part) for part in parts]
    return ", ".join(one for one, before in zip(said, ["", *said], strict=False) if one != before)


def _word(scenario: _Named, part: str) -> str:
    """Describe one step of a path: what a key means, or the title of a channel or partner."""
    if part in MEANINGS:
        return MEANINGS[part]
    known = part in scenario.partners
    return _title(scenario, part) if known else lower_first(_title(scenario, part)).replace("_", " ")


def _title(scenario: _Named, name: str) -> str:
    """Return the title of a channel or partner, or the name itself."""
    model = scenario.channels.get(name) or scenario.partners.get(name)
    return str(getattr(model, "title", None) or name)


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
