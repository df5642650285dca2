"""The options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from multivector_sim.engine.cores import CORES

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["common", "layered", "pictured", "threaded"]

Command = TypeVar("Command", bound="Callable[..., Any]")


def common(command: Command) -> Command:
    """Give a command the options that every command has: ``--json`` and ``--seed``."""
    as_json = click.option(
        "--json", "as_json", is_flag=True, help="Print one JSON document to stdout, nothing else there."
    )
    seed = click.option(
        "--seed", type=click.IntRange(0), default=1, show_default=True, help="The same seed gives the same draws."
    )
    return as_json(seed(command))


def threaded(command: Command) -> Command:
    """Give a command the option ``--workers``."""
    workers = click.option(
        "--workers",
        type=click.IntRange(1),
        default=CORES,
        show_default="as many as there are cores",
        metavar="N",
        help="How many threads to run; the answer does not depend on it.",
    )
    return workers(command)


def pictured(what: str) -> Callable[[Command], Command]:
    """Give a command the option ``--plot``, which draws what the words say."""

    def give(command: Command) -> Command:
        return click.option("--plot", metavar="FILE.png", type=click.Path(path_type=Path), help=what)(command)

    return give


def layered(command: Command) -> Command:
    """Give a command the options that lay something over a scenario: ``--override`` and ``--set``."""
    override = click.option(
        "--override", multiple=True, metavar="NAME", help="Lay a named set of the file's overrides over it; repeatable."
    )
    settings = click.option(
        "--set",
        "settings",
        multiple=True,
        metavar="PATH=VALUE",
        help="Set one value by its dotted path, as in channels.exports.ceiling=0.7; repeatable.",
    )
    return override(settings(command))
