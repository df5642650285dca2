"""Checks across the parts of a document: shapes, sums, and correlation matrices.

*Shapes.* What pydantic finds wrong is reported in our own words, at the paths that the user wrote. A model may have
levels that a document lacks (a bare number is a figure with a value), so a location is followed through the document,
and levels that are not written are left out of the path.

*Sums.* Shares must sum to 1. As with names, the plain document is read, and only parts of the right shape are checked.

*Correlation.* A matrix is possible if it is positive semidefinite. The nearest such matrix (in the Frobenius norm)
comes from alternating projections with Dykstra's correction (Higham 2002, IMA Journal of Numerical Analysis 22). It is
rounded to two decimals and shrunk towards independence until the printed matrix is itself possible.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from inspect import isclass
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

from multivector_sim.scenario.cross_references import keyed
from multivector_sim.scenario.mistakes import shown
from multivector_sim.scenario.part import Part, is_number
from multivector_sim.scenario.section_comments import EXAMPLES

if TYPE_CHECKING:
    from pydantic import ValidationError

    from multivector_sim.scenario.mistakes import Complaints
    from multivector_sim.typing import Floats

__all__ = [
    "check_copula",
    "check_mix",
    "check_sums",
    "figure_number",
    "is_possible",
    "nearest_possible",
    "translate_error",
]

SUM_TOLERANCE = 1e-6


def figure_number(figure: object) -> float | None:
    """Return the certain number that a figure holds as written, or None."""
    value = figure.get("value") if isinstance(figure, dict) else figure
    return float(value) if is_number(value) and abs(value) < math.inf else None


def check_sums(document: dict[str, Any], complaints: Complaints) -> None:
    """Check that shares sum to 1, and that there is a flow to divide."""
    _check_something(document, complaints)
    for channel, partners in keyed(document, "legs").items():
        for partner, legs in keyed(partners).items():
            _check_sum(legs, f"legs.{channel}.{partner}", "corridor", complaints)
    for name, mix in keyed(document, "mixes").items():
        check_mix(document, keyed(mix), f"mixes.{name}", complaints)


def _check_something(document: dict[str, Any], complaints: Complaints) -> None:
    """Check that there are partners, channels and at least one positive exposure."""
    for section in ("partners", "channels"):
        if document.get(section) == {}:
            complaints.add(section, "is empty; give at least one")
    exposures = document.get("exposures")
    if isinstance(exposures, dict):
        flows = [figure_number(flow) for by_partner in exposures.values() for flow in keyed(by_partner).values()]
        if not any(flow is None or flow > 0.0 for flow in flows):
            complaints.add("exposures", "all flows are 0; give at least one exposure above 0")


def check_mix(document: dict[str, Any], mix: dict[str, Any], path: str, complaints: Complaints) -> None:
    """Check that the shares of a mix sum to 1, and that each channel has a total to divide."""
    for channel, shares in mix.items():
        _check_sum(shares, f"{path}.{channel}", "partner", complaints)
        flows = [figure_number(flow) for flow in keyed(document, "exposures", channel).values()]
        if channel in keyed(document, "channels") and not any(flow is None or flow > 0.0 for flow in flows):
            complaints.add(f"{path}.{channel}", f"{channel} has no exposure to divide")


def _check_sum(shares: object, path: str, kind: str, complaints: Complaints) -> None:
    """Check that the shares of one mapping sum to 1."""
    if not isinstance(shares, dict):
        return
    if not shares:
        complaints.add(path, f"names no {kind}; give shares that sum to 1, or leave it out")
    if shares and all(is_number(it) and 0.0 <= it <= 1.0 for it in shares.values()):
        total = math.fsum(shares.values())
        if abs(total - 1.0) > SUM_TOLERANCE:
            complaints.add(path, f"shares sum to {total:.7g}; they must sum to 1")


def check_copula(document: dict[str, Any], complaints: Complaints) -> None:
    """Check that the parts of the copula fit together."""
    copula = keyed(document, "hazard", "copula")
    path = "hazard.copula"
    if copula.get("family") == "t" and copula.get("nu") is None:
        complaints.add(f"{path}.nu", "missing; family t needs its degrees of freedom, nu")
    if copula.get("family", "gaussian") == "gaussian" and copula.get("nu") is not None:
        complaints.add(f"{path}.nu", "only for family t; remove it, or write family: t")
    if copula.get("loadings") is not None and copula.get("correlation"):
        complaints.add(f"{path}.correlation", "either loadings or correlation, not both")
    loadings = keyed(copula, "loadings")
    parts = [figure_number(loadings.get(key, 0.0)) for key in ("global", "bloc")]
    if all(part is not None and 0.0 <= part <= 1.0 for part in parts):
        total = math.fsum(part * part for part in parts if part is not None)
        if total > 1.0 + 1e-12:
            complaints.add(f"{path}.loadings", f"global^2 + bloc^2 is {total:.4g}; it must be 1 or less")
    _check_correlation(keyed(copula, "correlation"), f"{path}.correlation", complaints)


MISSING = "missing; a value is needed here"
QUOTED = re.compile(r"'([^']*)'")
MAPPINGS = frozenset({"dict_type", "mapping_type", "model_type", "model_attributes_type"})


def translate_error(
    error: ValidationError, document: dict[str, Any], model: type[Part], complaints: Complaints
) -> None:
    """Translate the errors of pydantic into mistakes with our wording."""
    for entry in error.errors(include_url=False):
        place, kind = entry["loc"], entry["type"]
        path, missing = _path_of(document, place), kind == "missing"
        if missing:
            path = f"{path}.{place[-1]}" if path else str(place[-1])
            complaints.add(path, f"missing; write {EXAMPLES[path]}" if path in EXAMPLES else MISSING)
        elif kind == "extra_forbidden":
            known = _keys_of(model, place[:-1])
            hint = complaints.hint(place[-1], known).replace("; there are", "; there can be")
            complaints.add(path, f"not known here{hint}")
        elif kind == "literal_error":
            words = QUOTED.findall(entry["ctx"]["expected"])
            one = "one of " if len(words) > 1 else ""
            complaints.add(path, f"must be {one}{', '.join(words)}, not {shown(entry['input'])}")
        elif kind == "said":
            complaints.add(path, entry["msg"])
        else:
            wanted = "a mapping (name: value)" if kind in MAPPINGS else "a list" if "tuple" in kind else "a plain value"
            complaints.add(path, f"must be {wanted}, not {shown(entry['input'])}")


def _path_of(document: Any, place: tuple[int | str, ...]) -> str:  # noqa: ANN401 - any part of a document
    """Follow a location through the document; steps that are not written there are left out."""
    steps: list[str] = []
    for step in place:
        known = range(len(document)) if isinstance(document, list) else document if isinstance(document, dict) else ()
        if step in known:
            document = document[step]
            steps.append(str(step))
    return ".".join(steps)


def _keys_of(model: type[Part], place: tuple[int | str, ...]) -> list[str]:
    """Return the keys of the model at a location."""
    found: Any = model
    for step in place:
        found = _inner(found, step)
    found = _bare(found)
    if not (isclass(found) and issubclass(found, Part)):
        return []
    return [field.alias or name for name, field in found.model_fields.items()]


def _inner(annotation: Any, step: int | str) -> Any:  # noqa: ANN401 - any type
    """Return the type of one part of a type."""
    found = _bare(annotation)
    if isclass(found) and issubclass(found, Part):
        fields = {field.alias or name: field.annotation for name, field in found.model_fields.items()}
        return fields.get(str(step))
    if get_origin(found) is Mapping:
        return get_args(found)[1]
    return get_args(found)[0] if get_origin(found) is tuple else None


def _bare(annotation: Any) -> Any:  # noqa: ANN401 - any type
    """Return a type without annotations and without the None of an optional value."""
    while get_origin(annotation) is Annotated or type(None) in get_args(annotation):
        annotation = next(part for part in get_args(annotation) if part is not type(None))
    return annotation


MATRIX_TOLERANCE = 1e-9
MOST_STEPS = 500
MOST_PRINTED = 12
MOST_PARTNERS = 400


def is_possible(matrix: Floats) -> bool:
    """Return whether a symmetric matrix is positive semidefinite.

    Examples
    --------
    >>> import numpy as np
    >>> is_possible(np.array([[1.0, 0.5], [0.5, 1.0]])), is_possible(np.array([[1.0, 1.5], [1.5, 1.0]]))
    (True, False)
    """
    import numpy as np

    return bool(np.linalg.eigvalsh(matrix)[0] >= -MATRIX_TOLERANCE)


def nearest_possible(matrix: Floats, decimals: int = 2) -> Floats:
    """Return the nearest possible correlation matrix, rounded.

    Examples
    --------
    >>> import numpy as np
    >>> wrong = np.array([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]])
    >>> nearest_possible(wrong)[0].tolist()
    [1.0, 0.5, -0.5]
    """
    import numpy as np

    near, correction = matrix.copy(), np.zeros_like(matrix)
    for _ in range(MOST_STEPS):
        before = near
        shifted = near - correction
        values, vectors = np.linalg.eigh(shifted)
        projected = (vectors * np.maximum(values, 0.0)) @ vectors.T
        correction = projected - shifted
        near = projected.copy()
        np.fill_diagonal(near, 1.0)
        if np.abs(near - before).max() < MATRIX_TOLERANCE:
            break
    near = np.clip((near + near.T) / 2.0, -1.0, 1.0)
    smallest = 10.0**-decimals
    for step in range(10**decimals + 1):
        rounded: Floats = np.round(near * (1.0 - step * smallest), decimals)
        np.fill_diagonal(rounded, 1.0)
        if is_possible(rounded):
            break
    return rounded


def _check_correlation(pairs: dict[str, Any], path: str, complaints: Complaints) -> None:
    """Check a correlation matrix given pair by pair."""
    before = len(complaints.found)
    given: dict[frozenset[str], float] = {}
    for one, others in pairs.items():
        for other, figure in (others if isinstance(others, dict) else {}).items():
            value: object = figure.get("value") if isinstance(figure, dict) else figure
            where = f"{path}.{one}.{other}"
            if one == other:
                complaints.add(where, f"pairs {one} with itself; give pairs of two partners")
            if not is_number(value) or not -1.0 <= value <= 1.0:
                return
            if given.setdefault(frozenset((one, other)), value) != value:
                complaints.add(where, f"{other} with {one} is given with another value; give each pair once")
    if len(complaints.found) == before and given:
        _check_matrix(given, path, complaints)


def _check_matrix(given: dict[frozenset[str], float], path: str, complaints: Complaints) -> None:
    """Check that a matrix is positive semidefinite; otherwise report the nearest one that is."""
    import numpy as np

    names = list(dict.fromkeys(name for pair in given for name in sorted(pair)))
    if len(names) > MOST_PARTNERS:
        complaints.add(path, f"has pairs of more than {MOST_PARTNERS} partners; use loadings")
        return
    numbers = {name: number for number, name in enumerate(names)}
    matrix = np.eye(len(names))
    for pair, value in given.items():
        row, column = (numbers[name] for name in pair)
        matrix[row, column] = matrix[column, row] = value
    if is_possible(matrix):
        return
    if len(names) > MOST_PRINTED:
        complaints.add(path, "not a possible correlation matrix; move its values towards 0")
        return
    near = nearest_possible(matrix)
    rows = (
        f"{name}: {{{', '.join(f'{names[j]}: {near[i, j]:g}' for j in range(i + 1, len(names)))}}}"
        for i, name in enumerate(names[:-1])
    )
    complaints.add(path, f"not a possible correlation matrix; the nearest one is {{{', '.join(rows)}}}")
