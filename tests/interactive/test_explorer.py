"""The explorer over every shipped scenario: what is shown is what its YAML and its Python give."""

import importlib.util
from types import SimpleNamespace

import pytest

import multivector_sim as mv
from multivector_sim.interactive import explorer
from multivector_sim.interactive.choices import Choices, as_python, as_yaml, chosen, largest_loading, shockable
from multivector_sim.interactive.explorer import Opened
from multivector_sim.interactive.lessons import explorer_file

pytest.importorskip("marimo")

FEW = 64


def all_moved(scenario):
    """Return choices that move everything that a scenario has, as it says things go wrong."""
    most = largest_loading(scenario)
    return Choices(
        intensity=2.0,
        severity_correlation=0.5,
        loading=None if most is None else most / 2,
        mix=next(iter(scenario.mixes), None),
        measures=tuple(scenario.measures)[:1],
        capacity=dict.fromkeys(scenario.corridors, 0.5),
    )


@pytest.mark.parametrize("name", mv.scenarios())
def test_every_shipped_scenario_can_be_moved(name, tmp_path):
    scenario = mv.load(name)
    it = Opened(scenario, f"mv.load({name!r})")
    partner = list(shockable(scenario))[-1]
    for choices in (all_moved(scenario), Choices(shocked=partner, severity=0.25, months=6.0)):
        both = explorer.ran(it, choices, draws=FEW)
        column = next(iter(explorer.columns(both.today).values()))
        for part in (explorer.headline_tiles, explorer.curve_chart, explorer.fan_chart, explorer.dependence_chart):
            assert "nan" not in part(both, column).text
        assert explorer.noted_choices(scenario, choices).startswith("Shown: ")
    file = tmp_path / "mine.yaml"
    file.write_text(as_yaml(scenario, choices))
    assert mv.simulate(mv.load(file), draws=FEW).fingerprint == both.shown.fingerprint


def test_controls_are_those_that_the_scenario_has_a_use_for():
    def named(name):
        return set(explorer.controls(mv.load(name)).elements)

    always = {"shocked", "severity", "months"}
    assert named("episodes/cuba-usa") == always
    assert named("one-or-many") == always | {"intensity", "loading", "mix"}
    assert named("teaching") >= always | {"mix", "capacity port", "capacity road"}
    assert "severity_correlation" in named("kazakhstan")


@pytest.mark.parametrize("name", ["two-buyers", "teaching", "moldova", "kazakhstan/by-hazard"])
def test_controls_as_they_open_choose_nothing(name):
    scenario = mv.load(name)
    values = explorer.controls(scenario).value
    assert explorer.choices_of(scenario, values) == Choices(months=min(24.0, scenario.horizon_months))
    assert chosen(scenario, explorer.choices_of(scenario, values)) is scenario


def test_a_moved_control_is_a_choice():
    scenario = mv.load("two-buyers")
    values = explorer.controls(scenario).value
    moved = {
        "intensity": 200,
        "severity_correlation": 0.9,
        "loading": 0.1,
        "capacity cpc": 50,
        "measure caspian-port": True,
    }
    found = explorer.choices_of(scenario, values | moved)
    assert (found.intensity, found.severity_correlation, found.loading) == (2.0, 0.9, 0.1)
    assert (dict(found.capacity), found.measures) == ({"cpc": 0.5}, ("caspian-port",))
    shown = chosen(scenario, found)
    assert shown.hazard.partners["china"].intensity.value == pytest.approx(0.04)
    assert shown.hazard.copula.loadings.global_.value == 0.1
    assert shown.stress[0].severity_correlation.value == 0.9
    assert shown.corridors["cpc"].capacity.value == pytest.approx(22.5e9)
    assert shown.corridors["caspian"].capacity.value == pytest.approx(12e9)


def test_a_measure_and_a_factor_of_the_same_corridor_multiply():
    shown = chosen(mv.load("two-buyers"), Choices(measures=("caspian-port",), capacity={"caspian": 0.5}))
    assert shown.corridors["caspian"].capacity.value == pytest.approx(6e9)


@pytest.mark.parametrize(
    "choices",
    [
        Choices(),
        Choices(mix="article", measures=("caspian-port",), intensity=0.5, loading=0.2, capacity={"cpc": 0.1}),
        Choices(shocked="eu", severity=0.3, months=9.0),
    ],
)
def test_python_and_yaml_give_the_run_that_is_shown(choices, tmp_path, capsys):
    scenario = mv.load("two-buyers")
    both = explorer.ran(Opened(scenario, "mv.load('two-buyers')", 3), choices, draws=FEW)
    names = {}
    exec(as_python("mv.load('two-buyers')", scenario, choices, FEW, 3), names)  # noqa: S102 - our own text
    assert names["result"].fingerprint == both.shown.fingerprint
    assert capsys.readouterr().out
    file = tmp_path / "mine.yaml"
    file.write_text(as_yaml(scenario, choices))
    assert mv.simulate(mv.load(file), draws=FEW, seed=3).fingerprint == both.shown.fingerprint


def test_the_numbers_shown_are_those_of_the_runs():
    scenario = mv.load("teaching")
    both = explorer.ran(Opened(scenario, ""), Choices(shocked="neighbour", severity=0.5, months=12.0), draws=FEW)
    text = explorer.headline_tiles(both, "trade").text
    value, _, inside = str(both.shown.trade.mean()).partition(" (")
    assert f">{value}<" in text
    assert inside.removesuffix(")") in text
    assert f"as written {both.today.trade.mean()}" in text
    by_hand = both.shown.trade.mean().value - both.today.trade.mean().value
    assert f"{100 * by_hand:.1f} points" in text


def test_the_notebook_moves_and_says_what_cannot_be_run(monkeypatch):
    spec = importlib.util.spec_from_file_location("explorer_notebook", explorer_file())
    notebook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(notebook)
    monkeypatch.setattr(explorer, "_OPEN", [Opened(mv.load("teaching"), "mv.load('teaching')")])
    _, names = notebook.app.run()
    assert names["problem"] == ""
    assert names["both"].shown is names["today"]
    values = names["given"].value | {"shocked": "ocean", "severity": 20}
    elements = names["given"].elements
    _, names = notebook.app.run(defs={"given": SimpleNamespace(value=values, elements=elements)})
    assert names["both"].shown.trade.mean().value != names["today"].trade.mean().value
    _, names = notebook.app.run(defs={"given": SimpleNamespace(value=values | {"severity": 2000}, elements=elements)})
    assert "severity" in names["problem"] or "stress" in names["problem"]


def test_the_page_says_when_two_sliders_do_nothing():
    import marimo as mo

    scenario = mv.load("two-buyers")
    given = explorer.controls(scenario)
    page = explorer.laid_out(scenario, given, mo.ui.dropdown(["total"])).text
    places = [page.index(text) for text in ("Shocked", explorer.NEEDS_A_PARTNER, "that is lost, %")]
    assert places == sorted(places)
    untouched = explorer.choices_of(scenario, {"severity": 100, "months": 1})
    assert chosen(scenario, untouched) is scenario
