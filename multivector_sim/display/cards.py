"""The card of an answer in a notebook: headline, table and a small picture, in light and dark, without a script.

The card follows the reader's system (``prefers-color-scheme``), and the theme of JupyterLab and of VS Code where they
say one. Its rules apply to nothing outside it. Every text is escaped; nothing is requested from anywhere.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multivector_sim.display.tables import Table

__all__ = ["card"]

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
        Inline SVG from :mod:`multivector_sim.display.sparks`, which escapes its own texts; empty for none.

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
