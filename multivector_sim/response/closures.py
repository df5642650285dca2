"""What is closed this month: ruptures of one partner multiply, and a clause holds in check those that honour it.

``hurt`` is one minus the availability. It is built up from zero rather than subtracted from one,
so that what nothing has touched is zero to the last bit.
"""

from multivector_sim.compiled import step
from multivector_sim.response.scalars import smaller
from multivector_sim.typing import Floats, Integers

__all__ = ["close"]


@step
def close(
    rupture_partner: Integers,
    contract_of: Integers,
    envelope: Floats,
    severity: Floats,
    honoured: Floats,
    floor: Floats,
    hurt: Floats,
    held: Floats,
) -> None:
    """Work out ``hurt`` (P, C + 1, L) of every partner and channel, transit last.

    ``envelope`` (R, L) is this month's; ``severity`` (R, C + 1, L), ``honoured`` (R, contracts, L) and ``floor``
    (contracts, L) are the draws'; ``held`` is scratch.
    """
    width = hurt.shape[-1]
    for partner in range(hurt.shape[0]):
        for channel in range(hurt.shape[1]):
            for lane in range(width):
                hurt[partner, channel, lane] = 0.0
                held[partner, channel, lane] = 0.0
    for rupture in range(rupture_partner.size):
        partner = rupture_partner[rupture]
        for channel in range(hurt.shape[1]):
            contract = contract_of[partner, channel]
            if contract < 0:
                add_rupture(envelope[rupture], severity[rupture, channel], hurt[partner, channel])
            else:
                add_under_clause(
                    envelope[rupture],
                    severity[rupture, channel],
                    honoured[rupture, contract],
                    hurt[partner, channel],
                    held[partner, channel],
                )
    for partner in range(hurt.shape[0]):
        for channel in range(hurt.shape[1]):
            contract = contract_of[partner, channel]
            if contract >= 0:
                hold_floor(floor[contract], hurt[partner, channel], held[partner, channel])


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
        protected = smaller(held[lane], 1.0 - floor[lane])
        hurt[lane] = protected + (1.0 - protected) * hurt[lane]
