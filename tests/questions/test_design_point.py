"""The likeliest point that costs enough, on functions whose nearest point is known."""

import numpy as np
import pytest

from multivector_sim.questions.design_points import _pair_moves, design_points, explore, gradients, reach


def normals(size, seed=1):
    return lambda block: np.random.default_rng([seed, block]).standard_normal((1024, size))


def found(loss, threshold, size, seed=1):
    explored = explore(loss, threshold, normals(size, seed), lambda points: np.zeros((points.shape[0], 1)))
    assert explored.starts.shape[0] > 0
    points = design_points(loss, threshold, explored.starts)
    for point in points:
        assert loss(point.point[None])[0] >= threshold
        assert point.loss >= threshold
    assert [it.beta for it in points] == sorted(it.beta for it in points)
    return points


@pytest.mark.parametrize("size", [1, 2, 7, 30])
@pytest.mark.parametrize("beta", [0.5, 2.0, 3.719])
def test_a_linear_loss_has_its_design_point_where_geometry_puts_it(size, beta):
    slopes = np.random.default_rng(size).uniform(-1.0, 1.0, size)
    threshold = beta * np.linalg.norm(slopes)
    first, *others = found(lambda points: points @ slopes, threshold, size)
    assert others == []
    assert first.beta == pytest.approx(beta, rel=2e-4)
    assert first.point == pytest.approx(beta * slopes / np.linalg.norm(slopes), abs=0.02 * beta)
    assert first.alignment > 0.9999
    assert first.starts >= 8


def test_what_does_not_matter_stays_at_its_median():
    (point,) = found(lambda points: points[:, 3] ** 3, 8.0, 20)
    assert point.beta == pytest.approx(2.0, rel=1e-9)
    assert np.delete(point.point, 3) == pytest.approx(np.zeros(19), abs=1e-9)


def test_a_curved_loss():
    """``exp(x/2) + exp(y/2)`` reaches ``2 sqrt(e)`` nearest at (1, 1)."""
    (point,) = found(lambda points: np.exp(points / 2.0).sum(axis=1), 2.0 * np.exp(0.5), 2)
    assert point.point == pytest.approx([1.0, 1.0], abs=0.02)
    assert point.beta == pytest.approx(np.sqrt(2.0), rel=1e-4)


def test_two_ways_are_both_told_the_nearer_first():
    first, second = found(lambda points: np.maximum(points[:, 0], 0.9 * points[:, 1]), 2.0, 4)
    assert first.point == pytest.approx([2.0, 0.0, 0.0, 0.0], abs=0.01)
    assert second.point == pytest.approx([0.0, 2.0 / 0.9, 0.0, 0.0], abs=0.01)


def test_a_way_that_is_far_too_unlikely_is_not_told():
    points = found(lambda points: np.maximum(points[:, 0], 0.5 * points[:, 1]), 2.0, 4)
    assert len(points) == 1


def test_what_stands_behind_a_jump_is_found():
    """A clause that breaks past 0.5 adds 2, and a gradient does not see it."""
    points = found(lambda points: points[:, 0] + 2.0 * (points[:, 1] > 0.5), 2.5, 5)
    assert points[0].beta == pytest.approx(np.sqrt(0.5), rel=1e-4)
    assert points[0].point[:2] == pytest.approx([0.5, 0.5], abs=0.05)


def test_a_loss_that_ends_is_followed_to_where_it_begins():
    """A loss that is flat beyond its greatest value still has a nearest point."""
    (point,) = found(lambda points: np.minimum(points[:, 0] + points[:, 1], 2.0), 2.0, 3)
    assert point.beta == pytest.approx(np.sqrt(2.0), rel=5e-3)


def test_nothing_found_says_the_largest_there_is():
    explored = explore(
        lambda points: 1.0 / (1.0 + np.exp(-points.sum(axis=1))),
        1.5,
        normals(3),
        lambda points: np.zeros((points.shape[0], 1)),
    )
    assert explored.starts.size == 0
    assert explored.largest == pytest.approx(1.0, abs=1e-9)


def test_a_rare_loss_is_climbed_to():
    """Six standard normals out, no exploring draw gets there; the climb does."""
    (point,) = found(lambda points: points[:, 0] - 0.5 * (points[:, 1:] ** 2).sum(axis=1), 6.0, 12)
    assert point.beta == pytest.approx(6.0, rel=1e-3)


def test_starts_come_from_every_kind():
    explored = explore(
        lambda points: np.abs(points).max(axis=1), 2.0, normals(3), lambda points: np.sign(points).clip(0.0)
    )
    kinds = {tuple(it) for it in np.sign(explored.starts).clip(0.0)}
    assert len(kinds) == 8


def test_a_distance_is_rounded_outwards():
    directions = np.eye(3)
    along = reach(lambda points: (points.sum(axis=1) / 3.0) ** 3, 0.1, np.zeros((3, 3)), directions, np.full(3, 3.0))
    exact = 3.0 * 0.1 ** (1.0 / 3.0)
    assert (along >= exact).all()
    assert along == pytest.approx(np.full(3, exact), rel=0.01)


def test_a_direction_that_leads_nowhere():
    along = reach(lambda points: points[:, 0], 1.0, np.zeros((1, 2)), np.array([[0.0, 1.0]]), np.array([9.0]))
    assert np.isinf(along).all()


def test_gradients_of_a_cubic():
    points = np.array([[1.0, 2.0], [0.0, -1.0]])
    exact = np.stack([3.0 * points[:, 0] ** 2, 2.0 * points[:, 1]], axis=1)
    assert gradients(lambda at: at[:, 0] ** 3 + at[:, 1] ** 2, points) == pytest.approx(exact, abs=2e-4)


def test_a_duration_that_meets_the_end_of_the_horizon_does_not_hold_the_search():
    """``x + min(y, 1 - z)`` is 3 nearest at (5, 4, -1) / 3: y alone, or z alone, gains nothing at y = 1 - z."""
    (point,) = found(lambda at: at[:, 0] + np.minimum(at[:, 1], 1.0 - at[:, 2]), 3.0, 3)
    assert point.beta == pytest.approx(np.sqrt(42.0) / 3.0, rel=2e-3)
    assert point.point == pytest.approx([5 / 3, 4 / 3, -1 / 3], abs=0.1)


def test_a_pair_of_coordinates_moves_up_and_down_in_every_combination():
    moves = _pair_moves(np.array([2, 0]), 3, 0.5)
    assert moves.tolist() == [[0.5, 0.0, 0.5], [-0.5, 0.0, 0.5], [0.5, 0.0, -0.5], [-0.5, 0.0, -0.5]]
    assert _pair_moves(np.array([1]), 3, 0.5).shape == (0, 3)
