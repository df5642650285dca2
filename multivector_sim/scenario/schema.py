"""The JSON Schema of a scenario file, for editors that check and complete while the user types.

It describes the shape of each part. Relations between parts (names that must be known, shares that sum
to 1) are checked when a scenario is read. The file ``scenario.schema.json`` beside this module holds the output of
:func:`schema`; ``python -m multivector_sim.scenario.schema`` writes it again.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from multivector_sim.scenario.document import written

__all__ = ["FILE", "schema"]

FILE = Path(__file__).with_name("scenario.schema.json")
DIALECT = "https://json-schema.org/draft/2020-12/schema"
NULL = {"type": "null"}
LAID_OVER = ("Channel", "Corridor", "Hazard", "HazardPartner", "Measure", "Tie")
"""Parts of which a file that extends another may hold some keys only; missing keys are reported when it is read."""

EXTENDS = {"type": "string", "description": "a file inside the same folder tree that this one extends"}


class Generator(GenerateJsonSchema):
    """The schema generator; it shows defaults as a file would write them."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401, ARG002 - the face of pydantic
        """Leave out titles that only repeat a key."""
        return False

    def encode_default(self, dft: Any) -> Any:  # noqa: ANN401 - the face of pydantic
        """Return a default as a file would write it."""
        return written(dft)


def schema() -> dict[str, Any]:
    """Return the JSON Schema.

    Returns
    -------
    dict
        A schema of draft 2020-12. A file that extends another may leave everything out but its format.

    Examples
    --------
    >>> schema()["properties"]["format"]["const"]
    'multivector/1'
    """
    from multivector_sim.scenario.scenario import Scenario

    made = Scenario.model_json_schema(by_alias=True, schema_generator=Generator)
    wanted = made.pop("required")
    made["properties"]["extends"] = EXTENDS
    for part in (made, *made["$defs"].values()):
        part["description"] = part["description"].split("\n")[0]
    for part in made["$defs"].values():
        if "title" in part.get("required", ()):  # it is the name where it is left out
            part["required"].remove("title")
    for name in LAID_OVER:
        del made["$defs"][name]["required"]
    for key, entry in made["properties"].items():
        if key not in wanted and "type" in entry and key != "extends":  # nothing takes a section of the base away
            about = {word: entry.pop(word) for word in ("description", "default") if word in entry}
            made["properties"][key] = {"anyOf": [dict(entry), NULL], **about}
    made |= {"title": "A scenario of multivector", "required": ["format"]}
    made["anyOf"] = [{"required": ["extends"]}, {"required": wanted}]
    return {"$schema": DIALECT, **made}


if __name__ == "__main__":
    FILE.write_text(json.dumps(schema(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
