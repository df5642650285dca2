"""Pictures: a matplotlib figure, written wholly or not at all."""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from multivector_sim.cli.output import check_writable, mask
from multivector_sim.errors import StoreError, UsageError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["KINDS", "check_picture", "write_picture"]

KINDS = (".png", ".svg", ".pdf")


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
    if path.suffix.lower() not in KINDS:
        raise UsageError(f"{path}: no kind of picture; give a name that ends in {', '.join(KINDS)}")
    check_writable(path)


def write_picture(path: Path, figure: Figure) -> None:
    """Write a picture; what was there before stays until the new one is whole.

    Parameters
    ----------
    path
        A name that :func:`check_picture` accepts.
    figure
        What to draw.

    Raises
    ------
    StoreError
        If it cannot be written.
    """
    check_picture(path)
    drawn = io.BytesIO()
    figure.savefig(drawn, format=path.suffix.lower()[1:], dpi=150)
    beside: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", suffix=".part", dir=path.parent)
        beside = Path(name)
        with os.fdopen(handle, "wb") as stream:
            stream.write(drawn.getvalue())
        beside.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~mask())
        beside.replace(path)
    except OSError as error:
        raise StoreError(f"{path}: cannot be written: {error.strerror}") from error
    finally:
        if beside is not None:
            beside.unlink(missing_ok=True)
