"""The explorer in a real browser, moved by keyboard: every kind of control, and no request to anybody else."""

import pytest

import multivector_sim as mv
from multivector_sim.interactive import explorer
from multivector_sim.interactive.choices import Choices, chosen
from tests.interactive.browser import chromium, served

pytest.importorskip("marimo")


def test_every_control_moves_the_numbers():
    from selenium.webdriver import Keys

    with chromium() as reader, served("explore", "two-buyers") as address:
        text = reader.open(address, "Shown: the scenario as written")
        assert str(mv.simulate("two-buyers", draws=explorer.DRAWS).trade.mean()).partition(" (")[0] in text
        reached = {it.id for it in reader.reached_by_tab()}
        flow, shocked, mix = reader.inside("marimo-dropdown", "select")
        (measure,) = reader.inside("marimo-checkbox", "[role=checkbox]")
        severity, months, *by_chance = reader.sliders()
        assert {it.id for it in (flow, shocked, mix, measure, severity, months, *by_chance)} <= reached
        assert "Ruptures a year" not in reader.text()  # a label is inside its control
        reader.moves(by_chance[0], Keys.ARROW_RIGHT, shows="ruptures 110 % as frequent")
        shown = mv.simulate(chosen(mv.load("two-buyers"), Choices(intensity=1.1)), draws=explorer.DRAWS)
        value, _, inside = str(shown.trade.es(0.95)).partition(" (")
        expected = f"{value}\n{inside.removesuffix(')')}; as written"
        reader.until(lambda: expected in reader.text(), f"no {expected!r} in {reader.text()}")
        reader.moves(by_chance[1], Keys.ARROW_RIGHT, shows="severities correlated by 0.55")
        reader.moves(by_chance[2], Keys.ARROW_RIGHT, shows="common loading of 0.45")
        reader.moves(mix, "a", shows="the mix article")
        reader.moves(measure, Keys.SPACE, shows="with Double the Caspian port")
        reader.moves(shocked, "C", shows="China loses 50 % of every flow for 24 months")
        reader.moves(severity, Keys.ARROW_RIGHT, shows="China loses 55 %")
        reader.moves(months, Keys.ARROW_RIGHT, shows="for 25 months")
        reader.moves(flow, "I")
        reader.unfold()
        (capacity, *_) = [it for it in reader.sliders() if it not in (severity, months, *by_chance)]
        reader.moves(capacity, Keys.ARROW_RIGHT, shows="at 110 % of its capacity")
        copied = reader.copied()
        assert any("scenario = scenario.with_mix('article')" in it for it in copied)
        assert any(it.startswith("format: multivector/1") for it in copied)
        assert reader.outside(address) == []
