"""``multivector flows``: the contents of a file of flows, and how each of its rows was used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from multivector_sim.cli.data_options import described
from multivector_sim.cli.options import common
from multivector_sim.cli.output import check_writable, print_json, say, write_whole

__all__ = ["command"]


@click.command("flows")
@click.argument("file")
@described
@click.option("--year", type=int, help="Year of the data, if no column states it.")
@click.option(
    "--csv", "table", metavar="FILE.csv", type=click.Path(path_type=Path), help="Write the tidy table to a CSV file."
)
@common
def command(
    *,
    file: str,
    country_codes: Path | None,
    table: Path | None,
    as_json: bool,
    seed: int,
    **options: Any,  # noqa: ANN401 - handed on
) -> None:
    """Read a FILE downloaded from UN Comtrade, the IMF, Eurostat and others, or a table of your own.

    The format is recognised by its columns. Rows that were dropped, duplicated or could not be assigned are listed.
    """
    del seed  # every command takes a seed; nothing is drawn here
    if table is not None:
        check_writable(table)
    from multivector_sim.evidence.flows.read import read_flows

    flows = read_flows(file, countries=country_codes, **options)
    if table is not None:
        write_whole(table, flows.table.to_csv(index=False).encode())
    if as_json:
        print_json(flows.document())
        return
    say(flows.summary())
    if table is not None:
        say(f"The table is in {table}")
