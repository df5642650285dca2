"""Build the documentation site: ``python docs/site/build.py [FOLDER]``.

The pages of ``docs/`` are plain Markdown, whose links work in any viewer of the repository. For the site they are
copied with the scenarios' pages into a folder of their own, and each link is turned to where its page lies there. The
reference of commands, of Python and of JSON documents is written from the code, and every example is run. Sphinx then
makes HTML of it all, and a warning is an error.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from gallery import write_gallery
from reference import write_references

SITE = Path(__file__).parent
ROOT = SITE.parents[1]
DOCS = ROOT / "docs"
LINK = re.compile(r"(?<=\]\()(?!https?:|#|mailto:)([^)#\s]+)")
REQUEST = re.compile(r'(?:src=|<link [^>]*href=|url\(|@import )["\']?((?:https?:)?//[^"\')\s>]+)')
FOR_ALL_READERS = {
    'class="caption" role="heading"': 'class="caption" role="heading" aria-level="2"',
    '<aside class="sidebar-drawer"': '<aside aria-label="Site" class="sidebar-drawer"',
    '<aside class="toc-drawer': '<aside aria-label="On this page" class="toc-drawer',
    "<pre>": '<pre tabindex="0">',
    '<div class="table-wrapper': '<div tabindex="0" class="table-wrapper',
    '<div id="search-results"': '<h1>Search</h1>\n<div id="search-results"',
}
"""What the theme writes, and what keyboards and screen readers need: levels, names, and a way into what scrolls."""

HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
MADE = {
    "Examples": ["examples/index.md"],
    "Reference": ["reference/command-line.md", "reference/python.md", "reference/json.md"],
}
"""Pages that are written by the build, under the heading that the contents show them."""


def staged_pages() -> dict[Path, Path]:
    """Return each page of the repository that the site shows, and where it lies there."""
    found = {page: page.relative_to(DOCS) for page in sorted(DOCS.glob("**/*.md")) if SITE not in page.parents}
    found |= {page: page.relative_to(ROOT) for page in sorted(ROOT.glob("scenarios/**/*.md"))}
    found |= {page: page.relative_to(ROOT).with_suffix(".md") for page in sorted(ROOT.glob("examples/[0-9]*.py"))}
    return found | {ROOT / name: Path(name) for name in ("CHANGELOG.md", "CONTRIBUTING.md")}


def staged_name(target: Path, pages: dict[Path, Path]) -> Path:
    """Return where a file of the repository lies in the site: a page, or a picture beside the pages."""
    if target in pages:
        return pages[target]
    return target.relative_to(DOCS) if DOCS in target.parents else target.relative_to(ROOT)


def relinked(text: str, page: Path, pages: dict[Path, Path]) -> str:
    """Turn the links of a page to where the linked files lie in the site."""
    here = pages[page].parent

    def turn(found: re.Match[str]) -> str:
        target = (page.parent / found.group(1)).resolve()
        if not target.exists():
            raise SystemExit(f"{page.relative_to(ROOT)}: there is no {found.group(1)}")
        return Path(os.path.relpath(staged_name(target, pages), here)).as_posix()

    return LINK.sub(turn, text)


def contents_of(index: str) -> dict[str, list[str]]:
    r"""Return the pages that each section of the front page links to, every page once, in its first section.

    >>> contents_of("## A\n[x](x.md), [y](y.md#part)\n## B\n[x](x.md) [z](z.md)")
    {'A': ['x.md', 'y.md'], 'B': ['z.md']}
    """
    _, *parts = HEADING.split(index)
    seen: set[str] = set()
    contents: dict[str, list[str]] = {}
    for heading, body in zip(parts[::2], parts[1::2], strict=True):
        links = dict.fromkeys(link for link in LINK.findall(body) if link.endswith(".md") and link not in seen)
        seen.update(links)
        contents[heading] = list(links)
    return contents


def stage(folder: Path) -> None:
    """Write everything that Sphinx reads into a folder."""
    shutil.rmtree(folder, ignore_errors=True)
    pages = staged_pages()
    for page, name in pages.items():
        if page.suffix == ".md":
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(relinked(page.read_text(encoding="utf-8"), page, pages), encoding="utf-8")
    shutil.copytree(DOCS / "images", folder / "images")
    shutil.copy(DOCS / "cards.html", folder / "cards.html")
    shutil.copytree(DOCS / "teaching" / "slides", folder / "teaching" / "slides")
    write_references(folder / "reference")
    write_gallery(ROOT / "examples", folder / "examples")
    index = folder / "index.md"
    text = index.read_text(encoding="utf-8")
    trees = {
        heading: [link for link in links if not link.startswith("examples/")]
        for heading, links in contents_of(text).items()
    }
    listed = {link for links in trees.values() for link in links}
    others = [str(name) for name in pages.values() if name.parts[0] == "scenarios" and str(name) not in listed]
    trees |= MADE | {"Shipped scenarios": others, "Project": ["CHANGELOG.md", "CONTRIBUTING.md"]}
    for heading, links in trees.items():
        text += "\n".join(["", "```{toctree}", ":hidden:", f":caption: {heading}", "", *links, "```", ""])
    index.write_text(text, encoding="utf-8")


def requests_of(html: Path) -> list[tuple[str, str]]:
    """Return what the pages would load from elsewhere: page and address; links that a reader follows do not count."""
    return [
        (page.name, address)
        for page in sorted(html.glob("**/*"))
        if page.suffix in {".html", ".css"}
        for address in REQUEST.findall(page.read_text(encoding="utf-8"))
    ]


def open_to_all_readers(html: Path) -> None:
    """Add to every page what keyboards and screen readers need."""
    for page in html.glob("**/*.html"):
        text = page.read_text(encoding="utf-8")
        for written, needed in FOR_ALL_READERS.items():
            text = text.replace(written, needed)
        page.write_text(text, encoding="utf-8")


def main(folder: Path) -> int:
    """Stage the pages and run Sphinx over them; return its exit code."""
    source = folder / "source"
    stage(source)
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-W", "--keep-going", "-q", "-c", str(SITE)]
    shutil.rmtree(folder / "html", ignore_errors=True)
    code = subprocess.run([*command, str(source), str(folder / "html")], check=False).returncode
    open_to_all_readers(folder / "html")
    asking = requests_of(folder / "html")
    for page, address in asking:
        print(f"{page}: asks for {address}; the site has to be readable offline")
    if code == 0 and not asking:
        print(f"Documentation: {folder / 'html' / 'index.html'}")
    return code or int(bool(asking))


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "docs"))
