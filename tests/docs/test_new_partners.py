"""The table of the page on new partners is what its Python says."""

import re

from tests.docs.test_documents import PYTHON, ROOT

PAGE = ROOT / "docs" / "theory" / "new-partners.md"


def shares(text, beginning):
    """The percentages in the row of the table that begins so."""
    row = next(line for line in text.splitlines() if line.startswith(f"| {beginning}"))
    return [int(found) for found in re.findall(r"(\d+) %", row)]


def test_the_table_is_what_the_page_computes():
    text, names = PAGE.read_text(encoding="utf-8"), {"__name__": "page"}
    exec(compile(PYTHON.findall(text)[0], "new-partners.md", "exec"), names)  # noqa: S102  the page is ours
    for beginning, found in (("today's buyers alone", names["without"]), ("with new buyers", names["found"])):
        assert shares(text, beginning) == [round(100 * share) for share in found]
