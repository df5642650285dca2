"""Kernel functions have no machine code of their own, and give the results that numba's own pipeline gives."""

import math
import sys

import numba
import numpy as np
import pytest

from multivector_sim import compiled, kernel_pipeline


def weighed(values, weight):
    total = 0.0
    for value in values:
        total += math.exp(weight * value) / 3.0
    return total


VALUES = np.linspace(-2.0, 2.0, 101)


@pytest.fixture
def plain_pipeline(monkeypatch):
    monkeypatch.setattr(compiled, "_pipeline", dict)


def entry_around(step):
    @compiled.kernel_entry
    def entry(values, weight):
        return step(values, weight) + step(values, -weight)

    return entry


def test_the_pipeline_of_this_numba_is_ours():
    assert kernel_pipeline.PIPELINE is kernel_pipeline.KernelFunctionCompiler
    assert compiled._pipeline() == {"pipeline_class": kernel_pipeline.KernelFunctionCompiler}


def test_results_are_those_of_numba_s_own_pipeline(monkeypatch):
    ours = entry_around(compiled.kernel_function(weighed))(VALUES, 0.3)
    monkeypatch.setattr(compiled, "_pipeline", dict)
    theirs = entry_around(compiled.kernel_function(weighed))(VALUES, 0.3)
    assert ours == theirs == pytest.approx(weighed(VALUES, 0.3) + weighed(VALUES, -0.3), rel=1e-14)


def machine_code_of(step):
    """Return whether the compiled forms of a function have machine code that can be called."""
    engine = numba.core.registry.cpu_target.target_context.codegen()._engine
    return [engine.is_symbol_defined(form.fndesc.llvm_func_name) for form in step.overloads.values()]


def test_a_kernel_function_has_no_machine_code():
    step = compiled.kernel_function(weighed)
    entry_around(step)(VALUES, 0.3)
    assert machine_code_of(step) == [False]


def test_numba_s_own_pipeline_makes_machine_code(plain_pipeline):
    step = compiled.kernel_function(weighed)
    entry_around(step)(VALUES, 0.3)
    assert machine_code_of(step) == [True]


def test_two_entries_share_a_kernel_function():
    step = compiled.kernel_function(weighed)
    first, second = entry_around(step), entry_around(step)
    assert first(VALUES, 0.2) == second(VALUES, 0.2)
    assert len(step.overloads) == 1


def test_a_kernel_function_calls_another_with_several_types():
    @compiled.kernel_function
    def half(x):
        return x / 2

    @compiled.kernel_function
    def quarter(x):
        return half(half(x))

    @compiled.kernel_entry
    def entry(x, n):
        return quarter(x) + quarter(n)

    assert entry(2.0, 4) == 1.5


@pytest.mark.parametrize("missing", [None, ImportError, AttributeError])
def test_another_numba_is_used_as_it_is(monkeypatch, missing):
    compiled._pipeline.cache_clear()
    if missing is None:
        monkeypatch.setattr(kernel_pipeline, "PIPELINE", None)
    else:
        monkeypatch.setitem(sys.modules, "multivector_sim.kernel_pipeline", _Broken(missing))
    try:
        assert compiled._pipeline() == {}
    finally:
        compiled._pipeline.cache_clear()


class _Broken:
    """A module whose import fails."""

    def __init__(self, error):
        self._error = error

    def __getattr__(self, name):
        raise self._error(name)


def test_without_numba_there_is_no_pipeline(monkeypatch):
    compiled._pipeline.cache_clear()
    monkeypatch.setattr(compiled, "numba", None)
    try:
        assert compiled._pipeline() == {}
    finally:
        compiled._pipeline.cache_clear()
