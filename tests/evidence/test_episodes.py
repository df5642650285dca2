"""What is found as a rupture, a hole, a moved border, on panels of which every number is known."""

import numpy as np
import pandas as pd
import pytest

from multivector_sim.errors import UsageError
from multivector_sim.evidence.borders import BORDERS, border_of
from multivector_sim.evidence.episodes import calm_changes, chain_index, find_episodes
from multivector_sim.evidence.panel import build_panel
from multivector_sim.evidence.rupture_definition import Definition
from tests.evidence.panels import changed, steady

PLAIN = Definition(deflated=False)


def found(table, definition=PLAIN):
    return find_episodes(build_panel(table), definition)


def cases(episodes):
    return list(episodes.table[["country", "partner", "year"]].itertuples(index=False, name=None))


def test_flows_that_never_move_never_rupture_and_are_at_risk_from_the_fourth_year():
    episodes = found(steady())
    assert len(episodes.table) == 0
    assert len(episodes.risk) == 6 * 2 * (41 - 3)


def test_a_flow_under_half_is_a_rupture_with_its_severity_losses_and_levels():
    values = {1970: 40.0, 1971: 20.0, 1972: 30.0, 1973: 60.0, 1974: 50.0} | dict.fromkeys(range(1975, 1991), 70.0)
    episodes = found(changed(steady(), "X01", "AAA", values))
    assert cases(episodes) == [("X01", "AAA", 1970)]
    row = episodes.table.iloc[0]
    assert (row["severity"], row["trough"], row["joint"]) == (pytest.approx(0.8), 1, False)
    assert row["first_year_loss"] == pytest.approx(0.6)
    assert row["five_year_loss"] == pytest.approx(1.0 - (0.4 + 0.2 + 0.3 + 0.6 + 0.5) / 5)
    assert episodes.level[0, :4] == pytest.approx([0.2, 0.3, 0.6, 0.5])
    assert row["share"] == pytest.approx(1 / 6)


def test_exactly_half_is_no_rupture():
    assert cases(found(changed(steady(), "X01", "AAA", {1970: 50.0}))) == []


def test_after_a_rupture_a_new_base_is_built_before_the_next():
    twice = {1970: 40.0} | dict.fromkeys(range(1971, 1974), 100.0) | {1974: 30.0}
    assert cases(found(changed(steady(), "X01", "AAA", twice))) == [("X01", "AAA", 1970), ("X01", "AAA", 1974)]
    early = {1970: 40.0, 1971: 100.0, 1972: 100.0, 1973: 30.0}
    assert cases(found(changed(steady(), "X01", "AAA", early))) == [("X01", "AAA", 1970)]


def test_a_low_flow_is_at_risk_again_after_five_years_with_the_low_base():
    low = dict.fromkeys(range(1970, 1991), 30.0)
    assert cases(found(changed(steady(), "X01", "AAA", low))) == [("X01", "AAA", 1970)]
    lower = low | dict.fromkeys(range(1978, 1991), 10.0)
    assert cases(found(changed(steady(), "X01", "AAA", lower))) == [("X01", "AAA", 1970), ("X01", "AAA", 1978)]


@pytest.mark.parametrize("gap", [0.0, None])
def test_a_run_of_zeros_or_blanks_that_comes_back_is_a_hole(gap):
    episodes = found(changed(steady(), "X01", "AAA", {1970: gap, 1971: gap}))
    assert cases(episodes) == []
    assert episodes.holes[["country", "year", "reason"]].to_numpy().tolist() == [["X01", 1970, "back in 1972"]]


def test_a_run_of_zeros_that_comes_back_low_is_a_rupture_and_one_that_never_does_is_a_hole():
    assert cases(found(changed(steady(), "X01", "AAA", {1970: 0.0} | dict.fromkeys(range(1971, 1991), 20.0)))) == [
        ("X01", "AAA", 1970)
    ]
    never = found(changed(steady(), "X01", "AAA", dict.fromkeys(range(1980, 1991), 0.0)))
    assert cases(never) == []
    assert "end of the data" in never.holes.iloc[0]["reason"]


def test_a_rupture_of_two_years_must_last_two():
    two = Definition(deflated=False, years=2)
    assert cases(found(changed(steady(), "X01", "AAA", {1970: 40.0}), two)) == []
    assert cases(found(changed(steady(), "X01", "AAA", {1970: 40.0, 1971: 40.0}), two)) == [("X01", "AAA", 1970)]


def test_a_base_that_moves_too_much_or_is_too_small_is_none():
    wild = changed(steady(), "X01", "AAA", {1967: 400.0, 1968: 100.0, 1969: 100.0, 1970: 40.0})
    assert cases(found(wild)) == []
    small = steady().assign(value=lambda it: it["value"] * np.where(it["reporter"] == "X01", 1e-4, 1.0))
    assert cases(found(changed(small, "X01", "AAA", {1970: 0.001}))) == []


def test_the_years_of_the_world_wars_are_not_at_risk():
    episodes = found(changed(steady((1930, 1970)), "X01", "AAA", {1940: 10.0}), Definition(deflated=False, since=1930))
    assert cases(episodes) == []
    assert not episodes.risk["year"].between(1939, 1949).any()


def test_a_rupture_is_joint_where_the_other_flow_fell_too():
    one = changed(steady(), "X01", "AAA", {1970: 40.0})
    assert found(one).table["joint"].tolist() == [False]
    assert found(changed(one, "X01", "BBB", {1970: 60.0})).table["joint"].tolist() == [True]
    alone = steady(partners=("AAA",))
    assert found(changed(alone, "X01", "AAA", {1970: 40.0})).table["joint"].tolist() == [None]


def test_a_change_of_the_unit_or_of_a_partners_whole_imports_is_no_rupture():
    """The pound of 1949 and 1967, inflation, and a partner's own recession, in one."""
    table = changed(steady(countries=40), "X01", "AAA", {1970: 40.0})
    rng = np.random.default_rng(1)
    factors = {(partner, year): rng.lognormal(0.0, 1.0) for partner in ("AAA", "BBB") for year in range(1950, 1991)}
    scale = [factors[key] for key in zip(table["partner"], table["year"], strict=True)]
    moved = table.assign(value=table["value"] * scale)
    before, after = found(table, Definition()), found(moved, Definition())
    assert cases(before) == cases(after) == [("X01", "AAA", 1970)]
    assert after.table["severity"].to_numpy() == pytest.approx(before.table["severity"].to_numpy(), rel=0.05)
    assert len(found(moved).table) > 50


def test_the_chain_index_is_not_moved_by_who_begins_or_ceases_to_report():
    both = np.array([[1.0, 2.0, 4.0, np.nan], [np.nan, np.nan, 50.0, 100.0], [3.0, 6.0, np.nan, np.nan]])
    assert chain_index(both).tolist() == pytest.approx([1.0, 2.0, 4.0, 8.0])


@pytest.mark.parametrize("border", BORDERS, ids=lambda it: f"{it.code}-{it.first}")
def test_a_border_that_moved_is_no_rupture_wherever_it_stands(border):
    year, rule = border.first, Definition(deflated=False, since=1900, excluded=())
    table = steady((year - 10, year + 25)).replace({"reporter": {"X01": border.code}})
    episodes = found(changed(table, border.code, "AAA", {year: 10.0}), rule)
    assert cases(episodes) == []
    assert episodes.borders[["country", "reason"]].to_numpy().tolist() == [[border.code, border.event]]
    towards = steady((year - 10, year + 25), partners=(border.code, "BBB"))
    assert cases(found(changed(towards, "X02", border.code, {year: 10.0}), rule)) == []
    assert len(cases(found(changed(table, "X02", "AAA", {year: 10.0}), rule))) == 1


@pytest.mark.parametrize(
    ("code", "year"), [("SUN", 1992), ("CSK", 1993), ("YUG", 1992), ("YUG", 1993), ("ZWE", 1964), ("DEU", 1949)]
)
def test_the_borders_that_everybody_asks_about_are_known(code, year):
    assert border_of(code, "USA", year) is not None
    assert border_of("USA", code, year) is not None
    assert border_of("CUB", "USA", year) is None


def test_a_panel_that_is_not_yearly_or_too_short_is_refused_in_words():
    table = steady()
    with pytest.raises(UsageError, match=r"the years are 4 apart \(1950, 1954, ...\); a calibration needs every year"):
        found(table.loc[table["year"] % 4 == 2])
    with pytest.raises(UsageError, match="6 years are too few"):
        found(table.loc[table["year"] < 1956])


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda it: it.drop(columns="value"), "no column value"),
        (lambda it: it.assign(flow="imports"), "no exports in the table"),
        (lambda it: it.assign(product=np.where(it.index % 2, "01", "02")), "2 products in one table"),
        (lambda it: it.assign(unit=np.where(it.index % 2, "USD", "EUR")), "2 units in one table"),
        (lambda it: pd.concat([it, it.iloc[[0]]]), "X00 to AAA is given twice for 1950"),
        (lambda _: 3, "give a data frame, a path"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_in_words(spoil, message):
    with pytest.raises(UsageError, match=message):
        build_panel(spoil(steady()))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"threshold": 0.0}, "threshold must lie between 0 and 1"),
        ({"threshold": 0.9}, "must be below back"),
        ({"years": 0}, "years must be 1 or more"),
        ({"spread": 0.5}, "spread must be 1 or more"),
        ({"sizes": (0.1, 0.01)}, "sizes must rise"),
    ],
)
def test_a_definition_that_makes_no_sense_is_refused(given, message):
    with pytest.raises(UsageError, match=message):
        Definition(**given)


def test_the_world_and_a_country_as_its_own_partner_are_left_out():
    table = steady()
    world = table.loc[table["partner"] == "AAA"].assign(partner="WLD", value=1e9)
    itself = table.loc[(table["partner"] == "AAA") & (table["reporter"] == "X01")].assign(partner="X01")
    assert build_panel(pd.concat([table, world, itself])).partners == ("AAA", "BBB")


def test_calm_changes_leave_out_what_ruptures_on_the_way():
    table = changed(steady(), "X01", "AAA", {1970: 40.0} | dict.fromkeys(range(1971, 1991), 90.0))
    panel = build_panel(table)
    changes = calm_changes(panel, PLAIN, find_episodes(panel, PLAIN).table)
    assert set(np.round(changes[1], 12)) == {0.0}
    assert len(changes[1]) < 41 - 3
