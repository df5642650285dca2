"""Flows as labelled arrays and as pictures."""

import numpy as np
import pytest

import multivector_sim as mv

TEXT = (
    "reporter,partner,year,flow,value (million USD)\n"
    "CHL,CHN,2022,exports,38\nCHL,USA,2022,exports,15\nCHL,CHN,2023,exports,36\nCHL,CHN,2023,imports,21\n"
)


@pytest.fixture
def flows(tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text(TEXT, encoding="utf-8")
    return mv.read_flows(file)


def test_labelled_arrays_hold_the_table(flows):
    arrays = flows.to_xarray()
    assert arrays["exports"].dims == ("reporter", "partner", "year")
    assert float(arrays["exports"].sel(reporter="CHL", partner="USA", year=2022)) == 15e6
    assert np.isnan(float(arrays["exports"].sel(reporter="CHL", partner="USA", year=2023)))
    assert float(arrays["imports"].sum()) == 21e6
    assert arrays["exports"].attrs["units"] == "USD"


def test_sides_are_a_dimension_where_there_are_two(flows, tmp_path):
    mirrored = tmp_path / "other.csv"
    mirrored.write_text("reporter,partner,year,flow,value (USD),side\nCHL,CHN,2022,exports,7,both\n", encoding="utf-8")
    arrays = flows.joined(mv.read_flows(mirrored, side="both")).to_xarray()
    assert arrays["exports"].dims == ("reporter", "partner", "year", "side")
    assert float(arrays["exports"].sel(reporter="CHL", partner="CHN", year=2022, side="both")) == 7.0


def test_pictures_show_the_latest_year_and_all_years(flows):
    axes = flows.plot()
    assert axes.get_title(loc="left") == "Chile, exports 2023"
    assert [bar.get_width() for bar in axes.patches] == [100.0]
    earlier = flows.plot.partners(flow="exports", year=2022)
    assert sorted(bar.get_width() for bar in earlier.patches) == pytest.approx([100 * 15 / 53, 100 * 38 / 53])
    lines = flows.plot.years().get_lines()
    assert lines[0].get_ydata().tolist() == pytest.approx([0.053, 0.036])
    with pytest.raises(mv.FlowsError, match="plot: no flows 1999 of CHL"):
        flows.plot.partners(year=1999)
