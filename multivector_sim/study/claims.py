"""Claims: what somebody says about the future or about a figure, held against the model or a better source.

A claim about the model names a quantity of a run, the case it is made under (a mix, a measure, an override), and what
should come true: at least so much, at most so much, or a change against another case. It *holds*, it *fails*, or the
draws *cannot tell* (:mod:`multivector_sim.study.ruling`). All cases meet the same luck.

A claim about a figure is held against the figure in the scenario: *agrees*, *contradicted*, or *no better source*
(:mod:`multivector_sim.study.figure_claim`). So is one about a fact that the scenario does not need, against the
evidence that it brings.

A verdict is about the model. It says what follows from the scenario's assumptions, and nothing about their truth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from multivector_sim.engine.cores import CORES
from multivector_sim.engine.progress import Progress, silent
from multivector_sim.errors import UsageError
from multivector_sim.scenario.claim import KINDS
from multivector_sim.study.ruling import VERDICTS, Ruling, rule, runner

if TYPE_CHECKING:
    from collections.abc import Iterable

    from multivector_sim.scenario.scenario import Scenario

__all__ = ["Claims", "claims"]

SCHEMA = "multivector/claims/1"


@dataclass(frozen=True)
class Claims:
    """All claims of a scenario and their verdicts."""

    scenario: Scenario
    draws: int
    seed: int
    rulings: tuple[Ruling, ...]

    def __getitem__(self, name: str) -> Ruling:
        """Give one ruling by the claim's name."""
        for ruling in self.rulings:
            if ruling.name == name:
                return ruling
        raise UsageError(f"no claim called '{name}'; there are {', '.join(it.name for it in self.rulings) or 'none'}")

    @property
    def verdicts(self) -> dict[str, str]:
        """The verdict of every claim."""
        return {ruling.name: ruling.verdict for ruling in self.rulings}

    @property
    def counts(self) -> dict[str, int]:
        """How many claims have each verdict, in the order of :data:`~multivector_sim.study.ruling.VERDICTS`."""
        given = [ruling.verdict for ruling in self.rulings]
        return {verdict: given.count(verdict) for verdict in VERDICTS if verdict in given}

    @property
    def counts_by_kind(self) -> dict[str, dict[str, int]]:
        """The same counts for each kind of claim that there is: evidence, model and definition are never added up."""
        given = [(ruling.claim.rests_on, ruling.verdict) for ruling in self.rulings]
        return {
            kind: {verdict: given.count((kind, verdict)) for verdict in VERDICTS if (kind, verdict) in given}
            for kind in KINDS
            if any(it == kind for it, _ in given)
        }

    def document(self) -> dict[str, Any]:
        """Give what ``multivector claims --json`` prints."""
        return {
            "schema": SCHEMA,
            "scenario": self.scenario.name,
            "draws": self.draws,
            "seed": self.seed,
            "counts": self.counts,
            "counts_by_kind": self.counts_by_kind,
            "claims": [ruling.document() for ruling in self.rulings],
        }


def claims(
    scenario: Scenario,
    names: Iterable[str] = (),
    draws: int = 20_000,
    seed: int = 1,
    *,
    workers: int = CORES,
    progress: Progress = silent,
) -> Claims:
    """Hold a scenario's claims against the model, and against its better sources.

    Parameters
    ----------
    scenario
        A scenario with claims.
    names
        Which; all if left out.
    draws, seed, workers
        As for :func:`~multivector_sim.engine.simulate.simulate`; every case meets the same luck.
    progress
        Called with claims done and all claims.

    Returns
    -------
    Claims
        A ruling for each, in the order of the scenario.

    Raises
    ------
    UsageError
        If there is no such claim, or a claim is about a quantity that does not exist.

    Examples
    --------
    >>> import multivector_sim as mv
    >>> claims(mv.load("two-buyers"), draws=4096).verdicts
    {'storms': 'fails', 'china': 'no better source'}
    """
    wanted = tuple(names) or tuple(scenario.claims)
    for name in wanted:
        if name not in scenario.claims:
            known = ", ".join(scenario.claims) or "none"
            raise UsageError(f"no claim called '{name}'; there are {known}")
    run = runner(scenario, draws, seed, workers)
    rulings = []
    for number, name in enumerate(wanted):
        progress(number, len(wanted))
        rulings.append(rule(scenario, name, scenario.claims[name], run))
    progress(len(wanted), len(wanted))
    return Claims(scenario, draws, seed, tuple(rulings))
