"""How the command of a question ends: a picture if one is asked for, and the answer as JSON or for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from multivector_sim.cli.output import print_json, say
from multivector_sim.cli.picture import write_picture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from matplotlib.figure import Figure, SubFigure

__all__ = ["give"]


class Answer(Protocol):
    """What a study found."""

    def document(self) -> dict[str, Any]:
        """Give it as plain data."""
        ...


Found = TypeVar("Found", bound=Answer)


def give(
    found: Found,
    draw: Callable[[], Figure | SubFigure],
    show: Callable[[Found], None],
    plot: Path | None,
    *,
    as_json: bool,
) -> None:
    """Give an answer.

    Parameters
    ----------
    found
        The answer.
    draw
        Draws it; called only where a picture is asked for.
    show
        Prints it for people.
    plot
        Where the picture goes, or None.
    as_json
        Print it as one JSON document, and nothing else.
    """
    if plot is not None:
        write_picture(plot, draw())
    if as_json:
        print_json(found.document())
        return
    show(found)
    if plot is not None:
        say(f"Drawn in {plot}")
