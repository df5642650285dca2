"""``multivector merge``: the parts of a run put together."""

from __future__ import annotations

from pathlib import Path

import click

from multivector_sim.cli.options import common
from multivector_sim.cli.output import print_json, say

__all__ = ["command"]


@click.command("merge")
@click.argument("folders", metavar="DIR..", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--out", required=True, metavar="DIR", type=click.Path(path_type=Path), help="New folder for the whole run."
)
@common
def command(*, folders: tuple[Path, ...], out: Path, as_json: bool, seed: int) -> None:
    """Put together the parts of a run that `multivector run --blocks A:B --out DIR` computed.

    The result is the run that one machine would have computed, with the same fingerprint. Parts of different runs are
    refused, and blocks that are in no folder are listed.
    """
    del seed  # every command takes a seed; the parts have theirs
    from multivector_sim.cli.run_command import print_summary
    from multivector_sim.engine.run_parts import merge_runs

    result = merge_runs(folders, out)
    if as_json:
        print_json(result.document())
        return
    print_summary(result)
    say(f"Run saved in {out}")
