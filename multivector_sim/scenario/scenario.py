"""A scenario: all assumptions, as people write them.

Frozen throughout. A change gives a checked copy: :meth:`Scenario.with_set`, :meth:`Scenario.with_mix`,
:meth:`Scenario.with_measure`, :meth:`Scenario.with_override`. However a scenario is made, from a file or in Python, all
mistakes are raised at once as a :class:`~multivector_sim.errors.ScenarioError`.
"""

import math
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationInfo, model_validator
from pydantic.functional_validators import ModelWrapValidatorHandler

from multivector_sim.display import small_pictures
from multivector_sim.display.answer import Shown
from multivector_sim.display.money import quantity, unit_of
from multivector_sim.display.plotting import ScenarioPlots
from multivector_sim.display.tables import Row, Table, make_row
from multivector_sim.display.wording import listed, percent
from multivector_sim.errors import ScenarioError, UsageError
from multivector_sim.scenario.consistency import check_mix, figure_number
from multivector_sim.scenario.cross_references import keyed
from multivector_sim.scenario.document import normal, written
from multivector_sim.scenario.figure import CertainAmount, Positive
from multivector_sim.scenario.mistakes import Complaints, shown
from multivector_sim.scenario.models import (
    LONGEST_HORIZON,
    Alarms,
    Channel,
    Claim,
    Contract,
    Corridor,
    Hazard,
    Measure,
    Partner,
    Settings,
    Source,
    Spillover,
    Stress,
)
from multivector_sim.scenario.notices import notices
from multivector_sim.scenario.observed import Observed
from multivector_sim.scenario.part import SMALLEST, Entries, Fixed, Name, Part, Share, Text, Titled, whole
from multivector_sim.scenario.paths import NoSuchPathError, changed
from multivector_sim.scenario.unicode_text import composed
from multivector_sim.scenario.validate import ALONE, checked

__all__ = ["Scenario", "by_mix", "by_name", "by_settings"]

SECTION_WORDS = {"measures": "measure", "overrides": "override", "mixes": "mix"}


MOST_NAMED = 3
MORE = " and others"


class Scenario(Shown, Part):
    """All assumptions about a country, its partners, and the ruptures that may happen.

    Money is in ``currency`` at the prices of ``price_year``; flows and capacities are money a year.

    Raises
    ------
    ScenarioError
        If anything in it is wrong; it carries every mistake.

    Examples
    --------
    >>> from multivector_sim.scenario.read import load
    >>> scenario = load("two-buyers")
    >>> scenario.exposures["exports"]["china"].value
    14900000000.0
    >>> Scenario.model_validate(scenario.document()) == scenario
    True
    """

    format: Literal["multivector/1"] = Field(description="multivector/1")
    name: Name = Field(description="a short name")
    title: Text = Field(description="a title for people")
    country: Name = Field(description="ISO 3166 alpha-3, or any label")
    currency: Name
    price_year: Annotated[int, whole(1, 9999)]
    horizon_months: Annotated[int, whole(1, LONGEST_HORIZON)] = Field(description="the number of months simulated")
    gdp: Positive | None = Field(default=None, description="money a year")
    sources: Titled[Source] = Field(default=Fixed(), description="where numbers come from")
    partners: Titled[Partner] = Field(description="countries or groups of countries")
    channels: Titled[Channel] = Field(description="what flows, and how it responds")
    exposures: Entries[Entries[CertainAmount]] = Field(description="money a year, by channel and partner")
    corridors: Titled[Corridor] = Field(default=Fixed(), description="the routes that flows take")
    legs: Entries[Entries[Entries[Share]]] = Field(
        default=Fixed(), description="shares of a flow by corridor; without legs a flow needs no corridor"
    )
    spillover: tuple[Spillover, ...] = Field(default=(), description="losses that become losses elsewhere")
    stress: tuple[Stress, ...] = Field(default=(), description="ruptures that happen for certain")
    hazard: Hazard | None = Field(default=None, description="ruptures that happen by chance")
    contracts: tuple[Contract, ...] = Field(default=(), description="clauses that keep part of a flow going")
    mixes: Entries[Entries[Entries[Share]]] = Field(default=Fixed(), description="other shares of the same totals")
    measures: Titled[Measure] = Field(default=Fixed(), description="what could be done")
    claims: Titled[Claim] = Field(default=Fixed(), description="statements to be tested")
    observed: Titled[Observed] = Field(default=Fixed(), description="what really happened; it enters no simulation")
    overrides: Entries[Settings] = Field(default=Fixed(), description="named sets of values by dotted path")
    alarms: Alarms = Field(default=Alarms(), description="thresholds of the dashboard")

    @model_validator(mode="wrap")
    @classmethod
    def _checked(cls, raw: Any, read: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:  # noqa: ANN401
        """Return the checked scenario; all checks run however it is made."""
        if isinstance(raw, cls):
            return raw
        return checked(cls, raw, read, info.context)

    def document(self) -> dict[str, Any]:
        """Return the plain document, as JSON has it; it reads back as an equal scenario."""
        document: dict[str, Any] = written(self)
        return document

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the scenario to a file that :func:`multivector_sim.load` reads back, and return its path.

        Parameters
        ----------
        path
            A name that ends in ``.yaml`` or ``.toml``. An existing file is replaced once the new one is complete.

        Raises
        ------
        UsageError
            If the name ends otherwise.
        StoreError
            If the file cannot be written.
        """
        from multivector_sim.scenario.writing import save

        return save(self, path)

    def _headline(self) -> str:
        wrong = [*(f"a stress on {self._title(it.partner)}" for it in self.stress)]
        chances = [] if self.hazard is None else [self._title(name) for name in self.hazard.partners]
        by_chance = (
            [f"ruptures by chance of {listed(chances[:MOST_NAMED])}{MORE if chances[MOST_NAMED:] else ''}"]
            if chances
            else []
        )
        return (
            f"{self.title} ({self.name}): {len(self.partners)} partners, {len(self.channels)} channels, "
            f"{self.horizon_months} months; {listed([*wrong, *by_chance]) or 'nothing goes wrong'}."
        )

    def _title(self, partner: str) -> str:
        """Return a partner's title."""
        return self.partners[partner].title or partner

    def _flows(self) -> dict[str, dict[str, float]]:
        """Return the flows by channel and partner, without channels in which nothing flows."""
        every = {name: {who: it.value for who, it in flows.items()} for name, flows in self.exposures.items()}
        return {name: flows for name, flows in every.items() if sum(flows.values()) > 0.0}

    def _rows(self) -> Iterator[Row]:
        for channel, by_partner in self.exposures.items():
            unit = f"{unit_of(self, channel) or self.currency} a year"
            for partner, figure in by_partner.items():
                yield make_row("exposure", figure.value, unit, figure.trust, channel=channel, partner=partner)
        for name, corridor in self.corridors.items():
            if corridor.capacity.is_fixed:
                unit = f"{self.currency} a year"
                yield make_row("capacity", corridor.capacity.value, unit, corridor.capacity.trust, corridor=name)

    def _table(self) -> Table:
        rows = []
        for name, flows in self._flows().items():
            whole = sum(flows.values())
            first = sorted(flows, key=lambda partner: -flows[partner])[:MOST_NAMED]
            said = ", ".join(f"{self._title(it)} {percent(flows[it] / whole, 0)}" for it in first)
            rows.append((self.channels[name].title or name, said, quantity(whole, self, name)))
        return Table("Flows a year", ("", "largest partners", "in all"), rows, left=2)

    def _picture(self) -> str:
        counted = [flows for name, flows in self._flows().items() if unit_of(self, name) is None]
        totals = {who: sum(flows.get(who, 0.0) for flows in counted) for who in self.partners}
        ranked = [who for who in sorted(totals, key=lambda who: -totals[who]) if totals[who] > 0.0]
        said = f"Flows a year by partner, all channels in {self.currency}"
        return (
            small_pictures.bars([self._title(who) for who in ranked], [totals[who] for who in ranked], said)
            if ranked
            else ""
        )

    def with_set(self, settings: Mapping[str, Any]) -> Self:
        """Return a copy with single values set.

        Parameters
        ----------
        settings
            Values by dotted path; None removes a value.

        Returns
        -------
        Scenario
            The checked copy. As with every copy, overrides and measures that are not set here are not tried again.

        Raises
        ------
        UsageError
            If a path leads nowhere.
        ScenarioError
            If a value does not fit.

        Examples
        --------
        >>> from multivector_sim.scenario.read import load
        >>> load("two-buyers").with_set({"channels.exports.ceiling": 0}).channels["exports"].ceiling.value
        0.0
        """
        return type(self).model_validate(by_settings(self.document(), settings), context=tuple(map(str, settings)))

    def with_mix(self, mix: str | Mapping[str, Mapping[str, float]]) -> Self:
        """Return a copy in which the total of each channel is divided among partners by a mix.

        Parameters
        ----------
        mix
            The name of a mix of the scenario, or shares that sum to 1 by channel and partner.

        Returns
        -------
        Scenario
            The checked copy: each channel keeps its total, a partner left out gets 0. A partner keeps its legs; one
            that gets a flow that it did not have needs no corridor.

        Raises
        ------
        UsageError
            If there is no such mix.
        ScenarioError
            If shares do not sum to 1 or name a channel or partner that is not known.

        Examples
        --------
        >>> from multivector_sim.scenario.read import load
        >>> flows = load("two-buyers").with_mix({"exports": {"china": 0.25, "eu": 0.75}}).exposures["exports"]
        >>> {partner: flow.value / 1e9 for partner, flow in flows.items()}
        {'russia': 0.0, 'china': 16.1, 'eu': 48.3}
        """
        return type(self).model_validate(by_mix(self.document(), mix), context=ALONE)

    def with_measure(self, name: str) -> Self:
        """Return a copy in which a measure is taken.

        Parameters
        ----------
        name
            One of ``measures``.

        Returns
        -------
        Scenario
            The checked copy.

        Raises
        ------
        UsageError
            If there is no such measure.

        Examples
        --------
        >>> from multivector_sim.scenario.read import load
        >>> load("two-buyers").with_measure("caspian-port").corridors["caspian"].capacity.value
        12000000000.0
        """
        return type(self).model_validate(by_name(self.document(), "measures", name), context=ALONE)

    def with_override(self, name: str) -> Self:
        """Return a copy with a named set of values applied.

        Parameters
        ----------
        name
            One of ``overrides``.

        Returns
        -------
        Scenario
            The checked copy.

        Raises
        ------
        UsageError
            If there is no such override.

        Examples
        --------
        >>> from multivector_sim.scenario.read import load
        >>> load("kazakhstan").with_override("no-spillover").spillover[0].eta.value
        0.0
        """
        return type(self).model_validate(by_name(self.document(), "overrides", name), context=ALONE)

    @property
    def notices(self) -> tuple[str, ...]:
        """Open points that a reader should know: correlations left out, narrow corridors, unverified figures."""
        return notices(self)

    @property
    def plot(self) -> ScenarioPlots:
        """Plots of this scenario: ``concentration()``, a matplotlib Axes."""
        return ScenarioPlots(self)


def by_settings(document: dict[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document with single values set by dotted path."""
    try:
        return changed(document, normal(settings))
    except NoSuchPathError as error:
        raise UsageError(f"cannot be set: {error}") from None


def by_name(document: dict[str, Any], section: str, name: str) -> dict[str, Any]:
    """Return a document with a measure or an override applied."""
    entry = _named(document, section, name)
    return by_settings(document, entry["set"] if section == "measures" else entry)


def by_mix(document: dict[str, Any], mix: str | Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    """Share the totals of channels out otherwise."""
    path = f"mixes.{composed(mix)}" if isinstance(mix, str) else "mix"
    shares = _named(document, "mixes", mix) if isinstance(mix, str) else normal(mix)
    if not isinstance(mix, str):
        _check_given(document, shares, path)
    exposures = dict(document["exposures"])
    for channel, by_partner in shares.items():
        before = exposures[channel]
        total = math.fsum(figure_number(flow) or 0.0 for flow in before.values())
        exposures[channel] = dict.fromkeys(before, 0.0) | {
            partner: _flow_of(share * total) for partner, share in by_partner.items()
        }
    return document | {"exposures": exposures}


def _flow_of(amount: float) -> float:
    """Return the flow that a share amounts to; an amount below the smallest one allowed is 0."""
    return amount if amount >= SMALLEST else 0.0


def _check_given(document: dict[str, Any], shares: object, path: str) -> None:
    """Check that shares can be those of a mix."""
    complaints = Complaints()
    for channel, by_partner in keyed(shares).items():
        if channel not in document["channels"]:
            complaints.unknown(f"{path}.{channel}", "channel", channel, document["channels"])
        for partner, share in keyed(by_partner).items():
            if partner not in document["partners"]:
                complaints.unknown(f"{path}.{channel}.{partner}", "partner", partner, document["partners"])
            if figure_number(share) is None or isinstance(share, dict) or not 0.0 <= share <= 1.0:
                complaints.add(f"{path}.{channel}.{partner}", f"must lie between 0 and 1, not {shown(share)}")
        if not isinstance(by_partner, dict):
            complaints.add(f"{path}.{channel}", f"must be a mapping (partner: share), not {shown(by_partner)}")
    check_mix(document, keyed(shares), path, complaints)
    if not isinstance(shares, dict):
        complaints.add(path, f"must be the name of a mix, or shares by channel and partner, not {shown(shares)}")
    if complaints.found:
        raise ScenarioError(tuple(complaints.found.values()))


def _named(document: dict[str, Any], section: str, name: str) -> dict[str, Any]:
    """Return an entry of a section by name."""
    entries, name = keyed(document, section), composed(name)
    if name not in entries:
        hint = Complaints().hint(name, entries) or "; the scenario has none"
        raise UsageError(f"no {SECTION_WORDS[section]} called {shown(name)}{hint}")
    entry: dict[str, Any] = entries[name]
    return entry
