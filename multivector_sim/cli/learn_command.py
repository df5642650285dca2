"""``multivector learn``: the lessons, in the browser."""

from __future__ import annotations

import click

from multivector_sim.cli.options import common
from multivector_sim.cli.output import complain, print_json, say

__all__ = ["command"]


@click.command("learn")
@click.argument("number", metavar="[N]", type=int, required=False)
@click.option("--no-browser", is_flag=True, help="Print the address only; open no browser.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen at; a free one by default.")
@common
def command(*, number: int | None, no_browser: bool, port: int | None, as_json: bool, seed: int) -> None:
    """Open lesson N in the browser, or list the lessons.

    Each lesson takes about twenty minutes: a question to predict, sliders that move the model, and exercises that check
    your answers. The pages are served on this machine and to this machine only, until Ctrl-C. Lessons need
    pip install 'multivector-sim[lessons]'.
    """
    del seed  # every command takes a seed; the lessons have their own
    from multivector_sim.interactive.lessons import lesson, lessons
    from multivector_sim.interactive.serve import require_marimo, serve

    if number is None:
        entries = [{"number": it.number, "title": it.title, "file": str(it.file)} for it in lessons()]
        if as_json:
            print_json({"schema": "multivector/learn/1", "lessons": entries})
            return
        for entry in entries:
            say(f"{entry['number']}  {entry['title']}")
        complain("multivector learn N opens one of them")
        return
    chosen = lesson(number)
    require_marimo("learn")

    def announce(address: str) -> None:
        if as_json:
            print_json(
                {"schema": "multivector/learn/1", "lesson": chosen.number, "title": chosen.title, "address": address}
            )
        else:
            say(f"Lesson {chosen.number}, {chosen.title}: {address}")
            complain("Ctrl-C ends it")

    serve({it.path: it.file for it in lessons()}, chosen.path, announce, port=port, browser=not no_browser)
