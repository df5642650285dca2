"""``multivector resolve``: each value of a scenario and its origin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from multivector_sim.cli.options import common, layered
from multivector_sim.cli.output import print_json, tabled, write_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["command"]


@click.command("resolve")
@click.argument("file")
@layered
@tabled
@common
def command(*, file: str, override: tuple[str, ...], settings: tuple[str, ...], as_json: bool, seed: int) -> None:
    """Show a scenario as one file, with its bases, overrides and settings applied.

    A comment beside each value names its origin. The output is itself a valid scenario file.
    """
    del seed  # every command takes a seed; nothing is drawn here
    from multivector_sim.scenario.read import resolve
    from multivector_sim.scenario.writing import resolved_text, short_origins

    resolved = resolve(file, override=override, settings=settings)
    write_lines(("path", "value", "origin"), list(_values(resolved.document, resolved.origins)), "values")
    if as_json:
        print_json({"schema": "multivector/resolve/1", "document": resolved.document, "origins": resolved.origins})
        return
    click.echo(resolved_text(resolved.document, short_origins(file, resolved.origins)), nl=False)


def _values(part: Any, origins: Mapping[str, str], path: str = "") -> Iterator[list[Any]]:  # noqa: ANN401  any part
    """Yield every value of a document with its path and its origin."""
    if isinstance(part, dict) and part:
        inside = [(str(key), inner) for key, inner in part.items()]
    elif isinstance(part, list) and part:
        inside = [(str(number), inner) for number, inner in enumerate(part)]
    else:
        yield [path, part if isinstance(part, str | int | float) else str(part), origins.get(path, "")]
        return
    for key, inner in inside:
        yield from _values(inner, origins, f"{path}.{key}" if path else key)
