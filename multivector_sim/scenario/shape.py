"""What pydantic finds wrong with the shape of a document, in our own words and at the paths that a person wrote.

A model may have steps that a document lacks: a bare number is a figure with a value, a single tie is one of several. A
place is therefore followed through the document, and what is not written there is left out of the path.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from inspect import isclass
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

from multivector_sim.scenario.part import Part
from multivector_sim.scenario.words import shown

if TYPE_CHECKING:
    from pydantic import ValidationError

    from multivector_sim.scenario.words import Complaints

__all__ = ["tell"]

QUOTED = re.compile(r"'([^']*)'")
MAPPINGS = frozenset({"dict_type", "mapping_type", "model_type", "model_attributes_type"})


def tell(error: ValidationError, document: dict[str, Any], model: type[Part], complaints: Complaints) -> None:
    """Turn what pydantic found into mistakes.

    Parameters
    ----------
    error
        What was raised.
    document
        The document as written.
    model
        The model of the whole.
    complaints
        Takes the mistakes.
    """
    for entry in error.errors(include_url=False):
        place, kind = entry["loc"], entry["type"]
        path, missing = path_of(document, place), kind == "missing"
        if missing:
            path = f"{path}.{place[-1]}" if path else str(place[-1])
            complaints.say(path, "missing; a value is needed here")
        elif kind == "extra_forbidden":
            known = keys_of(model, place[:-1])
            hint = complaints.hint(place[-1], known).replace("; there are", "; there can be")
            complaints.say(path, f"not known here{hint}")
        elif kind == "literal_error":
            words = QUOTED.findall(entry["ctx"]["expected"])
            one = "one of " if len(words) > 1 else ""
            complaints.say(path, f"must be {one}{', '.join(words)}, not {shown(entry['input'])}")
        elif kind == "said":
            complaints.say(path, entry["msg"])
        else:
            wanted = "a mapping (name: value)" if kind in MAPPINGS else "a list" if "tuple" in kind else "a plain value"
            complaints.say(path, f"must be {wanted}, not {shown(entry['input'])}")


def path_of(document: Any, place: tuple[int | str, ...]) -> str:  # noqa: ANN401 - any part of a document
    """Follow a place through the document; steps that are not written there are left out."""
    steps: list[str] = []
    for step in place:
        known = range(len(document)) if isinstance(document, list) else document if isinstance(document, dict) else ()
        if step in known:
            document = document[step]
            steps.append(str(step))
    return ".".join(steps)


def keys_of(model: type[Part], place: tuple[int | str, ...]) -> list[str]:
    """Give the keys that the model at a place has."""
    found: Any = model
    for step in place:
        found = inner(found, step)
    found = bare(found)
    if not (isclass(found) and issubclass(found, Part)):
        return []
    return [field.alias or name for name, field in found.model_fields.items()]


def inner(annotation: Any, step: int | str) -> Any:  # noqa: ANN401 - any type
    """Give the type of one part of a type."""
    found = bare(annotation)
    if isclass(found) and issubclass(found, Part):
        fields = {field.alias or name: field.annotation for name, field in found.model_fields.items()}
        return fields.get(str(step))
    if get_origin(found) is Mapping:
        return get_args(found)[1]
    return get_args(found)[0] if get_origin(found) is tuple else None


def bare(annotation: Any) -> Any:  # noqa: ANN401 - any type
    """Take what is wrapped around a type away: what it is annotated with, and that it may be left out."""
    while get_origin(annotation) is Annotated or type(None) in get_args(annotation):
        annotation = next(part for part in get_args(annotation) if part is not type(None))
    return annotation
