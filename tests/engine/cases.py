"""Small scenarios made in Python, for tests of the engine."""

import os

from multivector_sim.scenario.scenario import Scenario

SHARE = float(os.environ.get("MULTIVECTOR_CASES", "0.4"))
"""The share of the generated cases that is held against the slow reference; ``MULTIVECTOR_CASES=1`` tries all."""


def scenario(**changes):
    """Give a country with partners that sell or buy equal amounts, changed as asked."""
    document = {
        "format": "multivector/1",
        "name": "case",
        "title": "A case",
        "country": "anywhere",
        "currency": "USD",
        "price_year": 2024,
        "horizon_months": 60,
        "partners": {"a": {"title": "A"}, "b": {"title": "B"}},
        "channels": {"exports": {"kind": "trade"}},
        "exposures": {"exports": {"a": 1e9, "b": 1e9}},
    }
    return Scenario.model_validate(document | changes)


def equal_partners(count, intensity, severity=1.0, months=60, **copula):
    """Give partners with equal shares and equal hazards that last as long as the horizon."""
    names = [f"p{number}" for number in range(count)]
    entry = {"intensity": intensity, "channels": {"exports": severity}, "duration_months": 1e6}
    return scenario(
        horizon_months=months,
        partners={name: {"title": name} for name in names},
        exposures={"exports": dict.fromkeys(names, 1e9)},
        hazard={
            "copula": copula or {"family": "gaussian", "loadings": {"global": 0, "bloc": 0}},
            "partners": dict.fromkeys(names, entry),
        },
    )
