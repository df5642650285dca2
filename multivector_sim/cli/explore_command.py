"""``multivector explore``: the controls of a scenario, in the browser."""

from __future__ import annotations

import click

from multivector_sim.cli.options import common, layered, load_and_note
from multivector_sim.cli.output import complain, print_json, say

__all__ = ["command"]

PATH = "/explore"


@click.command("explore")
@click.argument("scenario", metavar="SCENARIO")
@click.option("--no-browser", is_flag=True, help="Print the address only; open no browser.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen at; a free one by default.")
@layered
@common
def command(
    *,
    scenario: str,
    override: tuple[str, ...],
    settings: tuple[str, ...],
    no_browser: bool,
    port: int | None,
    as_json: bool,
    seed: int,
) -> None:
    """Open the controls of SCENARIO in the browser.

    Choose who is shocked and how severely, another mix, measures, the capacity of corridors and how strongly ruptures
    are correlated; the numbers and pictures are redrawn beside those of the scenario as written. What is shown can be
    copied as YAML and as Python. The page is served on this machine and to this machine only, until Ctrl-C. It needs
    pip install 'multivector-sim[lessons]'.
    """
    from multivector_sim.interactive.lessons import explorer_file
    from multivector_sim.interactive.serve import require_marimo, serve

    found = load_and_note(scenario, override, settings)
    require_marimo("explore")
    from multivector_sim.interactive.explorer import open_scenario

    open_scenario(found, _loads(scenario, override, settings), seed)

    def announce(address: str) -> None:
        if as_json:
            print_json({"schema": "multivector/explore/1", "scenario": found.name, "address": address})
        else:
            say(f"{found.title}: {address}")
            complain("Ctrl-C ends it")

    serve({PATH: explorer_file()}, PATH, announce, port=port, browser=not no_browser)


def _loads(scenario: str, override: tuple[str, ...], settings: tuple[str, ...]) -> str:
    """Return the Python that loads a scenario as the command did.

    Examples
    --------
    >>> _loads("kazakhstan", ("no-spillover",), ("horizon_months=12",))
    "mv.load('kazakhstan', override=['no-spillover'], settings=['horizon_months=12'])"
    """
    words = [repr(scenario)]
    words += [f"override={list(override)!r}"] if override else []
    words += [f"settings={list(settings)!r}"] if settings else []
    return f"mv.load({', '.join(words)})"
