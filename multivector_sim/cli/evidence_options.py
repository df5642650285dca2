"""What the commands about evidence share: options of a file of flows, a table as CSV, a calibration."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import click

from multivector_sim.cli.options import NUMBER, Count
from multivector_sim.cli.output import (
    check_picture,
    check_writable,
    print_json,
    say,
    say_folded,
    tabled,
    write_picture,
    write_tables,
    write_whole,
)
from multivector_sim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from matplotlib.figure import Figure

    from multivector_sim.evidence.calibration import Calibration
    from multivector_sim.evidence.rupture_definition import Definition

__all__ = ["begin", "defined", "definition_of", "described", "finish", "read_calibration", "table_and_plot"]


def described(command: Command) -> Command:
    """Add the options that describe a file where its own columns do not."""
    options = (
        click.option(
            "--source",
            default="auto",
            show_default=True,
            metavar="FORMAT",
            help="Format of the file, if its columns do not identify it.",
        ),
        click.option(
            "--unit",
            metavar="UNIT",
            help="Unit of the values, e.g. USD or 'thousand USD', if the file does not state it.",
        ),
        click.option("--side", help="Reporting side of a plain table: exporter, importer or both."),
        click.option("--reporter", metavar="COUNTRY", help="Reporting country, if no column names it."),
        click.option("--flow", help="exports or imports, if no column states it."),
        click.option("--product", metavar="CODE", help="Product code, or the beginning of one, instead of the total."),
        click.option("--decimal", help="Decimal mark of a plain table: ',' or '.'."),
        click.option(
            "--country-codes",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="The country codes that come with BACI.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


Command = TypeVar("Command", bound="Callable[..., Any]")
LARGEST = 20_000_000


class _Answer(Protocol):
    """What a command about evidence found."""

    @property
    def plot(self) -> Callable[[], Figure]:
        """Its pictures."""
        ...

    def document(self) -> dict[str, Any]:
        """Return it as plain data."""
        ...

    def summary(self) -> str:
        """Return it in lines for people."""
        ...

    def to_frame(self) -> pd.DataFrame:
        """Return it as a table."""
        ...


def table_and_plot(command: Command) -> Command:
    """Add the options ``--csv``, ``--xlsx``, ``--plot`` and ``--out``."""
    place = click.Path(path_type=Path)
    plot = click.option("--plot", metavar="FILE.png", type=place, help="Write the plot to a file.")
    out = click.option("--out", metavar="FILE.json", type=place, help="Write the JSON document to a file.")
    return tabled(plot(out(command)))


def defined(command: Command) -> Command:
    """Add the options that define a rupture."""
    options = (
        click.option(
            "--threshold", type=NUMBER, help="A flow below this share of its base is a rupture [default: 0.5]."
        ),
        click.option(
            "--floor", type=NUMBER, help="Smallest flow, as a share of the partner's imports [default: 0.0005]."
        ),
        click.option("--lasting", type=Count(1), help="Consecutive years below the threshold [default: 1]."),
        click.option(
            "--as-reported", is_flag=True, help="Use flows as reported, not divided by the partner's imports."
        ),
        click.option("--since", type=int, help="First year at risk [default: 1950]."),
        click.option("--until", type=int, help="Last year at risk [default: last in the data]."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def definition_of(given: dict[str, Any]) -> Definition:
    """Return the definition that options describe, and take them out of those given."""
    from multivector_sim.evidence.rupture_definition import Definition

    names = {"threshold": "threshold", "floor": "floor", "lasting": "years", "since": "since", "until": "until"}
    chosen = {name: given.pop(option) for option, name in names.items()}
    known = {name: value for name, value in chosen.items() if value is not None}
    return Definition(deflated=not given.pop("as_reported"), **known)


def read_calibration(path: Path) -> Calibration:
    """Read a calibration that ``multivector calibrate --out`` wrote."""
    from multivector_sim.evidence.calibration import Calibration

    try:
        if path.stat().st_size > LARGEST:
            raise UsageError(f"{path}: too large for a calibration")
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: not JSON: {error}") from error
    if not isinstance(document, dict):
        raise UsageError(f"{path}: not a calibration; give a file that 'multivector calibrate --out' wrote")
    try:
        return Calibration.from_document(document)
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from error


def begin(plot: Path | None, out: Path | None) -> None:
    """Check that every output can be written before the work begins."""
    check_picture(plot)
    if out is not None:
        check_writable(out)


def finish(answer: _Answer, plot: Path | None, out: Path | None, *, as_json: bool) -> None:
    """Write what was asked for and print the answer."""
    tables = write_tables(answer)
    if plot is not None:
        write_picture(plot, answer.plot())
    if out is not None:
        text = json.dumps(answer.document(), indent=2, ensure_ascii=False, allow_nan=False)
        write_whole(out, (text + "\n").encode())
    if as_json:
        print_json(answer.document())
        return
    say_folded(answer.summary())
    for path in (*tables, plot, out):
        if path is not None:
            say(f"Written: {path}")
