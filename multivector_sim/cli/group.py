"""The command ``multivector``, and what its exit codes mean.

::

    0    done
    1    a defect of this library; a traceback only then
    2    bad usage, a bad scenario, a place that cannot be written
    3    done, and a stated criterion failed
    130  interrupted

Errors go to stderr, one line each.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
import time
import warnings
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from multivector_sim.cli.compiling import notice_of_compiling, two_processes
from multivector_sim.cli.output import complain, prepare_streams
from multivector_sim.errors import MultivectorError, Notice
from multivector_sim.scenario.mistakes import nearest_or_all

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["BAD_USAGE", "INTERRUPTED", "main"]

BAD_USAGE = 2
INTERRUPTED = 130
UNWRITABLE = (errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EBADF)
PATIENCE = 5.0
"""How many seconds the work has to end after Ctrl-C before another Ctrl-C ends the process at once."""

NO_ARGUMENTS: tuple[type[click.ClickException], ...] = tuple(
    it for it in (getattr(click.exceptions, "NoArgsIsHelpError", None),) if it is not None
)
"""What click raises for a command without arguments; before 8.2 it printed the help itself and left with 0."""
COMMANDS = {
    "list": "List the shipped scenarios.",
    "new": "Start a scenario from an existing one or from data.",
    "flows": "Read a file of trade or investment flows and summarise it.",
    "validate": "Check scenario files.",
    "resolve": "Show each value of a scenario and its origin.",
    "schema": "Print the JSON Schema of a scenario file.",
    "run": "Simulate a scenario and summarise its losses.",
    "merge": "Put the parts of a run together.",
    "study": "Ask every question that a scenario supports.",
    "dashboard": "Show the concentration of each sector, with its alarms.",
    "compare": "Compare mixes or scenarios on the same random numbers.",
    "contribute": "Which partner, channel or corridor drives the tail.",
    "frontier": "Find the mixes with the best trade-off of value and risk.",
    "rank": "Rank measures by risk reduction per unit of cost.",
    "sensitivity": "Find which assumptions drive the result.",
    "reverse-stress": "Find the most likely way to lose a given share.",
    "must-be-true": "Find the value of a number at which a claim begins to hold.",
    "claims": "Judge a scenario's claims by the model or by a better source.",
    "report": "Write the report of a saved run.",
    "learn": "Open the lessons in the browser.",
    "explore": "Open a scenario's controls in the browser.",
    "cache": "Show, fill or clear the machine-code cache.",
    "calibrate": "Estimate hazard, severity and recovery from yearly flows.",
    "backtest": "Test a calibration on ruptures that it was not fitted to.",
    "atlas": "Rank countries by the cost of their partners' ruptures.",
}
"""Each command and its line in the help, which therefore imports none of them."""


class _Commands(click.Group):
    """A group that imports a command's module only when the command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the face of click
        """Return the command names in the order in which the help lists them."""
        return list(COMMANDS)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the commands, each with its line."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command."""
        if cmd_name not in COMMANDS:
            raise click.UsageError(f"no command called '{cmd_name}'{nearest_or_all(cmd_name, COMMANDS)}", ctx)
        command = import_module(f"multivector_sim.cli.{cmd_name.replace('-', '_')}_command").command
        return command if isinstance(command, click.Command) else None

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - the face of click
        """Run a command; end quietly when the reader of stdout closes the pipe."""
        try:
            with notice_of_compiling(), two_processes():
                answer = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            _leave_stdout()
            return None
        return answer

    def main(  # type: ignore[override]  # always ends the process, as click does when it stands alone
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = "multivector",
        **extra: Any,  # noqa: ANN401 - handed on to click
    ) -> None:
        """Run a command line and leave with its exit code."""
        code = 0
        extra["standalone_mode"] = False
        try:
            prepare_streams()
            with warnings.catch_warnings(), _patient_with_interrupts():
                _note_warnings()
                given = super().main(args, prog_name, **extra)
            code = given if isinstance(given, int) else 0
        except click.ClickException as error:
            complain(error.format_message() if isinstance(error, NO_ARGUMENTS) else _usage_line(error))
            code = BAD_USAGE
        except MultivectorError as error:
            complain(str(error))
            code = BAD_USAGE
        except OSError as error:
            if error.filename is not None:
                complain(f"{os.fsdecode(error.filename)}: cannot be used: {error.strerror}")
            elif error.errno in UNWRITABLE:
                _leave_stdout()
                complain(f"standard output: cannot be written: {error.strerror}")
            else:
                raise
            code = BAD_USAGE
        except (click.Abort, KeyboardInterrupt):
            complain("interrupted")
            code = INTERRUPTED
        sys.exit(code)


@contextmanager
def _patient_with_interrupts() -> Iterator[None]:
    """Let the first Ctrl-C end the work, and give it a while to clean up before another one ends the process.

    Whoever presses Ctrl-C several times would otherwise interrupt the cleaning up, which leaves half-written files
    behind and prints a traceback. Once interrupted, the process stays patient until its end.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    first: list[float] = []

    def interrupted(*_: object) -> None:
        now = time.monotonic()
        if not first:
            first.append(now)
            raise KeyboardInterrupt
        if now - first[0] > PATIENCE:
            os._exit(INTERRUPTED)

    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield
    finally:
        if not first:
            signal.signal(signal.SIGINT, before)


def _note_warnings() -> None:
    """Print a notice of ours as a note, one line, and any other warning as Python does."""
    show = warnings.showwarning

    def note(message: Warning | str, category: type[Warning], *place: Any) -> None:  # noqa: ANN401 - as Python calls it
        if issubclass(category, Notice):
            complain(f"note: {message}")
        else:
            show(message, category, *place)

    warnings.simplefilter("always", Notice)
    warnings.showwarning = note  # type: ignore[assignment]  # the file and line are handed on as they come


def _leave_stdout() -> None:
    """Redirect stdout to the null device, so that Python does not complain about it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _usage_line(error: click.ClickException) -> str:
    """Return a usage error as one line."""
    message = " ".join(error.format_message().split()).rstrip(".")
    context = error.ctx if isinstance(error, click.UsageError) else None
    where = context.command_path if context else "multivector"
    return f"{where}: {message}; see '{where} --help'"


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="multivector-sim", message="%(version)s")
def main() -> None:
    """Model a country's relations with its partners as a portfolio of exposures.

    Simulate what happens to its trade and investment when one partner's channel is shocked. To begin:

        multivector run kazakhstan --report report.html
    """
