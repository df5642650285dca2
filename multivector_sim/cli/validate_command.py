"""``multivector validate``: all mistakes in scenario files, with their lines."""

from __future__ import annotations

from typing import Any

import click

from multivector_sim.cli.options import common, layered
from multivector_sim.cli.output import complain, print_json, say, tabled, write_lines
from multivector_sim.errors import ScenarioError

__all__ = ["command"]


@click.command("validate")
@click.argument("files", nargs=-1, required=True, metavar="FILE..")
@layered
@tabled
@common
@click.pass_context
def command(
    context: click.Context,
    *,
    files: tuple[str, ...],
    override: tuple[str, ...],
    settings: tuple[str, ...],
    as_json: bool,
    seed: int,
) -> None:
    """Check scenario files and list all mistakes, each with its file, line and column.

    The exit code is 0 if all files are valid and 2 otherwise.
    """
    del seed  # every command takes a seed; nothing is drawn here
    entries = [_check(file, override, settings) for file in files]
    valid = all(entry["valid"] for entry in entries)
    write_lines(FINDINGS, [line for entry in entries for line in _lines(entry)], "findings")
    if as_json:
        print_json({"schema": "multivector/validate/1", "valid": valid, "files": entries})
    else:
        for entry in entries:
            if entry["valid"]:
                say(f"{entry['file']}: good")
    context.exit(0 if valid else 2)


FINDINGS = ("file", "line", "column", "path", "kind", "message")


def _lines(entry: dict[str, Any]) -> list[list[Any]]:
    """Return the mistakes and notices of a file as lines of a table."""
    wrong = [[it["file"], it["line"], it["column"], it["path"], "mistake", it["message"]] for it in entry["mistakes"]]
    return wrong + [[entry["file"], None, None, None, "note", notice] for notice in entry["notices"]]


def _check(file: str, override: tuple[str, ...], settings: tuple[str, ...]) -> dict[str, Any]:
    """Check one file; print mistakes and notices to stderr."""
    from multivector_sim.scenario.read import load

    try:
        scenario = load(file, override=override, settings=settings)
    except ScenarioError as error:
        complain(str(error))
        mistakes = [
            {"file": it.file, "line": it.line, "column": it.column, "path": it.path, "message": it.message}
            for it in error.mistakes
        ]
        return {"file": file, "valid": False, "mistakes": mistakes, "notices": []}
    for notice in scenario.notices:
        complain(f"{file}: note: {notice}")
    return {"file": file, "valid": True, "mistakes": [], "notices": list(scenario.notices)}
