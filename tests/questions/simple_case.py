"""One partner, one rupture, no response: cases whose losses are known by hand."""

import multivector_sim as mv

__all__ = ["MONTHS", "one_partner"]

MONTHS = 60


def one_partner(share=0.3, severity=0.5, duration=24, hazard=None, **more):
    """Lose ``share x severity x duration / 60``; with a hazard, by chance and from its onset on."""
    rupture = {"channels": {"exports": severity}, "duration_months": duration}
    document = {
        "format": "multivector/1",
        "name": "one-partner",
        "title": "One partner and the rest",
        "country": "anywhere",
        "currency": "USD",
        "price_year": 2024,
        "horizon_months": MONTHS,
        "partners": {"neighbour": {"title": "The neighbour"}, "other": {"title": "Another"}, "rest": {"title": "Rest"}},
        "channels": {"exports": {"kind": "trade"}},
        "exposures": {"exports": {"neighbour": share * 10e9, "other": share * 10e9, "rest": (1 - 2 * share) * 10e9}},
    }
    if hazard is None:
        document["stress"] = [{"partner": "neighbour"} | rupture]
    else:
        document["hazard"] = {"partners": {name: {"intensity": rate} | rupture for name, rate in hazard.items()}}
    return mv.Scenario.model_validate(document | more)
