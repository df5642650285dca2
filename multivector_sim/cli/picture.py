"""Pictures: a matplotlib figure, written wholly or not at all."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from multivector_sim.cli.output import check_writable, write_whole
from multivector_sim.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure, SubFigure

__all__ = ["PICTURE_SUFFIXES", "check_picture", "write_picture"]

PICTURE_SUFFIXES = (".png", ".svg", ".pdf")


def check_picture(path: Path | None) -> None:
    """Refuse a place for a picture before the work for it begins.

    Raises
    ------
    UsageError
        If its name ends in no kind of picture.
    StoreError
        If it cannot be written.
    """
    if path is None:
        return
    if path.suffix.lower() not in PICTURE_SUFFIXES:
        raise UsageError(f"{path}: no kind of picture; give a name that ends in {', '.join(PICTURE_SUFFIXES)}")
    check_writable(path)


def write_picture(path: Path, figure: Figure | SubFigure) -> None:
    """Write a picture; what was there before stays until the new one is whole.

    Parameters
    ----------
    path
        A name that :func:`check_picture` accepts.
    figure
        What to draw; a part of a figure is drawn with the whole.

    Raises
    ------
    StoreError
        If it cannot be written.
    """
    from matplotlib.figure import Figure

    check_picture(path)
    drawn = io.BytesIO()
    whole = figure if isinstance(figure, Figure) else figure.figure
    whole.savefig(drawn, format=path.suffix.lower()[1:], dpi=150)
    write_whole(path, drawn.getvalue())
