"""Ruptures: what goes wrong for certain (stress) and by chance (hazard), how badly and for how long.

A rupture rises over ``ramp_months`` to its full severity, stays for ``duration_months``, and comes back with a
half-life, except for a scar. ``transit`` is one of its channels: the roads that the partner hosts. A severity below 0
is a gain: more is wanted than before.
"""

from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from multivector_sim.scenario.copula import Copula
from multivector_sim.scenario.figure import (
    AtLeastZero,
    CertainFraction,
    Correlation,
    Figure,
    Fraction,
    Range,
    Severity,
    certain,
)
from multivector_sim.scenario.part import Entries, Fixed, Name, Part, refuse, whole

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic_core import core_schema

__all__ = ["SINGLE_TIE", "TRANSIT", "Hazard", "HazardPartner", "Rupture", "Stress", "Tie"]

TRANSIT = "transit"
SINGLE_TIE = "ties"
"""The name of a single tie that has none."""

MOST_RUPTURES = 50


def severities(channels: Fixed[Figure]) -> Fixed[Figure]:
    """Refuse a gain in transit: a corridor opens no further than it is."""
    if TRANSIT in channels:
        try:
            Range(0.0, 1.0)(channels[TRANSIT])
        except PydanticCustomError as error:
            refuse(((TRANSIT,), f"{error.message()}; a gain is for a flow, not for the roads"))
    return channels


Severities: TypeAlias = Annotated[Entries[Severity], AfterValidator(severities)]


class Rupture(Part):
    """What any rupture has: where it strikes, how badly, its course."""

    channels: Severities = Field(
        description="the severity in each channel, -10 to 1, below 0 a gain; transit is one of them, 0 to 1"
    )
    severity_correlation: CertainFraction = Field(
        default=certain(0.0), description="between the severities of these channels"
    )
    ramp_months: AtLeastZero = Field(default=certain(0.0), description="from nothing to full")
    duration_months: AtLeastZero = Field(description="at full severity")
    half_life_months: AtLeastZero = Field(default=certain(0.0), description="of the recovery; 0 is at once")
    scar: Fraction = Field(default=certain(0.0), description="the part that never comes back")


class Stress(Rupture):
    """A rupture that happens for certain.

    Examples
    --------
    >>> stress = Stress.model_validate({"partner": "russia", "channels": {"exports": 0.4}, "duration_months": 12})
    >>> stress.channels["exports"].value, stress.onset_month.value
    (0.4, 0.0)
    """

    partner: Name
    onset_month: AtLeastZero = Field(default=certain(0.0), description="when it begins")


class Tie(Part):
    """A tie that lowers the hazard: the intensity is multiplied by ``exp(-beta (value - baseline))``."""

    value: Figure = Field(description="how strong it is assumed to be")
    baseline: Figure = Field(description="how strong it is when the intensity holds as written")
    beta: Figure = Field(description="how much it matters")


def several(raw: Any) -> Any:  # noqa: ANN401 - whatever a document holds
    """Give a single tie a name."""
    keys = set(Tie.model_fields)
    single = isinstance(raw, dict) and keys.intersection(raw) and not all(isinstance(it, dict) for it in raw.values())
    return {SINGLE_TIE: raw} if single or (isinstance(raw, dict) and set(raw) == keys) else raw


class OneOrSeveral:
    """Describes for editors that a single tie needs no name."""

    def __get_pydantic_json_schema__(
        self, schema: "core_schema.CoreSchema", handler: "GetJsonSchemaHandler"
    ) -> dict[str, Any]:
        """Describe both ways to write ties."""
        named = handler(schema)
        return {"anyOf": [named["additionalProperties"], named]}


Ties: TypeAlias = Annotated[Entries[Tie], BeforeValidator(several), OneOrSeveral()]


class HazardPartner(Rupture):
    """A rupture that happens by chance, once unless ``at_most`` says otherwise.

    Examples
    --------
    >>> terms = {"intensity": 0.02, "channels": {"exports": 0.4}, "duration_months": 24}
    >>> ties = {"value": 1, "baseline": 1, "beta": 0.5}
    >>> list(HazardPartner.model_validate(terms | {"ties": ties}).ties)
    ['ties']
    """

    intensity: AtLeastZero = Field(description="ruptures a year")
    wrong_way: Correlation = Field(
        default=certain(0.0), description="above 0, a rupture in bad luck is a hard one; -1 to 1"
    )
    ties: Ties = Field(default=Fixed(), description="one tie, or several by name")
    at_most: Annotated[int, whole(1, MOST_RUPTURES)] = Field(
        default=1, description="how many ruptures there can be; each further one after the last has run its course"
    )


class Hazard(Part):
    """What goes wrong by chance: who, how often, how much together."""

    copula: Copula = Field(default=Copula(), description="how ruptures of different partners go together")
    partners: Entries[HazardPartner]
