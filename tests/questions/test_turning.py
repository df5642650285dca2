"""Turns of margins whose crossings are known: exact, noisy, several, none."""

import numpy as np
import pytest

from multivector_sim.measure.intervals import Estimate
from multivector_sim.questions.root_scan import Turn, _Crossing, _merged, _shifted, find_turns


def band(function, width=0.0):
    return lambda at: Estimate(function(at), function(at) - width, function(at) + width)


def test_an_exact_margin_turns_at_its_root():
    found = find_turns(band(lambda x: x**3 - 2.0), 0.0, 3.0)
    (turn,) = found.turns
    assert turn.value == pytest.approx(2.0 ** (1 / 3), abs=found.tolerance)
    assert turn.low <= turn.value <= turn.high
    assert turn.high - turn.low < 0.06
    assert (found.answer, turn.holds, found.monotone) == ("turns", "above", True)


def test_the_bracket_is_where_the_interval_straddles_nothing_rounded_outwards():
    found = find_turns(band(lambda x: 4.0 - 2.0 * x, 0.5), 0.0, 10.0)
    (turn,) = found.turns
    assert turn.holds == "below"
    assert turn.value == pytest.approx(2.0, abs=found.tolerance)
    assert 1.75 - 6 * found.tolerance <= turn.low <= 1.75 + 1e-9
    assert 2.25 - 1e-9 <= turn.high <= 2.25 + 6 * found.tolerance


def test_a_bracket_may_reach_over_several_steps_and_to_the_end():
    found = find_turns(band(lambda x: x - 5.0, 3.3), 0.0, 10.0, points=11)
    (turn,) = found.turns
    assert turn.low == pytest.approx(1.7, abs=0.05)
    assert turn.high == pytest.approx(8.3, abs=0.05)
    (open_turn,) = find_turns(band(lambda x: x - 4.0, 5.0), 0.0, 10.0).turns
    assert open_turn.low == 0.0
    assert open_turn.high == pytest.approx(9.0, abs=0.05)


def test_what_the_draws_can_tell_on_neither_side_is_no_turn():
    found = find_turns(band(lambda x: x - 5.0, 7.0), 0.0, 10.0)
    assert (found.answer, found.turns) == ("cannot tell", ())


def test_every_turn_of_a_wave_is_told():
    found = find_turns(band(np.cos, 0.01), 0.0, 10.0, points=20)
    assert [turn.holds for turn in found.turns] == ["below", "above", "below"]
    assert [turn.value for turn in found.turns] == pytest.approx([np.pi * (k + 0.5) for k in range(3)], abs=0.011)
    assert not found.monotone


@pytest.mark.parametrize(
    ("level", "width", "answer"),
    [(1.0, 0.5, "holds everywhere"), (-1.0, 0.5, "holds nowhere"), (0.2, 0.5, "cannot tell")],
)
def test_no_turn_is_an_answer(level, width, answer):
    found = find_turns(band(lambda x: level + 0.0 * x, width), 0.0, 1.0)
    assert (found.answer, found.turns) == (answer, ())


def test_a_margin_of_nothing_is_met():
    assert find_turns(band(lambda x: 0.0 * x), 0.0, 1.0).answer == "holds everywhere"


def test_a_jump_is_found():
    (turn,) = find_turns(band(lambda x: 1.0 if x > 0.3 else -1.0, 0.1), 0.0, 1.0).turns
    assert turn.value == pytest.approx(0.3, abs=2e-3)
    assert turn.low <= 0.3 <= turn.high


def noise(size):
    values = np.random.default_rng(5).normal(scale=size, size=4096)
    return lambda x: float(values[int(x * 4095.0)])


def test_noise_does_not_make_turns():
    """A flat margin with noise of the size of its interval changes its sign again and again, and has no turn."""
    wobble = noise(0.3)
    found = find_turns(band(wobble, 1.0), 0.0, 1.0, points=30)
    assert found.turns == ()
    assert found.answer == "cannot tell"


def test_noise_around_one_turn_makes_one_turn():
    wobble = noise(0.2)
    found = find_turns(band(lambda x: 10.0 * (x - 0.5) + wobble(x), 0.8), 0.0, 1.0, points=60)
    (turn,) = found.turns
    assert turn.low < 0.5 < turn.high
    assert turn.holds == "above"
    assert 0.1 < turn.high - turn.low < 0.4
    assert found.monotone


def test_a_value_is_worked_out_once():
    seen = []

    def margin(at):
        seen.append(at)
        return Estimate(at - 0.4, at - 0.45, at - 0.35)

    find_turns(margin, 0.0, 1.0)
    assert len(seen) == len(set(seen)) < 30


def test_a_window_between_two_values_of_the_scan_is_found():
    """The margin is above nothing between 5.4 and 5.6 only; a scan of 0, 2, 4 ... sees failing values alone."""
    found = find_turns(band(lambda x: 0.01 - (x - 5.5) ** 2, 1e-6), 0.0, 12.0, points=7)
    assert [turn.holds for turn in found.turns] == ["above", "below"]
    assert [turn.value for turn in found.turns] == pytest.approx([5.4, 5.6], abs=0.012)
    assert not found.monotone


def test_a_hole_between_two_values_of_the_scan_is_found():
    found = find_turns(band(lambda x: abs(x - 5.5) - 0.2, 1e-6), 0.0, 12.0, points=7)
    assert [turn.holds for turn in found.turns] == ["below", "above"]
    assert [turn.value for turn in found.turns] == pytest.approx([5.3, 5.7], abs=0.012)


def test_a_window_at_the_end_of_the_range_is_found():
    found = find_turns(band(lambda x: 0.01 - (x - 0.5) ** 2, 1e-6), 0.0, 12.0, points=7)
    assert [turn.value for turn in found.turns] == pytest.approx([0.4, 0.6], abs=0.012)


def test_two_windows_are_found():
    found = find_turns(band(lambda x: np.cos(2.0 * np.pi * x / 6.0) - 0.95, 1e-9), -3.0, 9.0, points=9)
    assert [turn.holds for turn in found.turns] == ["above", "below"] * 2
    width = 6.0 * np.arccos(0.95) / (2.0 * np.pi)
    assert [turn.value for turn in found.turns] == pytest.approx([-width, width, 6 - width, 6 + width], abs=0.02)


def test_what_was_tried_is_kept_and_a_peak_that_does_not_reach_is_no_turn():
    found = find_turns(band(lambda x: -0.01 - (x - 5.5) ** 2, 1e-6), 0.0, 12.0, points=7)
    assert (found.answer, found.turns) == ("holds nowhere", ())
    assert len(found.tried) > len(found.scan) == 7
    value, margin = found.nearest
    assert value == pytest.approx(5.5, abs=0.05)
    assert margin.value == pytest.approx(-0.01, abs=0.003)
    assert [at for at, _ in found.tried] == sorted(at for at, _ in found.tried)


def test_a_step_is_searched_no_more_often_than_it_needs():
    seen = []

    def margin(at):
        seen.append(at)
        return Estimate(1.0, 0.9, 1.1) if at > 6.1 else Estimate(-1.0, -1.1, -0.9)

    find_turns(margin, 0.0, 12.0, points=20)
    assert len(seen) < 40


def test_crossings_that_overlap_in_a_chain_are_one_turn():
    chain = [_Crossing(1.0, 0.5, 2.0, "above"), _Crossing(2.5, 1.5, 4.0, "below"), _Crossing(4.5, 3.0, 5.0, "above")]
    assert _merged(chain, 0.0, 9.0) == (Turn(2.5, 0.5, 5.0, "above"),)
    assert _merged(chain[:2], 0.0, 9.0) == (), "what it gains it loses at once"
    apart = _Crossing(7.0, 6.0, 8.0, "below")
    assert _merged([chain[0], apart], 0.0, 9.0) == (Turn(1.0, 0.5, 2.0, "above"), Turn(7.0, 6.0, 8.0, "below"))


def test_no_margin_counts_as_met():
    assert _shifted(0.0) > 0.0
    assert _shifted(-1.0) == pytest.approx(-1.0, abs=1e-9)
    assert _shifted(0.25) == pytest.approx(0.25, abs=1e-9)


def test_crossings_whose_brackets_overlap_are_one_turn_from_the_first_end_to_the_last():
    """Each of the first three begins before the one ahead of it ends; the fourth begins after all of them."""
    wave = [
        _Crossing(2.0, 1.0, 4.0, "above"),
        _Crossing(4.5, 3.0, 6.0, "below"),
        _Crossing(7.0, 5.0, 8.0, "above"),
        _Crossing(9.5, 9.0, 10.0, "below"),
    ]
    assert _merged(wave, 0.0, 20.0) == (Turn(4.5, 1.0, 8.0, "above"), Turn(9.5, 9.0, 10.0, "below"))
    assert _merged(wave[:2], 0.0, 20.0) == (), "there and back is no turn"
