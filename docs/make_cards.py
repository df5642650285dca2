"""Run the cells below in a Jupyter kernel and write ``docs/cards.html``: each answer as a notebook shows it.

::

    pip install 'multivector-sim[notebook]' nbclient
    python docs/make_cards.py
"""

from html import escape
from pathlib import Path

PAGE = Path(__file__).with_name("cards.html")
CELLS = (
    ("A scenario", 'import multivector_sim as mv\n\nscenario = mv.load("two-buyers")\nscenario'),
    ("A run", "result = mv.simulate(scenario, draws=20_000, seed=1)\nresult"),
    ("One column of it", "result.trade"),
    ("Concentration, without a run", 'mv.dashboard("kazakhstan")'),
    ("Mixes compared", 'mv.compare([scenario, "article", "one", "equal"], draws=10_000)'),
    ("Who drives the tail", "mv.contribute(result)"),
    ("The trade-off of value and risk", "mv.frontier(scenario, 6, draws=4_096, resamples=20)"),
    ("What to buy first", "mv.rank(scenario, budget=2e9, draws=10_000)"),
    ("The most likely way to a large loss", "mv.reverse_stress(scenario, loss=0.12)"),
    (
        "What would have to be true",
        """claim = {"quantity": "measures.total.loss_share.mean", "at_most": 0.04}
mv.must_be_true(scenario, "stress.0.channels.exports", claim, 0.0, 0.9, draws=2_048)""",
    ),
    ("Which assumptions matter", "mv.sensitivity(scenario, 1_024)"),
    ("Claims", 'mv.claims("kazakhstan", draws=2_048)'),
    ("Every question at once", "mv.study(scenario, draws=2_048)"),
    ("As a tidy frame", "result.to_frame().head(6)"),
)
STYLE = """
body{max-width:52rem;margin:0 auto;padding:1rem;font:16px/1.5 system-ui,sans-serif;color:#1b1f24;background:#fff}
h2{font-size:1.1rem;margin:2rem 0 .5rem}
pre{background:#f3f5f7;padding:.6rem .8rem;border-radius:6px;overflow-x:auto;font-size:13px}
.plain{overflow-x:auto}.plain table{border-collapse:collapse;font-size:13px}
.plain td,.plain th{padding:2px 8px;text-align:right}
@media (prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}pre{background:#1a2027}}
"""


def run_cells() -> list[str]:
    """Return what a notebook shows under each cell, as HTML."""
    import nbformat
    from nbclient import NotebookClient

    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for _, code in CELLS])
    NotebookClient(book, timeout=900, kernel_name="python3").execute()
    shown = []
    for cell in book.cells:
        found = [it.data["text/html"] for it in cell.outputs if "text/html" in it.get("data", {})]
        if not found:
            raise SystemExit(f"no card under: {cell.source}")
        shown.append(found[-1].replace("<th></th>", "<td></td>"))  # a heading without a word is none
    return shown


def main() -> None:
    """Write the page."""
    parts = [
        f'<section><h2>{escape(title)}</h2><pre tabindex="0"><code>{escape(code)}</code></pre>'
        + (f'<div class="shown">{card}</div>' if "mv-card" in card else f'<div class="plain" tabindex="0">{card}</div>')
        + "</section>"
        for (title, code), card in zip(CELLS, run_cells(), strict=True)
    ]
    page = (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Answers in a notebook</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head><body><main><h1>Answers in a notebook</h1>"
        "<p>Each answer shows itself as a card, in light and dark, without a script. Made by "
        "<code>docs/make_cards.py</code>, which runs these cells.</p>\n"
        + "\n".join(parts)
        + "\n</main></body></html>\n"
    )
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
