"""Reroute: what a full or closed corridor cut off moves to the same partner's other legs.

All exposures ask at once for spare capacity, each pro rata over its own legs; a corridor that is asked for more than it
has serves all the same share of what they asked. Who was turned away asks again where something is left. Each
further round begins with at least one more corridor full, so there are at most as many rounds as corridors, and one.
"""

from multivector_sim.compiled import step
from multivector_sim.response.corridors import anything
from multivector_sim.response.scalars import positive, smaller
from multivector_sim.typing import Bools, Floats, Integers

__all__ = ["ask_corridors", "begin_rounds", "measure_fit", "reroute", "serve", "who_asks"]


@step
def reroute(
    leg_exposure: Integers,
    leg_corridor: Integers,
    want: Floats,
    ask: Floats,
    fit: Floats,
    asked: Floats,
    spare: Floats,
    served: Floats,
    again: Floats,
    asks: Bools,
) -> None:
    """Place what the corridors cut off; ``want`` (exposure, L) keeps what found no way, ``spare`` (K, L) the rest.

    ``served`` (K, L) is scratch: the share of what was asked of a corridor that it has.
    """
    begin_rounds(again)
    for _ in range(spare.shape[0] + 1):
        measure_fit(leg_exposure, leg_corridor, spare, fit)
        for exposure in range(want.shape[0]):
            want_share(want[exposure], fit[exposure], again, ask[exposure])
        if not who_asks(ask, asks):
            return
        ask_corridors(leg_exposure, leg_corridor, ask, asks, spare, asked, served)
        for leg in range(leg_corridor.size):
            corridor, exposure = leg_corridor[leg], leg_exposure[leg]
            if asks[exposure]:
                place(ask[exposure], spare[corridor], served[corridor], want[exposure])
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
        ask[lane] = smaller(want[lane], fit[lane]) * again[lane] / fit[lane] if fit[lane] > 0.0 else 0.0


@step
def who_asks(ask: Floats, asks: Bools) -> bool:
    """Mark the exposures that ask for anything in any lane, and say whether one does."""
    any_asks = False
    for exposure in range(asks.size):
        asks[exposure] = anything(ask[exposure])
        any_asks = any_asks or asks[exposure]
    return any_asks


@step
def ask_corridors(
    leg_exposure: Integers,
    leg_corridor: Integers,
    ask: Floats,
    asks: Bools,
    spare: Floats,
    asked: Floats,
    served: Floats,
) -> None:
    """Add up what is ``asked`` of each corridor (K, L), and find the share that can be ``served``.

    ``ask`` is a share of the spare capacity on the legs.
    """
    width = asked.shape[-1]
    for corridor in range(asked.shape[0]):
        for lane in range(width):
            asked[corridor, lane] = 0.0
    for leg in range(leg_corridor.size):
        corridor, exposure = leg_corridor[leg], leg_exposure[leg]
        if asks[exposure]:
            add_product(ask[exposure], spare[corridor], asked[corridor])
    for corridor in range(asked.shape[0]):
        for lane in range(width):
            over = asked[corridor, lane] > spare[corridor, lane]
            served[corridor, lane] = spare[corridor, lane] / asked[corridor, lane] if over else 1.0


@step
def add_product(share: Floats, spare: Floats, asked: Floats) -> None:
    """Add what one leg asks."""
    width = asked.shape[-1]
    for lane in range(width):
        asked[lane] += share[lane] * spare[lane]


@step
def place(ask: Floats, spare: Floats, served: Floats, want: Floats) -> None:
    """Grant one leg its part."""
    width = want.shape[-1]
    for lane in range(width):
        want[lane] = positive(want[lane] - ask[lane] * spare[lane] * served[lane])


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
    return anything(again)
