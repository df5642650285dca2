"""Nothing is made from nothing: parts add up to the loss, and no corridor carries more than it can."""

import numpy as np
from hypothesis import given

from multivector_sim.engine.kernel import paths, respond
from multivector_sim.response.arrays import plan
from tests.engine import reference
from tests.strategies import STEADY, case, cases, plain_cases


@STEADY
@given(cases(draws=40))
def test_attribution_adds_up_draw_by_draw(made):
    problem, draws = made
    outcome, sizes = respond(problem, draws), plan(problem).sizes
    horizon = sizes * problem.months
    lost = np.nan_to_num(outcome.loss_share[:, : sizes.size]) * horizon
    np.testing.assert_allclose(outcome.attribution.sum(axis=1), lost, rtol=1e-12, atol=1e-12 * horizon.max())


@STEADY
@given(plain_cases(draws=40))
def test_without_spillover_every_part_is_a_loss_of_a_partner_that_ruptured(made):
    problem, draws = made
    outcome = respond(problem, draws._replace(eta=0.0 * draws.eta))
    assert (outcome.attribution >= 0.0).all()
    ruptured = np.zeros((draws.onset.shape[0], problem.baseline.shape[0]), dtype=bool)
    for rupture, partner in enumerate(problem.rupture_partner):
        ruptured[:, partner] |= draws.onset[:, rupture] < problem.months
    assert not outcome.attribution[:, :-1][~ruptured].any()
    np.testing.assert_array_equal(outcome.ruptures, ruptured.sum(axis=1))


@STEADY
@given(cases(draws=40))
def test_where_every_corridor_carries_its_baseline_every_loss_has_its_rupture(made):
    """Rounding of the shares that hosts answer for may leave the last place some last bits."""
    problem, draws = made
    wide = draws._replace(capacity=np.maximum(draws.capacity, 1.01 * plan(problem).load))
    assert (respond(problem, wide).attribution[:, -1] <= 1e-12 * problem.baseline.sum() * problem.months).all()


@STEADY
@given(cases(draws=40))
def test_gains_are_negative_parts_of_partners_that_gave_them(made):
    """Without spillover no part is below 0 but that of a partner with a negative severity, and nobody's never is."""
    problem, draws = made
    outcome = respond(problem, draws._replace(eta=0.0 * draws.eta))
    gives = np.zeros(outcome.attribution.shape, dtype=bool)
    for rupture, partner in enumerate(problem.rupture_partner):
        inside = draws.onset[:, rupture, np.newaxis] < problem.months
        gives[:, partner] |= (draws.severity[:, rupture, :-1] < 0.0) & inside
    assert (outcome.attribution[~gives] >= 0.0).all()


@STEADY
@given(cases(draws=20))
def test_channels_weigh_up_to_their_columns(made):
    problem, draws = made
    outcome, sizes, channels = respond(problem, draws), plan(problem).sizes, problem.kind.size
    months = paths(problem, draws)
    for column, kinds in enumerate(((0,), (1,), (0, 1))):
        members = np.isin(problem.kind, kinds) & (sizes > 0)
        if not members.any():
            assert np.isnan(outcome.loss_share[:, channels + column]).all()
            continue
        joint = outcome.loss_share[:, :channels][:, members] @ sizes[members] / sizes[members].sum()
        np.testing.assert_allclose(outcome.loss_share[:, channels + column], joint, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(1.0 - months.mean(axis=1), outcome.loss_share, rtol=0, atol=1e-13)
    np.testing.assert_allclose(months.min(axis=1), outcome.trough, rtol=0, atol=1e-13)
    np.testing.assert_allclose(1.0 - months[:, -1], outcome.unrecovered, rtol=0, atol=1e-13)


@STEADY
@given(cases(draws=3, months=6))
def test_what_needs_corridors_is_no_more_than_they_carry(made):
    """Direct, rerouted, diverted and extra flow of all channels together, by month, with corridors half as wide."""
    problem, draws = made
    sizes, channels = plan(problem).sizes, problem.kind.size
    needs_road = plan(problem).has_legs.reshape(problem.baseline.shape)
    only_roads = problem._replace(baseline=np.where(needs_road, problem.baseline, 0.0))
    narrow = draws._replace(
        capacity=0.5 * draws.capacity,
        **{name: 0.0 * getattr(draws, name) for name in ("stock", "haircut", "eta", "entry", "price")},
    )
    sizes = plan(only_roads).sizes
    carried = np.nan_to_num(paths(only_roads, narrow)[:, :, :channels]) @ sizes
    for draw in range(carried.shape[0]):
        at = type(narrow)(*(array[draw] for array in narrow))
        for month in range(problem.months):
            closed = problem.transit_share @ reference.unavailable(problem, at, month)[:, channels]
            capacity = at.capacity * np.maximum(0.0, 1.0 - closed)
            assert carried[draw, month] <= capacity.sum() * (1.0 + 1e-12)


def test_rerouted_and_diverted_flow_never_passes_what_is_spare():
    """In the reference, to which the kernel is equal: what is granted on each corridor, against what it had."""
    turned_away, checked = 0, 0
    for seed in range(60):
        random = np.random.default_rng(seed)
        problem, _ = case(seed)
        legs = reference.legs_of(problem)
        spare = random.uniform(0.0, 3.0, problem.transit_share.shape[0])
        before = spare.copy()
        want = random.uniform(0.0, 4.0, problem.baseline.shape)
        unplaced = reference.reroute(legs, want, spare)
        assert (spare >= 0.0).all()
        assert (unplaced >= -1e-12).all()
        with_road = sum(want[place] - unplaced[place] for place in legs)
        np.testing.assert_allclose(before.sum() - spare.sum(), with_road, rtol=1e-12)
        for place, shares in legs.items():
            if unplaced[place] > 1e-9:
                turned_away += 1
                assert sum(spare[k] for k in shares) < 1e-9, "turned away while there was room"
            checked += 1
    assert 50 < turned_away < checked
