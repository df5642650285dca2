"""``multivector new``: a scenario of one's own, begun from one that works."""

from __future__ import annotations

from pathlib import Path

import click

from multivector_sim.cli.options import common
from multivector_sim.cli.output import print_json, say, write_whole
from multivector_sim.errors import StoreError, UsageError

__all__ = ["command"]

START = "two-buyers"
SUFFIXES = frozenset({".yaml", ".yml"})


@click.command("new", short_help="Begin a scenario of your own from one that works.")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--from", "start", default=START, show_default=True, metavar="NAME", help="A shipped scenario, or a file."
)
@common
def command(*, path: Path, start: str, as_json: bool, seed: int) -> None:
    """Begin a scenario of your own from one that works.

    PATH is a .yaml file, or a folder that is to hold scenario.yaml. A file that exists is left alone.
    """
    del seed  # every command takes a seed; nothing is drawn here
    from multivector_sim.cli.scenario_text import starting_text

    if path.suffix.lower() == ".toml":
        raise UsageError(f"{path}: a new scenario is written as YAML; give a name that ends in .yaml")
    file = path if path.suffix.lower() in SUFFIXES else path / "scenario.yaml"
    if file.exists():
        raise UsageError(f"{file}: is there already; give another name")
    text = starting_text(start, path.stem)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{file.parent}: cannot be made: {error.strerror}") from error
    write_whole(file, text.encode())
    if as_json:
        print_json({"schema": "multivector/new/1", "file": str(file), "from": start})
        return
    say(f"{file} is written, begun from {start}. Change it, then: multivector run {file}")
