"""The draws of a run as an xarray dataset, with names on every axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from multivector_sim.errors import UsageError
from multivector_sim.scenario.models import AGGREGATES

if TYPE_CHECKING:
    import xarray

    from multivector_sim.engine.result import Result

__all__ = ["NOBODY", "to_xarray"]

NOBODY = "no rupture"
"""The label of losses that no rupture caused."""


def to_xarray(result: Result) -> xarray.Dataset:
    """Return the draws of a result as a labelled dataset."""
    try:
        import xarray as xr
    except ModuleNotFoundError as error:
        raise UsageError("xarray is not installed; pip install multivector-sim[xarray]") from error
    samples = [result.column(name) for name in result.columns]
    figures = ("loss_share", "trough", "months_to_recover", "unrecovered")
    by_column = {
        figure: (("draw", "column"), np.stack([getattr(sample, figure) for sample in samples], axis=1))
        for figure in figures
    }
    return xr.Dataset(
        data_vars={
            **by_column,
            "attribution": (("draw", "source", "aggregate"), result.attribution),
            "ruptures": (("draw",), result.ruptures),
        },
        coords={
            "draw": np.arange(result.kept),
            "column": list(result.columns),
            "source": [*result.scenario.partners, NOBODY],
            "aggregate": list(AGGREGATES),
        },
        attrs={"scenario": result.scenario.name, "seed": result.seed, "fingerprint": result.fingerprint},
    )
