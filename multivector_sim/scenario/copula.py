"""How ruptures of different partners go together.

The latent luck of the partners is normal or Student t. Its correlation comes from factors (``global^2``, and ``bloc^2``
more inside a bloc) or from a matrix, given pair by pair; a pair left out is 0. With neither, luck is independent.
"""

from typing import Literal

from pydantic import Field

from multivector_sim.scenario.figure import CertainFraction, Correlation, Freedom, certain
from multivector_sim.scenario.part import Entries, Fixed, Part

__all__ = ["Copula", "Loadings"]


class Loadings(Part):
    """How much of a partner's luck is everybody's, and how much its bloc's."""

    global_: CertainFraction = Field(default=certain(0.0), alias="global", description="of what strikes everybody")
    bloc: CertainFraction = Field(default=certain(0.0), description="of what strikes a bloc")


class Copula(Part):
    """The joint law of the partners' luck.

    Examples
    --------
    >>> copula = Copula.model_validate({"family": "t", "nu": 4, "loadings": {"global": 0.4, "bloc": 0.3}})
    >>> copula.nu.value, copula.loadings.global_.value
    (4.0, 0.4)
    >>> Copula().family, Copula().loadings, dict(Copula().correlation)
    ('gaussian', None, {})
    """

    family: Literal["gaussian", "t"] = Field(default="gaussian", description="t has more ruptures in common")
    nu: Freedom | None = Field(default=None, description="degrees of freedom of t; few mean heavy joint tails")
    loadings: Loadings | None = Field(default=None, description="correlation by factors")
    correlation: Entries[Entries[Correlation]] = Field(
        default=Fixed(), description="correlation of pairs; a pair left out is 0"
    )
