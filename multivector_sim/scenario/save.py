"""A scenario written to a file, as YAML or TOML, which reads back as an equal scenario."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from multivector_sim.atomic_file import new_part, write_atomically
from multivector_sim.errors import StoreError, UsageError

if TYPE_CHECKING:
    import os

    from multivector_sim.scenario.scenario import Scenario

__all__ = ["save"]


def save(scenario: Scenario, path: str | os.PathLike[str]) -> Path:
    """Write a scenario; see :meth:`multivector_sim.Scenario.save`."""
    from multivector_sim.scenario.toml_text import toml_text
    from multivector_sim.scenario.yaml_text import resolved_text

    file = Path(path)
    suffix = file.suffix.lower()
    if suffix not in {".yaml", ".yml", ".toml"}:
        raise UsageError(f"{file}: a scenario is YAML or TOML; give a name that ends in .yaml or .toml")
    document = scenario.document()
    text = toml_text(document) if suffix == ".toml" else resolved_text(document, {})
    try:
        write_atomically(file, [text.encode()], new_part(file))
    except OSError as error:
        raise StoreError(f"{file}: cannot be written: {error.strerror}") from error
    return file
