"""How an answer shows itself: a short ``repr``, a card in a notebook, ``summary()``, ``to_frame()``, ``to_xarray()``.

An answer inherits :class:`Shown` and says four things about itself; all surfaces follow from them, so that they agree::

    _headline()   what was found, in one or two short sentences
    _rows()       every number, one :class:`~multivector_sim.display.tables.Row` each
    _table()      the few that people read first, as a :class:`~multivector_sim.display.tables.Table`
    _picture()    a small picture from :mod:`multivector_sim.display.small_pictures`; empty for none

A dataclass that inherits it is declared with ``repr=False``, or its own ``__repr__`` would come first. :class:`Answer`
adds what two answers have in common where they are equal: the same document.

**The card** of an answer in a notebook has a headline, a table and a small picture, and no script. It follows the
reader's system (``prefers-color-scheme``), and the theme of JupyterLab and of VS Code where they say one. Its rules
apply to nothing outside it. Every text is escaped; nothing is requested from anywhere.
"""

from __future__ import annotations

import textwrap
from html import escape
from typing import TYPE_CHECKING, Any

from multivector_sim.display.tables import WIDTH, Row, Table, as_dataset, as_frame

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    import xarray

__all__ = ["Answer", "Shown", "shortened"]

MOST_LINES = 3
MOST_ROWS = 12
"""Rows of a card or a summary; the frame has all."""


def shortened(text: str, lines: int = MOST_LINES, width: int = WIDTH) -> str:
    """Return a text wrapped to a few lines, with an ellipsis where it is cut.

    Examples
    --------
    >>> print(shortened("one two three four", lines=2, width=9))
    one two
      ...
    """
    found = textwrap.wrap(
        text, width, subsequent_indent="  ", max_lines=lines, placeholder=" ...", break_on_hyphens=False
    )
    return "\n".join(found)


class Shown:
    """Something that shows itself in a few lines, as a card, as text, as a data frame and as labelled arrays."""

    __slots__ = ()

    def _headline(self) -> str:
        """Return what was found, in one or two short sentences."""
        raise NotImplementedError

    def _rows(self) -> Iterable[Row]:
        """Return every number, one row each."""
        raise NotImplementedError

    def _table(self) -> Table:
        """Return the numbers that people read first."""
        raise NotImplementedError

    def _picture(self) -> str:
        """Return a small picture as inline SVG; empty for none."""
        return ""

    def _about(self) -> dict[str, str | float | int]:
        """Return what the labelled arrays carry as attributes: the scenario's name, the seed, the draws."""
        named = getattr(self, "scenario", None)
        found: dict[str, str | float | int] = {"kind": type(self).__name__}
        if named is not None:
            found["scenario"] = str(getattr(named, "name", named))
        return found | {
            key: getattr(self, key) for key in ("seed", "draws") if isinstance(getattr(self, key, None), int)
        }

    def rows(self) -> list[Row]:
        """Return every number as a row, for whoever puts answers together or writes them to a file."""
        return list(self._rows())

    def headline(self) -> str:
        """Return what was found, in one or two sentences."""
        return self._headline()

    def picture(self) -> str:
        """Return the card's small picture as inline SVG; empty for none."""
        return self._picture()

    def __repr__(self) -> str:
        """Return what it is and what was found, in at most three lines."""
        return shortened(f"{type(self).__name__}: {self._headline()}")

    def __str__(self) -> str:
        """Return what was found, in at most three lines."""
        return shortened(self._headline())

    def _repr_html_(self) -> str:
        """Return a card for notebooks."""
        table = self._table()
        return card(type(self).__name__, self._headline(), table._replace(rows=table.rows[:MOST_ROWS]), self._picture())

    def summary(self) -> str:
        """Return what was found as text: the headline, and a table of at most 80 columns."""
        table = self._table()
        said = textwrap.fill(self._headline(), WIDTH, break_on_hyphens=False)
        if not table.rows:
            return said
        left_out = len(table.rows) - MOST_ROWS
        more = f"\n(and {left_out} more rows: to_frame() has all)" if left_out > 0 else ""
        return f"{said}\n\n{table._replace(rows=table.rows[:MOST_ROWS]).text()}{more}"

    def to_frame(self) -> pd.DataFrame:
        """Return a tidy data frame: one row a number, with what it is of, ``value``, ``low``, ``high`` and ``unit``.

        ``low`` and ``high`` are the ends of a 95 % Monte Carlo interval, NaN where there is none.
        """
        return as_frame(self._rows())

    def to_xarray(self) -> xarray.Dataset:
        """Return labelled arrays: a variable for each measure over named dimensions, its unit in ``attrs["units"]``.

        Raises
        ------
        UsageError
            If xarray is not installed; ``pip install 'multivector-sim[xarray]'``.
        """
        return as_dataset(self._rows(), self._about())


class Answer(Shown):
    """An answer that is plain data: two are equal where their documents are."""

    __slots__ = ()

    def document(self) -> dict[str, Any]:
        """Return it as plain data."""
        raise NotImplementedError

    def __eq__(self, other: object) -> bool:
        """Return whether another answer of the same kind says the same in every number."""
        if self is other:
            return True
        if type(self) is not type(other) or not isinstance(other, Answer):
            return NotImplemented
        return self.document() == other.document()

    def __hash__(self) -> int:
        """Return a hash that equal answers share; it reads no number."""
        return hash((type(self).__name__, *sorted(self._about().items())))


LIGHT = "--mv-ink:#1b1f24;--mv-soft:#57606a;--mv-line:#d0d7de;--mv-paper:#fff;--mv-main:#1f7a80"
DARK = "--mv-ink:#e6edf3;--mv-soft:#9aa4af;--mv-line:#3d444d;--mv-paper:#12161b;--mv-main:#6cbfc4"
STYLE = (
    f".mv-card{{{LIGHT};color-scheme:light dark;color:var(--mv-ink);background:var(--mv-paper);"
    "border:1px solid var(--mv-line);border-radius:6px;padding:12px 14px;max-width:46rem;box-sizing:border-box;"
    "font:14px/1.45 system-ui,sans-serif;overflow-x:auto}"
    ".mv-card .mv-kind{color:var(--mv-soft);font-size:12px;margin:0}"
    ".mv-card .mv-head{margin:2px 0 8px;font-size:15px;font-weight:600;white-space:pre-line}"
    ".mv-card svg{display:block;width:100%;max-width:24rem;height:auto;margin:4px 0 8px}"
    ".mv-card svg text{font:11px system-ui,sans-serif;fill:var(--mv-ink)}"
    ".mv-card .mv-band{fill:var(--mv-main);fill-opacity:.25}"
    ".mv-card .mv-bar,.mv-card .mv-dot{fill:var(--mv-main)}"
    ".mv-card .mv-line,.mv-card .mv-range{fill:none;stroke:var(--mv-main);stroke-width:1.8}"
    ".mv-card .mv-zero{stroke:var(--mv-soft);stroke-dasharray:2 2}"
    ".mv-card figcaption{color:var(--mv-soft);font-size:12px}.mv-card figure{margin:0}"
    ".mv-card table{border-collapse:collapse;margin:0;font-size:13px;color:inherit;background:none}"
    ".mv-card caption{text-align:left;color:var(--mv-soft);font-size:12px;padding:0 0 4px;caption-side:top}"
    ".mv-card tr,.mv-card tbody tr:nth-child(odd){background:none}"
    ".mv-card th,.mv-card td{border:0;border-bottom:1px solid var(--mv-line);padding:3px 12px 3px 0;"
    "text-align:left;vertical-align:top;font-weight:400;color:inherit}"
    ".mv-card th{color:var(--mv-soft);font-size:12px}"
    ".mv-card .n{text-align:right;font-variant-numeric:tabular-nums}"
)
THEMES = (
    f"@media (prefers-color-scheme:dark){{.mv-card{{{DARK}}}}}"
    f'[data-jp-theme-light="true"] .mv-card,.vscode-light .mv-card{{{LIGHT};color-scheme:light}}'
    f'[data-jp-theme-light="false"] .mv-card,.vscode-dark .mv-card{{{DARK};color-scheme:dark}}'
)


def card(kind: str, headline: str, table: Table, picture: str = "") -> str:
    """Return a card as HTML; it can be reached by keyboard, because one with a wide table is scrolled sideways.

    Parameters
    ----------
    kind
        What it is, such as ``Comparison``.
    headline
        What was found.
    table
        The numbers that people read first; left out where it has no rows.
    picture
        Inline SVG from :mod:`multivector_sim.display.small_pictures`, which escapes its own texts; empty for none.

    Examples
    --------
    >>> from multivector_sim.display.tables import Table
    >>> made = card("Result", "loses 7 % <on average>", Table("", ("", "mean"), [("total", "7 %")]))
    >>> "&lt;on average&gt;" in made, "<script" in made, "http" in made
    (True, False, False)
    """
    title = picture.partition("<title>")[2].partition("</title>")[0]
    drawn = f"<figure>{picture}<figcaption>{title}</figcaption></figure>" if picture else ""
    return (
        f'<div class="mv-card" tabindex="0" role="group" aria-label="{escape(kind)}"><style>{STYLE}{THEMES}</style>'
        f'<p class="mv-kind">{escape(kind)}</p><p class="mv-head">{escape(headline)}</p>'
        f"{drawn}{table.html() if table.rows else ''}</div>"
    )
