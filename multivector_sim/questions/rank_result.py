"""The result of a ranking of measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from multivector_sim.display import small_pictures
from multivector_sim.display.answer import Answer
from multivector_sim.display.money import money, money_between
from multivector_sim.display.tables import Row, Table, horizon_amount, make_row, measured_in
from multivector_sim.display.wording import capital, listed, number, percent, percent_between
from multivector_sim.measure.intervals import document_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes

    from multivector_sim.measure.intervals import Estimate

__all__ = ["BestSet", "Clash", "Rank", "Ranked", "RecommendedSet"]


@dataclass(frozen=True)
class Ranked:
    """One measure, taken alone.

    Parameters
    ----------
    name, title
        Of the measure.
    cost
        Its mean, money.
    cost_range
        The 5 % and 95 % quantile of its law; None where it is certain.
    bought
        By how much the expected shortfall falls, money over the horizon; below 0 if it rises.
    share
        The same as a share of today's expected shortfall; None where that is not above 0.
    per_money
        ``bought`` over the mean cost; None where it costs nothing. Its interval is that of the draws alone.
    per_money_range
        The 95 % range of the ratio when the cost follows its law; None where it costs, or may cost, nothing.
    tie
        Why the next one in the ranking may be as good or better: ``draws`` are too few to decide, ``costs`` are too
        uncertain, or both do the ``same`` in every draw; empty where it is worse.
    costs_more
        Whether its mean cost is more than what it takes off the expected shortfall: True or False where the whole
        interval says so, None where the draws cannot tell or the column is not counted in money.
    price_trust, effect_trust
        How far the price is trusted, and the worst grade among the figures that the effect rests on; None where it
        sets no figure. A ratio is no better than the worse of the two.
    """

    name: str
    title: str
    cost: float
    cost_range: tuple[float, float] | None
    bought: Estimate
    share: Estimate | None
    per_money: Estimate | None
    per_money_range: tuple[float, float] | None
    tie: str
    costs_more: bool | None = None
    price_trust: str = "unverified"
    effect_trust: str | None = None


@dataclass(frozen=True)
class Clash:
    """Measures that cannot be taken together, and why."""

    measures: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class BestSet:
    """The set of measures that buys most under the budget.

    Parameters
    ----------
    measures
        Their names, in the order of the file; empty where no set buys anything.
    cost, over_budget
        The sum of their mean costs, and the probability that they cost more than the budget.
    bought, share, per_money
        As for a single measure, from a run of the set.
    interaction
        What the set buys beyond the sum of its members alone, money: below 0 where they do the same work twice, above
        where they help each other, or where each alone leaves the tail of the other.
    exact
        Whether every set that can be paid was run; otherwise it was found by a heuristic.
    runs
        How many sets were run.
    bound
        Money that no set buys more than, unless measures help each other; None where every set was run.
    helping
        Whether some set that was run saves more in today's worst draws than its members alone, by more than chance:
        then ``bound`` is no bound.
    equals
        Other sets that the draws cannot distinguish from it, the cheapest first.
    """

    measures: tuple[str, ...]
    cost: float
    over_budget: float
    bought: Estimate
    share: Estimate | None
    per_money: Estimate | None
    interaction: Estimate
    exact: bool
    runs: int
    bound: float | None
    helping: bool
    equals: tuple[tuple[str, ...], ...]
    costs_more: bool | None = None


@dataclass(frozen=True)
class RecommendedSet:
    """The smallest set that the draws cannot tell to be worse than the best one, the cheapest of that size.

    Parameters
    ----------
    measures, cost, over_budget, bought, share, per_money, costs_more
        As for the best set; empty if the best set is not significantly better than no measure.
    less
        By how much it takes less off the expected shortfall than the best set, money; its interval holds 0.
    """

    measures: tuple[str, ...]
    cost: float
    over_budget: float
    bought: Estimate
    share: Estimate | None
    per_money: Estimate | None
    less: Estimate
    costs_more: bool | None


@dataclass(frozen=True, repr=False)
class Rank(Answer):
    """The measures of a scenario in the order of what they buy for their money.

    Parameters
    ----------
    scenario, currency
        Of the scenario.
    bought_in
        What the column is counted in: the currency, or the unit of a channel of ties.
    column, level, draws, seed
        What was measured, and how.
    budget
        Money, or None.
    today
        The expected shortfall without any measure, money over the horizon; None where nothing was run.
    measures
        The best first.
    too_dear
        Names and mean costs of the measures that the budget cannot pay.
    clashes
        Measures that cannot be taken together; sets with all of them were left out.
    best
        The best set; None without a budget.
    recommended
        The smallest set that is not significantly worse than the best; None without a budget.
    note
        Said where nothing is ranked; else empty.
    """

    scenario: str
    currency: str
    bought_in: str
    column: str
    level: float
    draws: int
    seed: int
    budget: float | None
    today: Estimate | None
    measures: tuple[Ranked, ...]
    too_dear: tuple[tuple[str, float], ...]
    clashes: tuple[Clash, ...]
    best: BestSet | None
    note: str
    recommended: RecommendedSet | None = None

    @property
    def ties(self) -> tuple[tuple[int, int], ...]:
        """Pairs of neighbours in the ranking that cannot be distinguished, counted from 1."""
        return tuple((place, place + 1) for place, row in enumerate(self.measures, 1) if row.tie)

    def _headline(self) -> str:
        if not self.measures:
            return f"{capital(self.note)}."
        first = self.measures[0]
        tied = "; the next cannot be told from it" if first.tie else ""
        share = "" if first.share is None else f", {percent_between(first.share)} of the expected shortfall"
        said = f"{first.title} reduces the risk of {self.column} most per unit of cost{share}{tied}."
        if self.recommended is None:
            return said
        budget = money(self.budget or 0.0, self.currency)
        return f"{said} Recommended for {budget}: {self._set(self.recommended.measures)}."

    def _set(self, names: tuple[str, ...]) -> str:
        """Return the titles of a set of measures."""
        titles = {row.name: row.title for row in self.measures}
        return listed([titles.get(name, name) for name in names]) or "nothing"

    def _rows(self) -> Iterator[Row]:
        unit, ratio = horizon_amount(self.bought_in), f"{self.bought_in} per {self.currency}"
        if self.today is not None:
            yield make_row("es_today", self.today, unit)
        for row in self.measures:
            low, high = row.cost_range or (None, None)
            yield Row({"taken": row.name}, "cost", row.cost, low, high, self.currency, row.price_trust)
            yield make_row("bought", row.bought, unit, taken=row.name)
            yield make_row("share_of_es", row.share, "share", taken=row.name)
            yield make_row("per_money", row.per_money, ratio, row.tie, taken=row.name)
        for word, chosen in (("best", self.best), ("recommended", self.recommended)):
            if chosen is not None:
                of = {"taken": " + ".join(chosen.measures) or "nothing"}
                yield make_row("cost", chosen.cost, self.currency, word, **of)
                yield make_row("bought", chosen.bought, unit, word, **of)

    def _table(self) -> Table:
        rows = []
        for row in self.measures:
            share = "-" if row.share is None else percent(row.share.value)
            per = "free" if row.per_money is None else number(float(f"{row.per_money.value:.3g}"))
            bought = " ".join(filter(None, money_between(row.bought)))
            rows.append((row.title, money(row.cost, self.currency), bought, share, per))
        columns = ("measure", "cost", f"ES bought, {self.bought_in}", "of today's", f"per {self.currency}")
        return Table(f"What each measure alone takes off ES {100 * self.level:g} % of {self.column}", columns, rows)

    def _picture(self) -> str:
        found = [(it.bought.value, it.bought.lowest, it.bought.highest) for it in self.measures]
        said = "Expected shortfall that each measure takes off, with 95 % intervals"
        return small_pictures.ranges([it.title for it in self.measures], found, said) if found else ""

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw what each measure buys for its money; see :mod:`multivector_sim.questions.plots.rank`."""
        from multivector_sim.display.plotting import draw_literally
        from multivector_sim.questions.plots.rank import rank_bars as draw

        return draw_literally(draw(self, ax))

    def document(self) -> dict[str, Any]:
        """Return what ``multivector rank --json`` prints."""
        return {
            "schema": "multivector/rank/1",
            "scenario": self.scenario,
            "currency": self.currency,
            "bought_in": self.bought_in,
            "measured_in": measured_in(
                ("cost cost_range budget", self.currency),
                ("today bought less_than_best interaction", f"{horizon_amount(self.bought_in)}, of ES"),
                ("share", "share of today's ES"),
                ("per_money per_money_range", f"{self.bought_in} of ES for each {self.currency} of cost"),
                ("probability_over_budget", "probability"),
                ("sets_run", "number of them"),
            ),
            "column": self.column,
            "level": self.level,
            "draws": self.draws,
            "seed": self.seed,
            "budget": self.budget,
            "today": document_of(self.today),
            "measures": [
                {
                    "measure": row.name,
                    "title": row.title,
                    "cost": row.cost,
                    "cost_range": None if row.cost_range is None else list(row.cost_range),
                    "bought": document_of(row.bought),
                    "share": document_of(row.share),
                    "per_money": document_of(row.per_money),
                    "per_money_range": None if row.per_money_range is None else list(row.per_money_range),
                    "ties_with_next": row.tie or None,
                    "costs_more_than_it_buys": row.costs_more,
                    "price_trust": row.price_trust,
                    "effect_trust": row.effect_trust,
                }
                for row in self.measures
            ],
            "ties": [list(pair) for pair in self.ties],
            "too_dear": [{"measure": name, "cost": cost} for name, cost in self.too_dear],
            "clashes": [{"measures": list(it.measures), "reason": it.reason} for it in self.clashes],
            "best": None if self.best is None else _best_document(self.best),
            "best_set": None if self.best is None else _best_document(self.best),
            "recommended": None if self.recommended is None else _recommended_document(self.recommended),
            "note": self.note,
        }


def _best_document(best: BestSet) -> dict[str, Any]:
    """Return the best set as plain data."""
    return {
        **_set_document(best),
        "interaction": document_of(best.interaction),
        "exact": best.exact,
        "sets_run": best.runs,
        "bound_unless_measures_help_each_other": best.bound,
        "measures_help_each_other": best.helping,
        "cannot_be_told_from": [list(names) for names in best.equals],
        "costs_more_than_it_buys": best.costs_more,
    }


def _recommended_document(chosen: RecommendedSet) -> dict[str, Any]:
    """Return the recommended set as plain data."""
    return {
        **_set_document(chosen),
        "less_than_best": document_of(chosen.less),
        "costs_more_than_it_buys": chosen.costs_more,
    }


def _set_document(chosen: BestSet | RecommendedSet) -> dict[str, Any]:
    """Return what both sets have in common as plain data."""
    return {
        "measures": list(chosen.measures),
        "cost": chosen.cost,
        "probability_over_budget": chosen.over_budget,
        "bought": document_of(chosen.bought),
        "share": document_of(chosen.share),
        "per_money": document_of(chosen.per_money),
    }
