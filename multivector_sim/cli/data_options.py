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
    """Add the options that say of a file what it does not say itself."""
    options = (
        click.option(
            "--source",
            default="auto",
            show_default=True,
            metavar="FORMAT",
            help="The format, if its columns do not tell.",
        ),
        click.option(
            "--unit", metavar="UNIT", help="As in USD or 'thousand USD', where neither file nor format says it."
        ),
        click.option("--side", help="Who reports, in a plain table: exporter, importer or both."),
        click.option("--reporter", metavar="COUNTRY", help="Whose flows they are, where no column says it."),
        click.option("--flow", help="exports or imports, where no column says it."),
        click.option(
            "--product", metavar="CODE", help="One product, or all whose codes begin so, in place of the total."
        ),
        click.option("--decimal", help="The mark of decimals in a plain table: ',' or '.'."),
        click.option(
            "--country-codes", type=click.Path(path_type=Path), metavar="FILE", help="BACI's file of country codes."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command
