"""The compiled sampler and the plain reference assume the same, with every law in every place where one may stand."""

import numpy as np
import pytest

import multivector_sim as mv
from multivector_sim.engine.sampler import build_sampler
from multivector_sim.questions.sensitivity_runs import MixedSource
from multivector_sim.response.arrays import Draws
from multivector_sim.sampling import copula as joint
from multivector_sim.sampling import numbers
from multivector_sim.sampling.sobol import Sobol
from multivector_sim.sampling.streams import BLOCK, PseudoRandom, given
from multivector_sim.sampling.tables import PIECES
from multivector_sim.scenario import files as bundled
from tests.engine.cases import SHARE
from tests.engine.chance_cases import FREEDOM, chancy
from tests.engine.reference_sampler import assume, exact_quantiles, numbered

CASES, CHUNK = 208, 26
TABLED = 1e-7
"""What tables may be off, as a share of a value and its standard deviation."""

ROUNDING = dict.fromkeys(Draws._fields, 1e-12) | {"severity": 2e-11, "honoured": 0.0}
"""The same where every quantile is exact. Wrong-way risk makes more of a rounding where a depth is close to 1, and a
severity between -10 and 1 rounds to that width where it is itself near 0."""


def compare(found, expected, allowed, what):
    """Hold every field against its own spread in every place, and see that the same ruptures happen."""
    for field, share in allowed.items():
        one, other = getattr(found, field), getattr(expected, field)
        assert one.shape == other.shape, f"{field} of {what}"
        assert (np.isinf(one) == np.isinf(other)).all(), f"{field} of {what}: other ruptures happen"
        finite = np.isfinite(other)
        one, other = np.where(finite, one, 0.0), np.where(finite, other, 0.0)
        many = np.maximum(finite.sum(axis=0), 1)
        mean = other.sum(axis=0) / many
        spread = np.sqrt((np.where(finite, other - mean, 0.0) ** 2).sum(axis=0) / many)
        over = np.abs(one - other) - share * (np.abs(other) + spread)
        assert np.max(over, initial=0.0) <= 0.0, f"{field} of {what}: {np.max(np.abs(one - other))} off"


@pytest.fixture
def without_tables(monkeypatch):
    """Give a switch that leaves out every table, so that all quantiles and distribution functions are exact."""

    def leave_out():
        monkeypatch.setattr(numbers, "known_tables", lambda *_: np.zeros((0, PIECES + 1, 2)))
        monkeypatch.setattr(joint, "student_table", lambda _: np.zeros((0, 2)))

    return leave_out


@pytest.mark.parametrize("first", range(0, int(SHARE * CASES), CHUNK))
def test_every_number_of_every_case_agrees(first, without_tables):
    cases = {seed: chancy(seed) for seed in range(first, first + CHUNK)}
    sources = {seed: PseudoRandom(seed, seed % 7) for seed in cases}
    expected = {seed: assume(case, sources[seed].uniforms) for seed, case in cases.items()}
    for seed, case in cases.items():
        found = build_sampler(case).sample(sources[seed])
        compare(found, expected[seed], dict.fromkeys(Draws._fields, TABLED), f"case {seed}")
    without_tables()
    for seed, case in cases.items():
        compare(build_sampler(case).sample(sources[seed]), expected[seed], ROUNDING, f"case {seed} without tables")


@pytest.mark.parametrize("name", bundled.names())
def test_every_shipped_scenario_agrees_and_so_do_its_overrides(name, without_tables):
    """Overrides that a case of Kazakhstan has from the main one are those of the main one."""
    plain, source = mv.load(name), PseudoRandom(11, 2)
    given = {} if name == "kazakhstan" else mv.load("kazakhstan").overrides
    own = [override for override, settings in plain.overrides.items() if settings != given.get(override)]
    cases = {name: plain} | {f"{name}, {override}": plain.with_override(override) for override in own}
    quantiles = exact_quantiles(source.uniforms)
    expected = {what: assume(case, source.uniforms, quantiles) for what, case in cases.items()}
    for what, case in cases.items():
        compare(build_sampler(case).sample(source), expected[what], dict.fromkeys(Draws._fields, TABLED), what)
    without_tables()
    for what, case in cases.items() if SHARE == 1.0 else [(name, plain)]:
        compare(build_sampler(case).sample(source), expected[what], ROUNDING, f"{what} without tables")


@pytest.mark.parametrize("seed", range(6))
def test_points_that_are_given_are_followed_by_name(seed):
    case = chancy(seed)
    sampler = build_sampler(case)
    source = Sobol(2).prepared(sampler.names).source(seed, seed)
    by_name = dict(zip(source.names, source.values.T, strict=True))
    elsewhere = np.full(BLOCK, np.nan)  # a certain number needs no luck
    expected = assume(case, lambda name: by_name.get(name, elsewhere))
    compare(sampler.sample(source), expected, dict.fromkeys(Draws._fields, TABLED), f"case {seed}")


@pytest.mark.parametrize("seed", range(6))
def test_a_blend_of_two_runs_is_followed_by_name(seed):
    case = chancy(seed)
    sampler = build_sampler(case)
    source = MixedSource(seed, 2, frozenset(sampler.names[::2]))
    expected = assume(case, source.uniforms)
    compare(sampler.sample(source), expected, dict.fromkeys(Draws._fields, TABLED), f"case {seed}")


class Given:
    """The numbers of a source, in a table."""

    def __init__(self, source):
        self.source = source

    def random_source(self, names):
        return given(np.column_stack([self.source.uniforms(name) for name in names]))


@pytest.mark.parametrize("seed", range(6))
def test_numbers_in_a_table_do_what_the_same_numbers_do_that_are_made_on_the_way(seed):
    sampler, source = build_sampler(chancy(seed)), PseudoRandom(seed, 3)
    for one, other in zip(sampler.sample(source), sampler.sample(Given(source)), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("seed", range(6))
def test_several_blocks_are_the_single_ones_behind_each_other(seed):
    sampler, sources = build_sampler(chancy(seed)), [PseudoRandom(seed, block) for block in (4, 0, 9)]
    singles = [build_sampler(chancy(seed)).sample(source) for source in sources]
    for at_once, *parts in zip(sampler.sample_blocks(sources), *singles, strict=True):
        np.testing.assert_array_equal(at_once, np.concatenate(parts))


def test_a_sampler_asks_for_a_name_once_and_for_none_that_moves_nothing():
    for seed in range(CHUNK):
        sampler, asked = build_sampler(chancy(seed)), []

        def note(name, asked=asked):
            asked.append(name)
            return np.full(BLOCK, 0.5)

        assume(chancy(seed), note)
        assert len(set(sampler.names)) == len(sampler.names)
        assert set(sampler.names) <= set(asked)
        moved = {it.name for it in sampler.uncertain if not it.is_fixed}
        severities = {it.name for it in sampler.uncertain if "/severity/" in it.name}
        assert moved <= set(sampler.names) <= moved | severities


def test_the_cases_are_as_rich_as_they_claim():
    seen = dict.fromkeys(("seldom", "sure", "never", "again", "joined", "wrong way", "ties", "partly", "blocs"), 0)
    freedom, kinds = set(), set()
    for seed in range(CASES):
        case = chancy(seed)
        drawn = build_sampler(case).sample(PseudoRandom(seed, seed % 7))
        ruptures = [(name, model) for name, _, model, _ in numbered(case)]
        often = np.isfinite(drawn.onset).sum(axis=0)
        chances = [number for number, (name, _) in enumerate(ruptures) if name.startswith("hazard/")]
        seen["seldom"] += bool(((often > 0) & (often < BLOCK / 10)).any())
        seen["sure"] += bool((often[chances] == BLOCK).any())
        seen["never"] += bool((often == 0).any())
        seen["again"] += any(name.endswith("/1") for name, _ in ruptures)
        seen["joined"] += any(model.severity_correlation.value for _, model in ruptures)
        seen["wrong way"] += any(often[number] > 1 and ruptures[number][1].wrong_way.value for number in chances)
        seen["ties"] += any(ruptures[number][1].ties for number in chances)
        seen["partly"] += bool(((drawn.honoured > 0).any(axis=0) & (drawn.honoured < 1).any(axis=0)).any())
        seen["blocs"] += case.hazard.copula.loadings is not None
        freedom |= {case.hazard.copula.nu.value} if case.hazard.copula.nu is not None else {0}
        kinds |= {(it.name.split(".")[-1].split("/")[-1], it.kind) for it in build_sampler(case).uncertain}
    assert min(seen.values()) >= 10, seen
    assert freedom == {0, *FREEDOM}
    every = {"fixed", "uniform", "triangular", "pert", "beta", "lognormal", "gamma", "empirical"}
    laws = {place: {kind for name, kind in kinds if name == place} for place, _ in kinds}
    for place in ("onset_month", "duration_months", "half_life_months", "kappa", "capacity", "theta_months", "refill"):
        assert laws[place] | {"fixed"} == every - {"beta"}, place
    for place in ("transit", "scar", "ceiling", "haircut", "honoured", "floor", "value", "baseline", "beta", "eta"):
        assert laws[place] | {"fixed"} == every - {"lognormal", "gamma"}, place
    assert laws["intensity"] == every
