"""``multivector flows``: the contents of a file of flows, and how each of its rows was used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from multivector_sim.cli.evidence_options import described
from multivector_sim.cli.options import common
from multivector_sim.cli.output import print_json, say, say_folded, tabled, write_tables

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["command"]


@click.command("flows")
@click.argument("file")
@described
@click.option("--country", help="Show only the flows that one country reports, or that others report of it.")
@click.option("--year", type=int, help="Year of the data, if no column states it.")
@tabled
@common
def command(
    *,
    file: str,
    country: str | None,
    country_codes: Path | None,
    as_json: bool,
    seed: int,
    **options: Any,  # noqa: ANN401 - handed on
) -> None:
    """Read FILE, downloaded from UN Comtrade, the IMF, Eurostat or another source, or a table of your own.

    The format is recognised by its columns. Rows that were dropped, that are duplicates or that could not be assigned
    are listed.
    """
    del seed  # every command takes a seed; nothing is drawn here
    from multivector_sim.evidence.flows.read import read_flows

    flows = read_flows(file, countries=country_codes, **options)
    if country is not None:
        flows = flows.involving(country)
    tables = write_tables(flows)
    if as_json:
        print_json(flows.document())
        return
    say_folded(flows.summary())
    for path in tables:
        say(f"The table is in {path}")
