"""The tidy tables and the cards of the questions: every number of an answer, under its name."""

import pytest

import multivector_sim as mv

FEW = 128


def rows_of(found, measure, **of):
    table = found.to_frame()
    table = table[table["measure"] == measure]
    for name, value in of.items():
        table = table[table[name] == value]
    return table


def test_sensitivity_has_a_row_for_each_change():
    found = mv.sensitivity("two-buyers", draws=100)
    for it in found.inputs:
        for fifth, change in (("lowest", it.low), ("highest", it.high)):
            rows = rows_of(found, "change_of_mean", input=it.label, fifth=fifth)
            assert rows["value"].tolist() == ([] if change is None else [change.value])
    assert len(rows_of(found, "total")) == len(rows_of(found, "first_order")) == len(found.inputs) > 3
    assert found.swings
    for move in found.swings:
        for way, change, tail in (("down", move.low, move.low_tail), ("up", move.high, move.high_tail)):
            of = {"number": move.path, "direction": way}
            for measure, it in (("swing_of_mean", change), ("swing_of_tail", tail)):
                assert rows_of(found, measure, **of)["value"].tolist() == ([] if it is None else [it.value])


def test_compare_has_a_ratio_for_each_scenario():
    found = mv.compare(["two-buyers", "article"], draws=FEW)
    for label in found.labels:
        rows = rows_of(found, "diversification_ratio", scenario=label)
        known = found.ratios[label]
        assert rows["statistic"].tolist() == ["sd", *(f"es_{level}" for level in found.levels)]
        assert rows["value"].tolist() == [known.sd.value, *(it.value for it in known.es.values())]
    first, second = found._table().rows
    assert first[-1] == ""
    assert second[-1] != ""
    assert f"less that of {found.labels[0]}," in found._picture()


def test_contribute_names_the_level():
    found = mv.contribute("two-buyers", draws=FEW, marginals=(), level=0.9)
    assert found._table().columns[1] == "contribution to ES 90 %"


def test_rank_names_the_level():
    assert "ES 95 % of total" in mv.rank("two-buyers", draws=FEW)._table().title


def test_a_border_has_the_first_number_in_each_row():
    paths = ("stress.0.channels.exports", "stress.0.duration_months")
    found = mv.must_be_true("two-buyers", paths, "storms", (0.1, 6.0), (0.9, 24.0), draws=64, points=2)
    table = rows_of(found, "margin")
    assert sorted(set(table[paths[0]])) == sorted(found.columns)
    line = mv.must_be_true("two-buyers", paths[0], "storms", 0.1, 0.9, draws=64, points=2)
    assert set(rows_of(line, "margin")[paths[0]]) >= {0.1, 0.9}


@pytest.mark.parametrize(("limit", "years"), [(0.02, 5.0), (float("inf"), None)])
def test_a_frontier_without_a_limit_takes_no_years(limit, years):
    found = mv.frontier("two-buyers", draws=FEW, points=2, resamples=0, change_per_year=limit, years=5.0)
    assert found.document()["years"] == years
    assert (found.document()["change_per_year"] is None) is (years is None)
