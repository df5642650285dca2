"""Reroute: what a full or closed corridor cut off moves to the same partner's other legs.

All exposures ask at once for spare capacity, each pro rata over its own legs; a corridor that is asked for more than it
has serves all the same share of what they asked. Who was turned away asks again where something is left. Each
further round begins with at least one more corridor full, so there are at most as many rounds as corridors, and one.
"""

from multivector_sim.compiled import step
from multivector_sim.response.arrays import Plan, Problem, Work
from multivector_sim.response.corridors import anything
from multivector_sim.typing import Floats

__all__ = ["ask_corridors", "begin_rounds", "measure_fit", "reroute", "serve", "who_asks"]


@step
def reroute(problem: Problem, plan: Plan, desk: Work) -> None:
    """Place what the corridors cut off; ``desk.want`` keeps what found no way, ``desk.spare`` the rest."""
    begin_rounds(desk.again)
    for _ in range(desk.spare.shape[0] + 1):
        measure_fit(problem, plan, desk)
        for exposure in range(desk.want.shape[0]):
            want_share(desk.want[exposure], desk.fit[exposure], desk.again, desk.ask[exposure])
        if not who_asks(desk):
            return
        ask_corridors(problem, plan, desk)
        for leg in range(plan.leg_flow.size):
            corridor, exposure = problem.leg_corridor[leg], plan.leg_exposure[leg]
            if desk.asks[exposure]:
                place(desk.ask[exposure], desk.spare[corridor], desk.served[corridor], desk.want[exposure])
        if not serve(desk):
            return


@step
def begin_rounds(again: Floats) -> None:
    """Let every lane take part in the first round."""
    width = again.shape[-1]
    for lane in range(width):
        again[lane] = 1.0


@step
def measure_fit(problem: Problem, plan: Plan, desk: Work) -> None:
    """Add up the spare capacity over each exposure's legs."""
    exposures, width = desk.fit.shape
    for exposure in range(exposures):
        for lane in range(width):
            desk.fit[exposure, lane] = 0.0
    for leg in range(plan.leg_flow.size):
        corridor, exposure = problem.leg_corridor[leg], plan.leg_exposure[leg]
        for lane in range(width):
            desk.fit[exposure, lane] += desk.spare[corridor, lane]


@step
def want_share(want: Floats, fit: Floats, again: Floats, ask: Floats) -> None:
    """Ask for what is wanted and fits, as a share of the spare capacity."""
    width = ask.shape[-1]
    for lane in range(width):
        ask[lane] = min(want[lane], fit[lane]) * again[lane] / fit[lane] if fit[lane] > 0.0 else 0.0


@step
def who_asks(desk: Work) -> bool:
    """Mark the exposures that ask for anything in any lane, and say whether one does."""
    any_asks = False
    for exposure in range(desk.asks.size):
        desk.asks[exposure] = anything(desk.ask[exposure])
        any_asks = any_asks or desk.asks[exposure]
    return any_asks


@step
def ask_corridors(problem: Problem, plan: Plan, desk: Work) -> None:
    """Add up what is ``asked`` of each corridor, and find the share that can be ``served``.

    ``desk.ask`` is a share of the spare capacity on the legs.
    """
    corridors, width = desk.asked.shape
    for corridor in range(corridors):
        for lane in range(width):
            desk.asked[corridor, lane] = 0.0
    for leg in range(plan.leg_flow.size):
        corridor, exposure = problem.leg_corridor[leg], plan.leg_exposure[leg]
        if desk.asks[exposure]:
            add_product(desk.ask[exposure], desk.spare[corridor], desk.asked[corridor])
    for corridor in range(corridors):
        for lane in range(width):
            over = desk.asked[corridor, lane] > desk.spare[corridor, lane]
            desk.served[corridor, lane] = desk.spare[corridor, lane] / desk.asked[corridor, lane] if over else 1.0


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
        want[lane] = max(0.0, want[lane] - ask[lane] * spare[lane] * served[lane])


@step
def serve(desk: Work) -> bool:
    """Take what was granted from the spare capacity; say whether a corridor was asked too much, and in which lanes."""
    corridors, width = desk.asked.shape
    for lane in range(width):
        desk.again[lane] = 0.0
    for corridor in range(corridors):
        for lane in range(width):
            asked, spare = desk.asked[corridor, lane], desk.spare[corridor, lane]
            desk.spare[corridor, lane] = 0.0 if asked > spare else spare - asked
            desk.again[lane] = 1.0 if asked > spare else desk.again[lane]
    return anything(desk.again)
