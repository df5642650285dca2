"""Ruptures found in a panel of flows, and what only looks like one.

For each country and partner the years are walked once. A year is at risk if the flow has a base: all years of the base
above zero, not too far apart, large enough for the partner. Under the threshold there are four possibilities:

- a **border** moved under the flow (:mod:`multivector_sim.evidence.borders`);
- a **hole**: a run of zeros or blanks that ends at the threshold or above it, or never ends. A flow that does not come
  back is not told apart from a country that ceased to report, so it is listed and not counted;
- a fall that is not long enough for the definition;
- a **rupture**, the start of an episode.

After an episode a new base is built from the first year in which the flow is back, or after the longest time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from multivector_sim.errors import UsageError
from multivector_sim.evidence.borders import BORDERS, border_of

if TYPE_CHECKING:
    import pandas as pd

    from multivector_sim.evidence.panel import Panel
    from multivector_sim.evidence.rupture_definition import Definition
    from multivector_sim.typing import Bools, Floats, Integers

__all__ = ["HORIZON", "Episodes", "calm_changes", "chain_index", "check_yearly", "find_episodes"]

HORIZON = 10
"""Delivered shares are followed for this many years after the trough."""

SMALLEST_YEARS = 12


@dataclass(frozen=True, eq=False)
class Episodes:
    """Ruptures with their paths, the years at risk, and what was left out.

    Parameters
    ----------
    definition
        What counts as a rupture.
    table
        A row for each rupture: country, partner, year, share (of the partner's imports), severity (at the trough),
        trough (years after the onset), joint (whether the country's other flows fell too; None if none is known),
        first_year_loss and five_year_loss (shares of the base, NaN where the data ends before).
    onward
        Shape (rupture, year): delivered share of the base from the onset on, at most 1; NaN past the data.
    level
        Shape (rupture, year): the same from the trough on.
    risk
        A row for each flow and year at risk: country, partner, year, share, hit.
    holes, borders
        What looked like a rupture and was not counted, with the reason.
    """

    definition: Definition
    table: pd.DataFrame
    onward: Floats
    level: Floats
    risk: pd.DataFrame
    holes: pd.DataFrame
    borders: pd.DataFrame

    def only(self, keep: Bools, risk: Bools) -> Episodes:
        """Return some of the ruptures and of the years at risk."""
        return Episodes(
            self.definition,
            self.table.loc[keep].reset_index(drop=True),
            self.onward[keep],
            self.level[keep],
            self.risk.loc[risk].reset_index(drop=True),
            self.holes,
            self.borders,
        )


def check_yearly(panel: Panel) -> None:
    """Refuse a panel that is not yearly, or too short for a base and a path.

    Raises
    ------
    UsageError
        If years are missing between reported ones, or there are too few.
    """
    reported = np.flatnonzero(np.isfinite(panel.values).any(axis=(0, 1)))
    gaps = np.diff(reported)
    if gaps.size and np.median(gaps) > 1:
        raise UsageError(
            f"flows: the years are {int(np.median(gaps))} apart ({panel.years[reported[0]]}, "
            f"{panel.years[reported[1]]}, ...); a calibration needs every year"
        )
    if reported.size < SMALLEST_YEARS:
        raise UsageError(f"flows: {reported.size} years are too few for a calibration; give {SMALLEST_YEARS} or more")


def chain_index(values: Floats) -> Floats:
    """Return the chain-linked total of one partner's imports.

    Each year's growth is that of the countries that report a flow in both years, so that a country that begins or
    ceases to report moves nothing.

    Parameters
    ----------
    values
        Shape (country, year), money; NaN or 0 where there is nothing.

    Returns
    -------
    array
        Shape (year,), 1 in the first year.

    Examples
    --------
    >>> chain_index(np.array([[1.0, 2.0, 2.0], [np.nan, 5.0, 10.0]])).round(3).tolist()
    [1.0, 2.0, 3.429]
    """
    there = np.nan_to_num(values) > 0.0
    both = there[:, 1:] & there[:, :-1]
    filled = np.where(there, values, 0.0)
    after, before = (filled[:, 1:] * both).sum(axis=0), (filled[:, :-1] * both).sum(axis=0)
    growth = np.divide(after, before, out=np.ones(after.size), where=before > 0.0)
    return np.concatenate([[1.0], np.cumprod(growth)])


def find_episodes(panel: Panel, definition: Definition) -> Episodes:
    """Return the ruptures of a panel.

    Parameters
    ----------
    panel
        Yearly flows.
    definition
        What counts as a rupture.

    Returns
    -------
    Episodes
        Ruptures, years at risk, holes and borders.

    Raises
    ------
    UsageError
        If the panel is not yearly.
    """
    check_yearly(panel)
    flows = _Flows(panel, definition)
    found = _Found([], [], [], [])
    for column in range(len(panel.partners)):
        for row in np.flatnonzero(flows.has_base[:, column].any(axis=-1)):
            _walk(flows, int(row), column, found)
    return _assemble(flows, found)


def calm_changes(
    panel: Panel, definition: Definition, table: pd.DataFrame, lengths: tuple[int, ...] = (1, HORIZON)
) -> dict[int, Floats]:
    """Return changes of the log of flows over years in which they did not rupture.

    Parameters
    ----------
    panel, definition
        As for :func:`find_episodes`.
    table
        Ruptures: only the flows that have one are taken, in their calm years. Flows that rupture are smaller and move
        more than others also in calm times.
    lengths
        Over how many years.

    Returns
    -------
    dict
        For each length the changes of every flow that had a base at the start, never fell under the threshold of the
        base that it had by then, and was reported at the end.
    """
    flows = _Flows(panel, definition)
    under = flows.has_base & (flows.flows < definition.threshold * flows.base)
    pairs = set(zip(table["country"], table["partner"], strict=True))
    chosen_pairs = np.array([[(row, column) in pairs for column in panel.partners] for row in panel.countries])
    found = {}
    for length in lengths:
        broken = np.lib.stride_tricks.sliding_window_view(under, length + 1, axis=-1).any(axis=-1)
        before, after = flows.flows[..., :-length], flows.flows[..., length:]
        start = flows.has_base[..., :-length] & flows.counted[:-length] & chosen_pairs[..., None]
        chosen = start & ~broken & (before > 0.0) & (after > 0.0)
        found[length] = np.log(after[chosen] / before[chosen])
    return found


class _Flows:
    """A panel deflated, with the base of every flow and year."""

    def __init__(self, panel: Panel, definition: Definition) -> None:
        self.panel, self.definition = panel, definition
        values = panel.values  # noqa: PD011 - an array of the panel, not of a data frame
        totals = np.nansum(values, axis=0)
        flows = np.nan_to_num(values)
        if definition.deflated:
            index = np.stack([chain_index(values[:, column]) for column in range(values.shape[1])])
            flows = flows / index
        self.flows = flows
        shares = np.divide(np.nan_to_num(values), totals, out=np.zeros(values.shape), where=totals > 0.0)
        self.base, self.share, self.has_base = self._bases(flows, shares)
        first, last = definition.since, definition.until or panel.last
        usual = np.array([not any(a <= year <= b for a, b in definition.excluded) for year in panel.years])
        self.has_base &= usual
        self.counted = (panel.years >= first) & (panel.years <= last)
        self.final = self._final(flows)
        self.moved = (_moved(panel.countries, panel.years), _moved(panel.partners, panel.years))

    def _bases(self, flows: Floats, shares: Floats) -> tuple[Floats, Floats, Bools]:
        """Return base, size and whether there is a base, for every flow and year."""
        width, spread = self.definition.base_years, self.definition.spread
        base, share = np.zeros(flows.shape), np.zeros(flows.shape)
        sound = np.zeros(flows.shape, dtype=bool)
        if flows.shape[-1] <= width:
            return base, share, sound
        windows = np.lib.stride_tricks.sliding_window_view(flows, width, axis=-1)[..., :-1, :]
        sizes = np.lib.stride_tricks.sliding_window_view(shares, width, axis=-1)[..., :-1, :].mean(axis=-1)
        low, high = windows.min(axis=-1), windows.max(axis=-1)
        base[..., width:], share[..., width:] = windows.mean(axis=-1), sizes
        sound[..., width:] = (low > 0.0) & (high <= spread * low) & (sizes >= self.definition.floor)
        return base, share, sound

    @staticmethod
    def _final(flows: Floats) -> Integers:
        """Return the place of the last year with a flow, -1 where there is none."""
        there = flows > 0.0
        last = flows.shape[-1] - 1 - np.argmax(there[..., ::-1], axis=-1)
        return np.where(there.any(axis=-1), last, -1)


def _moved(codes: tuple[str, ...], years: Integers) -> Bools:
    """Return for each code and year whether a border of it moved; shape (code, year)."""
    moved = np.zeros((len(codes), years.size), dtype=bool)
    for border in BORDERS:
        if border.code in codes:
            moved[codes.index(border.code)] |= (years >= border.first) & (years <= border.last)
    return moved


@dataclass
class _Found:
    """What a walk has gathered, as rows."""

    risk: list[tuple[int, int, int, bool]]
    episodes: list[tuple[int, int, int]]
    holes: list[tuple[int, int, int, int]]
    borders: list[tuple[int, int, int, str]]


def _walk(flows: _Flows, row: int, column: int, found: _Found) -> None:
    """Walk through the years of one flow, from one year that needs a decision to the next."""
    rule = flows.definition
    path, bases = flows.flows[row, column], flows.base[row, column]
    candidates = np.flatnonzero(flows.has_base[row, column])
    under = path < rule.threshold * bases
    moved = flows.moved[0][row] | flows.moved[1][column]
    decisions = [place for place in candidates.tolist() if under[place] or moved[place]]
    place = 0
    for decision in decisions:
        if decision < place:
            continue
        _count_calm(flows, row, column, candidates[(candidates >= place) & (candidates < decision)], found)
        if moved[decision]:
            if under[decision]:
                found.borders.append((row, column, decision, _event(flows, row, column, decision)))
            place = decision + 1
            continue
        place = _decide(flows, row, column, decision, found)
    _count_calm(flows, row, column, candidates[candidates >= place], found)


def _decide(flows: _Flows, row: int, column: int, place: int, found: _Found) -> int:
    """Decide what a year under the threshold is; return the first year that is not yet walked."""
    rule = flows.definition
    path, base = flows.flows[row, column], float(flows.base[row, column, place])
    end, counted = path.size, bool(flows.counted[place])
    if path[place] == 0.0:
        back = place + int(np.argmax(path[place:] > 0.0)) if flows.final[row, column] > place else end
        if back == end or path[back] >= rule.threshold * base:
            if counted:
                found.holes.append((row, column, place, back))
            return back
    lasting = place + rule.years <= end and bool((path[place : place + rule.years] < rule.threshold * base).all())
    if counted:
        found.risk.append((row, column, place, lasting))
    if not lasting:
        return place + 1
    if counted:
        found.episodes.append((row, column, place))
    over = path[place : place + rule.longest] >= rule.back * base
    return place + (int(np.argmax(over)) if over.any() else rule.longest) + rule.base_years


def _count_calm(flows: _Flows, row: int, column: int, places: Integers, found: _Found) -> None:
    """Add calm years to those at risk."""
    found.risk += [(row, column, place, False) for place in places.tolist() if flows.counted[place]]


def _event(flows: _Flows, row: int, column: int, place: int) -> str:
    """Return which border moved."""
    panel = flows.panel
    border = border_of(panel.countries[row], panel.partners[column], int(panel.years[place]))
    return "" if border is None else border.event


def _assemble(flows: _Flows, found: _Found) -> Episodes:
    """Make tables of what was found."""
    import pandas as pd

    panel, rule = flows.panel, flows.definition
    countries, partners = np.array(panel.countries), np.array(panel.partners)

    def named(rows: list[Any]) -> dict[str, Any]:
        """Return the first three columns of rows: who, with whom, when."""
        row, column, place = (np.array([it[i] for it in rows], dtype=np.int64) for i in range(3))
        return {"country": countries[row], "partner": partners[column], "year": panel.years[place]}

    size = [flows.share[row, column, place] for row, column, place, _ in found.risk]
    hits = [hit for *_, hit in found.risk]
    risk = pd.DataFrame(named(found.risk) | {"share": size, "hit": np.array(hits, dtype=bool)})
    count = len(found.episodes)
    onward, level = np.full((count, HORIZON + 1), np.nan), np.full((count, HORIZON + 1), np.nan)
    rows = []
    for number, (row, column, place) in enumerate(found.episodes):
        known = flows.flows[row, column, place : int(flows.final[row, column]) + 1] / flows.base[row, column, place]
        onward[number, : known[: HORIZON + 1].size] = np.minimum(known[: HORIZON + 1], 1.0)
        near = known[: rule.trough_years]
        trough = int(np.argmin(near)) if near.size else 0
        later = known[trough : trough + HORIZON + 1]
        level[number, : later.size] = np.minimum(later, 1.0)
        whole = onward[number, : rule.longest]
        rows.append(
            {
                "share": flows.share[row, column, place],
                "severity": 1.0 - float(near.min()) if near.size else 1.0,
                "trough": trough,
                "joint": _is_joint(flows, row, column, place),
                "first_year_loss": 1.0 - onward[number, 0] if known.size else 1.0,
                "five_year_loss": 1.0 - float(whole.mean()),
            }
        )
    columns = ["share", "severity", "trough", "joint", "first_year_loss", "five_year_loss"]
    table = pd.DataFrame(named(found.episodes)).join(pd.DataFrame(rows, columns=columns))
    holes = pd.DataFrame(named(found.holes))
    holes["reason"] = [
        "nothing is reported to the end of the data" if back == panel.years.size else f"back in {panel.years[back]}"
        for *_, back in found.holes
    ]
    borders = pd.DataFrame(named(found.borders)).assign(reason=[event for *_, event in found.borders])
    return Episodes(rule, table, onward, level, risk, holes, borders)


def _is_joint(flows: _Flows, row: int, column: int, place: int) -> bool | None:
    """Whether the country's other known flows fell too; None if none is known."""
    width = flows.definition.base_years
    others = np.delete(flows.flows[row], column, axis=0)[:, place - width : place + 1]
    money = np.delete(flows.panel.values[row], column, axis=0)[:, place - width : place]  # noqa: PD011 - the same
    known = (others[:, :-1] > 0.0).all(axis=1)
    if not known.any():
        return None
    # Deflated flows of different partners do not add up: each is held against its own base and weighted by its money.
    kept = others[known, -1] / others[known, :-1].mean(axis=1)
    return bool(np.average(kept, weights=money[known].mean(axis=1)) < flows.definition.lone)
