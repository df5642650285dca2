"""The shipped scenarios are found in a wheel and in a clone, each by its name."""

import pytest

from multivector_sim.errors import UsageError
from multivector_sim.scenario import files as bundled


@pytest.fixture(autouse=True)
def afresh():
    bundled.files.cache_clear()
    yield
    bundled.files.cache_clear()


def test_names_come_from_folders_and_files():
    assert {"kazakhstan", "kazakhstan/2022", "one-or-many", "two-buyers"} <= set(bundled.names())
    assert list(bundled.names()) == sorted(bundled.names())
    assert bundled.path_of("kazakhstan/2022").name == "2022.yaml"


def test_the_wheel_comes_first(tmp_path, monkeypatch):
    inside, beside = tmp_path / "package" / "scenarios", tmp_path / "scenarios"
    for folder in (inside / "a", beside / "b"):
        folder.mkdir(parents=True)
        (folder / "scenario.yaml").write_text("x: 1\n")
    monkeypatch.setattr(bundled, "PLACES", (inside, beside))
    assert bundled.names() == ("a",)
    monkeypatch.setattr(bundled, "PLACES", (tmp_path / "nowhere", beside))
    bundled.files.cache_clear()
    assert bundled.names() == ("b",)
    monkeypatch.setattr(bundled, "PLACES", (tmp_path / "nowhere",))
    bundled.files.cache_clear()
    assert bundled.names() == ()


def test_an_unknown_name_is_told_with_the_nearest():
    with pytest.raises(UsageError, match="no scenario called 'kazakstan'; did you mean 'kazakhstan'"):
        bundled.path_of("kazakstan")
    with pytest.raises(UsageError, match="there are episodes/cuba-usa, "):
        bundled.path_of("mars")
