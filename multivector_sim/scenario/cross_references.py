"""Names in a document that refer to other parts of it: they must exist and be unambiguous.

The checks read the plain document, not the models, so that wrong names and wrong numbers are reported together.
They cover only parts of the right shape; :mod:`~multivector_sim.scenario.consistency` reports the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from multivector_sim.sampling.laws import known_laws
from multivector_sim.scenario.models import CHANNEL_KINDS, TRANSIT
from multivector_sim.scenario.part import LONGEST_NAME
from multivector_sim.scenario.place import under

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from multivector_sim.scenario.mistakes import Complaints

__all__ = ["References", "check_names", "keyed"]

AGGREGATE = "total"
NAMED = ("sources", "partners", "channels", "corridors", "mixes", "measures", "claims", "observed", "overrides")
TAKEN = frozenset({TRANSIT, AGGREGATE, "value"})


def keyed(part: object, *keys: str) -> dict[str, Any]:
    """Return the mapping at a path of a document; an empty one where there is none."""
    for key in keys:
        part = part.get(key) if isinstance(part, dict) else None
    return part if isinstance(part, dict) else {}


def _items(part: object) -> list[tuple[int, dict[str, Any]]]:
    """Return the mappings in a list with their positions."""
    entries = part if isinstance(part, list) else []
    return [(number, entry) for number, entry in enumerate(entries) if isinstance(entry, dict)]


def check_names(document: dict[str, Any], complaints: Complaints) -> None:
    """Check that names have one meaning only and can stand in a path."""
    for section in NAMED:
        for name in keyed(document, section):
            path = under(section, name)
            if not name.strip() or name != name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
                complaints.add(path, f"a name has 1 to {LONGEST_NAME} letters on one line, no spaces around")
            elif "." in name:
                complaints.add(path, "a name cannot contain a dot; dots separate the steps of a path")
            elif section in ("partners", "channels", "corridors") and (name in TAKEN or name in known_laws()):
                complaints.add(path, f"'{name}' is reserved; choose another name")
    _check_kinds(document, complaints)
    for partner, rupture in keyed(document, "hazard", "partners").items():
        for name in keyed(rupture, "ties"):
            if not name.isprintable():
                complaints.add(f"hazard.partners.{partner}.ties.{name}", "a name takes no control characters")


def _check_kinds(document: dict[str, Any], complaints: Complaints) -> None:
    """Check that no channel has the name of a kind other than its own."""
    for name, channel in keyed(document, "channels").items():
        kind = channel.get("kind") if isinstance(channel, dict) else None
        if name in CHANNEL_KINDS and kind in CHANNEL_KINDS and kind != name:
            complaints.add(f"channels.{name}", f"called '{name}' but of kind '{kind}'; choose another name")


class References:
    """Checks all names in one document.

    Parameters
    ----------
    document
        The plain document.
    complaints
        Collects the mistakes.
    """

    def __init__(self, document: dict[str, Any], complaints: Complaints) -> None:
        self.document = document
        self.complaints = complaints
        self.partners = self.known("partners")
        self.channels = self.known("channels")
        self.corridors = self.known("corridors")

    def known(self, section: str) -> dict[str, Any] | None:
        """Return the entries of a section; None when it cannot be read, so that nothing is checked against it."""
        part = self.document.get(section, {})
        return part if isinstance(part, dict) else None

    def check(self) -> None:
        """Check all names."""
        self.check_flows()
        self.check_ruptures()
        self.check_single()
        self.check_sources()

    def look_up(self, path: str, kind: str, name: object, known: Collection[str] | None) -> None:
        """Check that one name is known."""
        if known is not None and isinstance(name, str) and name not in known:
            self.complaints.unknown(path, kind, name, known)

    def partner(self, path: str, name: object) -> None:
        """Check that a partner is known."""
        self.look_up(path, "partner", name, self.partners)

    def channel(self, path: str, name: object, *, transit: bool = False, kinds: bool = False) -> None:
        """Check that a channel is known."""
        more = ((TRANSIT,) if transit else ()) + (CHANNEL_KINDS if kinds else ())
        if self.channels is not None and isinstance(name, str) and name not in self.channels and name not in more:
            self.complaints.unknown(path, "channel", name, (*self.channels, *more))

    def by_channel(self, path: str, part: object) -> Iterator[tuple[str, str, str, Any]]:
        """Yield the entries of ``channel: {partner: ..}``, and report unknown names."""
        for channel, flows in keyed(part).items():
            self.channel(under(path, channel), channel)
            for partner, inner in keyed(flows).items():
                where = f"{path}.{channel}.{partner}"
                self.partner(where, partner)
                yield where, channel, partner, inner

    def check_flows(self) -> None:
        """Check exposures, legs, mixes, hosts and capacities of single partners."""
        exposures = self.by_channel("exposures", self.document.get("exposures"))
        flows = {(channel, partner) for _, channel, partner, _ in exposures}
        for where, channel, partner, legs in self.by_channel("legs", self.document.get("legs")):
            for corridor in keyed(legs):
                self.look_up(under(where, corridor), "corridor", corridor, self.corridors)
            if self.is_known(channel, partner) and (channel, partner) not in flows:
                self.complaints.add(where, f"legs of a flow that does not exist; give exposures.{channel}.{partner}")
        for name, mix in keyed(self.document, "mixes").items():
            for _ in self.by_channel(f"mixes.{name}", mix):
                pass
        for name, channel in keyed(self.document, "channels").items():
            for partner in keyed(channel, "kappa_by_partner"):
                self.partner(f"channels.{name}.kappa_by_partner.{partner}", partner)
        for name, corridor in keyed(self.document, "corridors").items():
            for partner in keyed(corridor, "hosts"):
                self.partner(f"corridors.{name}.hosts.{partner}", partner)

    def is_known(self, channel: str, partner: str) -> bool:
        """Return whether both names are known and the exposures can be read."""
        exposures = self.document.get("exposures")
        readable = isinstance(exposures, dict) and isinstance(exposures.get(channel, {}), dict)
        return readable and channel in (self.channels or {}) and partner in (self.partners or {})

    def check_ruptures(self) -> None:
        """Check the partners and channels of ruptures."""
        for number, stress in _items(self.document.get("stress")):
            self.partner(f"stress.{number}.partner", stress.get("partner"))
            self.check_affected(f"stress.{number}.channels", stress.get("channels"))
        for partner, rupture in keyed(self.document, "hazard", "partners").items():
            self.partner(f"hazard.partners.{partner}", partner)
            self.check_affected(f"hazard.partners.{partner}.channels", keyed(rupture).get("channels"))
        for one, others in keyed(self.document, "hazard", "copula", "correlation").items():
            self.partner(f"hazard.copula.correlation.{one}", one)
            for other in keyed(others):
                self.partner(f"hazard.copula.correlation.{one}.{other}", other)

    def check_affected(self, path: str, channels: object) -> None:
        """Check the channels that one rupture affects."""
        if channels == {}:
            self.complaints.add(path, "names no channel; give at least one and its severity")
        for channel in keyed(channels):
            self.channel(under(path, channel), channel, transit=True)

    def check_single(self) -> None:
        """Check spillover and contracts."""
        for number, term in _items(self.document.get("spillover")):
            for end in ("from", "to"):
                self.channel(f"spillover.{number}.{end}", term.get(end), kinds=True)
        self.check_twice("spillover", ("from", "to", "lag_months"))
        self.check_twice("contracts", ("partner", "channel"))
        for number, contract in _items(self.document.get("contracts")):
            self.partner(f"contracts.{number}.partner", contract.get("partner"))
            self.channel(f"contracts.{number}.channel", contract.get("channel"), transit=True)

    def check_twice(self, section: str, keys: tuple[str, str] | tuple[str, str, str]) -> None:
        """Report a second entry of a list about the same subject."""
        first: dict[tuple[str, ...], int] = {}
        for number, entry in _items(self.document.get(section)):
            about = [entry.get(key, 0) for key in keys]
            if not any(part is None or isinstance(part, (dict, list)) for part in about):
                same = first.setdefault(tuple(map(str, about)), number)
                if same != number:
                    words = ", ".join(f"{key} {part}" for key, part in zip(keys, about, strict=True))
                    self.complaints.add(
                        f"{section}.{number}", f"{section}.{same} has the same {words}; give one entry only"
                    )

    def check_sources(self) -> None:
        """Check the source of every figure."""
        sources = self.known("sources")
        for section, part in self.document.items():
            if section not in ("sources", "partners"):
                for path, source in _figures(part, section):
                    self.look_up(f"{path}.source", "source", source, sources)
        for name, claim in keyed(self.document, "claims").items():
            self.look_up(f"claims.{name}.source", "source", keyed(claim).get("source"), sources)


def _figures(part: object, path: str) -> Iterator[tuple[str, str]]:
    """Yield the figures of a document that name a source."""
    if isinstance(part, dict):
        if "value" in part and isinstance(part.get("source"), str):
            yield path, part["source"]
        for key, inner in part.items():
            yield from _figures(inner, f"{path}.{key}")
    elif isinstance(part, list):
        for number, inner in enumerate(part):
            if isinstance(inner, (dict, list)):
                yield from _figures(inner, f"{path}.{number}")
