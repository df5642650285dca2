"""``multivector cache``: the cache of compiled machine code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from multivector_sim.cli.options import common
from multivector_sim.cli.output import complain, print_json, say
from multivector_sim.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["command"]

OFF = "machine code is not kept: MULTIVECTOR_CACHE is 'off', or this user has no home folder"


@click.command("cache")
@click.option("--where", "chosen", flag_value="where", help="Print the folder (the default).")
@click.option(
    "--warm", "chosen", flag_value="warm", help="Compile everything now, so that later commands start at once."
)
@click.option("--clear", "chosen", flag_value="clear", help="Delete all cached machine code.")
@common
def command(*, chosen: str | None, as_json: bool, seed: int) -> None:
    """Show, fill or clear the machine-code cache.

    The first simulation on a machine compiles the model; later ones load the compiled code from the user's cache
    folder. Each version of this package, of Python and of its libraries has its own code. To use another folder, or
    none, set the environment variable MULTIVECTOR_CACHE to the folder or to 'off'.
    """
    del seed  # every command takes a seed; nothing is drawn here
    from multivector_sim.cache_folder import cache_folder, clear, obstacle
    from multivector_sim.cli.compiling import compile_everything
    from multivector_sim.engine.engine_choice import has_compiler
    from multivector_sim.machine_code import current_key

    folder, key = cache_folder(), current_key()
    reason = None if folder is None else obstacle(folder)
    removed = 0
    if chosen == "warm":
        if not has_compiler():
            raise UsageError("numba cannot be imported, so nothing is compiled; pip install numba")
        if folder is None or reason is not None:
            raise UsageError(OFF if folder is None else f"{folder}: {reason}; name another with MULTIVECTOR_CACHE")
        compile_everything()
    elif chosen == "clear" and folder is not None:
        removed = clear(folder)
    functions = _kept(folder, key)
    if as_json:
        print_json(
            {
                "schema": "multivector/cache/1",
                "folder": None if folder is None else str(folder),
                "key": key,
                "functions": functions,
                "obstacle": reason,
                "removed": removed,
            }
        )
    elif folder is None:
        complain(OFF)
    elif chosen == "warm":
        say(f"Compiled for this machine: {len(functions)} functions are kept in {folder}")
    elif chosen == "clear":
        say(f"Removed the machine code of {removed} {'version' if removed == 1 else 'versions'} from {folder}")
    else:
        say(str(folder))
        if reason is not None:
            complain(f"{folder}: {reason}; machine code is not kept; name another with MULTIVECTOR_CACHE")


def _kept(folder: Path | None, key: str | None) -> list[str]:
    """Return the names of the functions whose machine code is kept for this version."""
    if folder is None or key is None or not (folder / key).is_dir():
        return []
    return sorted({path.name.rpartition("-")[0] for path in (folder / key).glob("*.code")})
