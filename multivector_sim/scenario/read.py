"""Read a scenario: the file, what it extends, its overrides, single settings; then check it.

The layers are laid over each other in that order, each value keeping the place that it came from, and the outcome is
checked once. Everything that is wrong is told at once, each with its file, line and column, in the order of the files.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from multivector_sim.errors import Mistake, ScenarioError
from multivector_sim.scenario import bundled
from multivector_sim.scenario.assemble import Assembly
from multivector_sim.scenario.calibrated import with_versions
from multivector_sim.scenario.place import leaves, nearest_place, places, plain
from multivector_sim.scenario.validate import build
from multivector_sim.scenario.yaml_tree import MERGE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from multivector_sim.scenario.place import Node, Plain
    from multivector_sim.scenario.scenario import Scenario

__all__ = ["Resolved", "load", "resolve", "title_of"]

HIDDEN_ABOVE = 2


@dataclass(frozen=True, slots=True)
class Resolved:
    """A scenario with the origin of every value.

    Parameters
    ----------
    scenario
        The checked scenario.
    file
        The file that was read, as it is shown.
    document
        What a single file would hold.
    origins
        Where each value came from, by dotted path: ``file:line:column``, ``--set``, or
        ``override NAME (file:line:column)``.
    """

    scenario: Scenario
    file: str
    document: dict[str, Plain]
    origins: dict[str, str]


def load(
    path: str | os.PathLike[str],
    *,
    override: Sequence[str] = (),
    settings: Mapping[str, object] | Sequence[str] = (),
) -> Scenario:
    """Read and check a scenario.

    Parameters
    ----------
    path
        A YAML or TOML file, or the name of a scenario that is shipped.
    override
        Names of override sets of the file, laid over it in this order.
    settings
        Single values by dotted path, as a mapping or as texts ``path=value``; they win over everything.

    Returns
    -------
    Scenario
        The scenario.

    Raises
    ------
    ScenarioError
        If anything is wrong; it carries every mistake with its place.

    Examples
    --------
    >>> load("two-buyers", settings={"horizon_months": 24}).horizon_months
    24
    """
    return resolve(path, override=override, settings=settings).scenario


def resolve(
    path: str | os.PathLike[str],
    *,
    override: Sequence[str] = (),
    settings: Mapping[str, object] | Sequence[str] = (),
) -> Resolved:
    """Read and check a scenario, and say where each of its values came from.

    Parameters
    ----------
    path, override, settings
        As for :func:`load`.

    Returns
    -------
    Resolved
        The scenario, its document, and the origins.

    Raises
    ------
    ScenarioError
        If anything is wrong; it carries every mistake with its place.

    Examples
    --------
    >>> resolve("two-buyers", settings=["horizon_months=24"]).origins["horizon_months"]
    '--set'
    """
    assembly = Assembly(find(path))
    root = assembly.assemble(override, settings)
    if root is None:
        raise ScenarioError(in_order(assembly.mistakes, assembly.files))
    document = plain(root)
    if not isinstance(document, dict):  # pragma: no cover - the assembly only gives mappings
        raise TypeError(document)
    mistakes = list(assembly.mistakes)
    try:
        scenario = build(document)
    except ScenarioError as error:
        mistakes += placed(error.mistakes, root, assembly)
    if mistakes:
        raise ScenarioError(in_order(mistakes, assembly.files))
    origins = {where: str(place) for where, place in leaves(root).items()}
    return Resolved(scenario, assembly.file, document, with_versions(document, origins))


def title_of(path: Path) -> str:
    """Read no more of a scenario than its title; empty where there is none."""
    root = Assembly(str(path)).assemble((), ())
    document = plain(root) if root is not None else None
    return str(document.get("title", "")) if isinstance(document, dict) else ""


def find(path: str | os.PathLike[str]) -> str:
    """Give the file that a user means: an existing file, or a shipped scenario's."""
    named = os.fspath(path)
    try:
        Path(named).resolve()
        is_file = Path(named).is_file()
    except (OSError, ValueError, RuntimeError) as error:
        raise ScenarioError((Mistake("", f"cannot be read: {error}", named),)) from None
    if is_file:
        return named
    shipped = bundled.names()
    if named in shipped:
        return str(bundled.path_of(named))
    near = get_close_matches(named, shipped, 1)
    if named and not Path(named).suffix and near:
        raise ScenarioError((Mistake("", f"no such file or shipped scenario; did you mean '{near[0]}'?", named),))
    return named


def placed(found: Sequence[Mistake], root: Node, assembly: Assembly) -> list[Mistake]:
    """Give mistakes their places, and leave out those that only follow from a value that could not be read."""
    earlier, known = assembly.mistakes, assembly.taken | places(root)
    unread = {mistake.path for mistake in earlier if mistake.path and is_empty(root, mistake.path)}
    merged = {path.removesuffix(MERGE).rstrip(".") for path in unread if f".{path}".endswith(f".{MERGE}")}
    told = {mistake.path for mistake in earlier}
    mistakes = []
    for mistake in found:
        if mistake.path in told or any(follows(mistake.path, path) for path in unread):
            continue
        if mistake.path not in known and mistake.path.rpartition(".")[0] in merged:
            continue
        place = nearest_place(known, mistake.path)
        mistakes.append(replace(mistake, file=place.file, line=place.line, column=place.column))
    return mistakes


def is_empty(root: Node, path: str) -> bool:
    """Tell whether nothing stands at a path."""
    part: Node | None = root
    for step in path.split("."):
        if part is None or not isinstance(part.value, (dict, list)):
            break
        inner = part.value if isinstance(part.value, dict) else {str(n): item for n, item in enumerate(part.value)}
        part = inner.get(step)
    return part is None or part.value is None


def follows(path: str, unread: str) -> bool:
    """Tell whether a mistake may only be there because something could not be read."""
    if path == unread or path.startswith(f"{unread}."):
        return True
    return unread.startswith(f"{path}.") and unread.count(".") - path.count(".") <= HIDDEN_ABOVE


def in_order(mistakes: Sequence[Mistake], files: Sequence[str]) -> tuple[Mistake, ...]:
    """Sort mistakes by file, line and column, and leave out repetitions."""
    ranks = {file: rank for rank, file in enumerate(files)}
    unique = dict.fromkeys(mistakes)
    return tuple(sorted(unique, key=lambda it: (ranks.get(it.file or "", len(files)), it.line, it.column)))
