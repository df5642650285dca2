"""``multivector resolve``: each value of a scenario and its origin."""

from __future__ import annotations

import click

from multivector_sim.cli.options import common, layered
from multivector_sim.cli.output import print_json

__all__ = ["command"]


@click.command("resolve")
@click.argument("file")
@layered
@common
def command(*, file: str, override: tuple[str, ...], settings: tuple[str, ...], as_json: bool, seed: int) -> None:
    """Show a scenario as one file, with its bases, overrides and settings applied.

    A comment beside each value names its origin. The output is itself a valid scenario file.
    """
    del seed  # every command takes a seed; nothing is drawn here
    from multivector_sim.scenario.read import resolve
    from multivector_sim.scenario.yaml_text import resolved_text, short_origins

    resolved = resolve(file, override=override, settings=settings)
    if as_json:
        print_json({"schema": "multivector/resolve/1", "document": resolved.document, "origins": resolved.origins})
        return
    click.echo(resolved_text(resolved.document, short_origins(file, resolved.origins)), nl=False)
