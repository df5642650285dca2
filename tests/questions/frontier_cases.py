"""Programs and scenarios for the frontier: fat tails, ties, limits; and one that is linear in the mix."""

from dataclasses import replace

import numpy as np

import multivector_sim as mv
from multivector_sim.questions.frontier.linear_program import Row, portfolio

__all__ = ["PROGRAMS", "credit", "fat_tailed", "independent", "limited"]


def fat_tailed(assets=6, draws=800, seed=0):
    """Losses with one factor in common, Student t with four degrees; values apart from them."""
    rng = np.random.default_rng(seed)
    losses = 0.1 * rng.standard_t(4, size=(draws, assets)) * rng.uniform(0.5, 2.0, assets)
    losses += 0.1 * rng.standard_t(4, size=(draws, 1))
    return portfolio(losses, rng.uniform(0.9, 1.0, assets), 0.95)


def credit(assets=5, draws=700, seed=1):
    """Losses of fixed severities, so that most draws tie, at a level whose boundary cuts a draw."""
    rng = np.random.default_rng(seed)
    ruptures = rng.random((draws, assets)) < rng.uniform(0.02, 0.3, assets)
    losses = ruptures * np.array([0.5, 0.2, 0.8, 0.5, 0.3])[:assets]
    return portfolio(losses, 1.0 - losses.mean(axis=0) + np.linspace(0.0, 0.1, assets), 0.93)


def limited(seed=2):
    """The same with everything on: today's mix, costs, a budget, bounds, a bloc and a corridor."""
    program = fat_tailed(seed=seed)
    start = np.array([0.4, 0.2, 0.2, 0.1, 0.1, 0.0])
    rows = (
        *program.rows,
        Row("the bloc at least a quarter", np.array([0.0, 0.0, 1.0, 1.0, 0.0, 0.0]), low=0.25),
        Row("the corridor", np.array([1.0, 0.5, 0.0, 0.0, 0.0, 0.7]), high=0.55),
    )
    cost = np.array([0.01, 0.03, 0.02, 0.0, 0.05, 0.01])
    low, high = np.full(6, 0.01), np.full(6, 0.5)
    return replace(program, start=start, rows=rows, cost=cost, budget=0.3, low=low, high=high)


PROGRAMS = {"fat tails": fat_tailed, "ties": credit, "limits": limited}


def independent(intensity=(0.1, 0.05, 0.02), severity=(0.5, 0.5, 0.9), shares=(0.6, 0.3, 0.1), **changes):
    """Partners that rupture by chance, without any response: every loss is linear in the mix."""
    names = [f"p{number}" for number in range(len(shares))]
    document = {
        "format": "multivector/1",
        "name": "linear",
        "title": "Nothing bends",
        "country": "anywhere",
        "currency": "USD",
        "price_year": 2024,
        "horizon_months": 60,
        "partners": {name: {"title": name.upper(), "bloc": "east" if name == "p0" else "west"} for name in names},
        "channels": {"goods": {"kind": "trade"}},
        "exposures": {"goods": {name: 10e9 * share for name, share in zip(names, shares, strict=True)}},
        "hazard": {
            "copula": {"family": "gaussian", "loadings": {"global": 0.3, "bloc": 0}},
            "partners": {
                name: {"intensity": rate, "channels": {"goods": hurt}, "duration_months": 24}
                for name, rate, hurt in zip(names, intensity, severity, strict=True)
            },
        },
    }
    return mv.Scenario.model_validate(document | changes)
