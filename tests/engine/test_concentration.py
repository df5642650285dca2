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


def test_dependence_is_the_own_share_and_what_crosses_each_unit_once():
    """Of 100, a fifth is sold to the host; of the rest one half crosses it wholly and the other half by half."""
    case = scenario(
        partners={name: {"title": name} for name in ("buyer", "host", "other")},
        exposures={"exports": {"host": 20e9, "buyer": 80e9}},
        corridors={
            "near": {"title": "Near", "capacity": 1e12, "hosts": {"host": 1.0, "other": 0.5}},
            "far": {"title": "Far", "capacity": 1e12, "hosts": {"host": 0.5}},
            "sea": {"title": "Sea", "capacity": 1e12, "hosts": {}},
        },
        legs={
            "exports": {"buyer": {"near": 0.5, "far": 0.5}, "host": {"near": 1.0}},
        },
    )
    found = concentration(case)["exports"]["dependence"]
    assert found == {"buyer": pytest.approx(0.8), "host": pytest.approx(0.2 + 0.8 * 0.75), "other": pytest.approx(0.3)}
    assert list(found) == ["buyer", "host", "other"]


def test_dependence_of_aggregates_is_weighted_by_money():
    found = concentration(mv.load("kazakhstan"))
    sizes = {
        name: sum(figure.value for figure in flows.values())
        for name, flows in mv.load("kazakhstan").exposures.items()
        if name in ("exports", "energy", "imports")
    }
    whole = sum(found[name]["dependence"].get("russia", 0.0) * size for name, size in sizes.items())
    assert found["trade"]["dependence"]["russia"] == pytest.approx(whole / sum(sizes.values()))
    assert found["trade"]["dependence"]["russia"] > found["trade"]["largest_host"]["share"]


def residual_case(**changes):
    names = {"neighbour": {"title": "Neighbour"}, "others": {"title": "All others", "residual": True}}
    return scenario(**{"partners": names, "exposures": {"exports": {"neighbour": 40e9, "others": 60e9}}, **changes})


def test_a_residual_partner_is_many_and_never_the_largest():
    found = concentration(residual_case())["exports"]
    assert (found["hhi"], found["hhi_high"]) == (pytest.approx(0.16), pytest.approx(0.52))
    assert found["effective_partners"] == pytest.approx(1 / 0.16)
    assert found["effective_partners_low"] == pytest.approx(1 / 0.52)
    assert found["largest"] == {"partner": "neighbour", "share": pytest.approx(0.4)}
    assert list(found["dependence"]) == ["neighbour"]
    assert found["largest_colour"] == {"colour": "neighbour", "share": pytest.approx(0.4)}
    assert found["alarms"] == []


def test_nobody_but_a_residual_has_no_largest_and_no_alarm():
    found = concentration(residual_case(exposures={"exports": {"others": 60e9}}, alarms={"colour": 0.1}))["exports"]
    assert found["largest"] is found["effective_partners"] is found["largest_colour"] is None
    assert (found["hhi"], found["hhi_high"], found["dependence"], found["alarms"]) == (0.0, 1.0, {}, [])
    mv.simulate(residual_case(exposures={"exports": {"others": 60e9}}), draws=64, seed=1).document()


def test_the_largest_partner_of_a_benchmark_is_no_residual():
    assert mv.compare([residual_case(), "one"], draws=64, seed=1) is not None


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
    assert concentration(six_customers())["exports"]["alarms"] == ["dependence", "hosts"]
    quiet = {"dependence": 1.0, "hosts": 1.0}
    assert concentration(six_customers(alarms={"hhi": 0.1, **quiet}))["exports"]["alarms"] == ["hhi"]
    assert concentration(six_customers(alarms={**quiet, "dependence": 0.999}))["exports"]["alarms"] == ["dependence"]
    one = scenario(exposures={"exports": {"a": 9e9, "b": 1e9}})
    assert concentration(one)["exports"]["alarms"] == ["dependence", "hhi", "largest"]


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
