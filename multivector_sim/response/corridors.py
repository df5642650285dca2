"""Corridors: what they can carry this month, what they must cut, and who is to blame for it.

A corridor loses the part that its hosts close. Where the flow that is left wants more than the capacity that is left,
all of it is cut by the same factor. What a corridor too small to begin with would have cut anyway is nobody's
rupture; the rest of the cut is the hosts', pro rata to what each of them closed.
"""

from multivector_sim.compiled import step
from multivector_sim.response.scalars import positive
from multivector_sim.typing import Bools, Floats, Integers

__all__ = ["anything", "carry", "cut_legs", "take_directly"]


@step
def carry(
    leg_exposure: Integers,
    leg_corridor: Integers,
    leg_flow: Floats,
    transit_share: Floats,
    capacity: Floats,
    hurt: Floats,
    load: Floats,
    spare: Floats,
    cut: Floats,
    blamed: Floats,
) -> None:
    """Load the corridors (K, L) with the direct flow; find what is ``spare``, what is ``cut``, who is ``blamed``."""
    width = load.shape[-1]
    channels = hurt.shape[1] - 1
    for corridor in range(load.shape[0]):
        for lane in range(width):
            load[corridor, lane] = 0.0
            blamed[corridor, lane] = 0.0
    for leg in range(leg_flow.size):
        exposure = leg_exposure[leg]
        add_flow(leg_flow[leg], hurt[exposure // channels, exposure % channels], load[leg_corridor[leg]])
    for corridor in range(load.shape[0]):
        for host in range(transit_share.shape[1]):
            if transit_share[corridor, host] > 0.0:
                add_closure(transit_share[corridor, host], hurt[host, channels], blamed[corridor])
        ration(capacity[corridor], load[corridor], spare[corridor], cut[corridor], blamed[corridor])


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
        open_capacity = capacity[lane] * positive(1.0 - closed[lane])
        excess = positive(load[lane] - open_capacity)
        by_hosts = positive(excess - positive(load[lane] - capacity[lane]))
        spare[lane] = positive(open_capacity - load[lane])
        cut[lane] = excess / load[lane] if load[lane] > 0.0 else 0.0
        whole = excess * closed[lane]
        closed[lane] = by_hosts / whole if whole > 0.0 else 0.0


@step
def take_directly(baseline: Floats, hurt: Floats, taken: Floats) -> None:
    """Note in ``taken`` (rows, C, L) what each rupture took from the flow itself; the partners' rows are the first."""
    width = taken.shape[-1]
    partners, channels = baseline.shape
    for channel in range(channels):
        for partner in range(partners):
            for lane in range(width):
                taken[partner, channel, lane] = baseline[partner, channel] * hurt[partner, channel, lane]
        for row in range(partners, taken.shape[0]):
            for lane in range(width):
                taken[row, channel, lane] = 0.0


@step
def cut_legs(
    leg_exposure: Integers,
    leg_corridor: Integers,
    leg_flow: Floats,
    transit_share: Floats,
    answers: Integers,
    hurt: Floats,
    cut: Floats,
    blamed: Floats,
    want: Floats,
    lost: Floats,
    full: Bools,
    taken: Floats,
) -> bool:
    """Cut the legs: their exposures ``want`` another way, and hosts answer for it; say whether any was cut.

    ``answers`` (K, P + 1) are the rows of ``taken`` that it is booked on, nobody's last; ``lost`` (L,) and ``full``
    (K,) are scratch.
    """
    width = want.shape[-1]
    partners, channels = answers.shape[1] - 1, taken.shape[1]
    cut_any = False
    for corridor in range(full.size):
        full[corridor] = anything(cut[corridor])
        cut_any = cut_any or full[corridor]
    for exposure in range(want.shape[0]):
        for lane in range(width):
            want[exposure, lane] = 0.0
    for leg in range(leg_flow.size):
        corridor = leg_corridor[leg]
        if not full[corridor]:
            continue
        exposure = leg_exposure[leg]
        partner, channel = exposure // channels, exposure % channels
        rest = answers[corridor, partners]
        cut_leg(leg_flow[leg], hurt[partner, channel], cut[corridor], lost, want[exposure], taken[rest, channel])
        for host in range(partners):
            if transit_share[corridor, host] > 0.0:
                blame_host(
                    transit_share[corridor, host],
                    hurt[host, channels],
                    blamed[corridor],
                    lost,
                    taken[answers[corridor, host], channel],
                    taken[rest, channel],
                )
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
        nobody[lane] = positive(nobody[lane] - part)
