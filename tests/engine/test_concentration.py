"""Concentration by name: six customers and one pipeline, and the country that the library is about."""

import pytest

import multivector_sim as mv
from multivector_sim.engine.concentration import concentration
from tests.engine.cases import scenario


def six_customers(share=1.0, **changes):
    names = [f"customer-{number}" for number in range(6)]
    roads = {"pipe": share} if share == 1.0 else {"pipe": share, "sea": 1 - share}
    return scenario(
        **{
            "partners": {name: {"title": name} for name in [*names, "host"]},
            "exposures": {"exports": dict.fromkeys(names, 7e9)},
            "corridors": {
                "pipe": {"title": "Pipe", "capacity": 1e12, "hosts": {"host": 1.0}},
                "sea": {"title": "Sea", "capacity": 1e12, "hosts": {}},
            },
            "legs": {"exports": dict.fromkeys(names, roads)},
            **changes,
        }
    )


def test_six_customers_and_one_pipeline_are_one_where_it_matters():
    found = concentration(six_customers())["exports"]
    assert found["effective_partners"] == pytest.approx(6, rel=1e-12)
    assert found["shannon_partners"] == pytest.approx(6, rel=1e-12)
    assert found["effective_hosts"] == pytest.approx(1, rel=1e-12)
    assert found["effective_corridors"] == pytest.approx(1, rel=1e-12)
    assert found["largest_host"] == {"partner": "host", "share": pytest.approx(1.0)}
    assert found["hosts"] == {"host": pytest.approx(1.0)}
    assert found["corridors"] == {"pipe": pytest.approx(1.0)}
    assert found["crosses_nobody"] == pytest.approx(0.0, abs=1e-15)


def test_a_tenth_by_sea_is_said():
    found = concentration(six_customers(0.9))["exports"]
    assert found["effective_hosts"] == pytest.approx(1 / 0.81)
    assert found["effective_corridors"] == pytest.approx(1 / 0.82)
    assert found["corridors"] == {"pipe": pytest.approx(0.9), "sea": pytest.approx(0.1)}
    assert found["crosses_nobody"] == pytest.approx(0.1)


def test_without_legs_there_are_no_hosts_and_no_corridors():
    for case in (six_customers(legs={}), scenario()):
        found = concentration(case)["exports"]
        assert found["effective_hosts"] is found["largest_host"] is found["effective_corridors"] is None
        assert found["hosts"] == found["corridors"] == {}
        assert found["crosses_nobody"] == 1.0


def test_alarms_go_by_the_thresholds_of_the_scenario():
    assert concentration(six_customers())["exports"]["alarms"] == ["hosts"]
    assert concentration(six_customers(alarms={"hhi": 0.1, "hosts": 1.0}))["exports"]["alarms"] == ["hhi"]
    one = scenario(exposures={"exports": {"a": 9e9, "b": 1e9}})
    assert concentration(one)["exports"]["alarms"] == ["hhi", "largest"]


def test_aggregates_add_flows_and_leave_ties_out():
    case = scenario(
        channels={"exports": {"kind": "trade"}, "imports": {"kind": "trade"}, "visits": {"kind": "ties"}},
        exposures={"exports": {"a": 1e9}, "imports": {"b": 3e9}, "visits": {"a": 1e15}},
    )
    found = concentration(case)
    assert list(found) == ["exports", "imports", "visits", "trade", "total"]
    assert found["trade"]["hhi"] == found["total"]["hhi"] == pytest.approx(0.25**2 + 0.75**2)
    assert found["trade"]["largest"] == {"partner": "b", "share": pytest.approx(0.75)}
    assert found["exports"]["hhi"] == 1.0


def test_a_channel_keeps_its_name_before_an_aggregate():
    case = scenario(
        channels={"investment": {"kind": "investment"}, "portfolio": {"kind": "investment"}},
        exposures={"investment": {"a": 1e9}, "portfolio": {"b": 1e9}},
    )
    found = concentration(case)
    assert found["investment"]["hhi"] == 1.0
    assert found["total"]["hhi"] == pytest.approx(0.5)


def test_crude_oil_has_many_buyers_and_one_host():
    found = concentration(mv.load("kazakhstan"))["energy"]
    assert found["effective_partners"] > 4
    assert found["effective_hosts"] < 1.2
    assert "hosts" in found["alarms"]
