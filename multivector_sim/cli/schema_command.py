"""``multivector schema``: the JSON Schema of a scenario file."""

from __future__ import annotations

import click

from multivector_sim.cli.options import common
from multivector_sim.cli.output import print_json

__all__ = ["command"]


@click.command("schema")
@common
def command(*, as_json: bool, seed: int) -> None:
    """Print the JSON Schema of a scenario file, for editors that check as you type."""
    del as_json, seed  # the answer is JSON either way, and nothing is drawn
    from multivector_sim.scenario.schema import schema

    print_json(schema())
