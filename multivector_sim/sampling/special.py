"""SciPy's special functions, for compiled code to call.

SciPy offers the C functions behind ``scipy.special`` to other compiled code (``scipy.special.cython_special``). They
are the exact values wherever a table of ours is not used: in the tails, and for laws that no table fits.

Compiled code calls them by a name that the linker knows, not by their address, which is another in each process:
machine code that is kept for later processes (:mod:`multivector_sim.machine_code`) finds them again.
"""

import ctypes
from typing import Any

from llvmlite.binding import add_symbol
from numba import config, types
from numba.extending import get_cython_function_address
from scipy.special import cython_special

__all__ = ["betaincinv", "gammaincinv", "stdtr"]

DOUBLE = "double"
SYMBOL = "multivector_scipy_"


def from_scipy(name: str, arguments: int) -> Any:  # noqa: ANN401  a C function has no Python type
    """Find SciPy's function of so many doubles, which may bear the mark of one of several types before its name.

    Returns
    -------
    ExternalFunction
        For compiled code to call; a function of ctypes where ``NUMBA_DISABLE_JIT`` leaves the callers to Python.

    Raises
    ------
    ImportError
        If this SciPy has none.
    """
    for known, capsule in cython_special.__pyx_capi__.items():
        signature = str(capsule).split('"')[1]
        if known.removeprefix("__pyx_fuse_0").removeprefix("__pyx_fuse_1") == name and signature.startswith(DOUBLE):
            address = get_cython_function_address("scipy.special.cython_special", known)
            if getattr(config, "DISABLE_JIT", 0):
                return ctypes.CFUNCTYPE(ctypes.c_double, *[ctypes.c_double] * arguments)(address)
            add_symbol(SYMBOL + name, address)
            return types.ExternalFunction(SYMBOL + name, types.float64(*[types.float64] * arguments))
    raise ImportError(f"scipy.special.cython_special: no '{name}' of doubles; another version of SciPy is needed")


betaincinv = from_scipy("betaincinv", 3)
gammaincinv = from_scipy("gammaincinv", 2)
stdtr = from_scipy("stdtr", 2)
