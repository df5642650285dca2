"""The compiled kernel and the plain reference give the same answer, with every feature on at once."""

import numpy as np
import pytest

from multivector_sim.engine import kernel
from tests.engine import reference
from tests.engine.cases import SHARE
from tests.strategies import case

CASES, DRAWS, CHUNK = 300, 3, 30


@pytest.mark.parametrize("first", range(0, int(SHARE * CASES), CHUNK))
def test_every_figure_and_every_month_agree(first):
    for seed in range(first, first + CHUNK):
        problem, draws = case(seed, DRAWS)
        expected, found = reference.respond(problem, draws), kernel.respond(problem, draws)
        for name in kernel.Outcome._fields:
            message = f"{name} of case {seed}"
            np.testing.assert_allclose(getattr(found, name), getattr(expected, name), 1e-10, 1e-10, err_msg=message)
        months = reference.paths(problem, draws)
        np.testing.assert_allclose(kernel.paths(problem, draws), months, 0.0, 1e-10, err_msg=f"paths of case {seed}")


OFF = {
    "onset": np.floor,
    "ramp": np.zeros_like,
    "duration": np.floor,
    "half_life": np.zeros_like,
    "scar": np.zeros_like,
    "severity": lambda a: np.concatenate([a[..., :-1], 0.0 * a[..., -1:]], axis=-1),
    "honoured": np.zeros_like,
    "capacity": lambda a: a + 1e6,
    "ceiling": np.zeros_like,
    "theta": np.zeros_like,
    "haircut": np.zeros_like,
    "kappa": np.zeros_like,
    "stock": np.zeros_like,
    "refill": np.zeros_like,
    "eta": lambda a: np.maximum(a, 0.0),
    "floor": np.zeros_like,
    "entry": np.zeros_like,
    "entry_theta": np.zeros_like,
    "entry_haircut": np.zeros_like,
    "price": np.zeros_like,
}


@pytest.mark.parametrize("name", OFF)
def test_the_cases_use_every_number_of_a_draw(name):
    moved = 0
    for seed in range(150):  # new partners fill gaps that stocks would, so that fewer cases depend on a refill
        problem, draws = case(seed, DRAWS)
        without = draws._replace(**{name: OFF[name](getattr(draws, name))})
        moved += not np.array_equal(
            kernel.respond(problem, draws).loss_share, kernel.respond(problem, without).loss_share, equal_nan=True
        )
    assert moved >= 10, f"only {moved} of 150 cases depend on {name}"


def test_the_cases_are_as_rich_as_they_claim():
    seen = dict.fromkeys(("nobody", "ties", "kinds", "empty", "again", "gain", "stopped", "one partner twice"), 0)
    seen |= dict.fromkeys(("given", "given and lost", "new partners", "price", "further"), 0)
    for seed in range(CASES):
        problem, draws = case(seed, DRAWS)
        outcome, months = kernel.respond(problem, draws), kernel.paths(problem, draws)
        seen["nobody"] += bool((outcome.attribution[:, -1] > 1e-6).any())
        seen["ties"] += bool((problem.kind == 2).any())
        seen["kinds"] += bool((problem.spill_from.sum(axis=1) > 1).any())
        seen["empty"] += bool((problem.baseline == 0.0).any())
        seen["again"] += bool((np.bincount(problem.rupture_partner) > 1).any())
        seen["gain"] += bool((months > 1.0 + 1e-9).any())
        seen["stopped"] += bool((months[:, :, : problem.kind.size] <= 1e-12).any())
        joint = np.where(problem.contract_of[problem.rupture_partner] >= 0, 1, 0).sum(axis=0)
        seen["one partner twice"] += bool((joint > 1).any())
        alone = draws._replace(eta=0.0 * draws.eta)
        giving = kernel.respond(problem, alone)
        ungiving = kernel.respond(problem, alone._replace(severity=np.maximum(draws.severity, 0.0)))
        given = giving.loss_share[:, -1] < ungiving.loss_share[:, -1] - 1e-6
        seen["given"] += bool(given.any())
        seen["given and lost"] += bool((given & (giving.loss_share[:, -1] > 0.01)).any())
        seen["new partners"] += bool((draws.entry > 0.0).any())
        seen["price"] += bool((draws.price > 0.0).any())
        seen["further"] += bool((problem.rupture_again[np.isfinite(draws.onset).any(axis=0)] > 0).any())
    assert min(seen.values()) >= 10, seen
