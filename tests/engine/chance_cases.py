"""Scenarios in which every number that may follow a law does so, in every way that there is, made from a seed.

Laws come from short lists, so that their tables are made once for all cases.
"""

import numpy as np

from tests.engine.cases import scenario

__all__ = ["FREEDOM", "chancy"]

FREEDOM = (1, 2.5, 3, 4, 10, 29.5, 100, 0.5, 1e4)
"""Degrees of freedom of the t copula, in turn."""

PARTNERS = ("ada", "bea", "cyd", "dov", "eli")
CHANNELS = ("exports", "imports", "energy")
CORRIDORS = ("north", "south")
FRACTIONS = (
    0,
    1,
    0.37,
    {"uniform": [0, 1]},
    {"uniform": [0.2, 0.21]},
    {"triangular": [0.1, 0.3, 0.9]},
    {"triangular": [0, 0, 0.5]},
    {"triangular": [0.5, 1, 1]},
    {"pert": [0.2, 0.5, 0.9]},
    {"pert": [0, 0, 1]},
    {"pert": [0.4, 0.4000001, 0.4000002]},
    {"beta": {"mean": 0.4, "sd": 0.2}},
    {"beta": {"mean": 0.1, "sd": 0.25}},
    {"beta": {"mean": 0.6, "sd": 1e-3}},
    {"beta": {"mean": 0.5, "sd": 0.4999}},
    {"empirical": [0.9, 0.1, 0.4, 0.4, 0.2]},
    {"empirical": [0.3]},
)
AMOUNTS = (
    0,
    7.5,
    {"uniform": [0, 12]},
    {"triangular": [1, 2, 30]},
    {"pert": [3, 36, 36]},
    {"pert": [0, 1, 48]},
    {"lognormal": {"median": 6, "sigma": 0.6}},
    {"lognormal": {"median": 1, "sigma": 4}},
    {"gamma": {"mean": 12, "sd": 6}},
    {"gamma": {"mean": 1, "sd": 2}},
    {"gamma": {"mean": 1, "sd": 50}},
    {"gamma": {"mean": 24, "sd": 1e-5}},
    {"empirical": [24, 6, 12]},
    {"empirical": [5, 5]},
)
ANYTHING = (
    0,
    -1.5,
    {"uniform": [-2, 2]},
    {"triangular": [-1, 0.5, 0.5]},
    {"pert": [-0.5, 0, 3]},
    {"beta": {"mean": 0.4, "sd": 0.2}},
    {"empirical": [-1, 0, 2]},
)
INTENSITIES = (
    0,
    1e-6,
    1e-3,
    0.05,
    0.4,
    50,
    {"uniform": [0, 0.5]},
    {"triangular": [0, 0.01, 0.3]},
    {"pert": [0.01, 0.05, 0.4]},
    {"lognormal": {"median": 0.05, "sigma": 1.5}},
    {"gamma": {"mean": 0.2, "sd": 0.2}},
    {"gamma": {"mean": 0.1, "sd": 0.4}},
    {"beta": {"mean": 0.1, "sd": 0.05}},
    {"empirical": [0, 0.02, 0.02, 3]},
)


SEVERITIES = (
    -0.4,
    -10,
    {"uniform": [-1, 1]},
    {"triangular": [-10, -0.2, 0]},
    {"pert": [-0.5, -0.2, 0.9]},
    {"empirical": [-0.3, 0.6, -2]},
)


def chancy(seed):
    """Make the case of a seed; what came later has a generator of its own, so the rest stays what it was."""
    random, later = np.random.default_rng([77, seed]), np.random.default_rng([78, seed])
    partners, channels, corridors = some(random, PARTNERS, 2), some(random, CHANNELS, 1), some(random, CORRIDORS, 0)
    hit = [*channels, "transit"]
    return scenario(
        horizon_months=int(random.choice([1, 12, 60, 240])),
        partners={
            it: {"bloc": str(random.choice(["east", "west"]))} if random.random() < 0.7 else {} for it in partners
        },
        channels={it: channel(random, partners) | new_partners(later) for it in channels},
        exposures={it: dict.fromkeys(partners, 1e9) for it in channels},
        corridors={it: {"capacity": pick(random, AMOUNTS)} for it in corridors},
        stress=[
            {"partner": str(random.choice(partners)), "onset_month": pick(random, AMOUNTS)}
            | gaining(later, blow(random, hit))
            for _ in range(random.integers(0, 4))
        ],
        hazard={
            "partners": {
                it: gaining(later, threat(random, hit)) | {"at_most": int(later.choice([1, 1, 2, 5]))}
                for it in random.permutation(some(random, partners, 1))
            },
            "copula": copula(random, partners, seed),
        },
        contracts=[
            {"name": f"{one} {other}", "partner": one, "channel": other}
            | {key: pick(random, FRACTIONS) for key in ("honoured", "floor")}
            | {"severity_correlation": float(later.choice([0, 0.6, -0.3, 1]))}
            for one in partners
            for other in hit
            if random.random() < 0.4
        ],
        spillover=[
            {"from": str(random.choice(channels)), "to": it, "lag_months": lag, "eta": pick(random, ANYTHING)}
            for it in channels
            for lag in (0, 3)
            if random.random() < 0.4
        ],
    )


def some(random, names, least):
    """Take some of the names, in their order."""
    places = random.permutation(len(names))[: random.integers(least, len(names) + 1)]
    return [names[place] for place in sorted(places)]


def pick(random, laws):
    """Take one of the laws."""
    return laws[random.integers(len(laws))]


def channel(random, partners):
    fractions = {key: pick(random, FRACTIONS) for key in ("ceiling", "haircut")}
    amounts = {key: pick(random, AMOUNTS) for key in ("theta_months", "kappa", "buffer_months", "refill")}
    single = {it: pick(random, AMOUNTS) for it in partners if random.random() < 0.4}
    return {"kind": "trade", "kappa_by_partner": single} | fractions | amounts


def new_partners(random):
    """Let new partners in, in two of three channels with a haircut of their own; let prices respond."""
    amounts = {key: pick(random, AMOUNTS) for key in ("entry", "entry_theta_months")}
    own = {"entry_haircut": pick(random, FRACTIONS)} if random.random() < 0.67 else {}
    return amounts | own | {"price": pick(random, FRACTIONS)}


def gaining(random, rupture):
    """Make gains of some severities, of flows and not of transit."""
    severities = {
        it: pick(random, SEVERITIES) if it != "transit" and random.random() < 0.3 else severity
        for it, severity in rupture["channels"].items()
    }
    return rupture | {"channels": severities}


def blow(random, hit):
    """Say how a rupture hits; severities are joined in two of three, fully in some of these."""
    amounts = {key: pick(random, AMOUNTS) for key in ("ramp_months", "duration_months", "half_life_months")}
    severities = {it: pick(random, FRACTIONS) for it in random.permutation(some(random, hit, 1))}
    joined = float(random.choice([0, 0.3, 0.8, 1], p=[0.35, 0.3, 0.25, 0.1]))
    return {"channels": severities, "severity_correlation": joined, "scar": pick(random, FRACTIONS)} | amounts


def threat(random, hit):
    ties = {
        it: {"value": pick(random, ANYTHING), "baseline": pick(random, ANYTHING), "beta": pick(random, ANYTHING)}
        for it in ("culture", "trade")
        if random.random() < 0.3
    }
    wrong_way = float(random.choice([0, 0.4, -0.7, 1, -1], p=[0.3, 0.3, 0.2, 0.1, 0.1]))
    return {"intensity": pick(random, INTENSITIES), "wrong_way": wrong_way, "ties": ties} | blow(random, hit)


def copula(random, partners, seed):
    """Join luck by the Gaussian family or by t, by factors, by a matrix or not at all; some matrices are singular."""
    turn, which = divmod(seed, 3)
    nu = FREEDOM[(2 * turn + which) % len(FREEDOM)]
    family = {"family": "gaussian"} if which == 0 else {"family": "t", "nu": nu}
    kind = random.choice(["alone", "factors", "blocs only", "matrix", "singular", "one fate"])
    if kind == "alone":
        return family
    if kind in ("factors", "blocs only"):
        to_all = 0.0 if kind == "blocs only" else random.uniform(0.0, 0.9)
        to_bloc = np.sqrt(1.0 - to_all**2) * random.choice([0.0, 0.5, 0.999])
        return family | {"loadings": {"global": to_all, "bloc": float(to_bloc)}}
    size = len(partners)
    rank = {"matrix": size, "singular": max(1, size - 2), "one fate": 1}[str(kind)]
    rows = random.normal(size=(size, rank))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    matrix = np.clip(rows @ rows.T, -1.0, 1.0)
    pairs = {
        one: {other: float(matrix[row, column]) for column, other in enumerate(partners) if column > row}
        for row, one in enumerate(partners[:-1])
    }
    return family | {"correlation": pairs}
