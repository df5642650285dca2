"""The data that lie beside the project and are no part of it; a test that needs them skips where they are not."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".." / "shared" / "data"


def shared_data(name):
    """Return the path of a file of ``../shared/data``, or skip the test and name it."""
    file = FOLDER / name
    if not file.is_file():
        pytest.skip(f"needs ../shared/data/{name}, which is not there")
    return file
