"""What is closed this month: ruptures of one partner multiply, and a clause holds in check those that honour it.

``hurt`` is one minus the availability. It is built up from zero rather than subtracted from one,
so that what nothing has touched is zero to the last bit.
"""

from multivector_sim.compiled import step
from multivector_sim.response.arrays import Lanes, Problem, Work
from multivector_sim.typing import Floats

__all__ = ["close"]


@step
def close(problem: Problem, lanes: Lanes, desk: Work, month: int) -> None:
    """Work out ``desk.hurt`` (P, C + 1, L) of every partner and channel, transit last; ``desk.held`` is scratch."""
    hurt, held = desk.hurt, desk.held
    partners, columns, width = hurt.shape
    for partner in range(partners):
        for channel in range(columns):
            for lane in range(width):
                hurt[partner, channel, lane] = 0.0
                held[partner, channel, lane] = 0.0
    for rupture in range(problem.rupture_partner.size):
        partner = problem.rupture_partner[rupture]
        envelope = desk.envelope[month, rupture]
        for channel in range(columns):
            contract = problem.contract_of[partner, channel]
            severity = lanes.severity[rupture, channel]
            if contract < 0:
                add_rupture(envelope, severity, hurt[partner, channel])
            else:
                honoured = lanes.honoured[rupture, contract]
                add_under_clause(envelope, severity, honoured, hurt[partner, channel], held[partner, channel])
    for partner in range(partners):
        for channel in range(columns):
            contract = problem.contract_of[partner, channel]
            if contract >= 0:
                hold_floor(lanes.floor[contract], hurt[partner, channel], held[partner, channel])


@step
def add_rupture(envelope: Floats, severity: Floats, hurt: Floats) -> None:
    """Take one more rupture's part out of what is left."""
    width = hurt.shape[-1]
    for lane in range(width):
        hurt[lane] += (1.0 - hurt[lane]) * (severity[lane] * envelope[lane])


@step
def add_under_clause(envelope: Floats, severity: Floats, honoured: Floats, hurt: Floats, held: Floats) -> None:
    """Take it from the protected part where the clause is honoured, and from the open part where it is not."""
    width = hurt.shape[-1]
    for lane in range(width):
        bite = severity[lane] * envelope[lane]
        protected = bite * honoured[lane]
        held[lane] += (1.0 - held[lane]) * protected
        hurt[lane] += (1.0 - hurt[lane]) * (bite - protected)


@step
def hold_floor(floor: Floats, hurt: Floats, held: Floats) -> None:
    """Join both parts; the protected one cannot take more than the floor leaves."""
    width = hurt.shape[-1]
    for lane in range(width):
        protected = min(held[lane], 1.0 - floor[lane])
        hurt[lane] = protected + (1.0 - protected) * hurt[lane]
