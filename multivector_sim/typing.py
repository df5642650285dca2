"""Names for arrays, and the one order of axes.

Wherever an array has several of these axes, they come in this order: draw, period, partner, channel. Money is in the
scenario's currency, time in months, and losses are positive: a loss of 0.1 is a tenth of the baseline that did
not arrive.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Bools", "Floats", "Integers", "Words"]

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]
Words: TypeAlias = NDArray[np.uint64]
