"""What several commands share: their options, numbers as people type them, how a scenario is loaded, how they end.

``5%`` and ``1e5`` are taken wherever a share, a count or an amount is asked. A per cent is a hundredth. A count is a
whole number, however it is written. Commas are told rather than guessed at, since they mean thousands to one reader and
decimals to another.

A command loads its scenario through :func:`load_and_note`, which prints notices on standard error. A question ends with
:func:`give`, which writes the picture and the tables asked for and prints JSON or text.
"""

from __future__ import annotations

import hashlib
import re
from contextlib import ExitStack, contextmanager
from functools import wraps
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import click

from multivector_sim.cli.output import complain, print_json, say, write_picture, write_tables
from multivector_sim.engine.cores import CORES
from multivector_sim.errors import ExecutorError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import pandas as pd
    from matplotlib.figure import Figure, SubFigure

    from multivector_sim.scenario.scenario import Scenario

__all__ = [
    "GIGABYTE",
    "NUMBER",
    "Count",
    "NumberRange",
    "common",
    "computed",
    "give",
    "kept",
    "layered",
    "load_and_note",
    "on_scheduler",
    "pictured",
    "read_number",
    "remembered",
    "saying_what_is_kept",
    "scheduled",
    "threaded",
]

PER_CENT = 100.0
WITH_COMMAS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")


def number_of(text: str) -> float:
    """Return the number that a text means.

    Raises
    ------
    ValueError
        If it means none, with a reason that names what to write.

    Examples
    --------
    >>> number_of("5%"), number_of(" 1e5 "), number_of("0.25"), number_of("2.5 %")
    (0.05, 100000.0, 0.25, 0.025)
    """
    bare = text.strip()
    if WITH_COMMAS.fullmatch(bare):
        raise ValueError(f"{text!r} is a number with commas; write {bare.replace(',', '')}")
    try:
        found = float(bare.removesuffix("%"))
    except ValueError:
        raise ValueError(f"{text!r} is not a number; write it as 0.05, 5% or 1e5") from None
    if not isfinite(found) or "_" in bare:
        raise ValueError(f"{text!r} is not a number; write it as 0.05, 5% or 1e5")
    # The shortest decimal of a per cent, not the quotient: 7% is 0.07 to the last bit.
    return float(f"{bare.removesuffix('%').strip()}e-2") if _is_plain_per_cent(bare) else _divided(found, bare)


def _is_plain_per_cent(text: str) -> bool:
    """Return whether a text is a per cent without an exponent."""
    return text.endswith("%") and "e" not in text.lower()


def _divided(found: float, text: str) -> float:
    """Return a number, a hundredth of it for a per cent."""
    return found / PER_CENT if text.endswith("%") else found


def read_number(text: str, where: str) -> float:
    """Return the number that a part of an option means.

    Raises
    ------
    UsageError
        If it means none; the message begins with ``where``.

    Examples
    --------
    >>> read_number("40%", "--bound china=:40%")
    0.4
    """
    try:
        return number_of(text)
    except ValueError as error:
        raise UsageError(f"{where}: {error}") from None


def _converted(value: Any, fail: Callable[[str], Any]) -> float:  # noqa: ANN401  a text, or a default
    """Return the number that a value of an option means."""
    try:
        return number_of(value) if isinstance(value, str) else float(value)
    except ValueError as error:
        fail(f"{error}.")
        raise


class NumberRange(click.FloatRange):
    """A number within limits."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ANN401
        """Return the number that a text means."""
        found: float = super().convert(_converted(value, lambda said: self.fail(said, param, ctx)), param, ctx)
        return found


class Count(click.IntRange):
    """A whole number within limits."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:  # noqa: ANN401
        """Return the whole number that a text means."""
        if isinstance(value, str) and value.strip().lstrip("+-").isdecimal():
            whole = int(value)
        else:
            number = _converted(value, lambda said: self.fail(said, param, ctx))
            if number != int(number):
                self.fail(f"{value!r} is not a whole number.", param, ctx)
            whole = int(number)
        found: int = super().convert(whole, param, ctx)
        return found


class _Number(click.types.FloatParamType):
    """Any number."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ANN401
        """Return the number that a text means."""
        return _converted(value, lambda said: self.fail(said, param, ctx))


NUMBER = _Number()


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


def computed(command: Command) -> Command:
    """Add the options of where a question is computed and kept: ``--workers`` and those of :data:`_PLACES`."""

    @wraps(command)
    def within(
        *args: object, scheduler: str | None, memory: float, out: Path | None, resume: bool, **given: object
    ) -> object:
        with _resources(scheduler, memory, out, given, resume=resume):
            return command(*args, **given)

    placed: Command = within  # type: ignore[assignment]  # click reads its options, not its type
    for option in reversed(_PLACES):
        placed = option(placed)
    return threaded(placed)


def scheduled(command: Command) -> Command:
    """Add the option ``--scheduler``, for a command that has none of the others of :func:`computed`."""

    @wraps(command)
    def within(*args: object, scheduler: str | None, **given: object) -> object:
        with _resources(scheduler, None, None, given, resume=False):
            return command(*args, **given)

    placed: Command = on_scheduler(within)  # type: ignore[assignment]  # click reads its options, not its type
    return placed


def remembered(what: str) -> Callable[[Command], Command]:
    """Return a decorator that adds the option ``--memory``."""
    return click.option(
        "--memory", type=NumberRange(0.0, min_open=True), default=2.0, show_default=True, metavar="GB", help=what
    )


def kept(out: str, resume: str) -> Callable[[Command], Command]:
    """Return a decorator that adds the options ``--out`` and ``--resume``."""

    def add(command: Command) -> Command:
        folder = click.option("--out", metavar="DIR", type=click.Path(path_type=Path), help=out)
        return folder(click.option("--resume", is_flag=True, help=resume)(command))

    return add


GIGABYTE = 1e9
on_scheduler = click.option(
    "--scheduler", metavar="ADDRESS", help="Run on the workers of a Dask scheduler, e.g. tcp://host:8786."
)
"""Add the option ``--scheduler``."""

_PLACES = (
    on_scheduler,
    remembered("Memory for the draws of one run."),
    kept(
        "Keep the work in a folder as it proceeds; that of an answered question is replaced.",
        "Continue the work in --out.",
    ),
)
SHOWN = frozenset({"as_json", "plot", "report", "workers"})
"""Options that change no number."""


@contextmanager
def _resources(
    scheduler: str | None, memory: float | None, out: Path | None, given: Mapping[str, object], *, resume: bool
) -> Iterator[None]:
    """Open what a question is computed on and kept in."""
    if resume and out is None:
        raise UsageError("--resume needs --out, the folder of the work")
    from multivector_sim.engine.question_work import use_resources

    with ExitStack() as stack:
        executor = work = None
        if scheduler is not None:
            from multivector_sim.engine.cluster import dask_executor

            executor = stack.enter_context(dask_executor(scheduler))
        if out is not None:
            from multivector_sim.engine.question_checkpoint import KeptWork

            work = KeptWork(out, _asked(given), resume=resume)
            stack.callback(work.close)
        stack.enter_context(use_resources(executor, None if memory is None else memory * GIGABYTE, work))
        with saying_what_is_kept(out, "work is"):
            yield
        if work is not None:
            work.finish()


@contextmanager
def saying_what_is_kept(out: Path | None, what: str) -> Iterator[None]:
    """Say where finished work is saved if the user, or a failing executor, ends it early."""
    try:
        yield
    except KeyboardInterrupt:
        if out is not None:
            complain(f"finished {what} saved in {out}; repeat the command with --resume to continue")
        raise
    except ExecutorError as error:
        if out is None:
            raise
        raise ExecutorError(f"{error}; finished {what} saved in {out}, and --resume continues") from error


def _asked(given: Mapping[str, object]) -> dict[str, str]:
    """Return what a command was asked, with a digest of its scenario."""
    asked = {name: str(value) for name, value in given.items() if name not in SHOWN}
    asked["command"] = str(click.get_current_context().info_name)
    if "scenario" in given:
        from multivector_sim.scenario.read import load

        layers: dict[str, Any] = {name: given[name] for name in ("override", "settings") if name in given}
        content = load(str(given["scenario"]), **layers).model_dump_json()
        asked["content"] = hashlib.sha256(content.encode()).hexdigest()
    return asked


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
