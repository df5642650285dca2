"""Kernel functions without machine code of their own.

Numba optimises every function that it compiles, and turns it into machine code, before it optimises the caller with the
function inside. For the hundred small steps of the kernel the first two are wasted: no step is ever called from Python,
and the entry that contains all steps is optimised as a whole. Without them a first run compiles a sixth faster. The
machine code of an entry has the same results and the same speed.

Numba has a public way to bring a pipeline, but none to leave these two parts out; where a version of numba has no such
parts under these names, :data:`PIPELINE` is None, and its own pipeline is used.
"""

from typing import Any

from numba import _dynfunc  # type: ignore[attr-defined]
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import register_pass
from numba.core.typed_passes import NativeLowering

__all__ = ["PIPELINE"]

PARTS = (
    "_optimize_final_module",
    "_finalize_final_module",
    "_finalize_dynamic_globals",
    "_verify_declare_only_symbols",
)


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
        address = 0  # nothing that Python can call
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


PIPELINE = KernelFunctionCompiler if all(hasattr(JITCodeLibrary, part) for part in PARTS) else None
"""The compiler class of kernel functions; None where numba's own is to be used."""
