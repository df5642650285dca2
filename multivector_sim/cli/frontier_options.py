"""What a person writes behind ``--bound``, ``--cost`` and ``--change``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multivector_sim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["read_bounds", "read_change", "read_costs"]


def read_bounds(texts: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Read ``NAME=LOW:HIGH``; an end left out does not limit.

    Parameters
    ----------
    texts
        As given, in order; none may name the same twice.

    Returns
    -------
    dict
        Least and greatest share by name.

    Raises
    ------
    UsageError
        If one is written otherwise.

    Examples
    --------
    >>> read_bounds(["china=0.1:0.4", "west=:0.5"])
    {'china': (0.1, 0.4), 'west': (0.0, 0.5)}
    """
    found: dict[str, tuple[float, float]] = {}
    for text in texts:
        name, equals, ends = text.partition("=")
        low, colon, high = ends.partition(":")
        if not (name and equals and colon) or name in found:
            raise UsageError(f"--bound {text}: write NAME=LOW:HIGH, as in china=0.1:0.4, each name once")
        found[name] = (share(low or "0", f"--bound {text}"), share(high or "1", f"--bound {text}"))
    return found


def read_costs(texts: Sequence[str]) -> float | dict[str, float] | None:
    """Read one share for all, or ``PARTNER=SHARE`` for some; None for nothing.

    Examples
    --------
    >>> read_costs([]), read_costs(["0.03"]), read_costs(["china=0.01", "eu=0.05"])
    (None, 0.03, {'china': 0.01, 'eu': 0.05})
    """
    if not texts:
        return None
    if len(texts) == 1 and "=" not in texts[0]:
        return share(texts[0], f"--cost {texts[0]}")
    found: dict[str, float] = {}
    for text in texts:
        name, equals, number = text.partition("=")
        if not (name and equals) or name in found:
            raise UsageError(f"--cost {text}: write one share for all, or PARTNER=SHARE, each partner once")
        found[name] = share(number, f"--cost {text}")
    return found


def read_change(text: str) -> float | None:
    """Read the share that may move in a year; ``none`` is no limit.

    Examples
    --------
    >>> read_change("0.02"), read_change("none")
    (0.02, None)
    """
    return None if text == "none" else share(text, f"--change {text}")


def share(text: str, where: str) -> float:
    """Read a number."""
    try:
        return float(text)
    except ValueError:
        raise UsageError(f"{where}: '{text}' is not a number; a tenth is 0.1") from None
