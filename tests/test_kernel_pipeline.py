"""Kernel functions have no machine code of their own, and give the results that numba's own pipeline gives."""

import ast
import math
import sys
from pathlib import Path

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


@pytest.mark.skipif(kernel_pipeline.PIPELINE is None, reason="a version of numba that was not tried")
def test_the_pipeline_of_this_numba_is_ours():
    assert kernel_pipeline.PIPELINE is kernel_pipeline.KernelFunctionCompiler
    assert compiled._pipeline() == {"pipeline_class": kernel_pipeline.KernelFunctionCompiler}


def test_results_are_those_of_numba_s_own_pipeline(monkeypatch):
    ours = entry_around(compiled.kernel_function(weighed))(VALUES, 0.3)
    monkeypatch.setattr(compiled, "_pipeline", dict)
    theirs = entry_around(compiled.kernel_function(weighed))(VALUES, 0.3)
    assert ours == theirs == pytest.approx(weighed(VALUES, 0.3) + weighed(VALUES, -0.3), rel=1e-14)


def machine_code_of(step):
    """Return for each compiled form of a function whether it has machine code that can be called."""
    engine = numba.core.registry.cpu_target.target_context.codegen()._engine
    return [engine.is_symbol_defined(form.fndesc.llvm_func_name) for form in step.overloads.values()]


@pytest.mark.skipif(kernel_pipeline.PIPELINE is None, reason="a version of numba that was not tried")
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


@pytest.mark.parametrize(
    ("version", "tried"),
    [("0.62.1", False), ("0.63.1", True), ("0.68.1", True), ("0.68.0rc1", True), ("0.69.0dev0", False), ("odd", False)],
)
def test_only_versions_that_were_tried_are_changed(version, tried):
    assert kernel_pipeline._is_tested(version) is tried


def test_no_compiled_function_prints():
    """A function without machine code of its own has no environment, in which numba looks up how to print."""
    package = Path(compiled.__file__).parent
    names = {"kernel_entry", "kernel_function", "inline"}
    prints, seen = [], 0
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and names & {ast.unparse(it) for it in node.decorator_list}:
                seen += 1
                calls = {ast.unparse(it.func) for it in ast.walk(node) if isinstance(it, ast.Call)}
                prints += [f"{path.name}: {node.name}"] if "print" in calls else []
    assert seen > 80
    assert prints == []
