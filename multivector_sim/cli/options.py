"""What several commands share: their options, how they load a scenario, and how they end.

A command loads its scenario through :func:`load_and_note`, which prints notices on standard error. A question ends with
:class:`Answer`: a picture if one was asked for, then JSON or a table.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import click

from multivector_sim.cli.numbers import Count
from multivector_sim.cli.output import complain, print_json, say, write_picture
from multivector_sim.cli.table_files import write_tables
from multivector_sim.engine.cores import CORES

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from matplotlib.figure import Figure, SubFigure

    from multivector_sim.scenario.scenario import Scenario

__all__ = ["common", "give", "layered", "load_and_note", "pictured", "threaded"]

Command = TypeVar("Command", bound="Callable[..., Any]")


def common(command: Command) -> Command:
    """Add the options that every command has: ``--json`` and ``--seed``."""
    as_json = click.option(
        "--json", "as_json", is_flag=True, help="Print one JSON document to stdout and nothing else."
    )
    seed = click.option(
        "--seed",
        type=Count(0),
        default=1,
        show_default=True,
        help="Seed of the random numbers; the same seed gives the same draws.",
    )
    return as_json(seed(command))


def threaded(command: Command) -> Command:
    """Add the option ``--workers``."""
    workers = click.option(
        "--workers",
        type=Count(1),
        default=CORES,
        show_default="number of cores",
        metavar="N",
        help="Number of threads; results do not depend on it.",
    )
    return workers(command)


def pictured(what: str) -> Callable[[Command], Command]:
    """Return a decorator that adds the option ``--plot``."""

    def give(command: Command) -> Command:
        return click.option("--plot", metavar="FILE.png", type=click.Path(path_type=Path), help=what)(command)

    return give


def layered(command: Command) -> Command:
    """Add the options that change a scenario: ``--override`` and ``--set``."""
    override = click.option(
        "--override", multiple=True, metavar="NAME", help="Apply one of the overrides named in the file; repeatable."
    )
    settings = click.option(
        "--set",
        "settings",
        multiple=True,
        metavar="PATH=VALUE",
        help="Set one value by its dotted path, e.g. channels.exports.ceiling=0.7; repeatable.",
    )
    return override(settings(command))


def load_and_note(scenario: str, override: tuple[str, ...], settings: tuple[str, ...]) -> Scenario:
    """Load a scenario with its overrides and settings, and print its notices to stderr, one line each."""
    from multivector_sim.scenario.read import load

    loaded = load(scenario, override=override, settings=settings)
    for notice in loaded.notices:
        complain(f"note: {notice}")
    return loaded


class _Answer(Protocol):
    """The result of a question."""

    def document(self) -> dict[str, Any]:
        """Return it as plain data."""
        ...

    def to_frame(self) -> pd.DataFrame:
        """Return it as a table."""
        ...


Found = TypeVar("Found", bound=_Answer)


def give(
    found: Found,
    draw: Callable[[], Figure | SubFigure],
    show: Callable[[Found], None],
    plot: Path | None,
    *,
    as_json: bool,
) -> None:
    """Write the picture and the tables that were asked for, then print the answer as JSON or as text."""
    if plot is not None:
        write_picture(plot, draw())
    tables = write_tables(found)
    if as_json:
        print_json(found.document())
        return
    show(found)
    if plot is not None:
        say(f"Drawn in {plot}")
    for path in tables:
        say(f"The table is in {path}")
