"""The parts of a scenario, as people write them: partners, channels, corridors, ruptures, contracts and the rest.

A *rupture* rises over ``ramp_months`` to its full severity, stays for ``duration_months``, and recovers with a
half-life, except for a scar. ``transit`` is one of its channels: the roads that the partner hosts. A *stress* happens
for certain, a *hazard* by chance.

The latent numbers of the partners are joined by a *copula*, normal or Student t. Its correlation comes from factors
(``global^2``, and ``bloc^2`` more inside a bloc) or from a matrix given pair by pair; a pair left out is 0. With
neither, ruptures are independent.

A *claim* is about the model (a ``quantity`` of a run and the claimed change or limit), about a *figure* of the scenario
(its path and the claimed number), or about a *fact* that the scenario does not need (the claimed number and, if
there is one, the ``evidence`` of a better source).
"""

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, TypeAlias, get_args

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from multivector_sim.scenario.figure import (
    AtLeastZero,
    CertainFraction,
    Correlation,
    Elasticity,
    Figure,
    Fraction,
    Freedom,
    Range,
    Severity,
    certain,
)
from multivector_sim.scenario.mistakes import shown
from multivector_sim.scenario.part import (
    Entries,
    Fixed,
    Name,
    Part,
    Share,
    Text,
    frozen,
    number,
    refuse,
    said,
    text,
    whole,
)

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic_core import core_schema

__all__ = [
    "AGGREGATES",
    "CERTAIN",
    "CHANNEL_KINDS",
    "CLAIM_KINDS",
    "LONGEST_HORIZON",
    "SINGLE_TIE",
    "TRANSIT",
    "Alarms",
    "Channel",
    "Claim",
    "ClaimKind",
    "Contract",
    "Copula",
    "Corridor",
    "Hazard",
    "HazardPartner",
    "Kind",
    "Loadings",
    "Measure",
    "Partner",
    "Rupture",
    "Settings",
    "Source",
    "Spillover",
    "Stress",
    "Tie",
    "is_colour",
]


class Source(Part):
    """A source that figures refer to by name.

    Examples
    --------
    >>> Source.model_validate({"title": "World Development Indicators"}).where
    ''
    """

    title: Text = Field(description="what it is; the name where left out")
    where: Text = Field(default="", description="a page, an address, a file")


HEX = re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
NAMES = frozenset(
    """
    aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet brown
    burlywood cadetblue chartreuse chocolate coral cornflowerblue cornsilk crimson cyan darkblue darkcyan
    darkgoldenrod darkgray darkgreen darkgrey darkkhaki darkmagenta darkolivegreen darkorange darkorchid darkred
    darksalmon darkseagreen darkslateblue darkslategray darkslategrey darkturquoise darkviolet deeppink
    deepskyblue dimgray dimgrey dodgerblue firebrick floralwhite forestgreen fuchsia gainsboro ghostwhite gold
    goldenrod gray green greenyellow grey honeydew hotpink indianred indigo ivory khaki lavender lavenderblush
    lawngreen lemonchiffon lightblue lightcoral lightcyan lightgoldenrodyellow lightgray lightgreen lightgrey
    lightpink lightsalmon lightseagreen lightskyblue lightslategray lightslategrey lightsteelblue lightyellow
    lime limegreen linen magenta maroon mediumaquamarine mediumblue mediumorchid mediumpurple mediumseagreen
    mediumslateblue mediumspringgreen mediumturquoise mediumvioletred midnightblue mintcream mistyrose moccasin
    navajowhite navy oldlace olive olivedrab orange orangered orchid palegoldenrod palegreen paleturquoise
    palevioletred papayawhip peachpuff peru pink plum powderblue purple rebeccapurple red rosybrown royalblue
    saddlebrown salmon sandybrown seagreen seashell sienna silver skyblue slateblue slategray slategrey snow
    springgreen steelblue tan teal thistle tomato turquoise violet wheat white whitesmoke yellow yellowgreen
    """.split()  # noqa: SIM905 - quotes around each would hide them
)


def is_colour(word: str) -> bool:
    """Return whether a word is a colour.

    Examples
    --------
    >>> [is_colour(word) for word in ("red", "lightblue", "#00ff7f", "rde", "url(x)")]
    [True, True, True, False, False]
    """
    return word in NAMES or HEX.fullmatch(word) is not None


def _colour(value: object) -> str:
    """Return a colour."""
    found = text(value)
    if not is_colour(found):
        raise said(f"no colour called {shown(found)}; give a name such as red or lightblue, or '#rrggbb'")
    return found


def _flag(value: object) -> bool:
    """Check that a value is true or false."""
    if not isinstance(value, bool):
        raise said(f"{shown(value)} is neither true nor false; write true or false")
    return value


Flag: TypeAlias = Annotated[bool, PlainValidator(_flag), WithJsonSchema({"type": "boolean"})]
Colour: TypeAlias = Annotated[str, PlainValidator(_colour), WithJsonSchema({"type": "string"})]


class Partner(Part):
    """A country or a group of countries.

    Examples
    --------
    >>> Partner.model_validate({"title": "Russia", "bloc": "east", "colour": "red"}).bloc
    'east'
    """

    title: Text = Field(description="for people; the name where left out")
    bloc: Name | None = Field(default=None, description="partners of one bloc share a random factor")
    colour: Colour | None = Field(default=None, description="a CSS name or '#rrggbb'")
    residual: Flag = Field(
        default=False, description="'all others': many small partners, never the largest and without an alarm"
    )


Kind: TypeAlias = Literal["trade", "investment", "ties"]
CHANNEL_KINDS: tuple[str, ...] = get_args(Kind)
AGGREGATES: dict[str, tuple[str, ...]] = {
    "trade": ("trade",),
    "investment": ("investment",),
    "total": ("trade", "investment"),
}
"""The kinds of channel that are added up in each aggregate; ties are never added in."""

"""The kinds of channels, in the order of the numbers that arrays have for them."""


class Channel(Part):
    """One kind of flow, and how it responds to a gap.

    Examples
    --------
    >>> channel = Channel.model_validate({"title": "Exports", "kind": "trade", "ceiling": 0.6})
    >>> channel.ceiling.value, channel.haircut.value, channel.refill.value
    (0.6, 0.0, 0.05)
    >>> Channel.model_validate({"title": "Research", "kind": "ties", "unit": "projects"}).unit
    'projects'
    """

    kind: Kind = Field(description="trade, investment or ties; ties are reported but never added in")
    title: Text = Field(description="for people; the name where left out")
    unit: Text | None = Field(
        default=None, description="what ties are counted in: projects, points; money where left out"
    )
    ceiling: Fraction = Field(default=certain(0.0), description="the part of a gap that others can take over")
    theta_months: AtLeastZero = Field(default=certain(0.0), description="how fast that ability builds up; 0: at once")
    haircut: Fraction = Field(default=certain(0.0), description="what a diverted unit loses in value")
    kappa: AtLeastZero = Field(
        default=certain(0.0), description="how much a partner can take above its baseline, as a share of it"
    )
    kappa_by_partner: Entries[AtLeastZero] = Field(default=Fixed(), description="the same for single partners")
    buffer_months: AtLeastZero = Field(default=certain(0.0), description="stocks, in months of the baseline")
    refill: AtLeastZero = Field(
        default=certain(0.05), description="how fast stocks are refilled, in months of the baseline a month"
    )
    entry: AtLeastZero = Field(
        default=certain(0.0), description="how much of a gap new partners take in the end, as a share of the baseline"
    )
    entry_theta_months: AtLeastZero = Field(
        default=certain(0.0), description="how fast new partners are found; 0: at once"
    )
    entry_haircut: Fraction | None = Field(
        default=None, description="what a unit with new partners loses in value; the haircut where left out"
    )
    price: Fraction = Field(
        default=certain(0.0), description="the relative rise in price of what is still delivered, for each part lost"
    )

    @model_validator(mode="after")
    def _unit_of_ties(self) -> Self:
        """Refuse a unit for channels whose flows are summed; only money can be."""
        if self.unit is not None and self.kind != "ties":
            refuse((("unit",), f"only for ties; {self.kind} is added up, so it is money in the scenario's currency"))
        return self


class Corridor(Part):
    """A route that flows take.

    Examples
    --------
    >>> pipeline = Corridor.model_validate({"title": "Pipeline", "capacity": 45e9, "hosts": {"russia": 1}})
    >>> pipeline.capacity.value, pipeline.hosts["russia"]
    (45000000000.0, 1.0)
    """

    title: Text = Field(description="for people; the name where left out")
    capacity: AtLeastZero = Field(description="money a year that it can carry")
    hosts: Entries[Share] = Field(default=Fixed(), description="the share that stops when a partner closes its transit")


class Loadings(Part):
    """How much of a partner's randomness is common to all partners, and how much to its bloc."""

    global_: CertainFraction = Field(default=certain(0.0), alias="global", description="loading of the global factor")
    bloc: CertainFraction = Field(default=certain(0.0), description="loading of the bloc factor")


class Copula(Part):
    """The joint distribution of the partners' latent numbers.

    Examples
    --------
    >>> copula = Copula.model_validate({"family": "t", "nu": 4, "loadings": {"global": 0.4, "bloc": 0.3}})
    >>> copula.nu.value, copula.loadings.global_.value
    (4.0, 0.4)
    >>> Copula().family, Copula().loadings, dict(Copula().correlation)
    ('gaussian', None, {})
    """

    family: Literal["gaussian", "t"] = Field(default="gaussian", description="with t, ruptures coincide more often")
    nu: Freedom | None = Field(default=None, description="degrees of freedom of t; fewer mean heavier joint tails")
    loadings: Loadings | None = Field(default=None, description="correlation by factors")
    correlation: Entries[Entries[Correlation]] = Field(
        default=Fixed(), description="correlation of pairs; a pair left out is 0"
    )


TRANSIT = "transit"
SINGLE_TIE = "ties"
"""The name of a single tie that is written without one."""

MOST_RUPTURES = 50


def _severities(channels: Fixed[Figure]) -> Fixed[Figure]:
    """Check that no severity of transit is a gain: a corridor cannot be more than open."""
    if TRANSIT in channels:
        try:
            Range(0.0, 1.0)(channels[TRANSIT])
        except PydanticCustomError as error:
            refuse(((TRANSIT,), f"{error.message()}; only flows can gain, not transit"))
    return channels


Severities: TypeAlias = Annotated[Entries[Severity], AfterValidator(_severities)]


class Rupture(Part):
    """The keys that all ruptures share: whom they affect, how severely, and their course over time."""

    channels: Severities = Field(
        description="the severity in each channel, -10 to 1, below 0 a gain; transit is one of them, 0 to 1"
    )
    severity_correlation: CertainFraction = Field(
        default=certain(0.0), description="correlation of the severities of these channels"
    )
    ramp_months: AtLeastZero = Field(default=certain(0.0), description="time from onset to full severity")
    duration_months: AtLeastZero = Field(description="at full severity")
    half_life_months: AtLeastZero = Field(default=certain(0.0), description="of the recovery; 0: at once")
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
    beta: Figure = Field(description="how strongly it lowers the intensity")


def _several(raw: Any) -> Any:  # noqa: ANN401 - whatever a document holds
    """Return a single tie as a mapping with one name."""
    keys = set(Tie.model_fields)
    single = isinstance(raw, dict) and keys.intersection(raw) and not all(isinstance(it, dict) for it in raw.values())
    return {SINGLE_TIE: raw} if single or (isinstance(raw, dict) and set(raw) == keys) else raw


class OneOrSeveral:
    """Describes to editors that a single tie needs no name."""

    def __get_pydantic_json_schema__(
        self, schema: "core_schema.CoreSchema", handler: "GetJsonSchemaHandler"
    ) -> dict[str, Any]:
        """Return the JSON Schema of both ways to write ties."""
        named = handler(schema)
        return {"anyOf": [named["additionalProperties"], named]}


Ties: TypeAlias = Annotated[Entries[Tie], BeforeValidator(_several), OneOrSeveral()]


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
    wrong_way: Correlation = Field(default=certain(0.0), description="above 0, early ruptures are more severe; -1 to 1")
    ties: Ties = Field(default=Fixed(), description="one tie, or several by name")
    at_most: Annotated[int, whole(1, MOST_RUPTURES)] = Field(
        default=1,
        description="how many ruptures there can be; each further one begins after the last has run its course",
    )


class Hazard(Part):
    """Ruptures that happen by chance: of which partners, how often, and how they are correlated."""

    copula: Copula = Field(default=Copula(), description="how ruptures of different partners depend on each other")
    partners: Entries[HazardPartner]


LONGEST_HORIZON = 1200


class Spillover(Part):
    """A loss in one channel that becomes a loss in another.

    Examples
    --------
    >>> Spillover.model_validate({"from": "trade", "to": "investment", "eta": -0.2}).from_
    'trade'
    """

    from_: Name = Field(alias="from", description="a channel or a kind")
    to: Name = Field(description="a channel or a kind")
    eta: Elasticity = Field(description="part lost for each part lost; -100 to 100; below 0 is a gain")
    lag_months: Annotated[int, whole(0, LONGEST_HORIZON)] = Field(default=0, description="the delay")


class Contract(Part):
    """A stability clause: it keeps at least a part of a flow going in a rupture, if it is honoured.

    Examples
    --------
    >>> terms = {"name": "clause", "partner": "russia", "channel": "exports", "honoured": 0.7, "floor": 0.6}
    >>> Contract.model_validate(terms).floor.value
    0.6
    """

    name: Name = Field(description="its name")
    partner: Name
    channel: Name = Field(description="a channel, or transit")
    honoured: Fraction = Field(description="the probability that it is honoured for the whole rupture")
    floor: Fraction = Field(description="the least part of the flow that then continues")
    severity_correlation: Correlation = Field(
        default=certain(0.0), description="above 0, it fails more often in severe ruptures; -1 to 1"
    )


Settings: TypeAlias = Entries[Annotated[Any, AfterValidator(frozen)]]


class Measure(Part):
    """An action that could be taken, with its cost.

    Examples
    --------
    >>> port = {"title": "Double the port", "cost": 1.2e9, "set": {"corridors.port.capacity": 12e9}}
    >>> Measure.model_validate(port).set["corridors.port.capacity"]
    12000000000.0
    """

    title: Text = Field(description="for people; the name where left out")
    cost: AtLeastZero = Field(description="money, once")
    set: Settings = Field(description="what it changes: value by dotted path")


ClaimKind: TypeAlias = Literal["evidence", "model", "definition"]
CLAIM_KINDS: tuple[ClaimKind, ...] = ("evidence", "model", "definition")
"""The kinds of basis that a verdict may rest on."""

CERTAIN = "concentration."
"""The prefix of a quantity that needs no draws."""

Number: TypeAlias = Annotated[float, PlainValidator(number), WithJsonSchema({"type": "number"})]


def _span(value: object) -> tuple[float, float]:
    """Return a range of two numbers, the lower one first."""
    if not isinstance(value, (list, tuple)) or len(value) != 2:  # noqa: PLR2004  a range has two ends
        raise said(f"must be a range of two numbers, [low, high], not {shown(value)}")
    low, high = number(value[0]), number(value[1])
    if low >= high:
        raise said(f"{shown(value[0])} to {shown(value[1])} is not a range; low must be below high")
    return low, high


Span: TypeAlias = Annotated[
    tuple[float, float],
    PlainValidator(_span),
    WithJsonSchema({"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}),
]


class Claim(Part):
    """A claim about the model (``quantity``), about a figure (``figure``), or about a fact (neither).

    Examples
    --------
    >>> Claim.model_validate({"title": "40 % to China", "figure": "exposures.energy.china.share", "says": 0.4}).says
    0.4
    >>> Claim.model_validate({"title": "Stable", "at_least": 0, "evidence": {"value": 0.18, "source": "bank"}}).at_least
    0.0
    """

    title: Text = Field(description="for people; the name where left out")
    quantity: Name | None = Field(default=None, description="a path into the run document, or ruptures.expected")
    under: Name | None = Field(
        default=None, description="today, mixes.NAME, measures.NAME, overrides.NAME or scenarios.NAME"
    )
    against: Name | None = Field(default=None, description="what the change is measured against; today if left out")
    change: Number | None = Field(default=None, description="the change, as a share: -0.65 means 65 % less")
    at_least: Number | None = None
    at_most: Number | None = None
    figure: Name | None = Field(default=None, description="the path of a figure, or exposures.CHANNEL.PARTNER.share")
    says: Number | None = Field(default=None, description="the number that is claimed")
    evidence: Figure | None = Field(default=None, description="the figure of a better source; for a claim about a fact")
    source: Name | None = Field(default=None, description="the source of the claim: a name from the section sources")
    place: Text | None = Field(default=None, description="where in the source: heading and paragraph, or page")
    kind: ClaimKind | None = Field(
        default=None, description="what a verdict rests on; if left out, it follows from what the claim is about"
    )
    carried_by: Entries[Span] = Field(
        default=Fixed(), description="the numbers on which the model's verdict depends: path, and the range to search"
    )
    note: Text | None = Field(default=None, description="further remarks for the reader")

    @property
    def rests_on(self) -> ClaimKind:
        """What a verdict on it rests on: its ``kind`` or, if left out, the kind that follows from its subject.

        Examples
        --------
        >>> Claim.model_validate({"title": "40 %", "figure": "exposures.energy.china.share", "says": 0.4}).rests_on
        'evidence'
        >>> Claim.model_validate({"title": "Even", "quantity": "concentration.exports.hhi", "at_most": 0.25}).rests_on
        'definition'
        >>> Claim.model_validate({"title": "Calm", "quantity": "ruptures.expected", "at_most": 1}).rests_on
        'model'
        """
        if self.kind is not None:
            return self.kind
        if self.quantity is None:
            return "evidence"
        return "definition" if self.quantity.startswith(CERTAIN) else "model"


class Alarms(Part):
    """Thresholds of concentration; a threshold is passed when the number is above it.

    Examples
    --------
    >>> Alarms().dependence, Alarms().hhi, Alarms().largest, Alarms().hosts, Alarms().colour
    (0.5, 0.25, 0.5, 0.5, None)
    """

    dependence: Share = Field(default=0.5, description="share of a channel's flow that one country can stop")
    hhi: Share = Field(default=0.25, description="Herfindahl-Hirschman index of a channel's partners")
    largest: Share = Field(default=0.5, description="share of a channel's largest partner")
    hosts: Share = Field(default=0.5, description="share of a channel's flow that crosses one host")
    colour: Share | None = Field(
        default=None, description="joint share of a channel of the partners of one colour; no alarm if left out"
    )
