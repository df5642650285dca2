"""The draws of a run as an xarray dataset, with names on every axis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from multivector_sim.display.tables import need_xarray
from multivector_sim.scenario.models import AGGREGATES

if TYPE_CHECKING:
    import xarray

    from multivector_sim.engine.result import Result

__all__ = ["NOBODY", "to_xarray"]

NOBODY = "no rupture"
"""The label of losses that no rupture caused."""

FIGURES = {
    "loss_share": ("share of the baseline", "lost over the horizon"),
    "trough": ("share of the baseline", "delivered in the lowest month"),
    "months_to_recover": ("months", "from the first month below 95 % to the last"),
    "months_below": ("months", "below 95 % of the baseline"),
    "unrecovered": ("share of the baseline", "missing in the last month"),
}
"""Each figure of a draw with its unit and its name."""


def to_xarray(result: Result, paths: int = 0) -> xarray.Dataset:
    """Return the draws of a result as labelled arrays, and the first of them month by month."""
    xr = need_xarray()
    samples = [result.column(name) for name in result.columns]
    draws: dict[str, Any] = {
        figure: (
            ("draw", "column"),
            np.stack([np.asarray(getattr(sample, figure)) for sample in samples], axis=1),
            {"units": unit, "long_name": name},
        )
        for figure, (unit, name) in FIGURES.items()
        if getattr(samples[0], figure) is not None
    }
    money = {"units": f"{result.scenario.currency} over the horizon", "long_name": "loss by who caused it"}
    draws["attribution"] = (("draw", "source", "aggregate"), result.attribution, money)
    draws["ruptures"] = (("draw",), result.ruptures, {"units": "partners", "long_name": "partners that ruptured"})
    labels: dict[str, Any] = {
        "draw": np.arange(result.kept),
        "column": list(result.columns),
        "source": [*result.scenario.partners, NOBODY],
        "aggregate": list(AGGREGATES),
    }
    followed = min(paths, result.draws)
    if followed > 0:
        array = result.paths(followed)
        share = {"units": "share of the baseline", "long_name": "delivered, month by month"}
        draws["delivered"] = (("path", "month", "column"), array, share)
        labels |= {"path": np.arange(followed), "month": np.arange(1, array.shape[1] + 1)}
    about = {"scenario": result.scenario.name, "seed": result.seed, "fingerprint": result.fingerprint}
    told = {"kind": "Result", "draws": result.draws, **about}
    made: xarray.Dataset = xr.Dataset(data_vars=draws, coords=labels, attrs=told)
    return made
