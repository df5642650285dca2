"""The options of the commands that read a file of flows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["described"]

Command = TypeVar("Command", bound="Callable[..., Any]")


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
