"""Validation of a scenario: all mistakes at once, each at its path.

The models check the shape of each part; the checks beside them compare the parts with each other. Both read the same
plain document independently, so that one wrong number does not hide one wrong name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from multivector_sim.errors import Mistake, ScenarioError
from multivector_sim.plugins import load_plugins
from multivector_sim.scenario.consistency import check_copula, check_sums, translate_error
from multivector_sim.scenario.cross_references import References, check_names
from multivector_sim.scenario.document import normal, tree
from multivector_sim.scenario.mistakes import Complaints, shown
from multivector_sim.scenario.observed import check_observed
from multivector_sim.scenario.paths import check_claims, check_paths, check_values
from multivector_sim.scenario.place import Place, nearest_place, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from multivector_sim.scenario.part import Part
    from multivector_sim.scenario.scenario import Scenario

    Model = TypeVar("Model", bound=Part)

__all__ = ["ALONE", "build", "checked"]

ALONE: tuple[str, ...] = ()
"""Context key: no override and no measure is tried out, except those whose paths it lists."""


def build(document: Mapping[str, Any], *, alone: bool = False) -> Scenario:
    """Return the scenario that a document describes."""
    from multivector_sim.scenario.scenario import Scenario

    return Scenario.model_validate(document, context=ALONE if alone else None)


def checked(
    model: type[Model], raw: object, read: Callable[[dict[str, Any]], Model], only: Collection[str] | None
) -> Model:
    """Return a checked model of a whole document."""
    load_plugins()
    document = normal(raw)
    if not isinstance(document, dict):
        raise ScenarioError((Mistake("", f"a scenario is a mapping, not {shown(document)}"),))
    optional = {name for name, field in model.model_fields.items() if not field.is_required()}
    document = {key: part for key, part in document.items() if part is not None or key not in optional}
    complaints, found = Complaints(), None
    try:
        found = read(document)
    except ValidationError as error:
        translate_error(error, document, model, complaints)
    check_names(document, complaints)
    References(document, complaints).check()
    check_sums(document, complaints)
    check_copula(document, complaints)
    check_observed(document, complaints)
    check_paths(document, complaints, only)
    check_claims(document, complaints)
    if not complaints.found:
        check_values(document, lambda other: model.model_validate(other, context=ALONE), complaints, only)
    if found is None or complaints.found:
        raise ScenarioError(_in_order(document, complaints))
    return found


def _in_order(document: dict[str, Any], complaints: Complaints) -> tuple[Mistake, ...]:
    """Return mistakes in the order of the document."""
    ranks = {path: Place("", rank) for rank, (path, _) in enumerate(walk(tree(document)))}
    return tuple(sorted(complaints.found.values(), key=lambda it: nearest_place(ranks, it.path).line))
