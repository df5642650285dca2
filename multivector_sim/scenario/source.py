"""Where numbers come from."""

from pydantic import Field

from multivector_sim.scenario.part import Part, Text

__all__ = ["Source"]


class Source(Part):
    """A source that figures name.

    Examples
    --------
    >>> Source.model_validate({"title": "World Development Indicators"}).where
    ''
    """

    title: Text = Field(description="what it is; the name where left out")
    where: Text = Field(default="", description="a page, an address, a file")
