"""``multivector list``: the shipped scenarios."""

from __future__ import annotations

import textwrap

import click

from multivector_sim.cli.options import common
from multivector_sim.cli.output import print_json, say, screen_width, tabled, write_lines

__all__ = ["command"]

LEAST_TITLE = 30
INDENT = 4


@click.command("list")
@tabled
@common
def command(*, as_json: bool, seed: int) -> None:
    """List the shipped scenarios.

    Every command that takes a SCENARIO accepts one of these names or the path of a file.
    """
    del seed  # every command takes a seed; nothing is drawn here
    from multivector_sim.scenario import files as bundled
    from multivector_sim.scenario.read import title_of

    entries = [{"name": name, "title": title_of(bundled.path_of(name))} for name in bundled.names()]
    tables = write_lines(["name", "title"], [[entry["name"], entry["title"]] for entry in entries], "scenarios")
    if as_json:
        print_json({"schema": "multivector/list/1", "scenarios": entries})
        return
    width = max((len(entry["name"]) for entry in entries), default=0)
    for entry in entries:
        _say_entry(entry["name"], entry["title"], width)
    for path in tables:
        say(f"The table is in {path}")


def _say_entry(name: str, title: str, width: int) -> None:
    """Print a name with its title beside it, or below it where there is little room."""
    room = screen_width()
    if room - width - 2 >= LEAST_TITLE:
        lines = textwrap.wrap(title, room - width - 2)
        say(
            "\n".join(
                f"{first:{width}}  {line}" for first, line in zip([name, *[""] * len(lines)], lines, strict=False)
            )
        )
        return
    indent = " " * INDENT
    say("\n".join([name, *textwrap.wrap(title, room, initial_indent=indent, subsequent_indent=indent)]))
