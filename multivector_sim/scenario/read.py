"""Reading a scenario: bases first, then the file, its overrides and single settings; then everything is checked.

Each layer is a tree of placed values, and each value keeps the place it came from. The result is checked once.
All mistakes are reported together, each with its file, line and column, in the order of the files.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from multivector_sim.errors import Mistake, ScenarioError, UsageError
from multivector_sim.scenario import files as bundled
from multivector_sim.scenario.calibrated import with_versions
from multivector_sim.scenario.empirical import with_columns
from multivector_sim.scenario.files import Folder, read_text
from multivector_sim.scenario.mistakes import nearest_or, nearest_or_all
from multivector_sim.scenario.mistakes import shown as shown_value
from multivector_sim.scenario.paths import NoSuchPathError, laid_over, with_value
from multivector_sim.scenario.place import Node, Place, leaves, moved, nearest_place, places, plain, walk
from multivector_sim.scenario.section_comments import EXAMPLES
from multivector_sim.scenario.toml_text import toml_line
from multivector_sim.scenario.toml_tree import read_toml
from multivector_sim.scenario.unicode_text import composed, name_unseen
from multivector_sim.scenario.validate import build
from multivector_sim.scenario.yaml_tree import MERGE, NULL, read_yaml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from multivector_sim.scenario.place import Plain
    from multivector_sim.scenario.scenario import Scenario

__all__ = ["Assembly", "Resolved", "ScenarioLike", "as_scenario", "load", "resolve", "scenarios", "title_of"]

ScenarioLike: TypeAlias = "Scenario | Mapping[str, Any] | str | os.PathLike[str]"
"""What may be given wherever a scenario is wanted: a scenario, a name from the list, a path, or a dictionary."""

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
        The document that a single file would hold.
    origins
        Where each value came from, by dotted path: ``file:line:column``, ``--set``, or
        ``override NAME (file:line:column)``.
    """

    scenario: Scenario
    file: str
    document: dict[str, Plain]
    origins: dict[str, str]

    def __repr__(self) -> str:
        """Return the scenario's name, the file, and how many values have an origin."""
        return f"Resolved({self.scenario.name} from {self.file}: {len(self.origins)} values)"


def scenarios() -> tuple[str, ...]:
    """Return the names of the shipped scenarios, in alphabetical order; :func:`load` takes each.

    Examples
    --------
    >>> "two-buyers" in scenarios()
    True
    """
    return bundled.names()


def load(
    path: ScenarioLike,
    *,
    override: Sequence[str] = (),
    settings: Mapping[str, object] | Sequence[str] = (),
) -> Scenario:
    """Read and check a scenario.

    Parameters
    ----------
    path
        A YAML or TOML file, the name of a shipped scenario, or a dictionary with the keys of a file; a scenario is
        taken as it is.
    override
        Names of override sets of the file, applied in this order.
    settings
        Single values by dotted path, as a mapping or as texts ``path=value``; they take precedence over all else.

    Returns
    -------
    Scenario
        The scenario.

    Raises
    ------
    ScenarioError
        If anything is wrong; it carries every mistake with its place.
    UsageError
        If it is nothing that a scenario can be read from.

    Examples
    --------
    >>> load("two-buyers", settings={"horizon_months": 24}).horizon_months
    24
    >>> load(load("two-buyers").document()) == load("two-buyers")
    True
    """
    if isinstance(path, str | os.PathLike):
        return resolve(path, override=override, settings=settings).scenario
    made = as_scenario(path)
    for name in override:
        made = made.with_override(name)
    values = _values(settings)
    return made.with_set(values) if values else made


def as_scenario(given: ScenarioLike) -> Scenario:
    """Return the scenario that is meant.

    Raises
    ------
    ScenarioError
        If it cannot be read, or anything in it is wrong.
    UsageError
        If it is nothing that a scenario can be read from.

    Examples
    --------
    >>> as_scenario("two-buyers").name, as_scenario(as_scenario("two-buyers").document()).name
    ('two-buyers', 'two-buyers')
    """
    from multivector_sim.scenario.scenario import Scenario

    if isinstance(given, Scenario):
        return given
    if isinstance(given, Mapping):
        return Scenario.model_validate(dict(given))
    if isinstance(given, str | os.PathLike):
        return resolve(given).scenario
    raise UsageError(
        f"scenario: '{type(given).__name__}' is not accepted; give a scenario, a name, a path or a dictionary"
    )


def _values(settings: Mapping[str, object] | Sequence[str]) -> dict[str, Any]:
    """Return settings as values by path; texts are read as YAML would."""
    if isinstance(settings, Mapping):
        return dict(settings)
    found: dict[str, Any] = {}
    for text in settings:
        path, equals, value = text.partition("=")
        tree = read_yaml(value, "--set")
        if not equals or tree.root is None or tree.mistakes:
            raise UsageError(f"--set: '{text}' is not a setting; write path=value")
        found[path.strip()] = plain(tree.root)
    return found


def resolve(
    path: str | os.PathLike[str],
    *,
    override: Sequence[str] = (),
    settings: Mapping[str, object] | Sequence[str] = (),
) -> Resolved:
    """Read and check a scenario, and report where each of its values came from.

    Parameters
    ----------
    path
        A YAML or TOML file, or the name of a shipped scenario.
    override, settings
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
    assembly = Assembly(_find(path))
    root = assembly.assemble(override, settings)
    if root is None:
        raise ScenarioError(_in_order(assembly.mistakes, assembly.files))
    document = plain(root)
    if not isinstance(document, dict):  # pragma: no cover - the assembly only gives mappings
        raise TypeError(document)
    mistakes = list(assembly.mistakes)
    try:
        scenario = build(document)
    except ScenarioError as error:
        mistakes += _placed(error.mistakes, root, assembly)
    if mistakes:
        raise ScenarioError(_in_order(mistakes, assembly.files))
    origins = {where: str(place) for where, place in leaves(root).items()}
    return Resolved(scenario, assembly.file, document, with_versions(document, origins))


def title_of(path: Path) -> str:
    """Return the title of a scenario file, reading no more than needed; empty where there is none."""
    root = Assembly(str(path)).assemble((), ())
    document = plain(root) if root is not None else None
    return str(document.get("title", "")) if isinstance(document, dict) else ""


def _find(path: str | os.PathLike[str]) -> str:
    """Return the file that a user means: an existing file, or that of a shipped scenario."""
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
    near = nearest_or(named, shipped)
    if near and not Path(named).suffix:
        raise ScenarioError((Mistake("", f"no such file or shipped scenario{near}", named),))
    return named


def _placed(found: Sequence[Mistake], root: Node, assembly: Assembly) -> list[Mistake]:
    """Return mistakes with their places, without those that only follow from a value that could not be read."""
    earlier, known = assembly.mistakes, assembly.removed | places(root)
    unread = {mistake.path for mistake in earlier if mistake.path and _is_empty(root, mistake.path)}
    merged = {path.removesuffix(MERGE).rstrip(".") for path in unread if f".{path}".endswith(f".{MERGE}")}
    reported = {mistake.path for mistake in earlier}
    mistakes = []
    for mistake in found:
        if mistake.path in reported or any(_follows(mistake.path, path) for path in unread):
            continue
        if mistake.path not in known and mistake.path.rpartition(".")[0] in merged:
            continue
        place = nearest_place(known, mistake.path)
        placed = replace(mistake, file=place.file, line=place.line, column=place.column)
        mistakes.append(_in_toml(placed) if (place.file or "").lower().endswith(".toml") else placed)
    return mistakes


def _in_toml(mistake: Mistake) -> Mistake:
    """Return a mistake in a TOML file, with the line to write as TOML has it."""
    example = EXAMPLES.get(mistake.path)
    if example is None or example not in mistake.message:
        return mistake
    root = read_yaml(example, "").root
    value = root.value[mistake.path] if root is not None and isinstance(root.value, dict) else Node(None, SET)
    return replace(mistake, message=mistake.message.replace(example, toml_line(mistake.path, plain(value))))


def _is_empty(root: Node, path: str) -> bool:
    """Return whether a path holds no value."""
    part: Node | None = root
    for step in path.split("."):
        if part is None or not isinstance(part.value, (dict, list)):
            break
        inner = part.value if isinstance(part.value, dict) else {str(n): item for n, item in enumerate(part.value)}
        part = inner.get(step)
    return part is None or part.value is None


def _follows(path: str, unread: str) -> bool:
    """Return whether a mistake may be only a consequence of a value that could not be read."""
    if path == unread or path.startswith(f"{unread}."):
        return True
    return unread.startswith(f"{path}.") and unread.count(".") - path.count(".") <= HIDDEN_ABOVE


def _in_order(mistakes: Sequence[Mistake], files: Sequence[str]) -> tuple[Mistake, ...]:
    """Return mistakes sorted by file, line and column, without repetitions."""
    ranks = {file: rank for rank, file in enumerate(files)}
    unique = dict.fromkeys(mistakes)
    return tuple(sorted(unique, key=lambda it: (ranks.get(it.file or "", len(files)), it.line, it.column)))


SET = Place("--set")
BLANK = "nothing is written here; write null to take a value away"
MOST_BASES = 20


class Assembly:
    """The assembly of one scenario from its layers.

    Parameters
    ----------
    file
        The file, as the user named it.

    Attributes
    ----------
    mistakes
        What is wrong so far.
    files
        The files read so far, in order.
    removed
        The places of the settings and overrides that removed something, by its path.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.folder = Folder(file)
        self.mistakes: list[Mistake] = []
        self.files: list[str] = []
        self.removed: dict[str, Place] = {}

    def assemble(self, override: Sequence[str], settings: Mapping[str, object] | Sequence[str]) -> Node | None:
        """Return the tree of all layers merged; None if the file cannot be read."""
        layers = self.chain()
        if not layers or any(layer is None for layer in layers):
            return None
        root = layers[-1]
        for layer in reversed(layers[:-1]):
            root = laid_over(root, layer) if root is not None and layer is not None else root
        if root is None:
            return None
        root = self.with_overrides(root, override)
        return self.with_settings(root, settings)

    def chain(self) -> list[Node | None]:
        """Return the trees of the file, of the one it extends, of the one that extends, and so on."""
        layers: list[Node | None] = []
        shown, seen = self.file, {Path(self.file).resolve()}
        file = Path(shown)
        while True:
            layer = self.layer(shown, file)
            layers.append(layer)
            base = layer.value.pop("extends", None) if layer is not None and isinstance(layer.value, dict) else None
            self.check_blanks(layer, extends=base is not None)
            if base is None:
                return layers
            try:
                shown, file = self.base(base, shown)
            except ScenarioError as error:
                self.mistakes += (base.place.mistake("extends", mistake.message) for mistake in error.mistakes)
                return [*layers, None]
            if file in seen or len(seen) > MOST_BASES:
                problem = f"{shown_value(base.value)} extends itself in a circle" if file in seen else "too many bases"
                self.mistakes.append(base.place.mistake("extends", problem))
                return [*layers, None]
            seen.add(file)

    def base(self, name: Node, beside: str) -> tuple[str, Path]:
        """Return the file that is extended."""
        if not isinstance(name.value, str):
            raise ScenarioError((Mistake("", "must be the name of one file"),))
        shown, file = self.folder.inside(name.value, beside)
        try:
            is_file = file.is_file()
        except OSError as error:
            raise ScenarioError((Mistake("", f"{shown_value(name.value)} cannot be read: {error.strerror}"),)) from None
        if not is_file:
            raise ScenarioError((Mistake("", f"no file {shown_value(name.value)} in {Path(beside).parent}"),))
        return shown, file

    def check_blanks(self, layer: Node | None, *, extends: bool) -> None:
        """Refuse entries with nothing written after them where that would take something of another layer away."""
        for path, part in walk(layer) if layer is not None else ():
            top, _, rest = path.partition(".")
            takes = "." in rest and (top == "overrides" or (top == "measures" and f".{rest}.".count(".set.")))
            if part.is_blank and (extends or takes):
                self.mistakes.append(part.place.mistake(path, BLANK))

    def layer(self, shown: str, file: Path) -> Node | None:
        """Return the tree of one file; None when it cannot be read."""
        self.files.append(shown)
        try:
            text = read_text(file, shown)
        except ScenarioError as error:
            self.mistakes += error.mistakes
            return None
        tree = read_toml(text, shown) if file.suffix.lower() == ".toml" else read_yaml(text, shown)
        self.mistakes += tree.mistakes
        if tree.root is None:
            return None
        if not isinstance(tree.root.value, dict):
            self.mistakes.append(tree.root.place.mistake("", "a scenario is a mapping: 'key: value' on each line"))
            return None
        return with_columns(tree.root, shown, self.folder, self.mistakes)

    def with_overrides(self, root: Node, wanted: Sequence[str]) -> Node:
        """Return the tree with the requested overrides applied; the paths of the others are only checked."""
        top = root.value if isinstance(root.value, dict) else {}
        section = top["overrides"].value if "overrides" in top else {}
        sets = section if isinstance(section, dict) else {}
        for name, layer in sets.items():
            self.with_override(root, name, layer)
        for name in map(composed, wanted):
            if name in sets:
                root = self.with_override(root, name, sets[name])
                self.note_removed(sets[name].value)
                continue
            hint = nearest_or_all(name, sets) or "; the scenario has none"
            self.mistakes.append(
                Mistake("", f"no override called {shown_value(name)}{name_unseen(name)}{hint}", "--override")
            )
        return root

    def with_override(self, root: Node, name: str, layer: Node) -> Node:
        """Return the tree with one override applied."""
        for path, value in layer.value.items() if isinstance(layer.value, dict) else ():
            placed = moved(value, lambda place: replace(place, layer=f"override {name}"))
            try:
                root = with_value(root, path, placed)
            except NoSuchPathError as error:
                self.mistakes.append(value.place.mistake(f"overrides.{name}.{path}", str(error)))
        return root

    def note_removed(self, values: object) -> None:
        """Record the places of removed values, for mistakes about what is then missing."""
        for path, value in values.items() if isinstance(values, dict) else ():
            if value.value is None:
                self.removed[path] = value.place

    def with_settings(self, root: Node, settings: Mapping[str, object] | Sequence[str]) -> Node:
        """Return the tree with single values set."""
        for path, value in self.settings(settings):
            node = with_columns(value, self.file, self.folder, self.mistakes, path)
            self.note_removed({path: node})
            try:
                root = with_value(root, path, node)
            except NoSuchPathError as error:
                self.mistakes.append(SET.mistake(path, str(error)))
        return root

    def settings(self, settings: Mapping[str, object] | Sequence[str]) -> list[tuple[str, Node]]:
        """Return settings as paths and values."""
        if isinstance(settings, Mapping):
            return [(composed(path), self.given(value, path)) for path, value in settings.items()]
        found: list[tuple[str, Node]] = []
        for text in map(composed, settings):
            path, equals, value = text.partition("=")
            if equals:
                found.append((path.strip(), self.written(value, path.strip())))
            else:
                self.mistakes.append(SET.mistake("", f"{shown_value(text)} is not a setting; write path=value"))
        return found

    def written(self, text: str, path: str) -> Node:
        """Read a value as YAML would."""
        if not text.strip():
            self.mistakes.append(SET.mistake(path, BLANK))
            return Node(None, SET)
        if text.strip() in NULL:
            return Node(None, SET)
        tree = read_yaml(text, SET.file)
        for mistake in tree.mistakes:
            inner = f"{path}.{mistake.path}" if mistake.path else path
            self.mistakes.append(SET.mistake(inner, mistake.message))
        return moved(tree.root, lambda _: SET) if tree.root is not None else Node(None, SET)

    def given(self, value: object, path: str) -> Node:
        """Take a value from Python."""
        if isinstance(value, str):
            return Node(composed(value), SET)
        if value is None or isinstance(value, (bool, int)):
            return Node(value, SET)
        if isinstance(value, Real) and math.isfinite(value):
            return Node(float(value), SET)
        if isinstance(value, (list, tuple)):
            return Node([self.given(part, path) for part in value], SET)
        if isinstance(value, Mapping):
            return Node({composed(str(key)): self.given(part, path) for key, part in value.items()}, SET)
        self.mistakes.append(SET.mistake(path, f"{str(value)[:40]} ({type(value).__name__}) cannot be set"))
        return Node(None, SET)
