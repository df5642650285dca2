"""Kernel functions without machine code of their own.

Numba optimises each function and generates machine code for it before it compiles the caller. For the small steps of
the kernel this work is wasted: they are called only from compiled code, and the entry that contains them is optimised
as a whole, with the same results. Without it, a first run compiles a sixth faster.

Numba has no public switch for this, so private parts of the tested versions are replaced. With any other version
:data:`PIPELINE` is None, and numba's own pipeline is used.
"""

import re
from typing import Any

import numba
from numba import _dynfunc  # type: ignore[attr-defined]
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import register_pass
from numba.core.typed_passes import NativeLowering

__all__ = ["PIPELINE"]


@register_pass(mutates_CFG=True, analysis_only=False)
class KernelFunctionLowering(NativeLowering):
    """Translates a function for the library of its caller, and makes no machine code of it."""

    _name = "kernel_function_lowering"

    def run_pass(self, state: Any) -> bool:  # noqa: ANN401  numba has no types
        """Lower the function of a state, and register it for its callers."""
        library = state.targetctx.codegen().create_library(state.func_id.func_qualname)
        library.enable_object_caching()
        library._optimize_final_module = _do_nothing  # noqa: SLF001
        library._finalize_final_module = lambda: _finalize(library)  # noqa: SLF001
        state.library = library
        state.flags.no_compile = True
        super().run_pass(state)  # type: ignore[no-untyped-call]
        lowered = state["cr"]
        found = lowered.fndesc
        address = 0  # as numba has it for a function without a wrapper for Python
        callable_part = _dynfunc.make_function(
            found.lookup_module(), found.qualname, "for compiled code only", address, lowered.env, (library,)
        )
        state.targetctx.insert_user_function(callable_part, found, [library])
        state["cr"] = lowered._replace(cfunc=callable_part)
        return True


def _do_nothing() -> None:
    """Leave the module as it is."""


def _finalize(library: Any) -> None:  # noqa: ANN401  numba has no types
    """Make a library ready to be linked into a caller's; numba's own step makes machine code as well."""
    library._finalize_dynamic_globals()  # noqa: SLF001
    library._verify_declare_only_symbols()  # noqa: SLF001
    library._finalized = True  # noqa: SLF001


class KernelFunctionCompiler(CompilerBase):
    """Numba's pipeline with another last pass."""

    def define_pipelines(self) -> list[Any]:
        """Return the one pipeline."""
        pipeline = DefaultPassBuilder.define_nopython_pipeline(self.state)
        pipeline.passes = [
            (KernelFunctionLowering if known is NativeLowering else known, words) for known, words in pipeline.passes
        ]
        pipeline.finalize()
        return [pipeline]


TESTED = ((0, 63), (0, 68))
"""The first and the last version of numba with which the replaced parts were tried."""


def _is_tested(version: str) -> bool:
    """Return whether this version of numba was tried."""
    found = re.match(r"(\d+)\.(\d+)", version)
    return found is not None and TESTED[0] <= (int(found[1]), int(found[2])) <= TESTED[1]


PIPELINE = KernelFunctionCompiler if _is_tested(numba.__version__) else None
"""The compiler class of kernel functions; None where numba's own is to be used."""
