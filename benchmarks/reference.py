"""The reference case as a scenario: 8 partners, 4 channels, 8 corridors, 64 legs, 60 months; t copula, beta severities.

The same size as the arrays of ``problems.py``, for claims that begin at a scenario and not at its arrays.
"""

from multivector_sim.scenario.scenario import Scenario

PARTNERS = [f"p{number}" for number in range(8)]
CORRIDORS = [f"k{number}" for number in range(8)]
CHANNELS = {
    "exports": {"kind": "trade", "ceiling": 0.6, "theta_months": 9, "haircut": 0.1, "kappa": 0.5},
    "energy": {"kind": "trade", "ceiling": 0.5, "theta_months": 6, "haircut": 0.1, "kappa": 0.5, "buffer_months": 1},
    "imports": {
        "kind": "trade",
        "ceiling": 0.4,
        "theta_months": 3,
        "haircut": 0.05,
        "kappa": 0.5,
        "buffer_months": 0.5,
    },
    "investment": {"kind": "investment", "ceiling": 0.2, "theta_months": 12, "haircut": 0.2, "kappa": 0.5},
}


def reference_scenario() -> Scenario:
    """Two legs for each of the 32 exposures, every step of the response on."""
    sizes = {partner: (1 + 3 * place % 7) * 1e9 for place, partner in enumerate(PARTNERS)}
    legs = {
        channel: {
            partner: {CORRIDORS[(place + row) % 8]: 0.6, CORRIDORS[(place + 3 * row + 3) % 8]: 0.4}
            if (place + row) % 8 != (place + 3 * row + 3) % 8
            else {CORRIDORS[(place + row) % 8]: 0.6, CORRIDORS[(place + row + 1) % 8]: 0.4}
            for place, partner in enumerate(PARTNERS)
        }
        for row, channel in enumerate(CHANNELS)
    }
    load = dict.fromkeys(CORRIDORS, 0.0)
    for flows in legs.values():
        for partner, shares in flows.items():
            for corridor, share in shares.items():
                load[corridor] += sizes[partner] * share
    struck = {name: {"beta": {"mean": 0.4, "sd": 0.2}} for name in [*CHANNELS, "transit"]}
    rupture = {
        "channels": struck,
        "severity_correlation": 0.5,
        "ramp_months": 2,
        "duration_months": {"lognormal": {"median": 12, "sigma": 0.6}},
        "half_life_months": 6,
        "scar": 0.05,
    }
    document = {
        "format": "multivector/1",
        "name": "reference",
        "title": "The reference case",
        "country": "anywhere",
        "currency": "USD",
        "price_year": 2024,
        "horizon_months": 60,
        "partners": {partner: {"title": partner} for partner in PARTNERS},
        "channels": CHANNELS,
        "exposures": dict.fromkeys(CHANNELS, sizes),
        "corridors": {
            corridor: {"title": corridor, "capacity": 1.2 * load[corridor], "hosts": {PARTNERS[place]: 0.5}}
            for place, corridor in enumerate(CORRIDORS)
        },
        "legs": legs,
        "spillover": [{"from": "trade", "to": "investment", "eta": 0.3, "lag_months": 6}],
        "hazard": {
            "copula": {"family": "t", "nu": 4, "loadings": {"global": 0.55, "bloc": 0.0}},
            "partners": {
                partner: rupture | {"intensity": round(0.02 + 0.06 * place / 7, 4)}
                for place, partner in enumerate(PARTNERS)
            },
        },
        "contracts": [{"name": "clause", "partner": "p0", "channel": "exports", "honoured": 0.7, "floor": 0.6}],
    }
    return Scenario.model_validate(document)
