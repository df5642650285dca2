"""``multivector dashboard``: the shares of each sector's partners, and where they exceed a threshold.

Each colour is drawn with one character, the same in all sectors, so that the bars can be read on a terminal without
colours, on paper, or by a reader who cannot tell red from green. The characters are plain ASCII.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.padding import Padding
from rich.text import Text

from multivector_sim.cli.options import common, layered
from multivector_sim.cli.output import complain, print_json, say, tabled, write_tables
from multivector_sim.cli.screen import open_screen
from multivector_sim.display.wording import capital, percent
from multivector_sim.engine.concentration import colour_groups
from multivector_sim.report.dashboard import boards, in_words, thresholds

if TYPE_CHECKING:
    from rich.console import Console

    from multivector_sim.report.dashboard import Board
    from multivector_sim.scenario.scenario import Scenario

__all__ = ["cells", "command", "patterns"]

ALARMED = 3


@click.command("dashboard")
@click.argument("scenario")
@click.option("--mix", metavar="NAME", help="Show one of the scenario's mixes instead of today's shares.")
@click.option("--fail-on-alarm", is_flag=True, help="Exit with code 3 if any threshold is exceeded.")
@tabled
@layered
@common
def command(
    *,
    scenario: str,
    mix: str | None,
    fail_on_alarm: bool,
    override: tuple[str, ...],
    settings: tuple[str, ...],
    as_json: bool,
    seed: int,
) -> int:
    """Show the sectors of SCENARIO by colour, partner and host, with an alarm where a threshold is exceeded.

    The section 'alarms' of the file sets the thresholds. Nothing is simulated, so the command is quick and suits a
    weekly job: with --fail-on-alarm its exit code is 3 when an alarm is raised.
    """
    del seed  # every command takes a seed; nothing is drawn here
    from multivector_sim.report.dashboard import dashboard
    from multivector_sim.scenario.read import load

    loaded = load(scenario, override=override, settings=settings)
    shown = loaded if mix is None else loaded.with_mix(mix)
    board = dashboard(shown)
    document, tables = board.document(), write_tables(board)
    if as_json:
        print_json(document)
    else:
        _print_dashboard(shown)
        for path in tables:
            say(f"The table is in {path}")
    if not (fail_on_alarm and document["alarms"]):
        return 0
    for sector in document["sectors"]:
        for alarm in sector["alarms"]:
            complain(f"alarm: {sector['title']}: {alarm['says']}")
    return ALARMED


SIGNS = "#=/+ox:%*~"
WIDTH = 60
MARGINS = 4
"""Columns that the indent and the brackets of a bar take."""

STYLES = {
    "red": "red",
    "blue": "blue",
    "green": "green",
    "orange": "bright_red",
    "gold": "bright_yellow",
    "purple": "magenta",
    "teal": "cyan",
    "brown": "yellow",
    "grey": "bright_black",
}
ALARM = "bold red"


def _print_dashboard(scenario: Scenario) -> None:
    """Print the dashboard to stdout."""
    screen = open_screen()
    signs = patterns(scenario)
    shown = boards(scenario)
    screen.print(Text(f"{scenario.title}: shares by sector", style="bold"))
    for board in shown:
        _print_board(screen, board, signs)
    passed = [board for board in shown if board.passed]
    count = sum(len(board.passed) for board in passed)
    screen.print()
    screen.print(Text(f"{count} alarms in {len(passed)} of {len(shown)} sectors", style=ALARM if count else ""))
    screen.print(Text(thresholds(scenario)))


def patterns(scenario: Scenario) -> dict[str, str]:
    """Return the sign of each colour, in the order of the scenario; after the tenth, the signs repeat.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> patterns(mv.load("two-buyers"))
    {'red': '#', 'blue': '=', 'green': '/'}
    """
    return {group: SIGNS[place % len(SIGNS)] for place, group in enumerate(colour_groups(scenario))}


def _print_board(screen: Console, board: Board, signs: dict[str, str]) -> None:
    """Print one sector: its name, its colours, the hosts that it crosses, its alarms."""
    flow = board.shares
    screen.print(Text(f"\n{flow.title}", style="bold").append(f"  {board.size}; {board.partners_measured}", "not bold"))
    colours = [(signs[part.colour], part, STYLES[part.ink.colour]) for part in flow.colours]
    lines = [
        Text(capital(board.depends), "bold"),
        _drawn([(sign, part.share, style) for sign, part, style in colours], screen.width),
    ]
    for sign, part, style in colours:
        lines.append(Text(sign, style).append(f" {percent(part.share, 0):>5}  {in_words(part)}", "default"))
    lines.append(Text(board.hosts_said.removesuffix("."), "dim"))
    lines += [Text("ALARM ", ALARM).append(alarm.says, "not bold default") for alarm in board.passed]
    for line in lines:
        screen.print(Padding(line, (0, 0, 0, 2), expand=False))


def _drawn(parts: list[tuple[str, float, str]], room: int) -> Text:
    """Draw a bar, shorter where there is little room."""
    width, bar = min(WIDTH, max(len(parts), room - MARGINS)), Text("[")
    for (sign, _, style), count in zip(parts, cells([share for _, share, _ in parts], width), strict=True):
        bar.append(sign * count, style=style)
    return bar.append("]")


def cells(shares: list[float], width: int = WIDTH) -> list[int]:
    """Share out the cells of a bar: the largest remainders get what rounding leaves; a share above 0 has at least one.

    Examples
    --------
    >>> cells([0.5, 0.3, 0.199, 0.001], 10)
    [5, 3, 1, 1]
    """
    counts = [max(1, int(share * width)) for share in shares]
    rest = sorted(range(len(shares)), key=lambda place: int(shares[place] * width) - shares[place] * width)
    for place in rest[: max(0, width - sum(counts))]:
        counts[place] += 1
    while sum(counts) > width:
        counts[counts.index(max(counts))] -= 1
    return counts
