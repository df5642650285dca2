"""Corridors: what they can carry this month, what they must cut, and who is to blame for it.

A corridor loses the part that its hosts close. Where the flow that is left wants more than the capacity that is left,
all of it is cut by the same factor. What a corridor too small to begin with would have cut anyway is nobody's
rupture; the rest of the cut is the hosts', pro rata to what each of them closed.
"""

from multivector_sim.compiled import step
from multivector_sim.response.arrays import Lanes, Plan, Problem, Work
from multivector_sim.typing import Floats

__all__ = ["anything", "carry", "cut_legs", "take_directly"]


@step
def carry(problem: Problem, plan: Plan, lanes: Lanes, desk: Work) -> None:
    """Load the corridors with the direct flow (``desk.asked``); find what is ``spare``, ``cut`` and ``blamed``."""
    corridors, width = desk.asked.shape
    channels = plan.sizes.size
    for corridor in range(corridors):
        for lane in range(width):
            desk.asked[corridor, lane] = 0.0
            desk.blamed[corridor, lane] = 0.0
    for leg in range(plan.leg_flow.size):
        exposure = plan.leg_exposure[leg]
        hurt = desk.hurt[exposure // channels, exposure % channels]
        add_flow(plan.leg_flow[leg], hurt, desk.asked[problem.leg_corridor[leg]])
    for corridor in range(corridors):
        for host in range(problem.transit_share.shape[1]):
            if problem.transit_share[corridor, host] > 0.0:
                add_closure(problem.transit_share[corridor, host], desk.hurt[host, channels], desk.blamed[corridor])
        ration(
            lanes.capacity[corridor],
            desk.asked[corridor],
            desk.spare[corridor],
            desk.cut[corridor],
            desk.blamed[corridor],
        )


@step
def add_flow(flow: float, hurt: Floats, load: Floats) -> None:
    """Add what one leg still carries."""
    width = load.shape[-1]
    for lane in range(width):
        load[lane] += flow * (1.0 - hurt[lane])


@step
def add_closure(share: float, hurt: Floats, closed: Floats) -> None:
    """Add the part of a corridor that one host closes."""
    width = closed.shape[-1]
    for lane in range(width):
        closed[lane] += share * hurt[lane]


@step
def ration(capacity: Floats, load: Floats, spare: Floats, cut: Floats, closed: Floats) -> None:
    """Compare what is wanted with what can be carried; ``closed`` becomes the blame a unit of closure."""
    width = closed.shape[-1]
    for lane in range(width):
        open_capacity = capacity[lane] * max(0.0, 1.0 - closed[lane])
        excess = max(0.0, load[lane] - open_capacity)
        by_hosts = max(0.0, excess - max(0.0, load[lane] - capacity[lane]))
        spare[lane] = max(0.0, open_capacity - load[lane])
        cut[lane] = excess / load[lane] if load[lane] > 0.0 else 0.0
        whole = excess * closed[lane]
        closed[lane] = by_hosts / whole if whole > 0.0 else 0.0


@step
def take_directly(problem: Problem, desk: Work) -> None:
    """Note in ``desk.taken`` what each rupture took from the flow itself; the partners' rows are the first."""
    rows, channels, width = desk.taken.shape
    partners = problem.baseline.shape[0]
    for channel in range(channels):
        for partner in range(partners):
            for lane in range(width):
                desk.taken[partner, channel, lane] = (
                    problem.baseline[partner, channel] * desk.hurt[partner, channel, lane]
                )
        for row in range(partners, rows):
            for lane in range(width):
                desk.taken[row, channel, lane] = 0.0


@step
def cut_legs(problem: Problem, plan: Plan, desk: Work) -> bool:
    """Cut the legs: their exposures ``want`` another way, and hosts answer for it; say whether any was cut."""
    exposures, width = desk.want.shape
    partners, channels = problem.baseline.shape
    cut_any = False
    for corridor in range(desk.full.size):
        desk.full[corridor] = anything(desk.cut[corridor])
        cut_any = cut_any or desk.full[corridor]
    for exposure in range(exposures):
        for lane in range(width):
            desk.want[exposure, lane] = 0.0
    for leg in range(plan.leg_flow.size):
        corridor = problem.leg_corridor[leg]
        if not desk.full[corridor]:
            continue
        exposure = plan.leg_exposure[leg]
        partner, channel = exposure // channels, exposure % channels
        nobody = desk.taken[plan.answers[corridor, partners], channel]
        hurt, cut, want = desk.hurt[partner, channel], desk.cut[corridor], desk.want[exposure]
        cut_leg(plan.leg_flow[leg], hurt, cut, desk.on_leg, want, nobody)
        for host in range(partners):
            share = problem.transit_share[corridor, host]
            if share > 0.0:
                account = desk.taken[plan.answers[corridor, host], channel]
                blame_host(share, desk.hurt[host, channels], desk.blamed[corridor], desk.on_leg, account, nobody)
    return cut_any


@step
def anything(values: Floats) -> bool:
    """Say whether any lane holds more than zero; a count, unlike a largest value, takes several lanes at once."""
    width = values.shape[-1]
    found = 0
    for lane in range(width):
        found += 1 if values[lane] > 0.0 else 0
    return found > 0


@step
def cut_leg(flow: float, hurt: Floats, cut: Floats, lost: Floats, want: Floats, nobody: Floats) -> None:
    """Take the cut from one leg; until a host answers for it, it is nobody's."""
    width = want.shape[-1]
    for lane in range(width):
        lost[lane] = flow * (1.0 - hurt[lane]) * cut[lane]
        want[lane] += lost[lane]
        nobody[lane] += lost[lane]


@step
def blame_host(share: float, closure: Floats, blamed: Floats, lost: Floats, host: Floats, nobody: Floats) -> None:
    """Move one host's part of a leg's loss to its account."""
    width = host.shape[-1]
    for lane in range(width):
        part = share * closure[lane] * blamed[lane] * lost[lane]
        host[lane] += part
        nobody[lane] = max(0.0, nobody[lane] - part)
