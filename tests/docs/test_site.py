"""The pages of the site before Sphinx sees them: all are found, links are turned, the reference leaves nothing out."""

import runpy
import sys
from pathlib import Path

import pytest

import multivector_sim as mv
from multivector_sim.cli.group import COMMANDS

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def build():
    names = runpy.run_path(str(ROOT / "docs" / "site" / "build.py"))
    sys.path.remove(str(ROOT / "docs" / "site"))
    return names


@pytest.fixture(scope="module")
def reference():
    return runpy.run_path(str(ROOT / "docs" / "site" / "reference.py"))


def test_every_page_is_reached_from_the_front_page(build):
    pages = build["staged_pages"]()
    index = ROOT / "docs" / "index.md"
    listed = {
        it
        for links in build["contents_of"](build["relinked"](index.read_text(encoding="utf-8"), index, pages)).values()
        for it in links
    }
    of_docs = {name.as_posix() for page, name in pages.items() if ROOT / "docs" in page.parents} - {"index.md"}
    assert of_docs - listed == set()


def test_links_lead_to_where_pages_lie_in_the_site(build):
    pages = build["staged_pages"]()
    for page in pages:
        if page.suffix == ".md":
            text = build["relinked"](page.read_text(encoding="utf-8"), page, pages)
            links = [link for link in build["LINK"].findall(text) if link.endswith(".md")]
            found = {(pages[page].parent / link).as_posix() for link in links}
            missing = {it for it in found if Path(build["os"].path.normpath(it)) not in pages.values()}
            assert missing == set(), page


def test_a_link_that_leads_nowhere_ends_the_build(build):
    page = ROOT / "docs" / "index.md"
    with pytest.raises(SystemExit, match=r"there is no nothing\.md"):
        build["relinked"]("[x](nothing.md)", page, build["staged_pages"]())


def test_the_reference_has_every_command_with_its_options(reference):
    page = reference["command_line"]()
    assert [name for name in COMMANDS if f"## multivector {name}\n" not in page] == []
    assert "--override NAME" in page


def test_the_reference_has_every_public_name(reference):
    page = reference["python"]()
    assert [name for name in mv.__all__ if f"### {name}\n" not in page] == []
    assert ".. autoclass:: multivector_sim.questions.compare.Comparison" in page


def test_keys_of_a_document_name_what_varies(reference):
    document = {"draws": 2, "var": {"0.95": 0.1}, "ways": [{"loss": 0.2}], "hhi": {"a": {"x": 1}, "b": {"x": 2}}}
    found = {key: kind for key, (kind, _) in reference["_keys"](document).items()}
    assert found == {"draws": "number", "var.*": "number", "ways[].loss": "number", "hhi.*.x": "number"}


def test_what_would_be_loaded_from_elsewhere_is_found(build, tmp_path):
    (tmp_path / "a.html").write_text(
        '<script src="https://cdn.example/x.js"></script><a href="https://example.org">x</a>'
    )
    assert build["requests_of"](tmp_path) == [("a.html", "https://cdn.example/x.js")]


def test_the_document_of_every_command_is_in_the_reference(reference):
    elsewhere = {"calibrate", "merge", "schema", "explore"}  # calibrate is written apart; explore serves a page
    assert set(reference["RUN_FOR_JSON"]) | elsewhere == set(COMMANDS)
    assert set(reference["RUN_FOR_JSON"]) & elsewhere == set()
