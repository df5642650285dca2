"""TOML into a tree of placed values.

The standard library reads the values and :mod:`~multivector_sim.scenario.toml_places` finds where they are written; the
two are put together here. The same things are refused as in YAML: NaN and infinity, nesting past 20. Keys given twice
are errors of TOML itself. A date is taken as the text of its ISO form.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import tomllib
from typing import TYPE_CHECKING

from multivector_sim.scenario.place import Node, Place, Tree, under
from multivector_sim.scenario.toml_places import TomlPlaces, TooDeepError
from multivector_sim.scenario.yaml_tree import DEEPEST, LARGEST_WHOLE, MOST_MISTAKES

if TYPE_CHECKING:
    from multivector_sim.errors import Mistake
    from multivector_sim.scenario.toml_places import Located

__all__ = ["read_toml"]

AT = re.compile(r" \((?:at line (\d+), column (\d+)|at end of document)\)$")
UNCLOSED = ("Unterminated string", "Expected \"'", "Expected '\"")


def read_toml(text: str, file: str) -> Tree:
    r"""Read a TOML document.

    Parameters
    ----------
    text
        The text of the file.
    file
        Its name in places.

    Returns
    -------
    Tree
        The root, None where nothing could be read; and every mistake found.

    Examples
    --------
    >>> tree = read_toml('[gdp]\nvalue = 288e9\nas_of = 2024-12-31\n', "x.toml")
    >>> tree.root.value["gdp"].value["as_of"]
    Node(value='2024-12-31', place=Place(file='x.toml', line=3, column=1, layer=''))
    >>> print(*read_toml('a = 1\na = 2\n', "x.toml").mistakes)
    x.toml:2:6: not TOML: Cannot overwrite a value
    """
    try:
        places = TomlPlaces(text, DEEPEST)
        document = tomllib.loads(text)
    except TooDeepError as error:
        mistake = Place(file, error.line, error.column).mistake("", f"nested more than {DEEPEST} deep")
        return Tree(None, (mistake,))
    except ValueError as error:
        return Tree(None, (syntax_mistake(str(error), text, places.position(places.at), file),))
    except RecursionError:
        return Tree(None, (Place(file, 1, 1).mistake("", f"nested more than {DEEPEST} deep"),))
    if not document:
        return Tree(None, (Place(file, 1, 1).mistake("", "the file is empty"),))
    placing = Placing(file, places.found)
    return Tree(placing.node(document, (), Place(file, 1, 1), ""), tuple(placing.mistakes[:MOST_MISTAKES]))


class Placing:
    """Puts values and places together."""

    def __init__(self, file: str, found: dict[Located, tuple[int, int]]) -> None:
        self.file, self.found = file, found
        self.mistakes: list[Mistake] = []

    def node(self, value: object, where: Located, parent: Place, path: str) -> Node:
        """Give a value its place, or its parent's where none was found."""
        place = Place(self.file, *self.found[where]) if where in self.found else parent
        if isinstance(value, dict):
            return Node({k: self.node(v, (*where, k), place, under(path, k)) for k, v in value.items()}, place)
        if isinstance(value, list):
            return Node([self.node(v, (*where, n), place, under(path, n)) for n, v in enumerate(value)], place)
        if isinstance(value, (dt.date, dt.time)):
            return Node(value.isoformat(), place)
        if isinstance(value, (bool, str)):
            return Node(value, place)
        return Node(self.number(value, place, path), place)

    def number(self, value: object, place: Place, path: str) -> float | None:
        """Refuse what is no finite number."""
        if not isinstance(value, (int, float)):
            self.mistakes.append(place.mistake(path, "a value of a kind that no scenario holds"))
            return None
        try:
            number = value if isinstance(value, int) and abs(value) <= LARGEST_WHOLE else float(value)
        except OverflowError:
            number = math.inf
        if math.isfinite(number):
            return number
        self.mistakes.append(place.mistake(path, f"{number} is not a number to reckon with; give a finite one"))
        return None


def syntax_mistake(problem: str, text: str, stopped: tuple[int, int], file: str) -> Mistake:
    """Move the place that the parser gives in words to where places are kept."""
    if problem.startswith(UNCLOSED):
        return Place(file, *stopped).mistake("", "this quote is never closed")
    rows = text.split("\n")
    line, column = len(rows), len(rows[-1]) + 1
    at = AT.search(problem)
    if at:
        problem = problem[: at.start()]
    if at and at.group(1):
        line, column = int(at.group(1)), int(at.group(2))
    elif not at:
        line, column = 1, 1
    return Place(file, line, column).mistake("", f"not TOML: {problem}")
