"""``multivector new``: start a scenario from an existing one or from data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from multivector_sim.cli.evidence_options import described
from multivector_sim.cli.options import Count, common
from multivector_sim.cli.output import complain, print_json, say, write_whole
from multivector_sim.errors import StoreError, UsageError

if TYPE_CHECKING:
    from multivector_sim.evidence.flows.table import Flows

__all__ = ["command"]

START = "two-buyers"
TOLD = frozenset({"unplaced", "unspecified", "assumed", "doubled", "check"})
SUFFIXES = frozenset({".yaml", ".yml", ".toml"})


@click.command("new")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--from", "start", default=START, show_default=True, metavar="NAME", help="Shipped scenario or file to copy."
)
@click.option(
    "--from-data",
    "files",
    multiple=True,
    metavar="FILE",
    help="Downloaded file of trade or investment flows; repeatable, e.g. one file for each.",
)
@click.option("--country", help="Country of the scenario: a code such as CHL, or a name. With --from-data.")
@click.option("--year", type=int, help="Year of the data [default: latest]. With --from-data.")
@click.option(
    "--partners",
    type=Count(0),
    default=12,
    show_default=True,
    help="Maximum number of partners to list singly; the others are pooled. With --from-data.",
)
@click.option(
    "--reported-by",
    default="auto",
    show_default=True,
    help="Reports to use: own, partners, or auto (own where available). With --from-data.",
)
@described
@common
def command(
    *,
    path: Path,
    start: str,
    files: tuple[str, ...],
    country: str | None,
    year: int | None,
    partners: int,
    reported_by: str,
    country_codes: Path | None,
    as_json: bool,
    seed: int,
    **options: Any,  # noqa: ANN401 - handed on to the reader
) -> None:
    """Start a scenario from an existing one or from data about a country.

    PATH is a .yaml or .toml file, or a folder in which scenario.yaml is created. An existing file is never overwritten.
    With --from-data and --country, the scenario is built from flows downloaded from UN Comtrade or other sources and is
    ready to run.
    """
    del seed  # every command takes a seed; nothing is drawn here
    file = path if path.suffix.lower() in SUFFIXES else path / "scenario.yaml"
    if file.exists():
        raise UsageError(f"{file}: exists already; give another name")
    description: tuple[str, ...] = ()
    if files:
        text, description = _text_from_data(
            files, country, year, partners, reported_by, path.stem, {**options, "countries": country_codes}
        )
        text = _with_schema(text, file)
    elif country is not None:
        raise UsageError("--country needs data; give --from-data FILE")
    else:
        from multivector_sim.scenario.writing import starting_text

        text = starting_text(start, path.stem, file.parent, file.suffix.lower())
    origin = ", ".join(files) or start
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{file.parent}: cannot be created: {error.strerror}") from error
    write_whole(file, text.encode())
    if as_json:
        print_json({"schema": "multivector/new/1", "file": str(file), "from": origin})
        return
    say(f"{file} was created from {origin}.")
    for line in description:
        say(f"  {line}")
    say(f"Edit it, then run: multivector run {file}")


def _with_schema(text: str, file: Path) -> str:
    """Return the text of a YAML scenario with the schema's line, or as TOML where the file is that."""
    from multivector_sim.scenario.place import plain
    from multivector_sim.scenario.section_comments import explained, schema_place
    from multivector_sim.scenario.writing import new_toml
    from multivector_sim.scenario.yaml_tree import read_yaml

    if file.suffix.lower() != ".toml":
        return f"# yaml-language-server: $schema={schema_place(file.parent)}\n{explained(text)}"
    root = read_yaml(text, str(file)).root
    document = None if root is None else plain(root)
    if not isinstance(document, dict):  # pragma: no cover - the text is a mapping
        raise TypeError(document)
    return new_toml(document, file.parent)


def _text_from_data(
    files: tuple[str, ...],
    country: str | None,
    year: int | None,
    partners: int,
    side: str,
    name: str,
    options: dict[str, Any],
) -> tuple[str, tuple[str, ...]]:
    """Return the text of a scenario built from data, and what it holds; the reader's findings go to stderr."""
    if country is None:
        raise UsageError("--from-data needs --country, a code such as CHL, or a name")
    from multivector_sim.evidence.from_flows import text_and_portfolio

    read = [_read(file, year, len(files), dict(options)) for file in files]
    for flows in read:
        for finding in flows.findings:
            if finding.kind in TOLD:
                complain(f"{flows.file}: {finding}")
    text, portfolio = text_and_portfolio(read, country, year, partners, side=side, name=name)
    for warning in portfolio.warnings():
        complain(warning)
    return text, portfolio.describe()


def _read(file: str, year: int | None, files: int, options: dict[str, Any]) -> Flows:
    """Read one of several files; what only some of them do not say is given to those alone."""
    from multivector_sim.evidence.flows.read import read_flows
    from multivector_sim.evidence.flows.reader import ReporterMissingError
    from multivector_sim.evidence.flows.units import UnitMissingError

    missing = {UnitMissingError: "unit", ReporterMissingError: "reporter"}
    kept = {name: options.pop(name) for name in missing.values()} if files > 1 else {}
    while True:
        try:
            return read_flows(file, year=year, **options)
        except (UnitMissingError, ReporterMissingError) as error:
            name = missing[type(error)]
            if kept.get(name) is None:
                raise
            options[name] = kept.pop(name)
