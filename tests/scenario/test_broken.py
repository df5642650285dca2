"""Broken files, one for each kind of mistake: each is told once, at its line, and says what to do.

A case changes one piece of a good file. The sign ``§`` in the new text marks the line that the first mistake must
name; it is not written to the file.
"""

import re

import pytest

from multivector_sim.scenario.read import resolve
from tests.scenario.good import GOOD
from tests.scenario.refusing import broken, mistakes_of

EDITS = {
    # the language
    "tab": ("    kind: trade\n", "§\tkind: trade\n", "tab"),
    "unclosed double quote": ("overrides:\n", 'note: §"never\noverrides:\n', "never closed"),
    "unclosed single quote": ("overrides:\n", "note: §'never\noverrides:\n", "never closed"),
    "unclosed list": ("  - {from: trade", "  - [\n  §- {from: trade", "not YAML"),
    "unclosed mapping": ("legs:\n", "legs: {\n", "not YAML"),
    "missing comma": ("{russia: 18e9, china: 15e9,", "{russia: 18e9§ china: 15e9,", "not YAML"),
    "missing colon": ("currency: USD", "§currency USD", "could not find expected ':'"),
    "two colons": ("currency: USD", "§currency: USD: x", "not YAML"),
    "wrong indentation": ("    haircut: 0.1\n", "   §haircut: 0.1\n", "not YAML"),
    "reserved sign": ("currency: USD", "currency: §@USD", "not YAML"),
    "unknown escape": ("currency: USD", 'currency: §"\\q"', "escape"),
    "second document": ("overrides:", "§---\noverrides:", "second document"),
    "alias": ("    russia: 9.5e9", "    russia: §*x", "alias *x"),
    "anchor": ("    russia: 9.5e9", "    russia: §&x 9.5e9", "anchor &x"),
    "tag": ("    russia: 9.5e9", "    russia: §!!float 9.5e9", "tag"),
    "python tag": ("    russia: 9.5e9", "    russia: §!!python/object/apply:os.system [ls]", "tag"),
    "merge key": ("    russia: 9.5e9", "    §<<: {russia: 9.5e9}", "merge keys"),
    "list as a key": ("overrides:", "§? [a]\n: 1\noverrides:", "plain word"),
    "empty key": ("overrides:", "§'': 1\noverrides:", "empty"),
    "duplicate key": ("    eu: 40e9", "    eu: 40e9\n    §eu: 41e9", "given twice; first on line 28"),
    "duplicate section": ("overrides:", "§gdp: 1\noverrides:", "given twice"),
    "nan": ("    russia: 9.5e9", "    russia: §.nan", "finite"),
    "infinity": ("    russia: 9.5e9", "    russia: §-.inf", "finite"),
    "overflow": ("    russia: 9.5e9", "    russia: §1e999", "finite"),
    "billion laughs": ("overrides:", "a: §&a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\noverrides:", "anchor &a"),
    "deep nesting": ("overrides:", f"§deep: {'[' * 25}{']' * 25}\noverrides:", "nested"),
    "control character": ("currency: USD", "§currency: US\x07D", "control character"),
    # names and shapes
    "no format": ("format: multivector/1\n", "", "format"),
    "unknown format": ("format: multivector/1", "§format: multivector/2", "multivector/1"),
    "no name": ("name: two-buyers\n", "", "name"),
    "unknown section": ("corridors:", "§coridors:", "did you mean 'corridors'?"),
    "unknown key": ("    ceiling: 0.6", "    §cieling: 0.6", "did you mean 'ceiling'?"),
    "unknown key of a stress": ("    scar: 0.1", "    §scr: 0.1", "did you mean 'scar'?"),
    "unknown key of a figure": ("trust: official}\nsources", "§trst: official}\nsources", "did you mean 'trust'?"),
    "unknown trust": ("trust: official}\nsources", "§trust: oficial}\nsources", "gdp"),
    "unknown source": (
        "china: {value: 14.9e9, source: wb",
        "§china: {value: 14.9e9, source: wbb",
        "did you mean 'wb'?",
    ),
    "list for a mapping": ("partners:\n  russia", "§partners: []\nold:\n  russia", "partners"),
    "mapping for a list": ("stress:\n  - partner: russia", "§stress:\n    partner: russia", "stress"),
    "text for a number": ("    ceiling: 0.6", "    §ceiling: high", "exports.ceiling"),
    "truth for a number": ("    ceiling: 0.6", "    §ceiling: true", "exports.ceiling"),
    "nothing for a number": ("    ceiling: 0.6", "    §ceiling:", "exports.ceiling"),
    "number for a mapping": ("    hosts: {russia: 1.0}", "    §hosts: 1", "hosts"),
    "number with a comma": ("    russia: 9.5e9", "    §russia: 9,500", "russia"),
    "partner called transit": ("  china: {title: China", "  §transit: {title: China", "transit"),
    "partner called by a law's name": ("  china: {title: China", "  §pert: {title: China", "pert"),
    "unknown kind": ("    kind: trade", "    §kind: trde", "trade"),
    "no kind": ("investment: {kind: investment}", "§investment: {}", "kind"),
    # ranges
    "horizon of nothing": ("horizon_months: 60", "§horizon_months: 0", "horizon_months"),
    "horizon of half a month": ("horizon_months: 60", "§horizon_months: 60.5", "horizon_months"),
    "negative exposure": ("    russia: 9.5e9", "    §russia: -9.5e9", "exposures.exports.russia"),
    "uncertain exposure": ("    russia: 9.5e9", "    §russia: {uniform: [1, 2]}", "exposures.exports.russia"),
    "negative capacity": ("    capacity: 45e9", "    §capacity: -1", "corridors.cpc.capacity"),
    "ceiling above one": ("    ceiling: 0.6", "    §ceiling: 1.6", "exports.ceiling"),
    "haircut below nothing": ("    haircut: 0.1", "    §haircut: -0.1", "exports.haircut"),
    "severity above one": ("      imports: 0.4", "      §imports: 1.4", "stress.0.channels.imports"),
    "severity that may pass one": ("      imports: 0.4", "      §imports: {uniform: [0.5, 1.5]}", "imports"),
    "severity correlation": ("severity_correlation: 0.5", "§severity_correlation: 1.5", "severity_correlation"),
    "gain of more than ten": ("      imports: 0.4", "      §imports: -10.5", "must lie between -10 and 1, not -10.5"),
    "gain that may pass ten": ("      imports: 0.4", "      §imports: {uniform: [-11, 1]}", "goes down to -11"),
    "gain in transit": ("{beta: {mean: 0.4, sd: 0.2}}", "§{uniform: [-0.1, 1]}", "stress.0.channels.transit: must lie"),
    "no rupture at most": ("      intensity: 0.02", "      §at_most: 0\n      intensity: 0.02", "between 1 and 50"),
    "half a rupture": ("      intensity: 0.02", "      §at_most: 1.5\n      intensity: 0.02", "at_most"),
    "price above one": ("    ceiling: 0.6", "    §price: 1.2", "channels.exports.price: must lie between 0 and 1"),
    "negative entry": ("    ceiling: 0.6", "    §entry: -0.2", "channels.exports.entry: must be 0 or more"),
    "entry haircut above one": ("    ceiling: 0.6", "    §entry_haircut: {uniform: [0, 2]}", "entry_haircut"),
    "entry without speed": ("    ceiling: 0.6", "    §entry_theta_months: fast", "entry_theta_months"),
    "clause correlation": ("honoured: 0.7", "§severity_correlation: 1.5, honoured: 0.7", "contracts.0.severity_corr"),
    "uncertain clause correlation": ("honoured: 0.7", "§severity_correlation: {uniform: [0, 1]}, honoured: 0.7", "law"),
    "negative duration": ("    duration_months: {l", "    §duration_months: -3 # {l", "duration_months"),
    "negative intensity": ("      intensity: 0.02", "      §intensity: -0.02", "intensity"),
    "negative lag": ("lag_months: 6", "§lag_months: -6", "lag_months"),
    "honoured above one": ("honoured: 0.7", "§honoured: 1.7", "honoured"),
    "host share above one": ("{russia: 1.0}", "§{russia: 2.0}", "hosts"),
    # laws
    "unknown law": ("{pert: [0.2, 0.5, 0.9]}", "§{prt: [0.2, 0.5, 0.9]}", "did you mean 'pert'?"),
    "two laws": ("{pert: [0.2, 0.5, 0.9]}", "§{pert: [0.2, 0.5, 0.9], uniform: [0, 1]}", "exports"),
    "pert out of order": ("{pert: [0.2, 0.5, 0.9]}", "§{pert: [0.5, 0.2, 0.9]}", "pert"),
    "pert of two": ("{pert: [0.2, 0.5, 0.9]}", "§{pert: [0.2, 0.5]}", "pert"),
    "triangular out of order": ("[0.1, 0.4, 0.8]", "§[0.1, 0.9, 0.8]", "triangular"),
    "uniform upside down": ("{uniform: [0, 12]}", "§{uniform: [12, 0]}", "uniform"),
    "beta too wide": ("{beta: {mean: 0.4, sd: 0.2}}", "§{beta: {mean: 0.4, sd: 0.6}}", "beta"),
    "beta without sd": ("{beta: {mean: 0.4, sd: 0.2}}", "§{beta: {mean: 0.4}}", "sd"),
    "lognormal of nothing": ("median: 18", "§median: 0", "median"),
    "gamma without spread": ("{mean: 24, sd: 6}", "§{mean: 24, sd: -6}", "sd"),
    "empirical of nothing": ("      imports: 0.4", "      §imports: {empirical: []}", "empirical"),
    "csv that is missing": (
        "      imports: 0.4",
        "      §imports: {empirical: {csv: no.csv, column: x}}",
        "no such file",
    ),
    # references
    "unknown partner of a flow": ("    russia: 9.5e9", "    §rusia: 9.5e9", "did you mean 'russia'?"),
    "unknown channel of a flow": ("  imports: {russia: 18e9", "  §import: {russia: 18e9", "did you mean 'imports'?"),
    "unknown partner of a stress": ("  - partner: russia", "  - §partner: rusia", "did you mean 'russia'?"),
    "unknown channel of a stress": ("      imports: 0.4", "      §import: 0.4", "did you mean 'imports'?"),
    "unknown host": ("{russia: 1.0}", "§{rusia: 1.0}", "did you mean 'russia'?"),
    "unknown corridor": ("caspian: 0.1}", "§capsian: 0.1}", "did you mean 'caspian'?"),
    "unknown partner of a hazard": ("    china:\n      int", "    §chna:\n      int", "did you mean 'china'?"),
    "unknown end of a spillover": ("to: investment", "§to: investmnt", "did you mean 'investment'?"),
    "unknown partner of a contract": ("clause, partner: russia", "§clause, partner: rusia", "did you mean 'russia'?"),
    "unknown channel of a contract": ("channel: exports, h", "§channel: export, h", "did you mean 'exports'?"),
    "unknown partner of a mix": ("{china: 0.47", "§{chna: 0.47", "did you mean 'china'?"),
    "unknown mix of a claim": ("under: mixes.article", "§under: mixes.artcle", "article"),
    "legs that do not sum": ("{cpc: 0.9, caspian: 0.1}", "§{cpc: 0.9, caspian: 0.2}", "1.1"),
    "mix that does not sum": ("eu: 0.25}", "§eu: 0.35}", "1.1"),
    "legs without a flow": ("    eu: 40e9\n", "", "legs.exports.eu: legs of a flow that does not exist"),
    "two contracts on one flow": (
        "mixes:",
        "  - §{name: b, partner: russia, channel: exports, honoured: 1, floor: 0}\nmixes:",
        "",
    ),
    "unknown path of a measure": ("corridors.caspian.capacity: 12e9", "§corridors.capsian.capacity: 12e9", "caspian"),
    "unknown path of an override": (
        "    channels.exports.ceiling: 0.3",
        "    §channels.export.ceiling: 0.3",
        "'exports'",
    ),
    # the copula
    "unknown family": ("    family: t", "    §family: clayton", "family"),
    "t without nu": ("    nu: 4\n", "", "nu"),
    "negative nu": ("    nu: 4", "    §nu: -4", "nu"),
    "loadings past one": ("{global: 0.4, bloc: 0.3}", "§{global: 0.9, bloc: 0.9}", "loadings"),
    "correlation past one": ("    loadings: {global: 0.4, bloc: 0.3}", "    §correlation: {russia: {china: 1.5}}", ""),
    "no valid matrix": (
        "    loadings: {global: 0.4, bloc: 0.3}",
        "    §correlation: {russia: {china: 0.9, eu: -0.9}, china: {eu: 0.9}}",
        "nearest",
    ),
}


def test_the_file_that_is_broken_here_is_good(tmp_path):
    file = tmp_path / "scenario.yaml"
    file.write_text(GOOD)
    resolved = resolve(file)
    assert resolved.scenario.name == "two-buyers"
    assert resolved.origins["channels.exports.ceiling"] == f"{file}:18:5"


def test_there_are_enough_of_them():
    assert len(EDITS) >= 90


@pytest.mark.parametrize("name", EDITS)
def test_each_mistake_is_told_at_its_line(tmp_path, name):
    old, new, fragment = EDITS[name]
    assert GOOD.count(old) == 1, "the piece to change must be there once"
    text = GOOD.replace(old, new)
    mistakes = broken(tmp_path, text)
    told = "\n".join(map(str, mistakes))
    if "§" in text:
        wanted = text[: text.index("§")].count("\n") + 1
        assert wanted in {mistake.line for mistake in mistakes}, told
        told = "\n".join(str(mistake) for mistake in mistakes if mistake.line == wanted)
    assert fragment in told
    assert all(mistake.file == str(tmp_path / "scenario.yaml") and mistake.line > 0 for mistake in mistakes)
    assert not re.search(r"pydantic|Input should|Traceback|type=", told)


CONTENTS = {
    "empty": (b"", 1, "empty"),
    "only a comment": (b"# nothing\n", 1, "empty"),
    "only null": (b"~\n", 1, "empty"),
    "a word": (b"scenario\n", 1, "mapping"),
    "a list": (b"- a\n- b\n", 1, "mapping"),
    "binary": (b"\x7fELF\x02\x01\x00\x00", 1, "control character"),
    "utf-16": ("format: multivector/1\n".encode("utf-16"), 1, "UTF-8"),
    "latin-1": (b"format: multivector/1\ntitle: T\xfcrkiye\n", 2, "UTF-8"),
    "cut utf-8": (b"format: multivector/1\ntitle: T\xc3", 2, "UTF-8"),
    "nul": (b"format: multivector/1\n\x00", 2, "control character"),
    "huge": (b"# " + b"x" * 2_000_000, 1, "larger than 2 MB"),
    "wide": (b"format: multivector/1\n" + b"k: {" + b"a: 1, " * 20_000 + b"}\n", 2, "more than 100 mistakes"),
    "deep": (b"a: " + b"{a: " * 100_000, 1, "nested"),
    "long number": (b"horizon_months: " + b"9" * 100_000, 1, "finite"),
    "directives": (b"%YAML 3.0\n---\na: 1\n", 1, "not YAML"),
}


@pytest.mark.parametrize("name", CONTENTS)
def test_files_that_are_no_scenario_at_all(tmp_path, name):
    content, line, fragment = CONTENTS[name]
    file = tmp_path / "x.yaml"
    file.write_bytes(content)
    told = "\n".join(str(mistake) for mistake in mistakes_of(file) if mistake.line == line)
    assert fragment in told


def test_places_that_are_no_file(tmp_path):
    import os

    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    named = {
        "folder.yaml": "folder",
        "pipe.yaml": "not a file",
        "loop.yaml": "loop.yaml",
        "none.yaml": "no such file",
        "x" * 5000: "cannot be read",
        "a\0b": "cannot be read",
    }
    for name, fragment in named.items():
        (mistake,) = mistakes_of(tmp_path / name)
        assert fragment in str(mistake)


def test_a_name_near_a_shipped_one_is_offered():
    (mistake,) = mistakes_of("two-byers")
    assert "did you mean 'two-buyers'?" in str(mistake)


def test_all_mistakes_come_at_once_in_the_order_of_the_file(tmp_path):
    text = GOOD
    for name in (
        "nan",
        "unknown key",
        "negative capacity",
        "unknown host",
        "pert out of order",
        "unknown channel of a contract",
    ):
        text = text.replace(*EDITS[name][:2])
    mistakes = broken(tmp_path, text)
    wanted = [number for number, row in enumerate(text.split("\n"), 1) if "§" in row]
    assert [mistake.line for mistake in mistakes] == wanted


def test_what_follows_from_an_unread_value_is_not_told(tmp_path):
    mistakes = broken(tmp_path, GOOD.replace("{pert: [0.2, 0.5, 0.9]}", "{pert: [0.2, .nan, 0.9]}"))
    assert [mistake.path for mistake in mistakes] == ["stress.0.channels.exports.pert.1"]


@pytest.mark.parametrize(
    ("text", "line", "fragment"),
    [
        ('format = "multivector/1"\nname = "a"\ncoridors = {}\n', 3, "did you mean 'corridors'?"),
        ('format = "multivector/1"\nname = "a"\n[partners.russia]\ntitel = "Russia"\n', 4, "did you mean 'title'?"),
        ('format = "multivector/1"\n[[stress]]\npartner = 1\nscr = 2\n', 4, "did you mean 'scar'?"),
        ('format = "multivector/1"\nname = nan\n', 2, "finite"),
        ('format = "multivector/1"\nname = \n', 2, "not TOML"),
    ],
)
def test_toml_is_told_the_same_way(tmp_path, text, line, fragment):
    file = tmp_path / "x.toml"
    file.write_text(text)
    told = "\n".join(str(mistake) for mistake in mistakes_of(file) if mistake.line == line)
    assert fragment in told
