"""The article's own text, by heading and paragraph, where it lies beside the project; it is no part of the project."""

import os
import re
from pathlib import Path

SHARED = Path(os.environ.get("MULTIVECTOR_SHARED", Path(__file__).parents[3] / "shared"))
FILE = SHARED / "seed" / "article.txt"
PANEL = SHARED / "data" / "comtrade_1964_2016.csv.gz"
SECTIONS = (
    "Kazakhstan Multivector Foreign Policy",
    "Kazakhstan Russia China Relations",
    "Kazakhstan Western Diplomatic Strategy",
    "Post-Soviet Foreign Realignment",
    "Kazakhstan Diplomatic Balancing Act",
)
LISTS = {"Key Takeaways": "point", "Glossary": "entry", "Common Mistakes": "mistake", "FAQ": "answer"}
WORDS = {2: ("doubling",), 6: ("six",), 12: ("Twelve", "twelve"), 1: ("Hosting", "parity"), 0: ("refusing",)}


def read(path=FILE):
    """Return the text of every place, such as ``Glossary, entry 2``.

    Paragraphs are counted within a section without bullets, quotations and tables; a list inside a section does not end
    it. Everything before the first heading is the opening.
    """
    found, counts, rows = {}, {}, 0
    section, home, kind = "Opening", "Opening", "paragraph"
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        text = line.strip()
        if not text or text.startswith(("—", '"', "|---")):
            continue
        if text in SECTIONS or text in LISTS:
            section, kind = text, LISTS.get(text, "paragraph")
            home = home if text == "Key Takeaways" else text
            continue
        if section == "Key Takeaways" and not text.startswith("-"):
            section, kind = home, "paragraph"
        if text.startswith("|"):
            if rows:
                found[f"{section}, table row {rows}"] = text
            rows += 1
            continue
        if section == "FAQ" and text.startswith("Q:"):
            continue
        counts[section] = counts.get(section, 0) + 1
        found[f"{section}, {kind} {counts[section]}"] = text
    return found


def forms(number):
    """Return how a text may write a number: as a share, as money, as a count, or in words."""
    size = abs(number)
    written = [f"{size:g}", f"{size:,.0f}", f"{100 * size:g}%"]
    written += [f"${size / 1e9:g} billion", f"€{size / 1e6:g} million"]
    return [*written, *WORDS.get(number, ())]


def stands_in(number, text):
    """Tell whether a text has a number, as a whole and not as part of another."""
    return any(re.search(rf"(?<![\d.,]){re.escape(form)}(?![\d]|[.,]\d)", text) for form in forms(number))
