"""Paths of a document: what overrides and measures set, and what claims are about.

A path must lead somewhere, and with the value set the whole must still be a scenario; so an override or a measure that
is accepted can be applied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from multivector_sim.errors import Mistake, ScenarioError
from multivector_sim.sampling.laws import known_laws
from multivector_sim.scenario.document import tree
from multivector_sim.scenario.layers import NoSuchPathError, with_value
from multivector_sim.scenario.part import is_number
from multivector_sim.scenario.place import plain, under
from multivector_sim.scenario.references import keyed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from multivector_sim.scenario.words import Complaints

__all__ = ["changed", "check_claims", "check_paths", "check_values", "sets"]

MOST_SETS = 100
QUANTITIES = ("ruptures", "measures", "concentration", "attribution")
TODAY = "today"
CASES = ("mixes", "measures", "overrides")
OTHERS = "scenarios"
LIMITS = ("change", "at_least", "at_most")
FACT = frozenset({"says", "at_least", "at_most", "evidence"})


def changed(document: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
    """Give a document with values set by dotted path.

    Raises
    ------
    NoSuchPathError
        If a path leads nowhere.

    Examples
    --------
    >>> changed({"a": {"b": 1}}, {"a.b": 0})
    {'a': {'b': 0}}
    """
    root = tree(document)
    for path, value in settings.items():
        root = with_value(root, path, tree(value))
    result = plain(root)
    return result if isinstance(result, dict) else {}


def sets(document: dict[str, Any], only: Collection[str] | None = None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Go through the sets of values of overrides and measures, with their paths.

    Parameters
    ----------
    document
        The plain document.
    only
        The paths that are in question; all if None.
    """
    for section, inner in (("overrides", ()), ("measures", ("set",))):
        for name in keyed(document, section):
            where = f"{section}.{name}"
            if only is None or any(at == section or f"{at}.".startswith(f"{where}.") for at in only):
                yield ".".join((where, *inner)), keyed(document, section, name, *inner)


def check_paths(document: dict[str, Any], complaints: Complaints, only: Collection[str] | None = None) -> None:
    """Check that every path that is set leads somewhere."""
    for section in ("overrides", "measures"):
        if len(keyed(document, section)) > MOST_SETS:
            complaints.say(section, f"more than {MOST_SETS}; split the scenario")
            return
    root = tree(document)
    for where, settings in sets(document, only):
        for path, value in settings.items():
            try:
                with_value(root, path, tree(value))
            except NoSuchPathError as error:
                complaints.say(f"{where}.{path}", str(error))


def check_values(
    document: dict[str, Any],
    validate: Callable[[dict[str, Any]], object],
    complaints: Complaints,
    only: Collection[str] | None = None,
) -> None:
    """Check that with each set of values the whole is still a scenario."""
    for where, settings in sets(document, only):
        try:
            validate(changed(document, settings))
        except NoSuchPathError as error:
            complaints.say(where, str(error))
        except ScenarioError as error:
            for mistake in error.mistakes:
                complaints.say(*blamed(mistake, where, settings))


def blamed(mistake: Mistake, where: str, settings: dict[str, Any]) -> tuple[str, str]:
    """Find which of the values that were set brought a mistake."""
    for path in settings:
        if mistake.path == path or mistake.path.startswith(f"{path}."):
            return f"{where}.{mistake.path}", mistake.message
    return where, f"then {mistake.path}: {mistake.message}"


def check_claims(document: dict[str, Any], complaints: Complaints) -> None:
    """Check what every claim is about."""
    for name, claim in keyed(document, "claims").items():
        path = f"claims.{name}"
        if not isinstance(claim, dict):
            continue
        said = {key: part for key, part in claim.items() if part is not None}
        if "figure" in said:
            check_figure(document, said, path, complaints)
        elif "quantity" in said:
            check_quantity(document, said, path, complaints)
        elif FACT.intersection(said):
            check_fact(said, path, complaints)
        else:
            complaints.say(path, "says nothing; give figure and says, or quantity and change, at_least or at_most")


def check_figure(document: dict[str, Any], claim: dict[str, Any], path: str, complaints: Complaints) -> None:
    """Check a claim about a figure of the scenario."""
    for key in ("quantity", "under", "against", "evidence", "carried_by", *LIMITS):
        if key in claim:
            complaints.say(under(path, key), "not in a claim about a figure")
    if "says" not in claim:
        complaints.say(f"{path}.says", "missing; a claim about a figure says a number")
    figure = claim["figure"]
    if isinstance(figure, str):
        share = figure.startswith("exposures.") and figure.endswith(".share")
        look_up(document, figure.removesuffix(".share") if share else figure, f"{path}.figure", complaints)


def check_fact(claim: dict[str, Any], path: str, complaints: Complaints) -> None:
    """Check a claim about what is not in the scenario."""
    for key in ("under", "against", "change", "carried_by"):
        if key in claim:
            complaints.say(under(path, key), "not in a claim about a fact; give quantity, a path into the run document")
    given = [key for key in ("says", "at_least", "at_most") if key in claim]
    if len(given) != 1:
        complaints.say(path, "give one of says, at_least, at_most" + (f", not {len(given)}" if given else ""))


def look_up(document: dict[str, Any], target: str, path: str, complaints: Complaints) -> None:
    """Check that there is a figure at a path."""
    part: Any = document
    steps = target.split(".")
    for done, step in enumerate(steps):
        names = {str(n): it for n, it in enumerate(part)} if isinstance(part, list) else keyed(part)
        if step not in names:
            complaints.unknown(path, f"part of {'.'.join(steps[:done]) or 'the scenario'}", step, names)
            return
        part = names[step]
    if not (is_number(part) or (isinstance(part, dict) and ("value" in part or known_laws().keys() >= part.keys()))):
        complaints.say(path, f"{target} is no figure; give the path of one")


def check_quantity(document: dict[str, Any], claim: dict[str, Any], path: str, complaints: Complaints) -> None:
    """Check a claim about what the model gives."""
    if "says" in claim:
        complaints.say(f"{path}.says", "not in a claim about a quantity; give change, at_least or at_most")
    if "evidence" in claim:
        complaints.say(f"{path}.evidence", "not in a claim about a quantity; the model answers it")
    given = [key for key in LIMITS if key in claim]
    if len(given) != 1:
        complaints.say(path, f"give one of {', '.join(LIMITS)}" + (f", not {len(given)}" if given else ""))
    quantity = claim["quantity"]
    if isinstance(quantity, str):
        first = quantity.split(".")[0]
        if first not in QUANTITIES:
            complaints.unknown(f"{path}.quantity", "quantity", first, QUANTITIES)
        elif first == "ruptures" and quantity != "ruptures.expected":
            complaints.unknown(f"{path}.quantity", "quantity", quantity, ("ruptures.expected",))
    check_cases(document, claim, path, complaints)


def check_cases(document: dict[str, Any], claim: dict[str, Any], path: str, complaints: Complaints) -> None:
    """Check what a claim is made under and against; another scenario is looked for when the claim is judged."""
    for key in ("under", "against"):
        case = claim.get(key, TODAY)
        section, _, name = case.partition(".") if isinstance(case, str) else (TODAY, "", "")
        if case == TODAY or not isinstance(case, str) or (section == OTHERS and name):
            continue
        if section not in CASES:
            complaints.unknown(f"{path}.{key}", "case", case, (TODAY, *(f"{it}.NAME" for it in (*CASES, OTHERS))))
        elif name not in keyed(document, section):
            kind = {"mixes": "mix", "measures": "measure", "overrides": "override"}[section]
            complaints.unknown(f"{path}.{key}", kind, name, keyed(document, section))
