"""The dashboard in a terminal: a bar for each sector, in which every colour is also a pattern and a word.

A bar is filled with one sign a colour, the same sign in all sectors, so that it says as much on a terminal without
colours, on paper, or to a reader who does not tell red from green. Signs are plain ASCII, which every terminal has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from multivector_sim.cli.screen import open_screen
from multivector_sim.engine.colours import colour_groups
from multivector_sim.report.dashboard import boards, thresholds
from multivector_sim.report.shares import in_words
from multivector_sim.report.words import capital, percent

if TYPE_CHECKING:
    from rich.console import Console

    from multivector_sim.report.dashboard import Board
    from multivector_sim.scenario.scenario import Scenario

__all__ = ["cells", "patterns", "print_dashboard"]

SIGNS = "#=/+ox:%*~"
WIDTH = 60
STYLES = {
    "red": "red",
    "blue": "blue",
    "green": "green",
    "orange": "yellow",
    "purple": "magenta",
    "teal": "cyan",
    "brown": "yellow",
    "grey": "bright_black",
}
ALARM = "bold red"


def print_dashboard(scenario: Scenario) -> None:
    """Print the dashboard to stdout.

    Parameters
    ----------
    scenario
        A scenario.
    """
    screen = open_screen()
    signs = patterns(scenario)
    shown = boards(scenario)
    screen.print(Text(f"{scenario.title}: who has how much", style="bold"))
    for board in shown:
        print_board(screen, board, signs)
    passed = [board for board in shown if board.passed]
    count = sum(len(board.passed) for board in passed)
    screen.print()
    screen.print(Text(f"{count} alarms in {len(passed)} of {len(shown)} sectors", style=ALARM if count else ""))
    screen.print(Text(thresholds(scenario)))


def patterns(scenario: Scenario) -> dict[str, str]:
    """Give every colour its sign, in the order of the scenario; past the tenth they begin again.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> patterns(mv.load("two-buyers"))
    {'red': '#', 'blue': '=', 'green': '/'}
    """
    return {group: SIGNS[place % len(SIGNS)] for place, group in enumerate(colour_groups(scenario))}


def print_board(screen: Console, board: Board, signs: dict[str, str]) -> None:
    """Print one sector: its name, its colours, whom it crosses, its alarms."""
    flow = board.shares
    screen.print(Text(f"\n{flow.title}", style="bold").append(f"  {board.size}; {board.partners_measured}", "not bold"))
    colours = [(signs[part.colour], part, STYLES[part.ink.colour]) for part in flow.colours]
    lines = [Text(capital(board.depends), "bold"), drawn([(sign, part.share, style) for sign, part, style in colours])]
    for sign, part, style in colours:
        lines.append(Text(sign, style).append(f" {percent(part.share, 0):>5}  {in_words(part)}", "default"))
    lines.append(Text(board.hosts_said.removesuffix("."), "dim"))
    lines += [Text("ALARM ", ALARM).append(alarm.says, "not bold default") for alarm in board.passed]
    for line in lines:
        screen.print(Padding(line, (0, 0, 0, 2), expand=False))


def drawn(parts: list[tuple[str, float, str]]) -> Text:
    """Draw a bar."""
    bar = Text("[")
    for (sign, _, style), count in zip(parts, cells([share for _, share, _ in parts]), strict=True):
        bar.append(sign * count, style=style)
    return bar.append("]")


def cells(shares: list[float], width: int = WIDTH) -> list[int]:
    """Share out the cells of a bar: the largest remainders get what rounding leaves; what is there has one at least.

    Parameters
    ----------
    shares
        Above 0, of a sum of 1, the greatest first.
    width
        Cells of the whole bar, not fewer than there are shares.

    Returns
    -------
    list
        Cells of each share, of the sum ``width``.

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
