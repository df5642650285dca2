"""The chart of a reverse stress: how far from its median each number has to stand to lose so much, way by way.

A bar to the right is a number higher than its median, to the left a lower one, in standard normals: at 1 one future in
six is further out on that side, at 2 one in forty-four. Every way has a colour and a pattern of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from multivector_sim.display.palette import HATCHES, TONES
from multivector_sim.display.path_words import stream_in_words
from multivector_sim.display.plotting import label_rows, legend_below, new_axes
from multivector_sim.display.wording import listed, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from multivector_sim.questions.reverse_stress import ReverseStress

__all__ = ["reverse_stress"]

COLOURS = ("blue", "orange", "teal", "purple")
MOST = 12
LEAST = 0.1


def reverse_stress(result: ReverseStress, ax: Axes | None = None) -> Axes:
    """Draw how far from its median each number stands.

    Parameters
    ----------
    result
        A reverse stress.
    ax
        Where to draw; new axes by default.

    Returns
    -------
    Axes
        A row for each number, at most twelve, the one furthest out on top; a bar for each way.
    """
    reach = {
        name: max(abs(way.latent[name]) for way in result.ways)
        for name in (result.ways[0].latent if result.ways else {})
    }
    names = [name for name in sorted(reach, key=lambda it: -reach[it]) if reach[name] >= LEAST][:MOST]
    axes = new_axes(ax, (8.0, 1.6 + 0.45 * max(len(names), 1)))
    height = 0.8 / max(len(result.ways), 1)
    for number, way in enumerate(result.ways):
        places = [-row - (number - (len(result.ways) - 1) / 2) * height for row in range(len(names))]
        axes.barh(
            places,
            [way.latent[name] for name in names],
            height=0.9 * height,
            color=TONES[COLOURS[number % len(COLOURS)]][0],
            hatch=HATCHES[number % len(HATCHES)],
            edgecolor="white",
            label=f"way {number + 1}: beta {way.beta:.2f}, {listed([it.title for it in way.ruptures]) or 'nobody'}",
        )
    titles = [stream_in_words(result.scenario, name) for name in names]
    label_rows(axes, [-row for row in range(len(names))], titles)
    axes.axvline(0.0, color="black", linewidth=0.8)
    axes.set_xlabel("standard normals from the median")
    axes.set_title(
        f"The likeliest ways to lose {percent(result.loss)} of {result.column}", loc="left", fontsize="medium"
    )
    legend_below(axes, 1)
    return axes
