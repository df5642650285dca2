"""Numbers that compiled code makes on its way have the same bits as NumPy's own, whichever draws it wants."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multivector_sim.sampling.streams import BLOCK, PseudoRandom
from multivector_sim.sampling.streams import given as given_numbers
from tests.sampling.compiled import dealt

NAMES = ("onset", "copula/partner/Türkiye", "a", "")
EVERYONE = np.arange(BLOCK)


@pytest.mark.parametrize("seed", [0, 1, 2**63, 10**30])
@pytest.mark.parametrize("block", [0, 1, 7, 2**40])
def test_every_draw_of_a_block_has_the_bits_of_numpys_generator(seed, block):
    source = PseudoRandom(seed, block)
    luck = source.random_source(NAMES)
    for stream, name in enumerate(NAMES):
        assert (dealt(luck, stream, EVERYONE) == source.uniforms(name)).all()


@settings(max_examples=300)
@given(
    st.sets(st.integers(0, BLOCK - 1)),
    st.integers(0, 2**62),
    st.integers(0, 2**31),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)
def test_any_draws_of_a_block_have_the_numbers_that_they_have_among_all(wanted, seed, block, name):
    source, wanted = PseudoRandom(seed, block), sorted(wanted)
    found = dealt(source.random_source(("other", name)), 1, wanted)
    assert (found == source.uniforms(name)[wanted]).all()


@pytest.mark.parametrize("step", [1, 2, 3, 4, 5, 8, 100])
@pytest.mark.parametrize("start", range(5))
def test_every_so_many_draws_have_their_numbers_too(step, start):
    source, wanted = PseudoRandom(5, 3), np.arange(start, BLOCK, step)
    assert (dealt(source.random_source(("x",)), 0, wanted) == source.uniforms("x")[wanted]).all()


def test_single_draws_one_at_a_time_are_the_block():
    source = PseudoRandom(9, 1)
    found = [dealt(source.random_source(("x",)), 0, [place])[0] for place in EVERYONE]
    assert (found == source.uniforms("x")).all()


@given(st.sets(st.integers(0, BLOCK - 1)), st.integers(0, 2))
def test_numbers_that_somebody_chose_are_dealt_as_they_are(wanted, stream):
    columns, wanted = np.random.default_rng(1).uniform(size=(BLOCK, 3)), sorted(wanted)
    assert (dealt(given_numbers(columns), stream, wanted) == columns[wanted, stream]).all()


def test_nobody_gets_nothing():
    assert dealt(PseudoRandom(1, 0).random_source(("x",)), 0, []).size == 0
