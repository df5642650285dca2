"""What a block of draws assumes, worked out in the plainest way: exact quantiles, every draw of every number.

It is written from the equations of the model, one after the other, and shares with the compiled sampler only what a
scenario is, the names of streams, and the quantile functions. Luck is a function from a stream's name to its 1,024
numbers. Nothing is left out where a rupture does not happen; it is set to 0 afterwards.
"""

from functools import cache

import numpy as np
from scipy.special import gammaincinv, ndtr, ndtri, stdtr

from multivector_sim.response.arrays import Draws
from multivector_sim.sampling.laws import quantile
from multivector_sim.sampling.streams import BLOCK

__all__ = ["assume", "cholesky", "joined_luck"]

MONTHS = 12
SMALLEST, LARGEST = np.finfo(float).tiny, 1.0 - 2.0**-53
BY_CHANNEL = {
    "ceiling": "ceiling",
    "theta": "theta_months",
    "haircut": "haircut",
    "stock": "buffer_months",
    "refill": "refill",
    "entry": "entry",
    "entry_theta": "entry_theta_months",
    "price": "price",
}
PHASES = {"ramp": "ramp_months", "duration": "duration_months", "half_life": "half_life_months", "scar": "scar"}


def assume(scenario, uniforms, quantiles=None):
    """Give the block of draws that a scenario assumes under ``uniforms``, a function of a name.

    ``quantiles`` keeps what :func:`exact_quantiles` has worked out for other scenarios under the same numbers.
    """
    return Reference(scenario, uniforms, quantiles or exact_quantiles(uniforms)).draws()


def exact_quantiles(uniforms):
    """Give a function of a name and a law that works out each of its answers once."""
    numbers = cache(uniforms)
    return cache(lambda name, kind, parameters: quantile(kind, parameters, numbers(name)))


class Reference:
    """A scenario under one block of luck."""

    def __init__(self, scenario, uniforms, quantiles):
        self.scenario, self.uniforms, self.quantile = scenario, cache(uniforms), quantiles
        self.random_source = joined_luck(scenario, self.uniforms)
        self.places = [*scenario.channels, "transit"]

    def value(self, name, figure):
        """Draw a number under its name, (BLOCK,)."""
        return self.quantile(name, figure.law.kind, figure.law.parameters)

    def draws(self):
        """Draw everything."""
        names, channels = numbered(self.scenario), self.scenario.channels.items()
        drawn = []
        for name, partner, model, number in names:
            drawn.append(self.rupture(name, partner, model, drawn[-1] if number else None))
        rows = {field: columns([it[field] for it in drawn]) for field in ("onset", *PHASES)}
        severity, honoured = (
            np.array([it[field] for it in drawn]).reshape(len(names), BLOCK, -1).swapaxes(0, 1)
            if names
            else np.zeros((BLOCK, 0, width))
            for field, width in (("severity", len(self.places)), ("honoured", len(self.scenario.contracts)))
        )
        corridors, terms = self.scenario.corridors.items(), self.scenario.spillover
        return Draws(
            **rows,
            severity=severity,
            honoured=honoured,
            capacity=columns(
                [self.value(f"corridors.{name}.capacity", it.capacity) / MONTHS for name, it in corridors]
            ),
            **{
                field: columns([self.value(f"channels.{name}.{key}", getattr(it, key)) for name, it in channels])
                for field, key in BY_CHANNEL.items()
            },
            kappa=np.stack([self.kappa(name, it) for name, it in channels], axis=2),
            eta=columns([self.value(f"spillover.{it.from_}.{it.to}.{it.lag_months}.eta", it.eta) for it in terms]),
            floor=self.clauses("floor"),
            entry_haircut=columns([self.entry_haircut(name, it) for name, it in channels]),
        )

    def kappa(self, name, channel):
        """Draw each partner's room to grow, (BLOCK, partner); those without one of their own share the channel's."""
        return columns(
            [
                self.value(f"channels.{name}.kappa_by_partner.{it}", channel.kappa_by_partner[it])
                if it in channel.kappa_by_partner
                else self.value(f"channels.{name}.kappa", channel.kappa)
                for it in self.scenario.partners
            ]
        )

    def entry_haircut(self, name, channel):
        """Draw what new partners' units lose: a number of their own, or the channel's haircut itself."""
        if channel.entry_haircut is None:
            return self.value(f"channels.{name}.haircut", channel.haircut)
        return self.value(f"channels.{name}.entry_haircut", channel.entry_haircut)

    def clauses(self, key):
        """Draw one figure of each contract, (BLOCK, contract)."""
        contracts = self.scenario.contracts
        return columns([self.value(f"contracts.{it.partner}.{it.channel}.{key}", getattr(it, key)) for it in contracts])

    def rupture(self, name, partner, model, last):
        """Draw when a rupture happens, and what belongs to it: 0 where it does not; ``last`` came before a further one.

        A hazard has one intensity, whichever of its ruptures it is.
        """
        if name.startswith("stress/"):
            onset, depth, wrong_way = self.value(f"{name}/onset_month", model.onset_month), None, 0.0
        else:
            first = last is None
            random_source = self.random_source[partner] if first else self.uniforms(f"{name}/onset")
            since = 0.0 if first else last["onset"] + last["ramp"] + last["duration"]
            onset, depth = self.strike(f"hazard/{partner}", model, random_source, since)
            wrong_way = model.wrong_way.value
        happens = np.isfinite(onset)
        severity, hard = np.zeros((BLOCK, len(self.places))), {}
        for channel, figure in model.channels.items():
            numbers = self.hit(name, channel, model.severity_correlation.value, wrong_way, depth)
            hard |= {} if figure.is_fixed else {channel: (numbers, happens)}
            drawn = quantile(figure.law.kind, figure.law.parameters, numbers)
            severity[:, self.places.index(channel)] = np.where(happens, drawn, 0.0)
        phases = {field: self.value(f"{name}/{key}", getattr(model, key)) for field, key in PHASES.items()}
        return {field: np.where(happens, drawn, 0.0) for field, drawn in phases.items()} | {
            "onset": onset,
            "severity": severity,
            "honoured": self.honoured(name, partner, hard),
        }

    def strike(self, name, model, random_source, since):
        """Give a hazard's month, infinite for none from ``since`` to the horizon; its depth among those that happen."""
        intensity = self.value(f"{name}/intensity", model.intensity)
        for tie, it in model.ties.items():
            value, baseline, beta = (
                self.value(f"{name}/ties/{tie}/{key}", getattr(it, key)) for key in ("value", "baseline", "beta")
            )
            intensity = intensity * np.exp(np.clip(-beta * (value - baseline), -700.0, 700.0))
        left = np.maximum(0.0, self.scenario.horizon_months - since)
        probability = -np.expm1(-intensity * left / MONTHS)
        happens = random_source < probability
        months, depth = np.full(BLOCK, np.inf), np.full(BLOCK, 0.5)
        start = np.broadcast_to(since, (BLOCK,))[happens]
        months[happens] = start + MONTHS * -np.log1p(-random_source[happens]) / intensity[happens]
        depth[happens] = random_source[happens] / probability[happens]
        return months, depth

    def hit(self, name, channel, rho, wrong_way, depth):
        """Give the uniform numbers of one channel's severity: ``-w N + sqrt(1 - w^2) (sqrt(rho) M + ...)``."""
        own = self.uniforms(f"{name}/severity/{channel}")
        if rho == 0.0 and wrong_way == 0.0:
            return own
        score = np.sqrt(rho) * ndtri(self.uniforms(f"{name}/severity")) + np.sqrt(1.0 - rho) * ndtri(own)
        if wrong_way != 0.0:
            score = -wrong_way * ndtri(depth) + np.sqrt(1.0 - wrong_way**2) * score
        return np.clip(ndtr(score), SMALLEST, LARGEST)

    def honoured(self, name, partner, hard):
        """Draw which clauses are honoured in a rupture, (BLOCK, contract); only the partner's own can be.

        ``hard`` has the uniform numbers of the severities that have a law, by channel, and where the rupture happens.
        """
        chances = self.clauses("honoured")
        kept = np.zeros(chances.shape)
        for number, contract in enumerate(self.scenario.contracts):
            if contract.partner == partner:
                numbers, rho = self.uniforms(f"{name}/honoured/{contract.channel}"), contract.severity_correlation.value
                if rho != 0.0 and contract.channel in hard:
                    severity, happens = hard[contract.channel]
                    score = rho * ndtri(severity) + np.sqrt(1.0 - rho**2) * ndtri(numbers)
                    numbers = np.where(happens, np.clip(ndtr(score), SMALLEST, LARGEST), numbers)
                kept[:, number] = numbers < chances[:, number]
        return kept


def columns(found):
    """Put arrays (BLOCK,) side by side."""
    return np.array(found).reshape(-1, BLOCK).T


def numbered(scenario):
    """Give every rupture's name, partner, model and number among its hazard's own: stresses first, then hazards."""
    found = []
    for stress in scenario.stress:
        number = sum(partner == stress.partner for _, partner, _, _ in found)
        found.append((f"stress/{stress.partner}/{number}", stress.partner, stress, 0))
    for partner, model in scenario.hazard.partners.items() if scenario.hazard is not None else ():
        names = [f"hazard/{partner}", *(f"hazard/{partner}/{number}" for number in range(1, model.at_most))]
        found += [(name, partner, model, number) for number, name in enumerate(names)]
    return found


def joined_luck(scenario, uniforms):
    """Give every hazard's uniform number under the copula, by partner: low is bad luck."""
    if scenario.hazard is None:
        return {}
    copula, partners = scenario.hazard.copula, list(scenario.hazard.partners)
    own = {partner: ndtri(uniforms(f"copula/partner/{partner}")) for partner in partners}
    if copula.loadings is None:
        lower = cholesky(correlations(copula, partners))
        latent = {
            partner: sum(share * own[other] for share, other in zip(row, partners, strict=True))
            for partner, row in zip(partners, lower, strict=True)
        }
    else:
        blocs = {partner: scenario.partners[partner].bloc for partner in partners}
        latent = by_factors(copula.loadings, blocs, own, uniforms)
    if copula.family != "t":
        return {partner: np.clip(ndtr(normal), SMALLEST, LARGEST) for partner, normal in latent.items()}
    nu = copula.nu.value
    chi_square = np.maximum(2.0 * gammaincinv(nu / 2.0, uniforms("copula/mixing")), SMALLEST)
    return {
        partner: np.clip(stdtr(nu, normal * np.sqrt(nu / chi_square)), SMALLEST, LARGEST)
        for partner, normal in latent.items()
    }


def by_factors(loadings, blocs, own, uniforms):
    """Join normals: what strikes everybody, what strikes a bloc, and what is a partner's own."""
    latent = {}
    for partner, bloc in blocs.items():
        to_all, to_bloc = loadings.global_.value, loadings.bloc.value if bloc else 0.0
        normal = to_all * ndtri(uniforms("copula/global"))
        if bloc:
            normal = normal + to_bloc * ndtri(uniforms(f"copula/bloc/{bloc}"))
        latent[partner] = normal + np.sqrt(max(1.0 - to_all**2 - to_bloc**2, 0.0)) * own[partner]
    return latent


def correlations(copula, partners):
    """Lay correlations down; a pair left out is 0."""
    matrix = np.eye(len(partners))
    for first, row in copula.correlation.items():
        for second, figure in row.items():
            if first in partners and second in partners:
                one, other = partners.index(first), partners.index(second)
                matrix[one, other] = matrix[other, one] = figure.value
    return matrix


def cholesky(matrix):
    """Factor a correlation matrix, row by row: what one of those before explains of each, then what is its own."""
    lower = np.zeros_like(matrix)
    for row in range(len(matrix)):
        for column in range(row):
            if lower[column, column] > 0.0:
                left = matrix[row, column] - lower[row, :column] @ lower[column, :column]
                lower[row, column] = left / lower[column, column]
        own = 1.0 - lower[row] @ lower[row]
        lower[row, row] = np.sqrt(own) if own > 1e-10 else 0.0
    return lower
