"""The reference, written from the code: commands from click, Python from docstrings, JSON from small runs."""

import ast
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner

import multivector_sim as mv
from multivector_sim.cli import main as multivector
from multivector_sim.evidence.calibrate import calibrate
from multivector_sim.evidence.made_up import make_panel
from multivector_sim.scenario.schema import schema as json_schema

PACKAGE = Path(mv.__file__).parent
GROUPS = {
    "Scenarios": ("scenario", "sampling"),
    "Runs": ("engine", "measure"),
    "Questions": ("questions", "report"),
    "Evidence": ("evidence",),
    "Errors": ("errors",),
}
"""Headings of the Python reference, and the folders whose public names stand there."""

LONGEST = 60
"""Letters of an example that a table shows."""

FLOWS = Path(__file__).parents[2] / "examples" / "data" / "TradeData_made_up.csv"
EXPORTS = "exports.csv"
"""A small table of exports, written for the examples."""

RUN_FOR_JSON = {
    "list": (),
    "new": ("mine.yaml",),
    "flows": (FLOWS.name,),
    "validate": ("two-buyers",),
    "resolve": ("two-buyers",),
    "run": ("two-buyers", "--draws", "1024"),
    "dashboard": ("two-buyers",),
    "compare": ("two-buyers", "article", "--draws", "1024"),
    "contribute": ("two-buyers", "--draws", "1024"),
    "frontier": ("two-buyers", "--draws", "1024", "--points", "2"),
    "rank": ("two-buyers", "--draws", "1024"),
    "sensitivity": ("two-buyers", "--draws", "128"),
    "reverse-stress": ("two-buyers", "--loss", "0.05", "--draws", "1024"),
    "claims": ("two-buyers", "--draws", "1024"),
    "must-be-true": (
        *("two-buyers", "--path", "channels.exports.ceiling", "--claim", "storms"),
        *("--low", "0.1", "--high", "0.9", "--points", "2", "--draws", "256"),
    ),
    "study": ("one-or-many", "--draws", "256"),
    "report": ("run", "-o", "report.html"),
    "learn": (),
    "cache": (),
    "atlas": (EXPORTS, "--resamples", "2"),
    "backtest": ("episodes/georgia-russia",),
}
"""The commands whose documents are shown, and a small question for each."""


def write_references(folder: Path) -> None:
    """Write the pages of the reference into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = {"command-line": command_line(), "python": python(), "json": documents()}
    for name, text in pages.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")


def command_line() -> str:
    """Return the page of all commands with their options."""
    context = click.Context(multivector, info_name="multivector")
    lines = ["# The command line", "", "```text", multivector.get_help(context), "```", ""]
    for name in multivector.list_commands(context):
        command = multivector.get_command(context, name)
        inside = click.Context(command, info_name=name, parent=context)
        lines += [f"## multivector {name}", "", "```text", command.get_help(inside), "```", ""]
    return "\n".join(lines)


def python() -> str:
    """Return the page of all public names: autodoc writes each from its docstring."""
    lines = [
        "# Python",
        "",
        "Everything public is an attribute of `multivector_sim`, by custom `import multivector_sim as mv`.",
        "",
    ]
    homes = {name: getattr(mv, name).__module__ for name in mv.__all__ if hasattr(getattr(mv, name), "__module__")}
    for heading, folders in GROUPS.items():
        names = [name for name, home in homes.items() if home.split(".")[1] in folders]
        lines += [f"## {heading}", ""]
        for name in sorted(names, key=str.lower):
            found = getattr(mv, name)
            directive = "autoclass" if isinstance(found, type) else "autofunction"
            lines += [f"### {name}", "", "```{eval-rst}", f".. {directive}:: {homes[name]}.{name}", "```", ""]
        answers = [] if heading == "Errors" else sorted(_answers(names) - set(mv.__all__))
        for home, name in sorted(((_home_of(name), name) for name in answers), key=lambda it: it[1].lower()):
            lines += [f"### {name}", "", "```{eval-rst}", f".. autoclass:: {home}.{name}", "```", ""]
    return "\n".join(lines)


def _answers(names: list[str]) -> set[str]:
    """Return the names of the classes of this package that public functions return."""
    annotations = (getattr(getattr(mv, name), "__annotations__", {}).get("return", "") for name in names)
    return {it for it in annotations if isinstance(it, str) and it.isidentifier() and _home_of(it)}


def _home_of(name: str) -> str:
    """Return the module that defines a class; empty if none does."""
    for file in sorted(PACKAGE.glob("**/*.py")):
        text = file.read_text(encoding="utf-8")
        if f"class {name}" in text and any(
            isinstance(it, ast.ClassDef) and it.name == name for it in ast.parse(text).body
        ):
            return ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts)
    return ""


def documents() -> str:
    """Return the page of JSON documents: each command is run on a small case and its keys are listed."""
    lines = [
        "# JSON documents",
        "",
        "Every command prints one document with `--json`. The tables list the keys of small examples, with a value",
        "seen there; `*` stands for a name of the scenario or for a level, `[]` for the entries of a list. Keys are a",
        "promise: they may be added to.",
        "",
    ]
    runner = CliRunner()
    with runner.isolated_filesystem():
        _write_inputs(runner)
        for name, words in RUN_FOR_JSON.items():
            lines += _document_of(name, " ".join(["multivector", name, *words, "--json"]), _run(runner, name, *words))
    lines += _document_of("calibrate", "multivector calibrate FLOWS --json", calibrate(make_panel(seed=3)).document())
    lines += ["## multivector merge", "", "The document of `multivector run`.", ""]
    lines += ["## multivector schema", "", "The JSON Schema of a scenario file, as below.", ""]
    lines += [
        "## A scenario file",
        "",
        "From the JSON Schema that `multivector schema` prints. [The scenario format](scenario.md) explains the keys.",
        "",
    ]
    schema = json_schema()
    for name, part in {"Top level": schema, **schema["$defs"]}.items():
        rows = [(key, it.get("description", "")) for key, it in part.get("properties", {}).items()]
        if rows:
            lines += [f"### {name}", "", part.get("description", "").strip(), "", "| key | meaning |", "| --- | --- |"]
            lines += [f"| `{key}` | {_cell(text)} |" for key, text in rows] + [""]
    return "\n".join(lines)


def _write_inputs(runner: CliRunner) -> None:
    """Write the flows, the table of exports and the saved run that examples read."""
    Path(FLOWS.name).write_bytes(FLOWS.read_bytes())
    names = ("CHN", "USA", "DEU", "ITA", "FRA", "GBR")
    rows = [
        f"{one},{other},2023,exports,{100 * (a + 1) * (b + 1)}"
        for a, one in enumerate(names)
        for b, other in enumerate(names)
        if one != other
    ]
    Path(EXPORTS).write_text("reporter,partner,year,flow,value (million USD)\n" + "\n".join(rows), encoding="utf-8")
    _run(runner, "run", "two-buyers", "--draws", "1024", "--out", "run")


def _run(runner: CliRunner, name: str, *words: str) -> dict[str, Any]:
    """Return the document that a command prints."""
    ran = runner.invoke(multivector, [name, *words, "--json"], prog_name="multivector")
    if ran.exit_code not in (0, 3):
        raise SystemExit(ran.output)
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def _document_of(name: str, command: str, document: Mapping[str, Any]) -> list[str]:
    """Return the section of one command."""
    lines = [f"## multivector {name}", "", f"`{command}`", "", "| key | type | example |", "| --- | --- | --- |"]
    lines += [f"| `{key}` | {kind} | {example} |" for key, (kind, example) in _keys(document).items()]
    return [*lines, ""]


def _keys(document: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Return each key of a document with its type and an example, names of the scenario as a star."""
    found: dict[str, tuple[str, str]] = {}
    for path, value in _leaves(document, ()):
        key = ".".join(path).replace(".[]", "[]")
        if key not in found or found[key][0] == "null":
            shown = json.dumps(value)
            is_local = isinstance(value, str) and Path(value).is_absolute()
            found[key] = (_type_of(value), "" if is_local or len(shown) >= LONGEST else _cell(f"`{shown}`"))
    return found


def _leaves(node: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every value of a document with its path."""
    if isinstance(node, Mapping) and node:
        alike = (
            len(node) > 1
            and len({_shape(value) for value in node.values()}) == 1
            and isinstance(next(iter(node.values())), Mapping)
        )
        for key, value in node.items():
            yield from _leaves(value, (*path, "*" if alike or _is_number(key) else key))
    elif isinstance(node, list) and node and isinstance(node[0], Mapping | list):
        for value in node:
            yield from _leaves(value, (*path, "[]"))
    else:
        yield path, node


def _shape(node: Any) -> str:
    """Return the keys of a mapping, as a text."""
    return ",".join(map(str, node)) if isinstance(node, Mapping) else type(node).__name__


def _is_number(key: str) -> bool:
    """Return whether a key is a number, as a level is."""
    return key.replace(".", "", 1).isdigit()


def _type_of(value: Any) -> str:
    """Return the JSON type of a value."""
    names = {dict: "object", list: "array", str: "string", bool: "boolean", int: "number", float: "number"}
    return "null" if value is None else names[type(value)]


def _cell(text: str) -> str:
    """Return a text that stands in a cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")
