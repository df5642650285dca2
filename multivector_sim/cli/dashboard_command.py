"""``multivector dashboard``: who has how much of each sector, and where that is too much."""

from __future__ import annotations

import click

from multivector_sim.cli.options import common, layered
from multivector_sim.cli.output import complain, print_json

__all__ = ["command"]

ALARMED = 3


@click.command("dashboard", short_help="Show each sector by colour, and sound the alarms of concentration.")
@click.argument("scenario")
@click.option("--mix", metavar="NAME", help="One of the scenario's mixes instead of today's shares.")
@click.option("--fail-on-alarm", is_flag=True, help="Leave with exit code 3 if a threshold is passed.")
@layered
@common
def command(
    *,
    scenario: str,
    mix: str | None,
    fail_on_alarm: bool,
    override: tuple[str, ...],
    settings: tuple[str, ...],
    as_json: bool,
    seed: int,
) -> int:
    """Show SCENARIO's sectors by colour, partner and host, with an alarm where a threshold is passed.

    The thresholds are the file's (section alarms). Nothing is drawn, so it is done at once and can run every week:
    with --fail-on-alarm it leaves with exit code 3 when there is something to look at.
    """
    del seed  # every command takes a seed; nothing is drawn here
    from multivector_sim.report.dashboard_document import dashboard_document
    from multivector_sim.scenario.read import load

    loaded = load(scenario, override=override, settings=settings)
    shown = loaded if mix is None else loaded.with_mix(mix)
    document = dashboard_document(shown)
    if as_json:
        print_json(document)
    else:
        from multivector_sim.cli.dashboard_summary import print_dashboard

        print_dashboard(shown)
    if not (fail_on_alarm and document["alarms"]):
        return 0
    for sector in document["sectors"]:
        for alarm in sector["alarms"]:
            complain(f"alarm: {sector['title']}: {alarm['says']}")
    return ALARMED
