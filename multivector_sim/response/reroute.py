"""Reroute: what a full or closed corridor cut off moves to the same partner's other legs.

All exposures ask at once for spare capacity, each pro rata over its own legs; a corridor that is asked for more than it
has serves all the same share of what they asked. Who was turned away asks again where something is left. Each
further round begins with at least one more corridor full, so there are at most as many rounds as corridors, and one.
"""

from multivector_sim.compiled import step
from multivector_sim.typing import Floats, Integers

__all__ = ["ask_corridors", "begin_rounds", "measure_fit", "reroute", "serve"]


@step
def reroute(
    leg_exposure: Integers,
    leg_corridor: Integers,
    want: Floats,
    ask: Floats,
    fit: Floats,
    asked: Floats,
    spare: Floats,
    again: Floats,
) -> None:
    """Place what the corridors cut off; ``want`` (exposure, L) keeps what found no way, ``spare`` (K, L) the rest."""
    begin_rounds(again)
    for _ in range(spare.shape[0] + 1):
        measure_fit(leg_exposure, leg_corridor, spare, fit)
        for exposure in range(want.shape[0]):
            want_share(want[exposure], fit[exposure], again, ask[exposure])
        ask_corridors(leg_exposure, leg_corridor, ask, spare, asked)
        for leg in range(leg_corridor.size):
            corridor, exposure = leg_corridor[leg], leg_exposure[leg]
            place(ask[exposure], spare[corridor], asked[corridor], want[exposure])
        if not serve(asked, spare, again):
            return


@step
def begin_rounds(again: Floats) -> None:
    """Let every lane take part in the first round."""
    width = again.shape[-1]
    for lane in range(width):
        again[lane] = 1.0


@step
def measure_fit(leg_exposure: Integers, leg_corridor: Integers, spare: Floats, fit: Floats) -> None:
    """Add up the spare capacity over each exposure's legs."""
    width = fit.shape[-1]
    for exposure in range(fit.shape[0]):
        for lane in range(width):
            fit[exposure, lane] = 0.0
    for leg in range(leg_corridor.size):
        corridor, exposure = leg_corridor[leg], leg_exposure[leg]
        for lane in range(width):
            fit[exposure, lane] += spare[corridor, lane]


@step
def want_share(want: Floats, fit: Floats, again: Floats, ask: Floats) -> None:
    """Ask for what is wanted and fits, as a share of the spare capacity."""
    width = ask.shape[-1]
    for lane in range(width):
        ask[lane] = min(want[lane], fit[lane]) * again[lane] / fit[lane] if fit[lane] > 0.0 else 0.0


@step
def ask_corridors(leg_exposure: Integers, leg_corridor: Integers, ask: Floats, spare: Floats, asked: Floats) -> None:
    """Add up what is ``asked`` of each corridor (K, L); ``ask`` is a share of the spare capacity on the legs."""
    width = asked.shape[-1]
    for corridor in range(asked.shape[0]):
        for lane in range(width):
            asked[corridor, lane] = 0.0
    for leg in range(leg_corridor.size):
        corridor, exposure = leg_corridor[leg], leg_exposure[leg]
        for lane in range(width):
            asked[corridor, lane] += ask[exposure, lane] * spare[corridor, lane]


@step
def place(ask: Floats, spare: Floats, asked: Floats, want: Floats) -> None:
    """Grant one leg its part."""
    width = want.shape[-1]
    for lane in range(width):
        granted = ask[lane] * spare[lane]
        granted *= spare[lane] / asked[lane] if asked[lane] > spare[lane] else 1.0
        want[lane] = max(0.0, want[lane] - granted)


@step
def serve(asked: Floats, spare: Floats, again: Floats) -> bool:
    """Take what was granted from the spare capacity; say whether a corridor was asked too much, and in which lanes."""
    width = again.shape[-1]
    for lane in range(width):
        again[lane] = 0.0
    for corridor in range(asked.shape[0]):
        for lane in range(width):
            over = asked[corridor, lane] > spare[corridor, lane]
            spare[corridor, lane] = 0.0 if over else spare[corridor, lane] - asked[corridor, lane]
            again[lane] = 1.0 if over else again[lane]
    any_over = 0.0
    for lane in range(width):
        any_over = max(any_over, again[lane])
    return any_over > 0.0
