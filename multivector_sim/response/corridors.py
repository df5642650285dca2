"""Corridors: what is closed in a month, what can be carried, what is cut off, and what is rerouted.

*Closures.* Ruptures of one partner multiply, and an honoured clause limits those of its channel. ``unavailable`` is one
minus the availability; it is built up from zero, so that it is exactly zero where nothing happened.

*Capacity.* A corridor loses the part that its hosts close. If the remaining flow exceeds the remaining capacity, all of
it is cut by the same factor. What a corridor with too little capacity would have cut anyway is attributed to no
partner; the rest is attributed to the hosts, in proportion to what each of them closed.

*Rerouting.* What was cut off moves to the same partner's other legs. All exposures request capacity at once, each in
proportion over its own legs; a corridor with too many requests serves the same share of each. Refused exposures
request again where capacity is left. Each further round starts with at least one more full corridor, so there are at
most as many rounds as corridors, plus one.
"""

from multivector_sim.compiled import kernel_function
from multivector_sim.response.arrays import Lanes, Plan, Problem, Work
from multivector_sim.typing import Floats

__all__ = [
    "anything",
    "ask_corridors",
    "begin_rounds",
    "carry",
    "close",
    "cut_legs",
    "measure_fit",
    "requesting_legs",
    "reroute",
    "serve",
    "take_directly",
]


@kernel_function
def close(problem: Problem, lanes: Lanes, workspace: Work, month: int) -> None:
    """Compute ``workspace.unavailable`` (P, C + 1, L) of every partner and channel, transit last."""
    unavailable, held = workspace.unavailable, workspace.held
    partners, columns, width = unavailable.shape
    for partner in range(partners):
        for channel in range(columns):
            for lane in range(width):
                unavailable[partner, channel, lane] = 0.0
                held[partner, channel, lane] = 0.0
    for rupture in range(problem.rupture_partner.size):
        partner = problem.rupture_partner[rupture]
        envelope = workspace.envelope[month, rupture]
        for channel in range(columns):
            contract = problem.contract_of[partner, channel]
            severity = lanes.severity[rupture, channel]
            if contract < 0:
                _add_rupture(envelope, severity, unavailable[partner, channel])
            else:
                honoured = lanes.honoured[rupture, contract]
                _add_under_clause(envelope, severity, honoured, unavailable[partner, channel], held[partner, channel])
    for partner in range(partners):
        for channel in range(columns):
            contract = problem.contract_of[partner, channel]
            if contract >= 0:
                _apply_floor(lanes.floor[contract], unavailable[partner, channel], held[partner, channel])


@kernel_function
def _add_rupture(envelope: Floats, severity: Floats, unavailable: Floats) -> None:
    """Add one more rupture to ``unavailable``."""
    width = unavailable.shape[-1]
    for lane in range(width):
        unavailable[lane] += (1.0 - unavailable[lane]) * (severity[lane] * envelope[lane])


@kernel_function
def _add_under_clause(envelope: Floats, severity: Floats, honoured: Floats, unavailable: Floats, held: Floats) -> None:
    """Add a rupture to ``held``, the protected part, if the clause is honoured, and else to ``unavailable``."""
    width = unavailable.shape[-1]
    for lane in range(width):
        effect = severity[lane] * envelope[lane]
        protected = effect * honoured[lane]
        held[lane] += (1.0 - held[lane]) * protected
        unavailable[lane] += (1.0 - unavailable[lane]) * (effect - protected)


@kernel_function
def _apply_floor(floor: Floats, unavailable: Floats, held: Floats) -> None:
    """Combine both parts; the protected part cannot lose more than the floor allows."""
    width = unavailable.shape[-1]
    for lane in range(width):
        protected = min(held[lane], 1.0 - floor[lane])
        unavailable[lane] = protected + (1.0 - protected) * unavailable[lane]


@kernel_function
def carry(problem: Problem, plan: Plan, lanes: Lanes, workspace: Work) -> None:
    """Compute the direct flow of corridors (``workspace.asked``) and their ``spare``, ``cut`` and ``blamed`` shares."""
    corridors, width = workspace.asked.shape
    channels = plan.sizes.size
    for corridor in range(corridors):
        for lane in range(width):
            workspace.asked[corridor, lane] = 0.0
            workspace.blamed[corridor, lane] = 0.0
    for leg in range(plan.leg_flow.size):
        exposure = plan.leg_exposure[leg]
        unavailable = workspace.unavailable[exposure // channels, exposure % channels]
        _add_flow(plan.leg_flow[leg], unavailable, workspace.asked[problem.leg_corridor[leg]])
    for corridor in range(corridors):
        for at in range(plan.first_host[corridor], plan.first_host[corridor + 1]):
            host = plan.hosts[at]
            _add_closure(
                problem.transit_share[corridor, host],
                workspace.unavailable[host, channels],
                workspace.blamed[corridor],
            )
        _ration(
            lanes.capacity[corridor],
            workspace.asked[corridor],
            workspace.spare[corridor],
            workspace.cut[corridor],
            workspace.blamed[corridor],
        )


@kernel_function
def _add_flow(flow: float, unavailable: Floats, load: Floats) -> None:
    """Add the flow that one leg still carries."""
    width = load.shape[-1]
    for lane in range(width):
        load[lane] += flow * (1.0 - unavailable[lane])


@kernel_function
def _add_closure(share: float, unavailable: Floats, closed: Floats) -> None:
    """Add the part of a corridor that one host closes."""
    width = closed.shape[-1]
    for lane in range(width):
        closed[lane] += share * unavailable[lane]


@kernel_function
def _ration(capacity: Floats, load: Floats, spare: Floats, cut: Floats, closed: Floats) -> None:
    """Compare requested flow with capacity; ``closed`` becomes the attribution per unit of closure."""
    width = closed.shape[-1]
    for lane in range(width):
        open_capacity = capacity[lane] * max(0.0, 1.0 - closed[lane])
        excess = max(0.0, load[lane] - open_capacity)
        by_hosts = max(0.0, excess - max(0.0, load[lane] - capacity[lane]))
        spare[lane] = max(0.0, open_capacity - load[lane])
        cut[lane] = excess / load[lane] if load[lane] > 0.0 else 0.0
        whole = excess * closed[lane]
        closed[lane] = by_hosts / whole if whole > 0.0 else 0.0


@kernel_function
def take_directly(problem: Problem, workspace: Work) -> None:
    """Write the direct loss from each rupture to ``workspace.lost_directly``."""
    rows, channels, width = workspace.lost_directly.shape
    partners = problem.baseline.shape[0]
    for channel in range(channels):
        for partner in range(partners):
            for lane in range(width):
                workspace.lost_directly[partner, channel, lane] = (
                    problem.baseline[partner, channel] * workspace.unavailable[partner, channel, lane]
                )
        for row in range(partners, rows):
            for lane in range(width):
                workspace.lost_directly[row, channel, lane] = 0.0


@kernel_function
def cut_legs(problem: Problem, plan: Plan, workspace: Work) -> bool:
    """Cut the legs, add the cut to ``unmet``, and attribute it to hosts; return whether any was cut."""
    exposures, width = workspace.unmet.shape
    partners, channels = problem.baseline.shape
    cut_any = False
    for corridor in range(workspace.full.size):
        workspace.full[corridor] = anything(workspace.cut[corridor])
        cut_any = cut_any or workspace.full[corridor]
    for exposure in range(exposures):
        for lane in range(width):
            workspace.unmet[exposure, lane] = 0.0
    for leg in range(plan.leg_flow.size):
        corridor = problem.leg_corridor[leg]
        if not workspace.full[corridor]:
            continue
        exposure = plan.leg_exposure[leg]
        partner, channel = exposure // channels, exposure % channels
        unattributed = workspace.lost_directly[plan.answers[corridor, partners], channel]
        unavailable, cut, unmet = (
            workspace.unavailable[partner, channel],
            workspace.cut[corridor],
            workspace.unmet[exposure],
        )
        _cut_leg(plan.leg_flow[leg], unavailable, cut, workspace.on_leg, unmet, unattributed)
        for at in range(plan.first_host[corridor], plan.first_host[corridor + 1]):
            host = plan.hosts[at]
            account = workspace.lost_directly[plan.answers[corridor, host], channel]
            _blame_host(
                problem.transit_share[corridor, host],
                workspace.unavailable[host, channels],
                workspace.blamed[corridor],
                workspace.on_leg,
                account,
                unattributed,
            )
    return cut_any


@kernel_function
def anything(values: Floats) -> bool:
    """Return whether any lane holds more than zero; unlike a maximum, a count is computed for several lanes at once."""
    width = values.shape[-1]
    found = 0
    for lane in range(width):
        found += 1 if values[lane] > 0.0 else 0
    return found > 0


@kernel_function
def _cut_leg(flow: float, unavailable: Floats, cut: Floats, lost: Floats, unmet: Floats, unattributed: Floats) -> None:
    """Take the cut from one leg; until it is attributed to a host, it belongs to no partner."""
    width = unmet.shape[-1]
    for lane in range(width):
        lost[lane] = flow * (1.0 - unavailable[lane]) * cut[lane]
        unmet[lane] += lost[lane]
        unattributed[lane] += lost[lane]


@kernel_function
def _blame_host(
    share: float, closure: Floats, blamed: Floats, lost: Floats, host: Floats, unattributed: Floats
) -> None:
    """Move one host's part of a leg's loss to its account."""
    width = host.shape[-1]
    for lane in range(width):
        part = share * closure[lane] * blamed[lane] * lost[lane]
        host[lane] += part
        unattributed[lane] = max(0.0, unattributed[lane] - part)


@kernel_function
def reroute(problem: Problem, plan: Plan, workspace: Work) -> None:
    """Reroute what corridors cut off; ``workspace.unmet`` and ``workspace.spare`` keep the rest of cut and capacity."""
    begin_rounds(workspace.again)
    for _ in range(workspace.spare.shape[0] + 1):
        measure_fit(problem, plan, workspace)
        for exposure in range(workspace.unmet.shape[0]):
            _want_share(workspace.unmet[exposure], workspace.fit[exposure], workspace.again, workspace.ask[exposure])
        if not requesting_legs(workspace):
            return
        ask_corridors(problem, plan, workspace)
        for leg in range(plan.leg_flow.size):
            corridor, exposure = problem.leg_corridor[leg], plan.leg_exposure[leg]
            if workspace.asks[exposure]:
                _place(
                    workspace.ask[exposure],
                    workspace.spare[corridor],
                    workspace.served[corridor],
                    workspace.unmet[exposure],
                )
        if not serve(workspace):
            return


@kernel_function
def begin_rounds(again: Floats) -> None:
    """Mark every lane for the first round."""
    width = again.shape[-1]
    for lane in range(width):
        again[lane] = 1.0


@kernel_function
def measure_fit(problem: Problem, plan: Plan, workspace: Work) -> None:
    """Compute the spare capacity over each exposure's legs."""
    exposures, width = workspace.fit.shape
    for exposure in range(exposures):
        for lane in range(width):
            workspace.fit[exposure, lane] = 0.0
    for leg in range(plan.leg_flow.size):
        corridor, exposure = problem.leg_corridor[leg], plan.leg_exposure[leg]
        for lane in range(width):
            workspace.fit[exposure, lane] += workspace.spare[corridor, lane]


@kernel_function
def _want_share(unmet: Floats, fit: Floats, again: Floats, ask: Floats) -> None:
    """Request what is wanted and fits, as a share of the spare capacity."""
    width = ask.shape[-1]
    for lane in range(width):
        ask[lane] = min(unmet[lane], fit[lane]) * again[lane] / fit[lane] if fit[lane] > 0.0 else 0.0


@kernel_function
def requesting_legs(workspace: Work) -> bool:
    """Mark the exposures that request capacity in any lane, and return whether one does."""
    any_asks = False
    for exposure in range(workspace.asks.size):
        workspace.asks[exposure] = anything(workspace.ask[exposure])
        any_asks = any_asks or workspace.asks[exposure]
    return any_asks


@kernel_function
def ask_corridors(problem: Problem, plan: Plan, workspace: Work) -> None:
    """Compute the flow ``asked`` of each corridor, and the share of it that can be ``served``.

    ``workspace.ask`` is a share of the spare capacity on the legs.
    """
    corridors, width = workspace.asked.shape
    for corridor in range(corridors):
        for lane in range(width):
            workspace.asked[corridor, lane] = 0.0
    for leg in range(plan.leg_flow.size):
        corridor, exposure = problem.leg_corridor[leg], plan.leg_exposure[leg]
        if workspace.asks[exposure]:
            _add_product(workspace.ask[exposure], workspace.spare[corridor], workspace.asked[corridor])
    for corridor in range(corridors):
        for lane in range(width):
            over = workspace.asked[corridor, lane] > workspace.spare[corridor, lane]
            workspace.served[corridor, lane] = (
                workspace.spare[corridor, lane] / workspace.asked[corridor, lane] if over else 1.0
            )


@kernel_function
def _add_product(share: Floats, spare: Floats, asked: Floats) -> None:
    """Add the request of one leg."""
    width = asked.shape[-1]
    for lane in range(width):
        asked[lane] += share[lane] * spare[lane]


@kernel_function
def _place(ask: Floats, spare: Floats, served: Floats, unmet: Floats) -> None:
    """Grant the served part of one leg's request."""
    width = unmet.shape[-1]
    for lane in range(width):
        unmet[lane] = max(0.0, unmet[lane] - ask[lane] * spare[lane] * served[lane])


@kernel_function
def serve(workspace: Work) -> bool:
    """Subtract the granted flow from the spare capacity; return whether, and mark where, a corridor was overloaded."""
    corridors, width = workspace.asked.shape
    for lane in range(width):
        workspace.again[lane] = 0.0
    for corridor in range(corridors):
        for lane in range(width):
            asked, spare = workspace.asked[corridor, lane], workspace.spare[corridor, lane]
            workspace.spare[corridor, lane] = 0.0 if asked > spare else spare - asked
            workspace.again[lane] = 1.0 if asked > spare else workspace.again[lane]
    return anything(workspace.again)
