"""Tables of a page of HTML, as some publishers name ``.xls``: cells as text, each table on its own."""

from __future__ import annotations

from html.parser import HTMLParser

__all__ = ["tables_of_page"]

CELLS = frozenset({"td", "th"})


class _Tables(HTMLParser):
    """Collects the rows of tables; a table inside of a cell is one of its own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[list[list[str]]] = []
        self.cells: list[list[str] | None] = []
        self.tables: list[list[list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's face
        """Begin a table, a row or a cell."""
        if tag == "table":
            self.open.append([])
            self.cells.append(None)
            self.tables.append(self.open[-1])
        elif tag == "tr" and self.open:
            self.open[-1].append([])
            self.cells[-1] = None
        elif tag in CELLS and self.open:
            if not self.open[-1]:
                self.open[-1].append([])
            self.cells[-1] = []
            self.open[-1][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        """End a cell or a table."""
        if tag in CELLS and self.open:
            self.cells[-1] = None
        elif tag == "table" and self.open:
            self.open.pop()
            self.cells.pop()

    def handle_data(self, data: str) -> None:
        """Take the text of a cell."""
        cell = self.cells[-1] if self.cells else None
        if cell is not None:
            cell.append(data)
            self.open[-1][-1][-1] = " ".join("".join(cell).split())


def tables_of_page(text: str) -> list[list[list[str]]]:
    """Return every table of a page that has more than one row.

    Parameters
    ----------
    text
        The page.

    Returns
    -------
    list of list of list of str
        Tables of rows of cells, in the order of the page.

    Examples
    --------
    >>> tables_of_page("<table><tr><th>a<th>b</tr><tr><td>1</td><td>x &amp; y</td></tr></table>")
    [[['a', 'b'], ['1', 'x & y']]]
    """
    reader = _Tables()
    reader.feed(text)
    reader.close()
    return [table for table in reader.tables if len(table) > 1]
